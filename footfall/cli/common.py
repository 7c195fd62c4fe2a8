"""What every command shares: the options, and one way to print an answer or an error."""

import json
import sys
from collections.abc import Iterable
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from footfall.settings import Settings, read_settings

__all__ = ["Home", "Json", "console", "print_json", "print_table", "settings_of"]

Home = Annotated[str | None, Parameter(help="Folder of all state [default: FOOTFALL_HOME, else ~/.footfall].")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON, for programs.")]

console = Console()


def settings_of(home: str | None, **given: Any) -> Settings:
    """Settings with the flags of a command over everything else."""
    return read_settings(home=home, **given)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def print_table(columns: Iterable[str], rows: Iterable[Iterable[Any]], *, empty: str) -> None:
    """A table, or the sentence where there are no rows. Numbers stand right."""
    lines = [list(row) for row in rows]
    if not lines:
        console.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        numeric = all(isinstance(row[index], int | float | None) for row in lines)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in lines:
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
