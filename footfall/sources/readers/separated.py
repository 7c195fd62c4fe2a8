"""Values separated by commas or the like. Python reads the header alone; ClickHouse reads the rows, straight from the file.

TRICKY: where ClickHouse is told to skip lines, or to find the header itself, ``_row_number`` is one too much after the first megabyte. So
nothing is skipped: the header is a row like others, and ``rows_after.sql`` begins after it. And an empty field is NULL, as a missing one
is, unless both settings below say otherwise.
"""

import codecs
import csv
import itertools
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece, quoted, structure
from footfall.sources.readers.chunks import private_file
from footfall.sources.readers.compressed import blocks, compression_of
from footfall.sources.readers.encodings import ONE_BYTE, check_encoding, encoding_of, last_line, lines_of
from footfall.sources.readers.heads import check_header
from footfall.sources.readers.service_days import in_calendar_days

__all__ = ["Form", "form_of", "names_in", "read_csv"]

ROWS = files("footfall.sources").joinpath("rows_after.sql").read_text().strip()
SETTINGS: dict[str, str | int] = {
    "input_format_csv_detect_header": 0,
    "input_format_csv_allow_variable_number_of_columns": 1,
    "input_format_csv_empty_as_default": 0,
    "input_format_csv_skip_trailing_empty_lines": 1,
    "format_csv_null_representation": "\x01N",
}
DELIMITERS = {"tab": "\t", "space": " "}
MOST_HEADER = 1_000_000
"""Characters of a header; above it the file is no table."""


class Form(msgspec.Struct, frozen=True):
    """How a file separates its values."""

    delimiter: str = ","
    quote: str = '"'
    header: bool = True
    preamble: int = 0
    """Rows above the header."""

    @property
    def first(self) -> int:
        """Number of the header's row from 0; -1 where there is none."""
        return self.preamble if self.header else self.preamble - 1


def form_of(options: dict[str, str]) -> Form:
    """What the contract's options say: ``delimiter``, ``quote`` (a character, or ``none``), ``header: no``, ``preamble``.

    Raises:
        BadInput: one of them is not what it can be.
    """
    delimiter = DELIMITERS.get(options.get("delimiter", ","), options.get("delimiter", ","))
    quote = options.get("quote", '"')
    preamble = options.get("preamble", "0")
    if len(delimiter) != 1 or not delimiter.isascii() or quote not in ('"', "'", "none") or not preamble.isdecimal():
        raise BadInput(
            "Options of a table: delimiter is one character, tab or space; quote is \", ' or none; preamble is a number of rows."
        )
    return Form(delimiter, "" if quote == "none" else quote, options.get("header") != "no", int(preamble))


def names_in(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """Names in the header, in the file's order; none where the file is empty. Raises BadInput."""
    form = form_of(options)
    lines = lines_of(path, encoding_of(path, encoding), most=MOST_HEADER)
    quoting = {"quotechar": form.quote} if form.quote else {"quoting": csv.QUOTE_NONE}
    try:
        row = next(itertools.islice(csv.reader(lines, delimiter=form.delimiter, **quoting), form.preamble, None), [])
    except csv.Error:
        raise BadInput("The header of the file is no row of separated values.") from None
    return [name.strip() for name in row] if form.header else []


def read_csv(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """The file as one piece; ClickHouse unpacks ``.gz`` and ``.zst``.

    Raises:
        BadInput: header and contract differ, the encoding is another, or the file is broken off.
    """
    form = form_of(contract.options)
    encoding = encoding_of(path, contract.encoding)
    found = names_in(path, contract.options, contract.encoding)
    if not form.header:
        found = [column.name for column in contract.columns]
    elif not found:
        return
    check_header(found, contract)
    check_encoding(path, encoding)
    if form.quote:
        _check_quotes(path, encoding, form)
    _check_end(path, encoding, form, len(found))
    if encoding in ONE_BYTE:
        yield _piece(path, found, contract, form, encoding)
        return
    transcoded = room / f"{path.name}.utf-8"
    try:
        yield _piece(_transcode(path, transcoded, encoding), found, contract, form, "utf-8")
    finally:
        transcoded.unlink(missing_ok=True)


def _piece(path: Path, found: list[str], contract: Contract, form: Form, encoding: str) -> Piece:
    physical = [f"c{position}" for position in range(len(found) + 1)]
    texts = {name: _text(quoted(f"c{position}"), encoding) for position, name in enumerate(found)}
    kept = {column.name: texts.get(column.name, "CAST(NULL AS Nullable(String))") for column in contract.kept}
    return Piece(
        sql=ROWS,
        parameters={
            "piece_path": str(path),
            "piece_structure": structure(physical),
            "piece_compression": compression_of(path),
            "piece_header": str(form.first),
        },
        settings=SETTINGS
        | {
            "format_csv_delimiter": form.delimiter,
            "input_format_csv_allow_whitespace_or_tab_as_delimiter": int(form.delimiter in "\t "),
            "format_csv_allow_single_quotes": int(form.quote == "'"),
            "format_csv_allow_double_quotes": int(form.quote == '"'),
        },
        columns=in_calendar_days(kept, texts, contract),
        row=f"piece_row - {form.first}" if form.first >= 0 else "piece_row + 1",
        extra=f"{quoted(physical[-1])} IS NOT NULL",
    )


def _text(column: str, encoding: str) -> str:
    if encoding == "utf-8":
        return f"toValidUTF8({column})"
    return f"convertCharset({column}, '{encoding}', 'utf-8')"


def _transcode(path: Path, to: Path, encoding: str) -> Path:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with open(private_file(to), "wb") as file:
            for block in blocks(path):
                file.write(decoder.decode(block).encode())
            file.write(decoder.decode(b"", True).encode())
    except UnicodeError:
        raise BadInput("The file is not {encoding} to its end; it may be broken off.", encoding=encoding) from None
    return to


def _check_quotes(path: Path, encoding: str, form: Form) -> None:
    """A quote that is never closed takes all rows after it into one value. An odd number of them may be that, or an inch sign."""
    mark = form.quote.encode()
    if encoding not in ONE_BYTE or sum(block.count(mark) for block in blocks(path)) % 2 == 0:
        return
    lines = lines_of(path, encoding)
    try:
        for _ in csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote, strict=True):
            pass
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise BadInput("A quotation mark is opened and never closed; the file may be broken off.") from None


def _check_end(path: Path, encoding: str, form: Form, width: int) -> None:
    """A last row that is too short, with no end of line, is what a copy that broke off leaves: the rows after it are missing."""
    if encoding not in ONE_BYTE or compression_of(path) != "none":
        return
    last = last_line(path)
    quoted_here = form.quote and form.quote.encode() in last
    if last and not quoted_here and last.count(form.delimiter.encode()) < width - 1:
        raise BadInput("The last row of the file is short and has no end: it is broken off. Fetch it again.")
