"""The reach room: who came to several portals, each once a day, for as long as the day lasts and in this process's memory alone.

It has a salt of its own, so that its ids are those of no event, and the address and agent are hashed without the portal: that is what it is
for. Neither salt nor ids are ever written, also not on tmpfs: a process that ends loses its day, and that day has no number. Whoever sends
Sec-GPC or DNT is never in it, whatever the portal does with such signals, and nor are robots, imports and events of another day.
"""

import hashlib
from collections.abc import Callable, Iterable

from footfall.collect.days import day_span
from footfall.collect.visitor import SALT_BYTES, network_of
from footfall.vocabulary import Clock, ReachGroup

__all__ = ["MOST_IDS", "ReachRoom", "RoomDay"]

MOST_IDS = 2_000_000
"""Ids of all portals together that a day may have: some 200 MB. A day with more has no number."""
WAIT_MS = 3_600_000
"""How long a day that is over waits to be drawn. Then it is dropped: availability loses to privacy."""


class RoomDay:
    """One day of the room."""

    def __init__(self, timezone: str, time_ms: int, groups: Iterable[ReachGroup], salt: bytes) -> None:
        """``time_ms``: any instant of it."""
        self.from_ms, self.until_ms, self.date = day_span(timezone, time_ms)
        self.groups = tuple(groups)
        """As they were declared when the day began: a change is for tomorrow."""
        self.is_whole = False
        """This process collected when it began, and so all the time."""
        self.is_full = self.is_late = self.went_back = False
        """It has no number: too many came; nobody drew it in time; events came with a clock that was put back before it."""
        self._keyed = hashlib.blake2b(digest_size=8, key=salt)
        self._ids: dict[int, set[int]] = {site: set() for group in self.groups for site in group.sites}
        self._erased: set[tuple[int, int]] = set()
        self._size = 0

    def add(self, site: int, address: str, agent: str, most: int) -> None:
        """Count somebody on a portal."""
        ids = self._ids.get(site)
        if ids is None:
            return
        id = self._id(address, agent)
        if id in ids or (self._erased and (site, id) in self._erased):
            return
        ids.add(id)
        self._size += 1
        if self._size > most:
            self.drop()
            self.is_full = True

    def erase(self, site: int, address: str, agent: str) -> None:
        """Somebody was not on this portal today, and will not be. Takes as long for a stranger."""
        id = self._id(address, agent)
        self._erased.add((site, id))
        self._ids.get(site, set()).discard(id)

    def reach(self, group: ReachGroup) -> int:
        """How many different visitors the group's portals had, exactly: to be drawn, and for nothing else."""
        found: set[int] = set()
        for site in group.sites:
            # One at a time: while a union is made no request is answered.
            found |= self._ids.get(site, set())
        return len(found)

    def drop(self) -> None:
        """Let go of every id."""
        self._ids, self._erased, self._size = {}, set(), 0

    def _id(self, address: str, agent: str) -> int:
        state = self._keyed.copy()
        state.update(f"{network_of(address)}|{agent}".encode())
        return int.from_bytes(state.digest())


class ReachRoom:
    """One a process that collects, on its event loop; what only reads may be called from another thread."""

    def __init__(self, timezone: str, *, now: Clock, random: Callable[[int], bytes], most_ids: int = MOST_IDS) -> None:
        """``timezone``: whose days are counted, of all portals alike."""
        self._timezone, self._now, self._random, self._most = timezone, now, random, most_ids
        self.declared: tuple[ReachGroup, ...] = ()
        """Groups of the next day to begin."""
        self.over: RoomDay | None = None
        """A day that is over and waits to be drawn."""
        # Of a day that had begun before this process nothing is worth counting.
        self.day = self._new(now(), ())

    def saw(self, site: int, address: str, agent: str, time_ms: int, arrived_ms: int) -> None:
        """Somebody did something on a portal at ``time_ms``, which was told at ``arrived_ms``. An event of another day is not counted."""
        day = self.day
        if arrived_ms >= day.until_ms:
            day = self._turn(arrived_ms)
        if time_ms >= day.from_ms and arrived_ms >= day.from_ms:
            if time_ms < day.until_ms:
                day.add(site, address, agent, self._most)
        elif arrived_ms < day.from_ms and self.over is not None:
            self.over.went_back = True

    def erase(self, site: int, address: str, agent: str) -> None:
        """Take somebody out of today's portal, and out of a day that is not drawn yet."""
        if self._now() >= self.day.until_ms:
            self._turn(self._now())
        for day in (self.day, self.over):
            if day is not None:
                day.erase(site, address, agent)

    def tick(self) -> None:
        """Turn the day though no event comes, and drop one that was not drawn in time. Called twice a second."""
        now = self._now()
        if now >= self.day.until_ms:
            self._turn(now)
        if self.over is not None and now >= self.over.until_ms + WAIT_MS and not self.over.is_late:
            # In this order: who counts in another thread looks for it afterwards.
            self.over.is_late = True
            self.over.drop()

    def done(self, day: RoomDay) -> None:
        """The day was drawn, or never will be: nothing of it stays, its salt neither. From any thread."""
        day.drop()
        if self.over is day:
            self.over = None

    def _turn(self, time_ms: int) -> RoomDay:
        if self.over is not None:
            self.done(self.over)
        self.over, self.day = self.day, self._new(time_ms, self.declared)
        self.day.is_whole = self.day.from_ms == self.over.until_ms
        return self.day

    def _new(self, time_ms: int, groups: Iterable[ReachGroup]) -> RoomDay:
        return RoomDay(self._timezone, time_ms, groups, self._random(SALT_BYTES))
