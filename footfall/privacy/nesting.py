"""Breakdowns within breakdowns: what a finer one shows must tell nothing that a coarser one hides, and no small rest of what it shows."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from footfall.privacy.complement import Line
from footfall.vocabulary import Row

__all__ = ["Nested", "nested"]

Whole = tuple[tuple[int, tuple[str | int, ...]], ...]
Seen = Mapping[tuple[int, tuple[str | int, ...]], Collection[int]]
HIDDEN: Whole = ()
"""Stands for all that a coarser breakdown does not show."""
MOST_TIES = 60
"""With more rows that tie wholes together, what is told by all but one of them is not looked for."""


class Nested(msgspec.Struct):
    """How the rows of one metric lie in what coarser breakdowns show."""

    within_hidden: set[int] = set()
    """Rows that lie in nothing but what is hidden there: they are hidden too."""
    lines: list[Line] = []


def nested(rows: Sequence[Row], column: int, seen: Seen, above: Collection[int], smallest: int) -> Nested:
    """The wholes that coarser breakdowns show of a metric, and what lies in those they hide.

    ``seen`` has the columns that are shown, by whole; ``above`` are the places of those breakdowns that the metric adds up to. A row in
    several wholes (a source whose visits came by two channels) is open if one of its parts is small or hidden: the part must be told by
    none of its wholes. Wholes that open rows tie together are one more line: added up, the rows cancel out.
    """
    found = Nested()
    for parts_of in _groupings(rows, column, seen, above).values():
        lines: dict[Whole, Line] = defaultdict(lambda: Line([]))
        ties: list[list[Whole]] = []
        for number, parts in parts_of.items():
            is_open = HIDDEN in parts or min(parts.values()) < smallest
            if set(parts) == {HIDDEN}:
                found.within_hidden.add(number)
            for whole, cohort in parts.items():
                _put(lines[whole], number, cohort, is_part=len(parts) > 1, is_open=is_open)
            if is_open and len(parts) > 1:
                ties.append(list(parts))
        found.lines += [*lines.values(), *_tied(lines, ties, parts_of)]
    return found


def _groupings(rows: Sequence[Row], column: int, seen: Seen, above: Collection[int]) -> dict[tuple[int, ...], dict[int, dict[Whole, int]]]:
    """By the breakdowns that shares are about and by row: visitors by whole, as far as there is something. What is hidden there is one
    whole together: anybody has it from what is shown."""
    found: dict[tuple[int, ...], dict[int, dict[Whole, int]]] = defaultdict(lambda: defaultdict(dict))
    for number, row in enumerate(rows):
        for share in row.within:
            places = tuple(place for place, _ in share.wholes)
            if all(place in above for place in places) and (share.cohorts[column] or share.counts[column]):
                whole = share.wholes if all(column in seen.get(one, ()) for one in share.wholes) else HIDDEN
                parts = found[places][number]
                parts[whole] = parts.get(whole, 0) + share.cohorts[column]
    return found


def _put(line: Line, number: int, cohort: int, *, is_part: bool, is_open: bool) -> None:
    line.members.append(number)
    if is_part:
        line.parts[number] = cohort
    if is_part and is_open:
        line.open.add(number)


def _tied(lines: Mapping[Whole, Line], ties: list[list[Whole]], parts_of: Mapping[int, Mapping[Whole, int]]) -> Iterator[Line]:
    """For wholes that are tied together one line: their rows added up; and for those that still are without one of the rows that tie them,
    whose part there could be told else."""
    without = [ties[:place] + ties[place + 1 :] for place in range(len(ties))] if len(ties) <= MOST_TIES else []
    for group in dict.fromkeys(frozenset(group) for some in (ties, *without) for group in _groups(some)):
        together = Line([])
        for number in sorted({number for whole in group for number in lines[whole].members}):
            inside = {whole: cohort for whole, cohort in parts_of[number].items() if whole in group}
            is_open = any(number in lines[whole].open for whole in inside)
            _put(together, number, sum(inside.values()), is_part=len(inside) < len(parts_of[number]), is_open=is_open)
        yield together


def _groups(ties: list[list[Whole]]) -> list[set[Whole]]:
    groups: list[set[Whole]] = []
    for tie in ties:
        met = [group for group in groups if not group.isdisjoint(tie)]
        groups = [group for group in groups if group not in met] + [set(tie).union(*met)]
    return groups
