"""Parquet and GeoParquet, read by ClickHouse; Python looks at the footer alone."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as arrow
import pyarrow.parquet

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece, quoted
from footfall.sources.readers.heads import check_header

__all__ = ["names_in_parquet", "read_parquet"]

PLACE = ("latitude", "longitude")
NUMBERS = r"arrayMap(found -> toFloat64(found), extractAll(toString({shape}), '-?\\d+(?:\\.\\d+)?(?:e[-+]?\\d+)?'))"
MIDDLE = "arrayFilter((number, at) -> at % 2 = {odd}, {numbers}, arrayEnumerate({numbers}))"


def names_in_parquet(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """Columns, in the file's order; of GeoParquet ``latitude`` and ``longitude`` in place of its geometry. Raises BadInput."""
    schema = _schema(path)
    geometry = _geometry(schema)
    return [name for name in schema.names if name != geometry] + (list(PLACE) if geometry else [])


def read_parquet(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """The file as one piece. A geometry is read as its point, or the middle of the box around it.

    Raises:
        BadInput: the file is broken off, or its columns are not the contract's.
    """
    schema = _schema(path)
    check_header(names_in_parquet(path, contract.options, contract.encoding), contract)
    geometry = _geometry(schema)
    columns = {column.name: _text(schema, column.name, geometry) for column in contract.kept}
    settings: dict[str, str | int] = {"input_format_parquet_allow_geoparquet_parser": int(bool(geometry))}
    yield Piece(sql="file({piece_path:String}, 'Parquet')", parameters={"piece_path": str(path)}, settings=settings, columns=columns)


def _text(schema: Any, name: str, geometry: str) -> str:
    if geometry and name in PLACE:
        return _middle(quoted(geometry), odd=int(name == "longitude"))
    if name not in schema.names:
        return "CAST(NULL AS Nullable(String))"
    kind = schema.field(name).type
    text = f"CAST(toString({quoted(name)}) AS Nullable(String))"
    # TRICKY: ClickHouse gives both kinds of time as UTC; only one of them is an instant.
    return f"concat(replaceOne({text}, ' ', 'T'), 'Z')" if arrow.types.is_timestamp(kind) and kind.tz else text


def _middle(shape: str, *, odd: int) -> str:
    """Coordinates as ClickHouse writes a shape: longitude and latitude in turn."""
    found = MIDDLE.format(odd=odd, numbers=NUMBERS.format(shape=shape))
    return f"if(empty({found}), NULL, CAST(toString((arrayMin({found}) + arrayMax({found})) / 2) AS Nullable(String)))"


def _schema(path: Path) -> Any:
    try:
        return pyarrow.parquet.read_schema(path)
    except (arrow.ArrowException, OSError):
        raise BadInput("The file is no Parquet file, or it is broken off before its end. Fetch it again.") from None


def _geometry(schema: Any) -> str:
    """Name of the primary geometry; empty where there is none."""
    try:
        return str(json.loads((schema.metadata or {})[b"geo"])["primary_column"])
    except (KeyError, ValueError, TypeError):
        return ""
