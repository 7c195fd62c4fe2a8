"""Segments that wait together share one insert: which ones, under what name, and as which bytes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import msgspec

from footfall.store.open_visits import OpenVisits
from footfall.store.segments import READY, is_import, size
from footfall.store.visits import Name, Visit, assign, bare_line, visit_line
from footfall.vocabulary import Hit

__all__ = ["Prepared", "assigned", "name_of", "ready", "together"]

BATCH_BYTES = 32_000_000
"""Journal lines of about 100,000 events: more would hardly be cheaper, and would take seconds to be counted."""
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


def assigned(names: list[str], segments: list[list[Hit]], visits: OpenVisits, name: Name) -> Prepared:
    """These segments with a visit for every hit, in the order of their arrival; ``visits`` grows with them.

    Raises:
        Unavailable: the store is away; ``visits`` may have half of them.
    """
    visits.recall(list(chain.from_iterable(segments)))
    events: list[bytes] = []
    grown: dict[int, Visit] = {}
    homeless: Counter[tuple[int, int]] = Counter()
    arrived: Counter[tuple[int, str]] = Counter()
    rows = []
    for hits in segments:
        before = len(events)
        for hit in hits:
            if hit.visitor == 0:
                events.append(bare_line(hit))
                arrived[hit.site, hit.day] += 1
                continue
            joined = assign(hit, visits.latest(hit), name)
            if joined is None:
                homeless[hit.site, hit.time_ms // 60_000 * 60] += 1
                continue
            line, visit = joined
            events.append(line)
            arrived[hit.site, hit.day] += 1
            if visit.visit not in grown:
                grown[visit.visit] = visit
                visits.put(visit)
        rows.append(len(events) - before)
    arrived.update((visit.site, visit.day) for visit in grown.values())
    visits.prune(max((hit.time_ms for hit in chain.from_iterable(segments)), default=0))
    refusals = [{"site": site, "minute": minute, "reason": "no_visit", "count": count} for (site, minute), count in homeless.items()]
    return Prepared(
        members=names,
        rows=rows,
        left=homeless.total(),
        events=b"".join(events),
        visits=b"".join(map(visit_line, grown.values())),
        refusals=encoder.encode_lines(refusals),
        service_days=encoder.encode_lines([{"site": site, "day": day, "rows": count} for (site, day), count in arrived.items()]),
    )


def _alike(one: Path, other: Path) -> bool:
    return one.suffix == other.suffix and not is_import(one.name) and not is_import(other.name)
