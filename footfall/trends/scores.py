"""From counts to evidence: the 2/3-power score of a bucket, of several together, and what of it is news; all in standard deviations."""

import numpy as np

from footfall.trends.panel import Expected, Floats, Panel, Step
from footfall.trends.spread import residual

__all__ = ["GAINS", "REST", "evidence", "news", "score"]

BEFORE = (0.7, 0.3)
"""Weights of the two buckets before beside the bucket itself: a slow rise is told by them a day earlier, a sudden one is not lost."""
LEAST, MOST = -2.0, 4.0
"""What a bucket before may say."""
GAINS, HEARD = 0.7, 2.0
"""Of evidence over HEARD that was there lately, this part is no news."""
REST: dict[Step, int] = {"day": 7, "hour": 24}
"""Buckets in which what was told is remembered, fading by half."""


def score(panel: Panel, expected: Expected) -> Floats:
    """[keys, buckets], how far a count is above (below: negative) what was expected, in standard deviations; ``nan`` where not known."""
    found: Floats = residual(panel.values, expected.mu) / np.sqrt(expected.dispersion * expected.mu)
    return found


def evidence(z: Floats) -> Floats:
    """[keys, buckets], what a bucket and the two before it say together, for a rise; of ``-z`` for a fall."""
    found: Floats = np.nan_to_num(z)
    for lag, weight in enumerate(BEFORE, 1):
        found = found + weight * np.clip(_later(z, lag), LEAST, MOST)
    return found / float(np.sqrt(1 + sum(weight**2 for weight in BEFORE)))


def news(said: Floats, step: Step) -> Floats:
    """[keys, buckets], evidence less a part of what was said lately: a rise that goes on is told once, a stronger one again."""
    rest, heard = REST[step], np.zeros_like(said)
    for lag in range(1, rest + 1):
        heard = np.maximum(heard, _later(said, lag) * (1 - (lag - 1) / (2 * rest)))
    return said - GAINS * np.maximum(heard - HEARD, 0)


def _later(values: Floats, lag: int) -> Floats:
    """The same so many buckets later, 0 before."""
    found: Floats = np.pad(np.nan_to_num(values), ((0, 0), (lag, 0)))[:, : values.shape[1]]
    return found
