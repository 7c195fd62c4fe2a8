"""Portals as another system makes, renames and removes them, and when collectors know of it: here at once, apart soon after."""

import subprocess
import sys

import httpx
import pytest

from bench.faults import free_port
from tests.support.server import FootfallHere
from tests.support.waiting import LONG_S, until


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = FootfallHere(tmp_path_factory.mktemp("home"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def apart(server):
    """A collector apart on the same home; its address."""
    port = free_port()
    command = [sys.executable, "-m", "footfall.cli", "collect", "--port", str(port)]
    collector = subprocess.Popen(command, env=server.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    assert until(lambda: answers(url) and takes(url, "portal.example"))
    yield url
    collector.terminate()
    assert collector.wait(timeout=LONG_S) == 0


def answers(url):
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.TransportError:
        return False


def takes(url, domain):
    """Whether the collector counts an event of that domain."""
    agent = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    body = {"n": "pageview", "u": f"https://{domain}/", "d": domain}
    answer = httpx.post(f"{url}/api/event", json=body, headers=agent)
    assert answer.status_code == 202
    return "x-footfall-refused" not in answer.headers


def comes_to(url, domain, wanted):
    return until(lambda: takes(url, domain) is wanted)


def make(server, domain, **settings):
    return server.call("POST", "/api/v1/sites", json={"domain": domain} | settings).json()


def test_new_portal_takes_events_at_once_by_every_domain_it_has(server):
    make(server, "new.example", domains=["alias.example", "xn--80aqfsg.xn--p1ai"])
    assert [takes(server.url, domain) for domain in ("new.example", "www.alias.example", "парки.рф")] == [True, True, True]


def test_removed_portal_takes_no_event_from_the_answer_on(server):
    make(server, "gone.example", domains=["alias.gone.example"])
    assert takes(server.url, "gone.example")
    assert server.call("DELETE", "/api/v1/sites/alias.gone.example").json() == {"deleted": True}
    assert [takes(server.url, domain) for domain in ("gone.example", "alias.gone.example")] == [False, False]
    question = {"site_id": "gone.example", "metrics": ["visitors"], "date_range": "day"}
    assert server.call("POST", "/api/v2/query", json=question).status_code == 404


def test_portal_made_again_under_a_removed_name_has_no_history(server):
    first = make(server, "again.example")
    takes(server.url, "again.example")
    server.call("DELETE", "/api/v1/sites/again.example")
    second = make(server, "again.example")
    assert second["id"] > first["id"]
    assert server.ask({"site_id": "again.example", "metrics": ["pageviews"]}) == [{"dimensions": [], "metrics": [0]}]


def test_renamed_portal_keeps_its_history_and_both_names(server):
    made = make(server, "old.example")
    takes(server.url, "old.example")
    renamed = server.call("PUT", "/api/v1/sites/old.example", json={"domain": "fresh.example"}).json()
    assert (renamed["id"], renamed["domains"]) == (made["id"], ["old.example"])
    assert takes(server.url, "old.example") and takes(server.url, "fresh.example")
    for name in ("old.example", "fresh.example", str(made["id"])):
        wanted = [{"dimensions": [], "metrics": [3]}]
        assert server.poll({"site_id": name, "metrics": ["pageviews"]}, wanted) == wanted


def test_domain_that_moved_on_is_free_for_another_portal(server):
    make(server, "one.example", domains=["moving.example"])
    assert server.call("POST", "/api/v1/sites", json={"domain": "moving.example"}).status_code == 409
    server.call("PUT", "/api/v1/sites/one.example", json={"domains": []})
    assert not takes(server.url, "moving.example")
    assert make(server, "moving.example")["domain"] == "moving.example"


def test_collector_apart_knows_soon_after(server, apart):
    make(server, "far.example", domains=["alias.far.example"])
    assert comes_to(apart, "far.example", True)
    assert comes_to(apart, "alias.far.example", True)
    server.call("PUT", "/api/v1/sites/far.example", json={"domains": ["late.far.example"]})
    assert comes_to(apart, "late.far.example", True)
    assert comes_to(apart, "alias.far.example", False)
    server.call("DELETE", "/api/v1/sites/far.example")
    assert comes_to(apart, "far.example", False)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "goal_type"),
        ({"goal_type": "visit"}, "Valid: event, page"),
        ({"goal_type": "event"}, "event_name"),
        ({"goal_type": "page"}, "page_path"),
        ({"goal_type": "page", "page_path": "done"}, "starts with '/'"),
        ({"goal_type": "page", "page_path": "/x", "scroll_threshold": 101}, "1 to 100"),
        ({"goal_type": "event", "event_name": "x", "colour": "red"}, "Unknown key 'colour'"),
        ({"goal_type": "event", "event_name": "x" * 121}, "too long"),
    ],
)
def test_goal_that_is_none_says_what_is_missing(server, body, says):
    answer = server.call("PUT", "/api/v1/sites/goals", json={"site_id": "portal.example"} | body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")
    assert says in answer.json()["error"]


def test_goal_is_found_by_what_it_means_as_form_and_as_json(server):
    form = {"site_id": "portal.example", "goal_type": "page", "page_path": "/long/**", "scroll_threshold": "75", "display_name": "Read on"}
    made = server.call("PUT", "/api/v1/sites/goals", data=form).json()
    found = server.call("PUT", "/api/v1/sites/goals", json=form | {"scroll_threshold": 75, "display_name": "Another name"}).json()
    assert made == found
    assert (made["display_name"], made["scroll_threshold"], made["event_name"]) == ("Read on", 75, None)
    other = server.call("PUT", "/api/v1/sites/goals", json=form | {"scroll_threshold": 50, "display_name": "Half"}).json()
    assert other["id"] != made["id"]
    taken = server.call("PUT", "/api/v1/sites/goals", json=form | {"scroll_threshold": 25, "display_name": "Half"})
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict")


def test_what_plausibles_clients_send_of_a_site_and_is_not_here_is_passed_over(server):
    """Forms as its documentation has them, with a team, a script's settings and a time zone left blank."""
    sent = {"team_id": "4d3dae3b", "tracker_script_configuration": {"installation_type": "manual"}}
    made = make(server, "plausible.example", timezone=None, **sent)
    blank = server.call("POST", "/api/v1/sites", data={"domain": "blank.example", "timezone": "", "team_id": "4d3dae3b"}).json()
    changed = server.call("PUT", "/api/v1/sites/blank.example", json={"domain": "filled.example"} | sent).json()
    assert (made["timezone"], blank["timezone"], changed["domain"]) == ("Etc/UTC", "Etc/UTC", "filled.example")
    assert server.call("PUT", "/api/v1/sites/filled.example", json=sent).status_code == 400


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (f"/api/v1/sites?after={'9' * 5000}", "after"),
        (f"/api/v1/sites?limit={'9' * 5000}", "limit"),
        (f"/api/v1/stats/breakdown?site_id=portal.example&property=event:page&page={'9' * 5000}", "page"),
        ("/api/v1/stats/breakdown?site_id=portal.example&property=event:page&limit=%C2%B2", "limit"),
        ("/api/v1/stats/aggregate?site_id=portal.example&date=0001-01-01", "date '0001-01-01' is not valid"),
    ],
)
def test_number_or_day_that_nobody_has_is_no_fault_of_ours(server, path, says):
    answer = server.call("GET", path)
    assert (answer.status_code, says in answer.json()["error"]) == (400, True)
