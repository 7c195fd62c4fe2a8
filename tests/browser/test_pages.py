"""The pages as a portal's team uses them: signing in, looking, filtering, comparing, taking away; by mouse, by keys, without a script."""

import io
import json
import re
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import openpyxl
import pytest
from playwright.sync_api import expect

from footfall.control.database import open_control
from footfall.control.funnels import save_funnel
from footfall.control.items import put_items
from footfall.control.placements import put_placement
from footfall.control.trends import Card, save_cards
from footfall.serve.pages import live
from footfall.trends.explain import Bucket, Driver, Explained, Reason
from footfall.vocabulary import Item, Step
from tests.browser.following import follow, press
from tests.support.server import AGENT, FootfallHere

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = "async (rules) => (await axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})).violations"
DOMAIN, NOW = "library.example", date(2026, 1, 20)
HERE = f"/portals/{DOMAIN}"
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
EXPECTED = re.compile("status of 40[04]")
WIDTHS = [(360, 740), (1280, 900), (3840, 740)]


def lines():
    """Thirty days: on each 12 visitors from search who read two pages and send a form, 15 who come straight, 4 from a rare country."""
    for back in range(30, -1, -1):
        day = (NOW - timedelta(days=back)).isoformat()
        for number in range(12):
            who = {"visitor": f"a{number}", "country": "RU", "browser": "Chrome", "os": "Windows", "device": "Desktop", "source": "Google"}
            yield who | {"timestamp": f"{day}T09:{number:02}:00Z", "pathname": "/"}
            yield who | {"timestamp": f"{day}T09:{number:02}:40Z", "pathname": "/catalogue, new"}
            yield who | {"timestamp": f"{day}T09:{number:02}:50Z", "name": "Form: Submission", "props": {"form": "order"}}
        for number in range(15):
            yield {
                "visitor": f"b{number}",
                "timestamp": f"{day}T10:{number:02}:00Z",
                "pathname": "/=opening",
                "country": "DE",
                "device": "Mobile",
            }
        for number in range(4):
            yield {"visitor": f"c{number}", "timestamp": f"{day}T10:{number:02}:30Z", "pathname": "/rare", "country": "MT"}


def put_contents(control):
    """Two items, and a placement that tests two arms and pins one of them."""
    site = control.portal(DOMAIN).id
    items = [Item(id=0, site=site, path=path, url=f"https://{DOMAIN}{path}", title=path.title()) for path in ("/order", "/news")]
    pinned = put_items(control, items, now_ms=0)[0]
    arms = [{"name": "calm", "share": 0.5}, {"name": "bold", "share": 0.5, "settings": {"rising": 2.0}}]
    put_placement(control, site, "tested", {"title": "Tested", "arms": arms, "pins": [pinned.id], "is_public": True}, now_ms=0)


def put_trend(control):
    """A page that rises, told of by days."""
    spark = tuple(Bucket(f"2026-01-{day:02}", 12 + day, 12.0, 7.0, 18.0) for day in range(1, 20))
    told = Explained(
        name="/order",
        counts="pageviews",
        observed=31,
        expected=12.0,
        low=7.0,
        high=18.0,
        lift=2.6,
        confidence="likely",
        reason=Reason("source", "Google"),
        drivers=(Driver("source", "Google", 20, 10, 0.8),),
        spark=spark,
    )
    at = {"since_ms": 1_768_608_000_000, "found_ms": 1_768_694_400_000, "seen_ms": 1_768_867_200_000, "strength": 4.0}
    series = {"dimension": "page", "key": "/order", "members": (("page", "/order"), ("search", "order"))}
    body = json.dumps(msgspec.to_builtins(told))
    save_cards(
        control, [Card(site=control.portal(DOMAIN).id, step="day", kind="rise", state="trend", marks="111", body=body, **at, **series)]
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """A server of its own under the policy that people work with, and the link that invites its first operator."""
    home = tmp_path_factory.mktemp("city")
    running = FootfallHere(home, now="2026-01-20T12:00:00Z", policy="staff", segment_age_ms="50")
    running.run("portals", "add", DOMAIN, "--timezone", "Europe/Moscow")
    events = "".join(json.dumps(line) + "\n" for line in lines())
    assert running.call("POST", f"/api/v1/import/events?site_id={DOMAIN}", content=events).json()["refused"] == 0
    running.run("goals", "add", DOMAIN, "--event", "Form: Submission", "--name", "Order sent")
    control = open_control(f"sqlite:///{home / 'control.db'}", lambda: 0)
    save_funnel(control, control.portal(DOMAIN), "Orders", (Step(page="/"), Step(page="/*"), Step(goal="Order sent")), now_ms=0)
    put_contents(control)
    put_trend(control)
    control.close()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(live, "EVERY_S", 1.0)
        yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def state(city, chromium):
    """The browser's state once the invited operator has chosen a password and is in."""
    link = json.loads(city.run("operators", "add", "ann@example.city", "--role", "admin", "--json").stdout)["invitation"]
    context = chromium.new_context()
    page = context.new_page()
    page.goto(city.url + urlsplit(link).path)
    page.fill("[name=name]", "Ann")
    page.fill("[name=password]", "a long password 7")
    page.fill("[name=again]", "a long password 7")
    follow(page, "main button")
    assert urlsplit(page.url).path == "/account"
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def open_page(city, chromium, state):
    """A page of the city as Ann sees it; every error on it, and every request that leaves for another host, fails the test."""
    contexts, faults = [], []

    def open_at(path, **options):
        context = chromium.new_context(storage_state=state, **({"viewport": {"width": 1280, "height": 900}, "locale": "en-US"} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if message.type == "error" and not EXPECTED.search(message.text) else None,
        )
        page.on("request", lambda request: faults.append(request.url) if not request.url.startswith((city.url, "data:")) else None)
        page.goto(city.url + path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []


def cards(page):
    return dict(zip(page.locator(".cards .name").all_inner_texts(), page.locator(".cards .value").all_inner_texts(), strict=True))


def rows(page, panel):
    return [[cell.strip() for cell in row.split("\t")] for row in page.locator(f"#{panel} tbody tr").all_inner_texts()]


def visit(city, domain, numbers):
    """One page view of each of these visitors."""
    for number in numbers:
        event = {"s": domain, "u": f"https://{domain}/"}
        assert city.event("/api/collect", event, **{"user-agent": f"{AGENT} {number}"}).status_code == 202


def query(page):
    return parse_qs(urlsplit(page.url).query)


def test_who_is_not_signed_in_is_led_to_the_door_and_back(city, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{city.url}{HERE}?period=7d")
    assert urlsplit(page.url).path == "/sign-in"
    assert "31" not in page.inner_text("main"), "nothing of the numbers is on the door"
    context.close()


def test_portal_shows_its_numbers_and_nothing_of_fewer_than_ten(open_page):
    page = open_page(HERE)
    assert cards(page) == {
        "Visitors": "930",
        "Visits": "930",
        "Page views": "1,290",
        "Views per visit": "1.39",
        "Bounce rate": "61%",
        "Visit duration": "19s",
    }
    assert rows(page, "pages") == [
        ["/=opening", "450", "450"],
        ["/", "360", "360"],
        ["/catalogue, new", "360", "360"],
        ["/rare", "120", "120"],
    ]
    assert rows(page, "places")[0][:2] == ["Germany", "450"]
    one_day = open_page(f"{HERE}?period=custom&from=2026-01-10&to=2026-01-10")
    assert [row[0] for row in rows(one_day, "places")] == ["Germany"], "four from Malta are nobody, also by subtraction"
    offered = [[option.get_attribute(name) for name in ("value", "label")] for option in one_day.locator("#values option").all()]
    assert ["/catalogue, new", "Page: /catalogue, new"] in offered
    assert [pair for pair in offered if pair[1].startswith("Country")] == [["DE", "Country: Germany"]]


def test_a_row_filters_filters_add_up_and_each_can_be_taken_away(open_page):
    page = open_page(HERE)
    follow(page, "#pages >> text=/catalogue, new")
    assert query(page)["f"] == ["is,page,/catalogue\\, new"]
    follow(page, "#places >> text=Russia")
    expect(page.locator(".chip")).to_have_text(["Page is /catalogue, new ×", "Country is Russia ×"])
    assert cards(page)["Visitors"] == "360"
    follow(page, "[aria-label='Remove this filter: /catalogue, new']")
    assert query(page)["f"] == ["is,country,RU"]
    page.click("summary >> text=Filter")
    page.select_option("[name=field]", "page")
    page.select_option("[name=operator]", "contains")
    page.fill("[name=value]", "CATALOGUE")
    follow(page, "text=Add this filter")
    expect(page.locator(".chip")).to_have_count(2)
    follow(page, "text=Remove all")
    assert cards(page)["Visitors"] == "930"


def test_comparison_shows_change_and_what_was_before(open_page):
    page = open_page(f"{HERE}?period=7d")
    page.click("summary >> text=Compare")
    follow(page, "text=Previous period")
    assert query(page) == {"period": ["7d"], "compare": ["previous"]}
    assert page.locator(".before").first.inner_text() == "before: 217"
    assert "as before" in page.locator(".change").first.inner_text()


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


def test_custom_days_are_chosen_in_the_menu(open_page):
    page = open_page(HERE)
    page.click(".period summary >> nth=0")
    page.fill("[name=from]", "2026-01-05")
    page.fill("[name=to]", "2026-01-06")
    follow(page, "text=Show these days")
    assert query(page) == {"period": ["custom"], "from": ["2026-01-05"], "to": ["2026-01-06"]}
    assert cards(page)["Visitors"] == "62"


def test_graph_has_a_table_of_the_same_numbers_and_today_is_not_over(open_page):
    page = open_page(f"{HERE}?period=month&interval=week")
    page.click("text=The graph as a table")
    expect(page.locator(".graph tbody")).to_be_visible()
    table = page.locator(".graph tbody tr").all_inner_texts()
    assert table[:3] == ["Thu, Jan 1\t124", "Mon, Jan 5\t217", "Mon, Jan 12\t217"]
    assert table[3].startswith("Mon, Jan 19 (not over)\t62")
    expect(page.locator(".line.open")).to_have_count(1)


def test_graph_answers_to_the_pointer_once_its_script_is_there(open_page):
    page = open_page(f"{HERE}?period=7d&compare=previous")
    page.wait_for_selector("figure.drawn canvas")
    assert page.get_attribute("figure svg[role=img]", "aria-label").startswith("Visitors: most 31")
    box = page.locator(".chart").bounding_box()
    page.mouse.click(box["x"] + box["width"] - 14, box["y"] + box["height"] / 2)
    page.wait_for_url(re.compile("from=2026-01-19&to=2026-01-19"))
    assert query(page)["compare"] == ["previous"]


def test_keys_choose_and_say_what_they_do_until_turned_off(open_page):
    page = open_page(HERE)
    press(page, "w")
    assert query(page) == {"period": ["7d"]}
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("[name=value]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[name=value]")).to_be_hidden()
    page.click("summary >> text=Display")
    follow(page, "text=Off")
    page.keyboard.press("d")
    page.wait_for_timeout(300)
    assert query(page) == {"period": ["7d"]}


def test_tabs_and_slow_panels_load_by_themselves_and_stay_in_the_address(open_page):
    page = open_page(HERE)
    page.locator("#forms").scroll_into_view_if_needed()
    page.wait_for_selector("#forms tbody tr")
    assert rows(page, "forms") == [["1. Started it", "360", "100%", ""], ["2. Sent it", "–", "–", "–"]], "all sent it: too near to be told"
    assert page.inner_text("#forms caption") == "order"
    page.click("#pages >> text=Entry page")
    page.wait_for_selector("#pages [aria-current] >> text=Entry page")
    page.wait_for_url("**tab.pages=entry_page*")
    press(page, "w")
    assert query(page) == {"period": ["7d"], "tab.pages": ["entry_page"]}, "a tab that was chosen stays"


@pytest.mark.parametrize("with_script", [True, False])
def test_map_shows_countries_and_filters_by_the_one_that_is_clicked(open_page, with_script):
    page = open_page(HERE, java_script_enabled=with_script)
    (page.click if with_script else partial(follow, page))("#places >> text=Map")
    country = page.locator(".world a", has=page.locator("title", has_text="Russia: 360"))
    country.wait_for()
    expect(page.locator(".legend li")).to_have_text(["fewer than ten, or none", "100–199", "200–450"])
    assert "most from Germany, 450" in page.locator(".world figcaption").text_content()
    page.click("#places summary")
    expect(page.locator("#places tbody")).to_be_visible()
    assert [row[:2] for row in rows(page, "places")] == [["Germany", "450"], ["Russia", "360"], ["Malta", "120"]]
    follow(page, country)
    assert query(page) == {"tab.places": ["map"], "f": ["is,country,RU"]}
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".world a")).to_have_count(1)


@pytest.mark.parametrize("with_script", [True, False])
def test_properties_lead_to_their_values_and_values_filter(open_page, with_script):
    page = open_page(f"{HERE}?tab.properties=property", java_script_enabled=with_script)
    if with_script:
        page.locator("#properties").scroll_into_view_if_needed()
    else:
        follow(page, "#properties >> text=All rows")
    panel = "#properties" if with_script else ".panel"
    (page.click if with_script else partial(follow, page))(f"{panel} tbody >> text=form")
    follow(page, f"{panel} tbody >> text=order")
    expect(page.locator(".chip")).to_have_count(1)
    assert query(page)["f"] == ["is,prop.form,order"]
    assert query(page)["tab.properties"] == ["prop.form"]
    assert cards(page)["Visitors"] == "360"


def test_keyboard_passes_the_drawing_by_and_goes_through_its_table(open_page):
    page = open_page(f"{HERE}?tab.places=map")
    page.click("#places summary")
    expect(page.locator("#places tbody")).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.title") == "DE"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Map"
    page.goto(page.url.replace("?", "/panels/places?"))
    assert page.locator(".as-table tbody").is_visible(), "there is room for both on a page of their own"


def test_everything_works_without_a_script(open_page):
    page = open_page(HERE, java_script_enabled=False)
    follow(page, "#sources >> text=Source >> nth=1")
    assert query(page)["tab.sources"] == ["source"]
    follow(page, "#sources tbody a >> nth=0")
    assert query(page)["f"][0].startswith("is,source,")
    follow(page, "#forms >> text=All rows")
    assert urlsplit(page.url).path == f"{HERE}/panels/forms"


def test_panel_is_taken_away_as_csv_and_as_a_spreadsheet(open_page, city):
    page = open_page(HERE)
    with page.expect_download() as kept:
        page.click("#pages >> text=CSV")
    text = Path(kept.value.path()).read_text(encoding="utf-8-sig")
    assert kept.value.suggested_filename == f"{DOMAIN}-page.csv"
    assert text.splitlines()[0].startswith("Page,Visitors,Page views")
    assert '"/catalogue, new",360,360' in text
    content = page.request.get(f"{city.url}{HERE}/panels/pages/xlsx").body()
    sheet = [[cell.value for cell in row][:2] for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows()]
    assert sheet[:2] == [["Page", "Visitors"], ["/=opening", 450]]


@pytest.mark.parametrize("with_script", [True, False])
def test_print_has_the_rows_of_every_panel_also_of_those_that_nobody_looked_at(open_page, with_script):
    page = open_page(f"{HERE}?period=7d&tab.forms=form_sent", java_script_enabled=with_script, viewport={"width": 1280, "height": 400})
    page.emulate_media(media="print")
    unread = [page.locator(f"#{panel}").is_visible() for panel in ("pages", "behaviour", "forms", "properties")]
    assert (unread, page.locator(".unread").is_visible()) == ([True, False, False, False], True)
    page.emulate_media(media="screen")
    page.context.add_init_script("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    follow(page, "main a >> text=Print")
    if with_script:
        page.wait_for_selector("html[data-printed]")
    page.emulate_media(media="print")
    assert [rows(page, panel)[0][:2] for panel in ("pages", "behaviour", "forms", "properties")] == [
        ["/=opening", "105"],
        ["Order sent", "84"],
        ["1. Started it", "84"],
        ["form", "84"],
    ]
    assert page.locator("#found").inner_text().endswith("Nothing to show: fewer than ten visitors each, or none.")
    shown = ("#forms tbody", "figure > svg >> nth=0", ".unread", ".bar", "#forms .tabs >> text=Started")
    assert [page.locator(place).is_visible() for place in shown] == [True, True, False, False, False]
    page.emulate_media(media="screen")
    follow(page, "text=Back to the page")
    assert query(page) == {"period": ["7d"], "tab.forms": ["form_sent"]}


def test_period_that_runs_is_compared_up_to_the_same_moment_and_the_page_says_so(open_page):
    page = open_page(f"{HERE}?period=day&compare=previous")
    assert page.locator(".head .soft").first.inner_text().replace("\u202f", " ") == "Jan 20, 2026, compared with Jan 19, 2026 up to 15:00"
    assert page.locator(".before").first.inner_text() == "before: 31"
    older = open_page(f"{HERE}?period=30d&compare=previous")
    assert (
        older.locator(".head .soft")
        .first.inner_text()
        .endswith("No change is shown: the numbers begin later than the time to compare with.")
    )
    assert (older.locator(".before").count(), older.locator(".change").first.get_attribute("title")[:19]) == (0, "No change is shown:")


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


def test_graph_is_taken_away_as_a_picture_that_the_browser_draws(open_page):
    page = open_page(f"{HERE}?period=7d&f=is,country,RU")
    with page.expect_download() as kept:
        page.click("figure >> button >> text=PNG")
    content = Path(kept.value.path()).read_bytes()
    assert kept.value.suggested_filename == f"{DOMAIN}-visitors.png"
    assert (content[:8], int.from_bytes(content[16:20])) == (b"\x89PNG\r\n\x1a\n", 2080), "twice as wide as the SVG"
    assert len(content) > 10_000
    assert open_page(HERE, java_script_enabled=False).locator("figure button").count() == 0


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
    page = open_page("/add-portal")
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


def test_language_and_theme_are_kept(open_page):
    page = open_page(HERE)
    page.click("summary >> text=Display")
    follow(page, "button >> text=Русский")
    assert page.get_attribute("html", "lang") == "ru"
    assert "Посетители" in page.inner_text(".cards")
    page.click("summary >> text=Вид")
    follow(page, "button >> text=Тёмная")
    assert page.get_attribute("html", "data-theme") == "dark"
    assert urlsplit(page.url).path == HERE
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 21, 27)"
    page.goto(page.url.replace(DOMAIN, "nobody.example"))
    assert "Портала «nobody.example» нет" in page.inner_text("main")


@pytest.mark.parametrize(("scheme", "language", "looked_at"), [("light", "en-US", (360, 1280)), ("dark", "ru-RU", (360, 3840))])
def test_no_page_has_a_fault_that_axe_finds_or_scrolls_sideways(city, open_page, scheme, language, looked_at):
    page = open_page(PATHS[0], color_scheme=scheme, locale=language, bypass_csp=True)
    for path, sizes in zip(PATHS, cycle((WIDTHS, WIDTHS[::-1])), strict=False):
        page.goto(city.url + path)
        page.evaluate(AXE)
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found = page.evaluate(RUN, RULES) if width in looked_at else []
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


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
