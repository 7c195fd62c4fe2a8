"""A client of its own on an embedded engine, for temporary tables that live in memory: where raw rows become cells.

Raw rows must reach no disk and no log. So nothing spills here (what does not fit fails by name), and an error of ClickHouse, which may
quote a value, leaves as its number alone. TRICKY: temporary tables are the client's: after an error they are gone with it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from footfall.errors import BadInput, FootfallError, Unavailable
from footfall.store.engine import Engine, open_engine

__all__ = ["MEMORY_BYTES", "TooMuch", "Workshop", "literal", "open_workshop", "too_much"]

DATABASE = "workshop"
MEMORY_BYTES = 600_000_000
"""Of one statement. The engine takes a third of a gigabyte before the first, so that a load as a process of its own stays below one."""
MEMORY_CODES, UNAVAILABLE_CODES = (241,), (159, 210, 243, 279)
"""Not enough memory; time, connection, disk."""
BROKEN_CODES = (32, 33, 354, 561, 431)
"""The end of a file came too soon, or what it is packed with cannot be unpacked."""
SETTINGS: dict[str, str | int] = {
    "max_threads": 2,
    "max_bytes_before_external_group_by": 0,
    "max_bytes_ratio_before_external_group_by": 0,
    "max_bytes_before_external_sort": 0,
    "max_bytes_ratio_before_external_sort": 0,
}


class TooMuch(BadInput):
    """Cells that do not fit into the memory that a load may use."""


def too_much() -> TooMuch:
    """The error that says so."""
    return TooMuch("This takes more memory than a load may use; split the file, or coarsen the ladder's first rung.")


class Workshop:
    """Statements on temporary tables, for one thread."""

    def __init__(self, engine: Engine, memory_bytes: int) -> None:
        self._engine, self._memory_bytes = engine, memory_bytes

    def command(self, sql: str, parameters: Mapping[str, Any] | None = None, settings: Mapping[str, str | int] | None = None) -> None:
        """Run a statement that answers nothing; one that reads nothing takes no settings, so give ``None``.

        Raises:
            TooMuch: it needs more memory than there is.
            BadInput: what it reads is not what it was said to be.
            Unavailable: disk or memory of the machine are away.
        """
        with _no_values():
            self._engine.command(sql + (self._clause(settings) if settings is not None else ""), parameters)

    def empty(self, table: str) -> None:
        """Rows go, and what they took goes back to the machine: the engine would keep it for the next."""
        self.command(f"TRUNCATE TABLE {table}")
        self.command("SYSTEM JEMALLOC PURGE")

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Rows of the temporary tables. Raises as ``command``."""
        with _no_values():
            return self._engine.query(sql, parameters, name="workshop")

    def _clause(self, settings: Mapping[str, str | int]) -> str:
        merged = SETTINGS | {"max_memory_usage": self._memory_bytes} | dict(settings)
        return " SETTINGS " + ", ".join(f"{name} = {literal(value)}" for name, value in merged.items())


@contextmanager
def open_workshop(engine: Engine, folder: Path, *, memory_bytes: int = MEMORY_BYTES) -> Iterator[Workshop]:
    """A workshop beside ``engine``; its tables go with it. ``folder`` (on tmpfs) holds the engine of it where ``engine`` is a server,
    which cannot read this machine's files.

    Raises:
        Unavailable: no embedded engine can be opened.
    """
    own = _beside(engine) if engine.topology.embedded else open_engine("chdb", folder, query_memory_bytes=memory_bytes)
    try:
        yield Workshop(own, memory_bytes)
    finally:
        own.close()


def _beside(engine: Engine) -> Engine:
    return engine.beside(DATABASE, lambda owner: owner.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE} ENGINE = Memory"))


@contextmanager
def _no_values() -> Iterator[None]:
    try:
        yield
    except FootfallError as error:
        code = getattr(error.__cause__, "code", None)
        raise _without_values(code) from None


def _without_values(code: int | None) -> FootfallError:
    if code in MEMORY_CODES:
        return too_much()
    if code is None or code in UNAVAILABLE_CODES:
        return Unavailable("The engine in memory does not answer (ClickHouse code {code}).", code=code, retry_after_s=5)
    if code in BROKEN_CODES:
        return BadInput("The file is broken, or broken off before its end. Fetch it again.")
    return BadInput("The file cannot be read as its contract says (ClickHouse code {code}).", code=code)


def literal(value: str | int) -> str:
    """As SQL writes it: names of a contract's own, never a value of a file."""
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
