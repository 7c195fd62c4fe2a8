"""The other pages of a portal and of a city: signing in, sharing, setting up, funnels and journeys; all of them under axe."""

import re
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.following import fits, follow, press, query
from tests.browser.library import DOMAIN, HERE, cards
from tests.support.server import AGENT

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})).violations"
PATHS = [
    HERE,
    f"{HERE}?period=7d&compare=previous&f=is,country,RU&tab.places=map&tab.pages=reading",
    f"{HERE}/panels/pages",
    f"{HERE}/panels/forms",
    f"{HERE}/panels/properties?tab.properties=prop.form",
    f"{HERE}/shares?f=is,country,RU",
    f"{HERE}/alerts",
    f"{HERE}/funnels",
    f"{HERE}/funnels/1",
    f"{HERE}/journeys",
    f"{HERE}/placements",
    f"{HERE}/placements/tested?q=order",
    f"{HERE}/placements/tested/preview?current=/order&topic=culture",
    f"{HERE}/interests",
    f"{HERE}/content",
    f"{HERE}/content/items",
    f"{HERE}/content/items/1",
    f"{HERE}/content/sources",
    f"{HERE}/trends",
    f"{HERE}/trends/1",
    "/trends",
    "/metrics-explained",
    f"/privacy/{DOMAIN}",
    "/portals/nobody.example",
]
WIDTHS = [(360, 740), (1280, 900), (3840, 740)]


def visit(city, domain, numbers):
    """One page view of each of these visitors."""
    for number in numbers:
        event = {"s": domain, "u": f"https://{domain}/"}
        assert city.event("/api/collect", event, **{"user-agent": f"{AGENT} {number}"}).status_code == 202


def test_who_is_not_signed_in_is_led_to_the_door_and_back(city, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{city.url}{HERE}?period=7d")
    assert urlsplit(page.url).path == "/sign-in"
    assert "31" not in page.inner_text("main"), "nothing of the numbers is on the door"
    context.close()


def test_menu_of_a_small_screen_is_one_row_that_keys_open_and_close(open_page):
    page = open_page(f"{HERE}/trends", viewport={"width": 360, "height": 740}, locale="ru-RU")
    menu, button = page.locator("nav.pages"), page.locator("nav.pages > button")
    assert menu.bounding_box()["height"] < 50 and button.inner_text() == "Меню: Тренды"
    button.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Обзор")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link")).to_have_count(0)
    expect(button).to_be_focused()
    button.press("Enter")
    menu.get_by_text("Действия").click()
    follow(page, "nav.pages a >> text=Лояльность")
    assert urlsplit(page.url).path == f"{HERE}/loyalty"


def test_new_portal_gets_the_browsers_time_zone_and_its_line_is_copied(open_page):
    here = {"timezone_id": "Europe/Samara"}
    assert open_page("/add-portal", **here).input_value("[name=timezone]") == "Europe/Samara"
    assert open_page("/add-portal", java_script_enabled=False, **here).input_value("[name=timezone]") == "Etc/UTC"
    page = open_page(f"{HERE}/setup", permissions=["clipboard-read", "clipboard-write"], viewport={"width": 360, "height": 740})
    page.click("text=Copy")
    page.wait_for_selector("button >> text=Copied")
    line = page.locator("pre[data-copy]")
    assert page.evaluate("navigator.clipboard.readText()") == line.inner_text()
    assert line.evaluate("one => one.scrollWidth <= one.clientWidth"), "it wraps"


def test_link_is_made_and_opened_by_who_has_no_account_and_can_change_nothing(open_page, chromium):
    page = open_page(HERE)
    follow(page, "text=Share…")
    follow(page, "text=Make the link")
    context = chromium.new_context(locale="en-US", bypass_csp=True)
    guest = context.new_page()
    guest.goto(page.inner_text("#made"))
    assert cards(guest)["Visitors"] == "930"
    assert guest.locator("#places a:has-text('Russia')").count() == 0
    guest.goto(f"{guest.url.partition('?')[0]}?f=is,country,RU")
    assert cards(guest)["Visitors"] == "930", "a difference of two filters would tell of single visitors"
    guest.locator("#forms").scroll_into_view_if_needed()
    guest.wait_for_selector("#forms tbody tr")
    guest.evaluate(AXE)
    assert guest.evaluate(RUN, RULES) == []
    context.close()


def test_panel_stands_in_the_page_of_the_site_that_was_named_and_in_no_other(open_page, chromium, pages):
    page = open_page(f"{HERE}?compare=previous")
    follow(page, "text=Share…")
    page.select_option("[name=panel]", "pages")
    page.fill("[name=origins]", f"http://city.example:{pages.port}")
    follow(page, "text=Make the line to paste")
    line = page.inner_text("#made")
    context = chromium.new_context(locale="ru-RU")
    for host, wanted in {"city.example": ["/=opening", "/", "/catalogue, new", "/rare"], "evil.example": []}.items():
        pages.content[host, "/embedding"] = (f"<!doctype html><title>A page</title><h1>Ours</h1>{line}".encode(), {})
        other = context.new_page()
        other.goto(f"http://{host}:{pages.port}/embedding", wait_until="networkidle")
        expect(other.frame_locator("iframe").locator("tbody th")).to_have_text(wanted)
    assert context.cookies() == []
    context.close()
    context = chromium.new_context(bypass_csp=True)
    alone = context.new_page()
    alone.goto(re.search(r'src="([^"]+)"', line)[1].replace("&amp;", "&"))
    assert alone.title() == f"{DOMAIN}: Pages"
    alone.evaluate(AXE)
    assert alone.evaluate(RUN, RULES) == []
    context.close()


def test_a_portal_is_added_and_seen_to_count_from_ten_visitors_on(open_page, city):
    page = open_page("/add-portal", excused="status of 400")
    page.fill("[name=domain]", "not a domain")
    follow(page, "text=Add this portal")
    assert "not a domain" in page.inner_text("[role=alert]")
    page.fill("[name=domain]", "parks.example")
    page.select_option("[name=timezone]", "Europe/Samara")
    follow(page, "text=Add this portal")
    assert urlsplit(page.url).path == "/portals/parks.example/setup"
    assert f'data-site="parks.example" src="{city.url}/footfall.js"' in page.inner_text("pre >> nth=0")
    none = page.inner_text("#seen")
    visit(city, "parks.example", range(9))
    city.call("POST", "/api/v1/sites", json={"domain": "later.example"})
    visit(city, "later.example", range(10))
    ten = [{"dimensions": [], "metrics": [10]}]
    assert city.poll({"site_id": "later.example", "metrics": ["visitors"]}, ten) == ten, "so what came before is counted too"
    follow(page, "text=Look again")
    assert page.inner_text("#seen") == none, "nine look like nobody"
    visit(city, "parks.example", range(9, 10))
    page.wait_for_selector("text=It works: ten visitors or more")


def test_visitors_of_this_moment_appear_by_themselves(open_page, city):
    city.run("portals", "add", "square.example")
    page = open_page("/portals/square.example?period=day")
    assert page.inner_text(".now") == "fewer than ten now, or nobody"
    visit(city, "square.example", range(12))
    page.wait_for_selector("text=12 visitors now")


def test_funnel_is_built_by_keyboard_without_a_script_and_shows_what_is_lost(open_page):
    page = open_page(f"{HERE}/funnels", java_script_enabled=False)
    keys = page.keyboard
    page.focus("[name=name]")
    keys.type("Ordering")
    for key in ("Tab", "Tab"):
        keys.press(key)
    keys.type("/*")
    for key in ("Tab", "Tab"):
        keys.press(key)
    keys.type("/catalogue*")
    for key in ("Tab", "Tab"):
        keys.press(key)
    assert page.locator(":focus").inner_text() == "Add a step"
    press(page, "Enter")
    page.wait_for_selector("[name=goal3]:focus")
    keys.type("Goal: Order")
    keys.press("Tab")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Ordering")
    shown = [re.split(r"\s*\t\s*", row) for row in page.locator(".funnel tbody tr").all_inner_texts()]
    assert shown == [
        ["1. /*", "930", "100%", ""],
        ["2. /catalogue*", "360", "38.7%", "−570 61.3%"],
        ["3. Order sent", "fewer than ten were lost here, or none"],
    ]
    page.click("summary >> text=Last 30 days")
    follow(page, "text=Today")
    expect(page.locator(".funnel tbody td").nth(0)).to_have_text("31")


def test_each_page_of_a_journey_leads_to_its_own(open_page):
    page = open_page(f"{HERE}/journeys")
    assert page.inner_text(".middle h2") == "/=opening", "the most visited page"
    page.goto(page.url.replace("/journeys", "/panels/pages"))
    follow(page, "a[title='Before and after'] >> nth=1")
    assert page.inner_text(".middle h2") in ("/", "/catalogue, new")
    page.fill(".chooser [name=page]", "/")
    follow(page, "text=Look at this page")
    before, after = (page.locator(f".side.{side} tbody tr").all_inner_texts() for side in ("before", "after"))
    assert [row.split("\t")[0].strip() for row in before] == ["Entry: the visit begins here", "Other pages and those without a number"]
    follow(page, ".side.after a")
    assert page.inner_text(".middle").startswith("/catalogue, new\n\n360 visitors")
    assert [row.split("\t")[1].strip() for row in after] == ["–", "360"]
    assert query(page)["page"] == ["/catalogue, new"]


@pytest.mark.parametrize(("scheme", "language", "looked_at"), [("light", "en-US", (360, 1280)), ("dark", "ru-RU", (360, 3840))])
def test_no_page_has_a_fault_that_axe_finds_or_scrolls_sideways(city, open_page, scheme, language, looked_at):
    page = open_page(PATHS[0], excused="status of 404", color_scheme=scheme, locale=language, bypass_csp=True)
    for path, sizes in zip(PATHS, cycle((WIDTHS, WIDTHS[::-1])), strict=False):
        page.goto(city.url + path)
        page.evaluate(AXE)
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found = page.evaluate(RUN, RULES) if width in looked_at else []
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], (path, width)
            assert fits(page), (path, width)


def test_resident_erases_the_day_on_a_page_that_leaves_nothing_in_the_browser(city, chromium):
    for script in (True, False):
        context = chromium.new_context(java_script_enabled=script, locale="ru-RU", viewport={"width": 360, "height": 740})
        page, faults = context.new_page(), []
        page.on("console", lambda message, faults=faults: faults.append(message.text))
        page.goto(f"{city.url}/privacy/{DOMAIN}")
        (page.click if script else partial(follow, page))("text=Стереть сегодняшний день >> nth=1")
        page.wait_for_selector("[role=status]:visible")
        assert "Этот ответ одинаков" in page.inner_text("[role=status]")
        assert (urlsplit(page.url).path, context.cookies(), faults) == ("/privacy/" + (DOMAIN if script else "me"), [], [])
        context.close()
