"""Provisioning in the shapes of Plausible's Sites API: portals and their goals."""

from collections.abc import Callable
from typing import Any, TypeVar

import anyio.to_thread
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from footfall.control.portals import PORTAL_SETTINGS
from footfall.errors import BadInput, Forbidden
from footfall.serve.bodies import read_body
from footfall.serve.house import House
from footfall.serve.keys import authorize, portal_for
from footfall.serve.sealed import refuse_unsealable
from footfall.serve.site_objects import goal_json, portal_json
from footfall.vocabulary import Goal, Portal

__all__ = ["ROUTES", "public_url"]

T = TypeVar("T")
LISTS = ("domains", "allowed_query", "allowed_props")
DEFAULT_ROWS, MOST_ROWS, LONGEST_NUMBER = 100, 1000, 18
NOT_HERE = ("team_id", "tracker_script_configuration")
"""What Plausible's clients may send of a site and Footfall has no use for."""
GOAL_KEYS = ("site_id", "goal_type", "event_name", "page_path", "display_name", "custom_props", "scroll_threshold")


def public_url(request: Request[Any, Any, Any], house: House) -> str:
    return (house.desk.settings.public_url or str(request.base_url)).rstrip("/")


def page_of(entries: list[T], number_of: Callable[[T], int], request: Request[Any, Any, Any]) -> tuple[list[T], dict[str, Any]]:
    """One page of entries in ascending order, and Plausible's ``meta``: ``after`` and ``before`` are ``None`` at the ends.

    Raises:
        BadInput: limit, after or before is not valid.
    """
    given = {name: request.query_params.get(name) for name in ("limit", "after", "before")}
    for name, text in given.items():
        if text is not None and not (text.isdecimal() and len(text) <= LONGEST_NUMBER):
            raise BadInput(
                "{name} {value!r} is not valid. Valid: a number, for after and before the one in the last answer's meta.",
                name=name,
                value=text,
            )
    limit = int(given["limit"] or DEFAULT_ROWS)
    if not 1 <= limit <= MOST_ROWS:
        raise BadInput("limit {limit} is not valid. Valid: 1 to {most}.", limit=limit, most=MOST_ROWS)
    if given["before"]:
        page = [entry for entry in entries if number_of(entry) < int(given["before"])][-limit:]
    else:
        page = [entry for entry in entries if number_of(entry) > int(given["after"] or 0)][:limit]
    has_more, has_less = bool(page) and page[-1] is not entries[-1], bool(page) and page[0] is not entries[0]
    after, before = str(number_of(page[-1])) if has_more else None, str(number_of(page[0])) if has_less else None
    return page, {"after": after, "before": before, "limit": limit}


def _settings(given: dict[str, Any], valid: tuple[str, ...]) -> dict[str, Any]:
    unknown = sorted(set(given) - set(valid))
    if unknown:
        raise BadInput("Unknown key {key!r}. Valid keys: {valid}.", key=unknown[0], valid=", ".join(valid))
    return {name: _listed(value) if name in LISTS else value for name, value in given.items()}


def _portal_settings(given: dict[str, Any]) -> dict[str, Any]:
    """As Plausible reads them: what it has and Footfall has not is passed over, and a time zone left blank is none."""
    used = {name: value for name, value in given.items() if name not in NOT_HERE and not (name == "timezone" and value in (None, ""))}
    return _settings(used, PORTAL_SETTINGS)


def _listed(value: Any) -> Any:
    """A list as a form sends it: commas between."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _site_id(given: dict[str, Any], act: str) -> str:
    if not given.get("site_id"):
        raise BadInput("Parameter `site_id` is required to {act}.", act=act)
    return str(given["site_id"])


async def _in_thread(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(work)


async def _changed(house: House, work: Callable[[], T]) -> T:
    """The outcome of a change to portals, which this process's collector knows from then on; collectors apart look twice a second."""

    def done() -> T:
        outcome = work()
        house.gate.portals.refresh(wait=True)
        return outcome

    return await _in_thread(done)


@post("/api/v1/sites", status_code=200)
async def create_site(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Make a portal; it accepts events at once. Keys: domain, and whatever else a portal has."""
    key = await authorize(house, request, "sites:write")
    if key.portals:
        raise Forbidden("This key is for some portals only; it cannot make one.")
    settings = _portal_settings(await read_body(request))
    if not isinstance(settings.get("domain"), str):
        raise BadInput("The key 'domain' is missing: the portal's host name.")
    refuse_unsealable(house.desk.settings, settings.get("keep_events"))
    portal = await _changed(house, lambda: house.desk.control.create_portal(**settings))
    return portal_json(portal, public_url(request, house))


@get("/api/v1/sites")
async def list_sites(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Portals by id, a page at a time: limit (100, at most 1,000), after, before."""
    key = await authorize(house, request, "sites:read")
    found = [portal for portal in await _in_thread(house.desk.control.portals) if not key.portals or portal.domain in key.portals]
    page, meta = page_of(found, lambda portal: portal.id, request)
    sites = [{"domain": portal.domain, "timezone": portal.timezone, "id": portal.id} for portal in page]
    return {"sites": sites, "meta": meta}


@get("/api/v1/sites/{site_id:str}")
async def show_site(request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromPath[str]) -> dict[str, Any]:
    """One portal with all its settings."""
    key = await authorize(house, request, "sites:read")
    portal = await _in_thread(lambda: portal_for(house.desk.control, key, "sites:read", site_id))
    return portal_json(portal, public_url(request, house))


@put("/api/v1/sites/{site_id:str}")
async def change_site(request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromPath[str]) -> dict[str, Any]:
    """Change a portal's settings; what is not named stays."""
    key = await authorize(house, request, "sites:write")
    settings = _portal_settings(await read_body(request))
    if not settings:
        raise BadInput("Nothing to change. Valid keys: {valid}.", valid=", ".join(PORTAL_SETTINGS))

    def work() -> Portal:
        portal = portal_for(house.desk.control, key, "sites:write", site_id)
        refuse_unsealable(house.desk.settings, settings.get("keep_events"))
        return house.desk.control.update_portal(portal.id, **settings)

    return portal_json(await _changed(house, work), public_url(request, house))


@delete("/api/v1/sites/{site_id:str}", status_code=200)
async def delete_site(request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromPath[str]) -> dict[str, bool]:
    """Remove a portal and its goals; its events go with the next retention round."""
    key = await authorize(house, request, "sites:write")

    def work() -> None:
        portal = portal_for(house.desk.control, key, "sites:write", site_id)
        house.desk.control.delete_portal(portal.id)

    await _changed(house, work)
    return {"deleted": True}


def _goal_settings(given: dict[str, Any]) -> dict[str, Any]:
    settings = _settings(given, GOAL_KEYS)
    kind = settings.pop("goal_type", None)
    if kind is None:
        raise BadInput("Parameter `goal_type` is required to create a goal. Valid: event, page.")
    if kind not in ("event", "page"):
        raise BadInput("goal_type {kind!r} is not valid. Valid: event, page.", kind=kind)
    needed = "event_name" if kind == "event" else "page_path"
    if not settings.get(needed):
        raise BadInput("Parameter `{needed}` is required to create a goal of type {kind}.", needed=needed, kind=kind)
    settings.pop("page_path" if kind == "event" else "event_name", None)
    settings.pop("site_id")
    return settings


@put("/api/v1/sites/goals")
async def put_goal(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Find or create a goal: site_id, goal_type (event, page), event_name or page_path, display_name, custom_props, scroll_threshold."""
    key = await authorize(house, request, "sites:write")
    given = await read_body(request)
    site_id = _site_id(given, "create a goal")
    settings = _goal_settings(given)

    def work() -> dict[str, Any]:
        portal = portal_for(house.desk.control, key, "sites:write", site_id)
        return goal_json(house.desk.control.put_goal(portal.id, **settings), portal.domain)

    return await _in_thread(work)


@get("/api/v1/sites/goals")
async def list_goals(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """A portal's goals by id, a page at a time: site_id, limit, after, before."""
    key = await authorize(house, request, "sites:read")
    site_id = _site_id(dict(request.query_params), "list goals")

    def work() -> tuple[Portal, list[Goal]]:
        portal = portal_for(house.desk.control, key, "sites:read", site_id)
        return portal, list(house.desk.control.goals(portal.id))

    portal, goals = await _in_thread(work)
    page, meta = page_of(goals, lambda goal: goal.id, request)
    return {"goals": [goal_json(goal, portal.domain) for goal in page], "meta": meta}


@delete("/api/v1/sites/goals/{goal_id:int}", status_code=200)
async def delete_goal(request: Request[Any, Any, Any], house: NamedDependency[House], goal_id: FromPath[int]) -> dict[str, bool]:
    """Remove a goal; ``site_id`` is in the body or in the address."""
    key = await authorize(house, request, "sites:write")
    site_id = _site_id(dict(request.query_params) | await read_body(request), "delete a goal")

    def work() -> None:
        portal = portal_for(house.desk.control, key, "sites:write", site_id)
        house.desk.control.delete_goal(portal.id, goal_id)

    await _in_thread(work)
    return {"deleted": True}


ROUTES = [create_site, list_sites, show_site, change_site, delete_site, put_goal, list_goals, delete_goal]
