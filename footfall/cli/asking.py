"""``footfall ask`` and ``footfall import``."""

import json as jsonlib
import sys
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from footfall.cli.backend import Backend, open_backend
from footfall.cli.common import Home, Json, console, print_json, print_table, settings_of
from footfall.collect.importing import ImportReport
from footfall.errors import BadInput, NotFound

__all__ = ["ask", "imports"]

imports = App(name="import", help="History: events, or server logs.")
Portal = Annotated[str, Parameter(help="Domain of the portal it belongs to.")]


def ask(
    domain: str,
    metrics: str = "visitors,visits,pageviews",
    /,
    *,
    by: Annotated[str, Parameter(help="Comma-separated dimensions, such as visit:source or time:day.")] = "",
    range: Annotated[str, Parameter(help="day, 7d, 30d, month, 12mo, all …, or two dates with a comma.")] = "30d",
    filter: Annotated[
        tuple[str, ...], Parameter(negative="", help='JSON filter, such as ["is","visit:country",["RU"]]; may be repeated.')
    ] = (),
    compare: Annotated[str | None, Parameter(help="previous_period or year_over_year.")] = None,
    limit: int = 20,
    home: Home = None,
    json: Json = False,
) -> None:
    """Ask a question and print the answer as a table."""
    question: dict[str, Any] = {
        "site_id": domain,
        "metrics": metrics.split(","),
        "dimensions": by.split(",") if by else [],
        "date_range": range.split(",") if "," in range else range,
        "filters": [_filter(text) for text in filter],
        "pagination": {"limit": limit},
        "include": {"comparisons": {"mode": compare}} if compare else {},
    }
    with open_backend(settings_of(home)) as backend:
        answer = backend.ask(question)
    print_json(answer) if json else _print_answer(answer)


def _print_answer(answer: dict[str, Any]) -> None:
    query = answer["query"]
    compared = "comparisons" in query["include"]
    columns = [
        *query["dimensions"],
        *(name for metric in query["metrics"] for name in ((metric, "change") if compared else (metric,))),
    ]
    rows = []
    for result in answer["results"]:
        changes = result.get("comparison", {}).get("change", [None] * len(result["metrics"]))
        shown = [value for pair in zip(result["metrics"], changes, strict=True) for value in (pair if compared else pair[:1])]
        rows.append([*result["dimensions"], *shown])
    print_table(columns, rows, empty="Nothing in this range.")
    release = answer["meta"]["release"]
    notes = [f"{query['date_range'][0][:10]} to {query['date_range'][1][:10]}", f"policy {release['policy']}"]
    if release["withheld"]:
        notes.append(f"{release['withheld']} rows with fewer than {release['smallest_cohort']} visitors are not shown")
    notes += answer["meta"].get("metric_notes", {}).values()
    console.print(" · ".join(notes), style="dim")


def _filter(text: str) -> Any:
    try:
        return jsonlib.loads(text)
    except ValueError:
        raise BadInput(f'Filter {text!r} is not JSON. Valid: ["is","visit:country",["RU"]].') from None


@imports.command
def events(*files: str, portal: Portal, home: Home = None, json: Json = False) -> None:
    """Import events, one JSON object a line (plain, .gz, .bz2; - is standard input). Importing a file again changes nothing."""
    _import_all("events", files, portal, home, json)


@imports.command
def log(*files: str, portal: Portal, home: Home = None, json: Json = False) -> None:
    """Import server logs (plain, .gz, .bz2; - is standard input). Addresses are hashed line by line and not kept."""
    _import_all("log", files, portal, home, json)


def _import_all(kind: str, files: tuple[str, ...], portal: str, home: str | None, json: bool) -> None:
    if not files:
        raise BadInput("Name at least one file, or - for standard input.")
    missing = [name for name in files if name != "-" and not Path(name).is_file()]
    if missing:
        raise NotFound(f"There is no file {missing[0]!r}.")
    with open_backend(settings_of(home)) as backend:
        for name in files:
            report = _import_one(backend, kind, name, portal)
            print_json({"file": name} | dict(msgspec.to_builtins(report))) if json else _print_report(name, report)


def _import_one(backend: Backend, kind: str, name: str, portal: str) -> ImportReport:
    if name == "-":
        return backend.load_file(kind, portal, sys.stdin.buffer, lambda read: None)
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Path(name).open("rb") as file, Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(Path(name).name, total=Path(name).stat().st_size)
        opened: BinaryIO = file
        return backend.load_file(kind, portal, opened, lambda read: bar.update(task, completed=read))


def _print_report(name: str, report: ImportReport) -> None:
    parts = [f"{report.accepted:,} of {report.lines:,} lines counted"]
    if report.already:
        parts.append(f"{report.already:,} were imported before")
    parts += [f"{count:,} {reason}" for reason, count in sorted(report.passed.items())]
    if report.refused:
        parts.append(f"{report.refused:,} refused")
    console.print(f"{name}: {', '.join(parts)}", markup=False)
    for line, reason in report.refused_lines[:10]:
        console.print(f"  line {line}: {reason}", markup=False)
