"""How many a team's segments mean, through the gate: what a target or a placement is for."""

import msgspec

from footfall.control.segments import Segment
from footfall.errors import BadQuestion, Refused
from footfall.serve.answers import ask
from footfall.serve.audiences import conditions_of, team_segments
from footfall.serve.house import Desk
from footfall.vocabulary import Portal

__all__ = ["Size", "sizes_of"]

MOST_SIZED = 20


class Size(msgspec.Struct, frozen=True):
    """A segment of the team and how many it means."""

    segment: Segment
    visitors: int | None
    """In four weeks, as the gate lets it out; ``None``: too few to tell, or it means nothing any more."""
    is_told: bool
    """A request can tell it: it may be a placement's audience."""


def sizes_of(desk: Desk, portal: Portal) -> tuple[Size, ...]:
    """The team's segments with their visitors in four weeks, through the gate. Raises Unavailable."""
    return tuple(_size(desk, portal, segment) for segment in team_segments(desk.control, portal)[:MOST_SIZED])


def _size(desk: Desk, portal: Portal, segment: Segment) -> Size:
    body = {"site_id": portal.domain, "metrics": ["visitors"], "date_range": "28d", "filters": [["is", "segment", [segment.id]]]}
    try:
        rows = ask(desk, body).answer.rows
    except (BadQuestion, Refused):
        rows = ()
    value = rows[0].metrics[0] if rows else None
    return Size(segment, value if isinstance(value, int) and value else None, conditions_of(segment) is not None)
