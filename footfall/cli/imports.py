"""``footfall import``: history out of files, or standard input."""

import sys
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from footfall.cli.backend import Backend, open_backend
from footfall.cli.terminal import FAILED, Home, Json, console, make_progress, print_json, readable, settings_of
from footfall.collect.importing import ImportReport
from footfall.errors import BadInput

__all__ = ["app"]

STANDARD_INPUT = "-"
MOST_SHOWN = 10

app = App(name="import", help="History: events as JSON lines, or server logs.")
Portal = Annotated[str, Parameter(help="Domain of the portal it belongs to.")]
Files = Annotated[str, Parameter(allow_leading_hyphen=True, help="Plain, .gz or .bz2; - is standard input.")]


@app.command(name="events")
def import_events(*files: Files, portal: Portal, home: Home = None, json: Json = False) -> int:
    """Import events, one JSON object a line, in the order of the file. A file imported again, or resumed, counts nothing twice."""
    return _import_all("events", files, portal, home, json=json)


@app.command(name="log")
def import_log(*files: Files, portal: Portal, home: Home = None, json: Json = False) -> int:
    """Import server logs; the format is found out. Addresses are hashed line by line under a throw-away salt and not kept."""
    return _import_all("log", files, portal, home, json=json)


def _import_all(kind: str, files: tuple[str, ...], portal: str, home: str | None, *, json: bool) -> int:
    """1 if every line of some file was refused: then it is no such file."""
    if not files:
        raise BadInput("Name at least one file, or - for standard input.")
    for name in files:
        if name != STANDARD_INPUT:
            readable(Path(name))
    useless = False
    with open_backend(settings_of(home)) as backend:
        for name in files:
            report = _import_one(backend, kind, name, portal)
            useless |= bool(report.refused) and report.refused == report.lines
            print_json({"file": name} | dict(msgspec.to_builtins(report))) if json else _print_report(name, report)
    return FAILED if useless else 0


def _import_one(backend: Backend, kind: str, name: str, portal: str) -> ImportReport:
    if name == STANDARD_INPUT:
        return backend.load_file(kind, portal, sys.stdin.buffer, lambda read: None)
    path = Path(name)
    with path.open("rb") as file, make_progress() as bar:
        task = bar.add_task(path.name, total=path.stat().st_size or None)
        return backend.load_file(kind, portal, file, lambda read: bar.update(task, completed=read))


def _print_report(name: str, report: ImportReport) -> None:
    parts = [f"{report.accepted:,} of {report.lines:,} lines counted"]
    if report.already:
        parts.append(f"{report.already:,} were imported before")
    parts += [f"{count:,} {reason}" for reason, count in sorted(report.passed.items())]
    if report.refused:
        parts.append(f"{report.refused:,} refused")
    console.print(f"{name}: {', '.join(parts)}", markup=False)
    if report.expiring:
        console.print(
            f"  {report.expiring:,} are of days that the portal no longer keeps and are gone after the next midnight; "
            "`footfall portals set PORTAL --keep-events DAYS` keeps more",
            markup=False,
            soft_wrap=True,
        )
    for line, reason in report.refused_lines[:MOST_SHOWN]:
        console.print(f"  line {line}: {reason}", markup=False)
    if report.refused > MOST_SHOWN:
        console.print(f"  … and {report.refused - MOST_SHOWN:,} more; --json shows the first hundred")
