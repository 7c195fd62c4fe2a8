"""Outlines of places made light enough for a page, in which neighbours still share every edge.

Lines between places are cut where three or more meet, and each piece is simplified once (Douglas and Peucker, 1973), whichever side it is
drawn from; so no gaps and no overlaps come of it. Corners are put on a grid first, on which neighbours that differ in the last digits meet.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from footfall.vocabulary import Ring

__all__ = ["light_outlines", "simplified"]

Point = tuple[int, int]
Line = tuple[Point, ...]
GRID = 100_000
"""Steps a degree: about a metre."""
FEWEST = 4
"""Corners of a ring, the first one twice."""


def light_outlines(shapes: Sequence[Sequence[Ring]], most_corners: int) -> list[tuple[Ring, ...]]:
    """The same shapes with fewer corners, together about ``most_corners`` at most; a shape never loses all of its rings."""
    gridded = [[_on_grid(ring) for ring in rings] for rings in shapes]
    junctions = _junctions(ring for rings in gridded for ring in rings)
    tolerance = 0.0
    while True:
        lines: dict[Line, Line] = {}
        light = [[_light(ring, junctions, tolerance, lines) for ring in rings] for rings in gridded]
        corners = sum(len(ring) for rings in light for ring in rings)
        if corners <= most_corners or tolerance > GRID:
            return [tuple(_degrees(ring) for ring in rings if ring) for rings in light]
        tolerance = max(1.0, tolerance * 1.6)


def simplified(line: Line, tolerance: float) -> Line:
    """The line's ends, and of what is between them the corners that lie farther than that from where the rest would run.

    >>> simplified(((0, 0), (5, 1), (10, 0), (10, 10)), 2)
    ((0, 0), (10, 0), (10, 10))
    """
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, place = max(((_distance(line[at], line[first], line[last]), at) for at in range(first + 1, last)), default=(0.0, 0))
        if far > tolerance:
            kept.add(place)
            waiting += [(first, place), (place, last)]
    return tuple(line[place] for place in sorted(kept))


def _on_grid(ring: Ring) -> Line:
    """Open: the first corner is not there again."""
    points = [(round(longitude * GRID), round(latitude * GRID)) for longitude, latitude in ring]
    kept = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
    return tuple(kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept)


def _junctions(rings: Iterable[Line]) -> set[Point]:
    """Corners where lines of different neighbours meet: those that have more than two corners beside them."""
    beside: defaultdict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for place, point in enumerate(ring):
            beside[point] |= {ring[place - 1], ring[(place + 1) % len(ring)]}
    return {point for point, others in beside.items() if len(others) > 2}


def _light(ring: Line, junctions: set[Point], tolerance: float, lines: dict[Line, Line]) -> Line:
    """Closed again; empty for what is smaller than the grid."""
    if len(ring) < FEWEST - 1:
        return ()
    starts = [place for place, point in enumerate(ring) if point in junctions]
    first = starts[0] if starts else ring.index(min(ring))
    turned = (*ring[first:], *ring[:first], ring[first])
    cuts = [place for place, point in enumerate(turned) if point in junctions] if starts else _halves(turned)
    light: list[Point] = [turned[0]]
    for begin, end in pairwise(cuts):
        light += _shared(turned[begin : end + 1], tolerance, lines)[1:]
    return tuple(light) if len(light) >= FEWEST else turned


def _halves(turned: Line) -> list[int]:
    """A ring that nobody shares is cut at the corner farthest from its first."""
    start = turned[0]
    far = max(range(len(turned)), key=lambda place: (abs(turned[place][0] - start[0]) + abs(turned[place][1] - start[1]), -place))
    return [0, far, len(turned) - 1]


def _shared(line: Line, tolerance: float, lines: dict[Line, Line]) -> Line:
    """One outcome for both directions of the line."""
    forwards = line if line <= line[::-1] else line[::-1]
    if forwards not in lines:
        lines[forwards] = simplified(forwards, tolerance)
    found = lines[forwards]
    return found if forwards == line else found[::-1]


def _distance(point: Point, first: Point, last: Point) -> float:
    """From the stretch between two corners."""
    across, up = last[0] - first[0], last[1] - first[1]
    length = across * across + up * up
    along = ((point[0] - first[0]) * across + (point[1] - first[1]) * up) / length if length else 0.0
    along = min(1.0, max(0.0, along))
    return float(((point[0] - first[0] - along * across) ** 2 + (point[1] - first[1] - along * up) ** 2) ** 0.5)


def _degrees(ring: Line) -> Ring:
    return tuple((longitude / GRID, latitude / GRID) for longitude, latitude in ring)
