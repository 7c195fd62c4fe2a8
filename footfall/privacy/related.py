"""What a cohort hides where rows are related: no number that is shown, and no difference of two of them, rests on fewer visitors."""

from itertools import groupby

import msgspec

from footfall.privacy.folding import Folded
from footfall.vocabulary import Answer, Blank, Row

__all__ = ["fold_related"]


def fold_related(answer: Answer, smallest: int) -> Folded:
    """The rows of a chain, of a whole and its parts, or of paths (``Answer.related``), as they may be seen; with 0 they are untouched.

    In a chain a row is blank that rests on fewer than ``smallest`` visitors (``few``), or on fewer than that less than the last row shown
    before it (``near``). Of parts, small ones are absent; where those together are fewer than ``smallest``, the smallest part that is left
    joins them: it keeps its name without its number (``near``), unless that would narrow down what it hides. Few and none look alike in all
    of these, and so may any number below ``smallest`` be what is hidden.

    A path is a chain whose first and last row are decided before those between. It is absent if its first row would be blank; the rows
    between are absent if its last comes near its first. One between is blank (``near``) that rests on fewer than ``smallest`` less than the
    last row shown before it or more than the last of all: it is the same word for both, so it is not told which. It is absent
    if fewer than ``smallest`` told its name (the least of its ``cohorts``), or where few came to the last and to be blank would tell more.
    """
    if smallest <= 0:
        return Folded(answer.rows, 0)
    rows = FOLDS[answer.related](answer.rows, smallest)
    return Folded(rows, sum(set(row.metrics) == {None} for row in rows))


def _chain(rows: tuple[Row, ...], smallest: int) -> tuple[Row, ...]:
    found: list[Row] = []
    last: int | None = None
    for row in rows:
        why = _why(row.cohort, last, smallest)
        found.append(_blank(row, why) if why else row)
        last = last if why else row.cohort
    return tuple(found)


def _why(cohort: int, last: int | None, smallest: int) -> Blank:
    """Why a row of a chain is blank, after one that is shown with ``last``; empty where it is not.

    >>> [_why(cohort, 40, 10) for cohort in (9, 10, 30, 31)], _why(9, None, 10), {_why(cohort, 18, 10) for cohort in range(19)}
    (['few', '', '', 'near'], 'few', {'either'})
    """
    if last is not None and last < 2 * smallest - 1:
        # Nothing can be shown after it. Said to be near, a row after 10 could only be 10: nobody left.
        return "either"
    if cohort < smallest:
        return "few"
    return "near" if last is not None and last - cohort < smallest else ""


def _parts(rows: tuple[Row, ...], smallest: int) -> tuple[Row, ...]:
    whole, parts = rows[0], [row for row in rows[1:] if row.cohort >= smallest]
    if whole.cohort < smallest:
        return (_blank(whole, "few"),)
    rest = whole.cohort - sum(row.cohort for row in parts)
    if not parts or rest >= smallest:
        return (whole, *parts)
    least = min(reversed(parts), key=lambda row: row.cohort)
    others = [row for row in parts if row is not least]
    # Told by name, it is known to be no less than the cohort and no more than the next part: any few, and none, must fit beside it.
    together = least.cohort + rest
    is_told = together >= 2 * smallest - 1 and all(together <= row.cohort for row in others)
    return (whole, *others, *([_blank(least, "near")] if is_told else []))


def _paths(rows: tuple[Row, ...], smallest: int) -> tuple[Row, ...]:
    found: list[Row] = []
    for _, path in groupby(rows, key=lambda row: row.dimensions[0]):
        first, *between, last = path
        if first.cohort >= smallest:
            found += _path(first, between, last, smallest)
    return tuple(found)


def _path(first: Row, between: list[Row], last: Row, smallest: int) -> list[Row]:
    """The rows of one path.

    Where few came to the last, a row is there only if it is shown, or near whatever it hides: that it is there would else tell its number.
    """
    end = _chain((first, last), smallest)[1]
    if end.blank in ("near", "either"):
        return [first, end]
    least = 2 * smallest - 1 if end.blank else last.cohort + smallest
    found, above = [first], first.cohort
    for row in between:
        if min(row.cohorts, default=row.cohort) < smallest:
            continue
        if least <= row.cohort <= above - smallest:
            found.append(row)
            above = row.cohort
        elif not end.blank or (row.cohort >= least and above - smallest + 1 >= least):
            found.append(_blank(row, "near"))
    return [*found, end]


def _blank(row: Row, why: Blank) -> Row:
    return msgspec.structs.replace(row, metrics=(None,) * len(row.metrics), blank=why)


FOLDS = {"chain": _chain, "parts": _parts, "paths": _paths}
