"""From when until when the rows of a dataset reach."""

from typing import Any

import msgspec

__all__ = ["SPAN", "Span", "span_of"]

SPAN = """SELECT count(), min(bucket), max(bucket) FROM measures
WHERE dataset = {dataset:String} AND load IN {loads:Array(UInt32)}"""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of the table, with the beginnings of the first and the last bucket (UTC, ISO)."""

    rows: int = 0
    first: str = ""
    last: str = ""


def span_of(found: list[tuple[Any, ...]]) -> Span:
    """Of what the statement SPAN answered."""
    ((rows, first, last),) = found
    return Span(rows=int(rows), first=_iso(first), last=_iso(last)) if rows else Span()


def _iso(instant: Any) -> str:
    return str(instant)[:19].replace(" ", "T") + "Z"
