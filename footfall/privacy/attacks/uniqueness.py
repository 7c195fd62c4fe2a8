"""A1: how few things seen from the side single one visitor out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence

__all__ = ["unique_shares"]

POINTS = (1, 2, 3, 4)


def unique_shares(trails: Sequence[Collection[int]], random: Callable[[int], bytes], *, targets: int = 400) -> dict[int, float]:
    """Share of units that nobody else looks like in 1, 2, 3 and 4 of the points of their own trail, drawn at random; of those that have
    so many. None of a number that nobody has so many of."""
    who = defaultdict(set)
    for unit, trail in enumerate(trails):
        for point in trail:
            who[point].add(unit)
    shares = {}
    for count in POINTS:
        able = [sorted(trail) for trail in trails if len(trail) >= count]
        if able:
            chosen = [able[_below(random, len(able))] for _ in range(targets)]
            shares[count] = (
                sum(len(set.intersection(*(who[point] for point in _some(trail, count, random)))) == 1 for trail in chosen) / targets
            )
    return shares


def _some(trail: list[int], count: int, random: Callable[[int], bytes]) -> list[int]:
    left = list(trail)
    return [left.pop(_below(random, len(left))) for _ in range(count)]


def _below(random: Callable[[int], bytes], bound: int) -> int:
    return int.from_bytes(random(8), "big") % bound
