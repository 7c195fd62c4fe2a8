"""The audit log: who signed in and who changed what. An instant, an operator, an action, an object; never an address."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import msgspec
import sqlalchemy as sa

from footfall.control.tables import audit
from footfall.control.transactions import Database

__all__ = ["COMMAND_LINE", "Entry", "act_as", "acting", "acting_as", "forget_old", "note", "read_audit"]

COMMAND_LINE = "command line"
KEPT_DAYS, DAY_MS = 730, 86_400_000
LONGEST_OBJECT, LONGEST_OPERATOR = 500, 254
_actor: ContextVar[str] = ContextVar("actor", default=COMMAND_LINE)


class Entry(msgspec.Struct, frozen=True):
    """One thing that was done."""

    id: int
    at_ms: int
    operator: str
    """An e-mail, ``key NAME`` or ``command line``."""
    action: str
    object: str


def acting() -> str:
    """Who does what this request does: as an entry's operator is called."""
    return _actor.get()


def act_as(operator: str) -> None:
    """What the rest of this request changes is noted under that name; threads it starts inherit it."""
    _actor.set(operator)


@contextmanager
def acting_as(operator: str) -> Iterator[None]:
    """What the block changes is noted under that name."""
    before = _actor.set(operator)
    try:
        yield
    finally:
        _actor.reset(before)


def note(connection: sa.Connection, at_ms: int, action: str, object: str = "") -> None:
    """Note an action in the transaction that does it: both happen or neither."""
    values = {"at_ms": at_ms, "operator": _actor.get()[:LONGEST_OPERATOR], "action": action, "object": object[:LONGEST_OBJECT]}
    connection.execute(audit.insert().values(values))


def forget_old(connection: sa.Connection, now_ms: int) -> None:
    """Take out what is older than KEPT_DAYS: it names people."""
    connection.execute(audit.delete().where(audit.c.at_ms < now_ms - KEPT_DAYS * DAY_MS))


def read_audit(database: Database, *, before: int = 0, most: int = 100) -> list[Entry]:
    """Newest first; with ``before`` those that came before the entry of that id."""
    wanted = sa.select(audit).order_by(audit.c.id.desc()).limit(most)
    with database.reading() as connection:
        rows = connection.execute(wanted.where(audit.c.id < before) if before else wanted)
        return [Entry(row.id, row.at_ms, row.operator, row.action, row.object) for row in rows]
