"""/footfall.js in a real browser: which pages it counts, what it measures, what an application can say to it."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.portal import SCROLL, stop_clock

PAGE = (Path(__file__).parents[2] / "docs" / "tracker.md").read_text(encoding="utf-8")
TALL = "<div style='height:4000px'>tall</div>"


def test_page_view_is_counted_with_its_source_and_device(portal, page):
    portal.put("/permits", portal.line(site=portal.domain))
    page.goto(portal.url("/permits?utm_source=newsletter&token=s3cret#top"))
    portal.expect("event:page", "pageviews visitors visits", {"/permits": (1, 1, 1)})
    device = "visit:source visit:browser visit:browser_version visit:os visit:device"
    portal.expect(device, "visits", {("newsletter", "Chrome", "142.0", "Windows", "Desktop"): 1})


def test_referrer_of_another_site_is_the_source_and_its_query_is_not_sent(portal, visitor, page):
    portal.put("/", portal.line())
    page.goto(portal.url("/wall?secret=1", host="vk.example"))
    page.evaluate("url => { document.body.innerHTML = `<a referrerpolicy=unsafe-url href=${url}>go</a>` }", portal.url())
    page.click("a")
    portal.expect("visit:source visit:referrer", "visits", {("vk.example", "vk.example/wall"): 1})
    assert [sent["r"].endswith("/wall") for sent in visitor.sent()] == [True]


def test_moves_within_an_application_are_pages_once_each(portal, visitor, page):
    portal.put("/", portal.line())
    page.goto(portal.url("/?utm_source=mail"))
    page.evaluate("history.replaceState(0, '', '/')")  # the router tidies the campaign away
    page.evaluate("history.pushState(0, '', '/a')")
    page.evaluate("history.pushState(0, '', '/a')")
    page.evaluate("history.replaceState(0, '', location.href)")
    page.evaluate("history.replaceState(0, '', '/a?filter=th')")  # typed into a filter
    page.evaluate("history.pushState(0, '', '/a?filter=theatre')")  # chosen: one can go back from it
    page.evaluate("history.pushState(0, '', '/a?filter=theatre#part')")
    page.evaluate("history.replaceState(0, '', '/b')")
    page.evaluate("location.hash = 'elsewhere'")
    page.go_back(wait_until="commit")
    page.go_back(wait_until="commit")
    page.evaluate("footfall('Settled')")
    portal.expect("event:page", "events", {"/": 1, "/a": 4, "/b": 1})
    portal.expect("event:name", "events visits", {"pageview": (5, 1), "Settled": (1, 1)})
    assert [sent["r"] for sent in visitor.sent() if sent["n"] == "pageview"] == [""] * 5


def test_routes_in_the_fragment_are_pages_where_the_line_says_so(portal, page):
    stop_clock(page)
    portal.put("/", portal.line(hash=""))
    page.goto(portal.url("/?step=1#/start"))
    page.clock.fast_forward(4000)
    page.evaluate("location.hash = '/permits'")
    page.evaluate("history.replaceState(0, '', '#/permits')")
    page.evaluate("history.replaceState(0, '', '#/parking')")
    page.evaluate("footfall('Asked')")
    portal.expect("event:page", "events", {"/#/start": 1, "/#/permits": 1, "/#/parking": 2})
    portal.expect("event:page", "time_on_page", {"/#/start": 4, "/#/permits": None, "/#/parking": None})


def test_time_and_depth_are_those_that_the_page_was_looked_at(portal, page):
    stop_clock(page)
    portal.put("/long", portal.line() + TALL)
    page.goto(portal.url("/long"))
    page.evaluate(SCROLL, 2000)
    page.evaluate(SCROLL, 0)
    page.clock.fast_forward(3000)
    page.goto(portal.url("/", host="elsewhere.example"))
    time, depth = portal.until(
        lambda: portal.answer("event:page", "time_on_page scroll_depth").get("/long"), lambda found: found and found[0]
    )
    assert (time, 48 <= depth <= 51) == (3, True)


def test_depth_is_of_the_height_that_an_application_gave_its_page(portal, page):
    stop_clock(page)
    portal.put("/", portal.line())
    page.goto(portal.url())
    page.evaluate("tall => document.body.innerHTML = tall", TALL)
    page.evaluate(SCROLL, 3000)
    page.clock.fast_forward(2000)
    page.evaluate("history.pushState(0, '', '/next')")
    page.evaluate(SCROLL, 0)
    page.clock.fast_forward(2000)
    page.evaluate("history.pushState(0, '', '/last')")
    depths = portal.until(lambda: portal.answer("event:page", "scroll_depth"), lambda found: found.get("/next"))
    assert 73 <= depths["/"] <= 76
    assert 17 <= depths["/next"] <= 19


def test_time_stands_still_while_nobody_looks(portal, visitor, page):
    stop_clock(page)
    portal.put("/", portal.line())
    page.goto(portal.url())
    page.clock.fast_forward(3000)
    visitor.look_away()
    page.clock.fast_forward(60_000)
    visitor.look_back()
    page.clock.fast_forward(2000)
    page.evaluate("history.pushState(0, '', '/next')")
    portal.expect("event:page", "time_on_page", {"/": 5, "/next": None})


def test_hidden_and_left_pages_tell_their_time_once(portal, visitor, page):
    stop_clock(page)
    portal.put("/", portal.line())
    page.goto(portal.url())
    page.clock.fast_forward(3000)
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', { value: true, configurable: true })
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
    }""")
    page.clock.fast_forward(9000)
    page.goto(portal.url("/", host="elsewhere.example"))
    portal.expect("event:page", "time_on_page", {"/": 3})
    assert [sent["n"] for sent in visitor.sent()] == ["pageview", "engagement"]


def test_page_that_comes_back_out_of_memory_is_a_page_view(portal, visitor, page):
    portal.put("/", portal.line())
    page.goto(portal.url())
    page.evaluate("window.kept = true")
    page.goto(portal.url("/", host="elsewhere.example"))
    page.go_back(wait_until="commit")
    page.wait_for_function("window.kept")
    portal.expect("event:name", "events visits", {"pageview": (2, 1)})
    assert sum(request.is_navigation_request() for request in visitor.requests) == 2


def documented(beginning: str) -> str:
    """The block of the page on the tracker that begins so."""
    return next(block for block in re.findall(r"```html\n(.*?)```", PAGE, re.DOTALL) if block.startswith(beginning))


def test_events_carry_their_properties_and_wait_for_the_tracker(portal, page):
    early = "<script>footfall('Seen', { place: 'top', paid: false }, { i: false })</script>"
    portal.put("/", documented("<script>window.footfall") + early + portal.line())
    page.goto(portal.url())
    page.evaluate("footfall('Vote', { option: 'park', count: 2 })")
    portal.expect("event:name", "events", {"pageview": 1, "Seen": 1, "Vote": 1})
    portal.expect("event:props:place event:props:paid", "events", {("top", "false"): 1, ("(none)", "(none)"): 2})
    portal.expect("event:props:option event:props:count", "events", {("park", "2"): 1, ("(none)", "(none)"): 2})
    portal.expect("", "bounce_rate", {(): 0})


def test_opting_out_silences_this_browser_until_it_is_taken_back(portal, page):
    portal.put("/", portal.line() + documented("<button"))
    page.goto(portal.url())
    page.click("text=Do not count my visits")
    page.evaluate("footfall('Unheard')")
    page.goto(portal.url("/"))
    assert page.evaluate("({ ...localStorage })") == {"footfall-optout": "1"}
    page.click("text=Count my visits again")
    page.evaluate("footfall('Heard')")
    portal.expect("event:name", "events", {"pageview": 1, "Heard": 1})
    expect(page.locator("button")).to_have_text("Do not count my visits")
    assert page.evaluate("localStorage.length") == 0


def test_link_of_the_page_for_residents_opts_out(portal, page):
    portal.put("/", portal.line())
    page.goto(portal.url("/") + "#footfall-optout")
    page.goto(portal.url("/?again"))
    assert page.evaluate("({ ...localStorage })") == {"footfall-optout": "1"}
    page.evaluate("footfall.optOut(false)")
    page.goto(portal.url("/"))
    portal.expect("event:name", "events", {"pageview": 1})


def test_manual_pages_are_counted_when_the_page_says_so(portal, page):
    stop_clock(page)
    portal.put("/", portal.line(manual="", site=portal.domain, api=f"{portal.collector}/api/collect"))
    page.goto(portal.url())
    page.evaluate("history.pushState(0, '', '/ignored')")
    page.evaluate("footfall('pageview', { kind: 'form' })")
    page.clock.fast_forward(2000)
    page.evaluate("footfall('pageview', {}, { u: location.origin + '/permits/step-2' })")
    page.evaluate("footfall('Paid')")
    portal.expect("event:page", "events", {"/ignored": 2, "/permits/step-2": 1})
    portal.expect("event:page", "time_on_page", {"/ignored": 2, "/permits/step-2": None})
    portal.expect("event:props:kind", "pageviews", {"form": 1, "(none)": 1})


def test_line_pasted_twice_counts_once(portal, visitor, page):
    portal.put("/", portal.line() + portal.line("footfall.full.js"))
    page.goto(portal.url())
    page.evaluate("history.pushState(0, '', '/a')")
    portal.expect("event:page", "pageviews", {"/": 1, "/a": 1})
    assert len(visitor.sent()) == 2


def test_last_words_of_a_closing_page_arrive(portal, visitor):
    portal.put("/", portal.line() + "<script>addEventListener('pagehide', () => footfall('Left'))</script>")
    tab = visitor.context.new_page()
    tab.goto(portal.url())
    tab.close(run_before_unload=True)
    portal.expect("event:name", "events", {"pageview": 1, "Left": 1})


def test_long_address_is_cut_and_still_counted(portal, page):
    portal.put("/long", portal.line())
    page.goto(portal.url("/long"))
    page.evaluate("history.pushState(0, '', '/' + 'ж'.repeat(300) + '?q=' + 'x'.repeat(4000))")
    portal.expect("event:page", "pageviews", {"/long": 1, "/" + "ж" * 300: 1})


def test_script_behind_a_folder_sends_to_that_folder(portal, visitor, page):
    portal.put("/", "<script src=/stats/footfall.js></script>")
    portal.put_script("/stats/footfall.js", portal.server.call("GET", "/footfall.js").text)
    page.route("**/stats/api/collect", lambda route: route.fulfill(status=202))
    page.goto(portal.url())
    sent = portal.until(lambda: page.wait_for_timeout(20) or visitor.sent("/stats/api/collect"), bool)
    assert [one["n"] for one in sent] == ["pageview"]
