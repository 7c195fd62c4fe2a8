"""What a cohort hides where rows are related: no number that is shown, and no difference of two of them, rests on fewer visitors."""

import msgspec

from footfall.privacy.folding import Folded
from footfall.vocabulary import Answer, Row

__all__ = ["fold_related"]


def fold_related(answer: Answer, smallest: int) -> Folded:
    """The rows of a chain, or of a whole and its parts (``Answer.related``), as they may be seen; with 0 they are untouched.

    In a chain a row is blank that rests on fewer than ``smallest`` visitors, or on fewer than that less than the last row shown before it
    (then it is ``near``). Of parts, small ones are absent; where those together are fewer than ``smallest``, the smallest part that is
    left joins them: it keeps its name without its number, ``near``, unless its place in the order would tell what it hides. Few and none
    look alike in all of these.
    """
    if smallest <= 0:
        return Folded(answer.rows, 0)
    rows = _chain(answer.rows, smallest) if answer.related == "chain" else _parts(answer.rows, smallest)
    return Folded(rows, sum(set(row.metrics) == {None} for row in rows))


def _chain(rows: tuple[Row, ...], smallest: int) -> tuple[Row, ...]:
    found: list[Row] = []
    last: int | None = None
    for row in rows:
        is_few, is_near = row.cohort < smallest, last is not None and last - row.cohort < smallest
        if is_few or is_near:
            found.append(_blank(row, near=not is_few))
        else:
            found.append(row)
            last = row.cohort
    return tuple(found)


def _parts(rows: tuple[Row, ...], smallest: int) -> tuple[Row, ...]:
    whole, parts = rows[0], [row for row in rows[1:] if row.cohort >= smallest]
    if whole.cohort < smallest:
        return (_blank(whole),)
    rest = whole.cohort - sum(row.cohort for row in parts)
    if not parts or rest >= smallest:
        return (whole, *parts)
    least = min(reversed(parts), key=lambda row: row.cohort)
    others = [row for row in parts if row is not least]
    # That it is the smallest says it is at most as large as the next: told by name, this must not tell how many are with it.
    is_told = all(least.cohort + rest <= row.cohort for row in others)
    return (whole, *others, *([_blank(least, near=True)] if is_told else []))


def _blank(row: Row, *, near: bool = False) -> Row:
    return msgspec.structs.replace(row, metrics=(None,) * len(row.metrics), near=near)
