"""How the city's data leave: no cell under the floor, and every number rounded to what ten of its cohort make."""

import math
from typing import TypeVar

import msgspec

from footfall.vocabulary import Cell, Coarser, Measured

__all__ = ["FLOOR", "ROUND_TO", "Rule", "rounded_count", "rounded_measures", "rule_of", "step_of"]

T = TypeVar("T", Cell, Coarser)
FLOOR = 20
"""Of data from outside, in code: no contract and no setting goes below."""
ROUND_TO = 10
SCALES = {"%": 100.0, "points": 100.0}
"""Of means that may be near nothing: what one of their cohort can move them by is a share of this."""


class Rule(msgspec.Struct, frozen=True):
    """What is done to each cell of the flat table before anything is added up."""

    floor: int
    round_to: int
    """0: numbers stay as they are."""


def rule_of(policy: str, *, is_certified: bool) -> Rule:
    """The rule of a policy; a certified supplier's numbers and those under ``exact`` stay as they are."""
    return Rule(0, 0) if policy == "exact" or is_certified else Rule(FLOOR, ROUND_TO)


def rounded_count(rows: int) -> int:
    """How many rows a load read, kept or left out, for those who are not its steward: in tens, and 0 for fewer than FLOOR or none.

    >>> rounded_count(19), rounded_count(20), rounded_count(1006)
    (0, 20, 1010)
    """
    return (rows + ROUND_TO // 2) // ROUND_TO * ROUND_TO if rows >= FLOOR else 0


def step_of(value: float, cohort: int, people: int = ROUND_TO) -> float:
    """The step of 1, 2 or 5 times a power of ten that holds what so many of the cohort make of the value; 0 where that is nothing.

    >>> step_of(6400.0, 200), step_of(-90.0, 20), step_of(0.0, 20)
    (500.0, 50.0, 0.0)
    """
    share = abs(value) * people / cohort if cohort > 0 else 0.0
    if share <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(share))
    return next((factor * power for factor in (1.0, 2.0, 5.0) if factor * power >= share * (1 - 1e-9)), 10 * power)


def rounded_measures(answer: Measured, rule: Rule) -> Measured:
    """The answer with what may be seen of it, rounded. Rounding again changes nothing of counts."""
    if not rule.floor and not rule.round_to:
        return answer
    rows = [_seen(answer, cell, rule) for cell in answer.rows]
    coarser = [_seen(answer, cell, rule) for cell in answer.coarser]
    kept = tuple(cell for cell in rows if cell is not None)
    return msgspec.structs.replace(answer, rows=kept, coarser=tuple(cell for cell in coarser if cell is not None))


def _seen(answer: Measured, cell: T, rule: Rule) -> T | None:
    if cell.cohort < rule.floor:
        return None
    value = None if cell.value is None else _rounded(answer, cell.value, cell.cohort)
    return msgspec.structs.replace(cell, value=value, cohort=round(cell.cohort / ROUND_TO) * ROUND_TO)


def _rounded(answer: Measured, value: float, cohort: int) -> float:
    if answer.aggregate in ("count", "distinct"):
        return float(round(value / ROUND_TO) * ROUND_TO)
    people = ROUND_TO if answer.aggregate == "sum" else 1
    scale = 0.0 if answer.aggregate == "sum" else SCALES.get(answer.unit, 0.0)
    step = step_of(max(abs(value), scale), cohort, people)
    # Rounded once more to get rid of what floats add: 0.30000000000000004.
    return float(f"{round(value / step) * step:.12g}") if step else 0.0
