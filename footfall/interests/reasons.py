"""Why something is recommended: one reason for every item, said in any language."""

from typing import Literal

import msgspec

from footfall.sentences import Sentence

__all__ = ["Reason", "ReasonKind", "sentence_of"]

ReasonKind = Literal["looked", "topic", "rising", "district", "editors", "similar", "popular", "explore", "other"]


class Reason(msgspec.Struct, frozen=True):
    """What spoke most for an item."""

    kind: ReasonKind
    of: int | str = ""
    """An item for ``looked`` and ``similar``, a topic for ``topic``, a district for ``district``; else empty."""


def sentence_of(reason: Reason, name: str = "") -> Sentence:
    """The reason for people. ``name`` is the title or name of ``reason.of`` in the reader's language; without one it says less.

    >>> sentence_of(Reason("looked", 7), "Parking permits")
    'Because you looked at “Parking permits”'
    >>> sentence_of(Reason("looked", 7))
    'Because of what you looked at'
    """
    return _named(reason.kind, name) if name else _plain(reason.kind)


def _named(kind: ReasonKind, name: str) -> Sentence:
    if kind == "looked":
        return Sentence("Because you looked at “{name}”", name=name)
    if kind == "similar":
        return Sentence("Similar to “{name}”", name=name)
    if kind == "topic":
        return Sentence("Because you are interested in {name}", name=name)
    if kind == "district":
        return Sentence("For your district: {name}", name=name)
    return _plain(kind)


def _plain(kind: ReasonKind) -> Sentence:
    return PLAIN[kind]


PLAIN: dict[ReasonKind, Sentence] = {
    "looked": Sentence("Because of what you looked at"),
    "similar": Sentence("Similar to this page"),
    "topic": Sentence("One of your interests"),
    "rising": Sentence("More visitors than the week before"),
    "district": Sentence("For your district"),
    "editors": Sentence("Chosen by the editors"),
    "popular": Sentence("Popular here"),
    "explore": Sentence("Shown to find out whether it helps"),
    "other": Sentence("Also on this portal"),
}
