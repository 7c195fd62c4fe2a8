"""What a device that agreed keeps on this server: shown to it, changed by it and erased by it, by a random key that it alone has.

Off unless the steward turns it on. A device is of one portal: the same key is another device on the next. Nothing here is asked of the
measurement plane or told to it, and nothing that a device sends is logged.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from litestar import Request, delete, get, post, put, route
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.collect.visitor import network_of
from footfall.errors import BadInput, NotFound, RateLimited
from footfall.interests.profile import Agreed, Kept, Profiles
from footfall.interests.taste import Topics, ranked
from footfall.serve.bodies import read_body
from footfall.serve.candidates import Candidates, Offered, candidates_of, public_placement, taken
from footfall.serve.clock import steady_ms
from footfall.serve.error_answers import HANDLERS
from footfall.serve.house import House
from footfall.serve.myself import address_of
from footfall.serve.sign_in import in_thread
from footfall.vocabulary import Portal

__all__ = ["DEVICE_KEY", "ROUTES", "Chosens", "Consent", "Erased", "Mine", "Seen", "Wanted", "device_key", "portal_named", "told_of"]

T = TypeVar("T")
Asked = Request[Any, Any, Any]
DEVICE_KEY = "x-device-key"
OURS_ALONE = {"cache-control": "no-store", "x-content-type-options": "nosniff", "access-control-allow-origin": "*"}
PREFLIGHT = {
    "access-control-allow-methods": "GET, PUT, POST, DELETE",
    "access-control-allow-headers": f"content-type, {DEVICE_KEY}",
    "access-control-max-age": "86400",
}
MOST_TOPICS = 3
"""Of one page."""


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """What a device agrees to."""

    text: str
    """The name and version of the text that it was shown."""
    what: tuple[str, ...] = ("topics",)
    """``topics``, or nothing: then what is there fades and nothing is added."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a page that was looked at is about."""

    page: str = ""
    """Its path or address, where the catalogue has it; an item's topics are added, and the page itself is kept nowhere."""
    topics: dict[str, float] = {}
    """Or what it is about: at most three topics, with scores 0..1."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A list in the device's own order."""

    placement: str
    """A public one of the portal."""
    n: int | None = None
    """Items; the placement's own number unless given."""
    language: str = ""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """An item in its place."""

    item: int
    url: str
    title: str
    summary: str
    kind: str
    reason: str
    """For people, in the language asked for."""


class Chosens(msgspec.Struct, frozen=True, kw_only=True):
    """The list. It is made for this answer and kept nowhere."""

    placement: str
    items: tuple[Chosen, ...]


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing is kept for that key."""

    erased: bool = True


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept, and the key it is kept under."""

    device_key: str
    kept: Kept


@put("/api/v1/me", exception_handlers=HANDLERS)
async def agree(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """Agree, or change what is agreed to. Without a key a new one is made, and told this once."""
    profiles, portal = told_of(house.profiles), portal_named(house, request)
    body = _read(await read_body(request), Consent)
    key = request.headers.get(DEVICE_KEY, "")
    if not key and not _allowed(house, request):
        raise RateLimited("Too many ask for that just now. Try again in a minute.", retry_after_s=60)
    device, kept = await in_thread(lambda: profiles.agree(portal.id, Agreed(what=body.what, text=body.text), key))
    return _answer(Mine(device_key=device, kept=kept))


@get("/api/v1/me", exception_handlers=HANDLERS)
async def show(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """All that is kept."""
    profiles, portal, key = told_of(house.kept_profiles), portal_named(house, request), device_key(request)
    return _answer(await in_thread(lambda: profiles.show(portal.id, key)))


@post("/api/v1/me/seen", status_code=200, exception_handlers=HANDLERS)
async def learn(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """Add what a page is about to the weights."""
    profiles, portal, key = told_of(house.profiles), portal_named(house, request), device_key(request)
    seen = _read(await read_body(request), Seen)
    topics = _topics_of(house, portal, seen.page) if seen.page else _topics(house, seen)
    return _answer(await in_thread(lambda: profiles.learn(portal.id, key, topics)))


@post("/api/v1/me/recommend", status_code=200, exception_handlers=HANDLERS)
async def recommend(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """A public placement's candidates in the order of what is kept, what `content.js` does in a browser; in everybody's where the device
    took its yes back."""
    profiles, portal, key = told_of(house.profiles), portal_named(house, request), device_key(request)
    wanted = _read(await read_body(request), Wanted)
    placement = public_placement(house, wanted.placement)
    if placement.site != portal.id:
        raise NotFound("No public placement {name!r} here.", name=wanted.placement[:100])
    kept = await in_thread(lambda: profiles.show(portal.id, key))
    weights = kept.topics if "topics" in kept.agreed[-1].what else {}
    return _answer(await house.in_list_lane(lambda: _list(candidates_of(house, placement, wanted.language), weights, wanted.n)))


@delete("/api/v1/me", status_code=200, exception_handlers=HANDLERS)
async def erase(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """Erase everything at once: the answer comes when nothing is left of it, and is the same whether there was something or not."""
    profiles, portal, key = told_of(house.kept_profiles), portal_named(house, request), device_key(request)
    await in_thread(lambda: profiles.erase(portal.id, key))
    return _answer(Erased())


@route(["/api/v1/me", "/api/v1/me/seen", "/api/v1/me/recommend"], http_method="OPTIONS", status_code=204)
async def preflight() -> Response[None]:
    """What a browser asks before it sends a header of ours."""
    return Response(None, status_code=204, headers=OURS_ALONE | PREFLIGHT)


def told_of(profiles: Profiles | None) -> Profiles:
    """The store. Raises NotFound where there is none."""
    if profiles is None:
        raise NotFound("This server keeps no profiles; whoever runs it can turn on the setting profiles.")
    return profiles


def portal_named(house: House, request: Asked) -> Portal:
    """The portal of ``?site=``. Raises NotFound."""
    domain = request.query_params.get("site", "")
    portal = house.gate.portals.by_domain(domain)
    if portal is None:
        raise NotFound("No portal {domain!r} is counted here.", domain=domain)
    return portal


def device_key(request: Asked) -> str:
    """Raises BadInput where there is none."""
    key = request.headers.get(DEVICE_KEY, "")
    if not key:
        raise BadInput("Send the device's key in the header X-Device-Key.")
    return key


def _list(offered: Candidates, weights: dict[str, float], n: int | None) -> Chosens:
    by_id = {one.item: one for one in offered.items}
    found = ranked(taken(offered), weights, max(1, n or offered.n))
    return Chosens(placement=offered.placement, items=tuple(_chosen(by_id[one.item], one.topic, offered) for one in found))


def _chosen(one: Offered, topic: str, offered: Candidates) -> Chosen:
    reason = offered.texts["because"].replace("{topic}", offered.names.get(topic, topic)) if topic else one.reason.text
    return Chosen(item=one.item, url=one.url, title=one.title, summary=one.summary, kind=one.kind, reason=reason)


def _topics_of(house: House, portal: Portal, page: str) -> Topics:
    id = house.content.recommending.item_of(portal, page)
    return house.content.recommending.known.items[id].topics if id is not None else ()


def _allowed(house: House, request: Asked) -> bool:
    return house.allow_profiles(network_of(address_of(house, request)), steady_ms()) and house.allow_all_profiles("", steady_ms())


def _topics(house: House, seen: Seen) -> Topics:
    """Those that the taxonomy has: a profile holds no words that somebody else made up."""
    wrong = next((topic for topic, score in seen.topics.items() if not (0 <= score <= 1 and 0 < len(topic) <= 40)), None)
    if wrong is not None or len(seen.topics) > MOST_TOPICS:
        raise BadInput("A page has at most {most} topics, each with a score from 0 to 1.", most=MOST_TOPICS)
    known = {topic: score for topic, score in seen.topics.items() if house.content.recommending.name_of("topic", topic, "en")}
    return tuple(sorted(known.items(), key=lambda one: (-one[1], one[0])))


def _read(body: dict[str, Any], kind: Callable[..., T]) -> T:
    try:
        return msgspec.convert(body, kind)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise BadInput("The body is not valid: {fault}.", fault=str(error)) from None


def _answer(found: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(found), media_type="application/json", headers=OURS_ALONE)


# TRICKY: preflight first, or the framework makes an answer to OPTIONS of its own.
ROUTES = [preflight, agree, show, learn, recommend, erase]
