"""What residents may see and do without signing in: what a portal collects, how to be left out, and erasing what today has of them.

No page here sets a cookie. A portal may link them or frame them; nobody else's pages can.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.collect.conditions import CONDITIONS
from footfall.control.hostnames import as_browsers_send
from footfall.errors import Forbidden, NotFound
from footfall.serve.error_answers import HANDLERS
from footfall.serve.house import House
from footfall.serve.myself import erase_today, is_token, new_token
from footfall.serve.pages.frame import HEADERS, POLICY, Reader, reader_of, text_of
from footfall.serve.pages.language import N_, choose
from footfall.serve.pages.residents_words import RESIDENTS_WORDS
from footfall.serve.residents import facts_of, heeded, held_of
from footfall.serve.sign_in import fields_of, in_thread
from footfall.vocabulary import Portal

__all__ = ["ANYBODY", "ROUTES", "known_portal", "render_residents", "resident"]

TWIN = ".json"
ERASED = N_(
    "What today has of this browser on this portal is being erased, and nothing more of it is counted today. This answer is the same "
    "whether there was something or not."
)
GPC_SINCE = "2026-11-26"
"""When what Footfall does about the signal changed last."""
OURS_ALONE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
ANYBODY = {"access-control-allow-origin": "*"} | OURS_ALONE


@get("/privacy/{name:path}")
async def privacy_page(request: Request[Any, Any, Any], house: NamedDependency[House], name: FromPath[str]) -> Response[Any]:
    """What is collected on a portal; ``.json`` behind its name gives the same to machines."""
    domain = str(name).strip("/")
    portal = known_portal(house, domain.removesuffix(TWIN))
    facts = await in_thread(lambda: facts_of(house.desk, portal))
    if domain.endswith(TWIN):
        return Response(msgspec.json.encode(facts), media_type="application/json", headers=ANYBODY)
    return render_residents(
        request,
        portal,
        "privacy.html",
        facts=facts,
        day=date.fromisoformat(facts.date),
        since=date.fromisoformat(facts.spent.since),
        attacked=datetime.fromtimestamp(facts.attacks.at_ms / 1000, ZoneInfo(portal.timezone)).date() if facts.attacks else None,
        hosts=pages_of(portal),
        signal=request.headers.get("sec-gpc") == "1",
        asks_not=request.headers.get("dnt") == "1",
        erased=ERASED,
        token=new_token(house, request, portal),
    )


@get("/privacy/me", exception_handlers=HANDLERS)
async def show_me(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """What is held of anybody on the portal ``?site=`` today. The same whoever asks: nothing is looked up."""
    held = held_of(known_portal(house, request.query_params.get("site", "")), house.desk.now())
    return Response(msgspec.json.encode(held), media_type="application/json", headers=ANYBODY)


@delete("/privacy/me", status_code=202, exception_handlers=HANDLERS)
async def erase_me(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Have today's events of whoever asks deleted. A page of another site cannot ask: its browser would say where it came from."""
    portal = known_portal(house, request.query_params.get("site", ""))
    erase_today(house, request, portal)
    return Response({"portal": portal.domain, "words": ERASED}, status_code=202, headers=OURS_ALONE)


@post("/privacy/me", status_code=202)
async def erase_by_form(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """The same by the page's form."""
    portal, sent = house.gate.portals.by_domain(request.query_params.get("site", "")), (await fields_of(request)).get("token", "")
    if portal is None or not is_token(house, request, portal, sent):
        raise Forbidden("This form was sent from another site, or is too old. Load the page again and send it once more.")
    erase_today(house, request, portal)
    return render_residents(request, portal, "erased.html", status=202, said=ERASED)


@get("/.well-known/gpc.json")
async def gpc(house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Whether every portal here honours Global Privacy Control (its support resource, W3C)."""
    portals = await in_thread(house.desk.control.portals)
    conditions = CONDITIONS[house.desk.settings.profile]
    honours = all(heeded(portal, conditions) != "ignore" for portal in portals)
    return Response({"gpc": honours, "lastUpdate": GPC_SINCE}, headers=ANYBODY)


def known_portal(house: House, domain: str) -> Portal:
    """The portal of that domain. Raises NotFound where there is none."""
    portal = house.gate.portals.by_domain(domain)
    if portal is None:
        raise NotFound("No portal {domain!r} is counted here.", domain=domain)
    return portal


def hosts_of(portal: Portal) -> list[str]:
    """Hosts, with their port if they have one, of the portal's pages, as browsers write them."""
    own = dict.fromkeys(as_browsers_send(domain).partition("/")[0] for domain in (portal.domain, *portal.domains))
    return [*own, *(f"www.{host}" for host in own)]


def render_residents(request: Request[Any, Any, Any], portal: Portal, template: str, *, status: int = 200, **values: Any) -> Response[str]:
    """A page for residents: in the language of ``?lang=``, else their browser's; framed by the portal's own hosts and by no other."""
    reader = resident(request)
    own = {"here": f"/privacy/{portal.domain}", "query": "", "portal": portal, "words": RESIDENTS_WORDS}
    body = text_of(template, reader.language, reader=reader, **(own | values))
    policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors 'self' {' '.join(hosts_of(portal))}")
    ours = {"content-security-policy": policy, "cross-origin-opener-policy": "unsafe-none"}
    return Response(body, media_type="text/html", status_code=status, headers=HEADERS | ours)


def resident(request: Request[Any, Any, Any]) -> Reader:
    """Who looks at a page for residents: without letters that are commands, in the language of ``?lang=`` if it is one of ours."""
    reader = reader_of(request)
    wanted = request.query_params.get("lang", "")
    spoken = choose(wanted, reader.language.code) if wanted else reader.language
    return msgspec.structs.replace(reader, language=spoken, keys="off")


def pages_of(portal: Portal) -> list[str]:
    """First pages of the portal, where what a browser keeps can be seen and changed."""
    return list(dict.fromkeys(as_browsers_send(domain) for domain in (portal.domain, *portal.domains)))


ROUTES = [privacy_page, show_me, erase_me, erase_by_form, gpc]
