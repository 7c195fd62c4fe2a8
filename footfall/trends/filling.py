"""The table of series is filled: complete hours of the days that go on, and each day whole once it is over; the newest first.

What more came for is made again: an hour whose events are others by now, and a day of which the loader, or a resident who took theirs
away, wrote something since. So history, which was imported or was there before, is nothing but days that are not made yet.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from footfall.local_time import local_midnight
from footfall.store.engine import Engine
from footfall.store.series import (
    HOUR_S,
    Bucket,
    Made,
    Making,
    day_start_s,
    events_by_hour,
    made_buckets,
    make_day,
    make_hours,
    put_made,
    written_days,
)
from footfall.vocabulary import Funnel, Goal, Portal

__all__ = ["AFTER_MIDNIGHT_S", "Filling", "Kept", "Left", "making_of"]

AFTER_MIDNIGHT_S = 40 * 60
"""A visit goes on for up to 35 minutes under the id of the day before."""
ONE_DAY = timedelta(days=1)
OPEN_DAYS = 3


class Kept(msgspec.Struct, frozen=True):
    """A portal whose events make series, with what its team set up."""

    portal: Portal
    goals: tuple[Goal, ...] = ()
    funnels: tuple[Funnel, ...] = ()


class Left(msgspec.Struct, frozen=True):
    """What of the days that are over is not made yet."""

    days: int
    """Portals' days."""
    newest: str
    """YYYY-MM-DD; empty without any."""


class Filling:
    """Fills the table of one store. Nothing is kept between calls: what is made stands in ``series_made``."""

    def __init__(self, engine: Engine, kept: Sequence[Kept], now_ms: int) -> None:
        """Sealed portals are to be left out by who calls: their events are nowhere that lasts."""
        self._engine, self._now_ms = engine, now_ms
        self._kept = {one.portal.id: one for one in kept}

    def hours(self, until_s: int) -> set[int]:
        """Make the hours up to that instant of days that are not over; the portals that have new ones. Raises Unavailable."""
        sites = sorted(self._kept)
        if not sites:
            return set()
        since = datetime.fromtimestamp(until_s, UTC).date() - OPEN_DAYS * ONE_DAY
        made, counts = made_buckets(self._engine, sites, since), events_by_hour(self._engine, sites, since)
        missing = {site: self._missing_hours(site, until_s, made, counts) for site in sites}
        for making in self._makings(site for site in sites if missing[site]):
            hours = sorted({hour for site in making.sites for hour in missing[site]})
            for first, last in _runs(hours):
                make_hours(self._engine, making, first, last, self._now_ms)
            done: list[tuple[Bucket, date, int]] = [
                ((site, "hour", hour), self._day_of(site, hour), counts.get((site, hour), 0)) for site in making.sites for hour in hours
            ]
            put_made(self._engine, done, self._now_ms)
        return {site for site in sites if missing[site]}

    def days(self, until_s: int, is_over: Callable[[], bool]) -> Left:
        """Make days that ended before that instant, the newest first, until there are none left or ``is_over``. Raises Unavailable."""
        due = self._due_days(until_s)
        for number, (day, sites) in enumerate(due):
            if is_over():
                return Left(sum(len(rows) for _, rows in due[number:]), str(day))
            self._make_day(day, sites)
        return Left(0, "")

    def _make_day(self, day: date, rows: Mapping[int, int]) -> None:
        for making in self._makings(rows):
            first, last = _span(making.timezone, day)
            make_hours(self._engine, making, first, last, self._now_ms)
            make_day(self._engine, making, day, self._now_ms)
            hours: list[tuple[Bucket, date, int]] = [
                ((site, "hour", hour), self._day_of(site, hour), 0) for site in making.sites for hour in range(first, last, HOUR_S)
            ]
            ends: list[tuple[Bucket, date, int]] = [((site, "day", day_start_s(day)), day, rows[site]) for site in making.sites]
            # Last: a day that is noted is made.
            put_made(self._engine, [*hours, *ends], self._now_ms)

    def _due_days(self, until_s: int) -> list[tuple[date, dict[int, int]]]:
        sites = sorted(self._kept)
        if not sites:
            return []
        oldest = datetime.fromtimestamp(until_s, UTC).date() - timedelta(
            days=max(self._kept[site].portal.keep_events for site in sites) + 1
        )
        written, made = written_days(self._engine, sites, oldest), made_buckets(self._engine, sites, oldest)
        due: dict[date, dict[int, int]] = {}
        for (site, day), rows in written.items():
            is_made = made.get((site, "day", day_start_s(day))) == rows
            if not is_made and self._first_kept(site, until_s) <= day < self._open_day(site, until_s):
                due.setdefault(day, {})[site] = rows
        return sorted(due.items(), reverse=True)

    def _missing_hours(self, site: int, until_s: int, made: Made, counts: Mapping[tuple[int, int], int]) -> list[int]:
        first = _span(self._kept[site].portal.timezone, self._open_day(site, until_s))[0]
        hours = range(first, until_s // HOUR_S * HOUR_S, HOUR_S)
        return [hour for hour in hours if made.get((site, "hour", hour)) != counts.get((site, hour), 0)]

    def _open_day(self, site: int, until_s: int) -> date:
        """The first of the portal's days that is not over."""
        return datetime.fromtimestamp(until_s - AFTER_MIDNIGHT_S, ZoneInfo(self._kept[site].portal.timezone)).date()

    def _first_kept(self, site: int, until_s: int) -> date:
        """Its evening before is read too, and may be gone."""
        return self._open_day(site, until_s) - timedelta(days=self._kept[site].portal.keep_events)

    def _day_of(self, site: int, at_s: int) -> date:
        return datetime.fromtimestamp(at_s, ZoneInfo(self._kept[site].portal.timezone)).date()

    def _makings(self, sites: Iterable[int]) -> list[Making]:
        """Those without goals and funnels together by time zone, the others by themselves: each has statements of its own."""
        kept = sorted((self._kept[site] for site in sites), key=lambda one: (one.portal.timezone, one.portal.id))
        plain = [one for one in kept if not one.goals and not one.funnels]
        together = [
            Making(sites=tuple(one.portal.id for one in some), timezone=zone)
            for zone, some in groupby(plain, key=lambda one: one.portal.timezone)
        ]
        return [*together, *(making_of(one) for one in kept if one.goals or one.funnels)]


def making_of(kept: Kept) -> Making:
    """The portal by itself, with what its team set up. A step of a goal that is gone is none."""
    goals = {goal.display_name: goal for goal in kept.goals}
    steps: dict[str, Goal] = {}
    for funnel in kept.funnels:
        for place, step in enumerate(funnel.steps, start=1):
            named = goals.get(step.goal) if step.goal else Goal(id=0, portal_id=kept.portal.id, page_path=step.page, display_name=step.page)
            if named is not None:
                steps[f"{funnel.id}:{place}"] = named
    return Making(sites=(kept.portal.id,), timezone=kept.portal.timezone, goals=kept.goals, steps=steps)


def _span(timezone: str, day: date) -> tuple[int, int]:
    """Whole hours that a local day lies in, seconds since 1970."""
    zone = ZoneInfo(timezone)
    first, last = (local_midnight(one, zone) // 1000 for one in (day, day + ONE_DAY))
    return first // HOUR_S * HOUR_S, -(-last // HOUR_S) * HOUR_S


def _runs(hours: Sequence[int]) -> list[tuple[int, int]]:
    """Hours that follow one another, from the first to the end of the last."""
    runs: list[tuple[int, int]] = []
    for hour in hours:
        if runs and runs[-1][1] == hour:
            runs[-1] = runs[-1][0], hour + HOUR_S
        else:
            runs.append((hour, hour + HOUR_S))
    return runs
