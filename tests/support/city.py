"""Small contracts, files and plain checks for tests of what becomes of a load."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from footfall.sentences import Sentence
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.kernel import Order
from footfall.sources.pieces import Piece, quoted, structure

VALUES = {
    "integer": "toInt64OrNull({0})",
    "number": "toFloat64OrNull({0})",
    "money": "toFloat64OrNull({0})",
    "instant": "parseDateTimeBestEffortOrNull({0}, 'UTC')",
    "date": "toDateOrNull({0})",
}
K = 3
"""Smallest cohort of these tests: small files show what large ones do."""


class Value(NamedTuple):
    value: str


class PlainChecks:
    """Reads each kind its plainest way; a required value that is not there, or cannot be read, is a fault."""

    SETTINGS: ClassVar[dict[str, str | int]] = {}

    def typed_columns(self, contract: Contract, piece: Piece, /) -> dict[str, Value]:
        return {
            column.name: Value(VALUES.get(column.kind, "nullIf({0}, '')").format(piece.columns[column.name])) for column in contract.kept
        }

    def fault_of(self, contract: Contract, piece: Piece, /) -> str:
        typed = self.typed_columns(contract, piece)
        parts = [f"isNull({typed[column.name].value}), '{column.name}:missing'" for column in contract.kept if column.required]
        return f"multiIf({', '.join(parts)}, '')" if parts else "''"

    def parameters(self, contract: Contract, /) -> dict[str, Any]:
        return {}


class Found(NamedTuple):
    sentence: Sentence


class PlainGuard:
    """Refuses what looks like an e-mail address."""

    def look(self, values: Iterable[tuple[str, int, int]], /, *, header: str) -> Found | None:
        rows = [first for value, _, first in values if "@" in value]
        return (
            Found(Sentence("Column {column!r} holds e-mail addresses, first in row {row}.", column=header, row=min(rows))) if rows else None
        )

    def is_nearly_key(self, distinct: int, rows: int, /) -> bool:
        return rows > 50 and distinct > rows / 2


def csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    path.write_text("\n".join([",".join(header), *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def piece_of(path: Path, columns: Sequence[str], first: int = 1) -> Piece:
    return Piece(
        sql=f"file({{piece_path:String}}, 'CSV', '{structure(columns)}')",
        parameters={"piece_path": str(path)},
        settings={"input_format_csv_skip_first_lines": 1, "input_format_csv_allow_variable_number_of_columns": 1},
        columns={name: quoted(name) for name in columns},
        row=f"_row_number + {first}",
    )


def pieces_of(*paths: Path) -> Callable[[], Iterator[Piece]]:
    """Pieces of one object, each a CSV with its header; rows are numbered through."""

    def read() -> Iterator[Piece]:
        first = 1
        for path in paths:
            header, *rows = path.read_text().splitlines()
            yield piece_of(path, header.split(","), first)
            first += len(rows)

    return read


def contract(columns: Sequence[Column], measures: Sequence[Measure], ladder: Sequence[Rung], **more: Any) -> Contract:
    given = {
        "id": "points",
        "version": "1.0.0",
        "name": "Points",
        "module": "geodata",
        "purpose": "tests",
        "legal_basis": "tests",
        "owner": "tests",
        "granularity": "a point",
        "retention_days": 30,
        "min_cohort": K,
    }
    return Contract(columns=tuple(columns), measures=tuple(measures), ladder=tuple(ladder), **(given | more))


def order(contract: Contract, *paths: Path, **more: Any) -> Order:
    given: dict[str, Any] = {"guard": PlainGuard(), "checks": PlainChecks(), "salt": (secrets.randbits(64), secrets.randbits(64))}
    return Order(contract=contract, pieces=pieces_of(*paths), **(given | more))
