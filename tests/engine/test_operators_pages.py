"""Admins invite and give roles over pages, each within what is theirs; stewards read the audit log."""

import re

import httpx
import pytest

from footfall.control.keys import SCOPES, create_key
from footfall.control.roles import Grant
from footfall.privacy.attacks.outcome import Attack
from footfall.serve.attacking import write_report
from tests.support.app_here import AppHere
from tests.support.signing_in import PASSWORD, Reader

CHIEF, CITY, GUEST = "chief@example.city", "city@example.city", "guest@example.city"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home"), policy="staff") as running:
        yield running


@pytest.fixture(scope="module")
def server(app):
    control = app.house.desk.control
    control.create_portal(domain="portal.example")
    control.create_portal(domain="museum.example", group="culture")
    Reader(app).join(CHIEF, Grant("admin"), name="Chief")
    Reader(app).join(CITY, Grant("admin", "group", "city"), name="City")
    return app


def entered(server, email):
    reader = Reader(server)
    assert reader.sign_in(email).status_code == 303
    return reader


@pytest.fixture(scope="module")
def chief(server):
    return entered(server, CHIEF)


@pytest.fixture(scope="module")
def city(server):
    return entered(server, CITY)


def fault(answer):
    assert answer.status_code == 400
    return re.search(r'role="alert">([^<]+)<', answer.text)[1].replace("&#39;", "'")


def test_invited_operator_signs_in_with_the_role_given(server, chief):
    shown = chief.send("/operators", email=GUEST, role="analyst", where="portal:1")
    path = re.search(r"<code>http://[^/]+(/invitation/[\w-]+)</code>", shown.text)[1]
    assert path not in chief.get("/operators").text, "the link is shown once"
    guest = Reader(server)
    assert guest.send(path, name="Guest", password=PASSWORD, again=PASSWORD).status_code == 303
    assert re.search(r"<li>Analyst: portal\.example", guest.get("/account").text)
    for page in ("/operators", "/audit", "/attacks"):
        assert guest.get(page).status_code == 403
    assert 'href="/operators"' not in guest.get("/account").text


def test_admin_of_a_group_gives_roles_there_and_nowhere_else(server, city):
    page = city.get("/operators").text
    assert re.findall(r'<option value="((?:all|group|portal)[^"]*)"', page) == ["group:city", "portal:1"]
    assert CHIEF not in page
    assert city.send("/operators", email="new@example.city", role="viewer", where="group:city").status_code == 200
    for where in ("all", "group:culture", "portal:2"):
        assert city.send("/operators", email="new@example.city", role="viewer", where=where).status_code == 403
        assert city.send("/operators", "/operators/revoke", email=CHIEF, where=where).status_code == 403


def test_admin_of_a_group_cannot_take_over_an_account(city):
    for state in ("invited", "disabled", "enabled"):
        assert city.send("/operators", "/operators/state", email=CHIEF, state=state).status_code == 403


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"email": "nobody", "role": "viewer", "where": "all"}, "name@example.city"),
        ({"email": GUEST, "role": "viewer", "where": "portal:99"}, "no such portal"),
        ({"email": GUEST, "role": "viewer", "where": "group:nowhere"}, "no such portal or group"),
        ({"email": CHIEF, "role": "viewer", "where": "all"}, "last admin"),
    ],
)
def test_wrong_role_is_refused_in_a_sentence(chief, fields, says):
    assert says in fault(chief.send("/operators", **fields))


@pytest.mark.parametrize(
    "fields", [{"role": "king", "where": "all"}, {"role": "viewer", "where": "all:x"}, {"role": "viewer", "where": "portal:"}]
)
def test_forms_of_no_page_of_ours_are_refused(chief, fields):
    assert chief.send("/operators", email=GUEST, **fields).status_code == 400


def test_disabled_operator_is_out_at_once_and_back_when_enabled(server, chief):
    leaver = Reader(server)
    leaver.join("leaver@example.city", name="Leaver")
    assert leaver.get("/account").status_code == 200
    assert chief.send("/operators", "/operators/state", email="leaver@example.city", state="disabled").status_code == 303
    assert leaver.get("/account").headers["location"].startswith("/sign-in")
    assert leaver.sign_in("leaver@example.city").status_code == 403
    chief.send("/operators", "/operators/state", email="leaver@example.city", state="enabled")
    assert leaver.sign_in("leaver@example.city").status_code == 303


def test_state_that_is_none_changes_nothing(server, chief):
    assert "enabled, disabled" in fault(chief.send("/operators", "/operators/state", email=CITY, state=""))
    assert entered(server, CITY).get("/account").status_code == 200


def test_audit_log_names_who_did_what_and_no_address(server, chief):
    chief.send("/account", "/account/name", name="Chief of all")
    key = create_key(server.house.desk.control, "all", ("*",), now_ms=0)
    headers = {"authorization": f"Bearer {key}"}
    httpx.put(f"{server.url}/api/v1/sites/museum.example", json={"timezone": "Europe/Moscow"}, headers=headers)
    page = chief.get("/audit").text
    rows = [re.sub(r"<[^>]+>", "|", row).strip("|") for row in re.findall(r"<tr><td>(.*?)</tr>", page)]
    cells = [re.split(r"\|+", row)[1:] for row in rows]
    assert cells[0] == ["key all", "portal changed", "museum.example: timezone"]
    assert cells[1] == ["command line", "key made", f"all: {', '.join(SCOPES)}"]
    assert cells[2] == [CHIEF, "name changed", CHIEF]
    assert ["command line", "operator added", CHIEF] in cells
    assert [CHIEF, "signed in", CHIEF] in cells
    assert "127.0.0.1" not in page


def test_report_of_attacks_is_shown_with_what_succeeded_and_older_ones_are_reached(server, chief):
    home = server.house.desk.settings.home_path
    assert "<code>footfall attack</code>" in chief.get("/attacks").text
    made = [
        Attack(name=name, title="A title", paper="", tried="What was tried", rate=rate, bar=0.5, detail="The figures.")
        for name, rate in (("A7", 0.4), ("A99", 0.9))
    ]
    older, newest = write_report(home, tuple(made[:1]), 1_793_620_800_000), write_report(home, tuple(made), 1_793_620_900_000)
    page = chief.get("/attacks").text
    assert "1 attack succeeded." in page
    assert [name in page for name in ("Reconstruction", "A title", older.stem, newest.stem, "The figures.")] == [True] * 5
    assert "All of them were repelled." in chief.get(f"/attacks?report={older.stem}").text
    assert chief.get("/attacks?report=../control").status_code == 404


def test_audit_log_goes_on_page_by_page(server, chief):
    for number in range(30):
        chief.send("/account", "/account/name", name=f"Chief {number}")
    seen, path = [], "/audit"
    while path:
        page = chief.get(path).text
        seen += re.findall(r"<tr><td>(.*?)</tr>", page)
        older = re.search(r'href="(/audit\?before=\d+)"', page)
        path = older[1] if older else ""
    assert len(seen) > 50
    assert "operator added" in seen[-2] + seen[-3] + seen[-1] + seen[-4] + seen[-5]
    assert chief.get("/audit?before=x").status_code == 400
