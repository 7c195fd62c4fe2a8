"""A file without a contract, looked at whole: what the guard would refuse, and what a contract would have to reduce."""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import Any, Protocol

import msgspec

from footfall.errors import Refused
from footfall.sentences import Sentence
from footfall.sources.guard.candidates import candidates_sql
from footfall.sources.guard.looking import Finding, Look, is_nearly_key

__all__ = ["Ask", "ColumnSeen", "Piece", "check_pieces", "refuse_findings"]

_FOLDER = Path(__file__).parents[1]
_COLUMNS = Template((_FOLDER / "guard_columns.sql").read_text("utf-8"))
_VALUES = Template((_FOLDER / "guard_values.sql").read_text("utf-8"))
PAGE = 100_000
"""Different values of a column in memory at once."""
FINE_COORDINATE = r"^\s*-?\d{1,3}[.,]\d{4,}\s*$"
FINE_TIME = r"(?:^|[T ])\d{1,2}:(?:[1245]0|[0235]5|\d[1-46-9]|\d\d:(?:0[1-9]|[1-5]\d))"
"""A minute that begins no quarter of an hour, or seconds."""
FEW = 0.05
"""Of a column's rows, what is read as an exception."""


class Piece(Protocol):
    """What the readers hand over."""

    @property
    def sql(self) -> str: ...
    @property
    def parameters(self) -> Mapping[str, Any]: ...
    @property
    def settings(self) -> Mapping[str, str | int]: ...
    @property
    def columns(self) -> Mapping[str, str]: ...
    @property
    def row(self) -> str: ...


class Ask(Protocol):
    """Runs a query and gives its rows: an engine's, or a workshop's."""

    def __call__(self, sql: str, parameters: Mapping[str, Any], /) -> list[tuple[Any, ...]]: ...


class ColumnSeen(msgspec.Struct):
    """A column after all pieces. It holds no value."""

    name: str
    rows: int = 0
    """With a value."""
    distinct: int = 0
    """Different values, estimated; of several pieces, of the one that has most."""
    fine_coordinates: int = 0
    fine_times: int = 0
    finding: Finding | None = None

    @property
    def reduce(self) -> list[Sentence]:
        """What a contract must make coarser before the column can be kept."""
        said = []
        if self.rows and self.fine_coordinates > FEW * self.rows:
            said.append(Sentence("Column {column!r} tells places to 11 m or finer: reduce it to cells or districts.", column=self.name))
        elif self.rows and self.fine_times > FEW * self.rows:
            said.append(Sentence("Column {column!r} tells times finer than 15 minutes: reduce it to hours or days.", column=self.name))
        elif is_nearly_key(self.distinct, self.rows):
            said.append(Sentence("Column {column!r} tells nearly every row apart: drop it, or reduce it to categories.", column=self.name))
        return said


def check_pieces(pieces: Iterable[Piece], ask: Ask) -> list[ColumnSeen]:
    """Every column of a file, in its order: every row asked, in SQL what could identify, in Python whether it does.

    Raises:
        BadInput: a piece cannot be read.
        Unavailable: the engine does not answer.
    """
    seen: dict[str, ColumnSeen] = {}
    looks: dict[str, Look] = {}
    for piece in pieces:
        for name, facts in _facts(piece, ask).items():
            column = seen.setdefault(name, ColumnSeen(name))
            look = looks.setdefault(name, Look(name))
            rows, distinct, candidates, fine_places, fine_times = facts
            column.rows, column.distinct = column.rows + rows, max(column.distinct, distinct)
            column.fine_coordinates, column.fine_times = column.fine_coordinates + fine_places, column.fine_times + fine_times
            if column.finding is None:
                _look_at(look, piece, name, distinct if look.hint else candidates, ask)
                look.rows = column.rows
                column.finding = look.finding()
    return list(seen.values())


def refuse_findings(columns: Iterable[ColumnSeen | Finding]) -> None:
    """Refuse the whole file if the guard found anything.

    Raises:
        Refused: names every such column, what it holds, its share, its first row and what to do; never a value.
    """
    findings = [column.finding if isinstance(column, ColumnSeen) else column for column in columns]
    said = [finding.sentence for finding in findings if finding]
    if said:
        together = functools.reduce(lambda before, after: Sentence("{before} {after}", before=before, after=after), said)
        raise Refused("Nothing of this file is kept. {findings}", findings=together)


def _facts(piece: Piece, ask: Ask) -> dict[str, tuple[int, ...]]:
    facts = ", ".join(_facts_sql(expression) for expression in piece.columns.values())
    row = ask(_with_settings(_COLUMNS.substitute(facts=facts, piece=piece.sql), piece), piece.parameters)[0]
    return {name: row[place * 5 : place * 5 + 5] for place, name in enumerate(piece.columns)}


def _facts_sql(expression: str) -> str:
    may = f"ifNull({candidates_sql(expression)}, 0)"
    return ", ".join(
        (
            f"countIf(ifNull({expression}, '') != '')",
            f"uniq({expression})",
            f"uniqIf({expression}, {may})",
            f"countIf(match(ifNull({expression}, ''), {_quoted(FINE_COORDINATE)}))",
            f"countIf(match(ifNull({expression}, ''), {_quoted(FINE_TIME)}))",
        )
    )


def _look_at(look: Look, piece: Piece, name: str, count: int, ask: Ask) -> None:
    """Different values that could identify, page by page; none more once the verdict stands."""
    parts = -(-count // PAGE)
    condition = "value != ''" if look.hint else candidates_sql("value")
    statement = _VALUES.substitute(expression=piece.columns[name], row=piece.row, piece=piece.sql, condition=condition)
    for part in range(parts):
        for value, rows, first in ask(_with_settings(statement, piece), {**piece.parameters, "parts": parts, "part": part}):
            look.see(value, rows, first)
        if look.finding() is not None:
            return


def _with_settings(statement: str, piece: Piece) -> str:
    settings = ", ".join(f"{name} = {_quoted(value)}" for name, value in piece.settings.items())
    return f"{statement} SETTINGS {settings}" if settings else statement


def _quoted(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
