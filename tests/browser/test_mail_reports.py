"""Reports by e-mail in Chromium: planned and confirmed without a script, in both themes, on a telephone; the mail fetches nothing."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from playwright.sync_api import expect

from footfall.control.invitations import invite
from footfall.control.mail_reports import list_reports
from footfall.control.operators import add_operator, give_grant
from footfall.control.roles import Grant
from tests.browser.following import accepted, fits, follow
from tests.support.app_here import AppHere
from tests.support.mail_office import DUE, visits
from tests.support.mail_server import MailServer
from tests.support.signing_in import PASSWORD

ANN = "ann@example.city"
AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run({ resultTypes: ["violations"], preload: false })).violations.map(
  (found) => found.id + ": " + found.nodes.map((node) => node.html).join(" "))"""
PAGE = "/portals/museum.example/reports"
WIDTHS = [(360, "light"), (1280, "dark")]


@pytest.fixture(scope="module")
def post():
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def app(tmp_path_factory, post):
    settings = post.settings | {"public_url": "http://stats.example.city", "now": "2026-03-30T05:00:00Z"}
    with AppHere(tmp_path_factory.mktemp("home"), **settings) as running:
        control, now_ms = running.house.desk.control, running.house.desk.now()
        museum = control.create_portal(domain="museum.example", timezone="Europe/Moscow")
        hits = [*visits(museum, "2026-03-24", f"/{'a-long-path/' * 12}", 30, source="Google"), *visits(museum, "2026-03-17", "/", 20)]
        path = running.house.desk.journal_folder / f"{DUE - 1:013d}-{'0' * 16}-000000.ndjson"
        path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in hits))
        running.house.desk.loader.load_waiting()
        add_operator(control, ANN, now_ms=now_ms)
        give_grant(control, ANN, Grant("admin"), now_ms=now_ms)
        running.invitation = f"{running.url}/invitation/{invite(control, ANN, now_ms=now_ms)}"
        yield running


@pytest.fixture(scope="module")
def cookies(app, chromium):
    return accepted(chromium, app.invitation, PASSWORD, java_script_enabled=False)["cookies"]


def faults(page):
    """What axe finds wrong with what is shown, and whether it is wider than the window."""
    page.evaluate(AXE)
    return page.evaluate(RUN) + ([] if fits(page) else ["wider than the window"])


@pytest.fixture(scope="module")
def mails(app, post, chromium, cookies):
    """The question and the test of a report that was planned and confirmed without a script."""
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{app.url}/portals/museum.example?f=is,source,Google")
    page.get_by_text("Settings", exact=True).click()
    follow(page, page.get_by_role("link", name="Reports by e-mail"))
    expect(page.locator("main")).to_contain_text("Source is Google")
    page.get_by_label("When").select_option("weekly:1")
    page.get_by_label("To, one address a line").fill("bob@example.city")
    follow(page, page.get_by_role("button", name="Add this report"))
    expect(page.get_by_role("status")).to_have_text(re.compile("^Kept."))
    question = post.take()[0][1]
    link = next(line for line in question.get_body(("plain",)).get_content().splitlines() if line.startswith("http"))
    page.goto(app.url + urlsplit(link).path)
    follow(page, page.get_by_role("button", name="Yes, send it to me"))
    expect(page.get_by_role("status")).to_have_text(re.compile("^Confirmed: museum.example, weekly, Tuesday, 08:00."))
    page.goto(app.url + PAGE)
    follow(page, page.get_by_role("button", name="Send a test to me"))
    expect(page.get_by_role("status")).to_have_text(f"A test is on its way to {ANN}.")
    report = post.take()[0][1]
    context.close()
    return {"link": urlsplit(link).path, "question": question, "report": report}


def test_report_is_planned_confirmed_and_tested_without_a_script(app, mails):
    (report,) = list_reports(app.house.desk.control)
    assert (report.plan.day, report.plan.view, len(report.confirmed)) == (1, "?f=is%2Csource%2CGoogle", 1)
    assert mails["report"]["To"] == ANN


@pytest.mark.parametrize(("width", "theme"), WIDTHS)
def test_axe_finds_nothing_wrong_with_the_pages_and_nothing_is_too_wide(app, chromium, cookies, mails, width, theme):
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    context.add_cookies([*cookies, {"name": "theme", "value": theme, "url": app.url}])
    page, found = context.new_page(), {}
    for path in (PAGE, "/jobs", mails["link"], mails["link"].replace("/confirm/", "/unsubscribe/")):
        page.goto(app.url + path)
        for summary in page.locator("main summary").all():
            summary.click()
        found[path] = faults(page)
    context.close()
    assert [fault for faults in found.values() for fault in faults] == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["question", "report"])
def test_axe_finds_nothing_wrong_with_the_mail_and_it_fetches_nothing(chromium, mails, width, name):
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(mails[name].get_body(("html",)).get_content())
    found = faults(page)
    context.close()
    assert (found, asked) == ([], [])
