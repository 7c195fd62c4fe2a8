"""Excel workbooks (.xlsx): the first sheet, or the one that the option ``sheet`` names; its first row holds the names."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.archives import check_archive
from footfall.sources.readers.chunks import Row, pieces_of
from footfall.sources.readers.heads import check_header
from footfall.sources.readers.json_items import text
from footfall.sources.readers.whole import whole

__all__ = ["names_in_excel", "read_excel"]


def names_in_excel(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """Names in the first row. Raises BadInput."""
    first = next(iter(_sheet(path, options).iter_rows()), [])
    return [_value(value) or "" for value in first]


def read_excel(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Rows of the sheet under its header; dates as ISO 8601, numbers as they are kept, not as they are shown.

    Raises:
        BadInput: it is no workbook, or header and contract differ.
    """
    found = names_in_excel(path, contract.options, contract.encoding)
    if not found:
        return
    check_header(found, contract)
    yield from pieces_of(_rows(_sheet(path, contract.options)), found, contract, room)


def _rows(sheet: CalamineSheet) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows()):
        if number:
            yield number, [_value(value) for value in row]


def _sheet(path: Path, options: dict[str, str]) -> CalamineSheet:
    whole(path)
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive)
        book = CalamineWorkbook.from_path(str(path))
        name = options.get("sheet", book.sheet_names[0])
        if name not in book.sheet_names:
            raise BadInput("The workbook has no sheet {sheet!r}. Valid: {valid}.", sheet=name, valid=", ".join(book.sheet_names))
        return book.get_sheet_by_name(name)
    except (CalamineError, zipfile.BadZipFile, OSError):
        raise BadInput("The file is no Excel workbook (.xlsx), or it is broken off. Fetch it again.") from None


def _value(value: float | str | bool | time | date | datetime | timedelta) -> str | None:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return text(value) if not isinstance(value, timedelta) else str(value)
