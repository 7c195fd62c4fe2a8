"""How a placement did, as its page shows it: released sums by arm, and what they say of a test."""

from collections.abc import Mapping
from datetime import date

import msgspec

from footfall.control.placements import Placement
from footfall.interests.ab import Compared, Counted, Verdict, compare, verdict_of
from footfall.serve.placement_results import Result, Results

__all__ = ["Line", "Outcome", "outcome_of", "sums_of"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One arm."""

    name: str
    """Empty where there is no test."""
    result: Result | None = None
    """None: fewer than ten were shown, or none."""
    compared: Compared | None = None
    is_first: bool = False
    """The one that the others are compared with."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """All arms, in the placement's order, and what they say together."""

    first: date
    last: date
    lines: tuple[Line, ...]
    others: tuple[Result, ...] = ()
    """What was shown under arms that are no longer there, or before there were any."""
    verdict: Verdict | None = None
    """None: there is no test."""


def outcome_of(placement: Placement, results: Results) -> Outcome:
    """Of results by arm."""
    by_name = {one.value: one for one in results.results}
    names = [arm.name for arm in placement.arms] or [""]
    tested = [_counted(by_name[name], results.smallest) for name in names if name in by_name]
    compared = {one.arm.name: one for one in compare(tested)}
    return Outcome(
        first=date.fromisoformat(results.first),
        last=date.fromisoformat(results.last),
        lines=tuple(_line(name, by_name, compared) for name in names),
        others=tuple(one for one in results.results if one.value not in names),
        verdict=verdict_of(tested, planned=len(names)) if placement.arms else None,
    )


def sums_of(results: Results) -> tuple[int, int | None]:
    """Shown and clicked of all arms together, of what was released of each; None where nothing was of clicks."""
    clicked = [one.clicked for one in results.results if one.clicked is not None]
    return sum(one.shown for one in results.results), sum(clicked) if clicked else None


def _line(name: str, results: Mapping[str, Result], compared: Mapping[str, Compared]) -> Line:
    first = next(iter(compared), None)
    return Line(name=name, result=results.get(name), compared=compared.get(name), is_first=name == first)


def _counted(result: Result, step: int) -> Counted:
    return Counted(name=result.value, shown=result.shown, clicked=result.clicked or 0, step=step)
