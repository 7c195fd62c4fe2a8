"""The form of a target: what was typed, and the settings that it means."""

from collections.abc import Mapping
from typing import Any

import msgspec

from footfall.control.targets import Target
from footfall.errors import BadInput

__all__ = ["Draft", "as_settings", "draft_of", "read_draft"]

METRIC, MEASURE = "metric", "measure"
FIELDS = {("is", "segment"): "segment", ("is", "event:goal"): "goal", ("contains", "event:page"): "page"}


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """As the fields have it; ``what`` is ``metric:visits`` or ``measure:DATASET:MEASURE``."""

    name: str = ""
    what: str = "metric:visitors"
    segment: str = ""
    """Id of one of the team's; empty is everybody."""
    goal: str = ""
    page: str = ""
    value: str = ""
    direction: str = "at_least"
    every: str = ""
    starts: str = ""
    due: str = ""
    owner: str = ""
    is_other: bool = False
    """What it counts was set by the API and is more than the form can say: filters that are no goal and page, or a place. It stays."""


def read_draft(fields: Mapping[str, str]) -> Draft:
    """The fields that there are."""
    known = (name for name in Draft.__struct_fields__ if name != "is_other")
    return Draft(**{name: fields[name].strip() for name in known if name in fields}, is_other="other" in fields)


def draft_of(target: Target) -> Draft:
    """The form of a target that is there."""
    kept = {name: getattr(target, name) for name in ("name", "direction", "every", "starts", "due", "owner")}
    value = f"{target.value:.15g}"
    if target.measure:
        what = f"{MEASURE}:{target.measure.dataset}:{target.measure.measure}"
        is_other = bool(target.measure.place is not None or target.measure.categories or target.measure.place_kind != "city")
        return Draft(what=what, value=value, is_other=is_other, **kept)
    assert target.question is not None
    plain = {_field(one): str(one[2][0]) for one in target.question.filters if _field(one)}
    is_other = len(plain) < len(target.question.filters)
    picked = {} if is_other else plain
    return Draft(what=f"{METRIC}:{target.question.metrics[0]}", value=value, is_other=is_other, **picked, **kept)


def as_settings(draft: Draft) -> dict[str, Any]:
    """What ``checked_target`` takes; an empty value is the suggested one.

    Raises:
        BadInput: the value is no number, or the segment none.
    """
    kept = {name: getattr(draft, name) for name in ("name", "direction", "every", "starts", "due")}
    return kept | {"value": _number(draft.value)} | _counted(draft) | ({"owner": draft.owner} if draft.owner else {})


def _counted(draft: Draft) -> dict[str, Any]:
    if draft.is_other:
        return {}
    kind, _, what = draft.what.partition(":")
    if kind == MEASURE:
        dataset, _, measure = what.partition(":")
        return {"measure": {"dataset": dataset, "measure": measure}}
    filters = _of_segment(draft.segment)
    filters += [["is", "event:goal", [draft.goal]]] if draft.goal else []
    filters += [["contains", "event:page", [draft.page]]] if draft.page else []
    return {"question": {"metrics": [what], "filters": filters}}


def _of_segment(text: str) -> list[Any]:
    if not text:
        return []
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("Segment {id!r} is not known.", id=text[:20])
    return [["is", "segment", [int(text)]]]


def _field(one: Any) -> str:
    """The field that a filter is of; empty for one that the form does not know."""
    is_plain = isinstance(one, list) and len(one) == 3 and isinstance(one[2], list) and len(one[2]) == 1
    return FIELDS.get((one[0], one[1]), "") if is_plain else ""


def _number(text: str) -> float | None:
    try:
        return float(text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace(",", ".")) if text else None
    except ValueError:
        raise BadInput("{value!r} is no number. Leave it empty for the suggested one.", value=text[:40]) from None
