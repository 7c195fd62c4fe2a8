"""Middles that a few wild series do not move, by group."""

import numpy as np
from numpy.typing import NDArray

from footfall.trends.panel import Floats

__all__ = ["Places", "grouped_mean", "grouped_median", "middle"]

Places = NDArray[np.int64]
SHY = 4
"""Series of a group that say nothing, against which the others have to speak."""
LEAST = 3


def middle(values: Floats, least: int) -> Floats:
    """The median of each row's known values, ``nan`` where fewer than ``least`` are known.

    >>> middle(np.array([[1.0, 5.0, 2.0], [1.0, np.nan, np.nan]]), 2)
    array([ 2., nan])
    """
    known = np.isfinite(values).sum(axis=1)
    # TRICKY: nanmedian is ten times slower than sorting, which puts nan last
    ordered = np.sort(values, axis=1)
    rows, half = np.arange(len(values)), np.maximum(known - 1, 0)
    found: Floats = (ordered[rows, half // 2] + ordered[rows, (half + 1) // 2]) / 2
    return np.where(known >= max(least, 1), found, np.nan)


def grouped_median(values: Floats, groups: Places, count: int) -> Floats:
    """[count], the median of each group's known values, drawn to 0 where they are few; 0 under LEAST of them."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.lexsort((values[known], groups[known]))]
    size = np.bincount(groups[order], minlength=count)
    first = np.concatenate(([0], np.cumsum(size)[:-1]))
    found = np.zeros(count)
    many = size >= LEAST
    low, high = (first + (size - 1) // 2)[many], (first + size // 2)[many]
    found[many] = (values[order[low]] + values[order[high]]) / 2 * (size / (size + SHY))[many]
    return found


def grouped_mean(values: Floats, weights: Floats, groups: Places, count: int) -> Floats:
    """[count, columns], the weighted mean of each group's rows, drawn to 0 where they are few."""
    heavy = np.bincount(groups, weights, count)
    size = np.bincount(groups, minlength=count)
    sums = np.stack([np.bincount(groups, weights * column, count) for column in values.T], axis=1)
    found: Floats = sums / np.maximum(heavy, 1e-9)[:, None] * (size / (size + SHY))[:, None]
    return found
