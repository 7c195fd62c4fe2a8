"""Rows that Python reads, handed on as files of bounded size in a private folder; each goes when the next is asked for."""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece, quoted, structure

__all__ = ["CHUNK_BYTES", "Row", "pieces_of", "private_file"]

Row = tuple[int, list[str | None]]
"""Its number in the object, and a value for each column that is kept."""
CHUNK_BYTES = 64_000_000
SOURCE = "file({piece_path:String}, 'JSONCompactEachRow', {piece_structure:String})"
encode = msgspec.json.Encoder().encode


def pieces_of(rows: Iterable[Row], names: list[str], contract: Contract, room: Path, *, extra: bool = False) -> Iterator[Piece]:
    """A piece for each 64 MB of rows, written to ``room`` (mode 0600) and unlinked when the next is asked for, or on any error.

    ``names`` are those of the values; columns that the contract keeps have to be among them. With ``extra`` a row may have one more
    value than names, which says that it held more than it may.
    """
    left = iter(rows)
    path = room / secrets.token_hex(16)
    try:
        while _fill(path, left):
            yield _piece(path, names, contract, extra=extra)
            path.unlink()
    finally:
        path.unlink(missing_ok=True)


def private_file(path: Path) -> int:
    """Descriptor of a new file that nobody else may read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _fill(path: Path, rows: Iterator[Row]) -> int:
    """How many bytes were written; 0 where no row was left, and then there may be an empty file."""
    written = 0
    with open(private_file(path), "wb") as file:
        for number, values in rows:
            written += file.write(encode([number, *values]) + b"\n")
            if written >= CHUNK_BYTES:
                break
    return written


def _piece(path: Path, names: list[str], contract: Contract, *, extra: bool) -> Piece:
    physical = [f"c{position}" for position in range(len(names) + extra)]
    kept = {column.name: quoted(f"c{names.index(column.name)}") for column in contract.kept if column.name in names}
    return Piece(
        sql=SOURCE,
        parameters={"piece_path": str(path), "piece_structure": f"piece_row UInt64, {structure(physical)}"},
        settings={"input_format_json_compact_allow_variable_number_of_columns": 1, "input_format_null_as_default": 0},
        columns=kept,
        row="piece_row",
        extra=f"{quoted(physical[-1])} IS NOT NULL" if extra else "0",
    )
