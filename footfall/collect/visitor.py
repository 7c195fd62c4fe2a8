"""Who came today: a keyed hash that means nothing tomorrow, and nothing on another portal.

The salt is random, new at the portal group's local midnight. The last one lives 35 minutes longer, so that a visit crosses midnight, and
is then overwritten. It is kept in memory and, so that a restart does not count the day twice, in a file on tmpfs; never on disk.
"""

import fcntl
import hashlib
import ipaddress
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import msgspec

from footfall.collect.days import day_span
from footfall.vocabulary import Clock

__all__ = ["Salts", "network_of"]

SALT_BYTES = 32
OVERLAP_MS = 35 * 60_000
QUIET_MINUTES = 30


class Salt(msgspec.Struct, kw_only=True):
    """One day's salts of a portal group; what the tmpfs file holds."""

    from_ms: int
    until_ms: int
    current: bytes
    previous: bytes = b""
    """Empty once the overlap is over."""


class Salts:
    """Today's salts of every portal group. One an event loop; processes on a machine share them through ``folder``."""

    def __init__(self, folder: Path | None, *, now: Clock, random: Callable[[int], bytes]) -> None:
        self._folder, self._now, self._random = folder, now, random
        self._salts: dict[tuple[str, str], Salt] = {}
        self._late: dict[int, int] = {}
        """Visitors of the day's last 35 minutes and the next day's first: id to last event, milliseconds."""
        if folder:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int) -> int:
        """64 bits, never 0, under the day's salt; under the previous one while the visit it belongs to is still open."""
        salt = self._salts.get((group, timezone))
        if salt is None or not salt.from_ms <= time_ms < salt.until_ms:
            salt = self._turn(group, timezone, time_ms)
        who = f"{site}|{network_of(address)}|{agent}".encode()
        if salt.previous:
            if time_ms - salt.from_ms < OVERLAP_MS:
                old = _hash(salt.previous, who)
                if (time_ms - self._late.get(old, -(10**15))) // 60_000 <= QUIET_MINUTES:
                    self._late[old] = time_ms
                    return old
            else:
                self._forget_previous(group, timezone, salt)
        visitor = _hash(salt.current, who)
        if salt.until_ms - time_ms < OVERLAP_MS:
            self._late[visitor] = time_ms
        return visitor

    def tick(self) -> None:
        """Turn and destroy salts whose time is over, though no event comes. Called every few seconds."""
        now = self._now()
        for (group, timezone), salt in list(self._salts.items()):
            if now >= salt.until_ms:
                self._turn(group, timezone, now)
            elif salt.previous and now - salt.from_ms >= OVERLAP_MS:
                self._forget_previous(group, timezone, salt)

    def _turn(self, group: str, timezone: str, time_ms: int) -> Salt:
        from_ms, until_ms, _ = day_span(timezone, time_ms)
        old = self._salts.get((group, timezone))
        salt = self._shared(group, timezone, from_ms, until_ms, old)
        self._salts[group, timezone] = salt
        self._late = {visitor: seen for visitor, seen in self._late.items() if time_ms - seen < OVERLAP_MS}
        return salt

    def _fresh(self, from_ms: int, until_ms: int, old: Salt | None) -> Salt:
        previous = old.current if old and old.until_ms == from_ms else b""
        return Salt(from_ms=from_ms, until_ms=until_ms, current=self._random(SALT_BYTES), previous=previous)

    def _shared(self, group: str, timezone: str, from_ms: int, until_ms: int, old: Salt | None) -> Salt:
        if self._folder is None:
            return self._fresh(from_ms, until_ms, old)
        descriptor = os.open(self._path(group, timezone), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            content = os.read(descriptor, 4096)
            found = msgspec.msgpack.decode(content, type=Salt) if content else None
            if found and found.from_ms == from_ms:
                return found
            salt = self._fresh(from_ms, until_ms, found or old)
            _overwrite(descriptor, salt)
            return salt
        finally:
            os.close(descriptor)

    def _forget_previous(self, group: str, timezone: str, salt: Salt) -> None:
        salt.previous = b""
        self._late.clear()
        if self._folder is None:
            return
        descriptor = os.open(self._path(group, timezone), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _overwrite(descriptor, salt)
        finally:
            os.close(descriptor)

    def _path(self, group: str, timezone: str) -> Path:
        assert self._folder is not None
        return self._folder / hashlib.sha256(f"{group}|{timezone}".encode()).hexdigest()[:24]


def _overwrite(descriptor: int, salt: Salt) -> None:
    """tmpfs keeps one copy of a page: writing over it leaves nothing of the old salt."""
    content = msgspec.msgpack.encode(salt)
    length = os.fstat(descriptor).st_size
    os.pwrite(descriptor, bytes(max(length, len(content))), 0)
    os.pwrite(descriptor, content, 0)
    os.ftruncate(descriptor, len(content))


def _hash(salt: bytes, who: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(who, digest_size=8, key=salt).digest(), "big") or 1


@lru_cache(maxsize=50_000)
def network_of(address: str) -> str:
    """What of an address goes into the hash: IPv4 whole, IPv6 cut to /64."""
    if ":" not in address:
        return address
    try:
        parsed = ipaddress.IPv6Address(address.split("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(parsed) >> 64 << 64))
