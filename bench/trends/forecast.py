"""Fourteen days ahead on 400 and on all series of analytics.usa.gov, autumn of 2023: errors and intervals, with the calendar and without.

Series: at least 85 of 90 days known, median 50 or more; the 400 are drawn with a seed. Origins are 25 November, 2, 9 and 16 December, and
each forecast knows the days before its origin alone. WAPE is the sum of absolute errors over the sum of visits, of days and of 14-day
totals; the mean error of a series' total is beside it. Groups are agencies.
"""

import csv
import gzip
import time
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from bench.recommend.data import DATA
from footfall.trends.calendar import Calendar
from footfall.trends.forecast import forecast_many
from footfall.trends.panel import Floats, Ints
from footfall.trends.season import buckets_of

FIRST, DAYS, AHEAD = datetime(2023, 10, 7, tzinfo=UTC), 90, 14
ORIGINS = (49, 56, 63, 70)
FEWEST_KNOWN, LEAST, DRAWN = 85, 50.0, 400


def main(short: bool = False) -> None:
    """A line for each set of series; the short form leaves out all series at once."""
    values, groups = read()
    some = np.random.default_rng(0).choice(len(values), DRAWN, replace=False)
    tell("400 series, last week again", naive(values[some]))
    tell("400 series, no calendar", tried(values[some], groups[some], Calendar()))
    tell("400 series, US calendar", tried(values[some], groups[some], Calendar("US")))
    if not short:
        for seed in (1, 2, 3):
            drawn = np.random.default_rng(seed).choice(len(values), DRAWN, replace=False)
            tell(f"400 others, seed {seed}", tried(values[drawn], groups[drawn], Calendar("US")))
        tell(f"all {len(values)} series, US calendar", tried(values, groups, Calendar("US")))


def read() -> tuple[Floats, Ints]:
    """[series, days] in the order of agency, dimension and key, with the agencies' numbers."""
    path = DATA / "usa_analytics" / "usa_daily_series.csv.gz"
    found: dict[tuple[str, str, str], NDArray[np.float64]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            series = found.setdefault((row["agency"], row["dim"], row["key"]), np.full(DAYS, np.nan))
            series[(date.fromisoformat(row["date"]) - FIRST.date()).days] = float(row["visits"])
    kept = sorted(key for key, days in found.items() if np.isfinite(days).sum() >= FEWEST_KNOWN and np.nanmedian(days) >= LEAST)
    agencies = sorted({agency for agency, _, _ in kept})
    return np.array([found[key] for key in kept]), np.array([agencies.index(key[0]) for key in kept], dtype=np.int32)


def tried(values: Floats, groups: Ints, calendar: Calendar) -> dict[str, float]:
    """Errors and coverage over the four origins."""
    begun, parts = time.perf_counter(), []
    for origin in ORIGINS:
        buckets = buckets_of(FIRST, "day", origin + AHEAD, calendar)
        _, numbers = np.unique(groups, return_inverse=True)
        found = forecast_many(values[:, :origin], numbers.astype(np.int32), buckets, seed=1)
        came = values[:, origin : origin + AHEAD]
        known, special = np.isfinite(came), np.array([kind != "" for kind in buckets.kinds[origin:]])
        held = (came >= found.low80) & (came <= found.high80)
        low, high = np.quantile(np.where(known[:, None, :], found.paths, 0.0).sum(axis=2), (0.1, 0.9), axis=1)
        totals = np.where(known, came, 0.0).sum(axis=1)
        part = errors(found.median, came) | {"held": held[known].mean(), "totals held": ((totals >= low) & (totals <= high)).mean()}
        parts.append(part | ({"held on special days": held[:, special][known[:, special]].mean()} if special.any() else {}))
    return mean(parts) | {"seconds": time.perf_counter() - begun}


def naive(values: Floats) -> dict[str, float]:
    """The last known week again."""
    parts = []
    for origin in ORIGINS:
        week = values[:, origin - 7 : origin].copy()
        for before in range(2, 4):
            week = np.where(np.isfinite(week), week, values[:, origin - 7 * before : origin - 7 * before + 7])
        parts.append(errors(np.tile(week, 2), values[:, origin : origin + AHEAD]))
    return mean(parts)


def errors(told: Floats, came: Floats) -> dict[str, float]:
    """Sums, so that origins add up."""
    known = np.isfinite(came) & np.isfinite(told)
    off, whole = np.where(known, told - came, 0.0), np.where(known, came, 0.0)
    totals = np.abs(off.sum(axis=1))
    mean_total = float((totals / np.maximum(whole.sum(axis=1), 1)).mean())
    return {"off": np.abs(off).sum(), "off totals": totals.sum(), "whole": whole.sum(), "mean total": mean_total}


def mean(parts: list[dict[str, float]]) -> dict[str, float]:
    """Errors by their sums, all else as means over the origins that have it."""
    whole = sum(part["whole"] for part in parts)
    found = {"WAPE": sum(part["off"] for part in parts) / whole, "WAPE of totals": sum(part["off totals"] for part in parts) / whole}
    rest = [name for name in ("mean total", "held", "held on special days", "totals held") if any(name in part for part in parts)]
    return found | {name: float(np.mean([part[name] for part in parts if name in part])) for name in rest}


def tell(name: str, found: dict[str, float]) -> None:
    print(f"{name}: " + ", ".join(f"{what} {number:.3f}" for what, number in found.items()), flush=True)


if __name__ == "__main__":
    main()
