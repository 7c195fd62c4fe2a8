"""What is expected of each bucket: the series' own level and shape, times how busy all series of its group are in the same bucket.

Counts are looked at as logarithms. By days, a level is the median of 28 days; what series have in common (`common`) holds weekdays,
holidays and campaigns of the whole portal, as strong as the day itself says. By hours, a series is compared with the same hour of the week,
and with its group. Last comes the series' own drift, which a rise of a few days hardly moves. Method and figures: docs/trends.md.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import scipy
from numpy.typing import NDArray

from footfall.trends.common import shared
from footfall.trends.panel import Bools, Expected, Floats, Panel
from footfall.trends.robust import Places, grouped_median, middle
from footfall.trends.spread import OWN, dispersion

__all__ = ["BROKEN", "LEAST_SERIES", "expect"]

BROKEN = 0.3
"""A group under this share of what its past says is an outage or a broken tag, not a fall of each of its pages."""
PAST, WEEK_H = 28, 168
"""Days that make a level; hours of a week."""
WEEKS = 4
LEAST_DAYS, LEAST_HOURS = 14, 2
"""Known days of 28, or same hours of four weeks, that an expectation needs."""
DRIFT_A_DAY = 0.15
"""Weight of the last days in a series' own drift falls by this a day."""
MOST_DRIFT = 0.7
MOST_OFF = 1.5
LEAST_SERIES = 8
"""Of a group, to tell how busy it is on a day like no other."""


class Parts(msgspec.Struct, frozen=True, eq=False):
    """Expectation as logarithms."""

    base: Floats
    """[keys, buckets], of the count."""
    busy: Floats
    """[groups, buckets], against the group's usual of that weekday or hour."""


class Days(msgspec.Struct, frozen=True, eq=False):
    """Which buckets are like no other, and what kind they are; empty for ordinary ones."""

    kinds: tuple[str, ...]
    special: Bools

    def same(self, bucket: int) -> NDArray[np.intp]:
        """Earlier buckets of the same kind."""
        return np.array([at for at in range(bucket) if self.kinds[at] == self.kinds[bucket]], dtype=np.intp)


def expect(panel: Panel, kinds: Sequence[str] = ()) -> Expected:
    """What could be expected of each bucket by those before it and by the other series of the same bucket.

    ``kinds`` tells of each bucket what kind of day it is of, empty for ordinary ones: later days are not compared with special ones, and a
    group of few series is taken to be as busy on one as on those of the same kind before. Nothing of a later bucket is used. The first four
    weeks are not known, nor is a key without its least past.

    Raises:
        ValueError: ``kinds`` are neither none nor one a bucket.
    """
    buckets = panel.values.shape[1]
    if kinds and len(kinds) != buckets:
        raise ValueError("one kind a bucket")
    named = tuple(kinds) or ("",) * buckets
    days = Days(kinds=named, special=np.array([bool(kind) for kind in named], dtype=np.bool_))
    logs = np.log(panel.values + 0.5)
    parts = _by_day(panel, logs, days) if panel.step == "day" else _by_hour(panel, logs, days)
    mu = np.maximum(np.exp(parts.base) - 0.5, 0.5)
    busy = np.exp(parts.busy)
    outage: Bools = busy < BROKEN
    left_out = outage[panel.groups] | days.special
    return Expected(mu=mu, dispersion=dispersion(panel.values, mu, left_out, panel.groups, panel.step), factor=busy, outage=outage)


def _groups(panel: Panel) -> int:
    return int(panel.groups.max(initial=-1)) + 1


def _sides(panel: Panel) -> Places:
    """Of each key its group and dimension, as one number: a portal's pages are busy together, and so are its search terms."""
    pairs = [(int(group), key[1]) for group, key in zip(panel.groups, panel.keys, strict=True)]
    place = {pair: at for at, pair in enumerate(dict.fromkeys(pairs))}
    return np.array([place[pair] for pair in pairs], dtype=np.int64)


def _by_day(panel: Panel, logs: Floats, days: Days) -> Parts:
    count, buckets = logs.shape
    sides, groups, places = _sides(panel), _groups(panel), panel.groups.astype(np.int64)
    base, busy = np.full((count, buckets), np.nan), np.zeros((groups, buckets))
    seen, past = np.zeros((groups, buckets)), np.where(days.special, np.nan, logs)
    for day in range(PAST, buckets):
        window = past[:, day - PAST : day]
        level = middle(window, LEAST_DAYS)
        off = window - level[:, None]
        before = np.clip(np.nan_to_num(off), -MOST_OFF, MOST_OFF)
        now = logs[:, day] - level
        noise = 1 / np.maximum(np.exp(level), 0.5) + OWN
        common, rest = shared(now, before, level, noise, sides)
        seen[:, day] = grouped_median(now, places, groups)
        usual = _usual(seen, day, days, np.stack([grouped_median(column, places, groups) for column in off[:, ::7].T]))
        busy[:, day] = seen[:, day] - usual
        common = np.where(_few(now, places, groups) & days.special[day], usual[places], common)
        own, rest = _own_week(rest)
        base[:, day] = level + common + own + np.clip(rest, -MOST_DRIFT, MOST_DRIFT) @ _fading(PAST)
        past[np.exp(busy[places, day]) < BROKEN, day] = np.nan
    return Parts(base=base, busy=busy)


def _usual(seen: Floats, bucket: int, days: Days, weekdays: Floats) -> Floats:
    """[groups], how busy a group was on days of the same kind, 0 where there was none; or on an ordinary day by its last weekdays."""
    if not days.special[bucket]:
        return np.median(weekdays, axis=0)
    same = days.same(bucket)
    same = same[same >= PAST]
    return np.median(seen[:, same], axis=1) if len(same) else np.zeros(len(seen))


def _few(now: Floats, places: Places, groups: int) -> Bools:
    """[keys], whether the key's group has too few series that are known now."""
    return np.bincount(places, np.isfinite(now), groups)[places] < LEAST_SERIES


def _own_week(rest: Floats) -> tuple[Floats, Floats]:
    """[keys], what the day's weekday is beside others for this series alone; and its past without its weekdays.

    As much of it is believed as weekdays differ more than weeks do (James and Stein).
    """
    weeks = rest.reshape(len(rest), WEEKS, 7)
    means = weeks.mean(axis=1)
    between = WEEKS * means.var(axis=1, ddof=1)
    within = ((weeks - means[:, None]) ** 2).sum(axis=(1, 2)) / (7 * (WEEKS - 1))
    own = (means - means.mean(axis=1, keepdims=True)) * np.clip(1 - within / np.maximum(between, 1e-12), 0, 1)[:, None]
    return own[:, 0], rest - np.tile(own, WEEKS)


def _fading(length: int) -> Floats:
    """Weights of the last so many days that sum to 1, the last day last."""
    weights: Floats = np.exp(-DRIFT_A_DAY * np.arange(length, 0, -1))
    return weights / float(weights.sum())


def _by_hour(panel: Panel, logs: Floats, days: Days) -> Parts:
    sides, groups, places = _sides(panel), _groups(panel), panel.groups.astype(np.int64)
    level = _same_hours(np.where(days.special, np.nan, logs))
    now = logs - level
    clear = np.where(level > np.log(10), now, np.nan)
    count = int(sides.max(initial=-1)) + 1
    common = np.stack([grouped_median(column, sides, count) for column in clear.T], axis=1)[sides]
    busy = np.stack([grouped_median(column, places, groups) for column in now.T], axis=1)
    for bucket in np.flatnonzero(days.special):
        same = days.same(int(bucket))
        usual = np.median(busy[:, same], axis=1)[places] if len(same) else np.zeros(len(places))
        common[:, bucket] = np.where(_few(now[:, bucket], places, groups), usual, common[:, bucket])
    rest = np.where((np.exp(busy) < BROKEN)[places] | days.special, 0.0, np.nan_to_num(now - common))
    return Parts(base=level + common + _drift(rest), busy=busy)


def _same_hours(logs: Floats) -> Floats:
    """[keys, buckets], the median of the same hour in the four weeks before."""
    weeks = [np.pad(logs, ((0, 0), (WEEK_H * week, 0)), constant_values=np.nan)[:, : logs.shape[1]] for week in range(1, WEEKS + 1)]
    return middle(np.stack(weeks, axis=2).reshape(-1, WEEKS), LEAST_HOURS).reshape(logs.shape)


def _drift(rest: Floats) -> Floats:
    """[keys, buckets], the fading mean of the hours before."""
    keep = float(np.exp(-DRIFT_A_DAY / 24))
    held = scipy.signal.lfilter([1 - keep], [1, -keep], np.clip(rest, -MOST_DRIFT, MOST_DRIFT), axis=1)
    found: Floats = np.pad(held, ((0, 0), (1, 0)))[:, :-1]
    return found
