"""What is hidden besides small cells: whoever has the whole subtracts what is shown, and must not be left with a small rest."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from footfall.vocabulary import Row

__all__ = ["Cells", "Line", "Wholes", "complement", "lines_of", "wholes_of"]

Key = tuple[str | int, ...]


class Line(msgspec.Struct):
    """Rows that are one whole together."""

    members: list[int]
    parts: dict[int, int] = {}
    """Visitors in it, of members that are in others too."""
    open: set[int] = set()
    """Those of them whose parts must not be told: what is seen of such a row is its sum."""


class Wholes(msgspec.Struct, frozen=True):
    """Rows by the wholes that they divide, by their places."""

    rows: Sequence[Row]
    lines: list[Line]
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


def lines_of(rows: Sequence[Row], places: Sequence[int]) -> list[Line]:
    """Rows that differ in one of the dimensions at these places only are one whole."""
    by_key: dict[tuple[int, Key], list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        key = row.keys or row.dimensions
        for place in places:
            by_key[place, key[:place] + key[place + 1 :]].append(number)
    return [Line(members) for members in by_key.values()]


def wholes_of(rows: Sequence[Row], lines: list[Line]) -> Wholes:
    """The same by row."""
    lines_of: list[list[int]] = [[] for _ in rows]
    for index, line in enumerate(lines):
        for number in line.members:
            lines_of[number].append(index)
    return Wholes(rows, lines, lines_of)


def complement(cells: Cells, wholes: Wholes, smallest: int) -> set[int]:
    """Rows whose metric joins what is hidden.

    Where that is done, what is not told of any whole is nothing, or at least two cells that no other whole tells and that rest on
    ``smallest`` visitors together. Order and page of rows do not matter. What joins has
    ``smallest`` visitors of its own, so one a whole is enough.

    With two dimensions this follows chains of subtractions, each of which leaves one cell; it does not solve equations.
    """
    joined: set[int] = set()
    known: set[int] = set()
    waiting = {line for number in cells.hidden for line in wholes.of[number]}
    waiting |= {number for number, line in enumerate(wholes.lines) if line.open}
    left = sorted(waiting)
    while left:
        found = _next(wholes.lines[left.pop()], cells, known, wholes.rows, smallest)
        if found is None:
            continue
        if found in cells.shown:
            cells.shown.discard(found)
            cells.hidden.add(found)
            joined.add(found)
        else:
            known.add(found)
        left.extend(wholes.of[found])
    return joined


def _next(line: Line, cells: Cells, known: set[int], rows: Sequence[Row], smallest: int) -> int | None:
    """The row that has to join what the line hides; where none is left to join, the one that can be told whatever is done."""
    hidden = [number for number in line.members if number in cells.hidden and number not in known]
    untold = hidden + [number for number in line.open if number in cells.shown]
    if not untold or (len(untold) > 1 and _visitors(untold, line, cells) >= smallest):
        return None
    left = (number for number in line.members if number in cells.shown)
    least = min(
        left, key=lambda number: (number in line.parts, rows[number].cohort, rows[number].keys or rows[number].dimensions), default=None
    )
    if least is None and len(hidden) == 1 and hidden[0] not in line.parts and _visitors(line.members, line, cells) >= smallest:
        return hidden[0]
    return least


def _visitors(numbers: list[int], line: Line, cells: Cells) -> int:
    return sum(line.parts.get(number, cells.cohorts[number]) for number in numbers)
