"""The steward's desk: what is in force and was spent, events kept for other times, releases taken back; and who may what of it."""

import json
import re
from datetime import date

import pytest

from footfall.cli.commands import run
from footfall.control.asked import Asking, put_asked
from footfall.control.audit import read_audit
from footfall.control.closings import Closing, put_closing
from footfall.control.ledger import lines, publish, spend
from footfall.control.roles import Grant
from footfall.privacy.budget import noise_of
from footfall.privacy.cells import key_of, output_sha256
from footfall.privacy.marts import MARTS
from footfall.serve.ledgers import entry_of, open_ledger
from footfall.serve.pages.desk import ROWS
from footfall.serve.verifying import verify
from footfall.store.marts import cells_of, write_cells
from tests.support.app_here import AppHere
from tests.support.signing_in import Reader

DAY = date(2026, 11, 2)
CELLS = {(1, ("/",)): 412, (1, ("/map",)): 97}
BY_NAME = {mart.name: mart for mart in MARTS}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home"), now="2026-11-04T12:00:00Z") as running:
        yield running


def draw(house, mart, group, *, cells=None):
    ledger, day, sites = open_ledger(house.desk.settings, house.desk.control), DAY, [1 if group == "city" else 2]
    line = spend(ledger, entry_of(noise_of("city", BY_NAME[mart]), group=group, sites=sites, day=str(day), known=[]), house.desk.now())
    if cells is not None:
        write_cells(house.desk.engine, "city", mart, day, line.number, cells, f"line-{line.number}")
        by_key = {key_of(*cell): visitors for cell, visitors in cells.items()}
        publish(ledger, line, len(cells), output_sha256(by_key), house.desk.now())
    return line.number


@pytest.fixture(scope="module")
def home(app):
    """Two groups; pages of one published, its hours paid and lost; the other's hours published."""
    control = app.house.desk.control
    control.create_portal(domain="portal.example")
    control.create_portal(domain="museum.example", group="culture", keep_events=0)
    numbers = draw(app.house, "page", "city", cells=CELLS), draw(app.house, "hour", "city"), draw(app.house, "hour", "culture", cells={})
    for group, state, said in (("city", "closed", ""), ("culture", "missed", "Its events were not kept for long enough.")):
        put_closing(control, Closing(group=group, day=str(DAY), state=state, drawn=1, said=said, at_ms=1))
    return numbers


@pytest.fixture(scope="module")
def steward(app, home):
    reader = Reader(app)
    reader.join("steward@example.city", Grant("steward"))
    return reader


@pytest.fixture(scope="module")
def curator(app, home):
    """Steward of the museum alone."""
    reader = Reader(app)
    reader.join("curator@example.city", Grant("steward", "group", "culture"), Grant("viewer"))
    return reader


def texts(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_desk_shows_rules_budgets_days_and_label(steward):
    page = steward.get("/desk")
    shown = texts(page)
    assert page.status_code == 200
    assert "exact" in shown and "none: few are shown too" in shown, "the setting policy of this home"
    # Pages take 37 % of ρ 0.05, hours 6 %: 0.0215 of 2.1, ε by opendp.
    assert "ρ 0.022 of at most 2.1 (1%) ε 1.03" in shown
    assert "1 day was closed as it should be." in shown
    assert "culture: missed. Its events were not kept for long enough." in shown
    assert "best guess who was there: 0.588" in shown
    assert "Who controls the machine while it runs" in shown
    assert "None was run on this home yet." in shown


def test_attack_reports_are_shown_newest_first_and_what_is_no_report_is_left_out(app, steward):
    folder = app.house.desk.settings.home_path / "attacks"
    folder.mkdir()
    attack = {"name": "A6", "title": "Differencing", "rate": 0, "bar": 0, "passed": True, "detail": "8,722 cells", "seconds": 0.1}
    for at_ms, version, passed in ((1_700_000_000_000, "0.1", True), (1_780_000_000_000, "0.2", False)):
        report = {
            "at_ms": at_ms,
            "version": version,
            "attacks": [attack, attack | {"name": "A3", "passed": passed, "rate": 0.7, "bar": 0.6}],
        }
        (folder / f"{at_ms}.json").write_text(json.dumps(report))
    (folder / "half.json").write_text('{"at_ms": 1')
    shown = texts(steward.get("/desk"))
    assert [found for found in re.findall(r"Footfall (0\.\d): (\w+ of 2) got through", shown)] == [("0.2", "1 of 2"), ("0.1", "none of 2")]


def test_events_are_kept_for_another_time_and_the_audit_log_says_from_what_to_what(app, steward):
    assert steward.send("/desk", "/desk/keep", portal="1", days="30").status_code == 303
    control = app.house.desk.control
    assert control.portal(1).keep_events == 30
    entry = read_audit(control)[0]
    assert (entry.operator, entry.action, entry.object) == (
        "steward@example.city",
        "portal changed",
        "portal.example: keep_events 90 → 30",
    )


@pytest.mark.parametrize("days", ["761", "-1", "many", "", "9" * 30])
def test_no_time_over_the_ceiling_is_taken(app, steward, days):
    before = app.house.desk.control.portal(1).keep_events
    answer = steward.send("/desk", "/desk/keep", portal="1", days=days)
    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert app.house.desk.control.portal(1).keep_events == before


def test_no_portal_is_sealed_where_its_events_had_nowhere_to_be(app, steward, monkeypatch):
    monkeypatch.setattr("footfall.serve.sealed.sealed_folder", lambda settings: None)
    answer = steward.send("/desk", "/desk/keep", portal="1", days="0")
    assert answer.status_code == 400 and "needs the embedded store and a tmpfs folder" in answer.text
    assert app.house.desk.control.portal(1).keep_events != 0


def test_steward_of_a_group_sees_and_changes_that_group_alone(app, curator):
    shown = texts(curator.get("/desk"))
    assert "museum.example culture sealed" in shown and "portal.example" not in shown
    assert "0.022" not in shown, "the budget of another group"
    assert curator.send("/desk", "/desk/keep", portal="1", days="3").status_code == 403
    assert curator.send("/desk", "/desk/keep", portal="2", days="7").status_code == 303
    releases = texts(curator.get("/desk/releases"))
    assert "culture" in releases and "page" not in releases.split("Withdraw")[0]
    assert curator.send("/desk", "/desk/releases/1/withdraw").status_code == 403
    assert "city" not in texts(curator.get("/desk/days")).split("Closed days")[-1]


def test_viewer_has_no_desk(app, home):
    reader = Reader(app)
    reader.join("viewer@example.city", Grant("viewer"))
    assert 'href="/desk"' not in reader.get("/account").text
    assert {reader.get(page).status_code for page in ("/desk", "/desk/releases", "/desk/days")} == {403}
    assert reader.send("/account", "/desk/releases/1/withdraw").status_code == 403


def test_withdrawn_release_leaves_the_table_and_its_cost_stays(app, home, steward):
    desk, (pages, hours, _) = app.house.desk, home
    ledger = open_ledger(desk.settings, desk.control)
    before = sum(line.rho for line in lines(ledger, state="spent"))
    assert cells_of(desk.engine, DAY, pages) == CELLS
    assert steward.send("/desk/releases", f"/desk/releases/{pages}/withdraw").status_code == 303
    assert cells_of(desk.engine, DAY, pages) == {}
    assert [line.of for line in lines(ledger, state="withdrawn")] == [pages]
    assert sum(line.rho for line in lines(ledger, state="spent")) == before
    assert {check.check for check in verify(desk).checks if check.level == "bad"} == set()
    entry = read_audit(desk.control)[0]
    assert (entry.operator, entry.action) == ("steward@example.city", "release withdrawn")
    # Once more: whoever died between ledger and table is helped, and no second line is written.
    write_cells(desk.engine, "city", "page", DAY, pages, CELLS, "left")
    assert steward.send("/desk", f"/desk/releases/{pages}/withdraw").status_code == 303
    assert cells_of(desk.engine, DAY, pages) == {} and len(list(lines(ledger, state="withdrawn"))) == 1
    answer = steward.send("/desk", f"/desk/releases/{hours}/withdraw")
    assert answer.status_code == 409 and "was not published" in answer.text
    assert steward.send("/desk", "/desk/releases/99/withdraw").status_code == 404


def test_releases_and_days_come_a_page_at_a_time(app, home, steward, monkeypatch):
    monkeypatch.setattr("footfall.serve.pages.desk.ROWS", 2)
    first = steward.get("/desk/releases")
    assert re.findall(r"line (\d)", first.text) == ["4", "3"]
    assert re.findall(r"line (\d)", steward.get(re.search(r'href="(/desk/releases\?before=\d+)"', first.text)[1]).text) == ["1"]
    monkeypatch.setattr("footfall.serve.pages.desk.ROWS", 1)
    days = steward.get("/desk/days")
    older = steward.get(re.search(r'href="(/desk/days\?after=\d+)"', days.text)[1])
    assert {"city" in texts(page).split("Missing")[1] for page in (days, older)} == {True, False}
    assert steward.get("/desk/days?after=x").status_code == 400


def test_papers_are_taken_away_by_stewards_of_all_portals(steward, curator):
    names = re.findall(r'href="/desk/papers/([^"]+)"', steward.get("/desk").text)
    assert names == ["record.md", "record.json", "dpia.json", "cnil.md", "cnil.json", "registry.yaml"]
    for name in names:
        paper = steward.get(f"/desk/papers/{name}")
        assert paper.status_code == 200 and paper.headers["content-disposition"] == f'attachment; filename="footfall-{name}"'
        assert len(paper.content) > 500
        assert curator.get(f"/desk/papers/{name}").status_code == 403
    assert "/desk/papers/" not in curator.get("/desk").text
    assert steward.get("/desk/papers/secret").status_code == 404


def test_questions_asked_are_shown_to_stewards_of_their_portals_and_by_the_command_line(app, steward, curator, capsys):
    control, home = app.house.desk.control, str(app.house.desk.settings.home_path)
    asking = {"at_ms": app.house.desk.now(), "first": DAY.isoformat(), "last": DAY.isoformat(), "what": "event:page"}
    village = '[["is","visit:city",["Small Village"]]]'
    put_asked(control, [Asking(who=f"who{n}@example.city", portal_id=1, filters=village, **asking) for n in range(ROWS)], asking["at_ms"])
    put_asked(control, [Asking(who="key museum", portal_id=2, filters="", **asking)], asking["at_ms"])
    page = steward.get("/desk/questions")
    assert (page.status_code, page.text.count("<code>[[")) == (200, ROWS - 1)
    assert "key museum" in page.text and "Small Village" in page.text and "who0@" not in page.text
    older = re.search(r'href="(/desk/questions\?before=[0-9]+)"', page.text)[1]
    assert "who0@example.city" in steward.get(older).text
    theirs = curator.get("/desk/questions").text
    assert "key museum" in theirs and "who1@" not in theirs
    assert run(["ledger", "questions", "--home", home, "--portal", "portal.example", "--most", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["who"], one["filters"], one["portal"]) for one in found] == [
        (f"who{n}@example.city", village, "portal.example") for n in (ROWS - 1, ROWS - 2)
    ]


def test_the_command_line_says_what_the_desk_does_of_budgets_releases_and_attacks(app, home, capsys):
    def told(*words):
        assert run(["ledger", *words, "--home", str(app.house.desk.settings.home_path), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    (culture,) = told("budgets", "--group", "culture")
    assert (culture["group"], culture["left"]) == ("culture", round(culture["most"] - culture["rho"], 9)) and culture["rho"] > 0
    listed = told("releases")
    assert {one["line"] for one in listed} >= set(home)
    assert [one["state"] for one in told("releases", "--withdrawn")] == ["withdrawn"] * sum(one["state"] == "withdrawn" for one in listed)
    assert isinstance(told("attacks"), list)
    assert run(["ledger", "budgets", "--home", str(app.house.desk.settings.home_path)]) == 0
    assert "ρ left" in capsys.readouterr().out
