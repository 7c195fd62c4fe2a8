"""The team's segments in questions over the API: ``["is", "segment", [ID]]`` stands for the segment's filters."""

from typing import Any

from footfall.control.database import Control
from footfall.control.segments import find_segment
from footfall.errors import BadQuestion, NotFound
from footfall.serve.pages.view import read_chips
from footfall.vocabulary import Portal

__all__ = ["with_segments"]

NOBODY = 0
"""An id that no operator has: a key sees nobody's own segments."""


def with_segments(control: Control, portal: Portal, filters: Any) -> Any:
    """The filters, each segment among them written out; filters that hold none, and what are no filters, come back as they are.

    Raises:
        BadQuestion: the portal's team has no such segment, or it means nothing any more.
    """
    if not isinstance(filters, list) or not any(_is_segment(entry) for entry in filters):
        return filters
    return [part for entry in filters for part in (_written_out(control, portal, entry[2][0]) if _is_segment(entry) else [entry])]


def _is_segment(entry: Any) -> bool:
    return isinstance(entry, list) and entry[:2] == ["is", "segment"] and len(entry) == 3 and _is_one_id(entry[2])


def _is_one_id(values: Any) -> bool:
    return isinstance(values, list) and len(values) == 1 and type(values[0]) is int and 0 < values[0] < 2**31


def _written_out(control: Control, portal: Portal, id: int) -> list[list[Any]]:
    try:
        segment = find_segment(control, portal, NOBODY, id)
    except NotFound:
        raise BadQuestion("The team of {domain} has no segment {id}.", domain=portal.domain, id=id) from None
    return [chip.as_question() for chip in read_chips(segment.filters)]
