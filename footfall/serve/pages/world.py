"""The world by country, as the server draws it: outlines of Natural Earth, shaded by classes of visitors."""

from functools import cache
from importlib.resources import files

import msgspec

from footfall.privacy import Released
from footfall.vocabulary import Answer

__all__ = ["Country", "Shade", "World", "draw_world", "shades_of"]

MOST_SHADES = 5
LADDERS = ((1, 2, 5), (1, 3), (1,))
"""Where classes may begin, times powers of ten: the first ladder that needs few enough of them is taken."""


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """One shape of the map."""

    code: str
    """ISO 3166-1 alpha-2."""
    outline: str
    """``d`` of an SVG path."""
    visitors: int | None = None
    """``None``: fewer than may be shown, or none."""
    shade: int = 0
    """The depth of its class; 0 without a number."""


class Shade(msgspec.Struct, frozen=True):
    """A class: from the first number to the last, both in it."""

    depth: int
    """1 to MOST_SHADES, spread out; the class with the most has always the deepest."""
    first: int
    last: int


class World(msgspec.Struct, frozen=True, kw_only=True):
    """The map of one answer."""

    width: int
    height: int
    countries: tuple[Country, ...]
    shades: tuple[Shade, ...]
    """From few to many; empty without numbers."""
    most: tuple[str, int] | None
    """Code and visitors of the country with the most."""


def draw_world(released: Released[Answer]) -> World:
    """The map of a released answer by country whose first metric is visitors. Places that the map is too coarse for are not on it."""
    found = {row.dimensions[0]: row.metrics[0] for row in released.answer.rows}
    visitors = {code: number for code, number in found.items() if code and isinstance(number, int) and number > 0}
    shades = shades_of(list(visitors.values()))
    width, height, outlines = _outlines()
    return World(
        width=width,
        height=height,
        countries=tuple(_country(code, outline, visitors.get(code), shades) for code, outline in outlines.items()),
        shades=shades,
        most=max(visitors.items(), key=lambda pair: pair[1], default=None),
    )


def shades_of(numbers: list[int]) -> tuple[Shade, ...]:
    """At most five classes, each a like factor wide, that hold all the numbers.

    >>> [(shade.first, shade.last) for shade in shades_of([12, 450, 87])]
    [(10, 19), (20, 49), (50, 99), (100, 199), (200, 450)]
    """
    if not numbers:
        return ()
    least, most = min(numbers), max(numbers)
    steps = next((steps for steps in (_steps(ladder, least, most) for ladder in LADDERS) if len(steps) <= MOST_SHADES), None)
    steps = steps or _steps(LADDERS[-1], least, most)[-MOST_SHADES:]
    firsts = [min(steps[0], least), *steps[1:]]
    lasts = [*(step - 1 for step in steps[1:]), most]
    above = reversed(range(len(steps)))
    depths = [MOST_SHADES - (MOST_SHADES - 1) * place // max(len(steps) - 1, 1) for place in above]
    return tuple(Shade(depth, first, last) for depth, first, last in zip(depths, firsts, lasts, strict=True))


def _steps(ladder: tuple[int, ...], least: int, most: int) -> list[int]:
    """The rungs from the last that is not above the least number."""
    rungs = [rung * 10**power for power in range(len(str(most))) for rung in ladder]
    return [rung for rung, following in zip(rungs, [*rungs[1:], most + 1], strict=True) if rung <= most and following > least]


def _country(code: str, outline: str, visitors: int | None, shades: tuple[Shade, ...]) -> Country:
    if visitors is None:
        return Country(code=code, outline=outline)
    shade = next(shade for shade in shades if visitors <= shade.last)
    return Country(code=code, outline=outline, visitors=visitors, shade=shade.depth)


@cache
def _outlines() -> tuple[int, int, dict[str, str]]:
    """Width and height of the map's box, and the outlines by code."""
    size, *lines = (files("footfall.serve.pages") / "data" / "world.tsv").read_text(encoding="ascii").splitlines()
    width, height = map(int, size.split())
    return width, height, dict(line.split("\t") for line in lines)
