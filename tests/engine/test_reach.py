"""Reach on a whole app: from what trackers send to one number a day, drawn once, and nothing on any disk; and days without a number."""

import re
import secrets

import httpx
import msgspec
import pytest

from footfall.cli.in_process import InProcess
from footfall.collect.reach import RoomDay
from footfall.control.keys import create_key
from footfall.control.ledger import lines, spend
from footfall.control.reach import add_group, list_days, list_groups, put_day, remove_group, renew_room
from footfall.control.roles import Grant
from footfall.errors import BadSetting, Unavailable
from footfall.privacy.budget import REACH_UNIT, noise_of
from footfall.privacy.cells import key_of
from footfall.privacy.marts import REACH
from footfall.serve import reaching
from footfall.serve.gate import open_gate
from footfall.serve.ledgers import entry_of, open_ledger
from footfall.serve.reaching import ACCOUNT, Reaching
from footfall.serve.verifying import verify
from tests.support.app_here import AppHere
from tests.support.build import ms
from tests.support.files import files_in
from tests.support.server import AGENT
from tests.support.signing_in import Reader
from tests.support.waiting import until

NOON, ZONE, DAY_MS = "2026-03-10T12:00:00Z", "Europe/Berlin", 86_400_000
TODAY, OTHERS = "2026-03-10", 1000
NAMES = ("museum.example", "library.example", "parks.example")
NEAR = 6 * 45
"""Six σ."""
ALL, CULTURE = "all of it", "culture"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("footfall.serve.house.REACH_S", 0.05)
        with AppHere(tmp_path_factory.mktemp("home"), now=NOON, reach=ZONE, policy="staff", segment_age_ms="50") as running:
            control = running.house.desk.control
            portals = [control.create_portal(domain=name) for name in NAMES]
            for name, members in ((ALL, portals), (CULTURE, portals[:2])):
                add_group(control, name, members, now_ms=0)
            running.house.gate.tell_reach()
            yield running


@pytest.fixture(scope="module")
def counted(app):
    """What there was of a day that the app's room saw from its beginning: a thousand visitors, half of two portals, and one over HTTP."""
    room, now, found = app.house.gate.reach, app.house.desk.now(), {}
    room.day = day = RoomDay(ZONE, now, room.declared, secrets.token_bytes(32))
    day.is_whole = True
    for who in range(OTHERS):
        for site in (1, 2) if who % 2 else (3,):
            room.saw(site, f"10.1.{who // 256}.{who % 256}", "Firefox", now, now)
    for portal in NAMES:
        see(app, portal)
    see(app, NAMES[0], AGENT.replace("140", "139"), **{"sec-gpc": "1"})
    found["exact"] = {group.name: day.reach(group) for group in list_groups(app.house.desk.control)}
    found["ids"] = {id for ids in day._ids.values() for id in ids}
    httpx.delete(f"{app.url}/privacy/me?site={NAMES[0]}", headers={"user-agent": AGENT}).raise_for_status()
    see(app, NAMES[0])
    found["erased"] = [len(ids) for ids in day._ids.values()]
    room.day, room.over = RoomDay(ZONE, now, (), secrets.token_bytes(32)), day
    until(lambda: room.over is None)
    found["left"] = room.over, day._ids
    return found


def see(app, domain, agent=AGENT, **headers):
    body = {"s": domain, "u": f"https://{domain}/"}
    assert httpx.post(f"{app.url}/api/collect", json=body, headers={"user-agent": agent} | headers).status_code == 202


def asked(app, scope="marts:read", portals=(), **given):
    key = create_key(app.house.desk.control, secrets.token_hex(4), (scope,), portals, now_ms=0)
    return httpx.get(f"{app.url}/api/v2/reach", params=given, headers={"authorization": f"Bearer {key}"})


def test_visitors_of_a_group_are_counted_once_and_drawn_once(app, counted):
    assert counted["exact"] == {ALL: OTHERS + 1, CULTURE: OTHERS // 2 + 1}
    assert counted["erased"] == [OTHERS // 2, OTHERS // 2 + 1, OTHERS // 2 + 1], "who had today erased is out of that portal"
    assert counted["left"] == (None, {}), "when the day is drawn its ids are gone"
    found = asked(app).json()
    numbers = {tuple(row["dimensions"]): row["metrics"][0] for row in found["results"]}
    assert set(numbers) == {(TODAY, ALL), (TODAY, CULTURE)}
    assert abs(numbers[TODAY, ALL] - OTHERS) <= NEAR and abs(numbers[TODAY, CULTURE] - OTHERS // 2) <= NEAR
    assert {row["plus_minus"] for row in found["results"]} == {74}
    assert found["meta"]["days"][TODAY] == "published" and "outside the exemption" in found["meta"]["label"]
    told = found["meta"]["release"]
    assert (told["unit"], told["rho"], told["sigma"], told["threshold"]) == (REACH_UNIT, 0.005, 44.722, 179)
    spent, published = lines(open_ledger(app.house.desk.settings, app.house.desk.control), day=TODAY, release="reach")
    assert told["lines"] == [spent.number] == [published.of]
    assert (spent.group, spent.unit, spent.l0, spent.linf, spent.sites) == (ACCOUNT, REACH_UNIT, 20, 1, (1, 2, 3))


def test_the_command_line_is_told_the_same(app, counted):
    assert InProcess(app.house.desk).reach("", "") == asked(app).json()


def test_verify_finds_nothing_and_a_changed_number_is_found(app, counted):
    assert {check.check: check.says for check in verify(app.house.desk).checks if check.level == "bad"} == {}
    engine = app.house.desk.engine
    engine.command("ALTER TABLE marts UPDATE visitors = visitors + 1 WHERE mart = 'reach' SETTINGS mutations_sync = 2")
    assert [check.check for check in verify(app.house.desk).checks if check.level == "bad"] == ["cells"]
    engine.command("ALTER TABLE marts UPDATE visitors = visitors - 1 WHERE mart = 'reach' SETTINGS mutations_sync = 2")


def leaked(folders, ids):
    """Ids that stand in a file, as decimal, as hexadecimal or in bytes of either order."""
    content = b"".join(content for _, content in files_in(*folders))
    assert b"museum.example" in content
    forms = {id: (str(id).encode(), id.to_bytes(8, "big"), id.to_bytes(8, "little"), f"{id:016x}".encode()) for id in ids}
    return {id for id, written in forms.items() if any(form in content for form in written)}


@pytest.mark.attack
def test_a8_no_id_of_the_room_is_in_any_file_and_one_that_was_would_be_found(app, counted):
    home = app.house.desk.settings.home_path
    folders, ids = [home, *filter(None, [app.house.gate.salts._folder])], sorted(counted["ids"])[:200]
    assert leaked(folders, ids) == set()
    for form in (str(ids[7]).encode(), ids[7].to_bytes(8, "little")):
        (home / "leak").write_bytes(b"x" + form)
        assert leaked(folders, ids) == {ids[7]}
    (home / "leak").unlink()


def test_a_key_for_some_portals_sees_groups_within_them(app, counted):
    assert [row["dimensions"] for row in asked(app, portals=NAMES[:2]).json()["results"]] == [[TODAY, CULTURE]]
    assert asked(app, portals=NAMES[1:]).json()["results"] == []
    assert asked(app, "stats:read").status_code == 403
    refused = asked(app, **{"from": "2026-03-11", "to": "2026-03-10"})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_question")
    assert asked(app, **{"from": "2026-03-01", "to": "2026-03-09"}).json()["results"] == []


def test_page_shows_numbers_to_staff_and_groups_to_those_who_see_them(app, counted):
    steward, viewer = Reader(app), Reader(app)
    steward.join("steward@example.city", Grant("steward"))
    viewer.join("viewer@example.city", Grant("viewer", "portal", "1"))
    page = steward.get("/reach").text
    assert ALL in page and CULTURE in page and "Outside the audience-measurement exemption." in page and "± </span>74" in page
    assert 'href="/reach"' in viewer.get("/").text
    shown = viewer.get("/reach").text
    assert ALL not in shown and CULTURE not in shown and 'action="/reach/groups"' not in shown
    assert viewer.http.post("/reach/groups", data={"token": token(shown), "name": "x"}).status_code == 403
    assert "has more" not in steward.get("/reach?to=2026-03-09").text
    assert steward.get("/reach?to=nonsense").status_code == 404


def token(page):
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def test_steward_declares_a_group_and_takes_it_back(app):
    steward = Reader(app)
    steward.join("other@example.city", Grant("steward"))
    refused = steward.send("/reach", "/reach/groups", name="Alone", **{"portal-1": "on"})
    assert refused.status_code == 400 and "two portals or more" in refused.text and 'value="Alone"' in refused.text
    assert steward.send("/reach", "/reach/groups", name="Out of doors", **{"portal-1": "on", "portal-3": "on"}).status_code == 303
    made = next(group for group in list_groups(app.house.desk.control) if group.name == "Out of doors")
    assert made.sites == (1, 3)
    assert steward.send("/reach", f"/reach/groups/{made.id}/remove").status_code == 303
    assert made not in list_groups(app.house.desk.control)


def test_residents_are_told_and_nobody_is_where_it_is_off(app, monkeypatch):
    page = httpx.get(f"{app.url}/privacy/{NAMES[2]}").text
    assert "Counted across portals" in page and ", ".join(NAMES) in page and CULTURE not in page
    told = httpx.get(f"{app.url}/privacy/{NAMES[0]}.json").json()["counted_with"]
    assert told == {ALL: list(NAMES), CULTURE: list(NAMES[:2])}


class Room:
    """A room of its own, with days made by hand, on the app's store and ledger."""

    def __init__(self, app, day, *, whole=True):
        desk = app.house.desk
        self.control, self.engine, self.now_ms = desk.control, desk.engine, ms(f"{day}T12:00:00")
        self.ledger = open_ledger(desk.settings, desk.control)
        self.over = self.day = RoomDay(ZONE, self.now_ms, list_groups(desk.control), secrets.token_bytes(32))
        self.day.is_whole = whole
        for who in range(600):
            self.day.add(1, f"10.2.{who // 256}.{who % 256}", "Firefox", 10**6)
        self.closing = Reaching(desk.control, desk.engine, self.ledger, self, name="mine", timezone=ZONE, now=lambda: self.now_ms + DAY_MS)
        self.closing._is_caught_up = True

    def done(self, day):
        day.drop()
        self.over = None

    def closed(self):
        self.closing.round()
        assert (self.over, self.day._ids) == (None, {})
        return next((one.state for one in list_days(self.control) if one.day == self.day.date), "")

    def lines(self, state=""):
        return list(lines(self.ledger, release="reach", day=self.day.date, state=state))


@pytest.mark.parametrize("why", ["full", "late", "clock"])
def test_a_day_that_cannot_be_told_honestly_has_no_number(app, why):
    room = Room(app, {"full": "2026-04-01", "late": "2026-04-02", "clock": "2026-04-03"}[why])
    setattr(room.day, {"full": "is_full", "late": "is_late", "clock": "went_back"}[why], True)
    assert (room.closed(), room.lines()) == (why, [])


def test_a_day_that_one_process_did_not_see_whole_has_no_number(app):
    room = Room(app, "2026-04-04", whole=False)
    assert (room.closed(), room.lines()) == ("began", [])
    beside = Room(app, "2026-04-05")
    renew_room(app.house.desk.control, "another", beside.day.until_ms - 1, now_ms=beside.day.until_ms)
    assert (beside.closed(), beside.lines()) == ("beside", [])


def test_a_group_that_is_gone_in_the_evening_is_not_published(app):
    control = app.house.desk.control
    portals = control.portals()
    extra = add_group(control, "extra", portals[::2], now_ms=0)
    room = Room(app, "2026-04-10")
    remove_group(control, extra.id, now_ms=0)
    assert room.closed() == "published"
    shown = {row["dimensions"][1] for row in InProcess(app.house.desk).reach("2026-04-10", "2026-04-10")["results"]}
    assert shown == {ALL, CULTURE}


def test_ids_wait_while_the_store_is_away_and_the_day_is_drawn_afterwards(app, monkeypatch):
    room = Room(app, "2026-04-11")
    with monkeypatch.context() as patch:
        patch.setattr(room.closing, "_engine", Away())
        with pytest.raises(Unavailable):
            room.closing.round()
    assert room.over is room.day and room.lines() == []
    assert (room.closed(), len(room.lines())) == ("published", 2)


class Away:
    def query(self, *given, **named):
        raise Unavailable("The store is away.")


def test_who_dies_after_the_ledger_draws_nothing_twice(app, monkeypatch):
    room = Room(app, "2026-04-12")
    with monkeypatch.context() as patch:
        patch.setattr(reaching, "write_cells", lambda *given: Away().query())
        with pytest.raises(Unavailable):
            room.closing.round()
    drawn = []
    monkeypatch.setattr(reaching, "draw", lambda *given: drawn.append(given))
    assert (room.closed(), drawn, len(room.lines("spent")), room.lines("published")) == ("ledger", [], 1, [])


def test_a_new_server_publishes_what_was_written_and_names_days_without_one(app, monkeypatch):
    room = Room(app, "2026-04-13")
    with monkeypatch.context() as patch:
        patch.setattr(reaching, "publish", lambda *given: Away().query())
        with pytest.raises(Unavailable):
            room.closing.round()
    lost = Room(app, "2026-04-14")
    entry = entry_of(noise_of("reach", REACH), group=ACCOUNT, sites=[1, 2], day="2026-04-14", known=[key_of(0, ("x", "1,2"))])
    spend(room.ledger, entry, 0)
    later = Room(app, "2026-04-16")
    later.over, later.closing._is_caught_up = None, False
    later.closing.round()
    found = {one.day: one.state for one in list_days(room.control, first="2026-04-13")}
    assert found == {"2026-04-13": "published", "2026-04-14": "ledger", "2026-04-15": "absent", "2026-04-16": "absent"}
    assert (len(room.lines("published")), lost.lines("published")) == (1, [])
    put_day(room.control, "2026-04-15", "published", now_ms=0)
    assert {one.day: one.state for one in list_days(room.control, first="2026-04-13")} == found


def test_nothing_is_said_of_days_without_groups(app, monkeypatch):
    room = Room(app, "2026-05-01")
    monkeypatch.setattr(reaching, "list_groups", lambda control: ())
    assert (room.closed(), room.lines()) == ("", [])


def test_a_collector_apart_does_not_start(app, tmp_path):
    settings = app.house.desk.settings
    with pytest.raises(BadSetting, match="no collector may run apart"):
        open_gate(settings)


def test_page_where_reach_is_off_says_so(app, monkeypatch):
    steward = Reader(app)
    steward.join("off@example.city", Grant("steward"))

    monkeypatch.setattr(app.house.desk, "settings", msgspec.structs.replace(app.house.desk.settings, reach="off"))
    assert '<p><a href="/reach">' not in steward.get("/").text
    assert "Reach is off: nothing is counted across portals." in steward.get("/reach").text
    assert httpx.get(f"{app.url}/privacy/{NAMES[0]}.json").json()["counted_with"] == {}
    assert asked(app).json()["meta"]["is_on"] is False
