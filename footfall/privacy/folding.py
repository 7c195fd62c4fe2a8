"""What a cohort hides: rows and single metrics behind which fewer visitors stand than a policy asks for, or that would tell those."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from footfall.privacy.complement import Cells, Line, complement, lines_of, wholes_of
from footfall.privacy.nesting import Nested, nested
from footfall.vocabulary import Answer, Row, Scalar

__all__ = ["Folded", "fold"]

Blanks = tuple[Scalar, ...]


class Folded(msgspec.Struct, frozen=True):
    """Rows that may be seen, and how many of them are blank."""

    rows: tuple[Row, ...]
    withheld: int
    """Absent rows are not counted: their number would tell few from none."""


def fold(answer: Answer, smallest: int) -> Folded:
    """The answer's rows without what rests on fewer than ``smallest`` visitors, and without what tells that by subtraction from a whole;
    with 0 they are untouched.

    A row with dimensions goes, the row without them (and each bucket where every bucket has its row) stays with blank metrics.
    """
    if smallest <= 0:
        return Folded(answer.rows, 0)
    mine = _seen(answer, smallest, "rows")
    seen = {row.keys or row.dimensions: row for row in _seen(answer, smallest, "beside") if row}
    theirs = seen if answer.beside else None
    pairs = ((row, old, _other(old, theirs, smallest)) for row, old in zip(mine, answer.rows, strict=True))
    kept = tuple(_beside(row or _blank(old), other) for row, old, other in pairs if row or not old.dimensions or _stays(answer, other))
    return Folded(kept, sum(all(value is None for value in row.metrics) for row in kept))


def _stays(answer: Answer, other: Row | None) -> bool:
    """Whether a row that is hidden itself has its place because of what it is compared with."""
    return answer.every_bucket and other is not None and any(value is not None for value in other.metrics)


def _other(row: Row, theirs: dict[tuple[str | int, ...], Row] | None, smallest: int) -> Row | None:
    """What the row is compared with, as it may be seen; without ``theirs`` it divides nothing."""
    other = row.comparison
    if other is None:
        return None
    if theirs is not None:
        return theirs.get(other.keys or other.dimensions) or _blank(other)
    return _blanked((other,), (), smallest, ())[0] or _blank(other)


def _beside(mine: Row, theirs: Row | None) -> Row:
    if theirs is None:
        return mine
    changes = mine.change or (None,) * len(mine.metrics)
    sides = zip(changes, mine.metrics, theirs.metrics, strict=True)
    change = tuple(None if new is None or old is None else value for value, new, old in sides)
    return msgspec.structs.replace(mine, comparison=theirs, change=change)


def _seen(answer: Answer, smallest: int, side: Literal["rows", "beside"]) -> list[Row | None]:
    """The rows of the period, or of the one beside it, as they may be seen."""
    above = [(one.place, _seen(one.answer, smallest, side)) for one in answer.above]
    rows = answer.rows if side == "rows" else answer.beside
    # What joins must not hang on the order that was asked for: two answers would tell each other's rest.
    places = sorted(range(len(rows)), key=lambda place: _key(rows[place]))
    found = dict(zip(places, _blanked([rows[place] for place in places], answer.parts, smallest, above), strict=True))
    return [found[place] for place in range(len(rows))]


def _blanked(
    rows: Sequence[Row], parts: tuple[tuple[int, ...], ...], smallest: int, above: Sequence[tuple[int, list[Row | None]]]
) -> list[Row | None]:
    """The rows with what may be seen of their metrics; ``None`` for those of which nothing may."""
    metrics = [_large_enough(row, smallest) for row in rows]
    joined = _joined(rows, metrics, parts, smallest, above)
    for number, columns in joined.items():
        metrics[number] = tuple(None if column in columns else value for column, value in enumerate(metrics[number]))
    return [
        None
        if row.cohort < smallest or (number in joined and all(value is None for value in metrics[number]))
        else row
        if metrics[number] == row.metrics
        else msgspec.structs.replace(row, metrics=metrics[number])
        for number, row in enumerate(rows)
    ]


def _large_enough(row: Row, smallest: int) -> Blanks:
    if row.cohort < smallest:
        return (None,) * len(row.metrics)
    if not row.cohorts or min(row.cohorts, default=0) >= smallest:
        return row.metrics
    return tuple([value if cohort >= smallest else None for value, cohort in zip(row.metrics, row.cohorts, strict=True)])


def _joined(
    rows: Sequence[Row],
    metrics: list[Blanks],
    parts: tuple[tuple[int, ...], ...],
    smallest: int,
    above: Sequence[tuple[int, list[Row | None]]],
) -> dict[int, set[int]]:
    """Columns, by row, that could be seen but for what they would tell of others."""
    found: dict[int, set[int]] = {}
    lines: dict[tuple[int, ...], list[Line]] = {}
    seen = {(number, _key(row)): _columns(row) for number, (_, some) in enumerate(above) for row in some if row}
    for column in sorted({column for columns in parts for column in columns}):
        places = tuple(place for place, columns in enumerate(parts) if column in columns)
        of_above = [number for number, (place, _) in enumerate(above) if place in places]
        coarser = nested(rows, column, seen, of_above, smallest) if of_above else Nested()
        cells = _cells(rows, metrics, column)
        within_hidden = cells.shown & coarser.within_hidden
        cells = Cells(cells.cohorts, cells.shown - within_hidden, cells.hidden | within_hidden)
        if not cells.hidden and not any(line.open for line in coarser.lines):
            continue
        if places not in lines:
            lines[places] = lines_of(rows, places)
        for number in within_hidden | complement(cells, wholes_of(rows, lines[places] + coarser.lines), smallest):
            found.setdefault(number, set()).add(column)
    return found


def _columns(row: Row) -> set[int]:
    return {column for column, value in enumerate(row.metrics) if value is not None}


def _key(row: Row) -> tuple[str | int, ...]:
    return row.keys or row.dimensions


def _cells(rows: Sequence[Row], metrics: list[Blanks], column: int) -> Cells:
    cohorts = [row.cohorts[column] if row.cohorts else row.cohort for row in rows]
    shown = {number for number, values in enumerate(metrics) if values[column] is not None}
    is_something = (cohort > 0 or bool(row.metrics[column]) for cohort, row in zip(cohorts, rows, strict=True))
    hidden = {number for number, something in enumerate(is_something) if something and number not in shown}
    return Cells(cohorts, shown, hidden)


def _blank(row: Row) -> Row:
    return msgspec.structs.replace(row, metrics=(None,) * len(row.metrics))
