"""What flows look like, for pages and the API's schema."""

from typing import Any

import msgspec

from footfall.reports.flows import Flow, Leaving

__all__ = ["FlowAnswer", "Loop"]


class Loop(msgspec.Struct, frozen=True):
    """Visitors who left a section in a visit and came back to it from another."""

    section: str
    by_way_of: str
    visitors: int


class FlowAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Flows between a portal's sections, where people leave, and loops; what is absent was too small to tell, or is none."""

    flows: list[Flow]
    leaving: list[Leaving]
    loops: list[Loop]
    meta: dict[str, Any]
    query: dict[str, Any]
