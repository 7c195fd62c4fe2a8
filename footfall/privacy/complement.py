"""What is hidden besides small cells: whoever has the whole subtracts what is shown, and must not be left with a small rest."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from footfall.vocabulary import Row

__all__ = ["Cells", "Wholes", "complement", "wholes_of"]

Key = tuple[str | int, ...]


class Wholes(msgspec.Struct, frozen=True):
    """Rows by the wholes that they divide, by their places."""

    rows: Sequence[Row]
    lines: list[list[int]]
    """Rows that are one whole together."""
    of: list[list[int]]
    """By row, the lines that it is in."""


class Cells(msgspec.Struct):
    """One metric of all rows, on its way out."""

    cohorts: list[int]
    """Visitors behind each row's."""
    shown: set[int]
    """Rows whose metric may be seen, so far."""
    hidden: set[int]
    """Those whose metric may not, and is not nothing."""


def wholes_of(rows: Sequence[Row], places: Sequence[int]) -> Wholes:
    """Rows that differ in one of the dimensions at these places only are one whole; so are those of them that lie within the same."""
    by_key: dict[tuple[int, str, Key], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        key = _key(row)
        for place in places:
            rest = key[:place] + key[place + 1 :]
            by_key[place, "", rest].append(number)
            if row.within:
                by_key[place, row.within, rest].append(number)
    lines = list(by_key.values())
    lines_of: list[list[int]] = [[] for _ in rows]
    for index, line in enumerate(lines):
        for number in line:
            lines_of[number].append(index)
    return Wholes(rows, lines, lines_of)


def complement(cells: Cells, wholes: Wholes, smallest: int) -> set[int]:
    """Rows whose metric joins what is hidden.

    Where that is done, what is hidden of any whole is nothing, or at least two cells that no other whole tells and that rest on
    ``smallest`` visitors together. Order and page of rows do not matter. What joins has
    ``smallest`` visitors of its own, so one a whole is enough.

    With two dimensions this follows chains of subtractions, each of which leaves one cell; it does not solve equations.
    """
    joined: set[int] = set()
    known: set[int] = set()
    waiting = sorted({line for number in cells.hidden for line in wholes.of[number]})
    while waiting:
        found = _next(wholes.lines[waiting.pop()], cells, known, wholes.rows, smallest)
        if found is None:
            continue
        if found in cells.shown:
            cells.shown.discard(found)
            cells.hidden.add(found)
            joined.add(found)
        else:
            known.add(found)
        waiting.extend(wholes.of[found])
    return joined


def _next(line: list[int], cells: Cells, known: set[int], rows: Sequence[Row], smallest: int) -> int | None:
    """The row that has to join what the line hides; where none is left to join, the one that can be told whatever is done."""
    hidden = [number for number in line if number in cells.hidden and number not in known]
    if not hidden or (len(hidden) > 1 and sum(cells.cohorts[number] for number in hidden) >= smallest):
        return None
    left = (number for number in line if number in cells.shown)
    least = min(left, key=lambda number: (rows[number].cohort, _key(rows[number])), default=None)
    if least is None and len(hidden) == 1 and sum(cells.cohorts[number] for number in line) >= smallest:
        return hidden[0]
    return least


def _key(row: Row) -> Key:
    return row.keys or row.dimensions
