"""The City page in Chromium: by keyboard, on a telephone, in both themes and languages, without a script, nothing that axe finds wrong."""

import re

import pytest
from playwright.sync_api import expect

from footfall.control.invitations import set_password
from footfall.control.operators import add_operator, give_grant
from footfall.control.roles import Grant
from tests.browser.following import follow, press
from tests.browser.test_accounts import faults
from tests.support.app_here import AppHere
from tests.support.city_numbers import fill_city
from tests.support.signing_in import PASSWORD

ANN = "ann@example.city"
WIDTHS = (360, 1280)
PAYMENTS = "/city?measure=payments-gateway/payments"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with AppHere(home, policy="staff", now="2026-01-05T12:00:00Z") as running:
        desk = running.house.desk
        add_operator(desk.control, ANN, "Ann", now_ms=desk.now())
        operator = give_grant(desk.control, ANN, Grant("admin"), now_ms=desk.now())
        set_password(desk.control, operator, PASSWORD, now_ms=desk.now())
        yield running


@pytest.fixture(scope="module")
def context(app, chromium):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{app.url}/sign-in")
    page.get_by_label("E-mail").fill(ANN)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Enter")
    page.wait_for_url(f"{app.url}/")
    page.goto(f"{app.url}/city")
    assert "No dataset is loaded yet" in page.get_by_role("main").inner_text()
    assert faults(page, f"{app.url}/city", WIDTHS) == []
    fill_city(app.house.desk, app.house.desk.settings.home_path)
    page.close()
    yield context
    context.close()


@pytest.mark.parametrize(
    ("address", "theme", "code"),
    [
        (f"{PAYMENTS}&place=museum&at=2025-12-10", "light", "en"),
        (f"{PAYMENTS}&with=restrictions/violations", "dark", "ru"),
        ("/city?measure=geodata-points/points", "dark", "en"),
        ("/city?measure=surveys/csat", "light", "ru"),
    ],
)
def test_axe_finds_nothing_and_nothing_is_too_wide(app, context, address, theme, code):
    context.add_cookies([{"name": name, "value": value, "url": app.url} for name, value in (("theme", theme), ("language", code))])
    page = context.new_page()
    assert faults(page, app.url + address, WIDTHS) == []
    page.close()


@pytest.fixture
def page(app, context):
    context.add_cookies([{"name": name, "value": value, "url": app.url} for name, value in (("theme", "light"), ("language", "en"))])
    page = context.new_page()
    page.goto(app.url + PAYMENTS)
    yield page
    page.close()


def test_keyboard_walks_the_map_and_a_place_shows_its_trend(page):
    area = page.locator(".world a").first
    area.focus()
    name, _, number = area.get_attribute("aria-label").partition(": ")
    assert re.fullmatch(r"[\d,]+ payments|fewer than 20, or none", number)
    assert area.locator("path").evaluate("path => getComputedStyle(path).strokeWidth") == "3px"
    press(page, "Enter")
    page.wait_for_url("**place=*")
    expect(page.locator("#trend")).to_have_text(name)


def test_slider_changes_map_and_address_and_the_way_back_works(page):
    page.get_by_label("Step on the map").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**at=2025-12-06*")
    page.locator("#map", has_text="Dec 6").wait_for()
    expect(page.locator("#step")).to_be_focused()
    page.reload()
    expect(page.get_by_label("Step on the map")).to_have_value("1")


def test_slider_works_as_a_form_without_a_script(app, context, chromium):
    plain = chromium.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(app.url + PAYMENTS)
    page.get_by_label("Step on the map").focus()
    page.keyboard.press("ArrowRight")
    follow(page, page.get_by_role("button", name="Show this step"))
    assert "at=2025-12-06" in page.url
    plain.close()
