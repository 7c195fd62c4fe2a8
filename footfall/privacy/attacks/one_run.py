"""A4: what ε is at least, told from a single draw with many canaries in it, each there by a coin."""

from collections.abc import Callable

import numpy as np
from scipy.stats import binom

from footfall.privacy.attacks.chance import Chance, Floats, Ints
from footfall.privacy.attacks.city import noise_alone
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import DELTA, noise_of
from footfall.privacy.marts import MARTS, Mart
from footfall.privacy.noise import draw as real_draw
from footfall.privacy.noise import mechanisms

__all__ = ["epsilon_at_least", "lower_bound"]

CANARIES, CONFIDENCE = 2000, 0.95
FRACTIONS = (0.05, 0.1, 0.2, 0.4)
"""Of the canaries, that are guessed at all: those of which the attacker is surest. Each has its part of the chance to be wrong."""
HIGHEST_EPSILON = 20.0


def lower_bound(
    chance: Chance,
    *,
    draw: Draw = real_draw,
    counted: Callable[[int, int], int] = min,
    canaries: int = CANARIES,
    opened: int = 10,
    marts: tuple[Mart, ...] = MARTS,
) -> Attack:
    """One draw of the marts of ``city``. A canary would be in so many cells of each; ``counted`` says in how many it is, of
    those and of the cells that the mart allows."""
    coins, scores = chance.coins(canaries), np.zeros(canaries)
    for noise in (noise_of("city", mart) for mart in marts):
        cells = counted(max(opened, noise.cells), noise.cells)
        added = noise_alone(draw, noise, canaries * cells).reshape(canaries, cells).sum(axis=1)
        scores += (added + cells * coins - cells / 2) / noise.sigma**2
    rho = sum(noise_of("city", mart).rho for mart in marts)
    delta = sum(noise_of("city", mart).delta for mart in marts)
    claim, found = mechanisms().epsilon(rho, DELTA), _best(coins, scores, delta + DELTA)
    return Attack(
        name="A4",
        title="Least ε, from one draw",
        paper="Steinke, Nasr, Jagielski 2023",
        tried=f"{canaries:,} canaries, each in the draw by a coin, and guessed; the rate is ε",
        rate=found,
        bar=claim,
        detail=f"At {CONFIDENCE:.0%} confidence ε is at least {found:.2f}; claimed is {claim:.2f} (ρ {rho:g}, δ {DELTA:g}).",
    )


def _best(coins: Ints, scores: Floats, delta: float) -> float:
    order = np.argsort(scores)
    found = []
    for fraction in FRACTIONS:
        half = int(len(scores) * fraction / 2)
        right = int((coins[order[:half]] == 0).sum() + (coins[order[-half:]] == 1).sum())
        found.append(epsilon_at_least(right, 2 * half, len(scores), delta, (1 - CONFIDENCE) / len(FRACTIONS)))
    return max(found)


def epsilon_at_least(right: int, guesses: int, canaries: int, delta: float, chance_of_error: float) -> float:
    """The greatest ε at which so many right guesses are still too many; 0 where they are few enough for none.

    >>> epsilon_at_least(50, 100, 1000, 0.0, 0.05), round(epsilon_at_least(95, 100, 1000, 0.0, 0.05), 2)
    (0.0, 2.17)
    """
    low, high = 0.0, HIGHEST_EPSILON
    if _chance_of(right, guesses, canaries, 0.0, delta) > chance_of_error:
        return 0.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        low, high = (middle, high) if _chance_of(right, guesses, canaries, middle, delta) <= chance_of_error else (low, middle)
    return low


def _chance_of(right: int, guesses: int, canaries: int, epsilon: float, delta: float) -> float:
    """That anything of (ε, δ) is guessed right so often or oftener is at most this (theorem 5.2 of the paper):
    P[Bin(r, e^ε / (1 + e^ε)) ≥ v] + 2 m δ max over i of P[v - i ≤ Bin < v] / i."""
    share = 1 / (1 + np.exp(-epsilon))
    steps = np.arange(1, right + 1)
    under = np.cumsum(binom.pmf(right - steps, guesses, share)) / steps
    return float(min(1.0, binom.sf(right - 1, guesses, share) + 2 * canaries * delta * (under.max() if right else 0.0)))
