"""Counts of rows that overlap: sums of what may be seen of the rows they are made of, so that no difference of two tells of any other."""

from collections import defaultdict

import msgspec

from footfall.privacy.folding import Folded
from footfall.vocabulary import RolledUp, Row, Scalar

__all__ = ["put_together"]

Labels = tuple[str, ...]


def put_together(coarse: Folded, of: RolledUp, fine: Folded) -> Folded:
    """The coarse rows with the columns that can be subtracted made anew, of the fine rows as they may be seen.

    A topic's page views less those of its pages that are shown would be those of the pages that are hidden; and of two topics, one of which
    has a page more than the other, the difference is that page. Made of what is shown they tell nothing that is not. A row of which no fine
    one is shown keeps its place, and that column of it is blank.
    """
    sums: dict[Labels, list[Scalar]] = defaultdict(lambda: [None] * len(of.columns))
    for row in fine.rows:
        for topic in of.topics.get(row.dimensions[of.place], ()):
            _add(
                sums[(*row.dimensions[: of.place], topic, *row.dimensions[of.place + 1 :])], [row.metrics[column] for column in of.columns]
            )
    rows = tuple(_replaced(row, of.columns, sums[row.dimensions]) for row in coarse.rows)
    return Folded(rows, sum(all(value is None for value in row.metrics) for row in rows))


def _add(sums: list[Scalar], values: list[Scalar]) -> None:
    for place, value in enumerate(values):
        if isinstance(value, int):
            before = sums[place]
            sums[place] = value + (before if isinstance(before, int) else 0)


def _replaced(row: Row, columns: tuple[int, ...], values: list[Scalar]) -> Row:
    metrics = list(row.metrics)
    for column, value in zip(columns, values, strict=True):
        metrics[column] = None if metrics[column] is None else value
    return msgspec.structs.replace(row, metrics=tuple(metrics))
