"""Live traffic speaks each tracker's format as the collector reads it."""

import threading
from itertools import islice
from urllib.parse import urlsplit

import httpx
import pytest

from footfall.collect.formats import ROUTES
from footfall.collect.request import Request
from footfall.demo.city import CITY
from footfall.demo.live import TRACKER_OF, TRACKERS, Site, live_events, make_request, send_live
from footfall.demo.sealed import SEALED

SITES = tuple(
    Site(portal, idsite=number, website=f"0f0c8f3e-0000-4000-8000-00000000000{number}") for number, portal in enumerate((*CITY, SEALED), 1)
)
CLIENT = httpx.Client(base_url="http://collector.example")
EVENTS = tuple(islice(live_events(SITES, seed=5), 1200))


def decoded(event):
    request = make_request(CLIENT, event)
    parts = urlsplit(str(request.url))
    headers = {name.lower(): value for name, value in request.headers.raw}
    format = ROUTES[parts.path]
    assert request.method in format.methods
    return format.decode(
        Request(
            method=request.method,
            path=parts.path,
            query=parts.query.encode(),
            headers=headers,
            body=request.read(),
            address=event.address,
            received_ms=1_774_915_200_000,
        )
    )


@pytest.mark.parametrize("tracker", TRACKERS)
def test_every_format_is_read_as_it_was_meant(tracker):
    events = [event for event in EVENTS if TRACKER_OF[event.site.portal.domain] == tracker]
    assert {"pageview"} < {event.name for event in events}
    for event in events:
        (sent,) = decoded(event)
        keys = {"domain": event.site.portal.domain, "id": str(event.site.idsite), "umami": event.site.website}
        assert sent.site_key == keys[sent.site_kind]
        assert (urlsplit(sent.url).path, sent.referrer or "") == (urlsplit(event.path).path, event.referrer)
        assert (sent.sender.agent, sent.sender.address) == (event.agent, event.address)
        assert sent.name == event.name


def test_same_seed_sends_the_same_events():
    assert tuple(islice(live_events(SITES, seed=5), 300)) == EVENTS[:300]


def test_sending_stops_when_told_and_when_the_server_is_gone():
    stopped = threading.Event()
    stopped.set()
    assert send_live("http://127.0.0.1:1", SITES, seed=1, stop=stopped) == 0
    assert send_live("http://127.0.0.1:1", SITES, seed=1, stop=threading.Event()) == 0
