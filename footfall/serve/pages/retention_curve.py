"""The retention curve as the server draws it: a line through the weeks, and the band of its intervals."""

from collections.abc import Sequence

import msgspec

from footfall.reports.loyalty import Curve

__all__ = ["HEIGHT", "WIDTH", "Drawn", "draw_curve"]

WIDTH, HEIGHT = 600, 200
TOP = 0.95
"""Of the height, the highest end of an interval."""


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """In a box of WIDTH by HEIGHT."""

    line: str
    """``points`` of the rates, by week."""
    band: str
    """``points`` around the intervals."""
    marks: tuple[tuple[float, float], ...]
    """Heights of rules with their percent."""
    ticks: tuple[tuple[float, int], ...]
    """Places of the weeks."""


def draw_curve(curve: Sequence[Curve]) -> Drawn | None:
    """The weeks that have a number; ``None`` for fewer than two."""
    known = [(point.week, point.rate) for point in curve if point.rate is not None]
    if len(known) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    top = max(rate.high for _, rate in known) or 1.0

    def x(week: int) -> float:
        return round(40 + (WIDTH - 60) * (week - first) / (last - first), 1)

    def y(value: float) -> float:
        return round(HEIGHT * (1 - TOP * value / top), 1)

    low = [f"{x(week)},{y(rate.low)}" for week, rate in reversed(known)]
    return Drawn(
        line=" ".join(f"{x(week)},{y(rate.rate)}" for week, rate in known),
        band=" ".join([*(f"{x(week)},{y(rate.high)}" for week, rate in known), *low]),
        marks=tuple((y(value), round(value, 1)) for value in (0.0, top / 2, top)),
        ticks=tuple((x(week), week) for week, _ in known),
    )
