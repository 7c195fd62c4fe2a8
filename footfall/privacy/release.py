"""The one door out. Only ``release`` makes a ``Released``; everything that serves or prints takes nothing else."""

from typing import Generic, TypeVar

import msgspec

from footfall.errors import BadSetting, Refused
from footfall.privacy.budget import UNIT, unit_of
from footfall.privacy.folding import Folded, fold
from footfall.privacy.measures import rounded_measures, rule_of
from footfall.privacy.noisy import NO_CLEAR_CHANGE, with_noise_told
from footfall.privacy.paging import ordered
from footfall.privacy.policy import POLICIES, Policy
from footfall.privacy.related import fold_related
from footfall.privacy.rolled_up import put_together
from footfall.vocabulary import Answer, Drawn, Measured

__all__ = ["Released", "release", "release_count", "release_events", "release_measures"]

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

    Under ``city``, ``open`` and ``reach`` only numbers leave that were drawn for that release, with their ±, and no others do under these.

    Raises:
        Refused: the question combines more visitor attributes than the policy allows, or its numbers were not drawn for it.
    """
    policy = _policy(policy_name)
    if (answer.drawn.release if answer.drawn else "") != (policy.name if policy.is_drawn else ""):
        raise _elsewhere(answer, policy)
    if len(answer.visitor_attributes) > policy.most_attributes:
        together = ", ".join(answer.visitor_attributes)
        raise Refused(
            "A question may combine at most {most} visitor attributes; this one combines {together}. Leave one out.",
            most=policy.most_attributes,
            together=together,
        )
    folded = _folded(answer, policy)
    rows = tuple(ordered(folded.rows, answer.order)) if policy.smallest_cohort else answer.rows
    meta = answer.meta | {"release": _meta(answer, policy, folded.withheld)}
    if "total_rows" in meta and folded.rows != answer.rows and "release" in answer.meta:
        meta.pop("total_rows")
    elif "total_rows" in meta and "release" not in answer.meta:
        meta["total_rows"] = len(rows)
    page = rows[answer.offset : answer.offset + answer.limit]
    return Released(
        msgspec.structs.replace(answer, rows=page, meta=meta, offset=0, parts=(), beside=(), above=(), rolled_up=None), policy.name, _DOOR
    )


def _folded(answer: Answer, policy: Policy) -> Folded:
    if answer.drawn is not None:
        return with_noise_told(answer)
    if answer.related:
        return fold_related(answer, policy.smallest_cohort)
    folded = fold(answer, policy.smallest_cohort)
    if answer.rolled_up is None or not policy.smallest_cohort:
        return folded
    return put_together(folded, answer.rolled_up, fold(answer.rolled_up.answer, policy.smallest_cohort))


def _elsewhere(answer: Answer, policy: Policy) -> Refused:
    if answer.drawn is None:
        return Refused("Numbers of events do not leave under the policy {policy}.", policy=policy.name)
    return Refused(
        "Numbers drawn for the release {release} do not leave under the policy {policy}.", release=answer.drawn.release, policy=policy.name
    )


def release_count(visitors: int, policy_name: str) -> Released[int]:
    """A lone count of visitors: under the cohort it is 0, as if nobody were there. Raises Refused for a policy of drawn numbers."""
    policy = _of_events(policy_name)
    return Released(visitors if visitors >= policy.smallest_cohort else 0, policy.name, _DOOR)


def release_events(events: int, policy_name: str, *, each: int) -> Released[int]:
    """A lone count of events of visitors whom nobody told apart: whole steps of a cohort that sent ``each`` events apiece, 0 under one.
    Raises as ``release_count``."""
    policy = _of_events(policy_name)
    step = policy.smallest_cohort * each
    return Released(events // step * step if step else events, policy.name, _DOOR)


def release_measures(answer: Measured, policy_name: str) -> Released[Measured]:
    """Numbers of the city's data (decision 0013): what rests on fewer than twenty is absent, whatever the table holds; counts are in tens,
    sums and means in steps of what their cohort makes. A certified supplier's numbers, and those under ``exact``, stay as they are.

    Raises:
        Refused: for a policy of drawn numbers.
    """
    policy = _of_events(policy_name)
    rule = rule_of(policy.name, is_certified=answer.is_certified)
    told = {
        "policy": policy.name,
        "smallest_cohort": rule.floor,
        "rounded_to": rule.round_to,
        "is_certified": answer.is_certified,
        "unit": answer.unit,
    }
    seen = rounded_measures(answer, rule)
    return Released(msgspec.structs.replace(seen, meta=answer.meta | {"release": told}), policy.name, _DOOR)


def _policy(name: str) -> Policy:
    if name not in POLICIES:
        raise BadSetting("Policy {name!r} is not known. Valid: {valid}.", name=name, valid=", ".join(POLICIES))
    return POLICIES[name]


def _of_events(name: str) -> Policy:
    policy = _policy(name)
    if policy.is_drawn:
        raise Refused("Numbers of events do not leave under the policy {policy}.", policy=name)
    return policy


def _meta(answer: Answer, policy: Policy, withheld: int) -> dict[str, object]:
    before = answer.meta.get("release")
    if isinstance(before, dict) and before.get("policy") == policy.name:
        withheld = max(withheld, before["withheld"])
    told = {"policy": policy.name, "smallest_cohort": policy.smallest_cohort, "withheld": withheld, "rounded": False}
    return told | ({"unit": UNIT, "source": "events"} if answer.drawn is None else _noise(answer.drawn))


def _noise(drawn: Drawn) -> dict[str, object]:
    of_ledger = {name: getattr(drawn, name) for name in ("mart", "rho", "sigma", "threshold")}
    return {"unit": unit_of(drawn.release), "source": "marts", "lines": list(drawn.lines), "no_change": NO_CLEAR_CHANGE} | of_ledger
