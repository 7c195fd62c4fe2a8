"""A/B tests of placements: click rates with intervals, differences that may be looked at as often as one likes, and a verdict.

The differences' intervals are always valid: a mixture sequential probability ratio test with a normal mixture, inverted (Johari, Pekelis,
Walsh: Always Valid Inference: Continuous Monitoring of A/B Tests, Operations Research 70 (2022), arXiv:1512.04922; the normal mixture is
Robbins', Annals of Mathematical Statistics 41 (1970)). An ordinary interval that is looked at every day finds a difference sooner or later
where there is none; this one does so in ALPHA of tests, however often it is looked at. Counts that the gate rounded down to whole ``step``s
widen every interval by what they may have lost, so rounding never makes a difference.
"""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Literal

import msgspec
import scipy

__all__ = ["ALPHA", "MATTERS", "Compared", "Counted", "Interval", "Verdict", "compare", "difference", "rate_interval", "verdict_of"]

ALPHA = 0.05
"""Share of tests of equal arms in which one of them may be called better."""
MATTERS = 0.01
"""A difference of less than one click in a hundred items shown is no reason to prefer an arm."""
MIXTURE = MATTERS
"""Standard deviation of the differences that the test is best at; any value is valid, this one ends tests soonest."""
FEWEST_CLICKS = 10
"""Of two arms together: under that a normal distribution says little of a difference."""
Outcome = Literal["early", "none", "better"]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """Released sums of an arm."""

    name: str
    shown: int
    clicked: int
    """0 where it is under a step."""
    step: int = 0
    """True sums are from the released one to less than a step above it; 0: they are exact."""


class Interval(msgspec.Struct, frozen=True):
    """A share, or a difference of two, from 0 (-1) to 1."""

    low: float
    high: float


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """An arm beside the first."""

    arm: Counted
    rate: float
    of_rate: Interval
    difference: float
    """Of its rate less the first one's."""
    of_difference: Interval


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What may be said of a test by now."""

    outcome: Outcome
    """``early``: go on. ``none``: all differences are smaller than MATTERS. ``better``: ``arm`` beats every other."""
    arm: str = ""


def rate_interval(arm: Counted, alpha: float = ALPHA) -> Interval:
    """Wilson's interval of an arm's click rate, at one look (Journal of the American Statistical Association 22 (1927))."""
    low, high = _extremes(arm)
    return Interval(_wilson(*low, alpha)[0], _wilson(*high, alpha)[1])


def difference(first: Counted, other: Counted, alpha: float = ALPHA) -> Interval:
    """The always valid interval of the other arm's rate less the first one's; all there is while clicks are few."""
    if first.clicked + other.clicked < FEWEST_CLICKS:
        return Interval(-1.0, 1.0)
    lowest = _rate(_extremes(other)[0]) - _rate(_extremes(first)[1])
    highest = _rate(_extremes(other)[1]) - _rate(_extremes(first)[0])
    half = _half_width(_variance(first) + _variance(other), alpha)
    return Interval(max(-1.0, lowest - half), min(1.0, highest + half))


def compare(arms: Sequence[Counted]) -> list[Compared]:
    """Each arm beside the first; the intervals of differences hold all at once."""
    if not arms:
        return []
    alpha = _each(len(arms))
    return [
        Compared(
            arm=arm,
            rate=_rate((arm.clicked, arm.shown)),
            of_rate=rate_interval(arm),
            difference=_rate((arm.clicked, arm.shown)) - _rate((arms[0].clicked, arms[0].shown)),
            of_difference=difference(arms[0], arm, alpha),
        )
        for arm in arms
    ]


def verdict_of(arms: Sequence[Counted], planned: int = 0) -> Verdict:
    """The stop rule, over all pairs of arms at once (Bonferroni).

    An arm is better once the intervals of its differences from all others lie above 0. There is no clear difference once every interval
    lies within MATTERS of 0. Until then, and while fewer arms have numbers than were ``planned``, it is too early.
    """
    if len(arms) < max(2, planned):
        return Verdict(outcome="early")
    alpha = _each(len(arms))
    for arm in arms:
        if all(difference(other, arm, alpha).low > 0 for other in arms if other is not arm):
            return Verdict(outcome="better", arm=arm.name)
    found = [difference(first, other, alpha) for first, other in combinations(arms, 2)]
    if all(-MATTERS <= one.low and one.high <= MATTERS for one in found):
        return Verdict(outcome="none")
    return Verdict(outcome="early")


def _each(arms: int) -> float:
    """What is left of ALPHA for one of the pairs."""
    return ALPHA / max(1, arms * (arms - 1) // 2)


def _half_width(variance: float, alpha: float) -> float:
    """Where the mixture's likelihood ratio reaches 1 / alpha."""
    mixed = variance + MIXTURE**2
    return math.sqrt(2 * variance * mixed / MIXTURE**2 * (math.log(1 / alpha) + 0.5 * math.log(mixed / variance)))


def _variance(arm: Counted) -> float:
    """Of an arm's rate; half a click more on either side keeps one without clicks from being certain."""
    rate = (arm.clicked + 0.5) / (arm.shown + 1)
    return rate * (1 - rate) / max(1, arm.shown)


def _extremes(arm: Counted) -> tuple[tuple[int, int], tuple[int, int]]:
    """Clicked and shown of the lowest and the highest rate that the released sums allow."""
    lost = max(0, arm.step - 1)
    high = arm.clicked + lost
    return (arm.clicked, arm.shown + lost), (high, max(high, arm.shown))


def _rate(sums: tuple[int, int]) -> float:
    clicked, shown = sums
    return clicked / shown if shown else 0.0


def _wilson(clicked: int, shown: int, alpha: float) -> tuple[float, float]:
    if not shown:
        return 0.0, 1.0
    z, rate = -float(scipy.special.ndtri(alpha / 2)), clicked / shown
    middle = (rate + z * z / (2 * shown)) / (1 + z * z / shown)
    half = z / (1 + z * z / shown) * math.sqrt(rate * (1 - rate) / shown + z * z / (4 * shown * shown))
    return max(0.0, middle - half), min(1.0, middle + half)
