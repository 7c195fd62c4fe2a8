"""The ledger's heads: the hash of its last line at the end of each day, for outsiders to hold a copy of.

A line has nothing of visitors but the hash of numbers that have their noise already, and each hash is over the one before. A head that
follows another after one draw would let its numbers be guessed all the same, those of the set ``city`` too: so there is none of a day that
is not over, nor of one with few lines.
"""

from bisect import bisect_left
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from footfall.control.chain import Line, read_line
from footfall.control.ledger import Ledger, head
from footfall.control.tables import ledger as table

__all__ = ["LEAST_LINES", "Head", "heads"]

DAY_MS = 86_400_000
LEAST_LINES, MOST_HEADS, MOST_DAYS = 12, 31, 92


class Head(msgspec.Struct, frozen=True):
    """Where the chain had come to when a day was over."""

    day: str
    """YYYY-MM-DD, in UTC."""
    lines: int
    """How many there were: the number of the newest."""
    sha256: str
    """Its hash."""


def heads(ledger: Ledger, now_ms: int) -> list[Head]:
    """Of the last days that are over and on which at least LEAST_LINES were written, newest first, MOST_HEADS at most; a day that has one
    keeps it."""
    newest = head(ledger)
    found: list[Head] = []
    if newest is None:
        return []
    with ledger.database.reading() as connection:
        number = _lines_before(connection, newest.number, now_ms // DAY_MS * DAY_MS)
        for _ in range(MOST_DAYS):
            if not number or len(found) == MOST_HEADS:
                break
            line = _line(connection, number)
            before = _lines_before(connection, number, line.at_ms // DAY_MS * DAY_MS)
            if number - before >= LEAST_LINES:
                found.append(Head(_day(line.at_ms), number, line.sha256))
            number = before
    return found


def _lines_before(connection: sa.Connection, most: int, until_ms: int) -> int:
    """How many of the first ``most`` lines were written before that instant. They stand in the order of time."""
    return bisect_left(range(1, most + 1), until_ms, key=lambda number: _line(connection, number).at_ms)


def _line(connection: sa.Connection, number: int) -> Line:
    """The line of that number; where somebody removed it, the one before."""
    wanted = sa.select(table.c.line).where(table.c.number <= number).order_by(table.c.number.desc()).limit(1)
    return read_line(connection.scalars(wanted).one())


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
