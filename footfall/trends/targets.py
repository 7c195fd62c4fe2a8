"""How a target does: what came so far, what the rest is likely to bring, and the chance to reach it."""

from typing import Literal

import msgspec
import numpy as np

from footfall.trends.panel import Floats

__all__ = ["Outlook", "State", "Wanted", "outlook", "state_of", "suggestion"]

State = Literal["on_track", "at_risk", "met", "missed", "unknown"]
EVEN, WORSE, BETTER = 0.5, 0.4, 0.6
"""Chances: of a target that nobody looked at yet; under which one that was on track is at risk; from which one at risk is on track."""
AMBITIOUS = 0.7
"""Share of likely outcomes that a suggested target is better than."""
LOW, HIGH = 0.1, 0.9


class Wanted(msgspec.Struct, frozen=True):
    """What is to be reached."""

    value: float
    direction: Literal["at_least", "at_most"] = "at_least"
    adds: bool = True
    """Days add up; else a day's number is a rate, and its mean over the days counts."""


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """The number at the end of the period, eight times in ten between ``low80`` and ``high80``."""

    median: float
    low80: float
    high80: float
    chance: float
    """Of reaching the target, 0 to 1."""
    suggested: float
    """A value that is reached three times in ten."""


def outlook(wanted: Wanted, so_far: float, days: int, paths: Floats) -> Outlook:
    """What ``paths`` [paths, days] of the rest make of what ``days`` days brought: a sum, or a mean where days do not add up.

    >>> paths = np.array([[10.0, 10.0], [20.0, 20.0], [30.0, 30.0]])
    >>> outlook(Wanted(100), 50, 5, paths).chance
    0.3333333333333333
    """
    if wanted.adds:
        ends = so_far + paths.sum(axis=1)
    else:
        ends = (so_far * days + paths.sum(axis=1)) / max(1, days + paths.shape[1])
    low, median, high = (float(number) for number in np.quantile(ends, (LOW, 0.5, HIGH)))
    reached = ends >= wanted.value if wanted.direction == "at_least" else ends <= wanted.value
    return Outlook(median=median, low80=low, high80=high, chance=float(reached.mean()), suggested=suggestion(wanted, ends))


def suggestion(wanted: Wanted, ends: Floats) -> float:
    """A value better than seven in ten likely outcomes, in three figures."""
    share = AMBITIOUS if wanted.direction == "at_least" else 1 - AMBITIOUS
    return float(f"{np.quantile(ends, share):.3g}")


def state_of(wanted: Wanted, so_far: float | None, chance: float | None, *, is_over: bool, before: str = "") -> State:
    """The state, which keeps to what it was ``before`` in the same period where the chance is about even.

    What adds up is met, or passed, before its time is over.

    >>> state_of(Wanted(100), 120, 1.0, is_over=False), state_of(Wanted(100, "at_most"), 120, 0.0, is_over=False)
    ('met', 'missed')
    >>> state_of(Wanted(100), 50, 0.45, is_over=False, before="on_track")
    'on_track'
    """
    if so_far is None:
        return "unknown"
    is_least = wanted.direction == "at_least"
    if is_over or (wanted.adds and so_far > wanted.value) or (wanted.adds and is_least and so_far == wanted.value):
        reached = so_far >= wanted.value if is_least else so_far <= wanted.value
        return "met" if reached else "missed"
    if chance is None:
        return "unknown"
    bar = {"on_track": WORSE, "at_risk": BETTER}.get(before, EVEN)
    return "on_track" if chance >= bar else "at_risk"
