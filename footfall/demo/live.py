"""A trickle of live traffic: made-up visitors whose browsers speak to the real collector, each portal with a tracker of its own."""

import random
import threading
import time
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import urlencode

import httpx
import msgspec

from footfall.demo.city import CITY, PLACES, DemoPortal, Page, Source
from footfall.demo.clients import CLIENTS
from footfall.demo.sealed import SEALED
from footfall.demo.simulator import pick

__all__ = ["TRACKERS", "LiveEvent", "Site", "live_events", "make_request", "send_live"]

EVENTS_A_SECOND = 2.0
MOST_OPEN_VISITS = 40
TRACKERS = ("footfall", "plausible", "umami", "matomo")
TRACKER_OF = {portal.domain: tracker for portal, tracker in zip((*CITY, SEALED), cycle(TRACKERS), strict=False)}
"""Which tracker a portal has: all four formats are met in the city."""


class Site(msgspec.Struct, frozen=True):
    """A portal and the ids that trackers name it by."""

    portal: DemoPortal
    idsite: int
    """Matomo's."""
    website: str
    """Umami's."""


class LiveEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One page view or custom event of somebody's browser."""

    site: Site
    agent: str
    address: str
    """What the proxy says the browser's address is."""
    path: str
    name: str = "pageview"
    referrer: str = ""
    props: dict[str, str] = {}


class _Visitor(msgspec.Struct):
    site: Site
    agent: str
    address: str


def send_live(url: str, sites: tuple[Site, ...], *, seed: int, stop: threading.Event) -> int:
    """Send events to the server at ``url`` until ``stop`` is set or the server is gone, slow answers or not; says how many it took."""
    pace = random.Random(seed)
    taken = 0
    with httpx.Client(base_url=url, timeout=5) as client:
        for event in live_events(sites, seed=seed + time.time_ns()):
            if stop.wait(min(pace.expovariate(EVENTS_A_SECOND), 5.0)):
                break
            try:
                answer = client.send(make_request(client, event))
            except httpx.TimeoutException:
                continue
            except httpx.TransportError:
                break
            taken += answer.is_success
    return taken


def live_events(sites: tuple[Site, ...], *, seed: int) -> Iterator[LiveEvent]:
    """Endless: at any time some visitors are open, and the next event is a new one's first page or an open one's next."""
    chance = random.Random(seed)
    weights = [site.portal.daily_visitors for site in sites]
    visitors: list[_Visitor] = []
    while True:
        if not visitors or (len(visitors) < MOST_OPEN_VISITS and chance.random() < 0.4):
            site = chance.choices(sites, weights)[0]
            visitor = _new_visitor(chance, site)
            visitors.append(visitor)
            yield _page_view(visitor, pick(chance, site.portal.pages), pick(chance, site.portal.sources))
            continue
        visitor = chance.choice(visitors)
        if chance.random() > visitor.site.portal.read_on:
            visitors.remove(visitor)
            continue
        page = pick(chance, visitor.site.portal.pages)
        yield _page_view(visitor, page, None)
        for action in visitor.site.portal.actions:
            if action.path == page.path and chance.random() < action.chance:
                props = {name: chance.choice(values) for name, values in action.props}
                yield _event(visitor, page.path, name=action.name, props=props)
        for name, props in (done for form in visitor.site.portal.forms if form.path == page.path for done in form.done(chance)):
            yield _event(visitor, page.path, name=name, props=props)


def make_request(client: httpx.Client, event: LiveEvent) -> httpx.Request:
    """The request that the portal's tracker would make of it."""
    domain = event.site.portal.domain
    url = f"https://{domain}{event.path}"
    headers = {"user-agent": event.agent, "x-forwarded-for": event.address, "origin": f"https://{domain}"}
    tracker = TRACKER_OF[domain]
    if tracker == "matomo":
        return client.build_request("GET", f"/matomo.php?{_matomo_query(event, url)}", headers=headers)
    if tracker == "umami":
        return client.build_request("POST", "/api/send", headers=headers, json=_umami_body(event))
    if tracker == "plausible":
        body = {"n": event.name, "u": url, "d": domain, "r": event.referrer or None, "p": event.props or None}
        text = msgspec.json.encode({key: value for key, value in body.items() if value})
        return client.build_request("POST", "/api/event", headers=headers | {"content-type": "text/plain"}, content=text)
    own = {"s": domain, "n": event.name, "u": url, "r": event.referrer, "p": event.props}
    return client.build_request("POST", "/api/collect", headers=headers, json={key: value for key, value in own.items() if value})


def _matomo_query(event: LiveEvent, url: str) -> str:
    asked = {"idsite": event.site.idsite, "rec": 1, "apiv": 1, "url": url, "send_image": 0}
    if event.referrer:
        asked["urlref"] = event.referrer
    if event.name != "pageview":
        asked |= {"e_c": "demo", "e_a": event.name, "e_n": next(iter(event.props.values()), ""), "ca": 1}
    return urlencode(asked)


def _umami_body(event: LiveEvent) -> dict[str, object]:
    payload: dict[str, object] = {"website": event.site.website, "hostname": event.site.portal.domain, "url": event.path}
    if event.referrer:
        payload["referrer"] = event.referrer
    if event.name != "pageview":
        payload |= {"name": event.name, "data": event.props}
    return {"type": "event", "payload": payload}


def _new_visitor(chance: random.Random, site: Site) -> _Visitor:
    place = pick(chance, PLACES)
    return _Visitor(site, pick(chance, CLIENTS).agent, f"{place.network}.{chance.randrange(4)}.{chance.randrange(1, 255)}")


def _page_view(visitor: _Visitor, page: Page, source: Source | None) -> LiveEvent:
    tags = {name: getattr(source, name) for name in ("utm_source", "utm_medium", "utm_campaign") if source and getattr(source, name)}
    path = f"{page.path}?{urlencode(tags)}" if tags else page.path
    return _event(visitor, path, referrer=source.referrer if source else "")


def _event(visitor: _Visitor, path: str, *, name: str = "pageview", referrer: str = "", props: dict[str, str] | None = None) -> LiveEvent:
    return LiveEvent(
        site=visitor.site,
        agent=visitor.agent,
        address=visitor.address,
        path=path,
        name=name,
        referrer=referrer,
        props=props or {},
    )
