"""The portal's page as its team uses it: looking, filtering, comparing, taking away; by mouse, by keys, without a script."""

import io
import re
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.following import follow, press, query
from tests.browser.library import DOMAIN, HERE, cards, rows


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


def test_graph_is_taken_away_as_a_picture_that_the_browser_draws(open_page):
    page = open_page(f"{HERE}?period=7d&f=is,country,RU")
    with page.expect_download() as kept:
        page.click("figure >> button >> text=PNG")
    content = Path(kept.value.path()).read_bytes()
    assert kept.value.suggested_filename == f"{DOMAIN}-visitors.png"
    assert (content[:8], int.from_bytes(content[16:20])) == (b"\x89PNG\r\n\x1a\n", 2080), "twice as wide as the SVG"
    assert len(content) > 10_000
    assert open_page(HERE, java_script_enabled=False).locator("figure button").count() == 0


def test_language_and_theme_are_kept(open_page):
    page = open_page(HERE, excused="status of 404")
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
