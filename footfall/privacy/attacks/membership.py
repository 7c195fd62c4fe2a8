"""A3: was this one visitor there? Asked by somebody who knows all others and everything that this one would have done."""

import math
from statistics import NormalDist

import numpy as np

from footfall.privacy.attacks.chance import Chance, Floats
from footfall.privacy.attacks.city import noise_alone
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import DAYS_A_MONTH, RHO, month_rho, noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw as real_draw

__all__ = ["best_auc", "membership"]

SLACK = 0.01
"""Over six standard errors at the number of trials below."""
TRIALS = 1500


def membership(chance: Chance, release: str, *, draw: Draw = real_draw, trials: int = TRIALS) -> Attack:
    """The best test there is of noise that is added: all of the unit's cells in all marts of a release, each weighed by its variance.

    The noise of one draw stands for both worlds: with the unit it is the same and the cells are one higher. That takes most of the chance
    out of the estimate.
    """
    scores = {grain: np.zeros(trials) for grain in ("day", "week")}
    shifts = dict.fromkeys(scores, 0.0)
    for mart in MARTS:
        noise = noise_of(release, mart)
        added = noise_alone(draw, noise, trials * noise.cells).reshape(trials, noise.cells)
        scores[mart.grain] += added.sum(axis=1) / noise.sigma**2
        shifts[mart.grain] += noise.cells / noise.sigma**2
    day, month = _auc(scores["day"] + scores["week"], sum(shifts.values())), _auc(*_month(chance, scores, shifts))
    bound = best_auc(RHO[release])
    return Attack(
        name=f"A3 {release}",
        title="Membership inference",
        paper="Pyrgelis et al. 2018; Guan et al. 2024",
        tried=f"{trials:,} days guessed with and without a visitor whom the attacker knows by heart; the rate is an area under the curve",
        rate=day,
        bar=bound + SLACK,
        detail=f"One day of the release {release}: {day:.3f}, of at most {bound:.3f} in theory; 0.5 is a guess. "
        f"The same visitor on {DAYS_A_MONTH} days all alike: {month:.3f}, of at most {best_auc(month_rho(release)):.3f}.",
    )


def _month(chance: Chance, scores: dict[str, Floats], shifts: dict[str, float]) -> tuple[Floats, float]:
    """Score and shift of a month of days all alike: a weekly mart is drawn once a week, and all of its days move the same cell."""
    weeks, rest = divmod(DAYS_A_MONTH, 7)
    weights = {"day": [1] * DAYS_A_MONTH, "week": [7] * weeks + [rest]}
    months, shift = np.zeros(len(scores["day"])), 0.0
    for grain, times in weights.items():
        picked = chance.picks(len(months) * len(times), np.ones(len(months))).reshape(len(months), len(times))
        months += scores[grain][picked] @ np.asarray(times, dtype=np.float64)
        shift += shifts[grain] * sum(time**2 for time in times)
    return months, shift


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
