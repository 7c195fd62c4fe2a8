"""Sentences as tables hold them: with what they quote, so that a page says them in its reader's language."""

import json

from footfall.sentences import Sentence

__all__ = ["read", "written"]


def written(said: str, longest: int) -> str:
    """As a table has it: what quotes something is kept with what it quotes, where that is short enough."""
    if isinstance(said, Sentence) and said.values:
        whole = json.dumps([said.template, said.values], ensure_ascii=False, default=str)
        if len(whole) <= longest:
            return whole
    return str(said)[:longest]


def read(kept: str) -> Sentence:
    """What ``written`` made."""
    if not kept.startswith("["):
        return Sentence(kept)
    template, values = json.loads(kept)
    return Sentence(template, **values)
