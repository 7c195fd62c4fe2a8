"""What series are called for people, and the filters by which a question asks for what they count."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from footfall.reports.places import name_of as place_name
from footfall.trends.filling import Kept
from footfall.trends.panel import Key

__all__ = ["filters_of", "name_of"]

MOST_PAGES = 200
DIRECT = {"source": "Direct / None", "channel": "Direct"}
OF_VISITS = {"source": "visit:source", "channel": "visit:channel", "region": "visit:region", "city": "visit:city"}
FORMS = {"started": "Form: Started", "sent": "Form: Submission"}


def name_of(key: Key, kept: Kept) -> str:
    """What the series counts, as the portal's team calls it: a goal's name, a funnel and its step, a page's path."""
    _, dimension, value = key
    if dimension == "portal":
        return kept.portal.domain
    if dimension == "goal":
        return next((goal.display_name for goal in kept.goals if str(goal.id) == value), value)
    if dimension == "service_step":
        return _step_name(value, kept)
    return place_name(dimension, value) if dimension in ("region", "city") else value or DIRECT.get(dimension, value)


def filters_of(key: Key, kept: Kept, pages: Mapping[str, Sequence[str]]) -> list[Any] | None:
    """Filters of what the series counts; ``None`` where a question cannot ask for it. ``pages`` are those of each topic."""
    _, dimension, value = key
    if dimension == "portal":
        return []
    if dimension == "page":
        return [["is", "event:page", [value]]]
    if dimension == "section":
        return [["matches", "event:page", [f"^{re.escape(value)}($|[/?])"]]]
    if dimension == "topic":
        return [["is", "event:page", list(pages[value])[:MOST_PAGES]]] if pages.get(value) else None
    if dimension in OF_VISITS:
        return [["is", OF_VISITS[dimension], [value or DIRECT[dimension]]]]
    if dimension in ("search", "search_zero"):
        return _search(value, is_empty=dimension == "search_zero")
    return _own(dimension, value, kept)


def _search(term: str, *, is_empty: bool) -> list[Any]:
    found: list[Any] = [["is", "event:props:search_query", [term], {"case_sensitive": False}], ["is", "event:name", ["Site Search"]]]
    return [*found, ["is", "event:props:results", ["0"]]] if is_empty else found


def _own(dimension: str, value: str, kept: Kept) -> list[Any] | None:
    names = {str(goal.id): goal.display_name for goal in kept.goals}
    if dimension == "goal":
        return [["is", "event:goal", [names[value]]]] if value in names else None
    kind, _, rest = value.partition(":")
    if kind == "form":
        form, _, step = rest.rpartition(":")
        return [["is", "event:props:form", [form]], ["is", "event:name", [FORMS[step]]]]
    step_asked = _funnel_step(rest, kept)
    if step_asked is None:
        return None
    page, goal = step_asked
    return [["is", "event:goal", [goal]]] if goal else [["matches", "event:page", [_pattern(page)]]]


def _pattern(page: str) -> str:
    return "^" + ".*".join(re.escape(part) for part in re.split(r"\*+", page)) + "$"


def _funnel_step(value: str, kept: Kept) -> tuple[str, str] | None:
    id, _, place = value.partition(":")
    for funnel in kept.funnels:
        if str(funnel.id) == id and 1 <= int(place) <= len(funnel.steps):
            step = funnel.steps[int(place) - 1]
            return step.page, step.goal
    return None


def _step_name(value: str, kept: Kept) -> str:
    kind, _, rest = value.partition(":")
    if kind == "form":
        form, _, step = rest.rpartition(":")
        return f"{form} ({step})"
    found = _funnel_step(rest, kept)
    funnel = next((one.name for one in kept.funnels if str(one.id) == rest.partition(":")[0]), rest)
    return f"{funnel}: {found[0] or found[1]}" if found else funnel
