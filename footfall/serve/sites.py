"""Provisioning in the shapes of Plausible's Sites API: portals and their goals."""

from typing import Any

import msgspec
from litestar import Request, delete, get, post, put

from footfall.control.database import Control
from footfall.errors import BadInput
from footfall.serve.house import House
from footfall.serve.keys import bearer
from footfall.vocabulary import Goal, Portal

__all__ = ["ROUTES", "goal_json", "portal_json", "snippet"]

PORTAL_KEYS = ("domain", "domains", "timezone", "group", "keep_events", "allowed_query", "allowed_props", "privacy_signal")
GOAL_KEYS = ("site_id", "goal_type", "event_name", "page_path", "display_name", "custom_props", "scroll_threshold")


def snippet(portal: Portal, public_url: str) -> str:
    """The line to paste into the portal's pages."""
    return f'<script defer data-site="{portal.domain}" src="{public_url}/footfall.js"></script>'


def portal_json(portal: Portal, public_url: str) -> dict[str, Any]:
    return dict(msgspec.to_builtins(portal)) | {"snippet": snippet(portal, public_url)}


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


def public_url(request: Request[Any, Any, Any], house: House) -> str:
    return (house.desk.settings.public_url or str(request.base_url)).rstrip("/")


def _settings(data: Any, valid: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadInput(f"Send a JSON object with any of: {', '.join(valid)}.")
    unknown = sorted(set(data) - set(valid))
    if unknown:
        raise BadInput(f"Unknown key {unknown[0]!r}. Valid keys: {', '.join(valid)}.")
    return data


@post("/api/v1/sites", status_code=200, sync_to_thread=True)
def create_site(request: Request[Any, Any, Any], house: House, data: Any) -> dict[str, Any]:
    """Make a portal; it accepts events at once."""
    bearer(house.desk, request, "sites:write")
    settings = _settings(data, PORTAL_KEYS)
    if not isinstance(settings.get("domain"), str):
        raise BadInput("The key 'domain' is missing: the portal's host name.")
    portal = house.desk.control.create_portal(**settings)
    return portal_json(portal, public_url(request, house))


@get("/api/v1/sites", sync_to_thread=True)
def list_sites(request: Request[Any, Any, Any], house: House, limit: int = 100, after: str | None = None) -> dict[str, Any]:
    """Portals by id; ``after`` is the last page's ``meta.after``."""
    key = bearer(house.desk, request, "sites:read")
    start = int(after) if after and after.isdigit() else 0
    found = [portal for portal in house.desk.control.portals() if not key.portals or portal.domain in key.portals]
    page = [portal for portal in found if portal.id > start][: max(1, min(limit, 1000))]
    more = bool(page) and page[-1].id != found[-1].id
    sites = [{"domain": portal.domain, "timezone": portal.timezone, "id": portal.id} for portal in page]
    return {"sites": sites, "meta": {"after": str(page[-1].id) if more else None, "before": None, "limit": limit}}


@get("/api/v1/sites/{site_id:str}", sync_to_thread=True)
def show_site(request: Request[Any, Any, Any], house: House, site_id: str) -> dict[str, Any]:
    """One portal with all its settings."""
    portal = house.desk.control.portal(site_id)
    bearer(house.desk, request, "sites:read", portal.domain)
    return portal_json(portal, public_url(request, house))


@put("/api/v1/sites/{site_id:str}", sync_to_thread=True)
def change_site(request: Request[Any, Any, Any], house: House, site_id: str, data: Any) -> dict[str, Any]:
    """Change a portal's settings."""
    bearer(house.desk, request, "sites:write", house.desk.control.portal(site_id).domain)
    portal = house.desk.control.update_portal(site_id, **_settings(data, PORTAL_KEYS))
    return portal_json(portal, public_url(request, house))


@delete("/api/v1/sites/{site_id:str}", status_code=200, sync_to_thread=True)
def delete_site(request: Request[Any, Any, Any], house: House, site_id: str) -> dict[str, bool]:
    """Remove a portal and its goals."""
    bearer(house.desk, request, "sites:write", house.desk.control.portal(site_id).domain)
    house.desk.control.delete_portal(site_id)
    return {"deleted": True}


def _goal_of(control: Control, data: Any) -> tuple[Portal, Goal]:
    settings = dict(_settings(data, GOAL_KEYS))
    kind = settings.pop("goal_type", None)
    if kind not in ("event", "page"):
        raise BadInput(f"goal_type {kind!r} is not valid. Valid: event, page.")
    needed = "event_name" if kind == "event" else "page_path"
    if not settings.get(needed):
        raise BadInput(f"The key {needed!r} is missing for a goal of type {kind}.")
    settings.pop("page_path" if kind == "event" else "event_name", None)
    portal = control.portal(str(settings.pop("site_id", "")))
    return portal, control.put_goal(portal.id, **settings)


@put("/api/v1/sites/goals", status_code=200, sync_to_thread=True)
def put_goal(request: Request[Any, Any, Any], house: House, data: Any) -> dict[str, Any]:
    """Find or create a goal."""
    bearer(house.desk, request, "sites:write", str(data.get("site_id", "")) if isinstance(data, dict) else "")
    portal, goal = _goal_of(house.desk.control, data)
    return goal_json(goal, portal.domain)


@get("/api/v1/sites/goals", sync_to_thread=True)
def list_goals(request: Request[Any, Any, Any], house: House, site_id: str) -> dict[str, Any]:
    """A portal's goals."""
    portal = house.desk.control.portal(site_id)
    bearer(house.desk, request, "sites:read", portal.domain)
    goals = [goal_json(goal, portal.domain) for goal in house.desk.control.goals(portal.id)]
    return {"goals": goals, "meta": {"after": None, "before": None, "limit": 100}}


@delete("/api/v1/sites/goals/{goal_id:int}", status_code=200, sync_to_thread=True)
def delete_goal(request: Request[Any, Any, Any], house: House, goal_id: int, data: Any) -> dict[str, bool]:
    """Remove a goal; ``site_id`` is in the body."""
    portal = house.desk.control.portal(str(data.get("site_id", "")) if isinstance(data, dict) else "")
    bearer(house.desk, request, "sites:write", portal.domain)
    house.desk.control.delete_goal(portal.id, goal_id)
    return {"deleted": True}


ROUTES = [create_site, list_sites, show_site, change_site, delete_site, put_goal, list_goals, delete_goal]
