"""Journal segments as the loader finds them: reading their lines, setting bad ones aside, and files that survive a crash."""

import logging
import os
from datetime import date
from pathlib import Path

import msgspec

from footfall.errors import Unavailable
from footfall.vocabulary import Hit

__all__ = ["BAD", "OPEN", "READY", "REFUSALS", "SEGMENT", "is_import", "read_hits", "set_aside", "size", "write_durably"]

log = logging.getLogger(__name__)

SEGMENT, OPEN, REFUSALS, READY, BAD = ".ndjson", ".open", ".refusals", ".ready", "bad"
IMPORT = "import-"
FIRST_YEAR, LAST_YEAR = 1970, 2148
LATEST_MS = 5_600_000_000_000


class Line(Hit, gc=False):
    """A hit that the garbage collector need not look at: nothing in it refers back. Halves the cost of reading a segment."""


decode = msgspec.json.Decoder(Line).decode


def is_import(name: str) -> bool:
    """Whether an import wrote this segment; it loads it itself."""
    return name.startswith(IMPORT)


def read_hits(path: Path) -> tuple[list[Hit], list[bytes]]:
    """The segment's hits, and the lines that are none or that no table could hold; both in the order they arrived."""
    hits: list[Hit] = []
    bad: list[bytes] = []
    days: set[str] = set()
    with path.open("rb") as lines:
        for line in lines:
            try:
                hit = decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                bad.append(line)
                continue
            if hit.day not in days and _is_day(hit.day):
                days.add(hit.day)
            if hit.day in days and _fits(hit):
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
        raise Unavailable(f"The journal's disk refuses to write ({error.strerror}).", retry_after_s=5) from error


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


def _fits(hit: Hit) -> bool:
    return (
        0 <= hit.time_ms < LATEST_MS
        and 0 <= hit.site < 1 << 32
        and 0 <= hit.visitor < 1 << 64
        and 0 <= hit.engagement_ms < 1 << 32
        and hit.scroll_depth >= 0
    )
