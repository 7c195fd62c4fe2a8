"""Keys without a past: a page of today is compared with what pages of its topic had when they were as new."""

import msgspec
import numpy as np

from footfall.trends.panel import Bools, Expected, Floats, Ints, Panel
from footfall.trends.robust import Places

__all__ = ["LEAST_NEW", "with_newcomers"]

LEAST_NEW = 5
"""Earlier newcomers under the same topic that a share is learned from; under them it is learned from all topics'."""
LONGEST = {"day": 14, "hour": 168}
"""Buckets that a key is new for."""
LEAST_SPREAD = 0.25
"""Variance over the square of the mean at least: newcomers are not alike."""


def with_newcomers(panel: Panel, expected: Expected, parents: Ints, at: int) -> tuple[Expected, Bools]:
    """The expectation with that of new keys in bucket ``at``; and [keys] which are new.

    ``parents`` has of each key the row of its topic, or -1. A newcomer is expected to have its topic's expected count times the median
    share that earlier newcomers had of it at the same age. Where none is known, nor is an expectation.
    """
    known = np.isfinite(panel.values)
    began = np.where(known.any(axis=1), known.argmax(axis=1), panel.values.shape[1])
    is_new = (at >= began) & (at - began < LONGEST[panel.step]) & (began > 0) & (parents >= 0) & ~np.isfinite(expected.mu[:, at])
    mu, wide, new = expected.mu.copy(), expected.dispersion.copy(), np.zeros(len(parents), dtype=np.bool_)
    for row in np.flatnonzero(is_new):
        usual, spread = _middle(_shares(panel.values, expected.mu, (parents, began), (int(row), at)))
        mean = usual * expected.mu[parents[row], at]
        if np.isfinite(mean) and mean > 0:
            mu[row, at], wide[row, at], new[row] = mean, 1 + spread * mean, True
    return msgspec.structs.replace(expected, mu=mu, dispersion=wide), new


def _shares(values: Floats, mu: Floats, born: tuple[Ints, Places], one: tuple[int, int]) -> Floats:
    """What earlier newcomers had of their topic's expectation at the age that this key has now, those of its own topic if enough."""
    (parents, began), (row, at) = born, one
    peers = np.flatnonzero((parents >= 0) & (began > 0) & (began < began[row]))
    siblings = peers[parents[peers] == parents[row]]
    asked = siblings if len(siblings) >= LEAST_NEW else peers
    when = began[asked] + at - began[row]
    found: Floats = values[asked, when] / mu[parents[asked], when]
    return found[np.isfinite(found)]


def _middle(shares: Floats) -> tuple[float, float]:
    """The median, and the variance over the square of the mean that goes with how far they lie apart; ``nan`` of too few."""
    if len(shares) < LEAST_NEW:
        return float("nan"), LEAST_SPREAD
    usual = float(np.median(shares))
    apart = 1.4826 * float(np.median(np.abs(shares - usual))) / max(usual, 1e-9)
    return usual, max(LEAST_SPREAD, apart**2)
