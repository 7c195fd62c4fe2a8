"""Rows of PostgreSQL and MySQL by a query: read-only, as a stream, with a longest time; the cursor is bound by the driver.

A database's host is checked as those of http are: one that is inside a network is asked where ``source_networks`` allows it alone.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from footfall.errors import BadInput, FootfallError, Unavailable
from footfall.sources.connectors.addresses import checked_address, masked
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import Row, pieces_of
from footfall.sources.readers.heads import check_header

__all__ = ["DRIVERS", "bound", "check_select", "read_query", "settings_of"]

DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
OPTIONS = frozenset(("charset", "sslmode"))
"""That an address may have. Others tell drivers to read files or to open sockets."""
STATEMENT_S, CONNECT_S = 600, 10
PORTS = {"postgresql": 5432, "mysql": 3306}
SELECTS = re.compile(r"(?:\s|\(|--[^\n]*\n|#[^\n]*\n|/\*(?![!M]).*?\*/)*(?:SELECT|WITH)\b", re.IGNORECASE | re.DOTALL)
WRITES_FILES = re.compile(r"\b(?:OUTFILE|DUMPFILE)\b", re.IGNORECASE)
"""Nowhere in a query, be it in a comment or a text: MySQL runs some comments, and to tell texts apart takes all of its grammar."""
ROWS_AT_ONCE = 1_000


def read_query(contract: Contract, since: str | None, room: Path, *, allowed: Iterable[str] = ()) -> Iterator[Piece]:
    """Rows that ``contract.query`` answers, as pieces; ``{since}`` in it stands for the cursor, as a parameter. ``allowed`` are networks
    that may be asked though they are not public.

    Raises:
        BadInput: the query or the address is none, or is inside a network, or the columns are not those of the contract.
        Unavailable: the database does not answer.
    """
    key = masked(contract.source)
    kind, url = _address(contract.source, key)
    if kind == "mysql":
        check_select(contract.query)
    engine = _engine(url, settings_of(kind) | _checked(kind, url, key, tuple(allowed)))
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


def check_select(query: str) -> None:
    """MySQL's read-only transactions still write files, for an account that may.

    Raises:
        BadInput: it is another statement than one that selects, or it could write a file.
    """
    if not SELECTS.match(query) or WRITES_FILES.search(query):
        raise BadInput(
            "The query must begin with SELECT or WITH, and the words OUTFILE and DUMPFILE may not stand in it: it reads, and no more."
        )


def _address(source: str, key: str) -> tuple[str, URL]:
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
        return kind, make_url(source.replace(urlsplit(source).scheme, DRIVERS[kind], 1))
    except (ArgumentError, ValueError):
        raise BadInput("{key} is no address of a database.", key=key) from None


def _checked(kind: str, url: URL, key: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """Where the driver connects to: the address that was checked, whatever the name says next."""
    host = url.host or "localhost"
    try:
        address = checked_address(host, url.port or PORTS[kind], allowed)
    except (OSError, UnicodeError):
        raise Unavailable("{key} does not answer ({why}).", key=key, why="no address", retry_after_s=60) from None
    # libpq checks a certificate by the name, which it keeps; PyMySQL checks none without files of its own.
    return {"host": host, "hostaddr": address} if kind == "postgresql" else {"host": address}


def _engine(url: URL, settings: dict[str, Any]) -> Engine:
    try:
        return create_engine(url, connect_args=settings, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError):
        raise BadInput("{key} is no address of a database.", key=masked(str(url))) from None
    except ImportError:
        name = url.get_backend_name()
        raise BadInput("The driver of {kind} is not installed: pip install 'footfall[{kind}]'.", kind=name) from None


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
