"""Portals by every name trackers use, kept in memory and read again when the control database moved on."""

from collections.abc import Callable

from footfall.vocabulary import Clock, Portal

__all__ = ["PortalIndex"]

CHECK_MS, MISSES_A_SECOND = 1000, 20


class PortalIndex:
    """Look-ups of a collector. A name it does not know makes it look at the database at once (at most 20 times a second)."""

    def __init__(self, load: Callable[[], tuple[Portal, ...]], version: Callable[[], int], now: Clock) -> None:
        self._load, self._version, self._now = load, version, now
        self._seen = -1
        self._checked_ms = -CHECK_MS
        self._misses = 0
        self._by_domain: dict[str, Portal] = {}
        self._by_id: dict[int, Portal] = {}
        self._by_umami: dict[str, Portal] = {}

    def by_domain(self, domain: str) -> Portal | None:
        self._refresh()
        domain = domain.lower().removeprefix("www.")
        return self._by_domain.get(domain) or (self._by_domain.get(domain) if self._look_again() else None)

    def by_id(self, id: int) -> Portal | None:
        self._refresh()
        return self._by_id.get(id) or (self._by_id.get(id) if self._look_again() else None)

    def by_umami_id(self, umami_id: str) -> Portal | None:
        self._refresh()
        return self._by_umami.get(umami_id) or (self._by_umami.get(umami_id) if self._look_again() else None)

    def _refresh(self) -> None:
        now = self._now()
        if now - self._checked_ms >= CHECK_MS:
            self._checked_ms, self._misses = now, 0
            self._read()

    def _look_again(self) -> bool:
        self._misses += 1
        if self._misses > MISSES_A_SECOND:
            return False
        return self._read()

    def _read(self) -> bool:
        version = self._version()
        if version == self._seen:
            return False
        found = self._load()
        self._by_id = {portal.id: portal for portal in found}
        self._by_umami = {portal.umami_id: portal for portal in found}
        self._by_domain = {name: portal for portal in found for name in (portal.domain, *portal.domains)}
        self._seen = version
        return True
