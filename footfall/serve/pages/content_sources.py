"""Where a portal's catalogue is filled from, as a page: each source with its state; stewards add, run and remove them."""

from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.content_sources import ContentSource, find_source
from footfall.errors import BadInput, NotFound
from footfall.serve.content_filling import ask_source, put_source, remove_source, source_of, sources_shown
from footfall.serve.house import House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.content_words import RUN_STATES, SOURCE_NAMES
from footfall.serve.pages.frame import render
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

ROLE = "steward"
GIVEN = ("kind", "url", "schedule", "most_pages")
Asked = Request[Any, Any, Any]


@get("/portals/{domain:str}/content/sources")
async def sources_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """All of the portal's."""
    return await _page(house, request, await visible_portal(house, request, domain))


@post("/portals/{domain:str}/content/sources", status_code=303)
async def put_source_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """One more, or other times for one that is there."""
    portal = await _stewarded(house, request, domain)
    fields = await fields_of(request)
    given = {name: fields[name].strip() for name in GIVEN if fields.get(name, "").strip()} | {"site_id": portal.domain}
    try:
        await in_thread(lambda: put_source(house.desk.control, portal, source_of(given), now_ms=house.desk.now()))
    except BadInput as error:
        return await _page(house, request, portal, given=fields, fault=said(request, error))
    return _back(portal, "added")


@post("/portals/{domain:str}/content/sources/{number:int}/run", status_code=303)
async def run_source_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """Read as soon as an app looks."""
    portal = await _stewarded(house, request, domain)
    await in_thread(lambda: ask_source(house.desk.control, _source(house, portal, number), now_ms=house.desk.now()))
    return _back(portal, "asked")


@post("/portals/{domain:str}/content/sources/{number:int}/remove", status_code=303)
async def remove_source_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """Read no more; its items stay."""
    portal = await _stewarded(house, request, domain)
    await in_thread(lambda: remove_source(house.desk.control, _source(house, portal, number), now_ms=house.desk.now()))
    return _back(portal, "removed")


def _source(house: House, portal: Portal, number: int) -> ContentSource:
    """Raises NotFound where the portal has no such source."""
    source = find_source(house.desk.control, number)
    if source.site != portal.id:
        raise NotFound("There is no source of content {id}.", id=number)
    return source


async def _stewarded(house: House, request: Asked, domain: str) -> Portal:
    portal = await visible_portal(house, request, domain)
    require(await signed_in(house, request), ROLE, portal)
    return portal


def _back(portal: Portal, done: str) -> Redirect:
    return Redirect(f"/portals/{portal.domain}/content/sources?done={done}", status_code=303)


async def _page(house: House, request: Asked, portal: Portal, *, given: dict[str, str] | None = None, fault: str = "") -> Response[str]:
    values: dict[str, Any] = {
        "portal": portal,
        "part": "sources",
        "sources": await in_thread(lambda: sources_shown(house.desk.control, portal)),
        "is_steward": may(await signed_in(house, request), ROLE, portal),
        "names": SOURCE_NAMES,
        "states": RUN_STATES,
        "given": {name: (given or {}).get(name, "") for name in GIVEN},
        "done": request.query_params.get("done", ""),
        "fault": fault,
    }
    return render(request, "content_sources.html", status=400 if fault else 200, **values)


BEHIND = [sources_page, put_source_page, run_source_page, remove_source_page]
