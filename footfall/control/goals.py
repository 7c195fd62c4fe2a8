"""What makes a goal valid, and when two are the same."""

from typing import Any

import msgspec

from footfall.errors import BadInput
from footfall.vocabulary import Goal

__all__ = ["checked_goal", "decode_goal", "is_same"]

LONGEST_NAME = 120
LONGEST_PATH = 2000
decode_goal = msgspec.json.Decoder(Goal).decode


def checked_goal(portal_id: int, settings: dict[str, Any]) -> Goal:
    """The goal of these settings, with a display name; its id is 0 until it is stored.

    Raises:
        BadInput: it is neither an event goal nor a page goal, or a value is not valid.
    """
    values = {name: value for name, value in settings.items() if value is not None}
    try:
        goal = msgspec.convert(values | {"id": 0, "portal_id": portal_id}, Goal, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("That goal is not valid: {fault}.", fault=str(error)) from None
    event, page = (goal.event_name or "").strip(), (goal.page_path or "").strip()
    if bool(event) == bool(page):
        raise BadInput("A goal has either event_name or page_path.")
    if len(event) > LONGEST_NAME:
        raise BadInput("event_name is too long. Valid: up to {most} characters.", most=LONGEST_NAME)
    if page and not (page.startswith("/") and len(page) <= LONGEST_PATH):
        raise BadInput(
            "page_path {page!r} is not valid. Valid: a path that starts with '/', where * and ** match anything.", page=page[:100]
        )
    if goal.scroll_threshold is not None and not (page and 1 <= goal.scroll_threshold <= 100):
        raise BadInput(
            "scroll_threshold {scroll_threshold} is not valid. Valid: 1 to 100, together with page_path.",
            scroll_threshold=goal.scroll_threshold,
        )
    name = goal.display_name.strip() or event or f"Visit {page}"
    return msgspec.structs.replace(goal, event_name=event or None, page_path=page or None, display_name=name)


def is_same(one: Goal, other: Goal) -> bool:
    """Whether both are reached by the same events, whatever they are called."""
    return _bare(one) == _bare(other)


def _bare(goal: Goal) -> Goal:
    return msgspec.structs.replace(goal, id=0, display_name="")
