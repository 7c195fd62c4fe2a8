"""``@jonkoops/matomo-tracker`` from npm in a real browser, over a stand-in for the matomo.js that it loads."""

import json
from pathlib import Path

import pytest

from tests.browser.bundle import bundle
from tests.browser.portal import stop_clock

MATOMO = (Path(__file__).parent / "matomo.js").read_text(encoding="utf-8")
SCRIPT = "import MatomoTracker from '@jonkoops/matomo-tracker'\nwindow.tracker = new MatomoTracker(%s)\ntracker.trackPageView()"
STAY = "<script>addEventListener('click', (event) => event.preventDefault())</script>"


@pytest.fixture
def matomo(portal, page):
    """Opens a page with the tracker, its options as given; the collector is named by one changed line."""

    def open_page(path: str = "/", body: str = "", **options: object) -> None:
        own = {"urlBase": portal.url(), "trackerUrl": f"{portal.collector}/matomo.php", "siteId": portal.id, "heartBeat": {"active": False}}
        portal.put_script("/matomo.js", MATOMO)
        portal.put_script("/tracker.js", bundle(SCRIPT % json.dumps(own | options)))
        portal.put(path.partition("?")[0], STAY + body + "<script src=/tracker.js></script>")
        page.goto(portal.url(path))
        page.wait_for_function("!Array.isArray(window._paq)")

    return open_page


def test_pages_and_events_are_counted(portal, visitor, page, matomo):
    matomo("/permits?utm_source=newsletter&token=s3cret", userId="jane@city.example")
    page.evaluate("history.pushState(0, '', '/permits/parking')")
    page.evaluate("tracker.trackPageView({ documentTitle: 'Parking' })")
    page.evaluate("tracker.trackEvent({ category: 'Votes', action: 'Vote', name: 'park', value: 3 })")
    portal.expect("event:page", "events visitors visits", {"/permits": (1, 1, 1), "/permits/parking": (2, 1, 1)})
    portal.expect("event:name event:props:category event:props:name event:props:value", "events", {
        ("pageview", "(none)", "(none)", "(none)"): 2, ("Vote", "Votes", "park", "3"): 1,
    })  # fmt: skip
    device = "visit:source visit:browser visit:os visit:device"
    portal.expect(device, "visitors visits", {("newsletter", "Chrome", "Windows", "Desktop"): (1, 1)})
    assert {request.method for request in visitor.requests if "matomo.php" in request.url} == {"POST"}


def test_searches_orders_and_goals_are_counted(portal, page, matomo):
    matomo()
    page.evaluate("tracker.trackSiteSearch({ keyword: 'swimming pool', category: 'sport', count: 4 })")
    page.evaluate("tracker.trackEcommerceOrder({ orderId: 'A-1', orderRevenue: 12.5 })")
    page.evaluate("tracker.pushInstruction('trackGoal', 7)")
    portal.expect("event:name event:props:search_query event:props:results", "events", {
        ("pageview", "(none)", "(none)"): 1, ("Site Search", "swimming pool", "4"): 1,
        ("Ecommerce Order", "(none)", "(none)"): 1, ("Goal 7", "(none)", "(none)"): 1,
    })  # fmt: skip


def test_links_and_downloads_are_told_without_query(portal, page, matomo):
    matomo("/", "<a id=out href='https://other.example/a?token=s3cret#x'>out</a>")
    page.click("#out")
    page.evaluate("tracker.trackLink({ href: location.origin + '/form.pdf?token=s3cret', linkType: 'download' })")
    portal.expect("event:name event:props:url", "events", {
        ("pageview", "(none)"): 1,
        ("Outbound Link: Click", "https://other.example/a"): 1,
        ("File Download", portal.url("/form.pdf")): 1,
    })  # fmt: skip


def test_heart_beat_is_fifteen_seconds_of_reading(portal, visitor, page, matomo):
    stop_clock(page)
    matomo(heartBeat={"active": True, "seconds": 15})
    page.clock.fast_forward(20_000)
    visitor.look_away()
    page.clock.fast_forward(60_000)
    visitor.look_back()
    page.clock.fast_forward(3000)
    visitor.look_away()
    portal.expect("event:page", "pageviews time_on_page", {"/": (1, 15)})
    portal.expect("event:name", "events", {"pageview": 1})


def test_bulk_request_counts_each_of_its_events(portal, page, matomo):
    matomo()
    with page.expect_response("**/matomo.php") as answer:
        page.evaluate("""_paq.push(['bulk', { url: location.origin + '/a' }, { url: location.origin + '/b' },
            { e_c: 'Votes', e_a: 'Vote', url: location.origin + '/b' }, { url: location.origin + '/c', rec: 0 }])""")
    assert answer.value.status == 204
    portal.expect("event:page", "events", {"/": 1, "/a": 1, "/b": 2})
    portal.expect("", "visitors visits", {(): (1, 1)})


def test_image_requests_are_counted_too(portal, visitor, page, matomo):
    matomo(configurations={"disableAlwaysUseSendBeacon": True})
    page.evaluate("tracker.trackEvent({ category: 'Votes', action: 'Vote' })")
    portal.expect("event:name", "events", {"pageview": 1, "Vote": 1})
    assert {request.method for request in visitor.requests if "matomo.php" in request.url} == {"GET"}


def test_request_too_long_for_an_address_is_counted_from_its_body(portal, visitor, page, matomo):
    matomo()
    page.evaluate("tracker.trackEvent({ category: 'x'.repeat(2000), action: 'Vote' })")
    portal.expect("event:name", "events", {"pageview": 1, "Vote": 1})
    assert [request.url.count("?") for request in visitor.requests if "matomo.php" in request.url] == [1, 0]
