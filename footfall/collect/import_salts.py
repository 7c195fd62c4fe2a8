"""Visitors of imported history: each day of a portal has its own random salt, kept in memory for an hour after its last use."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from footfall.collect.days import day_of
from footfall.vocabulary import Clock, Portal

__all__ = ["ImportSalts"]

QUIET_MINUTES = 30
KEEP_MS = 3_600_000
MOST_VISITORS = 500_000


class ImportSalts:
    """One a process. ``forget`` drops what nobody used for an hour."""

    def __init__(self, *, steady_ms: Clock, random: Callable[[int], bytes]) -> None:
        self._steady_ms, self._random = steady_ms, random
        self._salts: dict[tuple[int, str], bytes] = {}
        self._recent: OrderedDict[tuple[int, bytes], tuple[int, int, str]] = OrderedDict()
        """Portal and hashed visitor → (last time in ms, id, day): a visit crosses midnight under the id it began with."""
        self._secret = random(32)
        self._used_ms = steady_ms()

    def visitor(self, portal: Portal, who: str | None, time_ms: int) -> int:
        """The id of ``who`` on the day of the event; ``None`` is somebody nobody saw before."""
        if who is None:
            return int.from_bytes(self._random(8), "big") or 1
        self.forget()
        day = day_of(portal.timezone, time_ms)
        key = (portal.id, hashlib.blake2b(who.encode(), digest_size=16, key=self._secret).digest())
        last = self._recent.get(key)
        if last and (last[2] == day or 0 <= (time_ms - last[0]) // 60_000 <= QUIET_MINUTES):
            visitor = last[1]
        else:
            visitor = self._hash(portal.id, day, who)
        self._recent[key] = (time_ms, visitor, day)
        self._recent.move_to_end(key)
        if len(self._recent) > MOST_VISITORS:
            self._recent.popitem(last=False)
        return visitor

    def forget(self) -> None:
        """Drop every salt if none was used for an hour."""
        now = self._steady_ms()
        if now - self._used_ms > KEEP_MS:
            self._salts.clear()
            self._recent.clear()
            self._secret = self._random(32)
        self._used_ms = now

    def _hash(self, site: int, day: str, who: str) -> int:
        salt = self._salts.get((site, day))
        if salt is None:
            salt = self._salts[site, day] = self._random(32)
        return int.from_bytes(hashlib.blake2b(f"{site}|{who}".encode(), digest_size=8, key=salt).digest(), "big") or 1
