"""The one door out. Only ``release`` makes a ``Released``; everything that serves or prints takes nothing else."""

from typing import Generic, TypeVar

import msgspec

from footfall.errors import BadSetting, Refused
from footfall.privacy.policy import EXACT, POLICIES, Policy
from footfall.vocabulary import Answer, Row

__all__ = ["Released", "release", "release_count"]

T = TypeVar("T")
_DOOR = object()


class Released(Generic[T]):
    """Something that passed the gate. It cannot be made by hand: ``release`` holds the key."""

    __slots__ = ("answer", "policy")

    def __init__(self, answer: T, policy: str, door: object) -> None:
        if door is not _DOOR:
            raise TypeError("Released answers are made by privacy.release alone.")
        self.answer, self.policy = answer, policy


def release(answer: Answer, policy_name: str) -> Released[Answer]:
    """The answer as the policy lets it out, with ``meta.release`` saying what was withheld.

    Under ``staff`` a row of a breakdown (or any filtered answer) with fewer than ten visitors is absent, as if nobody had come, and a
    question that combines more than two visitor attributes is refused. ``total_rows`` counts what may be seen.

    Raises:
        Refused: the question combines too many visitor attributes.
    """
    policy = _policy(policy_name)
    if len(answer.visitor_attributes) > policy.most_attributes:
        together = ", ".join(answer.visitor_attributes)
        raise Refused(
            f"A question may combine at most {policy.most_attributes} visitor attributes; this one combines {together}. Leave one out."
        )
    kept, withheld = _kept(answer, policy)
    meta = answer.meta | {
        "release": {
            "policy": policy.name,
            "smallest_cohort": policy.smallest_cohort,
            "withheld": withheld,
            "rounded": False,
        }
    }
    if policy is not EXACT and "total_rows" in meta and withheld:
        meta.pop("total_rows")
    return Released(msgspec.structs.replace(answer, rows=kept, meta=meta), policy.name, _DOOR)


def release_count(visitors: int, policy_name: str) -> Released[int]:
    """A lone count of visitors: under the cohort it is 0, as if nobody were there."""
    policy = _policy(policy_name)
    return Released(visitors if visitors >= policy.smallest_cohort else 0, policy.name, _DOOR)


def _policy(name: str) -> Policy:
    if name not in POLICIES:
        raise BadSetting(f"Policy {name!r} is not known. Valid: {', '.join(POLICIES)}.")
    return POLICIES[name]


def _kept(answer: Answer, policy: Policy) -> tuple[tuple[Row, ...], int]:
    whole = not answer.query.get("dimensions") and not answer.filtered
    if policy is EXACT or whole:
        return answer.rows, 0
    if not answer.query.get("dimensions"):
        small = [row for row in answer.rows if row.cohort < policy.smallest_cohort]
        return tuple(_without_small_comparison(_blanked(row) if row in small else row, policy) for row in answer.rows), len(small)
    kept = tuple(_without_small_comparison(row, policy) for row in answer.rows if row.cohort >= policy.smallest_cohort)
    return kept, len(answer.rows) - len(kept)


def _blanked(row: Row) -> Row:
    return msgspec.structs.replace(row, metrics=tuple(None for _ in row.metrics))


def _without_small_comparison(row: Row, policy: Policy) -> Row:
    other = row.comparison
    if other is None or (other.cohort >= policy.smallest_cohort and None not in row.metrics):
        return row
    unknown = tuple(None for _ in row.metrics)
    return msgspec.structs.replace(row, comparison=_blanked(other), change=unknown)
