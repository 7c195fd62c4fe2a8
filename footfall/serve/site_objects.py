"""Portals and goals as the API and the command line show them."""

from typing import Any

import msgspec

from footfall.vocabulary import Goal, Portal

__all__ = ["goal_json", "portal_json", "snippet"]


def snippet(portal: Portal, public_url: str) -> str:
    """The line to paste into the portal's pages."""
    return f'<script defer data-site="{portal.domain}" src="{public_url}/footfall.js"></script>'


def portal_json(portal: Portal, public_url: str) -> dict[str, Any]:
    """All settings of a portal, its ids for other trackers, the line to paste, and Plausible's name for the properties it keeps."""
    more = {"custom_properties": list(portal.allowed_props), "snippet": snippet(portal, public_url)}
    return dict(msgspec.to_builtins(portal)) | more


def goal_json(goal: Goal, domain: str) -> dict[str, Any]:
    """Plausible's goal object; only the keys that its type has."""
    shown: dict[str, Any] = {
        "id": goal.id,
        "domain": domain,
        "goal_type": "event" if goal.event_name else "page",
        "display_name": goal.display_name,
        "custom_props": goal.custom_props,
    }
    if goal.event_name:
        return shown | {"event_name": goal.event_name, "page_path": None}
    return shown | {"event_name": None, "page_path": goal.page_path, "scroll_threshold": goal.scroll_threshold}
