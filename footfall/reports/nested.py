"""How the rows of an answer lie in those of coarser breakdowns, so that the gate knows what could be subtracted."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

import msgspec

from footfall.reports.dividing import COUNTED
from footfall.reports.labels import keys_of, labels_of
from footfall.reports.metrics import cohort
from footfall.reports.periods import bucket_starts
from footfall.reports.question import Question
from footfall.vocabulary import Share

__all__ = ["Coarser", "shares_of"]

Key = tuple[Any, ...]
Sums = dict[Key, dict[str, Any]]
Find = Callable[[Question], Sums]
WITHIN_WEEK = "time:day"
"""What divides both a week and a month that it lies in by half."""


class Coarser(msgspec.Struct, frozen=True):
    """A coarser breakdown of a question, over the same period."""

    place: int
    question: Question

    @property
    def name(self) -> str:
        return self.question.dimensions[self.place]

    def key_of(self) -> Callable[[Key, Any], tuple[str | int, ...]]:
        """What its row is told apart by in which the row of some raw values lies, from those and the coarser value."""
        labelled, sorted_by, place = labels_of(self.question), keys_of(self.question), self.place

        def key(raw: Key, value: Any) -> tuple[str | int, ...]:
            there = (*raw[:place], value, *raw[place + 1 :])
            labels = labelled(there)
            return sorted_by(there, labels) or labels

        return key


def shares_of(question: Question, coarser: Sequence[Coarser], find: Find) -> dict[Key, tuple[Share, ...]]:
    """By raw values of the question's rows: their shares in those of each coarser breakdown, and in one of each of those that replace the
    same dimension."""
    found: dict[Key, list[Share]] = defaultdict(list)
    for place, group in groupby(enumerate(coarser), key=lambda pair: pair[1].place):
        some = list(group)
        divided = _divided(question, place, [one for _, one in some], find)
        each = [[index] for index in range(len(some))]
        for chosen in each if len(some) == 1 else [*each, list(range(len(some)))]:
            for (raw, wholes), numbers in _added(divided, [some[index] for index in chosen], chosen).items():
                found[raw].append(Share(wholes, *numbers))
    return {raw: tuple(sorted(shares, key=lambda share: share.wholes)) for raw, shares in found.items()}


Divided = list[tuple[Key, Key, tuple[int, ...], tuple[int, ...]]]
"""Raw values of a row, the coarser values beside them, visitors and counts by metric."""
Added = dict[tuple[Key, tuple[tuple[int, tuple[str | int, ...]], ...]], tuple[tuple[int, ...], tuple[int, ...]]]


def _added(divided: Divided, some: Sequence[tuple[int, Coarser]], chosen: Sequence[int]) -> Added:
    found: Added = {}
    keys = [(index, number, one.key_of()) for index, (number, one) in zip(chosen, some, strict=True)]
    for raw, values, cohorts, counts in divided:
        wholes = tuple([(number, key(raw, values[index])) for index, number, key in keys])
        before = found.get((raw, wholes), ((0,) * len(cohorts),) * 2)
        found[raw, wholes] = _sum(before[0], cohorts), _sum(before[1], counts)
    return found


def _sum(some: Iterable[int], others: Iterable[int]) -> tuple[int, ...]:
    return tuple(one + other for one, other in zip(some, others, strict=True))


def _divided(question: Question, place: int, coarser: Sequence[Coarser], find: Find) -> Divided:
    """What is found by the dimension at the place and all coarser ones together."""
    own, names = question.dimensions[place], [one.name for one in coarser]
    metrics = tuple(name if name in COUNTED else "visitors" for name in question.metrics)
    asked = msgspec.structs.replace(question, metrics=metrics, comparison=None, order_by=())
    if not own.startswith("time:"):
        sums = find(msgspec.structs.replace(asked, dimensions=(*question.dimensions, *names)))
        width = len(question.dimensions)
        return [(key[:width], key[width:], *_numbers(metrics, row)) for key, row in sums.items()]
    unit = WITHIN_WEEK if own == "time:week" else own
    sums = find(msgspec.structs.replace(asked, dimensions=(*question.dimensions[:place], unit, *question.dimensions[place + 1 :])))
    mine, theirs = _starts(question, own), [_starts(question, name) for name in names]
    return [
        (
            (*key[:place], _before(mine, key[place]), *key[place + 1 :]),
            tuple(_before(starts, key[place]) for starts in theirs),
            *_numbers(metrics, row),
        )
        for key, row in sums.items()
    ]


def _starts(question: Question, name: str) -> list[int]:
    return [start // 1000 for start in bucket_starts(question.period, name.removeprefix("time:"))]


def _before(starts: Sequence[int], at: int) -> int:
    return starts[max(bisect_right(starts, at) - 1, 0)]


def _numbers(metrics: Sequence[str], sums: dict[str, Any]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return tuple([cohort(name, sums) for name in metrics]), tuple([int(sums.get(name, 0)) for name in metrics])
