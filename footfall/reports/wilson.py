"""Shares with what chance does to them."""

import math

import msgspec

__all__ = ["Rate", "rate_of"]

Z = 1.959964
"""Nineteen in twenty."""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A share and its interval, all percent with one decimal."""

    rate: float
    low: float
    high: float
    part: int
    whole: int


def rate_of(part: int, whole: int) -> Rate:
    """``part`` of ``whole`` with its 95 % interval. ``whole`` is more than nothing.

    >>> rate_of(10, 40)
    Rate(rate=25.0, low=14.2, high=40.2, part=10, whole=40)
    >>> rate_of(0, 40).high
    8.8

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference", JASA 22:
    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    """
    share, more = part / whole, Z * Z / whole
    middle = share + more / 2
    reach = Z * math.sqrt(share * (1 - share) / whole + more / (4 * whole))
    low, high = ((middle + side * reach) / (1 + more) for side in (-1, 1))
    percent = [round(100 * value, 1) for value in (share, max(low, 0.0), min(high, 1.0))]
    return Rate(rate=percent[0], low=percent[1], high=percent[2], part=part, whole=whole)
