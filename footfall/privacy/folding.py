"""What a cohort hides: rows and single metrics behind which fewer visitors stand than a policy asks for."""

import msgspec

from footfall.vocabulary import Answer, Row

__all__ = ["Folded", "fold"]


class Folded(msgspec.Struct, frozen=True):
    """Rows that may be seen, and how many of them are blank."""

    rows: tuple[Row, ...]
    withheld: int
    """Absent rows are not counted: their number would tell few from none."""


def fold(answer: Answer, smallest: int) -> Folded:
    """The answer's rows without what rests on fewer than ``smallest`` visitors; with 0 they are untouched.

    A row with dimensions goes, the row without them (and each bucket where every bucket has its row) stays with blank metrics.
    """
    if smallest <= 0:
        return Folded(answer.rows, 0)
    folded = (_folded(row, smallest, answer.every_bucket) for row in answer.rows)
    kept = tuple(row for row in folded if row is not None)
    return Folded(kept, sum(row.cohort < smallest for row in kept))


def _folded(row: Row, smallest: int, every_bucket: bool) -> Row | None:
    other = row.comparison
    if row.dimensions and row.cohort < smallest and not (every_bucket and other is not None and other.cohort >= smallest):
        return None
    mine = _blanked(row, smallest)
    if other is None:
        return mine
    theirs = _blanked(other, smallest)
    changes = row.change or (None,) * len(row.metrics)
    sides = zip(changes, mine.metrics, theirs.metrics, strict=True)
    change = tuple(None if new is None or old is None else value for value, new, old in sides)
    return msgspec.structs.replace(mine, comparison=theirs, change=change)


def _blanked(row: Row, smallest: int) -> Row:
    cohorts = row.cohorts or (row.cohort,) * len(row.metrics)
    metrics = tuple(value if min(cohort, row.cohort) >= smallest else None for value, cohort in zip(row.metrics, cohorts, strict=True))
    return msgspec.structs.replace(row, metrics=metrics)
