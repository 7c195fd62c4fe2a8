"""The one door out. Only ``release`` makes a ``Released``; everything that serves or prints takes nothing else."""

from typing import Generic, TypeVar

import msgspec

from footfall.errors import BadSetting, Refused
from footfall.privacy.folding import fold
from footfall.privacy.paging import ordered
from footfall.privacy.policy import POLICIES, Policy
from footfall.privacy.related import fold_related
from footfall.vocabulary import Answer

__all__ = ["Released", "release", "release_count", "release_events"]

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
    """The page of the answer that was asked for, as the policy lets it out; ``meta.release.withheld`` counts its blank rows.

    Under ``staff`` a row that rests on fewer than ten visitors is absent as if nobody had come, or blank where a row is always there; a
    single metric that rests on fewer than its row is blank, and so is a comparison's side. Where rows divide a whole, what is hidden of it
    together is nothing or rests on ten: else the smallest that is left joins. Order, page and ``total_rows`` are those of what may be seen.
    A released answer released again stays as it is; under ``exact`` nothing is changed.

    Raises:
        Refused: the question combines more visitor attributes than the policy allows.
    """
    policy = _policy(policy_name)
    if len(answer.visitor_attributes) > policy.most_attributes:
        together = ", ".join(answer.visitor_attributes)
        raise Refused(
            "A question may combine at most {most} visitor attributes; this one combines {together}. Leave one out.",
            most=policy.most_attributes,
            together=together,
        )
    folded = fold_related(answer, policy.smallest_cohort) if answer.related else fold(answer, policy.smallest_cohort)
    rows = tuple(ordered(folded.rows, answer.order)) if policy.smallest_cohort else answer.rows
    meta = answer.meta | {"release": _meta(answer, policy, folded.withheld)}
    if "total_rows" in meta and folded.rows != answer.rows and "release" in answer.meta:
        meta.pop("total_rows")
    elif "total_rows" in meta and "release" not in answer.meta:
        meta["total_rows"] = len(rows)
    page = rows[answer.offset : answer.offset + answer.limit]
    return Released(msgspec.structs.replace(answer, rows=page, meta=meta, offset=0, parts=(), beside=()), policy.name, _DOOR)


def release_count(visitors: int, policy_name: str) -> Released[int]:
    """A lone count of visitors: under the cohort it is 0, as if nobody were there."""
    policy = _policy(policy_name)
    return Released(visitors if visitors >= policy.smallest_cohort else 0, policy.name, _DOOR)


def release_events(events: int, policy_name: str, *, each: int) -> Released[int]:
    """A lone count of events of visitors whom nobody told apart: whole steps of a cohort that sent ``each`` events apiece, 0 under one."""
    policy = _policy(policy_name)
    step = policy.smallest_cohort * each
    return Released(events // step * step if step else events, policy.name, _DOOR)


def _policy(name: str) -> Policy:
    if name not in POLICIES:
        raise BadSetting(f"Policy {name!r} is not known. Valid: {', '.join(POLICIES)}.")
    return POLICIES[name]


def _meta(answer: Answer, policy: Policy, withheld: int) -> dict[str, object]:
    before = answer.meta.get("release")
    if isinstance(before, dict) and before.get("policy") == policy.name:
        withheld = max(withheld, before["withheld"])
    return {"policy": policy.name, "smallest_cohort": policy.smallest_cohort, "withheld": withheld, "rounded": False}
