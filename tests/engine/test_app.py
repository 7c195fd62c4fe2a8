"""The whole server as its users meet it: a process, a port, trackers, questions, and SIGTERM."""

import json
import threading

import httpx
import pytest

from tests.support.server import AGENT, Footfall
from tests.support.waiting import LONG_S


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Footfall(tmp_path_factory.mktemp("home"))
    yield running
    if running.process.poll() is None:
        running.stop()


def test_every_tracker_format_is_counted_on_a_portal_made_just_now(server):
    site = server.call("POST", "/api/v1/sites", json={"domain": "formats.example"}).json()
    assert site["snippet"].startswith('<script defer data-site="formats.example"')
    answers = [
        server.event("/api/event", {"n": "pageview", "u": "https://formats.example/plausible", "d": "formats.example"}),
        server.event("/api/collect", {"s": "formats.example", "u": "https://formats.example/own"}),
        server.event(
            "/api/send", {"type": "event", "payload": {"website": site["umami_id"], "hostname": "formats.example", "url": "/umami"}}
        ),
        httpx.get(
            f"{server.url}/matomo.php?idsite={site['id']}&rec=1&url=https%3A%2F%2Fformats.example%2Fmatomo", headers={"user-agent": AGENT}
        ),
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 200, 200]
    assert not any("x-footfall-refused" in answer.headers for answer in answers)
    pages = ["/matomo", "/own", "/plausible", "/umami"]
    wanted = [{"dimensions": [page], "metrics": [1]} for page in pages]
    question = {"site_id": "formats.example", "metrics": ["pageviews"], "dimensions": ["event:page"], "order_by": [["event:page", "asc"]]}
    assert server.poll(question, wanted) == wanted
    one_visit = [{"dimensions": [], "metrics": [1, 1]}]
    assert server.poll({"site_id": "formats.example", "metrics": ["visitors", "visits"]}, one_visit) == one_visit


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        ({"n": "pageview", "u": "https://portal.example/", "d": "portal.example"}, {"user-agent": "Googlebot/2.1 (+http://g)"}, "bot"),
        ({"n": "pageview", "u": "https://portal.example/", "d": "nobody.example"}, {}, "unknown_portal"),
        ({"n": "pageview", "u": "https://portal.example/", "d": "portal.example"}, {"sec-purpose": "prefetch"}, "prefetch"),
        ({"n": "pageview", "u": "https://portal.example/", "d": "portal.example", "r": "http://semalt.com/x"}, {}, "spam_referrer"),
    ],
)
def test_refused_event_says_why(server, body, headers, reason):
    answer = server.event("/api/event", body, **headers)
    assert (answer.status_code, answer.headers["x-footfall-refused"]) == (202, reason)
    assert answer.headers["x-plausible-dropped"] == "1"


def test_malformed_event_is_a_400_in_the_formats_own_shape(server):
    answer = server.event("/api/event", {"n": " ", "u": "https://portal.example/"})
    assert (answer.status_code, answer.json()) == (400, {"errors": {"event_name": ["can't be blank"]}})


def test_preflight_allows_every_origin(server):
    answer = httpx.options(f"{server.url}/api/event", headers={"origin": "https://portal.example", "access-control-request-method": "POST"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "https://portal.example")


def test_privacy_signal_counts_the_page_and_nobody(server):
    server.call("POST", "/api/v1/sites", json={"domain": "signal.example"})
    body = {"n": "pageview", "u": "https://signal.example/x", "d": "signal.example", "r": "https://www.google.com/"}
    server.event("/api/event", body, **{"sec-gpc": "1"})
    wanted = [{"dimensions": [], "metrics": [1, 0, 0]}]
    assert server.poll({"site_id": "signal.example", "metrics": ["pageviews", "visitors", "visits"]}, wanted) == wanted


def test_import_again_changes_nothing_and_refused_lines_are_named(server):
    lines = b'{"timestamp":"2026-01-05T10:00:00Z","visitor":"a","pathname":"/x"}\n{"timestamp":"soon"}\n'
    reports = [server.call("POST", "/api/v1/import/events?site_id=portal.example", content=lines).json() for _ in range(2)]
    assert [(report["accepted"], report["already"]) for report in reports] == [(1, 0), (0, 2)]
    ((line, reason),) = reports[0]["refused_lines"]
    assert line == 2
    assert "not an ISO instant" in reason and "soon" in reason
    question = {"metrics": ["visitors", "pageviews"], "date_range": ["2026-01-05", "2026-01-05"]}
    assert server.ask(question) == [{"dimensions": [], "metrics": [1, 1]}]


def test_import_of_a_form_is_refused_before_its_lines_are_counted_once_more(server):
    answer = server.call("POST", "/api/v1/import/events?site_id=portal.example", files={"file": b'{"timestamp": "2026-01-05T10:00:00Z"}\n'})
    assert (answer.status_code, "--data-binary" in answer.json()["error"]) == (400, True)


def test_goals_are_found_or_created(server):
    goal = {"site_id": "portal.example", "goal_type": "page", "page_path": "/done*"}
    first, second = (server.call("PUT", "/api/v1/sites/goals", json=goal).json() for _ in range(2))
    assert first == second
    assert first["display_name"] == "Visit /done*"
    listed = server.call("GET", "/api/v1/sites/goals?site_id=portal.example").json()["goals"]
    assert [found["id"] for found in listed] == [first["id"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "says"),
    [
        ("POST", "/api/v2/query", {"site_id": "portal.example", "metrics": ["x"], "date_range": "day"}, 400, "Valid metrics: visitors"),
        ("POST", "/api/v2/query", {"site_id": "nobody.example", "metrics": ["visitors"], "date_range": "day"}, 404, "No portal"),
        ("POST", "/api/v1/sites", {"domain": "not a host"}, 400, "Valid: a host name"),
        ("POST", "/api/v1/sites", {"domain": "portal.example"}, 409, "belongs to a portal already"),
        ("GET", "/nowhere", None, 404, "Nothing is at /nowhere"),
    ],
)
def test_every_error_has_one_shape_and_says_what_is_valid(server, method, path, body, status, says):
    answer = server.call(method, path, json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "code"}
    assert says in answer.json()["error"]


def test_key_without_the_scope_is_refused(server):
    key = json.loads(server.run("keys", "add", "reader", "--scopes", "stats:read", "--json").stdout)["key"]
    assert server.call("POST", "/api/v1/sites", key=key, json={"domain": "x.example"}).status_code == 403
    assert server.call("POST", "/api/v2/query", key="wrong", json={}).status_code == 401


def test_command_line_answers_alike_with_and_without_a_server(server):
    question = ("ask", "portal.example", "visitors,pageviews", "--range", "2026-01-01,2026-01-31", "--json")
    served = json.loads(server.run(*question).stdout)
    assert server.stop() == 0
    assert not (server.home / "run.json").exists()
    alone = json.loads(server.run(*question).stdout)
    assert served["results"] == alone["results"] == [{"dimensions": [], "metrics": [1, 1]}]
    unknown = server.run("ask", "nobody.example", check=False)
    assert (unknown.returncode, unknown.stderr.count("\n")) == (1, 1)
    server.start()


def test_stopping_server_answers_what_it_was_asked_and_ends_a_long_import_with_a_sentence(server):
    server.call("POST", "/api/v1/sites", json={"domain": "long.example"})
    line = b'{"timestamp": "2026-01-05T10:00:00Z", "visitor": "a"}\n'

    def endless():
        """More than a chunk at a time, for as long as the server takes it."""
        for number in range(200):
            if number == 5:
                under_way.set()
            yield line * 10_000

    def upload():
        headers = {"authorization": f"Bearer {server.key}"}
        answers.append(
            httpx.post(f"{server.url}/api/v1/import/events?site_id=long.example", content=endless(), headers=headers, timeout=LONG_S)
        )

    def question():
        asked = {"site_id": "portal.example", "metrics": ["visitors"], "date_range": "day"}
        answers.append(server.call("POST", "/api/v2/query", json=asked))

    answers: list[httpx.Response] = []
    under_way = threading.Event()
    callers = [threading.Thread(target=upload), threading.Thread(target=question)]
    for caller in callers:
        caller.start()
    assert under_way.wait(LONG_S)
    # A connection that nobody has taken up yet is none of the server's: on a busy machine the question may be that late.
    callers[1].join(LONG_S)
    assert server.stop() == 0
    for caller in callers:
        caller.join()
    assert sorted(answer.status_code for answer in answers) == [200, 503]
    (ended,) = [answer for answer in answers if answer.status_code == 503]
    assert (ended.json()["code"], ended.headers["retry-after"]) == ("unavailable", "5")
    assert "send the file again" in ended.json()["error"]
