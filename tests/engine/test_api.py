"""The API's finer points: Plausible's shapes, keys and limits, broken uploads, the clock, and a control database on PostgreSQL."""

import gzip
import json
import socket
import time

import httpx
import pytest

from tests.support.build import OF_EVENTS
from tests.support.postgresql_server import PostgresqlServer
from tests.support.server import AGENT, Footfall, FootfallHere

NOW = "2026-01-05T12:00:00Z"
LINES = [
    {"timestamp": f"2026-01-0{day}T10:{minute:02}:00Z", "visitor": f"v{minute}", "pathname": page, "source": source}
    for day in (2, 3, 5)
    for minute, page, source in ((1, "/", "Google"), (2, "/blog/a", "Google"), (3, "/blog/b", "Bing"))
]
NDJSON = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Footfall(tmp_path_factory.mktemp("home"), now=NOW, api_requests_per_hour="300", public_url="https://stats.example/")
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def history(server):
    server.call("POST", "/api/v1/sites", json={"domain": "history.example"})
    report = server.call("POST", "/api/v1/import/events?site_id=history.example", content=NDJSON).json()
    assert report["accepted"] == len(LINES)
    return server


def test_frozen_clock_is_every_events_and_every_answers_time(server):
    server.event("/api/event", {"n": "pageview", "u": "https://portal.example/", "d": "portal.example"})
    wanted = [{"dimensions": ["2026-01-05 12:00:00"], "metrics": [1]}]
    assert server.poll({"metrics": ["visitors"], "dimensions": ["time:minute"]}, wanted) == wanted
    answer = server.call("POST", "/api/v2/query", json={"site_id": "portal.example", "metrics": ["visits"], "date_range": "day"}).json()
    assert answer["meta"]["complete_until"].startswith("2026-01-05T12:00:00")
    assert answer["meta"]["release"]["policy"] == "exact"


def test_realtime_is_a_bare_number(server):
    server.call("POST", "/api/v1/sites", json={"domain": "live.example"})
    server.event("/api/event", {"n": "pageview", "u": "https://live.example/", "d": "live.example"})
    wanted = [{"dimensions": [], "metrics": [1]}]
    assert server.poll({"site_id": "live.example", "metrics": ["visitors"]}, wanted) == wanted
    answer = server.call("GET", "/api/v1/stats/realtime/visitors?site_id=live.example")
    assert (answer.status_code, answer.text) == (200, "1")


def test_site_lives_in_plausibles_shapes(server):
    made = server.call("POST", "/api/v1/sites", files={"domain": (None, '"shop.example"'), "timezone": (None, "Europe/Moscow")}).json()
    assert (made["domain"], made["timezone"], made["custom_properties"]) == ("shop.example", "Europe/Moscow", [])
    assert made["snippet"] == '<script defer data-site="shop.example" src="https://stats.example/footfall.js"></script>'
    changed = server.call("PUT", "/api/v1/sites/shop.example", data={"domain": "store.example", "allowed_props": "method, office"}).json()
    assert (changed["domain"], changed["id"], changed["allowed_props"]) == ("store.example", made["id"], ["method", "office"])
    assert server.call("GET", "/api/v1/sites/shop.example").json() == changed
    refused = server.event("/api/event", {"n": "pageview", "u": "https://shop.example/", "d": "shop.example"}).headers
    assert "x-footfall-refused" not in refused
    assert server.call("DELETE", "/api/v1/sites/store.example").json() == {"deleted": True}
    assert server.call("GET", "/api/v1/sites/store.example").status_code == 404


def test_sites_come_in_pages(server):
    for number in range(5):
        server.call("POST", "/api/v1/sites", json={"domain": f"page{number}.example"})
    domains, last = [], {"after": "0"}
    while last["after"]:
        page = server.call("GET", f"/api/v1/sites?limit=2&after={last['after']}").json()
        domains += [site["domain"] for site in page["sites"]]
        last = page["meta"]
    assert {f"page{number}.example" for number in range(5)} <= set(domains)
    assert len(set(domains)) == len(domains)
    back = server.call("GET", f"/api/v1/sites?limit=2&before={last['before']}").json()
    rest = len(page["sites"])
    assert [site["domain"] for site in back["sites"]] == domains[-rest - 2 : -rest]
    assert back["meta"]["after"] is not None


@pytest.mark.parametrize("path", ["/api/v1/sites?", "/api/v1/sites/goals?site_id=portal.example&"])
def test_page_that_no_list_has_is_refused_with_what_is_valid(server, path):
    for limit, valid in (("0", False), ("1", True), ("1000", True), ("1001", False)):
        answer = server.call("GET", f"{path}limit={limit}")
        assert answer.status_code == (200 if valid else 400)
        assert valid or answer.json()["error"] == f"limit {limit} is not valid. Valid: 1 to 1000."


def test_goals_live_in_plausibles_shapes(server):
    server.call("POST", "/api/v1/sites", json={"domain": "goals.example"})
    form = {"site_id": "goals.example", "goal_type": "event", "event_name": "Paid", "custom_props[method]": "card"}
    goal = server.call("PUT", "/api/v1/sites/goals", data=form).json()
    assert goal == {
        "id": goal["id"],
        "domain": "goals.example",
        "goal_type": "event",
        "display_name": "Paid",
        "custom_props": {"method": "card"},
        "event_name": "Paid",
        "page_path": None,
    }
    listed = server.call("GET", "/api/v1/sites/goals?site_id=goals.example").json()
    assert listed == {"goals": [goal], "meta": {"after": None, "before": None, "limit": 100}}
    assert server.call("DELETE", f"/api/v1/sites/goals/{goal['id']}", data={"site_id": "goals.example"}).json() == {"deleted": True}
    assert server.call("DELETE", f"/api/v1/sites/goals/{goal['id']}?site_id=goals.example").status_code == 404


def test_stats_v1_answers_as_v2_does(history):
    def get(path):
        answer = history.call("GET", f"/api/v1/stats/{path}&site_id=history.example&period=custom&date=2026-01-01,2026-01-05")
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]

    assert get("aggregate?metrics=visitors,pageviews") == {"visitors": {"value": 9}, "pageviews": {"value": 9}}
    assert get("aggregate?metrics=pageviews&compare=previous_period") == {"pageviews": {"value": 9, "change": 100}}
    assert get("aggregate?metrics=pageviews&filters=event:page==/blog/*") == {"pageviews": {"value": 6}}
    assert get("breakdown?property=visit:source&metrics=visitors") == [
        {"source": "Google", "visitors": 6},
        {"source": "Bing", "visitors": 3},
    ]
    assert [(row["date"], row["visitors"]) for row in get("timeseries?metrics=visitors")] == [
        (f"2026-01-0{day}", 3 if day in (2, 3, 5) else 0) for day in range(1, 6)
    ]


def test_stats_v1_looks_back_from_a_date(history):
    answer = history.call("GET", "/api/v1/stats/aggregate?site_id=history.example&period=day&date=2026-01-03")
    assert answer.json() == {"results": {"visitors": {"value": 3}}}
    wrong = history.call("GET", "/api/v1/stats/aggregate?site_id=history.example&period=day&date=soon")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_question")


@pytest.mark.parametrize("key", ["", "nobody's"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v2/query"),
        ("GET", "/api/v1/stats/realtime/visitors?site_id=portal.example"),
        ("GET", "/api/v1/stats/aggregate?site_id=portal.example"),
        ("GET", "/api/v1/sites"),
        ("POST", "/api/v1/sites"),
        ("GET", "/api/v1/sites/portal.example"),
        ("GET", "/api/v1/sites/nobody.example"),
        ("PUT", "/api/v1/sites/portal.example"),
        ("DELETE", "/api/v1/sites/portal.example"),
        ("GET", "/api/v1/sites/goals"),
        ("PUT", "/api/v1/sites/goals"),
        ("DELETE", "/api/v1/sites/goals/1"),
        ("POST", "/api/v1/import/events?site_id=portal.example"),
        ("POST", "/api/v1/import/log?site_id=nobody.example"),
        ("GET", "/api/v1/state"),
        ("GET", "/api/v1/marts"),
        ("GET", "/api/v1/marts/portal_flows"),
    ],
)
def test_nothing_is_told_without_a_key(server, method, path, key):
    answer = server.call(method, path, key=key)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.json()["error"].startswith("Invalid API key" if key else "Missing API key")


def test_key_for_one_portal_learns_nothing_of_others(server):
    key = server.new_key("one", "--scopes", "*", "--portals", "portal.example")
    server.call("POST", "/api/v1/sites", json={"domain": "secret.example"})
    question = {"metrics": ["visitors"], "date_range": "day"}
    answers = [
        server.call("POST", "/api/v2/query", key=key, json=question | {"site_id": domain})
        for domain in ("secret.example", "nobody.example")
    ]
    answers += [server.call("GET", f"/api/v1/sites/{domain}", key=key) for domain in ("secret.example", "nobody.example")]
    answers += [server.call("POST", f"/api/v1/import/events?site_id={domain}", key=key) for domain in ("secret.example", "nobody.example")]
    assert {(answer.status_code, answer.text) for answer in answers} == {
        (403, '{"error":"This key is not for that portal.","code":"forbidden"}')
    }
    assert [site["domain"] for site in server.call("GET", "/api/v1/sites", key=key).json()["sites"]] == ["portal.example"]
    assert server.call("POST", "/api/v1/sites", key=key, json={"domain": "new.example"}).status_code == 403
    whole = [server.call("GET", f"/api/v1/{name}", key=key) for name in ("verify", "attacks")]
    assert [(answer.status_code, "of the whole home" in answer.text) for answer in whole] == [(403, True)] * 2
    assert server.call("POST", "/api/v2/query", key=key, json=question | {"site_id": "portal.example"}).status_code == 200


def test_scope_is_asked_for_at_every_door(server):
    reader = server.new_key("asker", "--scopes", "stats:read")
    for method, path in (
        ("GET", "/api/v1/sites"),
        ("PUT", "/api/v1/sites/goals"),
        ("POST", "/api/v1/import/events?site_id=portal.example"),
        ("GET", "/api/v1/state"),
        ("GET", "/api/v1/marts/portal_flows"),
    ):
        answer = server.call(method, path, key=reader)
        assert answer.status_code == 403
        assert "it has stats:read" in answer.json()["error"]


def test_a_consumers_key_is_answered_out_of_what_was_drawn(server):
    server.call("POST", "/api/v1/sites", json={"domain": "other.example"})
    key = server.new_key("consumer", "--scopes", "marts:read", "--portals", "portal.example")
    listed = server.call("GET", "/api/v1/marts", key=key).json()["marts"]
    for mart in listed:
        assert server.call("GET", f"/api/v1/marts/{mart['mart']}?date_range=7d", key=key).json()["results"] == []
    paths = ("portal_flows?site_id=other.example", "everything", "portal_flows?format=xml", "portal_flows?format=csv")
    answers = [server.call("GET", f"/api/v1/marts/{path}", key=key) for path in paths]
    assert [answer.status_code for answer in answers] == [403, 404, 400, 200]
    assert answers[-1].text.strip("\ufeff\r\n") == "portal,from,visitors,plus_minus"
    assert answers[-1].headers["content-type"] == "text/csv; charset=utf-8"


def test_key_that_asks_too_often_is_told_when_to_come_back(tmp_path):
    server = FootfallHere(tmp_path, api_requests_per_hour="2")
    question = {"site_id": "portal.example", "metrics": ["visitors"], "date_range": "day"}
    other = server.new_key("other", "--scopes", "stats:read")
    answers = [server.call("POST", "/api/v2/query", json=question) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "rate_limited"
    assert 3500 < int(answers[2].headers["retry-after"]) <= 3600
    assert server.call("POST", "/api/v2/query", json=question, key=other).status_code == 200
    assert server.call("GET", "/api/v1/sites").status_code == 200
    assert server.stop() == 0


def test_staff_policy_withholds_what_few_did(tmp_path):
    server = FootfallHere(tmp_path, policy="staff", now=NOW)
    server.call("POST", "/api/v1/import/events?site_id=portal.example", content=NDJSON)
    question = {"site_id": "portal.example", "metrics": ["visitors"], "date_range": ["2026-01-01", "2026-01-05"]}
    whole = server.call("POST", "/api/v2/query", json=question).json()
    split = server.call("POST", "/api/v2/query", json=question | {"dimensions": ["visit:source"]}).json()
    assert whole["results"] == [{"dimensions": [], "metrics": [None]}]
    assert whole["meta"]["release"] == {"policy": "staff", "smallest_cohort": 10, "withheld": 1, "rounded": False} | OF_EVENTS
    assert (split["results"], split["meta"]["release"]["withheld"]) == ([], 0)
    three = {"dimensions": ["visit:browser", "visit:os", "visit:country"]}
    refused = server.call("POST", "/api/v2/query", json=question | three)
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    assert server.stop() == 0


def test_packed_import_is_the_same_import(history):
    again = history.call("POST", "/api/v1/import/events?site_id=history.example", content=gzip.compress(NDJSON)).json()
    assert (again["accepted"], again["already"]) == (0, len(LINES))


def test_broken_upload_counts_no_half_line_and_goes_on_when_sent_again(server):
    server.call("POST", "/api/v1/sites", json={"domain": "broken.example"})
    head = f"POST /api/v1/import/events?site_id=broken.example HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {server.key}\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(head.encode() + f"content-length: {len(NDJSON)}\r\n\r\n".encode() + NDJSON[: len(NDJSON) // 2])
        time.sleep(0.3)
    packed = server.call("POST", "/api/v1/import/events?site_id=broken.example", content=gzip.compress(NDJSON)[:-30])
    assert (packed.status_code, packed.json()["code"]) == (400, "bad_input")
    report = server.call("POST", "/api/v1/import/events?site_id=broken.example", content=NDJSON).json()
    assert (report["accepted"], report["already"], report["refused"]) == (len(LINES), 0, 0)
    question = {"site_id": "broken.example", "metrics": ["pageviews"], "date_range": ["2026-01-01", "2026-01-05"]}
    assert server.ask(question) == [{"dimensions": [], "metrics": [len(LINES)]}]


def test_log_import_tells_bots_assets_and_errors_apart(server):
    server.call("POST", "/api/v1/sites", json={"domain": "log.example"})
    paths = [
        ("/", 200, AGENT),
        ("/style.css", 200, AGENT),
        ("/gone", 404, AGENT),
        ("/", 200, "Googlebot/2.1 (+http://www.google.com/bot.html)"),
    ]
    log = "".join(
        f'192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "GET {path} HTTP/1.1" {status} 5 "-" "{agent}"\n' for path, status, agent in paths
    )
    report = server.call("POST", "/api/v1/import/log?site_id=log.example", content=log.encode()).json()
    assert (report["lines"], report["accepted"], sum(report["passed"].values())) == (4, 1, 3)


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'{"site_id": 5}', b'{"site_id": ""}'])
def test_body_that_is_no_question_is_a_400(server, body):
    answer = server.call("POST", "/api/v2/query", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "code"}


@pytest.mark.parametrize("date_range", [["0001-01-01", "9999-12-31"], ["2026-01-05", "9999-12-31"]])
def test_range_beyond_the_calendar_is_a_400(server, date_range):
    question = {"site_id": "portal.example", "metrics": ["visitors"], "date_range": date_range}
    answer = server.call("POST", "/api/v2/query", json=question)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_question")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v2/query", 405, "method_not_allowed"),
        ("GET", "/api/event", 405, "method_not_allowed"),
        ("GET", "/api/v1/sites?limit=many", 400, "bad_input"),
        ("GET", "/api/v1/sites?limit=%C2%B2", 400, "bad_input"),
        ("DELETE", "/api/v1/sites/goals/1", 400, "bad_input"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
    ],
)
def test_every_error_is_a_sentence_and_a_code(server, method, path, status, code):
    answer = server.call(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"error", "code"}


def test_body_over_its_bound_is_a_413(server):
    answer = server.call("POST", "/api/v2/query", content=b" " * 11_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/health", "/api/health", "/api/system/health/ready"])
def test_health_says_nothing_of_what_was_collected(server, path):
    answer = httpx.get(server.url + path)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["live"], found["ready"], found["store"]) == (True, True, "ok")
    assert set(found) == {"live", "ready", "store", "waiting", "complete_until", "version"}
    assert found["waiting"] == {"segments": 0, "bytes": 0}, "what a single visit makes is rounded away"
    assert found["complete_until"].endswith(":00.000+00:00")
    assert httpx.get(f"{server.url}/api/system/health/live").json() == {"live": True}


def test_schema_names_every_path(server):
    schema = httpx.get(f"{server.url}/schema/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    assert {"/api/v2/query", "/api/v1/sites", "/api/v1/sites/goals", "/api/v1/import/events", "/health"} <= set(schema["paths"])


def test_collecting_does_not_wait_for_slow_imports_and_questions(server):
    """Eight uploads that never end, and events between them."""
    head = f"POST /api/v1/import/events?site_id=portal.example HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {server.key}\r\n"
    uploads = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(8)]
    try:
        for upload in uploads:
            upload.sendall(head.encode() + b"content-length: 1000000\r\n\r\n" + NDJSON)
        for number in range(20):
            body = {"n": "pageview", "u": f"https://portal.example/{number}", "d": "portal.example"}
            assert server.event("/api/event", body).status_code == 202
        assert server.call(
            "POST", "/api/v2/query", json={"site_id": "portal.example", "metrics": ["visits"], "date_range": "day"}
        ).is_success
        assert httpx.get(f"{server.url}/health").status_code == 200
        for upload in uploads:
            with pytest.raises(BlockingIOError):
                upload.recv(1, socket.MSG_DONTWAIT)
    finally:
        for upload in uploads:
            upload.close()


def test_days_over_their_time_are_gone_after_the_next_midnight_and_the_log_holds_no_address_agent_or_key(tmp_path):
    server = Footfall(tmp_path, now="2026-01-05T12:00:00Z")
    server.call("PUT", "/api/v1/sites/portal.example", json={"keep_events": 2})
    server.call("POST", "/api/v1/sites", json={"domain": "removed.example"})
    for domain in ("portal.example", "removed.example"):
        report = server.call("POST", f"/api/v1/import/events?site_id={domain}", content=NDJSON).json()
        assert report["expiring"] == (6 if domain == "portal.example" else 0)
    question = {"metrics": ["pageviews"], "dimensions": ["time:day"], "date_range": ["2026-01-01", "2026-01-06"]}
    assert len(server.ask(question)) == 3
    server.call("DELETE", "/api/v1/sites/removed.example")
    assert server.stop() == 0
    server.environ["FOOTFALL_NOW"] = "2026-01-06T01:00:01Z"
    server.start()
    wanted = [{"dimensions": ["2026-01-05"], "metrics": [3]}]
    assert server.poll(question, wanted) == wanted
    server.event("/api/event", {"n": "pageview", "u": "https://portal.example/private", "d": "portal.example"})
    server.event("/api/event", {"n": "pageview"})
    server.call("POST", "/api/v2/query", content=b"{")
    server.call("GET", "/api/v1/sites", key="wrong-secret")
    assert server.stop() == 0
    log = server.process.stderr.read()
    assert '"dropped": 5' in log
    assert all(json.loads(line)["event"] for line in log.splitlines())
    for secret in ("127.0.0.1", "Mozilla", server.key, "wrong-secret", "/private"):
        assert secret not in log


@pytest.mark.postgresql
def test_control_database_may_be_postgresql(tmp_path):
    database = PostgresqlServer()
    database.start()
    try:
        server = FootfallHere(tmp_path, control=database.url)
        server.call("POST", "/api/v1/sites", json={"domain": "new.example"})
        server.event("/api/event", {"n": "pageview", "u": "https://new.example/", "d": "new.example"})
        wanted = [{"dimensions": [], "metrics": [1]}]
        assert server.poll({"site_id": "new.example", "metrics": ["visitors"]}, wanted) == wanted
        database.stop()
        still = server.event("/api/event", {"n": "pageview", "u": "https://new.example/", "d": "new.example"})
        assert (still.status_code, "x-footfall-refused" in still.headers) == (202, False)
        away = server.call("GET", "/api/v1/sites")
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
        database.resume()
        assert server.call("GET", "/api/v1/sites").status_code == 200
        assert server.stop() == 0
        assert not (tmp_path / "control.db").exists()
        database.stop()
    finally:
        database.remove()
