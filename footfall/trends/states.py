"""How a card goes on: candidate, emerging, trend, fading, closed; and when what it tells of began."""

from typing import Literal

import msgspec
import numpy as np

from footfall.trends.panel import Floats, Step

__all__ = ["Rules", "State", "is_held", "onset", "rules_of", "state_of"]

State = Literal["candidate", "emerging", "trend", "fading", "closed"]
LEAST_DRIFT, MOST_DRIFT, DRIFT_SHARE = 0.5, 3.0, 0.25
"""Standard deviations that a bucket has to be off before it counts towards a beginning: a part of how far off the last one is."""
HELD_Z = 1.5
"""With less evidence than it takes to be found, a series that was found goes on."""


class Rules(msgspec.Struct, frozen=True):
    """Of how many buckets how many have to hold."""

    emerging: tuple[int, int]
    """So many, of the last so many."""
    trend: tuple[int, int]
    fading: int
    """Buckets in a row that do not hold."""
    closed: int
    unproven: int
    """As ``closed``, of a candidate."""
    refractory: int
    """Buckets after its end in which the same series found again is the same story."""


RULES: dict[Step, Rules] = {
    "hour": Rules(emerging=(2, 3), trend=(6, 9), fading=3, closed=9, unproven=3, refractory=24),
    "day": Rules(emerging=(2, 3), trend=(3, 4), fading=2, closed=4, unproven=2, refractory=7),
}


def rules_of(step: Step) -> Rules:
    return RULES[step]


def state_of(marks: str, before: State, step: Step) -> State:
    """The state after the last of ``marks``, a character a bucket since it was found, 1 where it held.

    What fades and holds again is emerging, or at once a trend where enough of it holds; a trend stays one until it fades.

    >>> [state_of("1110111"[:end], "candidate", "day") for end in (1, 2, 3)]
    ['candidate', 'emerging', 'trend']
    >>> state_of("111100", "trend", "day"), state_of("11110000", "fading", "day"), state_of("100", "candidate", "hour")
    ('fading', 'closed', 'candidate')
    """
    rules, quiet = RULES[step], len(marks) - len(marks.rstrip("0"))
    if quiet >= (rules.unproven if before == "candidate" else rules.closed):
        return "closed"
    if quiet >= rules.fading and before != "candidate":
        return "fading"
    if _is_met(marks, rules.trend) or (before == "trend" and not quiet >= rules.fading):
        return "trend"
    if _is_met(marks, rules.emerging) or before == "emerging" or (before == "fading" and not quiet):
        return "emerging"
    return before if before != "closed" else "emerging"


def _is_met(marks: str, rule: tuple[int, int]) -> bool:
    return marks[-rule[1] :].count("1") >= rule[0]


def is_held(z: float, direction: Literal["up", "down"]) -> bool:
    """Whether a bucket's score lets what was found go on."""
    return bool(np.isfinite(z)) and (z if direction == "up" else -z) >= HELD_Z


def onset(z: Floats, at: int, direction: Literal["up", "down"]) -> int:
    """The bucket from which on, up to ``at``, the scores of one series are most to one side: CUSUM, run backwards. Unknown buckets end it.

    Source: Page (1954), "Continuous inspection schemes": the change is where the sum of scores less a drift is lowest before the alarm.

    >>> onset(np.array([0.1, -0.3, 0.2, 1.4, 2.2, 3.0]), 5, "up")
    3
    """
    signed = z[: at + 1][::-1] * (1.0 if direction == "up" else -1.0)
    unknown = np.flatnonzero(~np.isfinite(signed[1:]))
    signed = signed[: unknown[0] + 1] if len(unknown) else signed
    drift = np.clip(DRIFT_SHARE * signed[0], LEAST_DRIFT, MOST_DRIFT)
    return at - int(np.argmax(np.cumsum(signed - drift)))
