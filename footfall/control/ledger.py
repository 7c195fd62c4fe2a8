"""The ledger of what released numbers cost: append-only, hash-chained, written before anything is drawn.

A line is ``spent`` before the draw and stays so whatever happens then. A second line finalises it once the cells are kept. Who dies between
leaves a draw that was paid and never shown; it is not made again.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.caps import Caps, overspent
from footfall.control.chain import START, Entry, Line, days_of, read_line, sealed, written
from footfall.control.mirror import mend_mirror
from footfall.control.tables import ledger as table
from footfall.control.transactions import Database
from footfall.errors import Conflict, NotFound, Refused

__all__ = ["Ledger", "columns_that_lie", "head", "lines", "mend", "open_draws", "publish", "spend", "spent_since", "withdraw"]

FETCHED = 1000


class Ledger(msgspec.Struct, frozen=True):
    """Where the lines are, and the most that they may add up to."""

    database: Database
    mirror: Path
    """``ledger.jsonl`` under home."""
    caps: Caps


def spend(ledger: Ledger, entry: Entry, now_ms: int) -> Line:
    """The line of what is drawn next; once this returns it is kept, in the database and in the mirror, and the draw may be made.

    Raises:
        BadInput: its day is none, or a week's is no Monday.
        Conflict: one of its portals was drawn for that release, mart and day before.
        PutBack: the mirror has what the database has not.
        Refused: it would go over a cap.
        Unavailable: the mirror cannot be written, or the database does not answer.
    """
    days = days_of(entry)
    mend(ledger)
    with ledger.database.writing() as connection:
        _refuse_second(connection, entry)
        for sentence in overspent(_around(connection, entry.group, days, ledger.caps.month_days), ledger.caps, entry):
            raise Refused("{why} Mart {mart} of {group} is not drawn.", why=sentence, mart=entry.mart, group=entry.group)
        line = _append(connection, entry, {"state": "spent"}, now_ms)
    mend(ledger)
    return line


def publish(ledger: Ledger, line: Line, cells: int, output_sha256: str, now_ms: int) -> Line:
    """The line which says that the draw of a spent line is kept: so many cells, of that hash.

    Raises:
        Conflict: it was published or withdrawn before, or is no line that was spent.
    """
    return _finish(ledger, line, {"state": "published", "cells": cells, "output_sha256": output_sha256}, now_ms)


def withdraw(ledger: Ledger, line: Line, now_ms: int) -> Line:
    """The line which says that what was drawn is not shown any more, or never will be. What was spent stays spent. Raises as ``publish``;
    a published one can be withdrawn."""
    return _finish(ledger, line, {"state": "withdrawn"}, now_ms)


def lines(
    ledger: Ledger, *, after: int = 0, release: str = "", mart: str = "", group: str = "", day: str = "", state: str = ""
) -> Iterator[Line]:
    """Lines in their order, after the one of number ``after``; only those of the release, mart, group, day and state that are given."""
    given = {"release": release, "mart": mart, "portal_group": group, "day": day, "state": state}
    wanted = [table.c[name] == value for name, value in given.items() if value]
    while True:
        found = sa.select(table.c.line).where(table.c.number > after, *wanted).order_by(table.c.number).limit(FETCHED)
        with ledger.database.reading() as connection:
            texts = connection.scalars(found).all()
        for text in texts:
            line = read_line(text)
            after = line.number
            yield line
        if len(texts) < FETCHED:
            return


def spent_since(ledger: Ledger, group: str, day: str) -> list[Line]:
    """The group's spent lines of that day (YYYY-MM-DD) and later, in order."""
    wanted = (table.c.portal_group == group, table.c.state == "spent", table.c.day >= day)
    with ledger.database.reading() as connection:
        return [read_line(text) for text in connection.scalars(sa.select(table.c.line).where(*wanted).order_by(table.c.number))]


def open_draws(ledger: Ledger, group: str = "") -> list[Line]:
    """Spent lines that were neither published nor withdrawn: somebody died, or is drawing now."""
    finished = sa.select(table.c.of).where(table.c.of > 0)
    wanted = sa.select(table.c.line).where(table.c.state == "spent", table.c.number.not_in(finished)).order_by(table.c.number)
    with ledger.database.reading() as connection:
        return [read_line(text) for text in connection.scalars(wanted.where(table.c.portal_group == group) if group else wanted)]


def head(ledger: Ledger) -> Line | None:
    """The newest line: who knows its hash can tell later whether any before it was changed."""
    with ledger.database.reading() as connection:
        return _newest(connection)


def mend(ledger: Ledger) -> int:
    """Bring the mirror up to the database: how many lines it lacked. Raises PutBack where it has one that the database has not."""

    def line_of(number: int) -> Line | None:
        with ledger.database.reading() as connection:
            return _line(connection, number)

    return mend_mirror(ledger.mirror, line_of, lambda number: lines(ledger, after=number))


def columns_that_lie(ledger: Ledger) -> Iterator[int]:
    """Numbers of lines whose columns, by which they are found, are not what the line says."""
    after = 0
    while True:
        wanted = sa.select(table).where(table.c.number > after).order_by(table.c.number).limit(FETCHED)
        with ledger.database.reading() as connection:
            rows = connection.execute(wanted).all()
        yield from (row.number for row in rows if dict(row._mapping) != _columns(read_line(row.line)))
        if len(rows) < FETCHED:
            return
        after = rows[-1].number


def _refuse_second(connection: sa.Connection, entry: Entry) -> None:
    same = (table.c.release == entry.release, table.c.mart == entry.mart, table.c.day == entry.day, table.c.state == "spent")
    for text in connection.scalars(sa.select(table.c.line).where(*same)):
        line = read_line(text)
        if line.group == entry.group or set(line.sites) & set(entry.sites):
            raise Conflict(
                "Mart {mart} of {day} was drawn for {release} in group {group} before (line {line}); "
                "a second draw would cost again, and is not made.",
                mart=entry.mart,
                day=entry.day,
                release=entry.release,
                group=line.group,
                line=line.number,
            )


def _around(connection: sa.Connection, group: str, days: Sequence[str], month_days: int) -> list[Line]:
    """The group's spent lines that share a month with one of the days."""
    with_weeks = month_days + 6
    first, last = _moved(days[0], -with_weeks), _moved(days[-1], month_days)
    wanted = (table.c.portal_group == group, table.c.state == "spent", table.c.day >= first, table.c.day <= last)
    return [read_line(text) for text in connection.scalars(sa.select(table.c.line).where(*wanted))]


def _finish(ledger: Ledger, line: Line, values: dict[str, Any], now_ms: int) -> Line:
    mend(ledger)
    with ledger.database.writing() as connection:
        number = line.of or line.number
        spent = _line(connection, number)
        if spent is None:
            raise NotFound("The ledger has no line {line}.", line=number)
        states = set(connection.scalars(sa.select(table.c.state).where(table.c.of == number)))
        if spent.state != "spent" or "withdrawn" in states or values["state"] in states:
            raise Conflict("Line {line} was {states} before.", line=number, states=" and ".join(sorted(states)) or spent.state)
        if values["state"] == "withdrawn":
            note(connection, now_ms, "release withdrawn", f"line {number}: {spent.mart} of {spent.group}, {spent.day}, for {spent.release}")
        finished = _append(connection, spent, values | {"of": number}, now_ms)
    mend(ledger)
    return finished


def _append(connection: sa.Connection, entry: Entry, values: dict[str, Any], now_ms: int) -> Line:
    before = _newest(connection)
    of_entry: dict[str, Any] = {name: getattr(entry, name) for name in Entry.__struct_fields__}
    number, prev = (before.number + 1, before.sha256) if before else (1, START)
    line = sealed(Line(**of_entry, **values, number=number, at_ms=now_ms, prev=prev))
    connection.execute(table.insert().values(_columns(line)))
    return line


def _columns(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "release": line.release,
        "mart": line.mart,
        "portal_group": line.group,
        "day": line.day,
        "state": line.state,
        "of": line.of,
        "line": written(line),
    }


def _newest(connection: sa.Connection) -> Line | None:
    text = connection.scalar(sa.select(table.c.line).order_by(table.c.number.desc()).limit(1))
    return read_line(text) if text else None


def _line(connection: sa.Connection, number: int) -> Line | None:
    text = connection.scalar(sa.select(table.c.line).where(table.c.number == number))
    return read_line(text) if text else None


def _moved(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
