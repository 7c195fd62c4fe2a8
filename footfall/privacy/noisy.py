"""Numbers that were drawn, on their way out: how far they may be off, how they are shown, and whether a change is one."""

import math

import msgspec

from footfall.privacy.folding import Folded
from footfall.vocabulary import Answer, Drawn, Row, Scalar

__all__ = ["CLEAR", "NINE_IN_TEN", "NO_CLEAR_CHANGE", "displayed", "rounded", "with_noise_told"]

NO_CLEAR_CHANGE = "no clear change"
NINE_IN_TEN = 1.64
"""Standard deviations within which 90 % of a normal distribution lie."""
CLEAR = 2
"""Standard deviations of a difference past which it is shown."""
Summed = tuple[Scalar, int]
"""A sum, and of how many cells."""


def with_noise_told(answer: Answer) -> Folded:
    """The rows with their ± and the way to show them. A row of no cell is blank, or absent where it has dimensions: few and
    none look alike.

    A sum of n cells has √n times the noise of one. A change is told where both sides are there and lie apart by more than 2 standard
    deviations of their difference: 2·√2·σ for single cells. Where one side has fewer cells, each that it lacks may hold up to the
    threshold: the change is then the least that it can be, and none where that is within the noise.
    """
    assert answer.drawn is not None
    sigma = answer.drawn.sigma
    kept = [
        row for row in answer.rows if row.cells or not row.dimensions or (answer.every_bucket and row.comparison and row.comparison.cells)
    ]
    rows = tuple(_compared(_told(row, sigma), answer.drawn) for row in kept)
    return Folded(rows, sum(not row.cells for row in rows))


def displayed(value: int) -> str:
    """The number with two significant digits below 1,000 and three above.

    >>> [displayed(value) for value in (0, 64, 347, 995, 1284, 98_765)]
    ['0', '64', '350', '1,000', '1,280', '98,800']
    """
    return f"{rounded(value):,}"


def rounded(value: int) -> int:
    """The same as a number."""
    digits = 2 if abs(value) < 1000 else 3
    return round(value, digits - len(str(abs(value))))


def _told(row: Row, sigma: float) -> Row:
    value = row.metrics[0] if row.cells else None
    if not isinstance(value, int):
        return msgspec.structs.replace(row, metrics=(None,) * len(row.metrics))
    return msgspec.structs.replace(row, plus_minus=math.ceil(NINE_IN_TEN * sigma * math.sqrt(row.cells)), display=displayed(value))


def _compared(row: Row, drawn: Drawn) -> Row:
    if row.comparison is None:
        return row
    other = _told(row.comparison, drawn.sigma)
    change = _change((row.metrics[0], row.cells), (other.metrics[0], other.cells), drawn)
    return msgspec.structs.replace(row, comparison=other, change=(change,))


def _change(mine: Summed, theirs: Summed, drawn: Drawn) -> int | None:
    """In percent, the least that it can be; ``None`` where it is not clear."""
    (new, cells), (old, others) = mine, theirs
    if not isinstance(new, int) or not isinstance(old, int):
        return None
    most_new, most_old = (value + drawn.threshold * max(lacking, 0) for value, lacking in ((new, others - cells), (old, cells - others)))
    apart = max(new - most_old, 0) or min(most_new - old, 0)
    is_clear = abs(apart) > CLEAR * drawn.sigma * math.sqrt(cells + others)
    share = apart / (most_old if apart > 0 else old) if is_clear else 0.0
    return int(math.copysign(math.floor(abs(100 * share) + 0.5), share)) if is_clear else None
