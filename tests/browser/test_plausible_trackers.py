"""Plausible's trackers from npm, unchanged but for the address they send to, in a real browser."""

import json
from urllib.parse import urlsplit

import pytest

from tests.browser.bundle import bundle
from tests.browser.portal import SCROLL, stop_clock

NEW = "@plausible-analytics/tracker"
OLD = "plausible-tracker"
STAY = "<script>addEventListener('click', (event) => event.target.href && event.preventDefault())</script>"
DEVICE = "visit:source visit:browser visit:os visit:device"
CHROME = ("newsletter", "Chrome", "Windows", "Desktop")


@pytest.fixture
def current(portal, page):
    """Opens a page with ``@plausible-analytics/tracker``, its options as given."""

    def open_page(path: str = "/", body: str = "", **options: object) -> None:
        options = {"domain": portal.domain, "endpoint": f"{portal.collector}/api/event", "logging": False} | options
        script = f"import {{ init, track }} from '{NEW}'\nwindow.track = track\ninit({json.dumps(options)})"
        portal.put_script("/tracker.js", bundle(script))
        portal.put(urlsplit(path).path, STAY + body + "<script src=/tracker.js></script>")
        page.goto(portal.url(path))

    return open_page


@pytest.fixture
def old(portal, page):
    """Opens a page with ``plausible-tracker``."""

    def open_page(path: str = "/", body: str = "", **options: object) -> None:
        options = {"domain": portal.domain, "apiHost": portal.collector} | options
        script = f"import Plausible from '{OLD}'\nwindow.plausible = Plausible({json.dumps(options)})\nplausible.enableAutoPageviews()"
        portal.put_script("/tracker.js", bundle(script))
        portal.put(urlsplit(path).path, body + "<script src=/tracker.js></script>")
        page.goto(portal.url(path))

    return open_page


def test_current_tracker_counts_pages_moves_and_events(portal, visitor, page, current):
    current("/permits?utm_source=newsletter&token=s3cret")
    page.evaluate("history.pushState(0, '', '/permits/parking')")
    page.evaluate("history.pushState(0, '', '/permits/parking?tab=2')")
    page.evaluate("track('Vote', { props: { option: 'park', paid: true }, interactive: false })")
    page.evaluate("track('Paid', { props: { method: 'card' }, revenue: { amount: 12.5, currency: 'EUR' } })")
    portal.expect("event:page", "events visitors visits", {"/permits": (1, 1, 1), "/permits/parking": (3, 1, 1)})
    portal.expect("event:name event:props:option event:props:paid", "events", {
        ("pageview", "(none)", "(none)"): 2, ("Vote", "park", "true"): 1, ("Paid", "(none)", "(none)"): 1,
    })  # fmt: skip
    portal.expect(DEVICE, "visitors visits", {CHROME: (1, 1)})
    assert {request.method for request in visitor.requests if "/api/event" in request.url} == {"POST"}


def test_current_tracker_tells_time_and_depth(portal, page, current):
    stop_clock(page)
    current("/", "<div style='height:4000px'></div>")
    page.evaluate(SCROLL, 2000)
    page.clock.fast_forward(7000)
    page.evaluate("history.pushState(0, '', '/next')")
    found = portal.until(lambda: portal.answer("event:page", "time_on_page scroll_depth").get("/"), lambda found: found and found[0])
    assert (found[0], 48 <= found[1] <= 51) == (7, True)


def test_current_tracker_tells_links_files_and_forms(portal, page, current):
    links = "<a id=out href='https://other.example/a?token=s3cret#x'>o</a><a id=file href='/form.pdf?token=s3cret'>f</a>"
    form = "<form id=form action=/done><input id=name><button id=send>s</button></form>"
    current(
        "/apply",
        links + form.replace("<form", "<form onsubmit='return false'"),
        outboundLinks=True,
        fileDownloads=True,
        formSubmissions=True,
    )
    page.click("#out")
    page.click("#file")
    page.fill("#name", "Kafka-7731")
    page.press("#name", "Enter")
    portal.expect("event:name event:props:url", "events", {
        ("pageview", "(none)"): 1,
        ("Outbound Link: Click", "https://other.example/a"): 1,
        ("File Download", portal.url("/form.pdf")): 1,
        ("Form: Submission", "(none)"): 1,
    })  # fmt: skip


def test_current_tracker_counts_routes_in_the_fragment(portal, page, current):
    current("/#/start", hashBasedRouting=True)
    page.evaluate("location.hash = '/permits'")
    portal.expect("event:page", "pageviews", {"/#/start": 1, "/#/permits": 1})


def test_old_tracker_counts_pages_moves_and_events(portal, visitor, page, old):
    old("/permits?utm_source=newsletter&token=s3cret")
    page.evaluate("history.pushState(0, '', '/permits/parking')")
    page.go_back(wait_until="commit")
    page.evaluate("plausible.trackEvent('Vote', { props: { option: 'park', count: 2 } })")
    page.evaluate("plausible.trackPageview({ url: location.origin + '/virtual', referrer: null })")
    portal.expect("event:page", "events visitors visits", {"/permits": (3, 1, 1), "/permits/parking": (1, 1, 1), "/virtual": (1, 1, 1)})
    portal.expect("event:name event:props:option event:props:count", "events", {
        ("pageview", "(none)", "(none)"): 4, ("Vote", "park", "2"): 1,
    })  # fmt: skip
    portal.expect(DEVICE, "visitors visits", {CHROME: (1, 1)})


def test_old_tracker_tells_links_that_lead_out(portal, page, old):
    old("/", f"<a id=out href='{portal.url('/a?token=s3cret', host='other.example')}'>o</a>")
    page.evaluate("void plausible.enableAutoOutboundTracking()")  # it answers with a function, which would be called
    page.click("#out")
    page.wait_for_url("**/a?token=s3cret")
    portal.expect("event:name event:props:url", "events", {
        ("pageview", "(none)"): 1, ("Outbound Link: Click", portal.url("/a", host="other.example")): 1,
    })  # fmt: skip


def test_old_tracker_counts_routes_in_the_fragment_as_often_as_it_sends_them(portal, visitor, page, old):
    """It listens to popstate and hashchange both, so it sends a move by hand twice; what is sent is what is counted."""
    old("/#/start", hashMode=True)
    page.evaluate("location.hash = '/permits'")
    portal.expect("event:page", "pageviews", {"/#/start": 1, "/#/permits": 2})
    assert len(visitor.sent("/api/event")) == 3


def test_refused_event_tells_the_tracker_how_many(portal, page, current):
    with page.expect_response("**/api/event") as answer:
        current(domain="nobody.example")
    headers = answer.value.headers
    assert (answer.value.status, headers["x-plausible-dropped"], headers["x-footfall-refused"]) == (202, "1", "unknown_portal")


def test_one_event_for_a_portal_and_its_roll_up(portal, server, current):
    server.call("POST", "/api/v1/sites", json={"domain": f"all-{portal.domain}"})
    current(domain=f"{portal.domain},all-{portal.domain}")
    portal.expect("event:page", "pageviews", {"/": 1})
    portal.expect("event:page event:hostname", "pageviews", {("/", portal.domain): 1}, site_id=f"all-{portal.domain}")
