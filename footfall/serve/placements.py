"""Placements over HTTP: their lists, the same for all who ask; their settings; and how they did."""

import re
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Request, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.keys import Key
from footfall.control.placements import Placement, delete_placement, put_placement
from footfall.errors import BadInput, Forbidden, Unauthorized
from footfall.serve.audiences import refuse_untold
from footfall.serve.bodies import read_body
from footfall.serve.content_items import own_of
from footfall.serve.house import House
from footfall.serve.keys import authorize
from footfall.serve.placement_lists import FORMATS, etag_of, format_of, render_list, spoken_of
from footfall.serve.placement_results import results_of
from footfall.serve.recommendation_ids import WINDOW_MS
from footfall.serve.recommending import Asked, window_arm
from footfall.serve.service_keys import placement_for, portal_by_name, portal_of, within_limits

__all__ = ["ROUTES", "placement_json"]

MOST_LISTED, MAX_AGE_S = 200, 60
LANGUAGE = re.compile(r"[a-z]{2,3}")


class Wanted(msgspec.Struct, frozen=True):
    """Which of a placement's lists: everything that one may differ by."""

    placement: Placement
    format: str
    language: str
    n: int


@get("/api/v1/placements/{placement:str}")
async def show_list(request: Request[Any, Any, Any], house: NamedDependency[House], placement: FromPath[str]) -> Response[Any]:
    """The list, for pages that rank it themselves, feeds and fragments; of a public placement for anybody."""
    name, _, suffix = placement.partition(".")
    known = house.content.recommending.known.placements.get(name)
    if known is not None and known.is_public:
        return await _show_public(house, request, known, suffix)

    def work(key: Key, headers: dict[str, str]) -> Response[Any]:
        return _listed(house, request, _wanted(request, placement_for(house, key, name), suffix), headers)

    return await within_limits(house, request, "placement", work)


@get("/api/v1/placements")
async def list_all(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Placements that the key may see, with their settings; of one portal with ``site_id``."""
    key = await authorize(house, request, "content:read", "content:write")
    site_id = request.query_params.get("site_id", "")

    def work() -> dict[str, Any]:
        site = portal_by_name(house, key, site_id).id if site_id else None
        found = (
            one for one in house.content.recommending.known.placements.values() if site in (None, one.site) and _may_see(house, key, one)
        )
        return {"placements": [placement_json(one, portal_of(house, key, one.site).domain) for one in found]}

    return await house.in_list_lane(work)


@put("/api/v1/placements/{placement:str}")
async def put_one(request: Request[Any, Any, Any], house: NamedDependency[House], placement: FromPath[str]) -> dict[str, Any]:
    """Make it, or change what the body names."""
    key, given = await authorize(house, request, "content:write"), await read_body(request)
    site_id = given.pop("site_id", None)
    if not isinstance(site_id, str) or not site_id:
        raise BadInput("Parameter `site_id` is required to put a placement.")

    def work() -> dict[str, Any]:
        key.require_placement(placement)
        portal = portal_by_name(house, key, site_id)
        refuse_untold(house.desk.control, portal, placement, given)
        made = put_placement(house.desk.control, portal.id, placement, given, now_ms=house.desk.now())
        house.content.recommending.look_at_placements()
        return placement_json(made, portal.domain)

    return await house.in_list_lane(work)


@delete("/api/v1/placements/{placement:str}", status_code=200)
async def delete_one(request: Request[Any, Any, Any], house: NamedDependency[House], placement: FromPath[str]) -> dict[str, bool]:
    """Remove it; what it showed stays counted."""
    key = await authorize(house, request, "content:write")

    def work() -> None:
        house.content.recommending.look_at_placements()
        placement_for(house, key, placement)
        delete_placement(house.desk.control, placement, now_ms=house.desk.now())
        house.content.recommending.look_at_placements()

    await house.in_list_lane(work)
    return {"deleted": True}


@get("/api/v1/placements/{placement:str}/results")
async def show_results(request: Request[Any, Any, Any], house: NamedDependency[House], placement: FromPath[str]) -> dict[str, Any]:
    """How it did, for the portal's own people: through the gate."""
    key = await authorize(house, request, "stats:read", is_question=True)
    given = request.query_params

    def work() -> dict[str, Any]:
        found = placement_for(house, key, placement)
        portal = portal_of(house, key, found.site)
        days = given.get("from", ""), given.get("to", "")
        return dict(msgspec.to_builtins(results_of(house.desk, portal, found, given.get("by", "arm"), days)))

    return await house.in_question_lane(work)


async def _show_public(house: House, request: Request[Any, Any, Any], placement: Placement, suffix: str) -> Response[Any]:
    """The list of a public placement: counted for the key that is sent along, if it is one of the content service's; else for nobody."""

    def made(headers: dict[str, str]) -> Response[Any]:
        return _listed(house, request, _wanted(request, placement, suffix), headers)

    if "authorization" in request.headers:
        with suppress(Unauthorized, Forbidden):
            return await within_limits(house, request, "placement", lambda key, headers: made(headers))
    return await house.in_list_lane(lambda: made({}))


def placement_json(placement: Placement, domain: str) -> dict[str, Any]:
    """All its settings, and its portal's domain."""
    return dict(msgspec.to_builtins(placement)) | {"domain": domain}


def _may_see(house: House, key: Key, placement: Placement) -> bool:
    portal = house.gate.portals.by_id(placement.site)
    is_its = not key.limits.placements or placement.id in key.limits.placements
    return portal is not None and is_its and (not key.portals or portal.domain in key.portals)


def _wanted(request: Request[Any, Any, Any], placement: Placement, suffix: str) -> Wanted:
    given, kind = request.query_params, format_of(suffix, request.headers.get("accept", ""))
    language, n = given.get("language", ""), given.get("n", str(placement.n))
    if kind not in FORMATS:
        raise BadInput("Format {kind!r} is not known. Valid: {valid}.", kind=kind[:20], valid=", ".join(FORMATS))
    if language and not LANGUAGE.fullmatch(language):
        raise BadInput("language {language!r} is not valid. Valid: a primary tag such as en or ru.", language=language[:20])
    if not (n.isascii() and n.isdigit() and len(n) < 4 and 1 <= int(n) <= MOST_LISTED):
        raise BadInput("n {n!r} is not valid. Valid: 1 to {most}.", n=n[:20], most=MOST_LISTED)
    return Wanted(placement, kind, language, int(n))


def _listed(house: House, request: Request[Any, Any, Any], wanted: Wanted, headers: dict[str, str]) -> Response[Any]:
    content, tag = _made(house, wanted)
    is_known = tag in request.headers.get("if-none-match", "")
    # The same for all who may ask; a cache between them and here must not hand it to whoever has no key, nor tell others how a key stands.
    whose = "public" if wanted.placement.is_public and not headers else "private"
    headers |= {"cache-control": f"{whose}, max-age={MAX_AGE_S}", "etag": tag, "vary": "accept"}
    if wanted.placement.is_public:
        headers["access-control-allow-origin"] = "*"
    return Response(b"" if is_known else content, status_code=304 if is_known else 200, media_type=FORMATS[wanted.format], headers=headers)


def _made(house: House, wanted: Wanted) -> tuple[bytes, str]:
    """The list's bytes and tag, made once in a window for all who ask."""
    now_ms, placement = house.desk.now(), wanted.placement
    kept_as = (placement.id, wanted.format, wanted.language, wanted.n, house.content.recommending.known.number, now_ms // WINDOW_MS)
    found = house.content.lists.find(kept_as)
    if found is None:
        arm = window_arm(placement, now_ms)
        asked = Asked(site=placement.site, placement=placement, arm=arm, language=wanted.language, n=wanted.n, now_ms=now_ms)
        portal = house.gate.portals.by_id(placement.site)
        home = next(own_of(portal).homes()) if portal else ""
        content = render_list(wanted.format, house.content.recommending.recommend(asked), placement, spoken_of(wanted.language), home)
        found = content, etag_of(content)
        house.content.lists.keep(kept_as, found)
    return found


ROUTES = [show_list, list_all, put_one, delete_one, show_results]
