"""What every command shares: its options, the exit codes, and the one way to print a table, JSON or an error."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from footfall.errors import BadInput, FootfallError, NotFound
from footfall.settings import Settings, read_settings

__all__ = [
    "DONE",
    "FAILED",
    "INTERRUPTED",
    "MISUSED",
    "Home",
    "Json",
    "Terminal",
    "Words",
    "console",
    "exit_code_of",
    "make_progress",
    "print_error",
    "print_json",
    "print_table",
    "readable",
    "settings_of",
    "there",
    "words_of",
]

DONE, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
PIPE_WIDTH = 160
"""Columns of a table where no terminal says how wide it is."""

Home = Annotated[str | None, Parameter(help="Folder of all state [default: FOOTFALL_HOME, else ~/.footfall].")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON, for programs.")]
Words = Annotated[tuple[str, ...] | None, Parameter(negative="")]
"""A list option: commas between, or the option again."""


class Terminal(Console):
    """rich's own, which ends the process with 1 where what reads it is gone (``| head``): that is no failure."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


console = Terminal(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)


def settings_of(home: str | None, **given: Any) -> Settings:
    """Settings with the flags of a command over everything else."""
    return read_settings(home=home, **given)


def there(file: Path) -> Path:
    """The file itself.

    Raises:
        NotFound: there is none, or a folder is there.
    """
    if file.is_dir():
        raise NotFound("{path} is a folder; name a file.", path=file)
    if not file.is_file():
        raise NotFound("There is no file {path}.", path=file)
    return file


def readable(file: Path) -> Path:
    """The file itself, or a pipe of that name (``<(zcat …)``, ``/dev/stdin``).

    Raises:
        NotFound: there is none, or a folder is there.
    """
    return file if file.exists() and not file.is_dir() else there(file)


def words_of(given: tuple[str, ...] | None) -> tuple[str, ...]:
    """The words of a list option, blanks left out; ``--domains ""`` is an empty list."""
    return tuple(word.strip() for text in given or () for word in text.split(",") if word.strip())


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_error(error: FootfallError, *, as_json: bool) -> None:
    """One sentence on stderr, or the API's error object with --json."""
    sentence = " ".join(str(error).split())
    sys.stderr.write(json.dumps(error.as_json(), ensure_ascii=False) + "\n" if as_json else f"footfall: {sentence}\n")


def exit_code_of(error: FootfallError) -> int:
    """2 where the caller has to write something else, 1 where the same words may work another time."""
    return MISUSED if isinstance(error, BadInput) else FAILED


def make_progress() -> Progress:
    """A bar on a terminal's stderr; silent anywhere else."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)


def print_table(columns: Iterable[str], rows: Iterable[Iterable[Any]], *, empty: str) -> None:
    """A table, or the sentence where there are no rows. Numbers stand right."""
    lines = [list(row) for row in rows]
    if not lines:
        console.print(empty, markup=False)
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
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value).replace("[", r"\[")
