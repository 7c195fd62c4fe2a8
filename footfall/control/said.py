"""Sentences as tables hold them: with what they quote, so that a page says them in its reader's language."""

import json
from typing import Any

from footfall.sentences import Sentence

__all__ = ["read", "written"]

SENTENCE = "sentence"


def written(said: str, longest: int) -> str:
    """As a table has it: what quotes something is kept with what it quotes, where that is short enough."""
    if isinstance(said, Sentence) and said.values:
        whole = json.dumps(_parts(said), ensure_ascii=False, default=str)
        if len(whole) <= longest:
            return whole
    return str(said)[:longest]


def read(kept: str) -> Sentence:
    """What ``written`` made."""
    return _whole(json.loads(kept)) if kept.startswith("[") else Sentence(kept)


def _parts(said: Sentence) -> list[Any]:
    """Template and values; a Sentence among these under the key SENTENCE."""
    values = {name: {SENTENCE: _parts(value)} if isinstance(value, Sentence) else value for name, value in said.values.items()}
    return [said.template, values]


def _whole(parts: list[Any]) -> Sentence:
    template, values = parts
    found = {name: _whole(value[SENTENCE]) if isinstance(value, dict) else value for name, value in values.items()}
    return Sentence(template, **found)
