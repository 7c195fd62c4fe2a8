"""A3: was this one visitor there? Asked by somebody who knows all others and everything that this one would have done."""

import math
from statistics import NormalDist

import numpy as np

from footfall.privacy.attacks.chance import Chance, Floats
from footfall.privacy.attacks.city import noise_alone
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import RHO, noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw as real_draw

__all__ = ["best_auc", "membership"]

SLACK = 0.01
"""Over six standard errors at the number of trials below."""
TRIALS, DAYS = 1500, 30


def membership(chance: Chance, release: str, *, draw: Draw = real_draw, trials: int = TRIALS) -> Attack:
    """The best test there is of noise that is added: all of the unit's cells in all marts of a release, each weighed by its variance.

    The noise of one draw stands for both worlds: with the unit it is the same and the cells are one higher. That takes most of the chance
    out of the estimate.
    """
    scores, shift = np.zeros(trials), 0.0
    for noise in (noise_of(release, mart) for mart in MARTS):
        added = noise_alone(draw, noise, trials * noise.cells).reshape(trials, noise.cells)
        scores += added.sum(axis=1) / noise.sigma**2
        shift += noise.cells / noise.sigma**2
    months = scores[chance.picks(trials * DAYS, np.ones(trials))].reshape(trials, DAYS).sum(axis=1)
    day, month = _auc(scores, shift), _auc(months, DAYS * shift)
    bound = best_auc(RHO[release])
    return Attack(
        name=f"A3 {release}",
        title="Membership inference",
        paper="Pyrgelis et al. 2018; Guan et al. 2024",
        tried=f"{trials:,} days guessed with and without a visitor whom the attacker knows by heart; the rate is an area under the curve",
        rate=day,
        bar=bound + SLACK,
        detail=f"One day of the release {release}: {day:.3f}, of at most {bound:.3f} in theory; 0.5 is a guess. "
        f"The same visitor on {DAYS} days all alike: {month:.3f}, of at most {best_auc(DAYS * RHO[release]):.3f}.",
    )


def best_auc(rho: float) -> float:
    """Area under the curve of the best test at ρ: Φ(√ρ).

    >>> round(best_auc(0.05), 3), round(best_auc(0.015), 3)
    (0.588, 0.549)
    """
    return NormalDist().cdf(math.sqrt(rho))


def _auc(scores: Floats, shift: float) -> float:
    """How often a score of the world with is over one of the world without; a tie is half."""
    order = np.sort(scores)
    below = np.searchsorted(order, scores + shift, side="left") + np.searchsorted(order, scores + shift, side="right")
    return float(below.mean() / 2 / len(scores))
