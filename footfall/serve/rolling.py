"""The round of rolling up: a portal's day is counted once it is over and nothing more arrives for it, and again if something does."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

import structlog

from footfall.collect.days import day_of
from footfall.control.database import Control
from footfall.local_time import local_midnight
from footfall.serve.retention import AFTER_MIDNIGHT_MS
from footfall.store.engine import Engine
from footfall.store.rollup import Batch, Day, build, days_of, settle
from footfall.vocabulary import Clock, Portal

__all__ = ["Rolling"]

log = structlog.get_logger()
BATCH_ROWS = 1_000_000
"""Rows that one build reads at most, if it is not a single portal's day: some 300 MB of memory and two seconds."""
WEEK = range(-7, 9)


class Rolling:
    """Rounds of rolling up. A day is built in the second round that finds it as it was in the first."""

    def __init__(
        self,
        control: Control,
        engine: Engine,
        *,
        now: Clock,
        random: Callable[[int], bytes],
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._control, self._engine, self._now, self._random, self._stopped = control, engine, now, random, stopped
        self._seen: dict[tuple[int, date], int] = {}

    def round(self) -> int:
        """Roll up what is due; how many portals' days that were.

        Raises:
            Unavailable: control or store is away; the next round goes on.
        """
        days = list(self._over())
        due = [one for one in days if not one.fresh]
        quiet = [one for one in due if self._seen.get((one.site, one.day)) == one.rows]
        self._seen = {(one.site, one.day): one.rows for one in due}
        timezones = {portal.id: portal.timezone for portal in self._control.portals()}
        for batch in _batches(quiet, timezones):
            if self._stopped():
                break
            build(self._engine, batch, int.from_bytes(self._random(4), "big"))
        else:
            settle(self._engine, {one.day for one in days} - {one.day for one in due})
        if quiet:
            log.info("rolled up", days=len(quiet))
        return len(quiet)

    def _over(self) -> Iterator[Day]:
        """Days that are over where their portal is, and still kept."""
        portals = {portal.id: portal for portal in self._control.portals()}
        if not portals:
            return
        spans = {site: self._kept(portal) for site, portal in portals.items()}
        first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
        for one in days_of(self._engine, {site: portal.timezone for site, portal in portals.items()}, first, last):
            if spans[one.site][0] <= one.day <= spans[one.site][1]:
                yield one

    def _kept(self, portal: Portal) -> tuple[date, date]:
        today = date.fromisoformat(day_of(portal.timezone, self._now() - AFTER_MIDNIGHT_MS))
        return today - timedelta(days=portal.keep_events), today - timedelta(days=1)


def _batches(days: Iterable[Day], timezones: dict[int, str]) -> Iterator[Batch]:
    """Portals of one time zone and day together, up to ``BATCH_ROWS``; oldest days first."""
    ordered = sorted(days, key=lambda one: (one.day, timezones[one.site], one.site))
    for (day, timezone), group in groupby(ordered, key=lambda one: (one.day, timezones[one.site])):
        zone = ZoneInfo(timezone)
        midnights = [local_midnight(day + timedelta(days=shift), zone) // 1000 for shift in WEEK]
        for some in _split(group):
            yield Batch(days=tuple(some), timezone=timezone, midnights=midnights)


def _split(days: Iterable[Day]) -> Iterator[list[Day]]:
    some: list[Day] = []
    for one in days:
        if some and sum(other.rows for other in some) + one.rows > BATCH_ROWS:
            yield some
            some = []
        some.append(one)
    yield some
