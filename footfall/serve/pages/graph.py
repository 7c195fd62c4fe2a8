"""The graph as the server draws it: a line of points in SVG, useful without any script."""

from bisect import bisect_right
from datetime import datetime
from typing import Any

import msgspec

from footfall.errors import BadQuestion
from footfall.privacy import Released
from footfall.vocabulary import Answer

__all__ = ["Ahead", "Graph", "draw", "draw_ahead", "draw_rows", "steps_that_fit", "x_of"]

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 1000, 260, 46, 12, 24
STEPS = (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10)
MOST_NAMES, STROKE = 7, 3

MOST_STEPS = 1500
"""Of a graph: more could not be told apart, and would hold the server up."""
STEP_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10_080, "month": 43_200}


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """Shapes in a box of WIDTH by HEIGHT."""

    line: tuple[str, ...]
    """``points`` of the stretches that are complete; a bucket without a number breaks the line."""
    open_line: tuple[str, ...]
    """The stretch to a bucket that is not over."""
    area: tuple[str, ...]
    band: tuple[str, ...] = ()
    """Around values that have noise: the ±."""
    other_line: tuple[str, ...]
    """What it is compared with."""
    marks: tuple[tuple[float, float], ...]
    """Height and value of each horizontal rule."""
    names: tuple[tuple[float, str], ...]
    """Place and label of some buckets."""
    rows: tuple[tuple[str, Any, Any], ...]
    """Label, value and compared value of every bucket."""
    running: int | None
    """Place of the bucket that is not over; ``None`` where all are."""
    highest: tuple[str, float] | None
    lowest: tuple[str, float] | None
    """Label and value of the bucket with the most and with the least; ``None`` without values."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """What came and what is likely to come, in a box of WIDTH by HEIGHT."""

    line: tuple[str, ...]
    """What came."""
    likely: tuple[str, ...]
    band: tuple[str, ...]
    """Around what is likely: eight times in ten."""
    wanted: float
    """Height of what is to be reached."""
    marks: tuple[tuple[float, float], ...]
    names: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def draw(released: Released[Answer], now: datetime) -> Graph:
    """The graph of an answer by time with one metric and ``time_labels``; ``now`` in the portal's own time.

    Buckets that are yet to come have no value; the one that runs is drawn apart.

    Raises:
        BadQuestion: there are more than MOST_STEPS; the sentence says which intervals are valid.
    """
    return draw_rows(released.answer, now)


def draw_rows(answer: Answer, now: datetime) -> Graph:
    """As ``draw``, of rows that were put together from numbers which the gate let out. Raises as it does."""
    labels = [str(label) for label in answer.meta["time_labels"]]  # type: ignore[attr-defined]
    first, end = (datetime.fromisoformat(text) for text in answer.query["date_range"])  # type: ignore[attr-defined]
    if len(labels) > MOST_STEPS:
        raise BadQuestion(
            "A graph of {count:,} steps cannot be drawn. Valid intervals: {valid}.",
            count=len(labels),
            valid=", ".join(steps_that_fit(first, end)),
        )
    values, others = _series(answer, labels)
    running = bisect_right(labels, now.strftime("%Y-%m-%d %H:%M:%S")) - 1
    values[running + 1 :] = [None] * (len(labels) - running - 1)
    is_open = running >= 0 and end > now
    above, below = _ends(answer, labels, values)
    top = _ceiling(max([value for value in (*values, *others, *above) if value is not None], default=0))
    known = [(label, value) for label, value in zip(labels, values, strict=True) if value is not None]
    points = _points(values, top)
    closed = [None if is_open and place == running else point for place, point in enumerate(points)]
    tail = [point if is_open and running - 1 <= place <= running else None for place, point in enumerate(points)]
    return Graph(
        line=_stretches(closed),
        open_line=_stretches(tail),
        area=_areas(points),
        band=_bands(_points(above, top), _points(below, top)),
        other_line=_stretches(_points(others, top)),
        marks=tuple((_y(top * part / 4, top), top * part / 4) for part in range(5)),
        names=_names(labels),
        rows=tuple(zip(labels, values, others, strict=True)),
        running=running if is_open else None,
        highest=max(known, key=lambda pair: pair[1], default=None),
        lowest=min(known, key=lambda pair: pair[1], default=None),
    )


def draw_ahead(labels: list[str], came: list[Any], likely: list[Any], ends: tuple[list[Any], list[Any]], wanted: float) -> Ahead:
    """The graph of these days; ``ends`` are the lower and the upper of what is likely. ``None`` breaks a line."""
    low, high = ends
    top = _ceiling(max([value for value in (*came, *likely, *high, wanted) if value is not None]))
    return Ahead(
        line=_stretches(_points(came, top)),
        likely=_stretches(_points(likely, top)),
        band=_bands(_points(high, top), _points(low, top)),
        wanted=_y(wanted, top),
        marks=tuple((_y(top * part / 4, top), top * part / 4) for part in range(5)),
        names=_names(labels),
    )


def steps_that_fit(first: datetime, last: datetime) -> tuple[str, ...]:
    """Intervals by which a graph of that span has no more than MOST_STEPS steps.

    >>> steps_that_fit(datetime(2026, 1, 1), datetime(2026, 1, 31, 23, 59, 59))
    ('hour', 'day', 'week', 'month')
    """
    minutes = (last - first).total_seconds() / 60
    return tuple(name for name in STEP_MINUTES if minutes / STEP_MINUTES[name] <= MOST_STEPS)


def _series(answer: Answer, labels: list[str]) -> tuple[list[Any], list[Any]]:
    """Value and compared value of each bucket, in order. One without a row is 0, or ``None`` where the gate folds few and none."""
    release = answer.meta.get("release")
    is_whole = isinstance(release, dict) and release["smallest_cohort"] == 0
    values: list[Any] = [0 if is_whole else None] * len(labels)
    others: list[Any] = [None] * len(labels)
    place = 0
    for row in answer.rows:
        place = labels.index(row.dimensions[0], place)  # an hour that the clock repeats has its label twice
        values[place] = row.metrics[0]
        others[place] = row.comparison.metrics[0] if row.comparison else None
        place += 1
    return values, others


def _ends(answer: Answer, labels: list[str], values: list[Any]) -> tuple[list[Any], list[Any]]:
    """Value with its ± above and below, of each bucket that has one; nothing counts less than nobody."""
    spread = {row.dimensions[0]: row.plus_minus for row in answer.rows if row.plus_minus is not None}
    pairs = [(value, spread.get(label)) for label, value in zip(labels, values, strict=True)]
    known = [None if value is None or width is None else (value + width, max(0, value - width)) for value, width in pairs]
    return [ends and ends[0] for ends in known], [None if ends is None else ends[1] for ends in known]


def _ceiling(most: float) -> float:
    """The least round number that holds the most in four equal steps.

    >>> _ceiling(7), _ceiling(430), _ceiling(0)
    (8.0, 500.0, 4.0)
    """
    if most <= 4:
        return 4.0
    power = 10 ** (len(str(int(most / 4))) - 1)
    return float(next(step * power * 4 for step in STEPS if step * power * 4 >= most))


def x_of(place: int, count: int) -> float:
    """Where the bucket at that place of so many stands."""
    return round(LEFT + (WIDTH - LEFT - 6) * (place / (count - 1) if count > 1 else 0.5), 1)


def _y(value: float, top: float) -> float:
    return round(TOP + (HEIGHT - BOTTOM - TOP) * (1 - value / top), 1)


def _points(values: list[Any], top: float) -> list[tuple[float, float] | None]:
    return [None if value is None else (x_of(place, len(values)), _y(value, top)) for place, value in enumerate(values)]


def _runs(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _stretches(points: list[tuple[float, float] | None]) -> tuple[str, ...]:
    """``points`` of each run; one that stands alone is a short stroke, which would not be seen otherwise."""
    drawn = [run if len(run) > 1 else [(run[0][0] - STROKE, run[0][1]), (run[0][0] + STROKE, run[0][1])] for run in _runs(points)]
    return tuple(" ".join(f"{x},{y}" for x, y in run) for run in drawn)


def _areas(points: list[tuple[float, float] | None]) -> tuple[str, ...]:
    floor = HEIGHT - BOTTOM
    closed = [[(run[0][0], floor), *run, (run[-1][0], floor)] for run in _runs(points) if len(run) > 1]
    return tuple(" ".join(f"{x},{y}" for x, y in run) for run in closed)


def _bands(above: list[tuple[float, float] | None], below: list[tuple[float, float] | None]) -> tuple[str, ...]:
    """``points`` around each run; one bucket alone is a short upright bar."""
    drawn = []
    for upper, lower in zip(_runs(above), _runs(below), strict=True):
        if len(upper) == 1:
            upper, lower = ([(x - STROKE, y), (x + STROKE, y)] for ((x, y),) in (upper, lower))
        drawn.append([*upper, *reversed(lower)])
    return tuple(" ".join(f"{x},{y}" for x, y in ring) for ring in drawn)


def _names(labels: list[str]) -> tuple[tuple[float, str], ...]:
    every = max(1, -(-len(labels) // MOST_NAMES))
    return tuple((x_of(place, len(labels)), label) for place, label in enumerate(labels) if place % every == 0)
