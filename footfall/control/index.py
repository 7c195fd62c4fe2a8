"""Portals by every name trackers use, kept in memory and read again when the control database moved on."""

import threading
from collections.abc import Callable

from footfall.control.hostnames import as_browsers_send
from footfall.errors import Unavailable
from footfall.vocabulary import Clock, Portal

__all__ = ["PortalIndex"]

CHECK_MS, MISSES_A_SECOND = 1000, 20


class PortalIndex:
    """Look-ups of a collector. A name it does not know makes it look at the database at once (at most 20 times a second).

    ``refresh`` from a thread keeps the look-ups themselves off the database; without it they check once a second. While
    the database is away, the portals that were known stay known.
    """

    def __init__(self, load: Callable[[], tuple[Portal, ...]], version: Callable[[], int], now: Clock) -> None:
        self._load, self._version, self._now = load, version, now
        self._reading = threading.Lock()
        self._seen = -1
        self._checked_ms = -CHECK_MS
        self._missed_ms = -CHECK_MS
        self._misses = 0
        self._by_domain: dict[str, Portal] = {}
        self._by_id: dict[int, Portal] = {}
        self._by_umami: dict[str, Portal] = {}
        self.sealed: dict[int, Portal] = {}
        """Those that are sealed on some day, by id."""

    def by_domain(self, domain: str) -> Portal | None:
        """``www.`` and case do not matter; an international name is known in both its spellings."""
        self._check()
        domain = domain.lower().removeprefix("www.")
        return self._by_domain.get(domain) or (self._by_domain.get(domain) if self._look_again() else None)

    def by_id(self, id: int) -> Portal | None:
        self._check()
        return self._by_id.get(id) or (self._by_id.get(id) if self._look_again() else None)

    def by_umami_id(self, umami_id: str) -> Portal | None:
        self._check()
        umami_id = umami_id.lower()
        return self._by_umami.get(umami_id) or (self._by_umami.get(umami_id) if self._look_again() else None)

    def refresh(self, *, wait: bool = False) -> None:
        """Read the portals again if the database moved on. From any thread; with ``wait`` what was committed before is known afterwards."""
        self._checked_ms = self._now()
        self._read(wait=wait)

    def _check(self) -> None:
        if self._now() - self._checked_ms >= CHECK_MS:
            self.refresh()

    def _look_again(self) -> bool:
        now = self._now()
        if now - self._missed_ms >= CHECK_MS:
            self._missed_ms, self._misses = now, 0
        self._misses += 1
        return self._misses <= MISSES_A_SECOND and self._read()

    def _read(self, *, wait: bool = False) -> bool:
        """Whether something changed. At most one thread reads; the others go on with what is known, or ``wait``."""
        if not self._reading.acquire(blocking=wait):
            return False
        try:
            version = self._version()
            if version == self._seen:
                return False
            self._keep(self._load())
            self._seen = version
        except Unavailable:
            return False
        finally:
            self._reading.release()
        return True

    def _keep(self, found: tuple[Portal, ...]) -> None:
        self._by_id = {portal.id: portal for portal in found}
        self._by_umami = {portal.umami_id: portal for portal in found}
        self.sealed = {portal.id: portal for portal in found if portal.may_be_sealed}
        names = ((name, portal) for portal in found for own in (portal.domain, *portal.domains) for name in (own, as_browsers_send(own)))
        self._by_domain = dict(names)
