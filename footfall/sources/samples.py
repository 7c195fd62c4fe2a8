"""The beginning of a file, as texts by column: what a draft of its contract looks at. Nothing of it is kept or said."""

import csv
import gzip
import re
from collections.abc import Iterable
from importlib.resources import files
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import msgspec

from footfall.errors import BadInput
from footfall.sentences import Sentence
from footfall.sources.pieces import quoted
from footfall.sources.readers.geojson import features, names_in_geojson
from footfall.sources.readers.heads import refuse_values
from footfall.store.engine import Engine

__all__ = ["Sample", "take_sample"]

MOST_ROWS, MOST_BYTES, MOST_START = 5_000, 2_000_000, 10_000
DELIMITERS = {",": "", ";": ";", "\t": "tab", "|": "|"}
"""And how the options of a contract name them; the comma needs no name."""
UNDER_CONTRACT = (
    (re.compile(rb"\s*(\xef\xbb\xbf)?\s*<"), Sentence("XML or HTML")),
    (re.compile(rb"PK\x03\x04"), Sentence("a zip file")),
    (re.compile(rb"BEGIN:VCALENDAR", re.IGNORECASE), Sentence("an iCalendar file")),
    (re.compile(rb"\S+ \S+ [^\n]*?\[\d{2}/[A-Z][a-z]{2}/\d{4}:[\d:]{8} |#(Version|Fields|Software):"), Sentence("a web server's log")),
    (re.compile(rb"[\x01-\xff]*\x00"), Sentence("no text")),
)
"""How files begin that no draft is made of, and what they are."""
ONLY_UNDER_CONTRACT = (
    "{name} is {what}. Without a contract CSV, JSON lines, GeoJSON and Parquet are looked at, and nothing else; "
    "`footfall sources builtin` lists contracts of other formats."
)
COLLECTION = re.compile(r'\s*\{\s*"features"\s*:\s*\[')
"""GeoJSON that says last what it is."""
WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Marks of UTF-16."""
CYRILLIC = range(0xC0, 0x100)
PARQUET = files("footfall.sources").joinpath("sample_parquet.sql").read_text().strip()
DESCRIBE = files("footfall.sources").joinpath("describe_parquet.sql").read_text().strip()


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """Of at most 5,000 rows and 2 MB."""

    format: str
    columns: dict[str, list[str]]
    """Name → texts, blanks where there is nothing."""
    encoding: str = "utf-8"
    encoding_why: str = ""
    """In words, where it was guessed."""
    options: dict[str, str] = {}


def take_sample(path: Path, engine: Engine) -> Sample:
    """The file's beginning, its format told by its first bytes.

    Raises:
        BadInput: it is empty, holds no table, or is of a format that is read under a contract alone.
    """
    head = _head(path)
    if head.startswith(b"PAR1"):
        return _parquet(path, engine)
    for begins, what in UNDER_CONTRACT:
        if not head.startswith(WIDE) and begins.match(head[:MOST_START]):
            raise BadInput(ONLY_UNDER_CONTRACT, name=path.name, what=what)
    text, encoding, why = _decoded(head)
    start = text.lstrip()[:1]
    if not start:
        raise BadInput("{name} is empty: there is nothing to draft a contract from.", name=path.name)
    if start in "{[":
        return _json(text, path, encoding)
    return _csv(text, encoding, why, whole=len(head) < MOST_BYTES)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            return file.read(MOST_BYTES)
    except (gzip.BadGzipFile, EOFError):
        raise BadInput("{name} is broken off or no gzip.", name=path.name) from None


def _decoded(head: bytes) -> tuple[str, str, str]:
    """UTF-8 where it is, UTF-16 by its mark; else the one-byte encoding that its letters speak for."""
    if head.startswith(WIDE):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace"), "utf-16", "a byte order mark"
    try:
        return head.decode("utf-8-sig"), "utf-8", ""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return head[: error.start].decode("utf-8-sig"), "utf-8", ""
    high = [byte for byte in head if byte > 0x7F]
    letters = sum(byte in CYRILLIC for byte in high)
    pairs = sum(first in CYRILLIC and second in CYRILLIC for first, second in pairwise(head))
    encoding = "cp1251" if pairs * 2 > letters > 0 else "cp1252"
    why = "letters above 127 stand in words" if encoding == "cp1251" else "signs above 127 stand alone, such as £ or é"
    return head.decode(encoding, errors="replace"), encoding, why


def _csv(text: str, encoding: str, why: str, *, whole: bool) -> Sample:
    lines = text.splitlines(keepends=True)
    lines = lines if whole or len(lines) < 2 else lines[:-1]
    delimiter = max(DELIMITERS, key=lines[0].count)
    rows = csv.reader(lines, delimiter=delimiter)
    header = next(rows)
    if len(set(header)) < len(header):
        raise BadInput("The first line is no header: a name is empty, stands there twice or looks like a value.")
    refuse_values(header)
    options = {"delimiter": DELIMITERS[delimiter]} if DELIMITERS[delimiter] else {}
    return Sample(format="csv", columns=_by_column(header, rows), encoding=encoding, encoding_why=why, options=options)


def _json(text: str, path: Path, encoding: str) -> Sample:
    if '"FeatureCollection"' in text[:2_000] or COLLECTION.match(text):
        return _geojson(path, encoding)
    records = (msgspec.json.decode(line) for line in text.splitlines()[: MOST_ROWS + 1] if line.endswith("}"))
    try:
        return Sample(format="ndjson", columns=_by_key(records), encoding=encoding)
    except msgspec.DecodeError:
        raise BadInput("{name} holds no JSON line by line. Valid: an object a line.", name=path.name) from None


def _geojson(path: Path, encoding: str) -> Sample:
    """As the reader names and reads it, but of lines and areas too the middle alone."""
    names = names_in_geojson(path, {}, encoding)
    if not names:
        raise BadInput("{name} has no feature with a property: there is nothing to draft a contract from.", name=path.name)
    rows = ([feature.get(name) or "" for name in names] for feature in features(path))
    return Sample(format="geojson", columns=_by_column(names, rows), encoding=encoding)


def _parquet(path: Path, engine: Engine) -> Sample:
    given = {"path": str(path)}
    names = [str(row[0]) for row in engine.query(DESCRIBE, given)]
    shown = ", ".join(f"ifNull(toString({quoted(name)}), '')" for name in names)
    rows = engine.query(PARQUET.replace("/* columns */", shown), given)
    return Sample(format="parquet", columns=_by_column(names, rows))


def _by_column(names: list[str], rows: Iterable[Any]) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {name: [] for name in names}
    for row in islice(rows, MOST_ROWS):
        for at, name in enumerate(names):
            columns[name].append(str(row[at]) if at < len(row) else "")
    return columns


def _by_key(records: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    taken = list(islice(records, MOST_ROWS))
    names = list(dict.fromkeys(key for record in taken for key in record))
    if not names:
        raise BadInput("The file holds no record with a name in it.")
    return _by_column(names, ([_as_text(record.get(name)) for name in names] for record in taken))


def _as_text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()
