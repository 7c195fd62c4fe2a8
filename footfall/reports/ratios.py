"""Rounding, in one place, computed exactly (a float knows no 1.005).

Halves of a ratio go to the even neighbour, as the store's ``round`` and the dashboards that speak this API have it; halves of a change go
away from zero, as they have that too.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

__all__ = ["exact", "ratio", "rounded"]


def ratio(above: int, below: int, digits: int) -> int | float | None:
    """``above / below``, both whole and not negative, with that many decimals; whole numbers as int; ``None`` over nothing.

    >>> ratio(25, 2, 0), ratio(27, 2, 0), ratio(3, 8, 2), ratio(1, 0, 2)
    (12, 14, 0.38, None)
    """
    if not below:
        return None
    scale: int = 10**digits
    units = round(Fraction(above * scale, below))
    return units / scale if digits else units


def rounded(value: Decimal, digits: int) -> int | float:
    """The value with that many decimals, halves away from zero.

    >>> rounded(Decimal("-12.5"), 0), rounded(Decimal("2.25"), 1)
    (-13, 2.3)
    """
    found = value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return float(found) if digits else int(found)


def exact(number: int | float) -> Decimal:
    """The number as it is written: 0.1 is a tenth."""
    return Decimal(str(number))
