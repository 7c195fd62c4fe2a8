"""The trend of the City page: every step of a period, drawn by the portal page's graph; and two measures side by side."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import correlation, mean

import msgspec

from footfall.privacy.measures import FLOOR
from footfall.serve.city_data import bucket_end
from footfall.serve.pages.graph import Graph, draw_rows
from footfall.vocabulary import Answer, Cell, Row

__all__ = ["FEWEST_PLACES", "Ranked", "draw_trend", "indexed", "labels_of", "ranked", "steps_of"]

FEWEST_PLACES = 5
"""Of a rank correlation: fewer tell nothing."""
STRONG, CLEAR, WEAK = 0.7, 0.4, 0.2
MOST_STEPS = 1500


class Ranked(msgspec.Struct, frozen=True):
    """How alike two measures rank the places (Spearman's ρ; like numbers share the mean of their ranks)."""

    rho: float | None
    """``None``: too few places, or all alike."""
    places: int

    @property
    def strength(self) -> str:
        """One of ``strong``, ``clear``, ``weak``, ``none``."""
        size = abs(self.rho or 0.0)
        return "strong" if size >= STRONG else "clear" if size >= CLEAR else "weak" if size >= WEAK else "none"


def labels_of(first: date, end: datetime, grain: str) -> list[str]:
    """Beginnings of all steps that begin from the first day on and before the end, as the contract's clock has them: days, or days
    with their hour."""
    begin = _beginning(datetime.combine(first, datetime.min.time()), grain)
    if begin.date() < first:
        begin = bucket_end(begin, grain)
    found: list[str] = []
    while begin < end.replace(tzinfo=None) and len(found) <= MOST_STEPS:
        found.append(_label(begin, grain))
        begin = bucket_end(begin, grain)
    return found


def steps_of(first: date, last: date, grains: Sequence[str]) -> str:
    """The step that suits so many days, of those there are: hours up to two days, days up to four months, weeks up to two years."""
    days = (last - first).days + 1
    suits = "hour" if days <= 2 else "day" if days <= 120 else "week" if days <= 730 else "month"
    order = ("hour", "day", "week", "month", "quarter", "year")
    at_least = [grain for grain in grains if order.index(grain) >= order.index(suits)]
    return at_least[0] if at_least else grains[-1]


def draw_trend(labels: list[str], cells: Sequence[Cell], others: Sequence[Cell], *, now: datetime, end: datetime) -> Graph:
    """The graph of these steps; ``now`` and ``end`` (of the last step) by the contract's clock. What is not over is drawn apart."""
    values = {_short(cell.key, labels): cell.value for cell in cells}
    beside = {_short(cell.key, labels): cell.value for cell in others}
    rows = tuple(
        Row((label,), (values.get(label),), comparison=Row((label,), (beside.get(label),)) if others else None)
        for label in labels
        if label in values or label in beside
    )
    span = [f"{labels[0]} 00:00:00"[:19], end.strftime("%Y-%m-%d %H:%M:%S")] if labels else ["1970-01-01", "1970-01-01"]
    meta: dict[str, object] = {"time_labels": labels, "release": {"smallest_cohort": FLOOR}}
    return draw_rows(Answer(rows=rows, meta=meta, query={"date_range": span}), now.replace(tzinfo=None))


def indexed(cells: Sequence[Cell], common: set[str]) -> list[Cell]:
    """The cells with 100 for the mean of their numbers of these steps."""
    known = [cell.value for cell in cells if cell.key in common and cell.value is not None]
    base = mean(known) if known else 0.0
    return [Cell(cell.key, round(100 * cell.value / base, 1), cell.cohort) for cell in cells if base and cell.value is not None]


def ranked(pairs: Sequence[tuple[float, float]]) -> Ranked:
    """Of places that have both numbers.

    >>> ranked([(1, 10), (2, 20), (3, 30), (4, 50), (5, 40)])
    Ranked(rho=0.9, places=5)
    """
    left, right = [one for one, _ in pairs], [other for _, other in pairs]
    if len(pairs) < FEWEST_PLACES or len(set(left)) < 2 or len(set(right)) < 2:
        return Ranked(None, len(pairs))
    return Ranked(round(correlation(_ranks(left), _ranks(right)), 2), len(pairs))


def _ranks(numbers: list[float]) -> list[float]:
    """Ranks from 1; like numbers share the mean of theirs."""
    ordered = sorted(numbers)
    return [ordered.index(number) + (ordered.count(number) + 1) / 2 for number in numbers]


def _short(key: str, labels: list[str]) -> str:
    return key[: len(labels[0])] if labels else key


def _label(begin: datetime, grain: str) -> str:
    return begin.strftime("%Y-%m-%d %H:%M:%S" if grain == "hour" else "%Y-%m-%d")


def _beginning(day: datetime, grain: str) -> datetime:
    months = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}
    if grain in months:
        return day.replace(month=months[grain], day=1)
    return day - timedelta(days=day.weekday()) if grain == "week" else day
