"""New records: how far a value is outside all that its series ever was. It knows no season and asks for no model."""

import numpy as np

from footfall.trends.panel import Floats

__all__ = ["record"]


def record(values: Floats, warm_up: int) -> Floats:
    """[series, buckets], distance outside the range of all values before, in widths of that range; 0 inside it and in the warm-up.

    What is not known (``nan``) sets no record and is none.

    >>> record(np.array([[1.0, 3.0, 2.0, 5.0, 0.5]]), 2)
    array([[0.   , 0.   , 0.   , 1.   , 0.125]])
    """
    highest = _before(np.fmax.accumulate(values, axis=1))
    lowest = _before(np.fmin.accumulate(values, axis=1))
    outside = np.maximum(values - highest, lowest - values)
    width = highest - lowest
    found: Floats = np.where((outside > 0) & (width > 0), outside / np.where(width > 0, width, 1.0), 0.0)
    found[:, :warm_up] = 0
    return found


def _before(values: Floats) -> Floats:
    return np.pad(values, ((0, 0), (1, 0)), constant_values=np.nan)[:, :-1]
