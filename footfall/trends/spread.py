"""How far a series strays where nothing happens: its own past, drawn to what all series have, and never under a floor.

All series of a group stray further on some days than on others (the week of a holiday, the day of a release), which is told by the day.
"""

import numpy as np

from footfall.trends.panel import Bools, Floats, Ints, Step

__all__ = ["OWN", "dispersion", "residual"]

OWN = 0.02
"""Variance over the square of the mean that deviations are compared by, beside what counting brings."""
FLOOR = 0.005
"""The same that the calmest of series has: a lift of a tenth is no news, however large the series."""
POOL = 8
"""How many buckets the spread of all series counts as, beside a series' own."""
MOST = 50.0
"""Of a squared deviation over what it is compared by; wild series shall stay known as wild."""
SHY = 10.0
"""Series whose group is taken to be as calm as all are."""
MOST_RESTLESS, CALMEST = 6.0, 0.5
"""Of a squared score when the day's restlessness is asked for, and the least that it comes to."""
WILD = 3.0
"""The variance of a series that strays by all of its mean is this many times more than its past shows: its largest days are rare."""
PAST: dict[Step, int] = {"day": 28, "hour": 168}


def residual(values: Floats, mu: Floats) -> Floats:
    """The count less the expectation, by the 2/3-power: about normal for small counts too (Farrington and others 1996).

    >>> residual(np.array([100.0, 200.0]), np.array([100.0, 100.0])).round(1)
    array([ 0. , 88.1])
    """
    found: Floats = 1.5 * (np.cbrt(values) ** 2 - np.cbrt(mu) ** 2) * np.cbrt(mu)
    return found


def dispersion(values: Floats, mu: Floats, left_out: Bools, groups: Ints, step: Step) -> Floats:
    """[keys, buckets], variance over mean by the deviations of the buckets before, those of ``left_out`` not looked at.

    By days in four weeks, by hours in one; of a series without a past it is that of all. Where the group as a whole strays further than its
    series' pasts say, all of it is as much wider in that bucket.
    """
    compared = mu + OWN * mu**2
    off = residual(values, mu)
    squares = np.where(left_out, np.nan, np.minimum(off**2 / compared, MOST))
    sums, known = _before(np.nan_to_num(squares), PAST[step]), _before(np.isfinite(squares).astype(float), PAST[step])
    ratio = (sums + POOL * _typical(sums / np.maximum(known, 1), known)) / (known + POOL)
    variance = np.maximum(ratio * compared, mu) + FLOOR * mu**2
    variance *= 1 + WILD * variance / mu**2
    found: Floats = np.maximum(variance * _restless(off**2 / variance, groups) / mu, 1.0)
    return found


def _restless(squares: Floats, groups: Ints) -> Floats:
    """[keys, buckets], the mean square of the group's scores in the bucket, drawn to that of all groups where its series are few.

    A series by itself is never restless: what it does is all that there is to be told.
    """
    if len(squares) == 1:
        return np.ones_like(squares)
    known = np.isfinite(squares)
    held = np.where(known, np.minimum(squares, MOST_RESTLESS), 0.0)
    shape = (int(groups.max(initial=-1)) + 1, squares.shape[1])
    sums, sizes = np.zeros(shape), np.zeros(shape)
    np.add.at(sums, groups, held)
    np.add.at(sizes, groups, known)
    everywhere = held.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    found: Floats = np.maximum((sums + SHY * everywhere) / (sizes + SHY), CALMEST)
    return found[groups]


def _before(values: Floats, length: int) -> Floats:
    """Sums of the last so many columns before each."""
    sums = np.pad(np.cumsum(values, axis=1), ((0, 0), (length + 1, 0)))
    found: Floats = sums[:, length:-1] - sums[:, : -length - 1]
    return found


def _typical(own: Floats, known: Floats) -> Floats:
    """[buckets], the median over series of which something is known; 1 where nothing is."""
    some = np.where(known > 0, own, np.nan)
    return np.array([np.median(column[np.isfinite(column)]) if np.isfinite(column).any() else 1.0 for column in some.T])
