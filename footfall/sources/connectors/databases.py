"""Rows of PostgreSQL and MySQL by a query: read-only, as a stream, with a longest time; the cursor is bound by the driver.

A name of a database's host is not checked as those of http are: it stands in a contract together with its password, and databases are
inside networks.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from footfall.errors import BadInput, FootfallError, Unavailable
from footfall.sources.connectors.addresses import masked
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import Row, pieces_of
from footfall.sources.readers.heads import check_header

__all__ = ["DRIVERS", "bound", "read_query", "settings_of"]

DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
OPTIONS = frozenset(("charset", "sslmode"))
"""That an address may have. Others tell drivers to read files or to open sockets."""
STATEMENT_S, CONNECT_S = 600, 10
ROWS_AT_ONCE = 1_000


def read_query(contract: Contract, since: str | None, room: Path) -> Iterator[Piece]:
    """Rows that ``contract.query`` answers, as pieces; ``{since}`` in it stands for the cursor, as a parameter.

    Raises:
        BadInput: the query or the address is none, or the columns are not those of the contract.
        Unavailable: the database does not answer.
    """
    key = masked(contract.source)
    engine = _engine(contract.source, key)
    try:
        with engine.connect().execution_options(stream_results=True, max_row_buffer=ROWS_AT_ONCE) as connection:
            answer = connection.exec_driver_sql(bound(contract.query), {"since": since})
            names = list(answer.keys())
            check_header(names, contract)
            yield from pieces_of(_rows(answer), names, contract, room)
    except SQLAlchemyError as error:
        raise _said(error, key) from None
    finally:
        engine.dispose()


def bound(query: str) -> str:
    """The query with ``{since}`` as a parameter of the driver.

    >>> bound("… WHERE name LIKE 'x%' AND at > {since}")
    "… WHERE name LIKE 'x%%' AND at > %(since)s"
    """
    return query.replace("%", "%%").replace("{since}", "%(since)s")


def settings_of(kind: str) -> dict[str, Any]:
    """What the driver is told when it connects: nothing may be written, nothing may take for ever."""
    if kind == "postgresql":
        # The cursor is told in UTC; a server's own zone would read it as hours later, and leave out what came between.
        options = f"-c default_transaction_read_only=on -c timezone=UTC -c statement_timeout={STATEMENT_S * 1000}"
        return {"connect_timeout": CONNECT_S, "options": options}
    told = {"connect_timeout": CONNECT_S, "read_timeout": STATEMENT_S, "init_command": "SET SESSION TRANSACTION READ ONLY"}
    # Otherwise the server at the other end could ask for any file of this machine.
    return told | {"local_infile": False}


def _engine(source: str, key: str) -> Engine:
    kind = urlsplit(source).scheme.partition("+")[0]
    if kind not in DRIVERS:
        raise BadInput("{key} is no database. Valid: {valid}.", key=key, valid="postgresql://…, mysql://…")
    if strange := sorted(parse_qs(urlsplit(source).query, keep_blank_values=True).keys() - OPTIONS):
        # Drivers read files and open sockets where they are told so in an address.
        raise BadInput(
            "The address of {key} has options that are not valid: {names}. Valid: {valid}.",
            key=key,
            names=", ".join(name[:40] for name in strange),
            valid=", ".join(sorted(OPTIONS)),
        )
    try:
        return create_engine(source.replace(urlsplit(source).scheme, DRIVERS[kind], 1), connect_args=settings_of(kind), poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError):
        raise BadInput("{key} is no address of a database.", key=key) from None
    except ImportError:
        raise BadInput("The driver of {kind} is not installed: pip install 'footfall[{kind}]'.", kind=kind) from None


def _rows(answer: Any) -> Iterator[Row]:
    for number, row in enumerate(answer, 1):
        yield number, [_text(value) for value in row]


def _text(value: object) -> str | None:
    """As a file would hold it; bytes, lists and the like hold nothing that a contract could name."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value) if isinstance(value, int | float) else None


def _said(error: SQLAlchemyError, key: str) -> FootfallError:
    """Without what the database says, which may quote values."""
    if isinstance(error, OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return Unavailable("{key} does not answer ({why}).", key=key, why=type(error).__name__, retry_after_s=60)
    return BadInput("{key} refuses the query of the contract ({why}).", key=key, why=type(getattr(error, "orig", error)).__name__)
