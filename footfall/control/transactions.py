"""The control database's door: SQLite under home, or PostgreSQL where several machines share it. Migrated, read, written."""

import importlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from footfall.control.tables import version
from footfall.errors import BadSetting, Unavailable

__all__ = ["HEAD", "Database", "open_database"]

HEAD = "0022"
"""The newest migration."""
BUSY_SECONDS = 30
MIGRATING = 0x666F6F74
"""Number of PostgreSQL's advisory lock under which one process migrates."""
VALID = "Valid: empty (SQLite under home), sqlite:////path/control.db, postgresql://user:password@host:port/database."


class Database:
    """Transactions of the control database. Errors of its driver leave as Unavailable, in a sentence."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._watch = _watch(engine)
        self._moved: int | None = None
        """SQLite's own number of what was committed, as of the stamp that is known."""
        self._stamp: int | None = None

    def close(self) -> None:
        if self._watch:
            self._watch.close()
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A consistent view."""
        with _in_a_sentence(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction, alone: it waits for other writers, moves ``version`` on, and is undone if the block raises."""
        with self.counting() as connection:
            connection.execute(version.update().values(number=version.c.number + 1))
            yield connection

    @contextmanager
    def counting(self) -> Iterator[sa.Connection]:
        """As ``writing``, for notes of what was asked: ``version`` stays, and all that is known in memory."""
        with _in_a_sentence(), self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    def version(self) -> int:
        """Grows with every change, of this process or another."""
        with self.reading() as connection:
            return int(connection.scalar(sa.select(version.c.number)) or 0)

    def stamp(self) -> int | None:
        """``version`` in microseconds, as long as nothing is committed. ``None`` where only a transaction tells (PostgreSQL).

        For one thread at a time.
        """
        if self._watch is None:
            return None
        try:
            moved = _number(self._watch, "PRAGMA data_version")
            if moved != self._moved:
                self._stamp, self._moved = _number(self._watch, "SELECT number FROM version"), moved
        except sqlite3.Error:
            return None
        return self._stamp


def open_database(url: str) -> sa.Engine:
    """The engine behind a SQLAlchemy URL, its tables up to date.

    Raises:
        BadSetting: it is no URL of SQLite or PostgreSQL, or PostgreSQL's driver is not installed.
        Unavailable: the database does not answer, or a newer Footfall brought it further than this one knows.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise BadSetting(f"Setting 'control' is not valid. {VALID}")
        engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ValueError):
        raise BadSetting(f"Setting 'control' is not valid. {VALID}") from None
    except ImportError:
        raise BadSetting("Setting 'control' names PostgreSQL, whose driver is not installed: pip install 'footfall[postgresql]'.") from None
    try:
        with _in_a_sentence():
            _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _sqlite(url: sa.URL) -> sa.Engine:
    if url.database and url.database != ":memory:" and not os.path.exists(url.database):
        try:
            os.close(os.open(url.database, os.O_CREAT | os.O_WRONLY, 0o600))
        except OSError as error:
            raise Unavailable("The control database cannot be made ({fault}).", fault=error.strerror) from error
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _watch(engine: sa.Engine) -> sqlite3.Connection | None:
    """A connection by itself, which sees every commit of others; none where there is no file to share."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    return sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)


def _number(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchall()[0][0])


def _prepare_sqlite(connection: Any, record: object) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # TRICKY: a deferred transaction that reads and then writes fails at once when another wrote between; busy_timeout does not help it.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")


def _postgresql(url: sa.URL) -> sa.Engine:
    seconds = {"connect_timeout": 5, "options": f"-c lock_timeout={BUSY_SECONDS}s -c statement_timeout={BUSY_SECONDS}s"}
    return sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True, connect_args=seconds)


def _migrate(engine: sa.Engine) -> None:
    """Nothing where the database is up to date; else one process migrates and the others wait for it."""
    revision = _revision(engine)
    if revision > HEAD:
        raise Unavailable(
            "The control database is of a newer Footfall (migration {newer}; this one knows them up to {head}). Install that one again.",
            newer=revision,
            head=HEAD,
        )
    if revision == HEAD:
        return
    # Alembic takes a tenth of a second to read, which a start on a database that is up to date need not wait for.
    upgrade = importlib.import_module("footfall.control.migrating").upgrade
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
        upgrade(connection)


def _revision(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError) as error:
        raise _unavailable(error) from error
    except sa.exc.DatabaseError as error:
        # Of SQLite's own kind: what is in the file. A statement's faults are kinds of their own below it.
        if type(error) is not sa.exc.DatabaseError:
            raise
        raise _unavailable(error) from error
    except sqlite3.DatabaseError as error:
        raise _unusable(error) from error


def _unavailable(error: sa.exc.SQLAlchemyError) -> Unavailable:
    """SQLite says in a few words why (read-only, full, no database); a server's driver names hosts and users: that stays in the cause."""
    fault = getattr(error, "orig", None)
    if isinstance(fault, sqlite3.Error):
        return _unusable(fault)
    return Unavailable("The control database does not answer.", retry_after_s=5)


def _unusable(fault: sqlite3.Error) -> Unavailable:
    return Unavailable("The control database cannot be used ({fault}).", fault=str(fault), retry_after_s=5)
