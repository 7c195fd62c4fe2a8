"""Contracts made in a line, and what the engine reads of their files."""

from pathlib import Path
from typing import Any

from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.readers import names_of, pieces
from footfall.store.engine import Engine

__all__ = ["contract", "read", "read_all"]


def contract(names: list[str], format: str = "csv", **more: Any) -> Contract:
    """One that keeps these columns; ``columns`` instead of names, ``options``, ``encoding`` and the like are taken as they are."""
    given: dict[str, Any] = {"columns": tuple(Column(name=name, use="check") for name in names)} | more
    return Contract(
        id="x",
        version="1.0.0",
        name="x",
        module="geodata",
        purpose="tests",
        legal_basis="tests",
        owner="tests",
        granularity="a row",
        format=format,
        measures=(Measure(name="rows"),),
        ladder=(Rung(time="day"),),
        retention_days=1,
        **given,
    )


def read(engine: Engine, path: Path, wanted: Contract, room: Path) -> list[tuple[Any, ...]]:
    """Rows by their numbers: number, values of the columns that are kept, whether there was more."""
    rows: list[tuple[Any, ...]] = []
    for piece in pieces(path, wanted, room):
        columns = ", ".join(piece.columns[column.name] for column in wanted.kept)
        settings = ", ".join(f"{name} = {_literal(value)}" for name, value in piece.settings.items())
        inner = f"SELECT {piece.row} AS r, {columns}, {piece.extra} AS more FROM {piece.sql}"
        rows += engine.query(f"SELECT * FROM ({inner}{' SETTINGS ' + settings if settings else ''})", piece.parameters)
    return sorted(rows, key=lambda row: row[0])


def read_all(engine: Engine, path: Path, format: str, room: Path, encoding: str = "utf-8", **options: str) -> list[tuple[Any, ...]]:
    """Every column of a file, as its own header names them."""
    names = names_of(path, format, options, encoding)
    return read(engine, path, contract(names, format, options=options, encoding=encoding), room)


def _literal(value: str | int) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return str(value) if isinstance(value, int) else f"'{escaped}'"
