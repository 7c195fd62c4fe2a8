"""From journal segments to tables, exactly once.

Segments that wait together are a batch: its visits are assigned once and written beside them as ``<batch>.ready`` before anything is
inserted; a crash later inserts the same bytes under the same deduplication token. Names of finished segments stay in ``segments``, so one
put back is not counted again; where they may wait for those of other batches (see marks), ``<batch>.ready`` stays until then. Nothing is
prepared while something prepared has not reached the store: so memory may be lost at any time.
"""

import fcntl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from footfall.errors import BadInput, BadQuestion, NotFound, Unavailable
from footfall.store.batches import Prepared, assigned, name_of, ready, together
from footfall.store.engine import Engine
from footfall.store.marks import MARKS, Marks
from footfall.store.open_visits import OpenVisits
from footfall.store.segments import BAD, OPEN, READY, REFUSALS, SEGMENT, is_import, read_hits, set_aside, size, write_durably
from footfall.store.visits import instant
from footfall.vocabulary import Clock, Hit

__all__ = ["Keep", "Loaded", "Loader"]

LOCK = ".loader"
LONGEST_PAUSE_S = 30
IDS_AT_ONCE = 512
DONE = "SELECT DISTINCT name FROM segments WHERE name IN {names:Array(String)}"
Keep = Callable[[Sequence[Hit]], Sequence[Hit]]
encoder = msgspec.json.Encoder()


class Loaded(msgspec.Struct):
    """What a round of loading did."""

    segments: int = 0
    rows: int = 0
    """Events written."""
    left: int = 0
    """Engagement pings without a visit, and lines that could not be read."""
    no_visit: dict[str, int] = {}
    """The pings of them, by the name of their batch: an import's segment is one."""


class Loader:
    """The only writer of events and visits. One a journal folder; calls from several threads wait for each other."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        *,
        now: Clock,
        random: Callable[[int], bytes],
        keep: Keep = lambda hits: hits,
        visits_kept: int = 200_000,
        until: Clock | None = None,
    ) -> None:
        """``keep``: those of some hits that may be loaded; the others are dropped unread. ``until``: the instant before which a segment has
        to begin that is to be loaded; now unless given."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._until = until or now
        self._bounded = until is not None
        self.engine, self.folder = engine, folder
        self._now, self._ids, self._keep = now, _ids(random), keep
        self._visits = OpenVisits(engine, visits_kept)
        self._lock = threading.RLock()
        self._claim: IO[bytes] | None = None
        self._failures = 0
        self._prepared: set[str] = set()
        """Batches that are prepared and perhaps not in the store."""
        self._marks = Marks(now)
        self._marks_may_wait, self._rest_s = False, 0.0
        self._left_over: set[str] = set()
        """Segments of imports that ended before this loader began."""

    def load_waiting(self, *, marks_may_wait: bool = False, rest_s: float = 0.0) -> Loaded:
        """Load every closed segment, oldest first; those of imports only if they are left over from before this process.

        With ``marks_may_wait`` some of what was loaded is marked as such in one of the next rounds, within seconds, or in the next one
        without it: rounds that follow one another closely are cheaper so. After each piece of a segment, a few hundred events, it rests so
        long, that who waits for the interpreter gets it.

        Raises:
            Unavailable: the store is away; nothing is lost, the next round goes on where this one stopped. Its
                ``retry_after_s`` doubles with every round that fails, to 30 at most.
        """

        def due() -> Iterable[Path]:
            found = [path for path in self.waiting() if not is_import(path.name) or path.name in self._left_over]
            until_ms = self._until() if self._bounded else 0
            return [path for path in found if _began_ms(path) < until_ms] if self._bounded else found

        return self._guarded(due, marks_may_wait=marks_may_wait, rest_s=rest_s)

    def load(self, path: Path) -> Loaded:
        """Load one segment and remove it. A segment that was loaded before is only removed.

        Raises:
            Unavailable: as ``load_waiting``.
            NotFound: there is no such segment, and none was loaded.
        """
        return self._guarded(lambda: [path])

    def waiting(self) -> list[Path]:
        """Closed segments by arrival, refusals after events, imports last."""
        paths = [path for path in self.folder.iterdir() if path.suffix in (SEGMENT, REFUSALS)]
        return sorted(paths, key=lambda path: (is_import(path.name), path.suffix == REFUSALS, path.name))

    def waiting_bytes(self) -> int:
        """Size of what waits, segments still being written included."""
        return sum(size(path) for path in self.folder.iterdir() if path.suffix in (SEGMENT, OPEN))

    def complete_until_ms(self) -> int:
        """The instant up to which every accepted event is counted: arrival of the oldest segment that still waits, else now."""
        until_ms = self._until()
        found = [path for path in self.folder.iterdir() if path.suffix in (SEGMENT, OPEN) and size(path)]
        return min([until_ms, *(_began_ms(path) for path in found if path.name.split("-")[0].isdigit())])

    def bad_lines(self) -> int:
        """Lines set aside because they cannot be loaded; a healthy store has 0."""
        folder = self.folder / BAD
        return sum(path.read_bytes().count(b"\n") for path in folder.iterdir()) if folder.is_dir() else 0

    def forget(self) -> None:
        """Drop what is remembered of open visits; it is read back from the store when needed."""
        with self._lock:
            self._visits.forget()

    def forget_visitors(self, visitors: Iterable[tuple[int, int]]) -> None:
        """Drop what is remembered of these (site, visitor), who are leaving the store."""
        with self._lock:
            self._visits.drop(visitors)

    def clear_bad(self, before_ms: int) -> None:
        """Delete what was set aside and arrived before."""
        for path in self.folder.glob(f"{BAD}/*"):
            began_ms = _began_ms(path) if path.name.split("-")[0].isdigit() else int(path.stat().st_mtime * 1000)
            if began_ms < before_ms:
                path.unlink(missing_ok=True)

    def clear(self, before_ms: int) -> None:
        """Delete what arrived before and is still in the folder, also what was set aside; drop what is remembered of open visits."""
        with self._lock:
            for path in self.folder.glob("[0-9]*"):
                if _began_ms(path) < before_ms:
                    path.unlink(missing_ok=True)
            self.clear_bad(before_ms)
            self._prepared = {name for name in self._prepared if ready(self.folder, name).exists()}
            self._visits.forget()

    def _guarded(self, due: Callable[[], Iterable[Path]], *, marks_may_wait: bool = False, rest_s: float = 0.0) -> Loaded:
        total = Loaded()
        with self._lock:
            self._marks_may_wait, self._rest_s = marks_may_wait, rest_s
            try:
                self._take_folder()
                for name in sorted(self._prepared, key=lambda name: (not name.endswith(MARKS), name)):
                    self._finish(name, self._read_back(name), total, again=True)
                for batch in together(due()):
                    self._load(batch, total)
                self._mark()
            except (Unavailable, BadQuestion) as error:
                self._failures += 1
                pause = min(LONGEST_PAUSE_S, 1 << min(self._failures - 1, 10))
                raise Unavailable(error.sentence, retry_after_s=pause) from error
            self._failures = 0
        return total

    def close(self) -> None:
        """Let another process load the folder."""
        with self._lock:
            if self._claim is not None:
                self._claim.close()
            self._claim = None

    def _take_folder(self) -> None:
        """Once a process: become the folder's loader, and learn what the last one left."""
        if self._claim is not None:
            return
        claim = (self.folder / LOCK).open("ab")
        try:
            fcntl.lockf(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            claim.close()
            raise Unavailable(
                "Another footfall process loads the journal at {folder}; stop it, or ask it to load.", folder=self.folder
            ) from error
        for path in self.folder.glob(f"*{READY}.tmp"):
            path.unlink()
        self._prepared = {path.name.removesuffix(READY) for path in self.folder.glob(f"*{READY}")}
        self._left_over = {path.name for path in self.waiting() if is_import(path.name)}
        self._claim = claim

    def _load(self, batch: list[Path], total: Loaded) -> None:
        done = self._done(path.name for path in batch)
        self._remove([path for path in batch if path.name in done])
        if new := [path for path in batch if path.name not in done]:
            self._finish(name_of(new), self._prepare(new), total)

    def _prepare(self, batch: list[Path]) -> Prepared:
        """Assign the visits of the batch and write them down. If that fails, memory is dropped: it may have half of them."""
        is_hits = batch[0].suffix == SEGMENT
        try:
            prepared = self._assigned(batch) if is_hits else _joined(batch)
            write_durably(ready(self.folder, name_of(batch)), msgspec.msgpack.encode(prepared))
        except BaseException:
            self._visits.forget()
            raise
        self._prepared.add(name_of(batch))
        return prepared

    def _read_back(self, name: str) -> Prepared:
        return msgspec.msgpack.decode(ready(self.folder, name).read_bytes(), type=Prepared)

    def _assigned(self, batch: list[Path]) -> Prepared:
        left: list[int] = []

        def hits_of(path: Path) -> Iterator[Sequence[Hit]]:
            bad: list[bytes] = []
            for hits, not_hits in read_hits(path):
                bad += not_hits
                yield self._keep(hits)
                if self._rest_s:
                    time.sleep(self._rest_s)
            if bad:
                set_aside(self.folder, path.name, b"".join(line if line.endswith(b"\n") else line + b"\n" for line in bad))
                left.append(len(bad))

        try:
            prepared = assigned([path.name for path in batch], map(hits_of, batch), self._visits, self._name)
        except FileNotFoundError as error:
            raise NotFound("Segment {segment} is not in the journal.", segment=Path(error.filename).name) from None
        prepared.left += sum(left)
        return prepared

    def _finish(self, name: str, prepared: Prepared, total: Loaded, *, again: bool = False) -> None:
        """Bring a prepared batch into the store and remove it; ``again`` if that was perhaps done before."""
        members = [self.folder / member for member in prepared.members]
        is_in = name in self._marks
        if is_in or not again or len(self._done(prepared.members)) < len(members):
            if not is_in:
                try:
                    self._insert(name, prepared)
                except BadInput:
                    self._split(name, members, total)
                    return
                self._marks.add(name, prepared)
            self._mark(at_once=again)
            total.segments += len(members)
            total.rows += sum(prepared.rows)
            total.left += prepared.left
            total.no_visit[name] = prepared.no_visit
        self._remove(members)
        if name in self._marks:
            self._prepared.discard(name)
        else:
            self._forget_batch(name)

    def _insert(self, name: str, prepared: Prepared) -> None:
        """Raises BadInput only while nothing of the batch is in the store."""
        is_in = False
        for table in ("events", "visits", "refusals"):
            lines = getattr(prepared, table)
            if not lines:
                continue
            try:
                self._put(table, lines, name)
            except BadInput:
                if not is_in:
                    raise
                set_aside(self.folder, f"{name}.{table}", lines)
            is_in = True

    def _put(self, table: str, lines: bytes, name: str) -> None:
        """TRICKY: a cluster's server that dies in mid insert may say that it cannot read what it was sent; asked again it is silent."""
        try:
            self.engine.insert_ndjson(table, lines, name)
        except BadInput:
            if not self.engine.topology.cluster:
                raise
            self.engine.insert_ndjson(table, lines, name)

    def _split(self, name: str, members: list[Path], total: Loaded) -> None:
        """The store will never take this batch: keep its segment whole, or find which of several it is, and let the next ones pass."""
        self._visits.forget()
        if len(members) > 1:
            self._forget_batch(name)
            for path in members:
                self._load([path], total)
            return
        (path,) = members
        content = path.read_bytes()
        set_aside(self.folder, path.name, content)
        total.segments += 1
        total.left += content.count(b"\n")
        self._remove(members)
        self._forget_batch(name)

    def _remove(self, paths: Iterable[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)
            self._left_over.discard(path.name)

    def _forget_batch(self, name: str) -> None:
        ready(self.folder, name).unlink(missing_ok=True)
        self._prepared.discard(name)

    def _name(self, site: int) -> tuple[int, int]:
        return next(self._ids), self._visits.next_number(site)

    def _done(self, names: Iterable[str]) -> set[str]:
        asked = list(names)
        found = {str(name) for (name,) in self.engine.query(DONE, {"names": asked}, name="done_segments")}
        return found | self._marks.segments.intersection(asked)

    def _mark(self, *, at_once: bool = False) -> None:
        """Say what is in the store: rows by service day, then names of segments. Of a batch that may be marked already: at once, alone."""
        while self._marks and (at_once or not self._marks_may_wait or self._marks.are_due()):
            name, prepared = self._marks.tried or self._attempted()
            if prepared.service_days:
                try:
                    self.engine.insert_ndjson("service_days", prepared.service_days, name)
                except BadInput:
                    set_aside(self.folder, f"{name}.service_days", prepared.service_days)
            self.engine.insert_ndjson("segments", self._names(prepared), name)
            ready(self.folder, name).unlink(missing_ok=True)
            self._marks.done()

    def _attempted(self) -> tuple[str, Prepared]:
        name, prepared = self._marks.joined()
        if name not in self._marks:
            write_durably(ready(self.folder, name), msgspec.msgpack.encode(prepared))
        for joined in self._marks.attempt(name, prepared):
            if joined != name:
                ready(self.folder, joined).unlink(missing_ok=True)
        return name, prepared

    def _names(self, prepared: Prepared) -> bytes:
        loaded_at = instant(self._now())
        rows = zip(prepared.members, prepared.rows, strict=True)
        return encoder.encode_lines([{"name": member, "rows": count, "loaded_at": loaded_at} for member, count in rows])


def _began_ms(path: Path) -> int:
    return int(path.name.split("-")[0])


def _ids(random: Callable[[int], bytes]) -> Iterator[int]:
    """Random numbers of 64 bits, never 0."""
    while True:
        yield from (number or 1 for number in memoryview(random(8 * IDS_AT_ONCE)).cast("Q"))


def _joined(batch: list[Path]) -> Prepared:
    """Files of refusals have no visits: their lines as they are."""
    try:
        refusals = b"".join(path.read_bytes() for path in batch)
    except FileNotFoundError as error:
        raise NotFound("Segment {segment} is not in the journal.", segment=Path(error.filename).name) from None
    return Prepared(members=[path.name for path in batch], rows=[0] * len(batch), refusals=refusals)
