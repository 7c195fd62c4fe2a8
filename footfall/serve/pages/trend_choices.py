"""Which cards of trends a page lists, as its address says: ``?state=closed&kind=rise&dimension=page&q=school&page=2``."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from footfall.errors import BadQuestion
from footfall.serve.pages.trend_words import DIMENSION_WORDS, KIND_WORDS
from footfall.serve.trend_shapes import TrendShown

__all__ = ["BROKEN", "BROKEN_DAYS", "CLOSED_DAYS", "DIMENSIONS", "GROUPS", "KINDS", "Choices", "best_first", "read_choices"]

GROUPS = {"now": ("trend", "emerging", "candidate", "fading"), "closed": ("closed",)}
"""States that are listed together."""
CLOSED_DAYS = 30
"""What is closed is listed for so many days after it was looked at last."""
BROKEN_DAYS = 7
"""An outage that is closed stands among what goes on for so many days: it explains the numbers of its days."""
BROKEN = ("outage", "broken_tag")
KINDS = tuple(kind for kind in KIND_WORDS if kind not in BROKEN)
DIMENSIONS = tuple(name for name in DIMENSION_WORDS if name not in ("campaign", "place"))
SURENESS = ("possible", "likely", "certain")
LONGEST_SEARCH, MOST_PAGES = 200, 100


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Every choice, defaults filled in."""

    state: str = "now"
    """One of GROUPS."""
    kind: str = ""
    """One of KINDS; empty is all."""
    dimension: str = ""
    """Of any series of the story; empty is all."""
    q: str = ""
    """Part of a name or key."""
    page: int = 1

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.kind or self.dimension)

    def changed(self, **changes: Any) -> "Choices":
        """With these choices instead, from the first page on unless a page is among them."""
        return msgspec.structs.replace(self, **({"page": 1} | changes))

    def as_query(self) -> str:
        """The query of an address, with ``?`` before it; empty where everything is as usual."""
        usual = Choices()
        pairs = [(name, str(value)) for name in self.__struct_fields__ if (value := getattr(self, name)) != getattr(usual, name)]
        return f"?{urlencode(pairs)}" if pairs else ""

    def fits(self, card: TrendShown) -> bool:
        """Whether the card is one of those; what is broken is never narrowed away by its kind or dimension."""
        wanted = self.q.casefold()
        named = any(wanted in text.casefold() for text in (card.name, card.portal, *(one.key for one in card.members)))
        if card.kind in BROKEN:
            return named
        return named and self.kind in ("", card.kind) and (not self.dimension or self.dimension in {one.dimension for one in card.members})


def read_choices(given: Mapping[str, str]) -> Choices:
    """The choices of an address; names it does not know are left alone.

    Raises:
        BadQuestion: a value is not valid; the sentence names it and what is valid.
    """
    page = given.get("page") or "1"
    if not (page.isascii() and page.isdecimal() and 0 < int(page) <= MOST_PAGES):
        raise BadQuestion("page {page!r} is not valid. Valid: 1 to {most}.", page=page[:20], most=MOST_PAGES)
    return Choices(
        state=_one_of(given, "state", tuple(GROUPS)) or "now",
        kind=_one_of(given, "kind", KINDS),
        dimension=_one_of(given, "dimension", DIMENSIONS),
        q=given.get("q", "").strip()[:LONGEST_SEARCH],
        page=int(page),
    )


def best_first(card: TrendShown) -> tuple[int, float]:
    """What cards are sorted by, the largest first: how sure one is, then how far its number is off in widths of the ordinary."""
    return SURENESS.index(card.confidence), _distance(card)


def _distance(card: TrendShown) -> float:
    if card.observed is None or card.expected is None or card.low is None or card.high is None:
        return 0.0
    return abs(card.observed - card.expected) / max(card.high - card.low, 1.0)


def _one_of(given: Mapping[str, str], name: str, valid: tuple[str, ...]) -> str:
    value = given.get(name, "")
    if value and value not in valid:
        raise BadQuestion("{name} {value!r} is not known. Valid: {valid}.", name=name, value=value[:40], valid=", ".join(valid))
    return value
