"""The check of the set-up page: a page of the portal, on another origin, tells it in this browser what became of its page view."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.following import accepted, fits
from tests.support.waiting import until

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
HEAR = "() => { window.heard = []; addEventListener('message', (event) => heard.push(event.data)) }"


@pytest.fixture(scope="module")
def signed_in(server, chromium):
    """Cookies of an operator who is in."""
    link = json.loads(server.run("operators", "add", "ann@example.city", "--role", "admin", "--json").stdout)["invitation"]
    return accepted(chromium, server.url + urlsplit(link).path)["cookies"]


@pytest.fixture
def setup(server, portal, visitor, signed_in):
    """The portal's set-up page, on the address of this machine: there browsers heed the policy that parts windows."""
    portal.collector = server.url
    visitor.context.add_cookies(signed_in)
    visitor.page.goto(f"{server.url}/portals/{portal.domain}/setup")
    return visitor.page


def check(setup, address):
    """Open the address by the button, and give the window."""
    setup.fill("[name=address]", address)
    with setup.expect_popup() as opened:
        setup.click("text=Check my site")
    return opened.value


def said(setup, words):
    setup.wait_for_selector(f"[data-said] >> text={words}")
    return setup.inner_text("[data-said]")


def test_page_view_that_is_counted_is_seen_and_no_server_hears_of_the_check(portal, visitor, setup):
    portal.put("/permits", portal.line(site=portal.domain))
    assert setup.input_value("[name=address]") == f"https://{portal.domain}/"
    before = len(visitor.requests)
    window = check(setup, portal.url("/permits"))
    assert said(setup, "We saw your page view") == "We saw your page view: it is counted."
    assert [sorted(sent) for sent in visitor.sent()] == [["h", "n", "r", "s", "u"]], "nothing but a page view as any other"
    asked = [(urlsplit(one.url).path, urlsplit(one.url).query) for one in visitor.requests[before:] if one.url.startswith("http")]
    assert asked == [("/permits", ""), ("/footfall.js", ""), ("/api/collect", "")]
    assert window.evaluate("name") == "", "told once"
    portal.expect("event:page", "pageviews", {"/permits": 1})


def test_page_view_that_is_refused_is_told_with_its_reason_and_what_to_do(portal, setup):
    portal.put("/", portal.line(site="nobody.example"))
    check(setup, portal.url())
    text = said(setup, "It came and was not counted")
    assert "no portal of that name" in text
    assert "Paste the line above once more" in text


def test_second_check_takes_the_place_of_the_first(portal, setup):
    portal.put("/wrong", portal.line(site="nobody.example"))
    portal.put("/right", portal.line(site=portal.domain))
    first = check(setup, portal.url("/wrong"))
    said(setup, "It came and was not counted")
    check(setup, portal.url("/right"))
    assert said(setup, "We saw your page view")
    assert until(lambda: setup.wait_for_timeout(20) or first.is_closed())


def test_page_whose_events_cannot_leave_says_so(portal, visitor, setup):
    policy = f"default-src 'none'; script-src {portal.collector}; img-src data:"
    portal.put("/", portal.line(site=portal.domain), content_security_policy=policy)
    check(setup, portal.url())
    assert f"connect-src {portal.collector}" in said(setup, "nobody answered it")
    visitor.excused.append("Content Security Policy")


def test_silence_is_explained_after_a_while(portal, setup):
    portal.put("/", "<p>no line here</p>")
    setup.clock.install()
    check(setup, portal.url())
    expect(setup.locator("[data-said]")).to_have_text("Waiting for the page to tell.")
    setup.clock.fast_forward(8100)
    assert f"script-src {portal.collector}; connect-src {portal.collector}" in said(setup, "The page tells nothing")


def test_page_that_cuts_its_tie_to_the_check_is_known_by_it(server, portal, setup):
    setup.clock.install()
    check(setup, f"{server.url}/sign-in").wait_for_selector("main")  # a page of ours is one: same-origin
    setup.clock.fast_forward(8100)
    assert "Cross-Origin-Opener-Policy" in said(setup, "has cut its tie")


def test_page_of_another_host_is_not_taken_for_the_portals(portal, setup):
    portal.put("/", portal.line(site=portal.domain))
    portal.serve_as("other.example")
    check(setup, portal.url(host="other.example"))
    assert "http://other.example" in said(setup, "none of this portal")


def test_what_other_windows_say_is_not_looked_at(portal, setup):
    portal.put("/", "<p>no line here</p>")
    window = check(setup, portal.url())
    window.wait_for_selector("p")
    setup.evaluate("postMessage(202, '*')")
    window.evaluate("opener.postMessage('something else', '*')")
    setup.wait_for_timeout(200)
    assert setup.inner_text("[data-said]") == "Waiting for the page to tell."


def test_another_site_that_opens_the_portal_is_told_nothing(portal, visitor, page):
    portal.put("/", portal.line(site=portal.domain))
    page.goto(portal.url("/", host="elsewhere.example"))
    page.evaluate(HEAR)
    with page.expect_popup() as opened:
        page.evaluate("url => { open(url, 'footfall-check') }", portal.url())
    opened.value.wait_for_function("name === ''")
    portal.expect("event:name", "events", {"pageview": 1})
    assert page.evaluate("heard") == []
    visitor.excused.append("target origin")  # the browser keeps the message back


def test_only_the_set_up_page_keeps_ties_to_windows(server, portal, setup):
    policies = {
        path: setup.request.get(f"{server.url}/portals/{portal.domain}{path}").headers["cross-origin-opener-policy"]
        for path in ("", "/setup", "/setup/seen")
    }
    assert policies == {"": "same-origin", "/setup": "same-origin-allow-popups", "/setup/seen": "same-origin"}


def test_line_that_sends_elsewhere_than_where_the_page_is_open_is_noticed(server, portal, setup):
    assert setup.locator("[data-address]").is_hidden()
    path = f"/portals/{portal.domain}/setup"
    setup.route(f"**{path}", lambda route: route.fulfill(body=route.fetch().text().replace(server.url, "https://stats.example.city")))
    setup.reload()
    assert "sends to https://stats.example.city" in setup.inner_text("[data-address]")
    assert setup.get_attribute("[data-address] a", "href") == f"https://stats.example.city{path}"


def test_clocks_that_differ_are_noticed(portal, setup):
    note = setup.inner_text("[data-clock-off]")
    assert int(re.sub(r"\D", "", note)) > 2, "the server of these tests stands still at noon of 5 January 2026"
    assert "Etc/UTC" in setup.inner_text("[data-now]")


def test_address_behind_a_proxy_is_explained_to_who_asks(server, portal, setup):
    assert "without a proxy that tells of itself, from an address of this very machine" in setup.inner_text("main")
    setup.set_extra_http_headers({"x-forwarded-for": "203.0.113.9"})
    setup.reload()
    assert "FOOTFALL_TRUSTED_PROXIES=127.0.0.1/32" in setup.inner_text("main")


@pytest.mark.parametrize(("width", "scheme", "language"), [(360, "light", "ru-RU"), (1280, "dark", "en-US")])
def test_axe_finds_nothing_wrong_with_any_outcome(server, portal, chromium, signed_in, width, scheme, language):
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, locale=language, bypass_csp=True)
    context.add_cookies(signed_in)
    page = context.new_page()
    page.goto(f"{server.url}/portals/{portal.domain}/setup")
    all_of_them = "() => document.querySelector('[data-said]').append(document.querySelector('[data-outcomes]').content.cloneNode(true))"
    page.evaluate(all_of_them)
    page.evaluate(AXE)
    found = page.evaluate(
        "async () => (await axe.run({resultTypes: ['violations'], preload: false})).violations.map((one) => one.id + one.nodes[0].html)"
    )
    assert (found, fits(page)) == ([], True)
    context.close()
