"""Acknowledged means on disk: one append is one wait for a shared fdatasync (group commit).

Lines go to ``<arrival ms>-<random>-<n>.open``, locked by its writer; by rows or age it becomes ``.ndjson``, which the loader takes.
A line that was not acknowledged may be torn; ``adopt_orphans`` cuts it off.
"""

import asyncio
import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from time import monotonic

from footfall.errors import Unavailable
from footfall.vocabulary import Clock

__all__ = ["Journal", "adopt_orphans", "write_segment"]

log = logging.getLogger(__name__)

OPEN, CLOSED = ".open", ".ndjson"
Write = Callable[[int, bytes], int]


class Journal:
    """The writer's end of a journal folder. Any number may share the folder, each with its own segments."""

    def __init__(
        self,
        folder: Path,
        *,
        now: Clock,
        random: Callable[[int], bytes],
        segment_rows: int = 100_000,
        segment_age_ms: int = 1000,
        max_bytes: int = 8_000_000_000,
        commit_window_ms: int = 0,
        write: Write = os.write,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._now, self._write = now, write
        self._segment_rows, self._segment_age_ms, self._max_bytes = segment_rows, segment_age_ms, max_bytes
        self._window_s = commit_window_ms / 1000
        self._name = random(8).hex()
        self._number = 0
        self._descriptor = -1
        self._path = folder
        self._size = self._rows = 0
        self._opened_s = 0.0
        self._pending: list[bytes] = []
        self._pending_rows = 0
        self._waiters: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = []
        self._wake = threading.Condition()
        self._closing = False
        self._elsewhere_bytes = 0
        self._checked_ms = 0
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    async def append(self, lines: bytes, rows: int) -> None:
        """Return once the lines (whole, newline at the end) are on disk.

        Raises:
            Unavailable: they are not, and will not be counted: the disk is full or failing, or the journal is at its bound.
        """
        loop = asyncio.get_running_loop()
        with self._wake:
            if self._closing:
                raise Unavailable("The collector is stopping.", retry_after_s=1)
            if not self._waiters or self._waiters[-1][0] is not loop:
                self._waiters.append((loop, loop.create_future()))
            future = self._waiters[-1][1]
            self._pending.append(lines)
            self._pending_rows += rows
            self._wake.notify()
        await asyncio.shield(future)

    def close(self) -> None:
        """Write what waits, seal the segment, and stop. Later appends raise Unavailable."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._wake:
                if not self._pending and not self._closing:
                    self._wake.wait(self._segment_age_ms / 1000 / 4 if self._descriptor >= 0 else None)
                closing = self._closing and not self._pending
            if self._window_s:
                threading.Event().wait(self._window_s)
            self._commit()
            if self._descriptor >= 0 and (closing or self._is_over()):
                self._seal()
            if closing:
                return

    def _commit(self) -> None:
        with self._wake:
            lines, rows, waiters = self._pending, self._pending_rows, self._waiters
            self._pending, self._pending_rows, self._waiters = [], 0, []
        if not lines:
            return
        error = self._put(b"".join(lines), rows)
        for loop, future in waiters:
            try:
                loop.call_soon_threadsafe(_settle, future, error)
            except RuntimeError:  # the loop was closed while we wrote; nobody waits any more
                continue

    def _put(self, lines: bytes, rows: int) -> Unavailable | None:
        if self._is_full(len(lines)):
            return Unavailable("The journal is at its bound; the store has not caught up.", retry_after_s=10)
        try:
            if self._descriptor < 0:
                self._open()
            written = 0
            while written < len(lines):
                written += self._write(self._descriptor, lines[written:] if written else lines)
            os.fdatasync(self._descriptor)
        except OSError as error:
            self._abandon()
            return Unavailable(f"The journal's disk refuses to write ({error.strerror}).", retry_after_s=5)
        self._size += len(lines)
        self._rows += rows
        return None

    def _open(self) -> None:
        self._opened_s = monotonic()
        self._path = self.folder / f"{self._now():013d}-{self._name}-{self._number:06d}{OPEN}"
        self._number += 1
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self._size = self._rows = 0
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        _sync_folder(self.folder)

    def _is_over(self) -> bool:
        return self._rows >= self._segment_rows or (monotonic() - self._opened_s) * 1000 >= self._segment_age_ms

    def _is_full(self, more: int) -> bool:
        now = self._now()
        if now - self._checked_ms > 1000 or self._checked_ms == 0:
            self._elsewhere_bytes = sum(_size(path) for path in self.folder.iterdir() if path != self._path)
            self._checked_ms = now
        return self._elsewhere_bytes + self._size + more > self._max_bytes

    def _seal(self) -> None:
        try:
            if self._size:
                self._path.rename(self._path.with_suffix(CLOSED))
            else:
                self._path.unlink(missing_ok=True)
            _sync_folder(self.folder)
        except OSError as error:
            log.error("a journal segment could not be closed (%s); it is taken over at the next start", error.strerror)
        os.close(self._descriptor)
        self._descriptor = -1

    def _abandon(self) -> None:
        """After a failed write: keep only what was acknowledged, never trust this file for another sync."""
        if self._descriptor < 0:
            return
        try:
            os.ftruncate(self._descriptor, self._size)
            os.fsync(self._descriptor)
        except OSError as error:
            log.error("a journal segment could not be cut back (%s)", error.strerror)
        self._seal()


def adopt_orphans(folder: Path) -> int:
    """Close the open segments of writers that died: torn last lines are cut, the rest is kept. Answers how many."""
    adopted = 0
    for path in sorted(folder.glob(f"*{OPEN}")):
        try:
            descriptor = os.open(path, os.O_RDWR)
        except FileNotFoundError:  # its writer closed it just now
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            whole = _whole_length(path)
            os.ftruncate(descriptor, whole)
            os.fsync(descriptor)
            if not path.exists():
                continue
            if whole:
                path.rename(path.with_suffix(CLOSED))
            else:
                path.unlink()
            adopted += 1
        except BlockingIOError:
            continue
        finally:
            os.close(descriptor)
    _sync_folder(folder)
    return adopted


def write_segment(folder: Path, name: str, lines: Iterable[bytes]) -> Path:
    """A whole closed segment, durable when this returns; nothing of it is seen before.

    Raises:
        Unavailable: the disk refuses; nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary, path = folder / f"{name}.part", folder / f"{name}{CLOSED}"
    try:
        with temporary.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(folder)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Unavailable(f"The journal's disk refuses to write ({error.strerror}).", retry_after_s=5) from error
    return path


def _settle(future: "asyncio.Future[None]", error: Unavailable | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
        future.exception()


def _whole_length(path: Path) -> int:
    content = path.read_bytes()
    return content.rfind(b"\n") + 1


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
