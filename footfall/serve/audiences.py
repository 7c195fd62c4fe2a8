"""Audiences of a placement: segments of behaviour that a request's own visit is held against. Nobody is listed, and nothing is looked up.

A visit is what the request says now: pages looked at, topics, district, language. So a segment must be told by pages alone; what a visit
did on another day, or where it came from, no request says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from footfall.control.database import Control
from footfall.control.placements import Placement, Rules, Variant, checked_placement
from footfall.control.segments import Segment, list_segments, shared_segments
from footfall.control.transactions import Database
from footfall.errors import BadInput, BadQuestion
from footfall.reports.filters import Filter, Leaf, leaves, parse_filters
from footfall.serve.pages.view import read_chips
from footfall.vocabulary import Portal

__all__ = [
    "Audiences",
    "Visit",
    "conditions_of",
    "fitting",
    "read_audiences",
    "refuse_untold",
    "team_segments",
    "varied",
    "widened",
]

NOBODY = 0
"""An id that no operator has: nobody's own segments are meant."""
PAGE = "event:page"
Audiences = Mapping[int, tuple[Leaf, ...]]
"""By a segment's id what one page of the visit has to meet; only those that a request can tell."""


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says of the visit that it is of."""

    pages: tuple[str, ...] = ()
    topics: frozenset[str] = frozenset()
    """Of interest, or of what was looked at."""
    district: str = ""
    language: str = ""


def fitting(placement: Placement, visit: Visit, audiences: Audiences) -> Variant | None:
    """The first of the placement's variants whose conditions the visit meets, all of them."""
    return next((one for one in placement.variants if _is_for(one, visit, audiences)), None)


def varied(placement: Placement, variant: Variant) -> Placement:
    """The placement as it is for that audience: what the variant does not say stays."""
    pins = variant.pins or placement.pins
    blocked = tuple(item for item in (*placement.blocked, *variant.blocked) if item not in variant.pins)
    rules = placement.rules if variant.rules is None else variant.rules
    return msgspec.structs.replace(placement, pins=tuple(item for item in pins if item not in blocked), blocked=blocked, rules=rules)


def widened(placement: Placement, within: Callable[[str], Sequence[str]]) -> Placement:
    """The placement with the topics that lie in those that its rules and audiences name."""

    def all_of(topics: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for topic in topics for one in (topic, *within(topic))))

    def ruled(rules: Rules) -> Rules:
        return msgspec.structs.replace(rules, topics=all_of(rules.topics)) if rules.topics else rules

    variants = tuple(
        msgspec.structs.replace(one, topics=all_of(one.topics), rules=one.rules and ruled(one.rules)) for one in placement.variants
    )
    return msgspec.structs.replace(placement, rules=ruled(placement.rules), variants=variants)


def conditions_of(segment: Segment) -> tuple[Leaf, ...] | None:
    """What one page of a visit has to meet; ``None`` where the segment asks for more than a request says."""
    try:
        found: tuple[Filter, ...] = parse_filters([chip.as_question() for chip in read_chips(segment.filters)], ())
    except BadQuestion:
        return None
    every = leaves(found)
    return tuple(every) if len(every) == len(found) and all(leaf.dimension == PAGE for leaf in every) else None


def team_segments(control: Database, portal: Portal) -> list[Segment]:
    """By name. Raises Unavailable."""
    return list_segments(control, portal, NOBODY)


def refuse_untold(control: Control, portal: Portal, id: str, given: Mapping[str, Any]) -> None:
    """Raises BadInput for settings with a variant whose segment is not the team's, or is told by more than pages."""
    if not given.get("variants"):
        return
    known = {segment.id: segment for segment in team_segments(control, portal)}
    for variant in checked_placement(id, portal.id, {"variants": given["variants"]}).variants:
        if variant.segment and variant.segment not in known:
            raise BadInput("The team of {domain} has no segment {id}.", domain=portal.domain, id=variant.segment)
        if variant.segment and conditions_of(known[variant.segment]) is None:
            raise BadInput(
                "Segment {name!r} cannot be told from a request. Valid: segments whose filters are all of pages.",
                name=known[variant.segment].name,
            )


def read_audiences(control: Database, placements: Iterable[Placement]) -> dict[int, tuple[Leaf, ...]]:
    """Those of the placements' segments that are there and can be told. Raises Unavailable."""
    wanted = {one.segment for placement in placements for one in placement.variants if one.segment}
    told = {one.id: conditions_of(one) for one in shared_segments(control, wanted)} if wanted else {}
    return {id: leaves for id, leaves in told.items() if leaves is not None}


def _is_for(variant: Variant, visit: Visit, audiences: Audiences) -> bool:
    told = audiences.get(variant.segment)
    return (
        (not variant.segment or (told is not None and any(_meets(path, told) for path in visit.pages)))
        and (not variant.topics or not visit.topics.isdisjoint(variant.topics))
        and (not variant.districts or visit.district in variant.districts)
        and (not variant.languages or visit.language in variant.languages)
    )


def _meets(path: str, told: Sequence[Leaf]) -> bool:
    """As the stats API has it: one page meets all filters."""
    return all(_holds(leaf, path) for leaf in told)


def _holds(leaf: Leaf, path: str) -> bool:
    kind, _, negated = leaf.operator.partition("_")
    text = path if leaf.case_sensitive else path.casefold()
    values = leaf.values if leaf.case_sensitive else tuple(value.casefold() for value in leaf.values)
    if kind == "is":
        found = text in values
    else:
        found = any(value in text for value in values)
    return found != bool(negated)
