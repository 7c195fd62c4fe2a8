"""A small graph in a table's row: one line of points in SVG, broken where there is no number."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

import msgspec

__all__ = ["HEIGHT", "WIDTH", "Sparkline", "draw"]

WIDTH, HEIGHT, EDGE = 120, 30, 2


class Sparkline(msgspec.Struct, frozen=True, kw_only=True):
    """Shapes in a box of WIDTH by HEIGHT; zero is at its foot."""

    lines: tuple[str, ...]
    """``points`` of each stretch; one point alone is there twice, which round ends make a dot."""
    most: tuple[date, int] | None
    least: tuple[date, int] | None
    """First day and value; ``None`` without values."""
    blank: int
    """Points without a number."""


def draw(days: Sequence[date], values: Sequence[int | None]) -> Sparkline:
    """The line of these values, of buckets that begin on these days."""
    known = [(day, value) for day, value in zip(days, values, strict=True) if value is not None]
    top = max((value for _, value in known), default=0) or 1
    points = [None if value is None else _point(place / max(len(values) - 1, 1), value / top) for place, value in enumerate(values)]
    return Sparkline(
        lines=tuple(_stretch([point for point in run if point]) for there, run in groupby(points, key=bool) if there),
        most=max(known, key=lambda pair: pair[1], default=None),
        least=min(known, key=lambda pair: pair[1], default=None),
        blank=len(values) - len(known),
    )


def _point(across: float, up: float) -> str:
    return f"{EDGE + (WIDTH - 2 * EDGE) * across:.1f},{HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * up:.1f}"


def _stretch(points: list[str]) -> str:
    return " ".join(points if len(points) > 1 else points * 2)
