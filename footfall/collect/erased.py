"""Who had today's events erased: nothing more of them is loaded until their salt is gone.

What is remembered are pseudonyms, in memory and, so that a restart does not bring an event back which waited in the journal, in a file on
tmpfs beside the salts: never on disk, and no longer than their salt, unless the store was away all the time and has them still.
"""

import errno
import os
import struct
import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from footfall.collect.visitor import Pseudonym
from footfall.errors import Unavailable
from footfall.vocabulary import Clock, Hit

__all__ = ["Erased"]

FILE = "erased"
RECORD = struct.Struct("<QQq")
"""Site, visitor, until when."""


class Erased:
    """One a home. Every method may be called from any thread."""

    def __init__(self, folder: Path | None, *, now: Clock) -> None:
        self._path, self._now = folder / FILE if folder else None, now
        self._lock = threading.Lock()
        self._until: dict[tuple[int, int], int] = {}
        if folder:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for site, visitor, until_ms in _read(self._path) if self._path else ():
            self._until[site, visitor] = until_ms
        self._waiting = set(self._until)
        """Of whom the store may still have something. After a restart nobody knows, and all are looked for again."""

    def add(self, site: int, pseudonyms: Iterable[Pseudonym]) -> None:
        """From now on nothing more of this visitor is loaded, and what there is waits to be deleted. Takes as long for a stranger.

        Raises:
            Unavailable: tmpfs does not take it; in memory it holds all the same.
        """
        new = {(site, one.visitor): one.until_ms for one in pseudonyms}
        with self._lock:
            self._until |= new
            self._waiting.update(new)
            if self._path:
                _append(self._path, b"".join(RECORD.pack(*key, until_ms) for key, until_ms in new.items()))

    def left(self, hits: Sequence[Hit]) -> Sequence[Hit]:
        """The hits without those of who is erased."""
        until = self._until
        return [hit for hit in hits if (hit.site, hit.visitor) not in until] if until else hits

    def waiting(self) -> frozenset[tuple[int, int]]:
        """(site, visitor) of whom the store may have something."""
        with self._lock:
            return frozenset(self._waiting)

    def done(self, visitors: Collection[tuple[int, int]]) -> None:
        """The store has nothing of these any more."""
        with self._lock:
            self._waiting.difference_update(visitors)

    def forget(self) -> None:
        """Let go of those whose salt is gone. Called every minute, by whoever keeps house."""
        with self._lock:
            now_ms = self._now()
            kept = {key: until_ms for key, until_ms in self._until.items() if until_ms > now_ms or key in self._waiting}
            if len(kept) == len(self._until):
                return
            self._until = kept
            if self._path:
                _overwrite(self._path, (RECORD.pack(*key, until_ms) for key, until_ms in kept.items()))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _append(path: Path, records: bytes) -> None:
    try:
        with open(path, "ab", buffering=0, opener=_private) as file:
            size = file.tell()
            if file.write(records) < len(records):
                file.truncate(size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise Unavailable("The folder for salts refuses to write ({fault}).", fault=error.strerror, retry_after_s=5) from error


def _read(path: Path) -> list[tuple[int, int, int]]:
    """Whole records only: a crash may have cut the last one, and what is added later must not follow half of one."""
    content = path.read_bytes() if path.exists() else b""
    whole = len(content) // RECORD.size * RECORD.size
    if whole < len(content):
        os.truncate(path, whole)
    return list(RECORD.iter_unpack(content[:whole]))


def _overwrite(path: Path, records: Iterable[bytes]) -> None:
    """tmpfs keeps one copy of a page: writing over it leaves nothing of who was there."""
    content = b"".join(records)
    with open(path, "r+b") as file:
        file.write(content.ljust(path.stat().st_size, b"\0"))
        file.truncate(len(content))
