"""Tables inside a zip file (GTFS, GTFS-ride, TIDES), read member by member and never unpacked to disk."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import Row, pieces_of
from footfall.sources.readers.heads import check_header
from footfall.sources.readers.separated import Form, form_of
from footfall.sources.readers.service_days import in_calendar_days

__all__ = ["MOST_MEMBERS", "MOST_RATIO", "check_archive", "names_in_member", "read_member"]

MOST_MEMBERS, MOST_RATIO = 1_000, 200
MOST_UNPACKED = 4_000_000_000
MOST_FIELD = 1_000_000
BOMB = "The zip file unpacks to {bytes:,} bytes from {packed:,}; at most {most:,}, and {ratio} times, are read."


def check_archive(archive: zipfile.ZipFile) -> None:
    """Few members, of a bounded size, whose names lead nowhere else.

    Raises:
        BadInput: one of these is not so.
    """
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise BadInput("The zip file has {members:,} members; at most {most:,} are looked at.", members=len(members), most=MOST_MEMBERS)
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name for name in archive.namelist()):
        raise BadInput("The zip file has a member whose name leads out of its folder.")
    unpacked, packed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    if unpacked > MOST_UNPACKED or unpacked > max(1_000_000, packed * MOST_RATIO):
        raise BadInput(BOMB, bytes=unpacked, packed=packed, most=MOST_UNPACKED, ratio=MOST_RATIO)


def names_in_member(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """Header of the member that the options name. Raises BadInput."""
    with _opened(path) as archive:
        return next(_rows(archive, options, encoding), [])


def read_member(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Rows of the table that the option ``member`` names, such as ``stops.txt``.

    Raises:
        BadInput: the archive is broken or a bomb, has no such member, or header and contract differ.
    """
    with _opened(path) as archive:
        rows = _rows(archive, contract.options, contract.encoding)
        found = next(rows, [])
        if not found:
            return
        check_header(found, contract)
        for piece in pieces_of(_numbered(rows, len(found)), found, contract, room, extra=True):
            texts = {name: f"`c{position}`" for position, name in enumerate(found)}
            yield _whole(piece, contract, texts)


def _whole(piece: Piece, contract: Contract, texts: dict[str, str]) -> Piece:
    """With every column of the contract: one that may be absent, and is, holds nothing."""
    kept = {column.name: texts.get(column.name, "CAST(NULL AS Nullable(String))") for column in contract.kept}
    return msgspec.structs.replace(piece, columns=in_calendar_days(kept, texts, contract))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise BadInput("The zip file is broken, or broken off before its end. Fetch it again.") from None
    check_archive(archive)
    return archive


def _rows(archive: zipfile.ZipFile, options: dict[str, str], encoding: str) -> Iterator[list[str]]:
    """The header and the rows of the member."""
    member, form = options.get("member", ""), form_of(options)
    if member not in archive.namelist():
        raise BadInput(
            "The zip file has no member {member!r}. Valid: {valid}.", member=member, valid=", ".join(sorted(archive.namelist())[:50])
        )
    try:
        with archive.open(member) as file:
            yield from _values(io.TextIOWrapper(file, "utf-8-sig" if encoding == "utf-8" else encoding, newline=""), form)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        raise BadInput("Member {member!r} of the zip file is broken, or locked with a password.", member=member) from None
    except UnicodeDecodeError:
        raise BadInput(
            "Member {member!r} is not {encoding}. Name its encoding in the contract.", member=member, encoding=encoding
        ) from None
    except csv.Error:
        raise BadInput("Member {member!r} is no table, or a quotation mark in it is never closed.", member=member) from None


def _values(text: io.TextIOWrapper, form: Form) -> Iterator[list[str]]:
    lines = iter(lambda: text.readline(MOST_FIELD), "")
    if form.quote:
        yield from csv.reader(lines, delimiter=form.delimiter, quotechar=form.quote, strict=True)
    else:
        yield from csv.reader(lines, delimiter=form.delimiter, quoting=csv.QUOTE_NONE)


def _numbered(rows: Iterator[list[str]], width: int) -> Iterator[Row]:
    """Rows with their numbers, empty lines left out; of what is too much in a row one value is left, to say so."""
    for number, values in enumerate(rows, 1):
        if values:
            yield number, [value.strip() for value in values[: width + 1]]
