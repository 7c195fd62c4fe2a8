"""Visitors of imported history: each day of a portal has its own random salt, in memory for an hour after its last use.

While an import is unfinished its salts are also in a file on tmpfs, so that it can be resumed after a crash without counting anybody
twice; then they are overwritten. A visitor whose visit is open, its last event at most 30 whole minutes ago, keeps the id over midnight.
"""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from footfall.collect.days import day_span
from footfall.errors import Unavailable
from footfall.vocabulary import Clock, Portal

__all__ = ["ImportSalts"]

QUIET_MS = 31 * 60_000 - 1
"""The longest silence of at most 30 whole minutes."""
LATE_MS = 2 * QUIET_MS
"""A visit that is open at midnight and whose last event but pings is older than this may lose its id there."""
KEEP_MS = 3_600_000
NOTE_EVERY_MS = 60_000
MOST_LATE = 200_000
PREFIX = "import-"


class SiteSalts(msgspec.Struct):
    """The salts of one portal."""

    used_ms: int
    by_day: dict[str, bytes] = {}
    file: Path | None = None
    """On tmpfs, while an import is unfinished: a line a use (when) or a new salt (when, day, salt)."""
    noted_ms: int = 0

    def is_old(self, now: int) -> bool:
        return self.file is None and now - self.used_ms > KEEP_MS


class ImportSalts:
    """One a process, for all its threads.

    ``steady_ms`` counts from the machine's start, the same in all its processes; ``folder`` is on tmpfs, or None to keep nothing.
    """

    def __init__(self, *, steady_ms: Clock, random: Callable[[int], bytes], folder: Path | None = None) -> None:
        self._steady_ms, self._random, self._folder = steady_ms, random, folder
        self._lock = threading.Lock()
        self._sites: dict[int, SiteSalts] = {}
        self._late: OrderedDict[int, tuple[int, int]] = OrderedDict()
        """Whose visit was open late in a day, or goes on under an earlier day's id: hash → (when, id)."""
        self._late_key = random(32)
        self._spans: dict[str, tuple[int, int, str]] = {}

    def visitor(self, portal: Portal, who: str | None, time_ms: int, opens: bool = True) -> int:
        """64 bits, never 0: the id of ``who`` on the day of the event; ``None`` is somebody nobody saw before.

        ``opens``: whether the event opens a visit where none is open; an engagement ping does not.

        Raises:
            Unavailable: a new salt could not be kept on tmpfs.
        """
        if not who:
            return int.from_bytes(self._random(8), "big") or 1
        with self._lock:
            _, until_ms, day = self._span(portal.timezone, time_ms)
            text = f"{portal.id}|{who}".encode("utf-8", "surrogatepass")
            own = _hash(self._salt(portal.id, day), text)
            opens_late = opens and until_ms - time_ms <= LATE_MS
            return self._carried(_hash(self._late_key, text), own, time_ms, opens_late) if opens_late or self._late else own

    @contextmanager
    def unfinished(self, site: int) -> Iterator[None]:
        """While it lasts a crash can be resumed. An error keeps the file for that (an hour at most); a normal end destroys it."""
        if self._folder is None:
            yield
            return
        self.forget()
        path = self._folder / f"{PREFIX}{site}"
        with self._lock:
            salts = self._open(site, path)
        try:
            yield
            _destroy(path)
        finally:
            salts.file = None

    def forget(self) -> None:
        """Destroy what was not used for an hour. Called now and then, by whoever keeps house."""
        with self._lock:
            now = self._steady_ms()
            for site in [site for site, salts in self._sites.items() if salts.is_old(now)]:
                del self._sites[site]
            if not self._sites and self._late:
                self._late.clear()
                self._late_key = self._random(32)
            for path in self._folder.glob(f"{PREFIX}*") if self._folder and self._folder.is_dir() else ():
                if not 0 <= now - _last_use_ms(path) <= KEEP_MS:
                    _destroy(path)

    def _carried(self, key: int, own: int, time_ms: int, opens_late: bool) -> int:
        """The id of the visit that is open, else its own. What neither goes on with one nor opens one late is not remembered."""
        last = self._late.get(key)
        is_open = last is not None and 0 <= time_ms - last[0] <= QUIET_MS
        visitor = last[1] if last is not None and is_open else own
        if is_open or opens_late:
            self._late[key] = (time_ms, visitor)
            self._late.move_to_end(key)
            if len(self._late) > MOST_LATE:
                self._late.popitem(last=False)
        return visitor

    def _span(self, timezone: str, time_ms: int) -> tuple[int, int, str]:
        span = self._spans.get(timezone)
        if span is None or not span[0] <= time_ms < span[1]:
            span = self._spans[timezone] = day_span(timezone, time_ms)
        return span

    def _salt(self, site: int, day: str) -> bytes:
        now = self._steady_ms()
        salts = self._sites.get(site)
        if salts is None or salts.is_old(now):
            salts = self._sites[site] = SiteSalts(now)
        salts.used_ms = now
        if day not in salts.by_day:
            salts.by_day[day] = self._random(32)
            _note(salts, f"{now} {day} {salts.by_day[day].hex()}\n")
        elif now - salts.noted_ms > NOTE_EVERY_MS:
            _note(salts, f"{now}\n")
        return salts.by_day[day]

    def _open(self, site: int, path: Path) -> SiteSalts:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        now = self._steady_ms()
        salts = self._sites.setdefault(site, SiteSalts(now))
        left = _read(path)
        salts.by_day = left | salts.by_day
        salts.used_ms, salts.file = now, path
        _note(salts, "".join(f"{now} {day} {salt.hex()}\n" for day, salt in salts.by_day.items() if left.get(day) != salt) + f"{now}\n")
        return salts


def _hash(key: bytes, text: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(text, digest_size=8, key=key).digest(), "big") or 1


def _note(salts: SiteSalts, lines: str) -> None:
    salts.noted_ms = salts.used_ms
    if salts.file is None:
        return
    try:
        with open(os.open(salts.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
            file.write(lines.encode())
    except OSError as error:
        raise Unavailable("The folder for salts refuses to write ({fault}).", fault=error.strerror, retry_after_s=5) from error


def _read(path: Path) -> dict[str, bytes]:
    """Salts by day; of a day that stands there twice the last."""
    parts = [line.split(" ") for line in _lines(path)]
    return {part[1]: bytes.fromhex(part[2]) for part in parts if len(part) == 3}


def _last_use_ms(path: Path) -> int:
    times = [line.split(" ")[0] for line in _lines(path)]
    return max((int(text) for text in times if text.isdecimal()), default=-KEEP_MS)


def _lines(path: Path) -> list[str]:
    """Whole lines only: a crash may have cut the last one."""
    try:
        return path.read_text(encoding="ascii").split("\n")[:-1]
    except FileNotFoundError:
        return []


def _destroy(path: Path) -> None:
    """tmpfs keeps one copy of a page: writing over it leaves nothing of the salts."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(os.fstat(file.fileno()).st_size))
        path.unlink()
    except FileNotFoundError:
        return
