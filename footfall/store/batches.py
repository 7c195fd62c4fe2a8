"""Segments that wait together share one insert: which ones, under what name, and as which bytes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from footfall.store.open_visits import OpenVisits, time_of
from footfall.store.segments import READY, is_import, size
from footfall.store.visits import Name, Visit, assign, bare_line, visit_line
from footfall.vocabulary import Hit

__all__ = ["Prepared", "assigned", "name_of", "ready", "together"]

BATCH_BYTES = 32_000_000
"""Journal lines of about 100,000 events: more would hardly be cheaper, and would take seconds to be counted."""
CHUNK = 1_000
"""Hits that are read, at least, before they get their visits."""
BATCH_SEGMENTS = 1000
"""Their names fit one typed parameter of an HTTP request."""
encoder = msgspec.json.Encoder()


class Prepared(msgspec.Struct):
    """A batch with its visits assigned: exactly the bytes that are inserted, however often."""

    members: list[str]
    """Names of its segments, by arrival."""
    rows: list[int]
    """Events of each."""
    left: int = 0
    """Lines of all that are no events."""
    no_visit: int = 0
    """Of them engagement pings without a visit."""
    events: bytes = b""
    visits: bytes = b""
    refusals: bytes = b""
    service_days: bytes = b""
    """Rows by portal and service day; the last to be written, so that what was rolled up before them is known to be out of date."""


def together(paths: Iterable[Path]) -> Iterator[list[Path]]:
    """The segments in batches: neighbours of one kind, as many as a batch may hold. An import's segment is a batch of its own."""
    batch: list[Path] = []
    bytes_so_far = 0
    for path in paths:
        more = size(path)
        if batch and not (_alike(batch[0], path) and bytes_so_far + more <= BATCH_BYTES and len(batch) < BATCH_SEGMENTS):
            yield batch
            batch, bytes_so_far = [], 0
        batch.append(path)
        bytes_so_far += more
    if batch:
        yield batch


def name_of(batch: list[Path]) -> str:
    """The batch's deduplication token and the name of its file: its first segment's, and how many follow."""
    first = batch[0]
    return first.name if len(batch) == 1 else f"{first.stem}+{len(batch) - 1}{first.suffix}"


def ready(folder: Path, name: str) -> Path:
    """Where the batch's bytes stand until it is done."""
    return folder / f"{name}{READY}"


def assigned(names: list[str], segments: Iterable[Iterable[Sequence[Hit]]], visits: OpenVisits, name: Name) -> Prepared:
    """These segments, given piece by piece, with a visit for every hit, in the order of their arrival; ``visits`` grows with them.

    Raises:
        Unavailable: the store is away; ``visits`` may have half of them.
    """
    batch = Assigning(len(names), visits, name)
    for some in _chunks(segments, visits):
        visits.recall([hit for _, hits in some for hit in hits])
        for place, hits in some:
            batch.add(place, hits)
    return batch.prepared(names)


class Assigning:
    """A batch while its hits get their visits."""

    def __init__(self, segments: int, visits: OpenVisits, name: Name) -> None:
        self._visits, self._name = visits, name
        self._events = bytearray()
        self._rows = [0] * segments
        self._grown: dict[int, Visit] = {}
        self._homeless: Counter[tuple[int, int]] = Counter()
        self._arrived: Counter[tuple[int, str]] = Counter()
        """Rows by portal and service day; of a visit's events those that its growth does not tell."""
        self._last_ms = 0

    def add(self, place: int, hits: Sequence[Hit]) -> None:
        """Hits of the segment at this place; the visits that they may join were recalled."""
        lines: list[bytes] = []
        grown, arrived, name, latest, put = self._grown, self._arrived, self._name, self._visits.latest, self._visits.put
        for hit in hits:
            if hit.visitor == 0:
                lines.append(bare_line(hit))
                arrived[hit.site, hit.day] += 1
                continue
            joined = assign(hit, latest(hit), name)
            if joined is None:
                self._homeless[hit.site, hit.time_ms // 60_000 * 60] += 1
                continue
            line, visit = joined
            lines.append(line)
            if visit.visit not in grown:
                grown[visit.visit] = visit
                arrived[visit.site, visit.day] += 2 - visit.version
                put(visit)
            if hit.day != visit.day:
                arrived[visit.site, visit.day] -= 1
                arrived[visit.site, hit.day] += 1
        self._rows[place] += len(lines)
        self._events += b"".join(lines)
        self._last_ms = max(self._last_ms, max(map(time_of, hits), default=0))

    def prepared(self, names: list[str]) -> Prepared:
        """The batch of the segments with these names."""
        for visit in self._grown.values():
            self._arrived[visit.site, visit.day] += visit.version
        self._visits.prune(self._last_ms)
        refusals = [
            {"site": site, "minute": minute, "reason": "no_visit", "count": count} for (site, minute), count in self._homeless.items()
        ]
        days = [{"site": site, "day": day, "rows": count} for (site, day), count in self._arrived.items() if count]
        homeless = self._homeless.total()
        return Prepared(
            members=names,
            rows=self._rows,
            left=homeless,
            no_visit=homeless,
            events=bytes(self._events),
            visits=b"".join(map(visit_line, self._grown.values())),
            refusals=encoder.encode_lines(refusals),
            service_days=encoder.encode_lines(days),
        )


def _chunks(segments: Iterable[Iterable[Sequence[Hit]]], visits: OpenVisits) -> Iterator[list[tuple[int, Sequence[Hit]]]]:
    """Pieces with their segments' places, a few at a time; all that follow at once when the store must be asked: that costs by question."""
    some: list[tuple[int, Sequence[Hit]]] = []
    count, asks = 0, False
    for place, hits in ((place, hits) for place, pieces in enumerate(segments) for hits in pieces):
        some.append((place, hits))
        count += len(hits)
        asks = asks or visits.may_lack(hits)
        if count >= CHUNK and not asks:
            yield some
            some, count = [], 0
    if some:
        yield some


def _alike(one: Path, other: Path) -> bool:
    return one.suffix == other.suffix and not is_import(one.name) and not is_import(other.name)
