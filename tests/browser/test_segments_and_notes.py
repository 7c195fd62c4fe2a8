"""Segments, notes and what was not counted on a portal's page: by mouse, by keyboard alone, without a script, on a telephone."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from footfall.collect.journal import REFUSALS, write_segment
from footfall.collect.refusals import as_lines
from footfall.control.annotations import Annotation, add_annotation, delete_annotation, list_annotations
from footfall.control.invitations import invite
from footfall.control.operators import add_operator, give_grant
from footfall.control.roles import Grant
from footfall.control.segments import Segment, add_segment, delete_segment
from footfall.serve.imports import import_stream
from tests.browser.following import fits, follow, opened, press, query
from tests.support.app_here import AppHere
from tests.support.signing_in import PASSWORD

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run({ resultTypes: ["violations"], preload: false })).violations.map(
  (found) => found.id + ": " + found.nodes.map((node) => node.html).join(" "))"""
ABOVE = """() => {
  const canvas = document.querySelector(".chart canvas");
  const { data } = canvas.getContext("2d").getImageData(60, 5, canvas.width - 60, 6);
  return data.filter((value, place) => place % 4 === 3 && value > 200).length;
}"""
"""Points with ink above the graph, where nothing is but marks."""
ANN, HERE = "ann@example.city", "/portals/library.example"
WEEK = f"{HERE}?period=custom&from=2026-01-12&to=2026-01-18"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """A portal with a week of visits, and robots on one of its days."""
    with AppHere(tmp_path_factory.mktemp("home"), now="2026-01-20T12:00:00Z") as running:
        desk = running.house.desk
        desk.control.create_portal(domain="library.example", timezone="Etc/UTC")
        lines = [
            f'{{"timestamp":"2026-01-{day}T09:00:00Z","visitor":"v{who}","pathname":"/","source":"{("Google", "Bing")[who % 2]}"}}\n'
            for day in range(12, 19)
            for who in range(day)
        ]
        import_stream(desk, "events", "library.example", [line.encode() for line in lines])
        write_segment(desk.journal_folder, "0-0", [as_lines([(1, 1_768_435_200, "bot", 35)])], suffix=REFUSALS)
        desk.loader.load_waiting()
        add_operator(desk.control, ANN, now_ms=desk.now())
        give_grant(desk.control, ANN, Grant("admin"), now_ms=desk.now())
        running.invitation = f"{running.url}/invitation/{invite(desk.control, ANN, now_ms=desk.now())}"
        yield running


@pytest.fixture(scope="module")
def state(app, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(app.invitation)
    page.get_by_label("Name").fill("Ann")
    for field in page.locator("[type=password]").all():
        field.fill(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("**/account")
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def open_page(app, chromium, state):
    """A page as Ann sees it."""
    with opened(chromium, app.url, state) as open_at:
        yield open_at


def add_note(page, day, text):
    page.click("summary >> text=Add a note")
    page.fill("#notes > details [name=day]", day)
    page.fill("#notes > details [name=text]", text)
    follow(page, "#notes > details >> button >> text=Add")


def delete_notes(page):
    for _ in range(page.locator("#notes li").count()):
        page.click("#notes li >> nth=0 >> summary")
        follow(page, "#notes li >> nth=0 >> text=Delete")


def test_filters_are_saved_applied_after_a_reload_renamed_and_deleted(open_page):
    page = open_page(f"{WEEK}&f=is,source,Google")
    page.click("summary >> text=Save these filters")
    page.fill("[name=name] >> visible=true", "From Google")
    page.select_option("[name=whose]", "team")
    follow(page, ".menu[open] >> text=Save >> nth=-1")
    assert query(page)["f"] == ["is,source,Google"], "the address stays as it was"
    page.goto(page.url.split("&f=")[0] + "&f=is,source,Bing&f=is,page,/")
    page.reload()
    page.click("summary >> text=Segments")
    follow(page, ".kept a >> text=From Google")
    assert query(page) == {"period": ["custom"], "from": ["2026-01-12"], "to": ["2026-01-18"], "f": ["is,source,Google"]}
    expect(page.locator(".chip")).to_have_count(1)
    page.click("summary >> text=Segments")
    assert page.get_attribute(".kept a", "aria-current") == "true"
    page.click(".kept summary")
    page.fill(".kept [name=name]", "Searched")
    follow(page, ".kept >> text=Rename")
    page.click("summary >> text=Segments")
    expect(page.locator(".kept a span").first).to_have_text("Searched")
    page.click(".kept summary")
    follow(page, ".kept >> text=Delete")
    expect(page.locator("summary >> text=Segments")).to_have_count(0)


def test_note_is_added_by_keyboard_alone_and_seen_on_graph_table_and_list(open_page):
    page = open_page(WEEK, java_script_enabled=False)
    page.locator("summary >> text=Add a note").focus()
    page.keyboard.press("Enter")
    page.locator("#notes > details [name=day]").focus()
    page.keyboard.type("01142026")
    for _ in range(9):
        if page.evaluate("document.activeElement.name") == "text":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("New home page")
    press(page, "Enter")
    page.wait_for_url("**#notes")
    expect(page.locator(".axis .flag text")).to_have_text(["1"])
    page.click("text=The graph as a table")
    expect(page.locator(".graph tbody")).to_be_visible()
    assert page.locator(".graph tbody tr").nth(2).inner_text().split() == "Wed, Jan 14 14 1. New home page".split()
    assert page.locator("#notes li p").inner_text() == "1 Jan 14, 2026 New home page"
    page.goto(page.url.split("#")[0] + "&interval=week")
    assert page.locator(".noted").nth(0).text_content().strip() == "1. New home page"
    delete_notes(page)
    expect(page.locator(".flag")).to_have_count(0)


def test_graph_that_answers_to_the_pointer_tells_the_note_of_its_day(open_page):
    page = open_page(WEEK)
    page.wait_for_selector("figure.drawn canvas")
    assert page.evaluate(ABOVE) == 0
    add_note(page, "2026-01-15", "Outage")
    page.wait_for_selector("figure.drawn canvas")
    page.wait_for_function(f"({ABOVE})() > 20")
    assert page.locator(".chart").bounding_box()["y"] >= 0, "it is in sight"
    told = page.evaluate("[...document.querySelectorAll('tr[data-flag]')].map((row) => [row.dataset.day, row.dataset.flag])")
    assert told == [["2026-01-15", "1"]]
    delete_notes(page)


def test_what_was_not_counted_is_shown_and_hidden_without_a_script(open_page):
    page = open_page(WEEK, java_script_enabled=False)
    follow(page, "text=What was not counted")
    assert query(page)["refused"] == ["1"]
    rows = [re.sub(r"\s+", " ", row).strip() for row in page.locator("#refused tbody tr").all_inner_texts()]
    assert rows == ["Robots The browser says that it is a robot or is driven by one, or it says nothing of itself. 35 25%"]
    follow(page, ".filters >> text=What was not counted")
    assert "refused" not in query(page)
    expect(page.locator("#refused")).to_have_count(0)


@pytest.fixture
def kept(app):
    """A long segment and a long note, for as long as a test looks at them."""
    desk = app.house.desk
    portal, now_ms = desk.control.portal("library.example"), desk.now()
    name = "Who came from a search engine and read something"
    segment = add_segment(desk.control, portal, Segment(name=name, filters=("is,source,Google",)), now_ms=now_ms)
    gone = add_segment(desk.control, portal, Segment(name="Payers", filters=("is,goal,Paid",)), now_ms=now_ms)
    add_annotation(desk.control, portal, Annotation(day="2026-01-14", text="A note of some length, " * 8), now_ms=now_ms)
    yield
    for one in (segment, gone):
        delete_segment(desk.control, portal, one, now_ms=now_ms)
    for note in list_annotations(desk.control, portal, date(2026, 1, 1), date(2026, 1, 31)):
        delete_annotation(desk.control, portal, note, now_ms=now_ms)


OPEN = """place => {
  for (const all of document.querySelectorAll(".notes details, .graph details")) all.open = true;
  document.querySelectorAll(".filters .menu").forEach((menu, number) => {
    for (const one of [menu, ...menu.querySelectorAll("details")]) one.open = number === place;
  });
}"""


@pytest.mark.parametrize(("width", "scheme", "language"), [(1280, "light", "en-US"), (360, "dark", "ru-RU")])
@pytest.mark.usefixtures("kept")
def test_page_with_all_of_it_open_has_no_fault_that_axe_finds_and_does_not_scroll_sideways(open_page, width, scheme, language):
    window = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": language}
    page = open_page(f"{WEEK}&refused=1&f=is,source,Google", bypass_csp=True, **window)
    page.evaluate(AXE)
    expect(page.locator(".filters .menu")).to_have_count(3)
    for place in range(3):
        page.evaluate(OPEN, place)
        assert page.evaluate(RUN) == []
        assert fits(page)


@pytest.fixture(scope="module")
def remembered(app):
    """Two weeks of marts, a day among them missing, and a path that is longer than a column."""
    rows = []
    for day in (number for number in range(1, 15) if number != 6):
        cells = {"portal": [[]], "hour": [["09"], ["14"]], "duration": [["0"], ["inf"]], "place_device": [["LV", "LV-RIX", "Mobile"]]}
        cells |= {"page": [["/"], ["/" + "a-long-path-" * 12]], "source": [["Direct", ""]]}
        for mart, keys in ((mart, keys) for mart, found in cells.items() for keys in found):
            same = {"release": "city", "site": 1, "day": f"2025-09-{day:02}", "line": 1}
            rows.append(json.dumps(same | {"mart": mart, "keys": keys, "visitors": 300 + 9 * day}))
    app.house.desk.engine.insert_ndjson("marts", "\n".join(rows).encode(), "planted")


@pytest.mark.parametrize(("width", "scheme", "language"), [(1280, "dark", "en-US"), (360, "light", "ru-RU")])
@pytest.mark.usefixtures("remembered")
def test_page_of_what_is_remembered_has_no_fault_that_axe_finds_and_does_not_scroll_sideways(open_page, width, scheme, language):
    window = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": language}
    page = open_page(f"{HERE}/remembered?period=custom&from=2025-09-01&to=2025-09-14", bypass_csp=True, **window)
    page.evaluate(AXE)
    page.locator(".graph summary").click()
    expect(page.locator(".band")).to_have_count(2)
    expect(page.locator(".graph tbody tr")).to_have_count(14)
    assert page.evaluate(RUN) == []
    assert fits(page)
