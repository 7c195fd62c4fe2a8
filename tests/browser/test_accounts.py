"""Accounts in Chromium, without a script: by keyboard and on a telephone, in both themes, nothing that axe finds wrong."""

import re
from pathlib import Path

import msgspec
import pyotp
import pytest
from playwright.sync_api import expect

from footfall.control.invitations import invite
from footfall.control.operators import add_operator, give_grant
from footfall.control.roles import Grant
from footfall.privacy.attacks.outcome import Attack
from footfall.serve.attacking import write_report
from footfall.serve.tools_of_sources import sources_of
from footfall.sources.builtins import builtin_text
from tests.browser.following import fits, follow, press
from tests.support.app_here import AppHere
from tests.support.signing_in import PASSWORD

ANN = "ann@example.city"
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run({ resultTypes: ["violations"], preload: false })).violations.map(
  (found) => found.id + ": " + found.nodes.map((node) => node.html).join(" "))"""
PAGES = ["/account", "/account/code", "/operators", "/audit", "/desk", "/desk/releases", "/desk/days", "/reach", "/attacks"]
PAGES += ["/datasets", "/datasets/service-counters"]
COUNTERS = "date,service,district,uses\n2026-01-04,library,north,40\n2026-01-04,library,south,3\nsoon,library,south,3\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home")) as running:
        control, now_ms = running.house.desk.control, running.house.desk.now()
        control.create_portal(domain="a-portal-with-a-rather-long-name.library.example.city")
        add_operator(control, ANN, now_ms=now_ms)
        give_grant(control, ANN, Grant("admin"), now_ms=now_ms)
        give_grant(control, ANN, Grant("steward", "portal", "1"), now_ms=now_ms)
        attack = Attack(name="A4", title="", paper="", tried="", rate=0.47, bar=1.62, detail="At 95% confidence ε is at least 0.47.")
        for rate in (0.0, 1.0):
            other = msgspec.structs.replace(attack, name="A6 home", rate=rate, bar=0.5)
            write_report(running.house.desk.settings.home_path, (attack, other), now_ms)
        sources_of(running.house.desk).put(builtin_text("service-counters"))
        running.invitation = f"{running.url}/invitation/{invite(control, ANN, now_ms=now_ms)}"
        yield running


@pytest.fixture(scope="module")
def signed_in(app, chromium):
    """A context that joined by the invitation, with the keyboard alone and no script; what it is afterwards is Ann's browser."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(app.invitation)
    page.get_by_label("Name").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Ann Example")
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("**/account")
    yield context
    context.close()


def faults(page, address, widths):
    """What axe finds wrong with a page up to 1280 wide, and whether it is wider than the window, at each of these widths."""
    page.goto(address)
    page.evaluate(AXE)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        found += (page.evaluate(RUN) if width <= 1280 else []) + ([] if fits(page) else ["wider than the window"])
    return found


def test_operator_joins_signs_out_and_in_again_by_keyboard_and_without_scripts(app, signed_in):
    page = signed_in.new_page()
    page.goto(f"{app.url}/account")
    page.get_by_text("Ann Example", exact=True).click()
    follow(page, page.get_by_role("button", name="Sign out", exact=True))
    page.wait_for_url("**/sign-in")
    page.goto(f"{app.url}/audit")
    assert page.url == f"{app.url}/sign-in?next=%2Faudit"
    page.get_by_label("E-mail").fill(ANN)
    page.get_by_label("Password").fill("wrong password")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("did not work")
    expect(page.get_by_label("E-mail")).to_have_value(ANN)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Enter")
    page.wait_for_url("**/audit")
    assert page.get_by_role("row").nth(1).inner_text().split("\t")[1:] == [ANN, "signed in", ANN]
    page.close()


def test_second_factor_is_set_up_from_the_page_alone(app, signed_in):
    page = signed_in.new_page()
    page.goto(f"{app.url}/account/code")
    assert page.get_by_role("img", name="picture").bounding_box()["width"] > 100
    page.get_by_text("No camera?").click()
    totp = page.locator("details code").inner_text()
    page.get_by_label("Code").fill(pyotp.TOTP(totp).now())
    page.get_by_label("Current password").fill(PASSWORD)
    press(page, "Enter")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    expect(page.locator("main li code")).to_have_count(10)
    page.goto(f"{app.url}/account")
    page.locator("section", has_text="Second factor").get_by_label("Current password").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Ask for no code any more"))
    expect(page.get_by_role("status")).to_have_text("Done.")
    page.close()


def test_file_of_a_dataset_is_checked_loaded_and_withdrawn_without_scripts(app, signed_in):
    page = signed_in.new_page()
    page.goto(f"{app.url}/datasets/service-counters")
    file = {"name": "counters.csv", "mimeType": "text/csv", "buffer": COUNTERS.encode()}
    page.locator("input[name=file]").set_input_files(file)
    follow(page, page.get_by_role("button", name="Check it"))
    checked = page.get_by_role("region", name="What would come of counters.csv")
    assert "The whole file would be refused." in checked.inner_text() and "first: 3" in checked.inner_text()
    page.locator("input[name=file]").set_input_files(file | {"buffer": COUNTERS.replace("soon", "2026-01-03").encode()})
    follow(page, page.get_by_role("button", name="Load it"))
    expect(page).to_have_url(re.compile(r"\?loaded=1#loads$"))
    assert "3 rows: 1 kept in 1 cells, 2 folded, 0 refused" in page.locator("details[open]").inner_text()
    page.close()


@pytest.mark.parametrize(("widths", "theme", "language"), [((360,), "light", "en-GB"), ((1280, 3840), "dark", "ru-RU")])
def test_axe_finds_nothing_wrong_and_nothing_is_too_wide(app, chromium, signed_in, widths, theme, language):
    context = chromium.new_context(locale=language, bypass_csp=True)
    context.add_cookies([{"name": "theme", "value": theme, "url": app.url}])
    page = context.new_page()
    found = {"/sign-in": faults(page, f"{app.url}/sign-in", widths)}
    context.add_cookies(signed_in.cookies())
    found |= {path: faults(page, app.url + path, widths) for path in PAGES}
    context.close()
    assert found == {path: [] for path in ("/sign-in", *PAGES)}
