"""What comes next: weekly profile x level x calendar, with simulated paths whose width the past's own errors tell.

An interval holds what came eight times in ten: errors of forecasts from past origins are drawn as whole curves (an error lasts), half of
them the series' own and half other series' in its own scale, days of a kind get those days' surprises as well, and all are widened until
intervals that were made in the past would have held eight of ten (conformal, by the same panel). docs/targets.md has the figures.
"""

from datetime import datetime

import msgspec
import numpy as np

from footfall.errors import BadInput
from footfall.trends.calendar import Calendar
from footfall.trends.day_effects import HALF, effects_ahead, learn, surprises
from footfall.trends.panel import Floats, Ints, Step
from footfall.trends.season import Buckets, buckets_of, fit

__all__ = ["FEWEST_DAYS", "PATHS", "Forecast", "Forecasts", "forecast", "forecast_many"]

PATHS = 400
FEWEST_DAYS = 14
"""Of history: with fewer there is no weekly profile."""
MOST_ORIGINS = 60
CHECKED_DAYS = 14
"""How far ahead intervals of the past are looked at."""
INSIDE = 0.8
LOW, HIGH = 0.1, 0.9
NARROWEST, WIDEST = 1e-3, 3.0
"""Of errors, logarithms; of what they are widened by: a past without noise and a holiday in it would ask for more than any week brought."""


class Forecast(msgspec.Struct, frozen=True, eq=False):
    """One series ahead. ``low80`` and ``high80`` hold a bucket eight times in ten."""

    median: Floats
    """[buckets]"""
    low80: Floats
    high80: Floats
    paths: Floats
    """[paths, buckets]: equally likely ways it may go; sums over buckets are made of these, as errors last."""


class Forecasts(msgspec.Struct, frozen=True, eq=False):
    """Many series ahead, as ``Forecast`` has one."""

    median: Floats
    """[series, buckets]"""
    low80: Floats
    high80: Floats
    paths: Floats
    """[series, paths, buckets]"""

    def one(self, place: int) -> Forecast:
        """That of the series at a place."""
        return Forecast(self.median[place], self.low80[place], self.high80[place], self.paths[place])


def forecast(values: Floats, first: datetime, step: Step, horizon: int, calendar: Calendar, seed: int) -> Forecast:
    """The ``horizon`` buckets after ``values`` [buckets], the first of which begins at ``first``, local. Raises as ``forecast_many``."""
    groups = np.zeros(1, dtype=np.int32)
    return forecast_many(values[None, :], groups, buckets_of(first, step, len(values) + horizon, calendar), seed=seed).one(0)


def forecast_many(values: Floats, groups: Ints, buckets: Buckets, *, seed: int, paths: int = PATHS) -> Forecasts:
    """What follows ``values`` [series, buckets], ``nan`` where unknown: as far as ``buckets`` go. Nothing of it is below 0.

    ``groups`` [series] are from 0: series of one group learn special days of one another.

    Raises:
        BadInput: there is less of the past than FEWEST_DAYS.
    """
    if values.shape[1] < FEWEST_DAYS * buckets.per_day:
        raise BadInput("A forecast needs {days} days of history at least.", days=FEWEST_DAYS)
    drawn = _drawn(values, groups, buckets, np.random.default_rng(seed), paths)
    widened = _applied(drawn.median, drawn.errors * _width(values, groups, buckets, seed))
    low, high = np.quantile(widened, (LOW, HIGH), axis=1)
    return Forecasts(drawn.median, low, high, widened)


class _Drawn(msgspec.Struct, frozen=True, eq=False):
    median: Floats
    errors: Floats
    """[series, paths, buckets]: logarithms."""


def _drawn(values: Floats, groups: Ints, buckets: Buckets, random: np.random.Generator, paths: int) -> _Drawn:
    end = values.shape[1]
    ahead = _from(buckets, end)
    fitted = fit(values, buckets)
    known = learn(values, buckets, fitted)
    median = fitted.ahead(ahead.slots) * np.exp(effects_ahead(known, ahead, end, fitted, groups))
    errors = _resampled(_curves(values, buckets, len(ahead.kinds)), random, paths)
    _surprise(errors, surprises(known, buckets, fitted, groups), ahead, random)
    return _Drawn(median, _lengthened(errors, len(ahead.kinds), buckets.season))


def _from(buckets: Buckets, at: int) -> Buckets:
    return Buckets(buckets.slots[at:], buckets.kinds[at:], buckets.names[at:], buckets.per_day)


def _curves(values: Floats, buckets: Buckets, horizon: int) -> Floats:
    """[origins, series, buckets]: logarithms of what came over what ordinary days would have brought, from past origins, a day apart.
    They are as long as a third of the past allows."""
    end, day = values.shape[1], buckets.per_day
    length = min(horizon, max(buckets.season, end // 3))
    last = end - length
    origins = [at for at in range(last, FEWEST_DAYS * day - 1, -day)][:MOST_ORIGINS] or [last]
    ordinary = buckets.ordinary(end)
    found = []
    for at in origins:
        told = fit(values[:, :at], buckets).ahead(buckets.slots[at : at + length])
        error = np.log((values[:, at : at + length] + HALF) / (told + HALF))
        error[:, ~ordinary[at : at + length]] = np.nan
        found.append(_filled(error))
    return np.array(found)


def _filled(error: Floats) -> Floats:
    """Gaps take the curve's mean."""
    known = np.isfinite(error)
    mean = np.where(known, error, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.where(known, error, mean[:, None])


def _resampled(curves: Floats, random: np.random.Generator, paths: int) -> Floats:
    """[series, paths, buckets]: whole curves, half of them of any series in the series' own scale."""
    origins, series, _ = curves.shape
    scale = np.sqrt((curves**2).mean(axis=(0, 2))) + NARROWEST
    which, whose = random.integers(0, origins, (series, paths)), random.integers(0, series, (series, paths))
    own = np.arange(series)[:, None]
    whose = np.where(random.random((series, paths)) < 0.5, whose, own)
    found: Floats = curves[which, whose] * (scale[:, None] / scale[whose])[..., None]
    return found


def _surprise(errors: Floats, known: dict[str, Floats], ahead: Buckets, random: np.random.Generator) -> None:
    """Days of a kind are as uncertain as such days were, or any special days where there was none of that kind. A path goes with one
    series and one past day throughout: who is surprised by one holiday is surprised alike by the next."""
    series, paths, length = errors.shape
    rest = np.concatenate(list(known.values())) if known else None
    whose, when = random.integers(0, series, (series, paths)), random.random((series, paths))
    for place, kind in enumerate(ahead.kinds[:length]):
        past = known.get(kind, rest) if kind else None
        if past is not None:
            errors[:, :, place] += past[(when * len(past)).astype(int), whose]


def _lengthened(errors: Floats, horizon: int, season: int) -> Floats:
    """Beyond the longest curve its last week goes on, wider with the root of the time."""
    length = errors.shape[2]
    if horizon <= length:
        return errors
    rest = np.arange(length, horizon)
    week = min(season, length)
    tail = errors[:, :, length - week + (rest - length) % week] * np.sqrt((rest + 1) / length)
    return np.concatenate((errors, tail), axis=2)


def _applied(median: Floats, errors: Floats) -> Floats:
    found: Floats = np.maximum((median[:, None, :] + HALF) * np.exp(errors) - HALF, 0.0)
    return found


def _width(values: Floats, groups: Ints, buckets: Buckets, seed: int) -> float:
    """By how much curves must grow for intervals of the past to have held eight buckets in ten, 1 to WIDEST; 1 where the past is short."""
    ratios = [_outside(values, groups, buckets, at, seed) for at in _checks(values.shape[1], buckets.per_day)]
    return float(np.clip(np.quantile(np.concatenate(ratios), INSIDE), 1.0, WIDEST)) if ratios else 1.0


def _checks(end: int, per_day: int) -> list[int]:
    """Past origins at which intervals are looked at."""
    far = CHECKED_DAYS * per_day
    return [at for at in (end - far, end - 3 * far // 2) if at >= (FEWEST_DAYS + CHECKED_DAYS + 3) * per_day]


def _outside(values: Floats, groups: Ints, buckets: Buckets, at: int, seed: int) -> Floats:
    """What came, in half widths of the interval on its side; 1 is its end."""
    end = min(values.shape[1], at + CHECKED_DAYS * buckets.per_day)
    upto = Buckets(buckets.slots[:end], buckets.kinds[:end], buckets.names[:end], buckets.per_day)
    drawn = _drawn(values[:, :at], groups, upto, np.random.default_rng(seed), PATHS // 2)
    low, high = np.quantile(drawn.errors, (LOW, HIGH), axis=1)
    came = np.log((values[:, at:end] + HALF) / (drawn.median + HALF))
    side = np.where(came > 0, np.maximum(high, NARROWEST), np.maximum(-low, NARROWEST))
    found: Floats = np.abs(came) / side
    return found[np.isfinite(found)]
