"""Readers: what a file of each format holds, as pieces that ClickHouse reads. docs/sources-readers.md says what is never read."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.access_logs import names_in_log, read_log
from footfall.sources.readers.archives import names_in_member, read_member
from footfall.sources.readers.calendars import names_in_calendar, read_calendar
from footfall.sources.readers.camt import names_in_camt, read_camt
from footfall.sources.readers.departures import names_in_timetable, read_departures
from footfall.sources.readers.geojson import names_in_geojson, read_geojson
from footfall.sources.readers.gpx import names_in_gpx, read_gpx
from footfall.sources.readers.gtfs_realtime import names_in_realtime, read_realtime
from footfall.sources.readers.json_ld import names_in_json_ld, read_json_ld
from footfall.sources.readers.json_lines import names_in_lines, read_lines
from footfall.sources.readers.mds import names_in_mds, read_mds
from footfall.sources.readers.parquet import names_in_parquet, read_parquet
from footfall.sources.readers.radius import names_in_radius, read_radius
from footfall.sources.readers.separated import names_in, read_csv

__all__ = ["READERS", "Reader", "names_of", "pieces"]

GLOB = frozenset("*?{}")
"""The engine takes these in a path for patterns."""


class Reader(msgspec.Struct, frozen=True):
    """A format: what names it has, and its rows."""

    names: Callable[[Path, dict[str, str], str], list[str]]
    pieces: Callable[[Path, Contract, Path], Iterator[Piece]]


READERS = {
    "csv": Reader(names_in, read_csv),
    "ndjson": Reader(names_in_lines, read_lines),
    "parquet": Reader(names_in_parquet, read_parquet),
    "geoparquet": Reader(names_in_parquet, read_parquet),
    "geojson": Reader(names_in_geojson, read_geojson),
    "zip": Reader(names_in_member, read_member),
    "gtfs-departures": Reader(names_in_timetable, read_departures),
    "gtfs-realtime": Reader(names_in_realtime, read_realtime),
    "camt": Reader(names_in_camt, read_camt),
    "icalendar": Reader(names_in_calendar, read_calendar),
    "json-ld": Reader(names_in_json_ld, read_json_ld),
    "radius": Reader(names_in_radius, read_radius),
    "gpx": Reader(names_in_gpx, read_gpx),
    "mds": Reader(names_in_mds, read_mds),
    "access-log": Reader(names_in_log, read_log),
}


def pieces(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """The file in pieces, in order. ``room`` is a private folder (0700) on tmpfs: a piece of it is gone when the next is asked for.

    Raises:
        BadInput: the file is not of the contract's format or broken off, or its columns are not those of the contract.
    """
    if not GLOB.isdisjoint(path.name):
        raise BadInput("The name of the file {name!r} stands for more files than one: rename it, without * ? {{ }}.", name=path.name)
    yield from _reader(contract.format).pieces(path, contract, room)


def names_of(path: Path, format: str, options: dict[str, str], encoding: str = "utf-8") -> list[str]:
    """Columns that a file has, or that are read of its format; none where it is empty. Raises BadInput."""
    return _reader(format).names(path, options, encoding)


def _reader(format: str) -> Reader:
    if format not in READERS:
        raise BadInput("Format {format!r} is not known. Valid: {valid}.", format=format, valid=", ".join(READERS))
    return READERS[format]
