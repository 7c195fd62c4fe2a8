"""Numbers to take away: a panel's rows as CSV or as a spreadsheet (what the page shows, no more), and all of a portal's as Parquet."""

import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.errors import BadQuestion, NotFound
from footfall.serve.aggregates import MEDIA_TYPE, as_parquet
from footfall.serve.house import House
from footfall.serve.pages.frame import reader_of
from footfall.serve.pages.language import N_, Language
from footfall.serve.pages.panels import Shown
from footfall.serve.pages.portal import load_panel
from footfall.serve.pages.view import View, read_view
from footfall.serve.pages.words import FORM_ENDS, METRIC_NAMES, column_name, named
from footfall.serve.sign_in import visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "STEP_HEAD", "as_csv", "as_xlsx", "csv_file", "written"]

MOST_ROWS = 10_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for a formula at the start of a cell; visitors can put it there."""
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
"""What a file's name must not hold; a property's name is whatever a tracker sent."""
STEP_HEAD = (N_("Step"), N_("Visitors"), N_("Of the first step, %"), N_("Lost"), N_("Lost, %"))
"""Columns of a funnel's or a form's steps."""
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@get("/portals/{domain:str}/panels/{name:str}/{kind:str}")
async def export_panel(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], name: FromPath[str], kind: FromPath[str]
) -> Response[bytes]:
    """The panel's rows as a file."""
    if kind not in TYPES:
        raise NotFound("No {kind!r} of a panel. Valid: {valid}.", kind=kind, valid=", ".join(TYPES))
    view = read_view(list(request.query_params.multi_items()))
    portal = await visible_portal(house, request, domain)
    shown = await house.in_question_lane(lambda: load_panel(house.desk, portal, view, name, limit=MOST_ROWS))
    if shown.fault:
        raise BadQuestion(shown.fault)
    spoken = reader_of(request).language
    content = as_csv(shown, spoken) if kind == "csv" else as_xlsx(shown, spoken, portal, view)
    return _file(content, kind, _file_name(portal, shown))


@get("/portals/{domain:str}/aggregates.parquet")
async def export_aggregates(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """Every dimension by day, of the page's period; filters do not matter."""
    view = read_view(list(request.query_params.multi_items()))
    portal = await visible_portal(house, request, domain)
    content = await house.in_question_lane(lambda: as_parquet(house.desk, portal, view.date_range))
    headers = {"content-disposition": f'attachment; filename="{portal.domain}-aggregates.parquet"', "cache-control": "no-store"}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def as_csv(shown: Shown, language: Language) -> bytes:
    """The panel's rows, comma-separated."""
    return written(_rows(shown, language))


def written(rows: Iterable[list[Any]]) -> bytes:
    """Comma-separated, UTF-8 with a mark that tells spreadsheets so; numbers plain, blank ones empty. The first row has our own words."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    for number, row in enumerate(rows):
        writer.writerow([_harmless(cell) if number else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")


def csv_file(rows: Iterable[list[Any]], name: str) -> Response[bytes]:
    """As ``written``, as a file to take away."""
    return _file(written(rows), "csv", name)


def as_xlsx(shown: Shown, language: Language, portal: Portal, view: View) -> bytes:
    """A workbook of one sheet; its properties say whose numbers these are and of when."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": portal.domain, "subject": str(view.date_range), "comments": "footfall"})
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for number, row in enumerate(_rows(shown, language)):
            sheet.write_row(number, 0, row, None if number else bold)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, len(shown.metrics), 16)
    return content.getvalue()


def _rows(shown: Shown, language: Language) -> Iterator[list[Any]]:
    """The names of the columns, then the rows."""
    if shown.tab.is_forms:
        yield from _steps(shown, language)
        return
    yield [column_name(language, shown.tab), *(language.text(METRIC_NAMES[name]) for name in shown.metrics)]
    for row in shown.answer.rows if shown.answer else ():
        yield [named(language, row.dimensions[0], shown.tab.field), *row.metrics]


def _steps(shown: Shown, language: Language) -> Iterator[list[Any]]:
    """A row a form and step."""
    yield [language.text(name) for name in (N_("Form"), *STEP_HEAD)]
    for form in shown.forms:
        names = [language.text(FORM_ENDS[0]), *(step.name for step in form.steps[1:-1]), language.text(FORM_ENDS[1])]
        for name, step in zip(names, form.steps, strict=True):
            yield [form.name, name, step.visitors, step.share, step.lost, step.lost_share]


def _file(content: bytes, kind: str, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"', "cache-control": "no-store"}
    return Response(content, media_type=TYPES[kind], headers=headers)


def _file_name(portal: Portal, shown: Shown) -> str:
    return f"{portal.domain}-{UNSAFE.sub('_', shown.tab.name)}"


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


BEHIND = [export_panel, export_aggregates]
