"""Items as files: CSV with a header, or a JSON object a line."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, TextIO

import msgspec

from footfall.errors import BadInput
from footfall.interests.dates import as_written
from footfall.interests.items import ITEM_KEYS
from footfall.vocabulary import Item

__all__ = ["FORMATS", "Format", "Line", "body_of", "read_lines", "refuse_binary", "written"]

Format = Literal["csv", "ndjson"]
FORMATS: tuple[Format, ...] = ("csv", "ndjson")
LONGEST_LINE = 1_000_000
PLAIN = ("url", "title", "kind", "weight")
"""Columns where an empty cell says nothing; in the others it empties the value."""
decode = msgspec.json.Decoder(dict[str, Any]).decode
csv.field_size_limit(LONGEST_LINE)


class Line(msgspec.Struct, frozen=True):
    """A line of a file."""

    number: int
    """From 1; of a record of CSV that goes over several, the last."""
    given: dict[str, Any] | None
    """The item's values as ``checked_item`` takes them; ``None`` where it is none."""
    fault: BadInput | None = None


def read_lines(file: TextIO, format: Format) -> Iterator[Line]:
    """The file's items in order; a line that cannot be read is among them, with its fault.

    Raises:
        BadInput: a CSV file has no header, or one with columns that are not known.
    """
    yield from _read_csv(file) if format == "csv" else _read_ndjson(file)


def refuse_binary(path: Path) -> None:
    """Raises BadInput where not all of the file is text in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            for part in iter(lambda: file.read(LONGEST_LINE), b""):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise BadInput("The file is no text in UTF-8.") from None


def written(items: Iterable[Item], format: Format) -> Iterator[str]:
    """The items as lines that ``read_lines`` reads; of CSV the header is the first."""
    if format == "csv":
        yield _record(ITEM_KEYS)
    for item in items:
        body = body_of(item)
        yield _record(map(_cell, body.values())) if format == "csv" else msgspec.json.encode(body).decode() + "\n"


def body_of(item: Item) -> dict[str, Any]:
    """The item as its maker would write it."""
    instants = {name: as_written(getattr(item, f"{name}_ms")) for name in ("valid_from", "valid_to", "published")}
    topics = dict(item.topics) if item.corrected else {}
    return {name: getattr(item, name, "") for name in ITEM_KEYS} | instants | {"districts": list(item.districts), "topics": topics}


def _read_ndjson(file: TextIO) -> Iterator[Line]:
    for number, text in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), start=1):
        if not text.strip():
            continue
        try:
            yield Line(number, decode(text))
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            yield Line(number, None, BadInput("It is no JSON object: {fault}.", fault=str(error)))


def _read_csv(file: TextIO) -> Iterator[Line]:
    rows = csv.reader(file, strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(header)
        for row in rows:
            if row:
                yield _line(rows.line_num, header, row)
    except csv.Error as error:
        yield Line(rows.line_num, None, BadInput("From here on the file is no CSV: {fault}.", fault=str(error)))


def _check_header(header: list[str]) -> None:
    unknown = sorted(set(header) - set(ITEM_KEYS))
    if unknown or "url" not in header or len(set(header)) < len(header):
        raise BadInput("The first line of CSV names columns, url among them, each once. Valid: {valid}.", valid=", ".join(ITEM_KEYS))


def _line(number: int, header: list[str], row: list[str]) -> Line:
    if len(row) != len(header):
        return Line(number, None, BadInput("It has {found} cells; the header has {wanted}.", found=len(row), wanted=len(header)))
    cells = dict(zip(header, row, strict=True))
    try:
        return Line(number, {name: _value(name, cell) for name, cell in cells.items() if cell.strip() or name not in PLAIN})
    except ValueError:
        return Line(number, None, BadInput("topics {cell!r} are not valid. Valid: transport:0.9 housing:0.4.", cell=cells["topics"][:100]))


def _value(name: str, cell: str) -> Any:
    if name == "districts":
        return cell.split(";")
    if name == "topics":
        pairs = (pair.rpartition(":") for pair in cell.split())
        return {id: float(score) for id, _, score in pairs}
    return cell


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{id}:{score!r}" for id, score in value.items())
    return ";".join(value) if isinstance(value, list) else str(value)


def _record(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue()
