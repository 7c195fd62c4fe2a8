"""Panels that benches look at: daily visits of analytics.usa.gov, what is added to them, and series in which nothing happens."""

import csv
import gzip
from collections import defaultdict
from datetime import UTC, date, datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from bench.recommend.data import DATA
from footfall.trends.panel import Bools, Floats, Panel

__all__ = ["FIRST_SCORED", "SHAPES", "Added", "add", "no_news", "ordinary", "usa", "with_steps"]

FIRST, DAYS, LEAST_DAYS = date(2023, 10, 7), 90, 75
FIRST_SCORED = 49
"""25 November 2023."""
LENGTH, LEAST_MEDIAN = 7, 20
SHAPES = {"ramp": (1.3, 1.6, 2, 2.5, 3, 3, 3), "fast": (2, 3, 3, 3, 3, 3, 3), "step 1.5": (1.5,) * LENGTH}
DIMENSIONS = ("language", "os", "os-browsers")


class Added(msgspec.Struct, frozen=True, eq=False):
    """A panel with rises that are known."""

    panel: Panel
    rows: NDArray[np.intp]
    starts: NDArray[np.int64]

    def active(self) -> Bools:
        """[keys, buckets], where a rise is on."""
        found = np.zeros(self.panel.values.shape, dtype=np.bool_)
        for row, start in zip(self.rows, self.starts, strict=True):
            found[row, start : start + LENGTH] = True
        return found

    def first_hits(self, told: Bools) -> NDArray[np.int64]:
        """Days from the start to the first alarm, 99 where there was none in a week."""
        spans = [told[row, start : start + LENGTH] for row, start in zip(self.rows, self.starts, strict=True)]
        return np.array([int(np.argmax(span)) if span.any() else 99 for span in spans])


def usa() -> Panel:
    """Visits a day of agencies by language, system and browser; series known on 75 of 90 days. A missing day is not known: it is small."""
    rows: defaultdict[tuple[str, str, str], Floats] = defaultdict(lambda: np.full(DAYS, np.nan))
    with gzip.open(DATA / "usa_analytics" / "usa_daily_series.csv.gz", "rt", encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            if line["dim"] in DIMENSIONS:
                series, day = rows[line["agency"], line["dim"], line["key"]], (date.fromisoformat(line["date"]) - FIRST).days
                series[day] = float(line["visits"]) + np.nan_to_num(series[day])
    kept = {key: series for key, series in sorted(rows.items()) if np.isfinite(series).sum() >= LEAST_DAYS}
    agencies = {agency: number for number, agency in enumerate(dict.fromkeys(agency for agency, *_ in kept))}
    return Panel(
        keys=tuple((agencies[agency], dimension, value) for agency, dimension, value in kept),
        first=datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC),
        step="day",
        values=np.stack(list(kept.values())),
        groups=np.array([agencies[agency] for agency, *_ in kept], dtype=np.int32),
    )


def add(panel: Panel, shape: str, seed: int, count: int = 60) -> Added:
    """Rises of so many series with a median of 20 or more: Poisson((f - 1) x count) more on each of seven days, from a random day on."""
    chance = np.random.default_rng(seed)
    rows, starts = _where(chance, np.nanmedian(panel.values, axis=1), panel.values.shape[1], count)
    values = panel.values.copy()
    for row, start in zip(rows, starts, strict=True):
        span = values[row, start : start + LENGTH]
        values[row, start : start + LENGTH] = span + chance.poisson((np.array(SHAPES[shape]) - 1) * np.nan_to_num(span))
    return Added(panel=msgspec.structs.replace(panel, values=values), rows=rows, starts=starts)


def _where(chance: np.random.Generator, medians: Floats, days: int, count: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    rows = chance.choice(np.flatnonzero(medians >= LEAST_MEDIAN), count, replace=False)
    return rows, chance.integers(FIRST_SCORED, days - LENGTH + 1, count)


def ordinary(panel: Panel) -> tuple[Floats, Floats]:
    """[keys, days] the median of each weekday, and [keys] the variance over it, by the median deviation without the group's days."""
    values, days = panel.values, np.arange(panel.values.shape[1]) % 7
    means = np.maximum(np.stack([np.nanmedian(values[:, days == day], axis=1) for day in range(7)], axis=1)[:, days], 0.5)
    wide = np.ones(len(values))
    for group in np.unique(panel.groups):
        rows = panel.groups == group
        busy = np.nan_to_num(np.median((values / means)[rows & (means.min(axis=1) > 20)], axis=0), nan=1.0) if rows.sum() > 8 else 1.0
        usual = means[rows] * np.where(np.asarray(busy) > 0, busy, 1.0)
        wide[rows] = (1.4826 * np.nanmedian(np.abs(values[rows] - usual) / np.sqrt(usual), axis=1)) ** 2
    return means, np.maximum(wide, 1.05)


def no_news(panel: Panel, truth: tuple[Floats, Floats], seed: int, steps: int = 0) -> Added:
    """Series in which nothing happens: the weekdays' medians, 5 % that a group's days have in common, and negative binomial noise.

    And ``steps`` of them doubled for a week each.
    """
    chance = np.random.default_rng(seed)
    means, wide = truth
    common = np.exp(chance.normal(0, 0.05, (int(panel.groups.max()) + 1, means.shape[1])))
    usual = means * common[panel.groups]
    rows, starts = _where(chance, np.median(usual, axis=1), usual.shape[1], steps)
    return with_steps(panel, (usual, wide), (rows, starts), chance)


def with_steps(
    panel: Panel, truth: tuple[Floats, Floats], steps: tuple[NDArray[np.intp], NDArray[np.int64]], chance: np.random.Generator
) -> Added:
    """Counts drawn of these means and dispersions, twice the mean where a step is."""
    usual, wide = truth
    drawn = Added(panel=msgspec.structs.replace(panel, values=usual), rows=steps[0], starts=steps[1])
    mean = np.where(drawn.active(), 2 * usual, usual)
    values = chance.negative_binomial(mean / (wide - 1)[:, None], 1 / wide[:, None]).astype(np.float64)
    return msgspec.structs.replace(drawn, panel=msgspec.structs.replace(panel, values=values))
