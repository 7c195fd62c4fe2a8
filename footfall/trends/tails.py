"""Exact tails of counts: negative binomial by mean and dispersion, Poisson where the dispersion is 1."""

import numpy as np
import scipy

from footfall.trends.panel import Floats

__all__ = ["NEARLY_POISSON", "ends", "lower_tail", "upper_tail"]

NEARLY_POISSON = 1 + 1e-6


def upper_tail(observed: Floats, mu: Floats, dispersion: Floats) -> Floats:
    """The chance of that many or more.

    >>> upper_tail(np.array([0.0, 10.0]), np.array([5.0, 5.0]), np.array([1.0, 2.0])).round(3)
    array([1.  , 0.09])
    """
    size, share = _shape(mu, dispersion)
    found = np.where(
        dispersion > NEARLY_POISSON, scipy.stats.nbinom.sf(observed - 1, size, share), scipy.stats.poisson.sf(observed - 1, mu)
    )
    return np.asarray(found, dtype=np.float64)


def lower_tail(observed: Floats, mu: Floats, dispersion: Floats) -> Floats:
    """The chance of that many or fewer."""
    size, share = _shape(mu, dispersion)
    found = np.where(dispersion > NEARLY_POISSON, scipy.stats.nbinom.cdf(observed, size, share), scipy.stats.poisson.cdf(observed, mu))
    return np.asarray(found, dtype=np.float64)


def ends(mu: Floats, dispersion: Floats, share: float) -> tuple[Floats, Floats]:
    """Least and most of the middle ``share`` of what one would count.

    >>> [float(end[0]) for end in ends(np.array([100.0]), np.array([4.0]), 0.9)]
    [69.0, 135.0]
    """
    size, chance = _shape(mu, dispersion)
    low, high = (
        np.where(dispersion > NEARLY_POISSON, scipy.stats.nbinom.ppf(part, size, chance), scipy.stats.poisson.ppf(part, mu))
        for part in ((1 - share) / 2, (1 + share) / 2)
    )
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def _shape(mu: Floats, dispersion: Floats) -> tuple[Floats, Floats]:
    wide = np.maximum(dispersion, NEARLY_POISSON)
    return mu / (wide - 1), 1 / wide
