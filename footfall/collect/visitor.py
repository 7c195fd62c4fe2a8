"""Who came today: a keyed hash that means nothing tomorrow, and nothing on another portal.

The salt is random, new at the portal group's local midnight; portals of one group in several time zones have a salt a zone, so that each
one's visitors are told apart for the whole of its own service day. The last salt lives 35 minutes longer, so that a visit crosses midnight,
and is then overwritten. It is kept in memory and, so that a restart does not count the day twice, in a file on tmpfs; never on disk.
"""

import fcntl
import hashlib
import ipaddress
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from footfall.collect.days import day_span
from footfall.collect.recently import recently
from footfall.vocabulary import FIRST_LATE_ID, Clock, Portal

__all__ = ["OVERLAP_MS", "Pseudonym", "Salts", "network_of", "whole_network_of"]

SALT_BYTES = 32
OVERLAP_MS = 35 * 60_000
"""Also how far the clock may step back before a salt without a past is made: a salt lives a day and this long, whatever the clock does."""
LATE_MS = 2 * OVERLAP_MS
"""Before midnight visits are noted. One that is open then and had nothing but engagement pings for longer may lose its id at midnight."""
QUIET_MINUTES = 30
SWEEP_MS = 60_000
NEVER = -(10**15)
NAME_CHARACTERS = 24
"""Of a file here. Imports keep theirs in the same folder, under other names."""


class Salt(msgspec.Struct, kw_only=True):
    """One day's salts of a portal group in one time zone; what the tmpfs file holds."""

    from_ms: int
    until_ms: int
    current: bytes
    previous: bytes = b""
    """Empty once the overlap is over."""

    def serves(self, time_ms: int) -> bool:
        """Whether it is the salt of that instant. One that began is kept where the clock steps back over midnight."""
        return self.from_ms - OVERLAP_MS <= time_ms < self.until_ms

    def overlaps(self, time_ms: int) -> bool:
        return time_ms - self.from_ms < OVERLAP_MS


class Pseudonym(msgspec.Struct, frozen=True):
    """What somebody is called on a portal now."""

    visitor: int
    until_ms: int
    """When its salt is destroyed at the latest."""


class _Day:
    """A salt at work: hash states that have taken their key, and who may cross midnight."""

    __slots__ = ("current", "late", "previous", "salt")

    def __init__(self, salt: Salt, late: dict[int, int]) -> None:
        self.salt, self.late = salt, late
        """Visits that may be open at midnight, and after it those that were: visitor to last event, milliseconds."""
        self.current = hashlib.blake2b(digest_size=8, key=salt.current)
        self.previous = hashlib.blake2b(digest_size=8, key=salt.previous) if salt.previous else None


class Salts:
    """Today's salts of every portal group. One an event loop; processes on a machine share them through ``folder``."""

    def __init__(self, folder: Path | None, *, now: Clock, random: Callable[[int], bytes]) -> None:
        self._folder, self._now, self._random = folder, now, random
        self._days: dict[tuple[str, str], _Day] = {}
        self._sweep_ms = NEVER
        if folder:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int, opens: bool = True) -> int:
        """64 bits, never 0, under the day's salt; under the previous one while the visit it belongs to is still open.

        ``opens``: whether the event opens a visit where none is open; an engagement ping does not, so it is not noted by itself.
        """
        day = self._days.get((group, timezone))
        if day is None or not day.salt.serves(time_ms):
            day = self._turn(group, timezone, time_ms)
        who = f"{site}|{network_of(address)}|{agent}".encode()
        if day.previous is not None:
            if day.salt.overlaps(time_ms):
                old = _hash(day.previous, who)
                if _is_open(day, old, time_ms):
                    day.late[old] = time_ms
                    return old
            else:
                self._forget_previous(group, timezone, day)
        visitor = _hash(day.current, who)
        if day.salt.until_ms - time_ms < LATE_MS and (opens or _is_open(day, visitor, time_ms)):
            day.late[visitor] = time_ms
        return visitor

    def late_visitor(self, group: str, timezone: str, site: int, address: str, agent: str, time_ms: int) -> int:
        """Of an event that says it is of the day before: who they were then, while that day's salt lives. After it nobody can tell.

        Then it is an id of its own, ``FIRST_LATE_ID`` or more, and in no mart: the same browser may be in that day's numbers already, and
        one that counts twice would move them by more than their noise is for.
        """
        day = self._days.get((group, timezone))
        if day is None or not day.salt.serves(time_ms):
            day = self._turn(group, timezone, time_ms)
        who = f"{site}|{network_of(address)}|{agent}"
        if day.previous is not None and day.salt.overlaps(time_ms):
            return _hash(day.previous, who.encode())
        return _late(day.current, who)

    def pseudonyms(self, portal: Portal, address: str, agent: str, time_ms: int) -> "tuple[Pseudonym, ...]":
        """What the salts that live at ``time_ms`` make of somebody on a portal. Nothing is noted: asking is no visit.

        The first is that of an event which arrives then, unless its visit crosses midnight.
        """
        day = self._days.get((portal.group, portal.timezone))
        if day is None or not day.salt.serves(time_ms):
            day = self._turn(portal.group, portal.timezone, time_ms)
        who = f"{portal.id}|{network_of(address)}|{agent}"
        found = [Pseudonym(name, day.salt.until_ms + OVERLAP_MS) for name in (_hash(day.current, who.encode()), _late(day.current, who))]
        if day.previous is not None and day.salt.overlaps(time_ms):
            before = (_hash(day.previous, who.encode()), _late(day.previous, who))
            found += [Pseudonym(name, day.salt.from_ms + OVERLAP_MS) for name in before]
        return tuple(found)

    def tick(self) -> None:
        """Turn and destroy salts whose time is over, though no event comes. Called every few seconds."""
        now = self._now()
        for (group, timezone), day in list(self._days.items()):
            if not day.salt.serves(now):
                self._turn(group, timezone, now)
            elif day.previous is not None and not day.salt.overlaps(now):
                self._forget_previous(group, timezone, day)
        if not 0 <= now - self._sweep_ms < SWEEP_MS:
            self._sweep_ms = now
            self._sweep(now)

    def _turn(self, group: str, timezone: str, time_ms: int) -> _Day:
        old = self._days.get((group, timezone))
        salt = self._shared(group, timezone, time_ms, old.salt if old else None)
        late = {visitor: seen for visitor, seen in old.late.items() if time_ms - seen < OVERLAP_MS} if old and salt.previous else {}
        day = self._days[group, timezone] = _Day(salt, late)
        return day

    def _shared(self, group: str, timezone: str, time_ms: int, old: Salt | None) -> Salt:
        """The salt that the file has for this instant, or a new one put there."""
        if self._folder is None:
            return self._fresh(timezone, time_ms, old)
        with _locked(self._path(group, timezone)) as descriptor:
            found = _read(descriptor)
            if found and found.serves(time_ms):
                return _without_past(descriptor, found, time_ms)
            salt = self._fresh(timezone, time_ms, found or old)
            _overwrite(descriptor, salt)
            return salt

    def _fresh(self, timezone: str, time_ms: int, old: Salt | None) -> Salt:
        from_ms, until_ms, _ = day_span(timezone, time_ms)
        salt = Salt(from_ms=from_ms, until_ms=until_ms, current=self._random(SALT_BYTES))
        if old and old.until_ms == from_ms and salt.overlaps(time_ms):
            salt.previous = old.current
        return salt

    def _forget_previous(self, group: str, timezone: str, day: _Day) -> None:
        day.salt.previous, day.previous, day.late = b"", None, {}
        if self._folder is None:
            return
        with _locked(self._path(group, timezone)) as descriptor:
            found = _read(descriptor)
            if found and found.from_ms == day.salt.from_ms:
                _overwrite(descriptor, day.salt)

    def _sweep(self, now_ms: int) -> None:
        """What this process has no use for is destroyed too: salts of groups that nobody visited since a restart."""
        for path in self._folder.glob("[0-9a-f]" * NAME_CHARACTERS) if self._folder else ():
            with _locked(path) as descriptor:
                found = _read(descriptor)
                if found is None or now_ms >= found.until_ms + OVERLAP_MS:
                    _overwrite(descriptor, None)
                else:
                    _without_past(descriptor, found, now_ms)

    def _path(self, group: str, timezone: str) -> Path:
        assert self._folder is not None
        return self._folder / hashlib.sha256(f"{group}|{timezone}".encode()).hexdigest()[:NAME_CHARACTERS]


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """TRICKY: such a file is never removed, only emptied: whoever waits for its lock would go on with a file that nobody else finds."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def _read(descriptor: int) -> Salt | None:
    """What the file holds; nothing where its writer died in the middle."""
    try:
        return msgspec.msgpack.decode(os.pread(descriptor, 4096, 0), type=Salt)
    except msgspec.DecodeError:
        return None


def _without_past(descriptor: int, salt: Salt, time_ms: int) -> Salt:
    """The salt, its previous one destroyed if the overlap is over."""
    if salt.previous and not salt.overlaps(time_ms):
        salt.previous = b""
        _overwrite(descriptor, salt)
    return salt


def _overwrite(descriptor: int, salt: Salt | None) -> None:
    """tmpfs keeps one copy of a page: writing over it leaves nothing of the old salt."""
    content = msgspec.msgpack.encode(salt) if salt else b""
    length = os.fstat(descriptor).st_size
    os.pwrite(descriptor, content.ljust(length, b"\0"), 0)
    os.ftruncate(descriptor, len(content))


def _is_open(day: _Day, visitor: int, time_ms: int) -> bool:
    """Whether a visit that was noted is open."""
    return (time_ms - day.late.get(visitor, NEVER)) // 60_000 <= QUIET_MINUTES


def _hash(keyed: "hashlib.blake2b", who: bytes) -> int:
    state = keyed.copy()
    state.update(who)
    return int.from_bytes(state.digest(), "big") or 1


def _late(keyed: "hashlib.blake2b", who: str) -> int:
    return FIRST_LATE_ID | _hash(keyed, f"{who}|late".encode()) >> 32


def network_of(address: str) -> str:
    """What of an address goes into the hash: IPv4 whole, IPv6 cut to /64."""
    return _network_of_v6(address) if ":" in address else address


@recently(50_000)
def _network_of_v6(address: str) -> str:
    try:
        parsed = ipaddress.IPv6Address(address.split("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(parsed) >> 64 << 64))


@recently(50_000)
def whole_network_of(address: str) -> str:
    """The address of the network that all of it stands for: the first of its IPv4 /24, or IPv6 /48; what is no address as it is.

    >>> whole_network_of("203.0.113.77"), whole_network_of("2001:db8:1:2::3")
    ('203.0.113.0', '2001:db8:1::')
    """
    try:
        parsed = ipaddress.ip_address(network_of(address))
    except ValueError:
        return address
    cut = 8 if parsed.version == 4 else 80
    return str(type(parsed)(int(parsed) >> cut << cut))
