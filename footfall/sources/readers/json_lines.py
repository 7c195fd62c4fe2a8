"""JSON, an object a line, read by ClickHouse. A line that is no JSON, or has a key that no contract names, is a row that holds too much."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from footfall.errors import BadInput
from footfall.sources.contract import Column, Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.compressed import compression_of
from footfall.sources.readers.encodings import check_encoding, last_line, lines_of

__all__ = ["names_in_lines", "read_lines"]

LOOKED_AT = 100
MOST_LINE = 10_000_000


def names_in_lines(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """Keys of the first hundred lines, in their order. Raises BadInput: the first line is no object."""
    names: dict[str, None] = {}
    for number, line in enumerate(lines_of(path, "utf-8", most=MOST_LINE)):
        if number == LOOKED_AT:
            break
        names |= dict.fromkeys(_object(line)) if line.strip() else {}
    return list(names)


def read_lines(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """The file as one piece. A value that is no text is taken as JSON writes it.

    Raises:
        BadInput: the file is not UTF-8, begins with something else than an object, or is broken off.
    """
    check_encoding(path, "utf-8")
    names_in_lines(path, contract.options, contract.encoding)
    _check_end(path)
    kept, named = _parameters("piece_key", contract.kept), _parameters("piece_name", contract.columns)
    yield Piece(
        sql="file({piece_path:String}, 'JSONAsString', 'json String', {piece_compression:String})",
        parameters={"piece_path": str(path), "piece_compression": compression_of(path)} | kept | named,
        columns={name: f"JSONExtract(json, {{{key}:String}}, 'Nullable(String)')" for key, name in kept.items()},
        extra=_extra(contract, named),
    )


def _check_end(path: Path) -> None:
    last = last_line(path) if compression_of(path) == "none" else b""
    if last and not _is_json(last):
        raise BadInput("The last row of the file is short and has no end: it is broken off. Fetch it again.")


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _parameters(prefix: str, columns: Iterable[Column]) -> dict[str, str]:
    return {f"{prefix}{position}": column.name for position, column in enumerate(columns)}


def _extra(contract: Contract, named: Iterable[str]) -> str:
    """No JSON at all, or a key too many."""
    broken = "NOT isValidJSON(json)"
    if contract.options.get("unnamed") == "drop":
        return broken
    names = ", ".join(f"{{{key}:String}}" for key in named)
    return f"{broken} OR NOT hasAll([{names}], JSONExtractKeys(json))"


def _object(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        raise BadInput("A line of the file is JSON, but no object. Valid: one object a line.")
    return found
