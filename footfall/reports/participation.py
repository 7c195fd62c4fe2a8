"""How many come to an event, foretold from the interest in it: log-linear, what events and kinds have of their own shrunk to the middle.

log(attendance) = μ + β·log(1 + interest) + kind + event, where β, kind and event are held near 0 by ridge penalties. That of kinds and
events is the variance of log(attendance) within an event by that between events, as in empirical Bayes: the less one occasion tells of
the next, the more an event that took place once is told by its kind. Interest is what was known before the day.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

__all__ = ["Backtest", "Forecast", "Occasion", "backtest", "fit", "foretold", "median_of_kind"]

LEAST_SHRINK, MOST_SHRINK, SHRINK_SLOPE = 0.02, 4.0, 1.0
"""Penalties, in occasions: at the most an event's own part counts half after four of them."""
LEAST_BEFORE = 10
"""Occasions that must lie before one that is foretold in the backtest."""
LEAST_ERRORS = 10
"""Of the backtest, for an interval."""


class Occasion(msgspec.Struct, frozen=True, kw_only=True):
    """An event on a day, and how many came: aggregates, no row of anybody."""

    event: str
    kind: str
    day: date
    attendance: float
    interest: int | None
    """Visitors of its page in the days before; ``None``: too few to tell, or it has no page."""


class Fit(msgspec.Struct, frozen=True):
    """A model at work."""

    mean: float
    slope: float
    centre: float
    """Mean of log(1 + interest)."""
    kinds: dict[str, float]
    events: dict[str, float]

    def median(self, event: str, kind: str, interest: int | None) -> float:
        """Attendance that is as likely to be passed as not."""
        more = 0.0 if interest is None else self.slope * (math.log1p(interest) - self.centre)
        return math.exp(self.mean + more + self.kinds.get(kind, 0.0) + self.events.get(event, 0.0))


class Backtest(msgspec.Struct, frozen=True, kw_only=True):
    """Each day's occasions foretold from those of the days before."""

    tried: int
    wape: float | None
    """Sum of errors, percent of the sum of attendance; ``None`` where nothing could be tried."""
    wape_of_median: float | None
    """The same of the plainest way: the median of the same event before, else of all."""
    covered: float | None
    """Percent of occasions within the 80 % interval that the errors before them made."""
    ratios: tuple[float, ...] = ()
    """log(attendance / foretold), by day: what intervals are made of."""


class Forecast(msgspec.Struct, frozen=True):
    """Of the next occasion of an event."""

    event: str
    interest: int | None
    median: float
    low: float | None
    """80 % interval; ``None``: too few were tried."""
    high: float | None


def fit(occasions: Sequence[Occasion]) -> Fit:
    """The model of these, of which there is at least one.

    >>> day = date(2026, 3, 1)
    >>> found = [Occasion(event="a", kind="", day=day, attendance=100.0, interest=None)] * 8
    >>> round(fit(found).median("a", "", None))
    100
    """
    known = [math.log1p(one.interest) for one in occasions if one.interest is not None]
    centre = sum(known) / len(known) if known else 0.0
    kinds, events = (sorted({getattr(one, name) for one in occasions} - {""}) for name in ("kind", "event"))
    x = np.zeros((len(occasions), 2 + len(kinds) + len(events)))
    x[:, 0] = 1.0
    for row, one in enumerate(occasions):
        x[row, 1] = 0.0 if one.interest is None else math.log1p(one.interest) - centre
        if one.kind:
            x[row, 2 + kinds.index(one.kind)] = 1.0
        x[row, 2 + len(kinds) + events.index(one.event)] = 1.0
    y = np.log([max(one.attendance, 1.0) for one in occasions])
    penalty = np.array([1e-9, SHRINK_SLOPE, *[_shrink(occasions)] * (len(kinds) + len(events))])
    found: NDArray[np.floating[Any]] = np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ y)
    own = [float(value) for value in found[2:]]
    of_kinds, of_events = dict(zip(kinds, own[: len(kinds)], strict=True)), dict(zip(events, own[len(kinds) :], strict=True))
    return Fit(float(found[0]), float(found[1]), centre, of_kinds, of_events)


def backtest(occasions: Sequence[Occasion]) -> Backtest:
    """How far the model was off, day by day, when it knew only the days before."""
    before: list[Occasion] = []
    errors: list[tuple[float, float, float]] = []
    ratios: list[float] = []
    inside: list[bool] = []
    for _, of_day in groupby(sorted(occasions, key=lambda one: (one.day, one.event)), key=lambda one: one.day):
        now = list(of_day)
        if len(before) >= LEAST_BEFORE:
            model, known = fit(before), tuple(ratios)
            for one in now:
                median = model.median(one.event, one.kind, one.interest)
                low, high = _interval(median, known)
                if low is not None and high is not None:
                    inside.append(low <= one.attendance <= high)
                errors.append((abs(one.attendance - median), abs(one.attendance - _plain(before, one)), one.attendance))
                ratios.append(math.log(max(one.attendance, 1.0) / median))
        before += now
    whole = sum(attendance for *_, attendance in errors)
    wape, plain = (round(100 * sum(one[place] for one in errors) / whole, 1) if whole else None for place in (0, 1))
    covered = round(100 * sum(inside) / len(inside), 1) if inside else None
    return Backtest(tried=len(errors), wape=wape, wape_of_median=plain, covered=covered, ratios=tuple(ratios))


def foretold(model: Fit, tried: Backtest, event: str, kind: str, interest: int | None) -> Forecast:
    """The event's next occasion, were it now."""
    median = model.median(event, kind, interest)
    return Forecast(event, interest, round(median), *_interval(median, tried.ratios))


def median_of_kind(occasions: Sequence[Occasion], event: str, kind: str) -> tuple[float, int] | None:
    """What similar events got: the median of the other events of its kind, and how many occasions it is of; ``None`` without any."""
    found = [one.attendance for one in occasions if one.kind == kind and one.event != event and kind]
    return (float(np.median(found)), len(found)) if found else None


def _shrink(occasions: Sequence[Occasion]) -> float:
    """Variance within events by that between them, within bounds; the most where nothing took place twice."""
    by_event: dict[str, list[float]] = defaultdict(list)
    for one in occasions:
        by_event[one.event].append(math.log(max(one.attendance, 1.0)))
    again = [logs for logs in by_event.values() if len(logs) > 1]
    if len(again) < 2:
        return MOST_SHRINK
    within = sum(float(np.var(logs)) * len(logs) for logs in again) / sum(len(logs) - 1 for logs in again)
    between = float(np.var([np.mean(logs) for logs in again], ddof=1))
    return min(max(within / between if between else MOST_SHRINK, LEAST_SHRINK), MOST_SHRINK)


def _interval(median: float, ratios: Sequence[float]) -> tuple[float | None, float | None]:
    if len(ratios) < LEAST_ERRORS:
        return None, None
    low, high = np.quantile(ratios, (0.1, 0.9))
    return round(median * math.exp(float(low))), round(median * math.exp(float(high)))


def _plain(before: Sequence[Occasion], one: Occasion) -> float:
    same = [other.attendance for other in before if other.event == one.event]
    return float(np.median(same or [other.attendance for other in before]))
