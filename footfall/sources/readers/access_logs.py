"""Logs of web servers, read by ClickHouse: time, method, service, status and bytes.

Addresses, users, agents, referrers, queries and what is behind the first part of a path are never read.
TRICKY: a backslash in a parameter is an escape to some ways into the engine and not to others; patterns here have none.
"""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.compressed import compression_of
from footfall.sources.readers.encodings import lines_of
from footfall.sources.readers.heads import check_known

__all__ = ["LOG_NAMES", "names_in_log", "read_log"]

LINES = files("footfall.sources").joinpath("log_lines.sql").read_text().strip()
LOG_NAMES = ["time", "method", "service", "status", "bytes"]
SERVICE = r"(/[^/?# ]*)"
COMMON = (
    r"^[^ ]+ [^ ]+ .*?[[]([0-9]{2})/([A-Z][a-z][a-z])/([0-9]{4}):([0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})] "
    rf'"([A-Z]+) {SERVICE}.*?" ([0-9]{{3}}) ([0-9]+|-)'
)
"""Common, and Combined, which has more behind it."""
MONTHS = "['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']"
PART = "nullIf(nullIf(piece_parts[{at}], ''), '-')"
COMMON_TIME = (
    "if(empty(piece_parts), NULL, concat(piece_parts[3], '-', leftPad(toString(indexOf({months}, piece_parts[2])), 2, '0'), '-', "
    "piece_parts[1], 'T', piece_parts[4], piece_parts[5]))"
)
W3C_TIME = "if(empty(piece_parts), NULL, concat(piece_parts[{date}], 'T', piece_parts[{time}], 'Z'))"
W3C = {"date": "([0-9]{4}-[0-9]{2}-[0-9]{2})", "time": "([0-9]{2}:[0-9]{2}:[0-9]{2})[^ ]*", "cs-method": "([^ ]+)"}
W3C |= {"cs-uri-stem": SERVICE + "[^ ]*", "sc-status": "([0-9]{3}|-)", "sc-bytes": "([0-9]+|-)"}
W3C_NAMES = {"cs-method": "method", "cs-uri-stem": "service", "sc-status": "status", "sc-bytes": "bytes"}
LOOKED_AT = 1_000


def names_in_log(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of a log, whichever."""
    return LOG_NAMES


def read_log(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """The file as one piece; a line that is none of its format has no value in any column. Numbers of rows are those of lines.

    Option ``log``: ``common`` (also combined; the default) or ``w3c``, whose ``#Fields:`` are looked for.

    Raises:
        BadInput: the contract keeps something else, or a W3C log does not say its fields.
    """
    kept = check_known(LOG_NAMES, contract)
    pattern, texts = _w3c(path) if contract.options.get("log") == "w3c" else _common()
    yield Piece(
        sql=LINES,
        parameters={"piece_path": str(path), "piece_pattern": pattern, "piece_compression": compression_of(path)},
        columns={name: f"CAST({texts.get(name, 'NULL')} AS Nullable(String))" for name in kept},
        row="piece_row",
    )


def _common() -> tuple[str, dict[str, str]]:
    parts = {name: PART.format(at=at) for name, at in (("method", 6), ("service", 7), ("status", 8), ("bytes", 9))}
    return COMMON, {"time": COMMON_TIME.format(months=MONTHS)} | parts


def _w3c(path: Path) -> tuple[str, dict[str, str]]:
    fields = _fields(path)
    pattern = "^" + " ".join(W3C.get(field, "[^ ]+") for field in fields) + " *\r?$"
    places = {field: at for at, field in enumerate((field for field in fields if field in W3C), 1)}
    parts = {W3C_NAMES[field]: PART.format(at=at) for field, at in places.items() if field in W3C_NAMES}
    return pattern, {"time": W3C_TIME.format(date=places["date"], time=places["time"])} | parts


def _fields(path: Path) -> list[str]:
    for number, line in enumerate(lines_of(path, "utf-8", most=LOOKED_AT * 100)):
        if line.lower().startswith("#fields:"):
            fields = line.split()[1:]
            if {"date", "time"} <= set(fields):
                return fields
        if number > LOOKED_AT:
            break
    raise BadInput("The W3C log has no line #Fields: that names date and time.")
