"""Breakdowns within breakdowns: what a finer one shows must tell nothing that a coarser one hides, and no small rest of what it shows."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from footfall.privacy.complement import Line
from footfall.vocabulary import Row, Share

__all__ = ["Nested", "nested"]

Whole = tuple[tuple[int, tuple[str | int, ...]], ...]
Seen = Mapping[tuple[int, tuple[str | int, ...]], Collection[int]]


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
    for parts_of in _groupings(rows, column, above).values():
        lines: dict[Whole, Line] = defaultdict(lambda: Line([]))
        ties: list[list[Whole]] = []
        for number, parts in parts_of.items():
            shown = [one for one in parts if all(column in seen.get(whole, ()) for whole in one.wholes)]
            is_open = len(shown) < len(parts) or any(one.cohorts[column] < smallest for one in parts)
            if not shown:
                found.within_hidden.add(number)
            for one in shown:
                _put(lines[one.wholes], number, one.cohorts[column], is_part=len(parts) > 1, is_open=is_open)
            if is_open and len(shown) > 1:
                ties.append([one.wholes for one in shown])
        found.lines += [*lines.values(), *_tied(lines, ties, parts_of, column)]
    return found


def _groupings(rows: Sequence[Row], column: int, above: Collection[int]) -> dict[tuple[int, ...], dict[int, list[Share]]]:
    """Shares of which there is something, by the breakdowns that they are about and by row."""
    found: dict[tuple[int, ...], dict[int, list[Share]]] = defaultdict(lambda: defaultdict(list))
    for number, row in enumerate(rows):
        for share in row.within:
            places = tuple(place for place, _ in share.wholes)
            if all(place in above for place in places) and (share.cohorts[column] or share.counts[column]):
                found[places][number].append(share)
    return found


def _put(line: Line, number: int, cohort: int, *, is_part: bool, is_open: bool) -> None:
    line.members.append(number)
    if is_part:
        line.parts[number] = cohort
    if is_part and is_open:
        line.open.add(number)


def _tied(lines: Mapping[Whole, Line], ties: list[list[Whole]], parts_of: Mapping[int, list[Share]], column: int) -> Iterator[Line]:
    """For wholes that are tied together one line: their rows added up."""
    for group in _groups(ties):
        together = Line([])
        for number in sorted({number for whole in group for number in lines[whole].members}):
            inside = [one for one in parts_of[number] if one.wholes in group]
            cohort, is_part = sum(one.cohorts[column] for one in inside), len(inside) < len(parts_of[number])
            is_open = any(number in lines[one.wholes].open for one in inside)
            _put(together, number, cohort, is_part=is_part, is_open=is_open)
        yield together


def _groups(ties: list[list[Whole]]) -> list[set[Whole]]:
    groups: list[set[Whole]] = []
    for tie in ties:
        met = [group for group in groups if not group.isdisjoint(tie)]
        groups = [group for group in groups if group not in met] + [set(tie).union(*met)]
    return groups
