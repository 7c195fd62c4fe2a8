"""Measures of the city's data as series: of the whole city and of each of its places, out of cells that passed the gate.

A cell that is not there was folded or never was: it is not known, and no 0.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

import msgspec
import numpy as np

from footfall.control.trends import Card
from footfall.trends.detecting import Detecting
from footfall.trends.discovery import ORDINARY
from footfall.trends.explain import SPARK_BUCKETS, UNKNOWN, Bucket, Driver, Explained, Reason, Usual, confidence_of
from footfall.trends.panel import Bools, Expected, Finding, Floats, Key, Panel, Step
from footfall.trends.stories import stories_of
from footfall.trends.tails import ends
from footfall.trends.watching import Look

__all__ = ["CITY", "MEASURE", "MEASURE_PLACE", "MOST_PLACES", "Cells", "Series", "Told", "look_at", "spark_of_panel", "tell", "upto"]

CITY = 0
"""Stands where a portal's number does."""
MEASURE, MEASURE_PLACE = "measure", "measure_place"
MOST_PLACES, MOST_DRIVERS, LEAST_SHARE, CLEAR_SHARE, FOLDED_SHARE = 60, 5, 0.1, 0.6, 0.1
WEEK_MS = 7 * 86_400_000
WEEK: dict[Step, int] = {"hour": 168, "day": 7}
encoder, decode = msgspec.json.Encoder(), msgspec.json.Decoder(Explained).decode
Cells = Mapping[tuple[int, str], float]
"""Value by bucket, counted from the first, and place; the whole city's is empty."""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """What the series are of."""

    dataset: str
    measure: str
    first: datetime
    """Start of the first bucket, aware; by days 00:00 UTC of its date."""
    step: Step
    buckets: int

    def key_of(self, place: str) -> Key:
        """As cards have it: ``DATASET:MEASURE`` or ``DATASET:MEASURE:PLACE``."""
        name = f"{self.dataset}:{self.measure}"
        return (CITY, MEASURE_PLACE, f"{name}:{place}") if place else (CITY, MEASURE, name)

    def panel(self, cells: Cells) -> Panel:
        """The city first, then its largest places."""
        sizes: dict[str, float] = {}
        for (_, place), value in cells.items():
            sizes[place] = sizes.get(place, 0.0) + value
        places = ["", *sorted((place for place in sizes if place), key=lambda place: (-sizes[place], place))[:MOST_PLACES]]
        rows, values = {place: row for row, place in enumerate(places)}, np.full((len(places), self.buckets), np.nan)
        for (bucket, place), value in cells.items():
            if place in rows and 0 <= bucket < self.buckets:
                values[rows[place], bucket] = value
        keys = tuple(self.key_of(place) for place in places)
        return Panel(keys=keys, first=self.first, step=self.step, values=values, groups=np.zeros(len(places), dtype=np.int32))


class Named(Protocol):
    """A calendar of holidays and planned events."""

    def name_of(self, day: date) -> str: ...


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure and its places are called."""

    name: str
    unit: str
    places: Mapping[str, str] = {}
    """Names by id."""


def upto(panel: Panel, buckets: int) -> Panel:
    """Its first so many buckets."""
    return msgspec.structs.replace(panel, values=panel.values[:, :buckets])


def look_at(panel: Panel, detector: Detecting, *, is_whole: bool = True) -> Look | None:
    """The last bucket beside what was expected; ``None`` where the city's is not known. Places that rise with the city are one story.

    The city is compared with its own past alone: places that all rise or fall together would make its rise an ordinary one. Where the city
    is not whole, but the sum of those cells that reached the step, it falls by a fold and rises by a cell that was folded before: such a
    bucket is compared with nothing, and of the last one only what is so in spite of it is told.
    """
    at = panel.values.shape[1] - 1
    if not np.isfinite(panel.values[0, at]):
        return None
    lacking, strange = (np.zeros(at + 1, dtype=np.bool_),) * 2 if is_whole else _folded(panel)
    panel = _without(panel, (lacking | strange)[:at])
    parts = [_rows(panel, rows) for rows in (slice(0, 1), slice(1, None)) if len(panel.keys[rows])]
    expected = [detector.expect(part) for part in parts]
    whole = _together(expected)
    is_outage = bool(whole.outage[0, at])
    found = [one for part, of_it in zip(parts, expected, strict=True) for one in detector.find(part, of_it, at, len(part.keys))]
    score = detector.score(panel, whole)
    if (lacking[at] and score[0, at] < 0) or (strange[at] and score[0, at] > 0):
        score[0, at], found = np.nan, [one for one in found if one.key[1] != MEASURE]
    stories = () if is_outage else stories_of(_with_city(tuple(found)), {})
    return Look(panel, whole, score, stories, {}, is_outage)


def _folded(panel: Panel) -> tuple[Bools, Bools]:
    """[buckets], whether places lack that mostly have a cell at that hour of the week, or weekday, and whether others are there: both by
    what is a tenth of the city or more, and both where no place mostly has one."""
    weeks = _by_weeks(panel)
    there, known = np.isfinite(weeks[1:]), np.isfinite(weeks[0]).sum(axis=0)
    times, cells = there.sum(axis=1), np.nan_to_num(weeks[1:])
    is_usual = times * 2 > known
    usual = np.where(is_usual, cells.sum(axis=1) / np.maximum(times, 1), 0.0)
    least = FOLDED_SHARE * usual.sum(axis=0)
    lacking = np.where(there, 0.0, usual[:, None]).sum(axis=0) >= least
    strange = np.where(is_usual[:, None], 0.0, cells).sum(axis=0) >= least
    buckets = panel.values.shape[1]
    return lacking.ravel()[-buckets:], strange.ravel()[-buckets:]


def _by_weeks(panel: Panel) -> Floats:
    """[keys, weeks, hours or days of a week], the last week last; ``nan`` before the first bucket."""
    week, (keys, buckets) = WEEK[panel.step], panel.values.shape
    return np.pad(panel.values, ((0, 0), (-buckets % week, 0)), constant_values=np.nan).reshape(keys, -1, week)


def _without(panel: Panel, left_out: Bools) -> Panel:
    """The city is not known in these of its first buckets."""
    values = panel.values.copy()
    values[0, : len(left_out)][left_out] = np.nan
    return msgspec.structs.replace(panel, values=values)


def _rows(panel: Panel, rows: slice) -> Panel:
    return msgspec.structs.replace(panel, keys=panel.keys[rows], values=panel.values[rows], groups=panel.groups[rows])


def _together(expected: list[Expected]) -> Expected:
    """The rows of all; an outage is one of the places, the last."""
    mu, wide = (np.concatenate([getattr(one, name) for one in expected]) for name in ("mu", "dispersion"))
    return Expected(mu=mu, dispersion=wide, factor=expected[-1].factor, outage=expected[-1].outage)


def _with_city(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What goes with the city's own finding is its driver and no second story."""
    whole = next((one for one in found if one.key[1] == MEASURE), None)
    return tuple(one for one in found if one is whole or whole is None or one.direction != whole.direction)


def tell(seen: Look, found: Finding | None, card: Card, told: Told, calendar: Named) -> str:
    """JSON of an Explained. Without a finding the data are not whole, and no number of the bucket is told."""
    key = seen.panel.keys[0] if found is None else found.key
    is_old = bool(card.body) and seen.ends_ms - card.since_ms > WEEK_MS
    # The week before is of the story itself: what drove its first week stands.
    drivers = () if found is None else decode(card.body).drivers if is_old else _drivers(seen, found.key, told)
    explained = Explained(
        name=_name(key, told),
        counts=told.unit,
        observed=None if found is None else round(found.observed),
        expected=None if found is None else round(found.mu, 1),
        low=None if found is None else round(found.low, 1),
        high=None if found is None else round(found.high, 1),
        lift=None if found is None else round(found.lift, 2),
        confidence="likely" if found is None else confidence_of(found, decode(card.body).confidence if card.body else "possible"),
        reason=Reason("incomplete") if found is None else _reason(drivers, calendar.name_of(seen.panel.start_of(seen.at).date())),
        drivers=drivers,
        spark=spark_of_panel(seen, key),
        told=seen.ends,
    )
    return encoder.encode(explained).decode()


def _name(key: Key, told: Told) -> str:
    place = key[2].split(":", 2)[2] if key[1] == MEASURE_PLACE else ""
    return f"{told.name}: {told.places.get(place, place)}" if place else told.name


def _drivers(seen: Look, key: Key, told: Told) -> tuple[Driver, ...]:
    """Places that make a tenth or more of what the city has more, or less, than a week before."""
    values, before = seen.panel.values, seen.at - WEEK[seen.panel.step]
    if key[1] != MEASURE or before < 0:
        return ()
    excess = values[:, seen.at] - values[:, before]
    if not np.isfinite(excess[0]) or excess[0] == 0:
        return ()
    shares = np.nan_to_num(excess / excess[0])
    found = []
    for row in np.argsort(-shares[1:], kind="stable")[:MOST_DRIVERS] + 1:
        if shares[row] >= LEAST_SHARE:
            place = seen.panel.keys[row][2].split(":", 2)[2]
            now, then, share = values[row, seen.at], values[row, before], min(1.0, float(shares[row]))
            found.append(Driver("place", told.places.get(place, place), round(now), round(then), round(share, 2)))
    return tuple(found)


def _reason(drivers: tuple[Driver, ...], special: str) -> Reason:
    if special:
        return Reason("calendar", special)
    return Reason("place", drivers[0].value) if drivers and drivers[0].share >= CLEAR_SHARE else Reason("unknown")


def spark_of_panel(seen: Look, key: Key) -> tuple[Bucket, ...]:
    """The last two days by hour, or four weeks by day, of that series."""
    row = seen.panel.keys.index(key)
    mu = seen.expected.mu[row]
    low, high = ends(mu, seen.expected.dispersion[row], ORDINARY)
    places = range(max(0, seen.at + 1 - SPARK_BUCKETS[seen.panel.step]), seen.at + 1)

    def usual(at: int) -> Usual:
        return (round(float(mu[at]), 1), round(float(low[at]), 1), round(float(high[at]), 1)) if np.isfinite(mu[at]) else UNKNOWN

    observed = [float(seen.panel.values[row, at]) for at in places]
    return tuple(
        Bucket(_label(seen.panel, at), round(value) if np.isfinite(value) else None, *usual(at))
        for at, value in zip(places, observed, strict=True)
    )


def _label(panel: Panel, at: int) -> str:
    """By hours in UTC; by days the date."""
    began = panel.start_of(at)
    return began.date().isoformat() if panel.step == "day" else began.strftime("%Y-%m-%d %H:%M:%S")
