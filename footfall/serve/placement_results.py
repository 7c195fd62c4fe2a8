"""How placements did: what was shown and clicked by arm, item, position or day, through the gate.

A sum leaves in whole tens under ``staff``, rounded down, and not at all under ten.
"""

from datetime import date, timedelta

import msgspec

from footfall.collect.days import day_of
from footfall.control.placements import Placement
from footfall.errors import BadQuestion
from footfall.privacy import release_events
from footfall.privacy.policy import POLICIES
from footfall.serve.house import Desk
from footfall.store.shown import DIMENSIONS, Sums, shown_by
from footfall.vocabulary import Portal

__all__ = ["Result", "Results", "results_of"]

MOST_DAYS, USUAL_DAYS = 366, 28


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A released line."""

    value: str
    """Name of an arm (empty outside a test), id of an item, position, or day."""
    shown: int
    clicked: int | None
    """None: fewer than ten, or none."""
    rate: float | None
    """Percent of what was shown."""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """How a placement did."""

    placement: str
    by: str
    first: str
    last: str
    policy: str
    smallest: int
    """Numbers are in whole steps of this, rounded down; what is under one is absent. 0: they are exact."""
    results: list[Result]


def results_of(desk: Desk, portal: Portal, placement: Placement, by: str, days: tuple[str, str]) -> Results:
    """How the placement did by arm, item, position or day; without days, in the last four weeks.

    Raises:
        BadQuestion: by, or the days, are not valid.
        Unavailable: the store is away.
    """
    if by not in DIMENSIONS:
        raise BadQuestion("by {value!r} is not known. Valid: {valid}.", value=by[:20], valid=", ".join(DIMENSIONS))
    first, last = _days(days, date.fromisoformat(day_of(portal.timezone, desk.now())))
    policy = desk.settings.policy
    found = [_released(value, sums, policy) for value, sums in shown_by(desk.engine, portal.id, placement.id, by, (first, last))]
    return Results(
        placement=placement.id,
        by=by,
        first=str(first),
        last=str(last),
        policy=policy,
        smallest=POLICIES[policy].smallest_cohort,
        results=[one for one in found if one is not None],
    )


def _released(value: str, sums: Sums, policy: str) -> Result | None:
    shown, clicked = (release_events(number, policy, each=1).answer for number in sums)
    if not shown:
        return None
    told = min(clicked, shown) if clicked or policy == "exact" else None
    return Result(value=value, shown=shown, clicked=told, rate=None if told is None else round(100 * told / shown, 2))


def _days(days: tuple[str, str], today: date) -> tuple[date, date]:
    try:
        last = date.fromisoformat(days[1]) if days[1] else today
        first = date.fromisoformat(days[0]) if days[0] else last - timedelta(days=USUAL_DAYS - 1)
    except ValueError:
        raise BadQuestion("The days from and to are not valid. Valid: YYYY-MM-DD.") from None
    if not 0 <= (last - first).days < MOST_DAYS:
        raise BadQuestion("The days from and to are at most {most}, the first before the last.", most=MOST_DAYS)
    return first, last
