"""Adding a portal, and seeing with one's own eyes that its events arrive.

The check never looks at anybody else's visit: it asks for one name only, a random one that stands in the link which this page shows.
"""

import secrets
from typing import Any
from zoneinfo import available_timezones

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.collect.pipeline import CHECK, CHECK_PROP
from footfall.errors import BadInput, Conflict, NotFound
from footfall.serve.bodies import read_body
from footfall.serve.house import House
from footfall.serve.pages.frame import render
from footfall.serve.pages.words import REFUSAL_NAMES
from footfall.serve.sign_in import in_thread, require, signed_in, visible_portal
from footfall.serve.sites import public_url, snippet
from footfall.store.activity import is_seen
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

CHECK_BYTES, LOOKED_BACK_MS = 8, 86_400_000
USUAL_ZONE = "Etc/UTC"


@get("/add-portal")
async def add_portal_page(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[str]:
    """The form for a new portal."""
    require(await signed_in(house, request), "admin")
    return _form(request, {})


@post("/add-portal", status_code=303)
async def add_portal(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A new portal, and on to its set-up."""
    require(await signed_in(house, request), "admin")
    given = {name: str(value).strip() for name, value in (await read_body(request)).items()}
    wanted = {name: given[name] for name in ("domain", "timezone", "group") if given.get(name)}
    try:
        portal = await in_thread(lambda: house.desk.control.create_portal(**{"domain": ""} | wanted))
    except (BadInput, Conflict) as error:
        return _form(request, given, fault=str(error))
    return Redirect(f"/portals/{portal.domain}/setup", status_code=303)


@get("/portals/{domain:str}/setup")
async def setup_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The line to paste, and whether it works."""
    portal = await visible_portal(house, request, domain)
    check = request.query_params.get("check", "") or f"check-{secrets.token_hex(CHECK_BYTES)}"
    seen = await _is_seen(house, portal, check)
    url = public_url(request, house)
    return render(request, "setup.html", portal=portal, url=url, line=snippet(portal, url), check=check, seen=seen, refusals=REFUSAL_NAMES)


@get("/portals/{domain:str}/setup/seen")
async def setup_seen(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """Only whether the check has arrived, for a page that asks again and again."""
    portal = await visible_portal(house, request, domain)
    check = request.query_params.get("check", "")
    return render(request, "seen.html", portal=portal, check=check, seen=await _is_seen(house, portal, check))


async def _is_seen(house: House, portal: Portal, check: str) -> bool:
    """Whether an event came by the link of that check. Nothing else can be asked for: whose visit it is, only they know.

    Raises:
        NotFound: it is no name that this page makes.
    """
    if not CHECK.fullmatch(check):
        raise NotFound("That is no check of ours.")
    since_ms = house.desk.now() - LOOKED_BACK_MS
    return await house.in_question_lane(lambda: is_seen(house.desk.engine, portal.id, CHECK_PROP, check, since_ms=since_ms))


def _form(request: Request[Any, Any, Any], given: dict[str, str], *, fault: str = "") -> Response[str]:
    zones = sorted(zone for zone in available_timezones() if "/" in zone)
    chosen = {"timezone": USUAL_ZONE, "group": "city", "domain": ""} | given
    return render(request, "add_portal.html", status=400 if fault else 200, zones=zones, given=chosen, fault=fault)


BEHIND = [add_portal_page, add_portal, setup_page, setup_seen]
