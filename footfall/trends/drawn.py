"""A sealed portal's days as series, out of numbers that were drawn with noise: looking at them draws nothing and costs nothing.

A sum lacks the cells that were under their threshold, and leaps when one of them passes it. So a series is the sum of cells that are there
nearly every day, and a day that lacks one of them is not known.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np

from footfall.control.trends import Card
from footfall.privacy.noisy import CLEAR, rounded
from footfall.trends.baseline import BROKEN
from footfall.trends.detecting import Days, Detecting
from footfall.trends.explain import LEAST_SHARE, MOST_DRIVERS, Bucket, Driver, Explained, Reason, confidence_of, reason_of
from footfall.trends.measures import spark_of_panel
from footfall.trends.panel import Finding, Floats, Key, Panel
from footfall.trends.stories import stories_of
from footfall.trends.watching import BUCKETS, Look

__all__ = ["COUNTS", "DrawnMart", "DrawnSeries", "look_at", "series_of", "tell"]

COUNTS = "visitors"
STEADY = 0.9
"""A cell that is there on so many of the days of its series' best cell belongs to it."""
PAST, LEAST_DAYS, WEEK = 28, 14, 7
DRIVERS = ("topic", "page", "source")
Topics = Mapping[str, Sequence[str]]
"""Paths of each topic's pages."""
DAY_MS = 86_400_000
encoder, decode = msgspec.json.Encoder(), msgspec.json.Decoder(Explained).decode


class DrawnMart(msgspec.Struct, frozen=True, kw_only=True):
    """Released cells of one mart, of one portal."""

    dimension: str
    """Of the series that they make."""
    sigma: float
    """Standard deviation of each cell's noise, visitors."""
    threshold: int
    """A cell below is not there."""
    cells: Mapping[tuple[date, str, str], int]
    """Visitors by day, value, and what else the mart tells its cells apart by."""


class DrawnSeries(msgspec.Struct, frozen=True, eq=False):
    """Series of a portal, the whole of it first, on days up to one that was drawn."""

    panel: Panel
    noise: Floats
    """[keys], standard deviation of what the draw added to each number."""
    threshold: int
    """Of the portal's own number."""


def series_of(site: int, last: date, marts: Sequence[DrawnMart]) -> DrawnSeries:
    """Twelve weeks up to that day; ``marts`` have the portal as a whole first."""
    days = BUCKETS["day"]
    first = last - timedelta(days=days - 1)
    keys: list[Key] = [(site, "portal", "")]
    rows, noise = [np.full(days, np.nan)], [marts[0].sigma]
    for mart in marts:
        for value, parts in _by_value(mart, first, days).items():
            row, number = _sum_of_steady(parts)
            if mart is marts[0]:
                rows[0] = row
            elif np.isfinite(row[-PAST:]).any():
                keys.append((site, mart.dimension, value))
                rows.append(row)
                noise.append(mart.sigma * math.sqrt(number))
    began = datetime(first.year, first.month, first.day, tzinfo=UTC)
    groups = np.zeros(len(keys), dtype=np.int32)
    panel = Panel(keys=tuple(keys), first=began, step="day", values=np.array(rows), groups=groups)
    return DrawnSeries(panel, np.array(noise), marts[0].threshold)


def _by_value(mart: DrawnMart, first: date, days: int) -> dict[str, dict[str, Floats]]:
    """[days] of each cell, by value and what else tells it apart."""
    found: dict[str, dict[str, Floats]] = {}
    for (day, value, rest), visitors in mart.cells.items():
        place = (day - first).days
        if 0 <= place < days:
            row = found.setdefault(value, {}).setdefault(rest, np.full(days, np.nan))
            row[place] = visitors
    return found


def _sum_of_steady(parts: Mapping[str, Floats]) -> tuple[Floats, int]:
    """[days], and how many cells are in each number."""
    cells = np.array(list(parts.values()))
    there = np.isfinite(cells).sum(axis=1)
    steady = cells[there >= STEADY * there.max()]
    return steady.sum(axis=0), len(steady)


def look_at(drawn: DrawnSeries, detector: Detecting, topics: Topics, *, is_whole: bool) -> Look | None:
    """The last day beside what was expected; ``None`` where nothing of it is known.

    What noise alone could make is no finding: its variance is part of what a series strays by, and a change is told only past two standard
    deviations of the difference of two drawn numbers, as everywhere. ``is_whole``: the day was drawn whole, so a portal that is
    not there was under its threshold, which is an outage where usual days are far over it.
    """
    panel, at = drawn.panel, drawn.panel.values.shape[1] - 1
    expected = detector.expect(panel)
    outage = expected.outage.copy()
    outage[0, at] |= is_whole and _is_silent(drawn)
    if not np.isfinite(panel.values[:, at]).any() and not outage[0, at]:
        return None
    wide = expected.dispersion + drawn.noise[:, None] ** 2 / expected.mu
    expected = msgspec.structs.replace(expected, dispersion=wide, outage=outage)
    is_outage = bool(outage[0, at])
    found = [] if is_outage else detector.find(panel, expected, at, len(panel.keys))
    clear = dict(zip(panel.keys, CLEAR * math.sqrt(2) * drawn.noise, strict=True))
    told = [one for one in found if abs(one.observed - one.mu) > clear[one.key]]
    return Look(panel, expected, detector.score(panel, expected), stories_of(told, _shared(told, topics)), {}, is_outage)


def _is_silent(drawn: DrawnSeries) -> bool:
    """Whether the portal is under its threshold on the last day, and that is less than three tenths of what is usual."""
    *past, now = drawn.panel.values[0, -PAST - 1 :]
    known = np.array(past)[np.isfinite(past)]
    return bool(np.isnan(now)) and len(known) >= LEAST_DAYS and bool(np.median(known) * BROKEN > drawn.threshold)


def _shared(found: Sequence[Finding], topics: Topics) -> dict[tuple[Key, Key], int]:
    """Visitors in common where one holds the other: a portal all of its series, a topic its pages. Nothing is known of other pairs."""
    counts = {one.key: round(one.observed) for one in found}
    pairs = {(key, key): count for key, count in counts.items()}
    for whole in counts:
        for part, count in counts.items():
            if _is_in(part, whole, topics):
                pairs[min(whole, part), max(whole, part)] = count
    return pairs


def _is_in(part: Key, whole: Key, topics: Topics) -> bool:
    if whole[1] == "portal":
        return part[1] != "portal"
    return whole[1] == "topic" and part[1] == "page" and part[2] in topics.get(whole[2], ())


def tell(drawn: DrawnSeries, topics: Topics, seen: Look, found: Finding | None, card: Card, domain: str, calendar: Days) -> str:
    """JSON of an Explained, its numbers with as many digits as drawn ones have. Of a day with an outage no number is told."""
    key = seen.panel.keys[0] if found is None else found.key
    special = calendar.name_of(seen.panel.start_of(seen.at).date())
    drivers = () if found is None else _drivers(drawn, topics, key, _days_of(seen, card), seen.at)
    explained = Explained(
        name=key[2] or domain,
        counts=COUNTS,
        observed=None if found is None else _digits(found.observed),
        expected=None if found is None else _digits(found.mu),
        low=None if found is None else _digits(found.low),
        high=None if found is None else _digits(found.high),
        lift=None if found is None else round(found.lift, 2),
        confidence="likely" if found is None else confidence_of(found, decode(card.body).confidence if card.body else "possible"),
        reason=Reason("outage") if found is None else reason_of(drivers, special),
        drivers=drivers,
        spark=tuple(_bucket(one) for one in spark_of_panel(seen, key)),
        told=seen.ends,
    )
    return encoder.encode(explained).decode()


def _days_of(seen: Look, card: Card) -> int:
    """How many days up to the last one a card tells of: since it began, a week at most."""
    return min(max((seen.ends_ms - card.since_ms) // DAY_MS, 1), WEEK)


def _drivers(drawn: DrawnSeries, topics: Topics, whole: Key, days: int, last: int) -> tuple[Driver, ...]:
    """Series within the whole, on so many days up to the last against the same a week before: by dimension those that make a tenth of the
    difference or more, past two standard deviations of what the draws of both weeks added to it. A day that lacks a series tells nothing.
    """
    keys, values = drawn.panel.keys, drawn.panel.values
    begins = last + 1 - days
    if begins < WEEK:
        return ()
    now, before = values[:, begins : last + 1].sum(axis=1), values[:, begins - WEEK : last + 1 - WEEK].sum(axis=1)
    more, clear = now - before, CLEAR * math.sqrt(2 * days) * drawn.noise
    excess = dict(zip(keys, np.where(np.abs(more) > clear, more, np.nan), strict=True))[whole]
    shares = np.where(np.abs(more) > clear, more / excess, np.nan)
    found: list[Driver] = []
    for dimension in DRIVERS:
        rows = [row for row, key in enumerate(keys) if key[1] == dimension and _is_in(key, whole, topics) and shares[row] >= LEAST_SHARE]
        largest = sorted(rows, key=lambda row: -shares[row])[:MOST_DRIVERS]
        found += [
            Driver(dimension, keys[row][2], _digits(now[row]), _digits(before[row]), round(min(float(shares[row]), 1.0), 2))
            for row in largest
        ]
    return tuple(found)


def _digits(value: float) -> int:
    return rounded(round(value))


def _bucket(one: Bucket) -> Bucket:
    found = {name: None if (value := getattr(one, name)) is None else _digits(value) for name in ("observed", "expected", "low", "high")}
    return msgspec.structs.replace(one, **found)
