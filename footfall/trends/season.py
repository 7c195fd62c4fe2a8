"""A series' ordinary weeks: its profile by slot (weekday, or hour of the week) and how busy it has been lately."""

from datetime import UTC, date, datetime, timedelta, tzinfo

import msgspec
import numpy as np

from footfall.trends.calendar import Calendar
from footfall.trends.panel import Floats, Ints, Step, step_of

__all__ = ["Buckets", "Fit", "buckets_of", "fit"]

WEEKS, HALF_LIFE_DAYS, LEVEL_DAYS = 6, 4.0, 28
"""Of the profile; of the level, and how far it looks back."""
SPARSE = 5.0
"""Under so many a bucket the median of few weeks is 0 too often: the mean stands for it."""
LEAST = 1e-9


class Buckets(msgspec.Struct, frozen=True, eq=False):
    """What is known of buckets before anything is counted in them: the past's and those ahead."""

    slots: Ints
    """Weekday from 0, or hour of the week from 0, local."""
    kinds: tuple[str, ...]
    """``Calendar.day_kind`` of the bucket's day."""
    names: tuple[str, ...]
    """The holiday's or the event's name."""
    per_day: int

    @property
    def season(self) -> int:
        """Slots of a week."""
        return 7 * self.per_day

    def ordinary(self, end: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Which of the first buckets are of days without a kind."""
        return np.array([not kind for kind in self.kinds[:end]], dtype=bool)


class Fit(msgspec.Struct, frozen=True, eq=False):
    """What ordinary weeks look like at some instant."""

    profile: Floats
    """[series, slots]"""
    level: Floats
    """[series]: lately, times the profile."""

    def ahead(self, slots: Ints) -> Floats:
        """[series, buckets]: what ordinary days would bring."""
        found: Floats = self.profile[:, slots] * self.level[:, None]
        return found


def buckets_of(first: datetime, step: Step, count: int, calendar: Calendar) -> Buckets:
    """``count`` buckets from ``first`` on; days and hours are those of its zone."""
    zone: tzinfo = first.tzinfo or UTC
    per_day = 24 if step == "hour" else 1
    starts = [first.astimezone(UTC) + place * step_of(step) for place in range(count)] if step == "hour" else []
    local = [at.astimezone(zone) for at in starts] or [first + timedelta(days=place) for place in range(count)]
    known: dict[date, tuple[str, str]] = {day: (calendar.day_kind(day), calendar.name_of(day)) for day in {at.date() for at in local}}
    slots = np.array([at.weekday() * per_day + (at.hour if per_day > 1 else 0) for at in local], dtype=np.int32)
    told = [known[at.date()] for at in local]
    return Buckets(slots, tuple(kind for kind, _ in told), tuple(name for _, name in told), per_day)


def fit(values: Floats, buckets: Buckets) -> Fit:
    """The fit at the end of ``values`` [series, buckets], ``nan`` where nothing is known. Days of a kind do not count in it.

    The profile is the median of each slot in the last six weeks, the level what came over the profile, by weights that halve in four days.
    """
    end = values.shape[1]
    ordinary = buckets.ordinary(end)
    usual = np.where(ordinary, values, np.nan)
    profile = _profile(usual, buckets)
    weights = 0.5 ** ((end - 1 - np.arange(end)) / (HALF_LIFE_DAYS * buckets.per_day))
    weights[: max(0, end - LEVEL_DAYS * buckets.per_day)] = 0.0
    return Fit(profile, ratio(usual, profile[:, buckets.slots[:end]], weights * ordinary))


def ratio(values: Floats, against: Floats, weights: Floats) -> Floats:
    """[series]: weighted sum of values over that of what they are held against; 1 where there is nothing."""
    known = np.isfinite(values)
    above = (weights * np.where(known, values, 0.0)).sum(axis=1)
    below = (weights * np.where(known, against, 0.0)).sum(axis=1)
    found: Floats = np.where(below > LEAST, above / np.maximum(below, LEAST), 1.0)
    return found


def _profile(usual: Floats, buckets: Buckets) -> Floats:
    profile = np.full((len(usual), buckets.season), np.nan)
    lately = usual[:, -WEEKS * buckets.season :]
    slots = buckets.slots[: usual.shape[1]][-WEEKS * buckets.season :]
    for slot in np.unique(slots):
        profile[:, slot] = _middle(lately[:, slots == slot])
    means = _middle(profile)
    profile = np.where(np.isfinite(profile), profile, means[:, None])
    found: Floats = np.maximum(np.nan_to_num(profile), LEAST)
    return found


def _middle(values: Floats) -> Floats:
    """[series]: median of what is known, or mean where that is little; ``nan`` where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    mean = np.where(count > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)
    ordered = np.sort(np.where(known, values, np.inf), axis=1)
    low, high = (np.take_along_axis(ordered, np.maximum(place, 0)[:, None], axis=1)[:, 0] for place in ((count - 1) // 2, count // 2))
    median = np.where(count > 0, (low + np.where(np.isfinite(high), high, low)) / 2, np.nan)
    found: Floats = np.where(mean < SPARSE, mean, median)
    return found
