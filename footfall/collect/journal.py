"""Acknowledged means on disk: all appends that wait share one fdatasync (group commit).

Lines go to ``<arrival ms>-<random>-<n>.open``, locked by its writer; by rows or age it becomes ``.ndjson``, which the loader takes.
A line that was not acknowledged may be torn; ``adopt_orphans`` cuts it off.
"""

import asyncio
import fcntl
import logging
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from footfall.errors import Unavailable
from footfall.vocabulary import Clock

__all__ = ["REFUSALS", "Journal", "adopt_orphans", "write_segment"]

log = logging.getLogger(__name__)

OPEN, CLOSED, REFUSALS = ".open", ".ndjson", ".refusals"
Write = Callable[[int, bytes], int]
Sync = Callable[[int], None]
ENOUGH_ROWS = 50
"""As many share a sync without the window's wait: under load they come together, and whoever sent them waits for it."""
BOUND_CHECK_S, BOUND_CHECK_SHARE = 1.0, 0.05
"""How often the folder is measured, and the share of time that may take: a store that is away leaves a file a second behind."""


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
        sync: Sync = os.fdatasync,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder
        self._now, self._write, self._sync = now, write, sync
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
        self._waiters: list[asyncio.Future[None]] = []
        self._lock = threading.Lock()
        self._wake = threading.Condition(self._lock)
        self._sleeps = False
        self._closing = False
        self._elsewhere_bytes = 0
        self._check_s = 0.0
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    async def append(self, lines: bytes, rows: int) -> None:
        """Return once the lines (whole, newline at the end) are on disk.

        Raises:
            Unavailable: they are not, and will not be counted: the disk is full or failing, or the journal is at its bound.
        """
        await self.write(lines, rows)

    def write(self, lines: bytes, rows: int) -> "asyncio.Future[None]":
        """As ``append``, for who does not want to wait: a future of the running loop. Raises as ``append``, at once or in the future."""
        future = asyncio.get_running_loop().create_future()
        with self._lock:
            if self._closing:
                raise Unavailable("The collector is stopping.", retry_after_s=1)
            self._pending.append(lines)
            self._pending_rows += rows
            self._waiters.append(future)
            if self._sleeps:
                self._sleeps = False
                self._wake.notify()
        return future

    def close(self) -> None:
        """Write what waits, seal the segment, and stop. Later appends raise Unavailable."""
        with self._lock:
            self._closing = True
            self._wake.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            closing = self._wait()
            self._commit()
            if self._descriptor >= 0 and (closing or self._is_over()):
                self._seal()
            if closing:
                return

    def _wait(self) -> bool:
        """Until something waits to be written, the segment is old, or the journal closes; answers whether it does."""
        with self._lock:
            while not self._pending and not self._closing:
                left_s = self._opened_s + self._segment_age_ms / 1000 - monotonic() if self._descriptor >= 0 else None
                if left_s is not None and left_s <= 0:
                    return False
                self._sleeps = True
                self._wake.wait(left_s)
                self._sleeps = False
        if self._window_s and self._pending_rows < ENOUGH_ROWS and not self._closing:
            sleep(self._window_s)
        with self._lock:
            return self._closing

    def _commit(self) -> None:
        with self._lock:
            lines, rows, waiters = self._pending, self._pending_rows, self._waiters
            self._pending, self._pending_rows, self._waiters = [], 0, []
        if not lines:
            return
        error = self._put(b"".join(lines), rows)
        by_loop: defaultdict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
        for future in waiters:
            by_loop[future.get_loop()].append(future)
        for loop, futures in by_loop.items():
            with suppress(RuntimeError):  # the loop was closed while we wrote; nobody waits any more
                loop.call_soon_threadsafe(_settle, futures, error)

    def _put(self, lines: bytes, rows: int) -> Unavailable | None:
        try:
            if self._is_full(len(lines)):
                return Unavailable("The journal is at its bound; the store has not caught up.", retry_after_s=10)
            if self._descriptor < 0:
                self._open()
            written = 0
            while written < len(lines):
                written += self._write(self._descriptor, lines[written:] if written else lines)
            self._sync(self._descriptor)
        except OSError as error:
            self._abandon()
            return Unavailable("The journal's disk refuses to write ({fault}).", fault=error.strerror, retry_after_s=5)
        self._size += len(lines)
        self._rows += rows
        return None

    def _open(self) -> None:
        self._opened_s = monotonic()
        self._size = self._rows = 0
        while self._descriptor < 0:
            self._path = self.folder / f"{self._now():013d}-{self._name}-{self._number:06d}{OPEN}"
            self._number += 1
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(descriptor, self._path):
                self._descriptor = descriptor
            else:  # TRICKY: between open and flock it looked like a dead writer's, and was taken over
                os.close(descriptor)
        _sync_folder(self.folder)

    def _is_over(self) -> bool:
        return self._rows >= self._segment_rows or (monotonic() - self._opened_s) * 1000 >= self._segment_age_ms

    def _is_full(self, more: int) -> bool:
        now_s = monotonic()
        if now_s >= self._check_s:
            with os.scandir(self.folder) as found:
                self._elsewhere_bytes = sum(_size(entry) for entry in found if entry.name != self._path.name)
            took_s = monotonic() - now_s
            self._check_s = now_s + max(BOUND_CHECK_S, took_s / BOUND_CHECK_SHARE)
        return self._elsewhere_bytes + self._size + more > self._max_bytes

    def _seal(self) -> None:
        try:
            if self._size:
                self._path.rename(self._path.with_suffix(CLOSED))
            else:
                self._path.unlink(missing_ok=True)
            _sync_folder(self.folder)
        except OSError as error:
            log.error("a journal segment could not be closed (%s); it is taken over later", error.strerror)
        self._leave()

    def _leave(self) -> None:
        self._elsewhere_bytes += self._size
        self._size = 0
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
            log.error("a journal segment could not be cut back (%s); it is taken over later", error.strerror)
            self._leave()
            return
        self._seal()


def adopt_orphans(folder: Path) -> int:
    """Close the open segments of writers that died: torn last lines are cut, the rest is kept. Answers how many."""
    adopted = sum(_adopt(path) for path in sorted(folder.glob(f"*{OPEN}")))
    if adopted:
        _sync_folder(folder)
    return adopted


def _adopt(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:  # its writer closed it just now
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not _is_at(descriptor, path):
            return False
        whole = _whole_length(path)
        os.ftruncate(descriptor, whole)
        os.fsync(descriptor)
        if whole:
            path.rename(path.with_suffix(CLOSED))
        else:
            path.unlink()
        return True
    except BlockingIOError:  # its writer lives
        return False
    finally:
        os.close(descriptor)


def write_segment(folder: Path, name: str, lines: Iterable[bytes], *, suffix: str = CLOSED) -> Path:
    """A whole closed segment (or, with REFUSALS, a file of counts), durable when this returns; nothing of it is seen before.

    Raises:
        Unavailable: the disk refuses; nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary, path = folder / f"{name}.part", folder / f"{name}{suffix}"
    try:
        with temporary.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(folder)
    except OSError as error:
        for left in (temporary, path):
            left.unlink(missing_ok=True)
        raise Unavailable("The journal's disk refuses to write ({fault}).", fault=error.strerror, retry_after_s=5) from error
    return path


def _settle(futures: "list[asyncio.Future[None]]", error: Unavailable | None) -> None:
    for future in futures:
        if future.done():  # whoever waited was cancelled
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _whole_length(path: Path) -> int:
    content = path.read_bytes()
    return content.rfind(b"\n") + 1


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return 0


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
