"""The city as the server draws it: outlines of places, shaded by classes that hold about as many places each."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from footfall.vocabulary import Ring

__all__ = ["Area", "CityMap", "Shade", "draw_city", "quantiles"]

WIDTH, TALLEST, EDGE = 720, 620, 6
MOST_SHADES = 5


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """One shape of the map."""

    id: str
    outline: str
    """``d`` of an SVG path, filled by the even-odd rule."""
    value: float | None
    """``None``: it has no number of its own."""
    shade: int
    """The depth of its class, 1 to 5; 0 without a number."""


class Shade(msgspec.Struct, frozen=True):
    """A class: from the first number to the last, both in it."""

    depth: int
    first: float
    last: float


class CityMap(msgspec.Struct, frozen=True, kw_only=True):
    """The map of one answer."""

    width: int
    height: int
    areas: tuple[Area, ...]
    shades: tuple[Shade, ...]
    """From few to many; empty without numbers."""
    has_folded: bool
    """Some places have no number."""
    beneath: tuple[Area, ...] = ()
    """Larger shapes that what was too small went to, to be drawn before the others."""


def draw_city(
    outlines: Mapping[str, Sequence[Ring]], values: Mapping[str, float | None], beneath: Mapping[str, Sequence[Ring]] | None = None
) -> CityMap | None:
    """The map of these places with these numbers, over those beneath; ``None`` where no place has an outline."""
    shown, below = ({id: rings for id, rings in some.items() if rings} for some in (outlines, beneath or {}))
    if not shown and not below:
        return None
    shades = quantiles([value for id in shown if (value := values.get(id)) is not None])
    frame = _Frame([point for rings in (*shown.values(), *below.values()) for ring in rings for point in ring])
    areas = tuple(_area(id, frame.path(rings), values.get(id), shades) for id, rings in shown.items())
    return CityMap(
        width=WIDTH,
        height=frame.height,
        areas=areas,
        shades=shades,
        has_folded=any(area.value is None for area in areas),
        beneath=tuple(_area(id, frame.path(rings), None, ()) for id, rings in below.items()),
    )


def quantiles(numbers: Sequence[float]) -> tuple[Shade, ...]:
    """At most five classes that hold about as many of the numbers each; like numbers are in one class.

    >>> [(shade.first, shade.last) for shade in quantiles([20, 20, 30, 40, 50, 900])]
    [(20, 20), (30, 30), (40, 40), (50, 50), (900, 900)]
    """
    ordered = sorted(numbers)
    different = sorted(set(ordered))
    count = min(MOST_SHADES, len(different))
    starts = sorted({ordered[len(ordered) * place // count] for place in range(count)}) if len(different) > MOST_SHADES else different
    lasts = [max(number for number in different if number < start) for start in starts[1:]] + different[-1:]
    steps = max(len(starts) - 1, 1)
    depths = [MOST_SHADES - (MOST_SHADES - 1) * (len(starts) - 1 - place) // steps for place in range(len(starts))]
    return tuple(Shade(depth, first, last) for depth, first, last in zip(depths, starts, lasts, strict=True))


class _Frame:
    """Degrees to places in a box WIDTH wide; a degree of longitude is as long as it is at the city's latitude."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        self._across = math.cos(math.radians((south + north) / 2)) or 1.0
        wide, tall = max((east - west) * self._across, 1e-6), max(north - south, 1e-6)
        self._scale = min((WIDTH - 2 * EDGE) / wide, (TALLEST - 2 * EDGE) / tall)
        self._west, self._north = west, north
        self._left = (WIDTH - wide * self._scale) / 2
        self.height = math.ceil(tall * self._scale) + 2 * EDGE

    def path(self, rings: Sequence[Ring]) -> str:
        return "".join(f"M{'L'.join(self._at(point) for point in ring[:-1])}Z" for ring in rings)

    def _at(self, point: tuple[float, float]) -> str:
        across = self._left + (point[0] - self._west) * self._across * self._scale
        return f"{across:.1f} {EDGE + (self._north - point[1]) * self._scale:.1f}"


def _area(id: str, outline: str, value: float | None, shades: tuple[Shade, ...]) -> Area:
    shade = 0 if value is None else next((one.depth for one in shades if value <= one.last), MOST_SHADES)
    return Area(id=id, outline=outline, value=value, shade=shade)
