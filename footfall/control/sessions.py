"""Sessions: who is signed in. A row is the hash of a random id; the id itself is only in its owner's cookie."""

import hashlib
import secrets

import msgspec
import sqlalchemy as sa

from footfall.control.audit import forget_old, note
from footfall.control.operators import of_id
from footfall.control.roles import Operator
from footfall.control.tables import sessions
from footfall.control.transactions import Database

__all__ = [
    "Session",
    "close_other_sessions",
    "close_session",
    "close_sessions",
    "digest_of",
    "find_session",
    "list_sessions",
    "open_session",
]

MINUTE_MS = 60_000
IDLE_MS, LONGEST_MS = 12 * 60 * MINUTE_MS, 30 * 24 * 60 * MINUTE_MS
"""A session ends when nobody used it so long, and at last whatever happens."""
SEEN_MS = 10 * MINUTE_MS
"""How exactly it is known when a session was used last: a page writes nothing most times."""


class Session(msgspec.Struct, frozen=True):
    """That somebody is signed in somewhere. From where and with what is not known."""

    sha256: str
    operator_id: int
    created_ms: int
    seen_ms: int


def digest_of(secret: str) -> str:
    """What is kept of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(database: Database, operator_id: int, *, now_ms: int) -> str:
    """A new session's id, never to be seen again; sessions that are over go, and what is old in the audit log."""
    id = secrets.token_urlsafe(32)
    with database.writing() as connection:
        connection.execute(sessions.delete().where(~_is_alive(now_ms)))
        forget_old(connection, now_ms)
        seen_ms = now_ms // SEEN_MS * SEEN_MS
        row = {"sha256": digest_of(id), "operator_id": operator_id, "created_ms": now_ms, "seen_ms": seen_ms}
        connection.execute(sessions.insert().values(row))
        note(connection, now_ms, "signed in", of_id(connection, operator_id).email)
    return id


def find_session(database: Database, id: str, *, now_ms: int) -> tuple[Session, Operator] | None:
    """The session of that id and whose it is; ``None`` where it is over, or its operator is disabled."""
    this = sa.and_(sessions.c.sha256 == digest_of(id), _is_alive(now_ms))
    with database.reading() as connection:
        row = connection.execute(sa.select(sessions).where(this)).first()
        operator = of_id(connection, row.operator_id) if row else None
    if row is None or operator is None or operator.disabled:
        return None
    if now_ms - row.seen_ms >= 2 * SEEN_MS:
        with database.writing() as connection:
            connection.execute(sessions.update().where(this).values(seen_ms=now_ms // SEEN_MS * SEEN_MS))
    return Session(row.sha256, row.operator_id, row.created_ms, row.seen_ms), operator


def list_sessions(database: Database, operator_id: int, *, now_ms: int) -> list[Session]:
    """The operator's open sessions, the newest first."""
    wanted = sa.select(sessions).where(sessions.c.operator_id == operator_id, _is_alive(now_ms)).order_by(sessions.c.created_ms.desc())
    with database.reading() as connection:
        return [Session(row.sha256, row.operator_id, row.created_ms, row.seen_ms) for row in connection.execute(wanted)]


def close_session(database: Database, sha256: str, operator_id: int, *, now_ms: int) -> None:
    """Sign out one session of the operator; nothing where there is none."""
    this = sa.and_(sessions.c.sha256 == sha256, sessions.c.operator_id == operator_id)
    with database.writing() as connection:
        if connection.execute(sessions.delete().where(this)).rowcount:
            note(connection, now_ms, "signed out", of_id(connection, operator_id).email)


def close_other_sessions(database: Database, kept: Session, *, now_ms: int) -> None:
    """Sign the operator of that session out everywhere else."""
    with database.writing() as connection:
        close_sessions(connection, kept.operator_id, but=kept.sha256)
        note(connection, now_ms, "signed out elsewhere", of_id(connection, kept.operator_id).email)


def close_sessions(connection: sa.Connection, operator_id: int, *, but: str = "") -> None:
    """Sign the operator out everywhere, except in the session of that hash."""
    connection.execute(sessions.delete().where(sessions.c.operator_id == operator_id, sessions.c.sha256 != but))


def _is_alive(now_ms: int) -> sa.ColumnElement[bool]:
    return sa.and_(sessions.c.seen_ms > now_ms - IDLE_MS, sessions.c.created_ms > now_ms - LONGEST_MS)
