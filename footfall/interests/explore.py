"""Trying out what has been shown too seldom to know: Thompson sampling, with the probability of every choice.

In a window of five minutes everybody who asks for a placement is given the same draw, so that what was tried says nothing of who asked.
At most one position a list is tried on: with probability share · positions, at any of them alike.
"""

from collections.abc import Mapping
from hashlib import blake2b

import msgspec
import numpy as np
from numpy.typing import NDArray

from footfall.interests.neighbours import Ints
from footfall.interests.shelf import Bools

__all__ = ["WINDOW_MS", "Pool", "Trial", "pool_of", "try_out", "window_seed"]

WINDOW_MS = 300_000
POOL = 200
"""Items that are tried: those shown least."""
DRAWS = 400
"""Simulated draws behind a propensity: its standard error is at most .025 of the share."""

Shown = Mapping[int, tuple[int, int]]
"""Times shown and clicked by item, in whole tens rounded down; an item that was shown fewer than ten times is absent, and counts as new."""


class Pool(msgspec.Struct, frozen=True):
    """Thompson's draws for a placement in a window."""

    positions: Ints
    draws: NDArray[np.float32]
    """A row a draw, a column an item; the first row is the one that is lived by."""
    tried: float
    """Uniform in [0, 1): whether this window tries."""
    place: float
    """Uniform in [0, 1): where."""


class Trial(msgspec.Struct, frozen=True):
    """What stands where, and how likely."""

    place: int | None
    """The position of the list that is tried on; None where the list stays as it was."""
    position: int = -1
    """Of the item that is tried."""
    propensity: float = 1.0
    """Of that item there."""
    kept: float = 1.0
    """Propensity of every other item of the list at its place."""


def window_seed(placement: str, now_ms: int) -> int:
    """The same for everybody who asks for a placement within five minutes by the clock."""
    return int.from_bytes(blake2b(f"{placement}\n{now_ms // WINDOW_MS}".encode(), digest_size=7).digest(), "big")


def pool_of(ids: NDArray[np.int64], open_to_all: Bools, shown: Shown, seed: int) -> Pool:
    """Draws of Beta(clicked + 1, shown - clicked + 1) for the items shown least, newer ones first among equals."""
    chance = np.random.default_rng(seed)
    candidates = np.flatnonzero(open_to_all)
    counts = np.array([shown.get(int(item), (0, 0)) for item in ids[candidates]], dtype=np.float64).reshape(-1, 2)
    order = np.lexsort((-ids[candidates], counts[:, 0]))[:POOL]
    seen, clicked = counts[order].T
    tried, place = chance.random(2).tolist()
    draws = chance.beta(clicked + 1, np.maximum(seen - clicked, 0) + 1, size=(DRAWS, len(order)))
    return Pool(candidates[order].astype(np.int32), draws.astype(np.float32), tried, place)


def try_out(pool: Pool, listed: list[int], pinned: int, may: Bools, share: float) -> Trial:
    """What the window's draw makes of a list whose first ``pinned`` stay; ``may`` says by position what this visitor may be shown."""
    places = len(listed) - pinned
    allowed = may[pool.positions] & ~np.isin(pool.positions, listed)
    if places <= 0 or share <= 0 or not allowed.any():
        return Trial(None)
    share = min(share, 1 / places)
    if pool.tried >= share * places:
        return Trial(None, kept=1 - share)
    winners = np.where(allowed, pool.draws, -1).argmax(axis=1)
    chance = float((winners == winners[0]).mean())
    return Trial(pinned + int(pool.place * places), int(pool.positions[winners[0]]), share * chance, 1 - share)
