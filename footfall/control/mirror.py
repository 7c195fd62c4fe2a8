"""``ledger.jsonl`` under home: the ledger's lines once more, for people and for backups, and a witness against the database.

The database is written first. What the file lacks at its end, because a process died or another machine wrote, is added before the next
line; what it has and the database has not says that the database was put back, and stops everything.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from footfall.control.chain import Line, read_line, written
from footfall.errors import BadInput, PutBack, Unavailable

__all__ = ["mend_mirror", "mirror_lines"]

NEWEST_BYTES = 1_000_000
"""A line is shorter by far; the end of the file is read, not all of it."""
REMEDY = "The database was put back to an earlier state, or one of the two was changed; `footfall verify` shows where. Nothing is drawn."


def mend_mirror(path: Path, line_of: Callable[[int], Line | None], lines_after: Callable[[int], Iterator[Line]]) -> int:
    """Take off a torn last line, add the lines that are missing at the end, and keep them before it returns: how many there were.

    Raises:
        PutBack: the file ends in a line that the database does not have.
        Unavailable: the file cannot be written.
    """
    try:
        with _alone(path) as handle:
            newest = _newest(handle)
            number = _agreeing(newest, line_of)
            os.ftruncate(handle, os.fstat(handle).st_size - len(newest) + newest.rfind(b"\n") + 1)
            return _add(handle, lines_after(number))
    except OSError as error:
        raise Unavailable("{file} cannot be written ({reason}).", file=path.name, reason=error.strerror) from error


def mirror_lines(path: Path) -> Iterator[Line]:
    """Every whole line of the file; nothing where there is none.

    Raises:
        BadInput: a line is none of a ledger's.
    """
    if path.exists():
        with path.open("rb") as file:
            yield from (read_line(text) for text in file if text.endswith(b"\n"))


@contextmanager
def _alone(path: Path) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _newest(handle: int) -> bytes:
    size = os.fstat(handle).st_size
    return os.pread(handle, NEWEST_BYTES, max(0, size - NEWEST_BYTES))


def _agreeing(newest: bytes, line_of: Callable[[int], Line | None]) -> int:
    """The number of the last whole line, which the database has too; 0 where there is none."""
    whole = newest[: newest.rfind(b"\n") + 1].splitlines()
    if not whole:
        return 0
    try:
        last = read_line(whole[-1])
    except BadInput:
        raise PutBack("The last line of ledger.jsonl is no line of a ledger. {remedy}", remedy=REMEDY) from None
    if line_of(last.number) != last:
        raise PutBack("Line {line} of ledger.jsonl is not in the database. {remedy}", line=last.number, remedy=REMEDY)
    return last.number


def _add(handle: int, missing: Iterator[Line]) -> int:
    os.lseek(handle, 0, os.SEEK_END)
    number = 0
    with os.fdopen(os.dup(handle), "wb") as file:
        for line in missing:
            file.write(written(line).encode() + b"\n")
            number += 1
    if number:
        os.fsync(handle)
    return number
