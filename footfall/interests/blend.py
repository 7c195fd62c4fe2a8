"""How much each way of finding items counts, by how long the history is."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from footfall.interests.neighbours import Ints
from footfall.interests.reasons import ReasonKind

__all__ = ["BLENDS", "Blended", "Leg", "Way", "combine", "shares_of", "weights_for"]

Way = Literal["pairs", "ease", "text", "often", "topics", "rising", "district", "popular"]

BLENDS: tuple[Mapping[Way, float], ...] = (
    {"topics": 1.5, "district": 0.5, "rising": 0.5, "popular": 1.0},
    {"pairs": 1.0, "text": 1.5, "often": 0.75, "topics": 0.4, "district": 0.2, "rising": 0.2, "popular": 0.2},
    {"ease": 1.0, "pairs": 0.5, "text": 0.4, "often": 0.75, "topics": 0.4, "district": 0.2, "rising": 0.2, "popular": 0.1},
)
"""For no history, one or two pages, and three or more; docs/recommendations.md says where they are from."""
ABSOLUTE: tuple[Way, ...] = ("often", "topics", "district")


class Leg(msgspec.Struct, frozen=True):
    """What one way of finding speaks for."""

    way: Way
    reason: ReasonKind
    ids: Ints
    """Positions, each once."""
    scores: NDArray[np.float32]
    of: Ints | int
    """The page of the history (or the number of the topic) that each owes most to; -1 for none."""


class Blended(msgspec.Struct, frozen=True):
    """Every item's score, with what spoke most for it."""

    scores: NDArray[np.float32]
    leg: NDArray[np.int8]
    """Which of the legs, -1 for popularity."""
    of: Ints


def weights_for(history: int, changes: Mapping[str, float]) -> dict[Way, float]:
    """Weights by way for a history of so many pages; those of ``changes``, a placement's arm, take the place of ours."""
    chosen = BLENDS[0 if history == 0 else 1 if history < 3 else 2]
    return {way: changes.get(way, weight) for way, weight in chosen.items()}


def combine(legs: Sequence[Leg], weights: Mapping[Way, float], popular: NDArray[np.float32]) -> Blended:
    """The weighted sum of all legs, each first divided by its own best, and of popularity, which every item has.

    What is 0 to 1 by itself, as interest is, stays as it is: a weak interest does not become a strong one by being the only one.
    """
    total = popular * np.float32(weights.get("popular", 0.0))
    best, leg_of, of = total.copy(), np.full(len(total), -1, dtype=np.int8), np.full(len(total), -1, dtype=np.int32)
    for number, leg in enumerate(legs):
        weight = weights.get(leg.way, 0.0)
        if weight <= 0 or not len(leg.ids):
            continue
        share = shares_of(leg) * np.float32(weight)
        total[leg.ids] += share
        better = share > best[leg.ids]
        winners = leg.ids[better]
        best[winners], leg_of[winners] = share[better], number
        of[winners] = leg.of if isinstance(leg.of, int) else leg.of[better]
    return Blended(total, leg_of, of)


def shares_of(leg: Leg) -> NDArray[np.float32]:
    """What a leg of one or more items says of each, beside other legs."""
    most = 1.0 if leg.way in ABSOLUTE else max(float(leg.scores.max()), 1e-12)
    return (leg.scores / np.float32(most)).astype(np.float32)
