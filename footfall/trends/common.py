"""What series have in common in a bucket: how busy their group is, and directions that the past shows (weekends, offices, telephones)."""

import numpy as np

from footfall.trends.panel import Floats
from footfall.trends.robust import Places, grouped_mean, grouped_median

__all__ = ["shared"]

MOST_DIRECTIONS, SERIES_A_DIRECTION = 12, 50
"""A direction is told by fifty series at least, or it would follow the very rise that is looked for."""
CLEAR = np.log(10)
"""Level from which on a series speaks for its group."""
LEAST_LEVEL = np.log(5)
ROUNDS = 6
"""Of the regression that passes over what is far off."""
MOST = 0.7
"""What a series may say of its group's past, as a logarithm."""


def shared(now: Floats, before: Floats, level: Floats, noise: Floats, sides: Places) -> tuple[Floats, Floats]:
    """[keys], what each series has in common with others now; and [keys, past], what is left of its past without that.

    All are logarithms over ``level``. ``noise`` is the variance that a series has of its own, ``sides`` what it is most like. A
    key of which nothing is known now has what its side has.
    """
    count = int(sides.max(initial=-1)) + 1
    weights = 1 / noise
    weights = np.where(np.isfinite(weights), weights, 0.0)
    weights /= max(float(weights.max(initial=0.0)), 1e-9)
    rest = before - grouped_mean(np.clip(before, -MOST, MOST), weights, sides, count)[sides]
    common = grouped_median(np.where(level > CLEAR, now, np.nan), sides, count)[sides]
    number = min(MOST_DIRECTIONS, int((level > LEAST_LEVEL).sum()) // SERIES_A_DIRECTION)
    if not number:
        return common, rest
    days, loadings = _directions(rest, weights, noise, number)
    heard = np.where(level > LEAST_LEVEL, weights, 0.0)
    strength = _strength(now - common, loadings, heard, noise)
    return common + loadings @ strength, rest - loadings @ days.T


def _directions(rest: Floats, weights: Floats, noise: Floats, number: int) -> tuple[Floats, Floats]:
    """[past, directions] and [keys, directions]: principal components of what is left, loadings drawn to 0 by their noise."""
    heavy = rest * np.sqrt(weights)[:, None]
    sizes, vectors = np.linalg.eigh(heavy.T @ heavy)
    days: Floats = vectors[:, -number:]
    signal = sizes[-number:] / max(float(weights.sum()), 1e-9)
    trust = signal / (signal + np.where(np.isfinite(noise), noise, np.inf)[:, None])
    return days, rest @ days * trust


def _strength(left: Floats, loadings: Floats, heard: Floats, noise: Floats) -> Floats:
    """[directions], by Huber's regression: what is off by more than its noise counts by its distance, not by its square."""
    known = np.isfinite(left)
    values, weights = np.where(known, left, 0.0), np.where(known, heard, 0.0)
    width = 1.5 * np.sqrt(np.where(np.isfinite(noise), noise, 1.0))
    found: Floats = np.zeros(loadings.shape[1])
    for _ in range(ROUNDS):
        weighed = loadings * (weights / np.maximum(1, np.abs(values - loadings @ found) / width))[:, None]
        found = np.asarray(np.linalg.solve(weighed.T @ loadings + 1e-3 * np.eye(len(found)), weighed.T @ values), dtype=np.float64)
    return found
