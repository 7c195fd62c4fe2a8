"""Targets over API, command line and pages: progress and chance through the gate, changes of state, and who may do what."""

import csv
import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from footfall.cli.commands import run
from footfall.control.audit import read_audit
from footfall.control.keys import SCOPES, create_key
from footfall.control.roles import Grant
from footfall.control.segments import Segment, add_segment
from footfall.control.target_tables import targets
from footfall.control.targets import changes_of, list_targets
from footfall.serve import target_series
from footfall.serve.answers import ask
from footfall.serve.target_jobs import look_at_targets, target_jobs
from footfall.sources.builtins import builtin_text
from tests.support.app_here import AppHere
from tests.support.build import hit
from tests.support.city_numbers import cell, put_cells
from tests.support.command import run_here
from tests.support.signing_in import Reader
from tests.support.waiting import LONG_S

NOW = "2026-03-18T12:00:00Z"
TODAY, DAYS = date(2026, 3, 18), 60
A_DAY = (30, 30, 30, 30, 30, 15, 15)
ANALYST, VIEWER = "analyst@example.city", "viewer@example.city"
HERE = "/portals/portal.example/targets"
MARCH = {"site_id": "portal.example", "name": "March", "question": {"metrics": ["visitors"]}, "starts": "2026-03-01", "due": "2026-03-31"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        # Sixty days would be drawn beside the tests, of which nothing is asked here.
        patched.setattr("footfall.serve.app.closing_jobs", lambda *given: [])
        patched.setattr(target_series, "ask", remembered())
        yield from served(tmp_path_factory.mktemp("home"))


def remembered():
    """As ``ask``, each question once: the events stay the same, and most targets here count the same of them."""
    given = {}

    def ask_once(desk, body):
        if (key := json.dumps(body)) not in given:
            given[key] = ask(desk, body)
        return given[key]

    return ask_once


def served(home):
    """The app with sixty days of a portal's visitors and three keys."""
    with AppHere(home, policy="staff", now=NOW, country="RU") as running:
        desk = running.house.desk
        portal, other = (desk.control.create_portal(domain=name) for name in ("portal.example", "other.example"))
        first = TODAY - timedelta(days=DAYS)
        days = [first + timedelta(days=place) for place in range(DAYS)]
        hits = [
            hit(f"{day}T10:00:00", 1000 * place + visitor, path="/rare" if visitor == 0 and place == 50 else "/", portal=portal)
            for place, day in enumerate(days)
            for visitor in range(A_DAY[day.weekday()])
        ]
        path = desk.journal_folder / f"{1:013d}-{'0' * 16}-000000.ndjson"
        path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in hits))
        desk.loader.load_waiting()
        Reader(running).join(ANALYST, Grant("analyst", "portal", str(portal.id)), name="Ann")
        Reader(running).join(VIEWER, Grant("viewer", "portal", str(portal.id)), name="Vic")
        running.secrets = {
            "all": create_key(desk.control, "all", SCOPES, now_ms=desk.now()),
            "reader": create_key(desk.control, "reader", ("stats:read",), now_ms=desk.now()),
            "other": create_key(desk.control, "other", SCOPES, (other.domain,), now_ms=desk.now()),
        }
        yield running


@pytest.fixture
def call(server):
    def sent(method, path, key="all", more=None, **rest):
        headers = {"authorization": f"Bearer {server.secrets[key]}"} | (more or {})
        return httpx.request(method, server.url + path, headers=headers, timeout=LONG_S, **rest)

    return sent


@pytest.fixture
def made(call):
    """A function that makes a target and answers it; all are gone at the end."""
    ids = []

    def make(**rest):
        answer = call("POST", "/api/v1/targets", json=MARCH | rest)
        assert answer.status_code == 200, answer.text
        ids.append(answer.json()["id"])
        return answer.json()

    yield make
    for id in ids:
        call("DELETE", f"/api/v1/targets/{id}?site_id=portal.example")


def came(first, last):
    """Visitors of these days of March."""
    return sum(A_DAY[date(2026, 3, day).weekday()] for day in range(first, last + 1))


def test_progress_is_what_came_up_to_yesterday_and_the_forecast_goes_on(made):
    told = made(value=780)["progress"]
    assert (told["first"], told["until"], told["so_far"]) == ("2026-03-01", "2026-03-17", came(1, 17))
    assert told["forecast"]["median"] == pytest.approx(came(1, 31), rel=0.03)
    assert told["forecast"]["low80"] <= told["forecast"]["median"] <= told["forecast"]["high80"]


@pytest.mark.parametrize(
    ("rest", "state"),
    [
        ({"value": 700}, "on_track"),
        ({"value": 1500}, "at_risk"),
        ({"value": 300}, "met"),
        ({"value": 300, "direction": "at_most"}, "missed"),
        ({"value": 1500, "direction": "at_most"}, "on_track"),
        ({"value": 300, "due": "2026-03-10"}, "missed"),
        ({"value": 200, "due": "2026-03-10"}, "met"),
        ({"value": 170, "every": "week"}, "on_track"),
        ({"value": 2, "question": {"metrics": ["views_per_visit"]}}, "at_risk"),
    ],
)
def test_state_follows_from_what_came_and_what_is_likely(made, rest, state):
    assert made(**rest)["progress"]["state"] == state


def test_without_a_value_a_target_takes_one_that_is_ambitious(made):
    told = made()
    assert told["value"] == told["progress"]["suggested"]
    assert told["progress"]["forecast"]["median"] <= told["value"] <= told["progress"]["forecast"]["high80"]


def test_fewer_than_ten_visitors_are_too_few_to_tell_and_no_error(made):
    told = made(value=5, question={"metrics": ["visitors"], "filters": [["is", "event:page", ["/rare"]]]})["progress"]
    assert (told["so_far"], told["state"], told["chance"], told["why"]) == (None, "unknown", None, "Too few visitors so far to tell.")


def test_target_before_its_first_day_has_a_forecast(made):
    told = made(starts="2026-03-23", due="2026-03-29", value=150)["progress"]
    assert (told["until"], told["so_far"], told["state"]) == (None, 0, "on_track")
    assert told["forecast"]["median"] == pytest.approx(180, rel=0.05)


def test_a_past_without_noise_has_no_wide_interval(made):
    seen = made(value=780)["progress"]["forecast"]
    assert seen["high80"] < 1.5 * seen["median"]


def test_days_run_up_to_now_and_go_on_as_is_likely(call, made):
    id = made(value=780)["id"]
    days = call("GET", f"/api/v1/targets/{id}?site_id=portal.example").json()["days"]
    assert len(days) == 31
    assert (days[16]["came"], days[16]["median"], days[17]["came"]) == (came(1, 17), None, None)
    assert days[17]["low80"] <= days[17]["median"] <= days[-1]["high80"]


def test_measure_of_the_city_is_a_target_like_another(call, made):
    rows = [f"{TODAY - timedelta(days=back)},library,north,{100 + 10 * (back % 7)}" for back in range(1, 41)]
    kinds = {"yaml": {"content-type": "application/yaml"}, "csv": {"content-type": "application/octet-stream"}}
    path = "/api/v1/datasets/service-counters"
    put = call("PUT", path, content=builtin_text("service-counters"), more=kinds["yaml"])
    loaded = call("POST", f"{path}/loads?object=c.csv", content="\n".join(["date,service,district,uses", *rows]), more=kinds["csv"])
    assert (put.status_code, loaded.status_code) == (200, 200), (put.text, loaded.text)
    told = made(question=None, measure={"dataset": "service-counters", "measure": "uses"}, value=3000)
    march = sum(100 + 10 * ((TODAY - date(2026, 3, day)).days % 7) for day in range(1, 18))
    assert (told["progress"]["so_far"], told["progress"]["unit"], told["progress"]["until"]) == (march, "uses", "2026-03-17")
    assert told["progress"]["state"] == "on_track"
    assert call("GET", f"/api/v1/targets/{told['id']}?site_id=portal.example", "reader").status_code == 403
    assert call("GET", "/api/v1/targets?site_id=portal.example", "reader").json() == {"targets": []}


def test_target_of_one_place_is_set_by_the_command_and_keeps_its_place_when_its_form_is_saved(server, call, capsys):
    control, home = server.house.desk.control, str(server.house.desk.settings.home_path)
    put_cells(server.house.desk, builtin_text("event-attendance").replace("id: event-attendance", "id: halls"), halls())
    asked = ["targets", "add", "portal.example", "North", "--dataset", "halls:visitors", "--value", "900", "--home", home]
    assert run([*asked, "--place", "north"]) != 0
    assert "Valid: KIND:ID" in " ".join(capsys.readouterr().err.split())
    assert run([*asked, "--place", "district:north", "--from", "2026-03-01", "--due", "2026-03-31", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["progress"]["so_far"], made["measure"]["place"]) == (17 * 40, "north")
    reader, page = entered(server, ANALYST), f"{HERE}/{made['id']}"
    assert 'name="other"' in reader.get(page).text
    assert reader.send(page, **FIELDS | {"other": "1", "what": "", "value": "1000"}).status_code == 303
    (found,) = (one.target for one in list_targets(control) if one.target.id == made["id"])
    assert (found.value, found.measure.place_kind, found.measure.place) == (1000, "district", "north")
    assert call("DELETE", f"/api/v1/targets/{made['id']}?site_id=portal.example").status_code == 200


@pytest.mark.parametrize(
    ("days", "domain", "first"),
    [
        ({"starts": "2025-12-01", "due": "2026-01-16"}, "portal.example", "2026-01-17"),
        ({"starts": "2026-03-01", "due": "2026-03-17"}, "other.example", "2026-03-18"),
    ],
    ids=["before the first visit", "of a portal without any"],
)
def test_target_whose_days_are_all_before_the_first_number_is_refused(call, days, domain, first):
    answer = call("POST", "/api/v1/targets", json=MARCH | {"value": 5, "site_id": domain} | days)
    told = f"There are no numbers up to {days['due']}: they begin on {first}. Valid: a last day from {first} on."
    assert (answer.status_code, answer.json()["error"]) == (400, told)
    assert call("GET", f"/api/v1/targets?site_id={domain}").json() == {"targets": []}


def test_target_of_a_measure_whose_days_are_all_before_its_first_is_refused(server, call):
    put_cells(server.house.desk, builtin_text("event-attendance").replace("id: event-attendance", "id: late-halls"), halls())
    counted = {"question": None, "measure": {"dataset": "late-halls"}, "value": 5, "starts": "2026-01-01", "due": "2026-02-16"}
    answer = call("POST", "/api/v1/targets", json=MARCH | counted)
    assert (answer.status_code, "they begin on 2026-02-17" in answer.json()["error"]) == (400, True)


def test_target_keeps_days_whose_numbers_are_gone_while_something_else_of_it_is_changed(server, call, made):
    told = made(value=780)
    with server.house.desk.control.writing() as connection:
        settings = connection.scalar(sa.select(targets.c.settings).where(targets.c.id == told["id"]))
        old = settings.replace("2026-03-01", "2025-03-01").replace("2026-03-31", "2025-03-31")
        connection.execute(targets.update().where(targets.c.id == told["id"]).values(settings=old))
    path = f"/api/v1/targets/{told['id']}"
    changed = call("PUT", path, json={"site_id": "portal.example", "name": "Old"})
    assert (changed.status_code, changed.json()["name"], changed.json()["due"]) == (200, "Old", "2025-03-31")
    assert call("PUT", path, json={"site_id": "portal.example", "due": "2025-04-30"}).status_code == 400


def halls():
    """Thirty days of two districts."""
    days = [datetime.fromisoformat(f"{TODAY - timedelta(days=back)}T00:00Z") for back in range(1, 30)]
    places = (("north", 40), ("south", 60))
    return [cell("visitors", day, value, 50, place_kind="district", place=place) for day in days for place, value in places]


def test_target_on_a_dataset_is_seen_by_the_roles_of_its_contract_alone(server, call, made):
    hidden = builtin_text("event-attendance").replace("role: viewer", "role: steward")
    kinds = {"content-type": "application/yaml"}
    assert call("PUT", "/api/v1/datasets/event-attendance", content=hidden, more=kinds).status_code == 200
    cells = [cell("visitors", datetime.fromisoformat(f"{TODAY - timedelta(days=back)}T00:00Z"), 50, 50) for back in range(1, 30)]
    put_cells(server.house.desk, hidden, cells)
    told = made(question=None, measure={"dataset": "event-attendance", "measure": "visitors"}, value=1000)
    keys = server.house.desk.control
    server.secrets["analyst"] = create_key(keys, "as analyst", ("stats:read", "sites:write", "datasets:read"), now_ms=1)
    path = f"/api/v1/targets/{told['id']}?site_id=portal.example"
    assert (told["progress"]["so_far"], call("GET", path, "analyst").status_code) == (850, 404)
    assert call("DELETE", path, "analyst").status_code == 404
    assert call("POST", "/api/v1/targets", "analyst", json=MARCH | {"question": None, "measure": told["measure"]}).status_code == 404
    reader = entered(server, ANALYST)
    assert (reader.get(f"{HERE}/{told['id']}").status_code, "event-attendance" in reader.get(HERE).text) == (404, False)


def test_audience_is_a_target_by_api_and_page(server, call, made):
    control = server.house.desk.control
    segment = add_segment(control, control.portal("portal.example"), Segment(name="At home", filters=("is,page,/",)), now_ms=0)
    told = made(value=780, question={"metrics": ["visitors"], "filters": [["is", "segment", [segment.id]]]})
    assert told["progress"]["so_far"] == came(1, 17) - 1
    reader = entered(server, ANALYST)
    assert re.search(r"At home · 7\d\d visitors in four weeks", reader.get(HERE).text)
    page = reader.send(HERE, **FIELDS | {"segment": str(segment.id), "name": "Home"}).headers["location"]
    assert f'<option value="{segment.id}" selected>At home' in reader.get(page).text
    assert list_targets(control)[-1].target.question.filters == (["is", "segment", [segment.id]],)
    assert reader.send(page, f"{page}/remove").status_code == 303


def test_what_a_change_does_not_name_stays(call, made):
    id = made(value=780)["id"]
    changed = call("PUT", f"/api/v1/targets/{id}", json={"site_id": "portal.example", "name": "Spring"}).json()
    assert (changed["name"], changed["value"], changed["due"]) == ("Spring", 780, "2026-03-31")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"question": {"metrics": ["steps"]}}, 400),
        ({"question": {"metrics": ["visitors"], "filters": [["is", "event:goal", ["Nothing"]]]}}, 400),
        ({"measure": {"dataset": "counters"}, "question": None}, 404),
        ({"due": "2026-02-01"}, 400),
        ({"site_id": "nobody.example"}, 404),
        ({"site_id": ""}, 400),
        ({"question": {"metrics": ["visitors"], "filters": [["is", "event:page", ["/nowhere"]]]}}, 400),
    ],
)
def test_target_that_nothing_answers_is_refused(call, body, status):
    answer = call("POST", "/api/v1/targets", json=MARCH | body)
    assert (answer.status_code, answer.json()["error"] != "") == (status, True)


def test_keys_read_write_and_see_what_they_are_for(call, made):
    id = made(value=780)["id"]
    path = f"/api/v1/targets/{id}?site_id=portal.example"
    assert call("GET", path, "reader").status_code == 200
    assert [call(method, path, "reader", json=MARCH).status_code for method in ("PUT", "DELETE")] == [403, 403]
    assert call("POST", "/api/v1/targets", "reader", json=MARCH).status_code == 403
    assert call("GET", path, "other").status_code == 403
    assert call("GET", f"/api/v1/targets/{id}?site_id=other.example", "other").status_code == 404


def test_change_of_state_is_kept_once_and_a_person_sees_it(server, made):
    desk, id = server.house.desk, made(value=780)["id"]
    assert look_at_targets(desk) == 1
    assert look_at_targets(desk) == 0
    assert [(change.before, change.state) for change in changes_of(desk.control, id)] == [("", list_targets(desk.control)[0].state)]


def test_job_is_due_once_a_day_where_there_is_a_target(server, made):
    desk = server.house.desk
    before = target_jobs(desk, server.house.signer, lambda: False)
    made(value=780)
    (job,) = target_jobs(desk, server.house.signer, lambda: False)
    due = datetime.fromtimestamp(job.last_due(desk.now()) / 1000, UTC)
    assert (before, due, job.work(0)) == ([], datetime(2026, 3, 18, 4, tzinfo=UTC), "")


def test_command_line_sets_lists_shows_and_removes(server):
    def said(*arguments):
        done = run_here({"FOOTFALL_URL": server.url, "FOOTFALL_KEY": server.secrets["all"]}, "targets", *arguments)
        assert done.returncode == 0, done.stderr
        # The server of this process writes its log between the lines.
        return "\n".join(line for line in done.stdout.splitlines() if not re.match(r"20\d\d-\d\d-\d\d \d\d:", line))

    made = json.loads(said("add", "portal.example", "March", "--value", "780", "--from", "2026-03-01", "--due", "2026-03-31", "--json"))
    (listed,) = json.loads(said("list", "portal.example", "--json"))
    assert listed == made
    assert "at least 780 by 2026-03-31, on track" in said("show", "portal.example", str(made["id"]))
    assert said("rm", "portal.example", str(made["id"])) == f"Target {made['id']} is removed."
    assert list_targets(server.house.desk.control) == ()


def entered(server, email):
    reader = Reader(server)
    assert reader.sign_in(email).status_code == 303
    return reader


FIELDS = {"name": "Spring", "what": "metric:visitors", "value": "780", "starts": "2026-03-01", "due": "2026-03-31", "every": ""}


def test_analyst_sets_changes_and_removes_a_target_and_each_is_noted(server):
    reader, control = entered(server, ANALYST), server.house.desk.control
    sent = reader.send(HERE, **FIELDS)
    assert sent.status_code == 303, sent.text
    page = sent.headers["location"]
    assert reader.send(page, **FIELDS | {"value": "1 500"}).status_code == 303
    (found,) = list_targets(control)
    assert (found.target.value, found.target.owner) == (1500, ANALYST)
    assert reader.send(page, f"{page}/remove").status_code == 303
    assert list_targets(control) == ()
    assert [entry.action for entry in read_audit(control, most=3)] == [f"target {what}" for what in ("removed", "changed", "added")]


def test_viewer_looks_and_cannot_set(server, made):
    id, reader = made(value=780)["id"], entered(server, VIEWER)
    page = unescape(reader.get(f"{HERE}/{id}").text)
    head, line = reader.get(f"{HERE}/csv").text.splitlines()
    assert line.startswith(f"March,Visitors,,at least,780,,2026-03-01,2026-03-31,on track,{came(1, 17)},2026-03-17,")
    assert [len(row) for row in csv.reader((head, line))] == [15, 15]
    days = reader.get(f"{HERE}/{id}/csv").text.splitlines()
    assert (len(days), days[17]) == (32, f"2026-03-17,{came(1, 17)},,,")
    assert "<polyline" in page and "chance to keep the target is" in page
    assert "Save this target" not in page + reader.get(HERE).text
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert [reader.http.post(path, data=FIELDS | {"token": token}).status_code for path in (HERE, f"{HERE}/{id}/remove")] == [403, 403]


def test_form_that_is_wrong_says_so_and_keeps_what_was_typed(server):
    answer = entered(server, ANALYST).send(HERE, **FIELDS | {"value": "many"})
    assert (answer.status_code, "no number" in answer.text, 'value="Spring"' in answer.text) == (400, True, True)


def test_page_speaks_russian(server, made):
    made(value=780)
    page = entered(server, VIEWER).http.get(HERE, headers={"accept-language": "ru"}).text
    assert "Целевые показатели" in page and "on track" not in page
