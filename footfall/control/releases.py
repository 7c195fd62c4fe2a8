"""Draws as people look for them: the newest first, each with what became of it."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from footfall.control.chain import Line, read_line
from footfall.control.ledger import Ledger
from footfall.control.tables import ledger as table
from footfall.errors import NotFound

__all__ = ["Release", "find_release", "list_releases", "spent_between"]


class Release(msgspec.Struct, frozen=True):
    """A draw and the newest line about it."""

    spent: Line
    last: Line
    """``spent`` itself where it was neither published nor withdrawn."""
    cells: int = 0
    """That were published, also where they were withdrawn later."""


def list_releases(ledger: Ledger, *, before: int = 0, most: int = 50, groups: Collection[str] | None = None) -> list[Release]:
    """Newest first; with ``before`` those of smaller numbers; only of the groups that are given. Raises Unavailable."""
    wanted = sa.select(table.c.line).where(table.c.state == "spent").order_by(table.c.number.desc()).limit(most)
    if before:
        wanted = wanted.where(table.c.number < before)
    if groups is not None:
        wanted = wanted.where(table.c.portal_group.in_(groups))
    with ledger.database.reading() as connection:
        spent = [read_line(text) for text in connection.scalars(wanted)]
        return _with_ends(connection, spent)


def find_release(ledger: Ledger, number: int) -> Release:
    """The draw whose spent line has that number.

    Raises:
        NotFound: there is none.
    """
    with ledger.database.reading() as connection:
        text = connection.scalar(sa.select(table.c.line).where(table.c.number == number, table.c.state == "spent"))
        if text is None:
            raise NotFound("There is no release of line {number}.", number=number)
        return _with_ends(connection, [read_line(text)])[0]


def spent_between(ledger: Ledger, group: str, first: str, last: str) -> list[Line]:
    """The group's spent lines whose day, or Monday, is from ``first`` to ``last`` (YYYY-MM-DD), both in."""
    wanted = (table.c.portal_group == group, table.c.state == "spent", table.c.day >= first, table.c.day <= last)
    with ledger.database.reading() as connection:
        return [read_line(text) for text in connection.scalars(sa.select(table.c.line).where(*wanted).order_by(table.c.number))]


def _with_ends(connection: sa.Connection, spent: list[Line]) -> list[Release]:
    numbers = [line.number for line in spent]
    ends: dict[int, list[Line]] = {}
    for text in connection.scalars(sa.select(table.c.line).where(table.c.of.in_(numbers)).order_by(table.c.number)):
        line = read_line(text)
        ends.setdefault(line.of, []).append(line)
    return [Release(line, found[-1], found[0].cells) if (found := ends.get(line.number)) else Release(line, line) for line in spent]
