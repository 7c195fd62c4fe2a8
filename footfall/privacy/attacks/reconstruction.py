"""A7: who was there, solved for from everything that can be asked."""

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
from scipy.optimize import linprog

from footfall.privacy.attacks.chance import Chance, Floats
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import RHO, Noise, noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw as real_draw

__all__ = ["Gate", "ask_the_released", "reconstruction"]

RELEASE, TARGETS, ROUNDS, ASKS = "city", 64, 40, 200
OTHERS = 100_000
"""In every cell, and known to the attacker."""
SLACK = 0.04
POOL = 4
"""Cells of a mart that the targets are spread over, for each cell that one may be in."""

Gate = Callable[[Draw, dict[str, int], Noise], Callable[[], dict[str, int]]]
"""What stands between an attacker and a mart: called once when the day is closed; what it answers is called once a question."""


def ask_the_released(draw: Draw, counts: dict[str, int], noise: Noise) -> Callable[[], dict[str, int]]:
    """The gate as it is: drawn once, and everybody is told that."""
    released = draw(counts, list(counts), noise)
    return lambda: released


def reconstruction(chance: Chance, *, draw: Draw = real_draw, gate: Gate = ask_the_released, rounds: int = ROUNDS) -> Attack:
    """Days on which each target came by a coin. The attacker knows all else, also what each would do, asks every cell of every mart
    many times, takes means, and solves for who makes the least error."""
    right = sum(_round(chance, draw, gate) for _ in range(rounds)) / (TARGETS * rounds)
    bound = NormalDist().cdf(math.sqrt(2 * RHO[RELEASE]) / 2)
    return Attack(
        name="A7",
        title="Reconstruction",
        paper="Dinur, Nissim 2003; Cohen, Nissim 2018",
        tried=f"{TARGETS} targets on {rounds} days, every cell asked {ASKS} times, a linear programme for who was there",
        rate=right,
        bar=bound + SLACK,
        detail=f"{right:.1%} of {TARGETS * rounds:,} coins recovered, of at most {bound:.1%} in theory; half is a guess.",
    )


def _round(chance: Chance, draw: Draw, gate: Gate) -> int:
    coins = chance.coins(TARGETS)
    matrices, seen, weights = [], [], []
    for noise in (noise_of(RELEASE, mart) for mart in MARTS):
        matrix = _spread(chance, noise.cells)
        counts = {f"{place:04d}": OTHERS + int(value) for place, value in enumerate(matrix.T @ coins)}
        answers = gate(draw, counts, noise)
        asked = [answers() for _ in range(ASKS)]
        means = [sum(answer[key] for answer in asked) / ASKS - OTHERS for key in counts]
        matrices.append(matrix.T)
        seen.append(np.array(means))
        weights.append(np.full(len(means), 1 / noise.sigma))
    guess = _solved(np.concatenate(matrices), np.concatenate(seen), np.concatenate(weights))
    return int(((guess > 0.5) == coins).sum())


def _spread(chance: Chance, cells: int) -> Floats:
    """Which cells of a mart each target would be in: a row a target."""
    matrix = np.zeros((TARGETS, POOL * cells))
    np.put_along_axis(matrix, chance.distinct(TARGETS, cells, POOL * cells), 1.0, axis=1)
    return matrix


def _solved(matrix: Floats, seen: Floats, weights: Floats) -> Floats:
    """x from 0 to 1 that makes the sum of weighted |matrix x - seen| least."""
    rows, columns = matrix.shape
    cost = np.concatenate([np.zeros(columns), weights])
    above = np.hstack([matrix, -np.eye(rows)])
    below = np.hstack([-matrix, -np.eye(rows)])
    bounds = [(0.0, 1.0)] * columns + [(0.0, None)] * rows
    found = linprog(cost, A_ub=np.vstack([above, below]), b_ub=np.concatenate([seen, -seen]), bounds=bounds, method="highs")
    return np.asarray(found.x[:columns], dtype=np.float64)
