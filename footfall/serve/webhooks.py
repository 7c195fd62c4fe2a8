"""Webhooks over HTTP: who is told when a day's marts were published."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from footfall.control.keys import Key
from footfall.control.webhooks import Webhook, add_webhook, delete_webhook, find_webhook, list_deliveries, list_webhooks
from footfall.errors import BadInput, Forbidden, NotFound
from footfall.serve.bodies import read_body
from footfall.serve.house import House
from footfall.serve.keys import authorize
from footfall.serve.service_keys import portal_by_name, portal_of
from footfall.serve.webhook_jobs import refuse_plain, send

__all__ = ["ROUTES", "webhook_json"]


@get("/api/v1/webhooks")
async def list_all(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Webhooks of the key's portals, or of one with ``site_id``."""
    key = await authorize(house, request, "content:write")
    site_id = request.query_params.get("site_id", "")

    def work() -> dict[str, Any]:
        site = portal_by_name(house, key, site_id).id if site_id else None
        names = {portal.id: portal.domain for portal in house.desk.control.portals()}
        found = [one for one in list_webhooks(house.desk.control, site) if not key.portals or names[one.site] in key.portals]
        return {"webhooks": [_shown(house, one, names[one.site]) for one in found]}

    return await house.in_list_lane(work)


@post("/api/v1/webhooks", status_code=200)
async def add_one(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Make one; its secret is answered this once."""
    key, given = await authorize(house, request, "content:write"), await read_body(request)
    site_id, url = given.get("site_id"), given.get("url")
    if set(given) != {"site_id", "url"} or not isinstance(site_id, str) or not isinstance(url, str):
        raise BadInput("A webhook needs site_id and url, and nothing else.")

    def work() -> dict[str, Any]:
        portal = portal_by_name(house, key, site_id)
        refuse_plain(house.desk.settings, url)
        made, secret = add_webhook(house.desk.control, portal.id, url, now_ms=house.desk.now())
        return {"id": made.id, "domain": portal.domain, "url": made.url, "secret": secret}

    return await house.in_list_lane(work)


@delete("/api/v1/webhooks/{webhook:int}", status_code=200)
async def delete_one(request: Request[Any, Any, Any], house: NamedDependency[House], webhook: FromPath[int]) -> dict[str, bool]:
    """Nothing is sent to it any more."""
    key = await authorize(house, request, "content:write")

    def work() -> None:
        delete_webhook(house.desk.control, _its(house, key, webhook).id, now_ms=house.desk.now())

    await house.in_list_lane(work)
    return {"deleted": True}


@post("/api/v1/webhooks/{webhook:int}/try", status_code=200)
async def try_one(request: Request[Any, Any, Any], house: NamedDependency[House], webhook: FromPath[int]) -> dict[str, Any]:
    """Send it a trial message now."""
    key = await authorize(house, request, "content:write")

    def work() -> dict[str, Any]:
        found = _its(house, key, webhook)
        delivery = send(house.desk, found, portal_of(house, key, found.site))
        return {"state": delivery.state, "status": delivery.status}

    return await house.in_import_lane(work)


def webhook_json(webhook: Webhook, domain: str) -> dict[str, Any]:
    """Without its secret."""
    return {"id": webhook.id, "domain": domain, "url": webhook.url, "created": _instant(webhook.created_ms)}


def _shown(house: House, webhook: Webhook, domain: str) -> dict[str, Any]:
    found = list_deliveries(house.desk.control, webhook.id)
    told = [{"day": one.day, "state": one.state, "status": one.status, "tries": one.tries, "at": _instant(one.at_ms)} for one in found]
    return webhook_json(webhook, domain) | {"deliveries": told}


def _its(house: House, key: Key, id: int) -> Webhook:
    """The webhook of that id; one of a portal that the key is not for looks like none."""
    found = find_webhook(house.desk.control, id)
    try:
        portal_of(house, key, found.site)
    except Forbidden:
        raise NotFound("No webhook {id} here. `footfall webhooks list` shows those there are.", id=id) from None
    return found


def _instant(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


ROUTES = [list_all, add_one, delete_one, try_one]
