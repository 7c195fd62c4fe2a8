"""What a key of the content service may reach: its placements and portals, and how much of them."""

from collections.abc import Callable
from typing import Any

from litestar import Request
from litestar.response import Response

from footfall.control.keys import NOT_FOR_THAT_PORTAL, Key
from footfall.control.placements import Placement
from footfall.errors import FootfallError, Forbidden, NotFound, RateLimited
from footfall.serve.house import House
from footfall.serve.keys import LOCAL, key_of, secret_in
from footfall.serve.quotas import Standing
from footfall.vocabulary import Portal

__all__ = ["placement_for", "portal_by_name", "portal_of", "within_limits"]

SCOPE = "content:read"
Work = Callable[[Key, dict[str, str]], Response[Any]]
"""Answers a key; told the headers that say how it stands."""


async def within_limits(house: House, request: Request[Any, Any, Any], what: str, work: Work, *, is_quick: bool = False) -> Response[Any]:
    """What ``work`` makes for the request's key, counted as one of ``what``; 429 over its limits.

    Quick work, which asks nothing that is not in memory, is done at once where the key is known and has requests left: to go to another
    thread and back takes longer, and much longer while others compute. Else all is done in one thread.
    """
    secret = secret_in(request.headers.get("authorization", ""))
    keys, quotas = house.content.keys, house.content.quotas
    known = keys.find(secret) if is_quick and house.content.recommending.is_quick else None
    if known is not None:
        try:
            standing = quotas.count_at_once(known, what)
            if standing is not None:
                return _answered(work, known, standing.headers())
        except RateLimited as error:
            return limited(known, error)
    stamp = keys.stamp()

    def done() -> Response[Any]:
        key = key_of(house, secret, SCOPE)
        if key is not LOCAL:
            keys.keep(secret, key, stamp)
        try:
            return _answered(work, key, count(house, key, what))
        except RateLimited as error:
            return limited(key, error)

    return await house.in_list_lane(done)


def count(house: House, key: Key, what: str) -> dict[str, str]:
    """One more request of the key; headers that say how it stands. Raises RateLimited."""
    return {} if key is LOCAL else house.content.quotas.count(key, what).headers()


def limited(key: Key, error: RateLimited) -> Response[Any]:
    """429, with the same headers."""
    wait = str(error.retry_after_s or 1)
    standing = Standing(key.per_minute, key.per_day, 0, int(wait))
    return Response(error.as_json(), status_code=error.status, headers=standing.headers() | {"retry-after": wait})


def _answered(work: Work, key: Key, headers: dict[str, str]) -> Response[Any]:
    """What the work makes. What it refuses was counted too, so that answer says as well how the key stands."""
    try:
        return work(key, headers)
    except RateLimited:
        raise
    except FootfallError as error:
        wait = {"retry-after": str(error.retry_after_s)} if error.retry_after_s else {}
        return Response(error.as_json(), status_code=error.status, headers=headers | wait)


def placement_for(house: House, key: Key, name: str) -> Placement:
    """The placement of that name, if the key may. A key for some is not told which others there are.

    Raises:
        Forbidden: it may not.
        NotFound: there is none.
    """
    key.require_placement(name)
    try:
        placement = house.content.recommending.placement(name)
    except NotFound:
        if key.portals:
            raise Forbidden(NOT_FOR_THAT_PORTAL) from None
        raise
    portal_of(house, key, placement.site)
    return placement


def portal_of(house: House, key: Key, site: int) -> Portal:
    """The portal of that id, out of memory. Raises as ``placement_for``."""
    portal = house.gate.portals.by_id(site)
    if portal is None:
        raise NotFound("There is no such portal any more.")
    if key.portals and portal.domain not in key.portals:
        raise Forbidden(NOT_FOR_THAT_PORTAL)
    return portal


def portal_by_name(house: House, key: Key, name: str) -> Portal:
    """The portal of that domain or id, out of memory. Raises as ``placement_for``."""
    known = house.gate.portals
    portal = known.by_domain(name) or (known.by_id(int(name)) if name.isascii() and name.isdigit() and len(name) < 10 else None)
    if portal is None:
        if key.portals:
            raise Forbidden(NOT_FOR_THAT_PORTAL)
        raise NotFound("No portal {domain!r} here.", domain=name[:100])
    return portal_of(house, key, portal.id)
