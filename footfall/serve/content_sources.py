"""The API of where portals' content is read from: set up by who may set up portals."""

from typing import Any

from litestar import Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from footfall.control.content_sources import ContentSource, find_source
from footfall.control.keys import Key
from footfall.errors import NotFound
from footfall.serve.bodies import read_body
from footfall.serve.content import site_of
from footfall.serve.content_filling import ask_source, put_source, remove_source, source_of, sources_shown
from footfall.serve.content_shapes import SourceList
from footfall.serve.dataset_shapes import builtins
from footfall.serve.house import House
from footfall.serve.keys import absent_to, authorize, portal_for

__all__ = ["ROUTES"]

LOOK, SET_UP = "sites:read", "sites:write"


def _sources(house: House, key: Key, domain: str) -> SourceList:
    portal = portal_for(house.desk.control, key, SET_UP if SET_UP in key.scopes else LOOK, domain)
    return SourceList(tuple(sources_shown(house.desk.control, portal)))


def _source(house: House, key: Key, id: int) -> ContentSource:
    """Raises as ``_item``."""
    try:
        source = find_source(house.desk.control, id)
        portal_for(house.desk.control, key, SET_UP, str(source.site))
        return source
    except NotFound as error:
        raise absent_to(key, error) from None


@get("/api/v1/content/sources")
async def list_content_sources(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Where a portal's items are read from: site_id."""
    key = await authorize(house, request, LOOK, SET_UP)
    domain = site_of(dict(request.query_params))
    return await house.in_question_lane(lambda: builtins(_sources(house, key, domain)))


@post("/api/v1/content/sources", status_code=200)
async def add_content_source(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Have a portal's items read: its sitemap, a feed, its links, or the pages that its visitors see."""
    key = await authorize(house, request, SET_UP)
    body = source_of(await read_body(request))

    def work() -> dict[str, Any]:
        portal = portal_for(house.desk.control, key, SET_UP, body.site_id)
        return builtins(put_source(house.desk.control, portal, body, now_ms=house.desk.now()))

    return await house.in_question_lane(work)


@post("/api/v1/content/sources/{source:int}/run", status_code=200)
async def read_content_source(request: Request[Any, Any, Any], house: NamedDependency[House], source: FromPath[int]) -> dict[str, bool]:
    """Have a source read now; its state in the list says how it goes."""
    key = await authorize(house, request, SET_UP)
    now_ms = house.desk.now()
    await house.in_question_lane(lambda: ask_source(house.desk.control, _source(house, key, source), now_ms=now_ms))
    return {"asked": True}


@delete("/api/v1/content/sources/{source:int}", status_code=200)
async def drop_content_source(request: Request[Any, Any, Any], house: NamedDependency[House], source: FromPath[int]) -> dict[str, bool]:
    """Read a source no more. The items that it brought stay."""
    key = await authorize(house, request, SET_UP)
    now_ms = house.desk.now()
    await house.in_question_lane(lambda: remove_source(house.desk.control, _source(house, key, source), now_ms=now_ms))
    return {"deleted": True}


ROUTES = [list_content_sources, add_content_source, read_content_source, drop_content_source]
