"""Which portals the overview lists, and how, as its address says: ``?q=museum&group=culture&period=7d&sort=change&order=asc&page=2``."""

from typing import Any
from urllib.parse import urlencode

import msgspec

from footfall.errors import BadQuestion

__all__ = ["PERIODS", "ROWS_A_PAGE", "SORTS", "UNITS", "Listing", "read_listing"]

PERIODS = ("7d", "28d", "91d", "12mo")
UNITS = {"12mo": "month"}
"""What a sparkline's points are, where they are not days."""
SORTS = {"name": "asc", "visitors": "desc", "change": "desc"}
"""And the direction that each begins with."""
ORDERS = ("asc", "desc")
ROWS_A_PAGE = 50
LONGEST_SEARCH, MOST_PAGES = 200, 10_000


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Every choice, defaults filled in."""

    q: str = ""
    """Part of a domain."""
    group: str = ""
    """Only this group; empty is all."""
    period: str = "28d"
    sort: str = "visitors"
    """One of SORTS."""
    order: str = "desc"
    alerts: str = ""
    """``only``: just those that something is wrong with."""
    page: int = 1

    @property
    def unit(self) -> str:
        """What the sparklines' points are: day or month."""
        return UNITS.get(self.period, "day")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.group or self.alerts)

    def changed(self, **changes: Any) -> "Listing":
        """With these choices instead, from the first page on unless a page is among them."""
        return msgspec.structs.replace(self, **({"page": 1} | changes))

    def sorted_by(self, sort: str) -> "Listing":
        """By that column: turned round if it is sorted by already."""
        turned = "asc" if self.order == "desc" else "desc"
        return self.changed(sort=sort, order=turned if sort == self.sort else SORTS[sort])

    def as_pairs(self) -> list[tuple[str, str]]:
        """Names and values of what is not as usual; an order only where its column does not begin with it."""
        usual = Listing(sort=self.sort, order=SORTS[self.sort])
        names = [name for name in self.__struct_fields__ if name != "sort" and getattr(self, name) != getattr(usual, name)]
        sort = [("sort", self.sort)] if self.sort != "visitors" else []
        return [*sort, *((name, str(getattr(self, name))) for name in names)]

    def as_query(self) -> str:
        """The query of an address, with ``?`` before it; empty where everything is as usual."""
        pairs = self.as_pairs()
        return f"?{urlencode(pairs)}" if pairs else ""


def read_listing(given: dict[str, str]) -> Listing:
    """The choices of an address's names and values; names it does not know are left alone.

    Raises:
        BadQuestion: a value is not valid; the sentence names it and what is valid.
    """
    sort = _one_of(given, "sort", tuple(SORTS), "visitors")
    page = given.get("page") or "1"
    if not (page.isascii() and page.isdecimal() and 0 < int(page) <= MOST_PAGES):
        raise BadQuestion("page {page!r} is not valid. Valid: 1 to {most}.", page=page, most=MOST_PAGES)
    return Listing(
        q=given.get("q", "").strip()[:LONGEST_SEARCH],
        group=given.get("group", "").strip(),
        period=_one_of(given, "period", PERIODS, "28d"),
        sort=sort,
        order=_one_of(given, "order", ORDERS, SORTS[sort]),
        alerts=_one_of(given, "alerts", ("only", ""), ""),
        page=int(page),
    )


def _one_of(given: dict[str, str], name: str, valid: tuple[str, ...], usual: str) -> str:
    value = given.get(name) or usual
    if value not in valid:
        raise BadQuestion(
            "{name} {value!r} is not known. Valid: {valid}.", name=name, value=value, valid=", ".join(one for one in valid if one)
        )
    return value
