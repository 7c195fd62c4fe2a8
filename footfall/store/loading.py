"""From journal segments to tables, exactly once.

A segment's visits are assigned once and written beside it as ``<segment>.ready`` before anything is inserted; a crash later inserts the
same bytes under the same deduplication token. Names of finished segments stay in ``segments``, so one put back is not counted again.
Nothing is prepared while something prepared has not reached the store: so memory may be lost at any time.
"""

import fcntl
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

import msgspec

from footfall.errors import BadInput, BadQuestion, FootfallError, NotFound, Unavailable
from footfall.store.engine import Engine
from footfall.store.open_visits import OpenVisits
from footfall.store.segments import BAD, OPEN, READY, REFUSALS, SEGMENT, is_import, read_hits, set_aside, size, write_durably
from footfall.store.visits import Visit, assign, bare_line, instant, visit_line
from footfall.vocabulary import Clock, Hit

__all__ = ["Loaded", "Loader"]

LOCK = ".loader"
LONGEST_PAUSE_S = 30
encoder = msgspec.json.Encoder()


class Loaded(msgspec.Struct):
    """What a round of loading did."""

    segments: int = 0
    rows: int = 0
    """Events written."""
    left: int = 0
    """Engagement pings without a visit, and lines that could not be read."""


class Prepared(msgspec.Struct):
    """A segment with its visits assigned: exactly the bytes that are inserted, however often."""

    events: bytes = b""
    visits: bytes = b""
    refusals: bytes = b""
    service_days: bytes = b""
    """Rows by portal and service day; the last to be written, so that what was rolled up before them is known to be out of date."""
    rows: int = 0
    left: int = 0


class Loader:
    """The only writer of events and visits. One a journal folder; calls from several threads wait for each other."""

    def __init__(self, engine: Engine, folder: Path, *, now: Clock, random: Callable[[int], bytes], visits_kept: int = 200_000) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.engine, self.folder = engine, folder
        self._now, self._random = now, random
        self._visits = OpenVisits(engine, visits_kept)
        self._lock = threading.RLock()
        self._claim: IO[bytes] | None = None
        self._failures = 0
        self._prepared: set[str] = set()
        """Segments that are prepared and perhaps not in the store."""
        self._left_over: set[str] = set()
        """Segments of imports that ended before this loader began."""

    def load_waiting(self) -> Loaded:
        """Load every closed segment, oldest first; those of imports only if they are left over from before this process.

        Raises:
            Unavailable: the store is away; nothing is lost, the next round goes on where this one stopped. Its
                ``retry_after_s`` doubles with every round that fails, to 30 at most.
        """
        return self._guarded(lambda: [path for path in self.waiting() if not is_import(path.name) or path.name in self._left_over])

    def load(self, path: Path) -> Loaded:
        """Load one segment and remove it. A segment that was loaded before is only removed.

        Raises:
            Unavailable: as ``load_waiting``.
            NotFound: there is no such segment, and none was loaded.
        """
        return self._guarded(lambda: [path])

    def waiting(self) -> list[Path]:
        """Closed segments by arrival, imports last."""
        paths = [path for path in self.folder.iterdir() if path.suffix in (SEGMENT, REFUSALS)]
        return sorted(paths, key=lambda path: (is_import(path.name), path.name))

    def waiting_bytes(self) -> int:
        """Size of what waits, segments still being written included."""
        return sum(size(path) for path in self.folder.iterdir() if path.suffix in (SEGMENT, OPEN))

    def complete_until_ms(self) -> int:
        """The instant up to which every accepted event is counted: arrival of the oldest segment that still waits, else now."""
        now = self._now()
        names = [path.name for path in self.folder.iterdir() if path.suffix in (SEGMENT, OPEN) and size(path)]
        return min([now, *(int(name.split("-")[0]) for name in names if name.split("-")[0].isdigit())])

    def bad_lines(self) -> int:
        """Lines set aside because they cannot be loaded; a healthy store has 0."""
        folder = self.folder / BAD
        return sum(path.read_bytes().count(b"\n") for path in folder.iterdir()) if folder.is_dir() else 0

    def forget(self) -> None:
        """Drop what is remembered of open visits; it is read back from the store when needed."""
        with self._lock:
            self._visits.forget()

    def _guarded(self, due: Callable[[], Iterable[Path]]) -> Loaded:
        total = Loaded()
        with self._lock:
            try:
                self._take_folder()
                for name in sorted(self._prepared):
                    _add(total, self._load(self.folder / name))
                for path in due():
                    _add(total, self._load(path))
            except (Unavailable, BadQuestion) as error:
                self._failures += 1
                pause = min(LONGEST_PAUSE_S, 1 << min(self._failures - 1, 10))
                raise Unavailable(str(error), retry_after_s=pause) from error
            self._failures = 0
        return total

    def _take_folder(self) -> None:
        """Once a process: become the folder's loader, and learn what the last one left."""
        if self._claim is not None:
            return
        claim = (self.folder / LOCK).open("ab")
        try:
            fcntl.lockf(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            claim.close()
            raise Unavailable(f"Another footfall process loads the journal at {self.folder}; stop it, or ask it to load.") from error
        for path in self.folder.glob(f"*{READY}.tmp"):
            path.unlink()
        self._prepared = {path.name.removesuffix(READY) for path in self.folder.glob(f"*{READY}")}
        self._left_over = {path.name for path in self.waiting() if is_import(path.name)}
        self._claim = claim

    def _load(self, path: Path) -> Loaded:
        if self._is_done(path.name):
            done = Loaded()
        elif path.suffix == REFUSALS:
            done = self._load_refusals(path)
        else:
            done = self._load_hits(path)
        path.unlink(missing_ok=True)
        _ready(path).unlink(missing_ok=True)
        self._prepared.discard(path.name)
        self._left_over.discard(path.name)
        return done

    def _load_hits(self, path: Path) -> Loaded:
        if path.name not in self._prepared:
            self._prepare(path)
        prepared = msgspec.msgpack.decode(_ready(path).read_bytes(), type=Prepared)
        try:
            for table in ("events", "visits", "refusals", "service_days"):
                self._insert(table, getattr(prepared, table), path.name)
        except BadInput:
            self._set_all_aside(path)
            return Loaded(1, 0, prepared.rows)
        self._mark_done(path.name, prepared.rows)
        return Loaded(1, prepared.rows, prepared.left)

    def _load_refusals(self, path: Path) -> Loaded:
        try:
            self._insert("refusals", path.read_bytes(), path.name)
        except FileNotFoundError:
            raise _not_found(path) from None
        except BadInput:
            self._set_all_aside(path)
        self._mark_done(path.name, 0)
        return Loaded(1)

    def _prepare(self, path: Path) -> None:
        """Assign the segment's visits and write them down. If that fails, memory is dropped: it may have half of them."""
        try:
            hits, bad = read_hits(path)
        except FileNotFoundError:
            raise _not_found(path) from None
        try:
            if bad:
                set_aside(self.folder, path.name, b"".join(line if line.endswith(b"\n") else line + b"\n" for line in bad))
            prepared = self._assigned(hits)
            prepared.left += len(bad)
            write_durably(_ready(path), msgspec.msgpack.encode(prepared))
        except BaseException:
            self._visits.forget()
            raise
        self._prepared.add(path.name)

    def _assigned(self, hits: list[Hit]) -> Prepared:
        self._visits.recall(hits)
        events: list[bytes] = []
        grown: dict[int, Visit] = {}
        homeless: Counter[tuple[int, int]] = Counter()
        arrived: Counter[tuple[int, str]] = Counter()
        for hit in hits:
            if hit.visitor == 0:
                events.append(bare_line(hit))
                arrived[hit.site, hit.day] += 1
                continue
            joined = assign(hit, self._visits.latest(hit), self._name)
            if joined is None:
                homeless[hit.site, hit.time_ms // 60_000 * 60] += 1
                continue
            line, visit = joined
            events.append(line)
            arrived[hit.site, hit.day] += 1
            if visit.visit not in grown:
                grown[visit.visit] = visit
                self._visits.put(visit)
        arrived.update((visit.site, visit.day) for visit in grown.values())
        visits = b"".join(map(visit_line, grown.values()))
        refusals = [{"site": site, "minute": minute, "reason": "no_visit", "count": count} for (site, minute), count in homeless.items()]
        days = [{"site": site, "day": day, "rows": rows} for (site, day), rows in arrived.items()]
        self._visits.prune(max((hit.time_ms for hit in hits), default=0))
        return Prepared(
            b"".join(events),
            visits,
            encoder.encode_lines(refusals),
            encoder.encode_lines(days),
            len(events),
            homeless.total(),
        )

    def _insert(self, table: str, lines: bytes, token: str) -> None:
        if lines:
            self.engine.insert_ndjson(table, lines, token)

    def _set_all_aside(self, path: Path) -> None:
        """The store will never take this segment: keep it whole, and let the next ones pass."""
        set_aside(self.folder, path.name, path.read_bytes())
        self._visits.forget()

    def _name(self, site: int) -> tuple[int, int]:
        return int.from_bytes(self._random(8), "big") or 1, self._visits.next_number(site)

    def _is_done(self, name: str) -> bool:
        return bool(self.engine.query("SELECT 1 FROM segments WHERE name = {name:String} LIMIT 1", {"name": name}))

    def _mark_done(self, name: str, rows: int) -> None:
        line = encoder.encode({"name": name, "rows": rows, "loaded_at": instant(self._now())})
        self.engine.insert_ndjson("segments", line, name)


def _add(total: Loaded, done: Loaded) -> None:
    total.segments += done.segments
    total.rows += done.rows
    total.left += done.left


def _ready(path: Path) -> Path:
    return path.with_name(path.name + READY)


def _not_found(path: Path) -> FootfallError:
    return NotFound(f"Segment {path.name} is not in the journal.")
