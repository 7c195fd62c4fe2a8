"""Lines of the ledger, each of which holds the hash of the one before: whoever changes, removes or swaps one is found out.

A line's hash is the SHA-256 of its JSON with keys in order, no spaces, and ``sha256`` empty.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from footfall.errors import BadInput

__all__ = ["START", "Entry", "Line", "breaks", "days_of", "read_line", "sealed", "written"]

START = "0" * 64
"""What the first line has for the hash of the one before."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be drawn: a mart of a release, of a portal group's service day or week.

    Keys that are known and keys that are data are cells of one vector, drawn by two mechanisms: ρ is charged once, for all of it.
    """

    release: str
    mart: str
    group: str
    """The portal group as it is called then."""
    sites: tuple[int, ...]
    """Ids of the portals that are in it then: none of them is drawn twice, whatever its group is called later."""
    day: str
    """Service day, YYYY-MM-DD; of a week its Monday."""
    grain: Literal["day", "week"]
    unit: str
    l0: int
    """Cells that one unit counts in at most."""
    linf: int
    """Most that one unit adds to a cell."""
    mechanism: str
    sigma: float
    rho: float
    """What it costs each unit of each of its days."""
    delta: float
    threshold: int
    secret_threshold: int
    """0 where all keys are known."""
    key_space_sha256: str
    """Of the keys that were known before: nobody can say later that there were others."""
    code: str
    """Version of Footfall, and a hash of its files."""
    settings_sha256: str


class Line(Entry, frozen=True, kw_only=True):
    """An entry as the ledger has it."""

    number: int
    at_ms: int
    state: Literal["spent", "published", "withdrawn"]
    """``spent`` is written before the draw; ``published`` and ``withdrawn`` are lines of their own, of one that was spent."""
    of: int = 0
    """Number of the line that was spent; 0 of that line itself."""
    cells: int = 0
    """That were published."""
    output_sha256: str = ""
    """Of the published cells."""
    prev: str
    """Hash of the line before."""
    sha256: str = ""
    """Its own."""


def sealed(line: Line) -> Line:
    """The line with its own hash."""
    return msgspec.structs.replace(line, sha256=_sha256(line))


def written(line: Line) -> str:
    """The line as JSON: what the database holds, and ``ledger.jsonl``."""
    return msgspec.json.encode(line, order="sorted").decode()


def read_line(text: str | bytes) -> Line:
    """A line as it was written.

    Raises:
        BadInput: it is none.
    """
    try:
        return msgspec.json.decode(text, type=Line)
    except msgspec.DecodeError as error:
        raise BadInput("That is no line of a ledger: {fault}.", fault=str(error)) from None


def breaks(lines: Iterable[Line]) -> Iterator[str]:
    """A sentence for each place where the chain from the first line on does not hold."""
    number, prev = 0, START
    for line in lines:
        number += 1
        if line.number != number:
            yield f"Line {number} is missing: line {line.number} stands in its place."
            number = line.number
        if line.prev != prev:
            yield f"Line {line.number} does not follow from the line before it."
        if line.sha256 != _sha256(line):
            yield f"Line {line.number} was changed: its hash is another."
        prev = line.sha256


def days_of(entry: Entry) -> tuple[str, ...]:
    """The service days whose units it is drawn from: one, or the seven from Monday on.

    Raises:
        BadInput: the day is none, or a week's is no Monday.
    """
    try:
        first = date.fromisoformat(entry.day)
    except ValueError:
        raise BadInput("Day {day!r} is not valid. Valid: YYYY-MM-DD.", day=entry.day) from None
    if entry.grain == "day":
        return (entry.day,)
    if first.weekday():
        raise BadInput("Day {day} is no Monday, where a week begins.", day=entry.day)
    return tuple((first + timedelta(days=ahead)).isoformat() for ahead in range(7))


def _sha256(line: Line) -> str:
    return hashlib.sha256(written(msgspec.structs.replace(line, sha256="")).encode()).hexdigest()
