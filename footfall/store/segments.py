"""Journal segments as the loader finds them: reading their lines, setting bad ones aside, and files that survive a crash."""

import io
import logging
import os
from collections.abc import Iterator
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from footfall.errors import Unavailable
from footfall.vocabulary import SCROLL_UNKNOWN, Hit

__all__ = ["BAD", "IMPORT", "OPEN", "READY", "REFUSALS", "SEGMENT", "is_import", "read_hits", "set_aside", "size", "write_durably"]

log = logging.getLogger(__name__)

SEGMENT, OPEN, REFUSALS, READY, BAD = ".ndjson", ".open", ".refusals", ".ready", "bad"
IMPORT = "import-"
FIRST_YEAR, LAST_YEAR = 1970, 2148
LATEST_MS = 5_600_000_000_000
PIECE_BYTES = 100_000


Number = Annotated[int, Meta(ge=0, lt=1 << 32)]


class Line(Hit, gc=False):
    """A hit that a table can hold. The garbage collector need not look at it, as nothing in it refers back: halves the cost of reading."""

    site: Number
    time_ms: Annotated[int, Meta(ge=0, lt=LATEST_MS)]
    visitor: Annotated[int, Meta(ge=0)]
    engagement_ms: Number = 0
    scroll_depth: Annotated[int, Meta(ge=0)] = SCROLL_UNKNOWN


decoder = msgspec.json.Decoder(Line)
NOT_A_LINE = (msgspec.DecodeError, UnicodeDecodeError)
visitor_of, day_of = attrgetter("visitor"), attrgetter("day")


def is_import(name: str) -> bool:
    """Whether an import wrote this segment; it loads it itself."""
    return name.startswith(IMPORT)


def read_hits(path: Path) -> Iterator[tuple[list[Line], list[bytes]]]:
    """Piece by piece, as many as a processor's cache may hold: the segment's hits, and the lines that are none or that no table could hold;
    both in the order they arrived."""
    content = path.read_bytes()
    begin = 0
    while begin < len(content):
        end = content.rfind(b"\n", begin, begin + PIECE_BYTES) + 1 or content.find(b"\n", begin) + 1 or len(content)
        yield _read(content[begin:end])
        begin = end


def _read(lines: bytes) -> tuple[list[Line], list[bytes]]:
    try:
        hits = decoder.decode_lines(lines)
    except NOT_A_LINE:
        return _sorted_out(lines)
    return (hits, []) if _is_a_line_each(lines, len(hits)) and _fit(hits) else _sorted_out(lines)


def _is_a_line_each(content: bytes, hits: int) -> bool:
    """Whether so many hits found in it stand on a line each. TRICKY: read in one go, two on a line or one on two lines are hits as well."""
    return content.count(b"\n") == hits == content.count(b"}\n{") + content.endswith(b"}\n")


def _sorted_out(content: bytes) -> tuple[list[Line], list[bytes]]:
    """As ``_read``, line by line."""
    hits: list[Line] = []
    bad: list[bytes] = []
    for line in io.BytesIO(content):
        try:
            hit = decoder.decode(line)
        except NOT_A_LINE:
            bad.append(line)
            continue
        if _fit([hit]):
            hits.append(hit)
        else:
            bad.append(line)
    return hits, bad


def set_aside(folder: Path, name: str, content: bytes) -> None:
    """Keep what cannot be loaded, unchanged, in the journal's folder ``bad``; the log gets the count only."""
    aside = folder / BAD
    aside.mkdir(exist_ok=True, mode=0o700)
    write_durably(aside / name, content)
    log.error("%d lines of segment %s cannot be loaded; they are kept in the journal's folder %s", content.count(b"\n"), name, BAD)


def write_durably(path: Path, content: bytes) -> None:
    """The whole file or nothing, on disk when this returns.

    Raises:
        Unavailable: the disk refuses; nothing is left behind.
    """
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        _sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Unavailable("The journal's disk refuses to write ({fault}).", fault=error.strerror, retry_after_s=5) from error


def size(path: Path) -> int:
    """Bytes; 0 if it went away."""
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


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and FIRST_YEAR <= date.fromisoformat(text).year <= LAST_YEAR
    except ValueError:
        return False


def _fit(hits: list[Line]) -> bool:
    return max(map(visitor_of, hits), default=0) < 1 << 64 and all(map(_is_day, set(map(day_of, hits))))
