"""Adding a portal, and seeing whether its events arrive.

One's own event is seen in one's own browser: the tracker tells the page that opened its window, or the browser's tools show the answer
(decision 8). This server tells no more than the gate lets out: a link that said "somebody came by me" could be sent to one person, to learn
when they come.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.hostnames import as_browsers_send
from footfall.errors import BadInput, Conflict
from footfall.privacy import release_count
from footfall.serve.bodies import read_body
from footfall.serve.house import House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.frame import render
from footfall.serve.pages.way import way_of
from footfall.serve.pages.words import REFUSAL_NAMES
from footfall.serve.sign_in import in_thread, require, signed_in, visible_portal
from footfall.serve.site_objects import snippet
from footfall.serve.sites import public_url
from footfall.store.activity import few_visitor_days
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

LOOKED_BACK_MS = 86_400_000
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
        return _form(request, given, fault=said(request, error))
    return Redirect(f"/portals/{portal.domain}/setup", status_code=303)


@get("/portals/{domain:str}/setup")
async def setup_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The line to paste, and whether it works."""
    portal = await visible_portal(house, request, domain)
    url, now_ms = public_url(request, house), house.desk.now()
    response = render(
        request,
        "setup.html",
        portal=portal,
        url=url,
        line=snippet(portal, url),
        counts=await _counts(house, portal),
        refusals=REFUSAL_NAMES,
        hosts=_hosts(portal),
        way=way_of(request.client.host if request.client else "", dict(request.scope["headers"]), house.desk.settings.trusted_proxies),
        now_ms=now_ms,
        now=datetime.fromtimestamp(now_ms / 1000, ZoneInfo(portal.timezone)),
    )
    # The check's window must keep its tie to this page, which the policy of all other pages would cut.
    response.headers["cross-origin-opener-policy"] = "same-origin-allow-popups"
    return response


@get("/portals/{domain:str}/setup/seen")
async def setup_seen(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """Only whether it counts, for a page that asks again and again."""
    portal = await visible_portal(house, request, domain)
    return render(request, "seen.html", portal=portal, counts=await _counts(house, portal))


def _hosts(portal: Portal) -> list[str]:
    """Hosts of the portal's pages, as browsers write them."""
    own = [as_browsers_send(domain).partition("/")[0].partition(":")[0] for domain in (portal.domain, *portal.domains)]
    return [*own, *(f"www.{host}" for host in own)]


async def _counts(house: House, portal: Portal) -> bool:
    """Whether a whole cohort came since yesterday. Few and none look alike."""
    desk = house.desk
    found = await house.in_question_lane(lambda: few_visitor_days(desk.all, since_ms=desk.now() - LOOKED_BACK_MS))
    return release_count(found.get(portal.id, 0), desk.settings.policy).answer > 0


def _form(request: Request[Any, Any, Any], given: dict[str, str], *, fault: str = "") -> Response[str]:
    zones = sorted(zone for zone in available_timezones() if "/" in zone)
    chosen = {"timezone": USUAL_ZONE, "group": "city", "domain": ""} | given
    return render(request, "add_portal.html", status=400 if fault else 200, zones=zones, given=chosen, fault=fault)


BEHIND = [add_portal_page, add_portal, setup_page, setup_seen]
