"""/footfall.js stores nothing, asks nobody but its collector, breaks no page, and does not count what nobody looked at."""

import shutil
import subprocess

import pytest

from tests.browser.conftest import SWITCHES
from tests.support.waiting import LONG_S

STORED = """async () => [document.cookie, { ...localStorage }, { ...sessionStorage }, (await indexedDB.databases()).length,
    (await navigator.serviceWorker?.getRegistrations() ?? []).length]"""
LISTEN = """<script>
    window.heard = []
    addEventListener('error', (event) => heard.push(event.message))
    addEventListener('unhandledrejection', (event) => heard.push(String(event.reason)))
</script>"""


def test_nothing_is_stored_and_only_the_collector_is_asked(portal, visitor, page):
    portal.put("/", portal.line() + portal.line("footfall.full.js", site=portal.domain))
    page.goto(portal.url())
    page.evaluate("footfall('Vote', { option: 'park' })")
    page.goto(portal.url("/", host="elsewhere.example"))
    page.goto(portal.url())
    portal.expect("event:name", "events", {"pageview": 2, "Vote": 1})
    assert page.evaluate(STORED) == ["", {}, {}, 0, 0]
    assert visitor.context.cookies() == []
    assert visitor.hosts() == {portal.domain, "elsewhere.example", "stats.example"}
    assert {key for sent in visitor.sent() for key in sent} == {"s", "n", "u", "h", "r", "p"}


def test_cookies_of_the_portal_stay_away_from_the_collector(portal, visitor, page):
    portal.put("/", portal.line(api="/api/collect"))
    visitor.context.add_cookies([{"name": "session", "value": "s3cret", "url": portal.url()}])
    asked = []
    page.route("**/api/collect", lambda route: (asked.append(route.request.all_headers()), route.fulfill(status=202)))
    page.goto(portal.url())
    portal.until(lambda: page.wait_for_timeout(20) or asked, bool)
    assert [headers.get("cookie") for headers in asked] == [None]


def test_page_that_allows_nothing_but_the_collector_is_counted_without_a_preflight(portal, visitor, page):
    policy = f"default-src 'none'; script-src {portal.collector}; connect-src {portal.collector}; img-src data:"
    portal.put("/", portal.line("footfall.full.js"), content_security_policy=policy)
    page.goto(portal.url())
    portal.expect("event:page", "pageviews", {"/": 1})
    assert [request.method for request in visitor.requests if request.url.endswith("/api/collect")] == ["POST"]


def test_collector_that_is_away_is_no_matter_of_the_page(portal, visitor, page):
    portal.put("/", LISTEN + portal.line(api="http://stats.example:9/api/collect"))
    page.goto(portal.url())
    page.evaluate("footfall('Vote')")
    failed = portal.until(
        lambda: [sent.failure for sent in visitor.requests if page.wait_for_timeout(20) or sent.failure], lambda f: len(f) == 2
    )
    assert len(failed) == 2
    assert page.evaluate("heard") == []
    visitor.excused.append("ERR_UNSAFE_PORT")


def test_collector_that_refuses_is_no_matter_of_the_page(portal, visitor, page):
    portal.put("/", LISTEN + portal.line(site="unknown.example"))
    with page.expect_response("**/api/collect") as answer:
        page.goto(portal.url())
    assert answer.value.headers["x-footfall-refused"] == "unknown_portal"
    assert page.evaluate("heard") == []


@pytest.mark.parametrize("storage", ["get() { throw new DOMException('closed', 'SecurityError') }", "value: null"])
def test_closed_storage_breaks_nothing(portal, page, storage):
    page.add_init_script(f"Object.defineProperty(window, 'localStorage', {{ {storage} }})")
    portal.put("/", LISTEN + portal.line())
    page.goto(portal.url())
    portal.expect("event:page", "pageviews", {"/": 1})
    assert page.evaluate("heard") == []


def test_privacy_signal_leaves_what_happened_and_nothing_of_who(portal, visitor, page):
    visitor.context.set_extra_http_headers({"Sec-GPC": "1"})
    portal.put("/permits", portal.line())
    page.goto(portal.url("/permits?utm_source=mail"))
    page.evaluate("footfall('Vote', { option: 'park' })")
    portal.expect("event:page event:name", "events", {("/permits", "pageview"): 1, ("/permits", "Vote"): 1})
    assert portal.answer("visit:source visit:browser visit:device visit:country", "visits") == {}
    assert portal.answer("event:props:option", "events") == {"(none)": 2}


def test_page_on_localhost_counts_where_its_line_names_a_portal(portal, visitor, page):
    portal.put("/tried", portal.line(site=portal.domain))
    portal.serve_as("localhost")
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => true })")
    page.goto(portal.url("/tried", host="localhost"))
    portal.expect("event:page event:hostname", "pageviews", {("/tried", "localhost"): 1})


def test_page_prepared_ahead_is_counted_when_it_is_shown(portal, tmp_path):
    """A Chromium that nothing drives: under a driver it prepares no page ahead."""
    rules = '<script type="speculationrules">{"prerender": [{"urls": ["/seen", "/unseen"], "eagerness": "immediate"}]}</script>'
    routed = "<script>history.replaceState(0, '', location.href + '?routed')</script>"
    go = """<script>
        const look = async () => ((await fetch('/go')).headers.get('content-type') == 'text/javascript' ? location.href = '/seen' : wait())
        const wait = () => setTimeout(look, 100)
        wait()
    </script>"""
    portal.put("/", rules + portal.line() + go)
    leave = """<script>
        const leave = () => setTimeout(() => location.href = '/last', 1300)
        document.prerendering ? document.addEventListener('prerenderingchange', leave) : leave()
    </script>"""
    portal.put("/seen", portal.line("footfall.full.js", _404="") + routed + leave)
    portal.put("/unseen", portal.line("footfall.full.js", _404="") + routed)
    portal.put("/last", portal.line())
    command = [str(shutil.which("chromium")), "--headless", "--no-first-run", f"--user-data-dir={tmp_path}", *SWITCHES, portal.url()]
    chromium = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert portal.until(lambda: portal.prepared, lambda prepared: prepared == {"/seen", "/unseen"}) == {"/seen", "/unseen"}
        portal.put_script("/go", "")
        portal.expect(
            "event:page event:name",
            "events",
            {("/", "pageview"): 1, ("/seen", "pageview"): 1, ("/seen", "404"): 1, ("/last", "pageview"): 1},
        )
        assert portal.until(lambda: portal.answer("event:page", "time_on_page").get("/seen"), bool) >= 1
    finally:
        chromium.terminate()
        chromium.wait(LONG_S)
