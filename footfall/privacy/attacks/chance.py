"""An attacker's coins: made of bytes that come in, so that a seed gives the same city each time. Nothing released is drawn so."""

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chance", "Floats", "Ints", "seeded"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Chance:
    """Coins made of the bytes that ``random`` gives."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        self._random = random

    def shares(self, count: int) -> Floats:
        """So many numbers from 0 to under 1, all alike."""
        bits = np.frombuffer(self._random(8 * count), dtype="<u8") >> np.uint64(11)
        return np.asarray(bits * 2.0**-53, dtype=np.float64)

    def coins(self, count: int) -> Ints:
        """So many of 0 and 1."""
        return np.asarray(self.shares(count) < 0.5, dtype=np.int64)

    def picks(self, count: int, weights: Sequence[float] | Floats) -> Ints:
        """So many places of ``weights``, each as often as its weight says."""
        bounds = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.searchsorted(bounds / bounds[-1], self.shares(count), side="right").astype(np.int64)

    def distinct(self, rows: int, count: int, pool: int) -> Ints:
        """A row of so many different numbers under ``pool``, so many times."""
        order = self.shares(rows * pool).reshape(rows, pool).argsort(axis=1)
        return np.asarray(order[:, :count], dtype=np.int64)


def seeded(seed: str) -> Callable[[int], bytes]:
    """Bytes that follow from a seed: for tests and the made-up city.

    >>> seeded("a")(4) == seeded("a")(4) != seeded("b")(4)
    True
    """
    calls = iter(range(2**62))

    def give(count: int) -> bytes:
        return hashlib.shake_256(f"{seed}|{next(calls)}".encode()).digest(count)

    return give
