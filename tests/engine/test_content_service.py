"""The content service over HTTP: who may ask what, what is answered, and what is not kept of it."""

import json
import logging
import os
import re
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import httpx
import msgspec
import pytest
from structlog.testing import capture_logs

from footfall.client import Client, Wanted
from footfall.control.closings import Closing, put_closing
from footfall.control.keys import Limits, create_key, revoke_key
from footfall.control.roles import Grant
from footfall.control.webhooks import add_webhook, list_deliveries
from footfall.errors import NotFound, RateLimited, Unavailable
from footfall.interests.reasons import Reason
from footfall.interests.request import Choice
from footfall.serve import house, webhook_jobs
from footfall.serve.openapi import openapi
from footfall.serve.webhook_jobs import sign
from tests.support.app_here import AppHere
from tests.support.catalogue import Shelf, item
from tests.support.files import files_in
from tests.support.receiver import dripping, receiving
from tests.support.signing_in import Reader
from tests.support.waiting import LONG_S, until

PAGE = (Path(__file__).parents[2] / "docs" / "content-service.md").read_text(encoding="utf-8")
SHELF = Shelf(*(item(id) for id in range(1, 9)), item(20, site=2, url="https://other.example/20"))
NOW = "2026-01-05T12:00:00Z"
NOW_MS = int(datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp() * 1000)


class City:
    """A running app with two portals, and keys to it."""

    def __init__(self, app: AppHere) -> None:
        self.app, self.desk = app, app.house.desk
        for domain in ("portal.example", "other.example"):
            self.desk.control.create_portal(domain=domain)
        app.house.gate.portals.refresh(wait=True)
        self.http = httpx.Client(base_url=app.url, timeout=LONG_S)
        self.master = self.key("master", "*")

    def key(self, name, *scopes, portals=(), **limits):
        return create_key(self.desk.control, name, scopes or ("content:read",), portals, now_ms=NOW_MS, limits=Limits(**limits))

    def call(self, method, path, key=None, **rest):
        headers = ({"authorization": f"Bearer {key or self.master}"} if key != "" else {}) | rest.pop("headers", {})
        return self.http.request(method, path, headers=headers, **rest)

    def recommend(self, key=None, **body):
        return self.call("POST", "/api/v1/recommend", key, json=body)

    def put(self, name, site_id="portal.example", **settings):
        answer = self.call("PUT", f"/api/v1/placements/{name}", json={"site_id": site_id} | settings)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    running = AppHere(tmp_path_factory.mktemp("home"), policy="staff", now=NOW, source_networks=("127.0.0.0/8",))
    running.app.learner = lambda desk: SHELF
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(house, "CATALOGUE_S", 0.05)
        with running:
            found = City(running)
            found.put("home-news", title="News", n=3)
            found.put("other-list", "other.example")
            found.put("open-list", is_public=True, n=2)
            assert until(lambda: found.recommend(placement="home-news").json().get("model", "none") != "none")
            yield found


@pytest.fixture
def receiver():
    with receiving() as found:
        yield found


def test_list_is_made_to_measure_and_says_why(city):
    answer = city.recommend(placement="home-news", current="/news/1", recent=[2, "https://portal.example/news/3"], topics={"culture": 0.5})
    found = answer.json()
    assert [one["item"] for one in found["items"]] == [2, 3, 4] and found["placement"] == "home-news"
    assert found["items"][0]["reason"] == {"kind": "looked", "text": "Because you looked at “News 1”"}
    assert [one["position"] for one in found["items"]] == [1, 2, 3]
    assert (SHELF.asked[-1].current, SHELF.asked[-1].recent, SHELF.asked[-1].topics) == (1, (2, 3), {"culture": 0.5})
    assert answer.headers["cache-control"] == "no-store" and answer.headers["ratelimit-limit"] == "600"
    assert city.recommend(site_id="other.example", n=1).json()["items"][0]["url"] == "https://other.example/20"


def test_same_list_has_the_same_id_for_whoever_asks(city):
    first = city.recommend(placement="home-news", recent=[1]).json()
    assert city.recommend(city.key("someone else"), placement="home-news", topics={"sport": 1.0}).json()["id"] == first["id"]
    assert city.recommend(placement="home-news", n=2).json()["id"] != first["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"placement": "nowhere"}, 404),
        ({"site_id": "nobody.example"}, 404),
        ({"placement": "home-news", "n": 0}, 400),
        ({"placement": "home-news", "visitor": "anna"}, 400),
        ({"placement": "home-news", "topics": {"a": 7}}, 400),
        ({"placement": "home-news", "language": "en-GB; x"}, 400),
        ({"placement": "home-news", "arm": "none"}, 400),
    ],
)
def test_request_that_is_none_is_told_what_is_wrong(city, body, status):
    answer = city.recommend(**body)
    assert (answer.status_code, set(answer.json())) == (status, {"error", "code"})


def test_key_reaches_its_own_portal_and_placements_alone(city):
    of_portal, of_list = city.key("one portal", portals=("portal.example",)), city.key("one list", placements=("home-news",))
    assert [city.recommend(key, placement="home-news").status_code for key in (of_portal, of_list)] == [200, 200]
    for key in (of_portal, of_list):
        answers = [city.recommend(key, placement=name) for name in ("other-list", "nowhere")] + [
            city.recommend(key, site_id="other.example")
        ]
        assert {answer.status_code for answer in answers} == {403}, "nor is it told whether there is one"
        assert city.call("GET", "/api/v1/placements/other-list", key).status_code == 403
    listed = [city.call("GET", "/api/v1/placements", key).json()["placements"] for key in (of_portal, of_list)]
    assert [[one["id"] for one in found] for found in listed] == [["home-news", "open-list"], ["home-news"]]
    of_other = city.recommend(site_id="other.example").json()
    told = {"id": of_other["id"], "event": "shown"}
    assert [city.call("POST", "/api/v1/feedback", key, json=told).status_code for key in (of_portal, of_list)] == [403, 403]


def test_key_for_one_placement_changes_nothing_of_the_catalogue(city):
    key = city.key("writes one list", "content:write", placements=("home-news",))
    item = {"site_id": "portal.example", "url": "https://portal.example/new", "title": "New"}
    of_portal = city.key("writes a portal", "content:write", portals=("portal.example",))
    id = city.call("POST", "/api/v1/content/items", of_portal, json=item).json()["id"]
    lines = {"content": "url,title\nhttps://portal.example/x,X\n", "headers": {"content-type": "text/csv"}}
    answers = [
        city.call("POST", "/api/v1/content/items", key, json=item | {"title": "Mine"}),
        city.call("POST", "/api/v1/content/items?site_id=portal.example", key, **lines),
        city.call("PUT", f"/api/v1/content/items/{id}", key, json={"weight": 9}),
        city.call("DELETE", f"/api/v1/content/items/{id}", key),
    ]
    assert [answer.status_code for answer in answers] == [403] * 4
    assert city.call("DELETE", f"/api/v1/content/items/{id}", of_portal).status_code == 200


def test_key_without_the_scope_changes_and_reads_nothing(city):
    reader, counter = city.key("reader"), city.key("counter", "marts:read")
    body = {"site_id": "portal.example"}
    assert city.call("PUT", "/api/v1/placements/mine", reader, json=body).status_code == 403
    assert city.call("DELETE", "/api/v1/placements/home-news", reader).status_code == 403
    assert city.call("POST", "/api/v1/webhooks", reader, json=body | {"url": "https://a.example/"}).status_code == 403
    assert city.call("GET", "/api/v1/placements/home-news/results", reader).status_code == 403
    assert city.recommend(counter, placement="home-news").status_code == 403
    assert city.call("GET", "/api/v1/placements/home-news", "").status_code == 401
    question = {"site_id": "portal.example", "metrics": ["visitors"], "date_range": "7d"}
    assert city.call("POST", "/api/v2/query", reader, json=question).status_code == 403


def test_key_has_its_minutes_and_its_days_requests_and_no_more(city):
    brief, daily = city.key("brief", per_minute=3), city.key("daily", per_day=4)
    answers = [city.recommend(brief, placement="home-news") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0", "0"]
    assert 0 < int(answers[3].headers["retry-after"]) <= 60 and answers[3].json()["code"] == "rate_limited"
    paths = ("home-news", "home-news.rss", "home-news", "home-news", "home-news.html")
    statuses = [city.call("GET", f"/api/v1/placements/{path}", daily).status_code for path in paths]
    assert statuses == [200, 200, 200, 200, 429]
    used = city.call("GET", "/api/v1/usage", daily).json()
    assert used["days"] == [{"day": "2026-01-05", "kinds": [{"what": "placement", "asked": 5, "refused": 1}]}]
    assert (used["per_day"], used["per_minute"]) == (4, 600)
    assert answers[3].headers["ratelimit-policy"] == answers[0].headers["ratelimit-policy"] == "3;w=60, 100000;w=86400"


def test_answer_that_refuses_says_as_well_how_the_key_stands(city):
    key = city.key("wrong", per_minute=5)
    answers = [city.recommend(key, placement="home-news", **body) for body in ({}, {"n": 0}, {"arm": "z"}, {})]
    answers.append(city.recommend(key, placement="no-such"))
    assert [answer.status_code for answer in answers] == [200, 400, 400, 200, 404]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["4", "3", "2", "1", "0"]
    assert answers[1].json()["code"] == "bad_input" and "retry-after" not in answers[1].headers
    known = openapi()["paths"]["/api/v1/recommend"]["post"]["responses"]
    answers.append(city.recommend(key, placement="home-news"))
    for answer, status in ((answers[0], "200"), (answers[-1], "429")):
        assert str(answer.status_code) == status and {name.lower() for name in known[status]["headers"]} <= set(answer.headers)


def test_revoked_key_opens_nothing_from_then_on(city):
    key = city.key("soon gone")
    answers = [city.recommend(key, placement="home-news", arm="") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert city.app.house.content.keys.find(key), "the third was answered out of memory"
    revoke_key(city.desk.control, "soon gone", now_ms=NOW_MS)
    assert city.recommend(key, placement="home-news").status_code == 401


def test_list_is_the_same_out_of_memory_and_by_the_database(city, monkeypatch):
    key = city.key("both ways", per_day=1_000_000)
    body = {"placement": "home-news", "current": 1, "recent": [2], "language": "en"}
    city.recommend(key, **body)
    quick = city.recommend(key, **body)
    monkeypatch.setattr(city.desk.control, "stamp", lambda: None)
    asked = city.recommend(key, **body)
    told = [
        {name: value for name, value in answer.headers.items() if not name.startswith(("ratelimit", "date"))} for answer in (quick, asked)
    ]
    assert (quick.content, told[0]) == (asked.content, told[1])
    assert int(quick.headers["ratelimit-remaining"]) == int(asked.headers["ratelimit-remaining"]) + 1


def test_list_of_a_placement_is_the_same_bytes_for_all_and_is_asked_for_again_by_its_tag(city):
    path = "/api/v1/placements/open-list"
    first, second = (city.call("GET", path, key, headers={"user-agent": agent}) for key, agent in (("", "a"), (None, "b")))
    assert first.content == second.content and first.headers["etag"] == second.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60" and first.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in first.headers
    again = city.call("GET", path, "", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert city.call("GET", f"{path}?language=ru", "").json()["items"][0]["reason"]["text"] == "Популярно на портале"
    assert len(city.call("GET", f"{path}?n=8", "").json()["items"]) == 8
    for query in ("?n=0", "?n=999", "?language=english", ".xlsx"):
        assert city.call("GET", path + query, "").status_code == 400


def test_key_that_asks_for_an_open_list_is_counted_and_one_that_is_none_gets_it_all_the_same(city):
    path, few = "/api/v1/placements/open-list", city.key("few", per_minute=2, portals=("other.example",))
    answers = [city.call("GET", path, few) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0].headers["ratelimit-remaining"] == "1" and answers[0].headers["cache-control"] == "private, max-age=60"
    assert city.call("GET", "/api/v1/usage", few).json()["days"][0]["kinds"] == [{"what": "placement", "asked": 3, "refused": 1}]
    for key in ("nobody's", city.key("reader of numbers", "stats:read")):
        open_to_all = city.call("GET", path, key)
        assert (open_to_all.status_code, open_to_all.content) == (200, answers[0].content)
        assert "ratelimit-limit" not in open_to_all.headers


@pytest.mark.parametrize("path", ["open-list", "home-news.rss", "open-list/candidates", "no-such"])
def test_list_is_asked_after_with_head_as_with_get(city, path):
    asked, read = (city.call(method, f"/api/v1/placements/{path}") for method in ("HEAD", "GET"))
    assert (asked.status_code, asked.content) == (read.status_code, b"") and read.content
    for name in ("content-type", "content-length", "etag"):
        assert asked.headers.get(name) == read.headers.get(name)


def test_list_comes_as_feed_and_fragment_by_name_or_by_accept(city):
    path = "/api/v1/placements/home-news"
    feed, html = city.call("GET", f"{path}.rss"), city.call("GET", path, headers={"accept": "text/html"})
    assert ElementTree.fromstring(feed.text).find("channel/item/link").text == "https://portal.example/news/1"
    assert (feed.headers["content-type"], html.headers["content-type"]) == (
        "application/rss+xml; charset=utf-8",
        "text/html; charset=utf-8",
    )
    assert html.headers["vary"].lower().startswith("accept") and 'data-item="1"' in html.text and "<script" not in html.text


def test_changed_placement_is_answered_at_once_and_a_removed_one_no_more(city):
    city.put("short-lived", n=5, rules={"kinds": ["article"]})
    changed = city.put("short-lived", pins=[4], explore=0.05)
    assert (changed["n"], changed["rules"]["kinds"], changed["pins"], changed["domain"]) == (5, ["article"], [4], "portal.example")
    assert city.call("GET", "/api/v1/placements/short-lived").status_code == 200
    assert city.call("PUT", "/api/v1/placements/short-lived", json={"site_id": "other.example"}).status_code == 409
    assert city.call("PUT", "/api/v1/placements/Short", json={"site_id": "portal.example"}).status_code == 400
    assert city.call("DELETE", "/api/v1/placements/short-lived").json() == {"deleted": True}
    assert city.call("GET", "/api/v1/placements/short-lived").status_code == 404


def test_new_item_is_in_lists_within_the_minute(city):
    SHELF.shelf.insert(0, item(50, title="Just out"))
    assert until(lambda: city.recommend(placement="home-news").json()["items"][0]["title"] == "Just out")
    SHELF.shelf.pop(0)
    assert until(lambda: city.recommend(placement="home-news").json()["items"][0]["item"] == 1)


def test_answer_is_a_list_even_where_the_model_fails(city):
    city.put("pinned", pins=[8, 3], n=3)
    SHELF.fails_to_recommend = True
    try:
        answer = city.recommend(placement="pinned")
    finally:
        SHELF.fails_to_recommend = False
    assert (answer.status_code, answer.json()["model"]) == (200, "none")
    assert [(one["item"], one["reason"]["kind"]) for one in answer.json()["items"]] == [(8, "editors"), (3, "editors"), (7, "new")]


def test_what_is_shown_and_clicked_adds_up_and_leaves_in_whole_tens(city):
    arms = [{"name": "calm", "share": 0.5}, {"name": "bold", "share": 0.5, "settings": {"rising": 2.0}}]
    city.put("tested", arms=arms, n=2)

    def tell(arm, shown, clicked):
        id = city.recommend(placement="tested", arm=arm).json()["id"]
        answers = [city.call("POST", "/api/v1/feedback", json={"id": id, "event": "shown"}) for _ in range(shown)]
        answers += [city.call("POST", "/api/v1/feedback", json={"id": id, "event": "clicked", "item": 1}) for _ in range(clicked)]
        assert {answer.status_code for answer in answers} == {200}

    tell("calm", 13, 11)
    tell("bold", 6, 5)
    city.app.house.content.feedback.write(city.desk.engine)

    def results(by):
        found = city.call("GET", f"/api/v1/placements/tested/results?by={by}").json()
        return [(one["value"], one["shown"], one["clicked"], one["rate"]) for one in found["results"]]

    assert sorted(results("arm")) == [("bold", 10, None, None), ("calm", 20, 10, 50.0)]
    assert sorted(results("item")) == [("1", 10, 10, 100.0), ("2", 10, None, None)]
    assert results("day") == [("2026-01-05", 30, 10, 33.33)]
    assert city.call("GET", "/api/v1/placements/tested/results?by=visitor").status_code == 400
    assert city.call("GET", "/api/v1/placements/tested/results?from=2026-02-30").status_code == 400


def test_feedback_on_what_was_never_answered_is_refused(city):
    found = city.recommend(placement="home-news", n=2).json()
    forged = found["id"][:-3] + ("AAA" if found["id"][-3:] != "AAA" else "BBB")
    wrong = [{"id": forged, "event": "shown"}, {"id": found["id"], "event": "clicked", "item": 8}, {"id": found["id"], "event": "clicked"}]
    wrong += [{"id": found["id"], "event": "liked"}, {"id": found["id"], "event": "shown", "visitor": 1}]
    assert {city.call("POST", "/api/v1/feedback", json=body).status_code for body in wrong} == {400}


def test_nothing_of_a_request_is_stored_or_logged(city, caplog):
    caplog.set_level(logging.DEBUG)
    marked = {"topics": {"zebrafish": 0.9}, "district": "zebra-district", "recent": ["/zebra-page"], "current": "https://zebra.example/"}
    SHELF.fails_to_recommend = True
    try:
        with capture_logs() as logs:
            assert city.recommend(placement="home-news", **marked).status_code == 200
            assert city.recommend(placement="home-news", language="zebra", **marked).status_code == 400
    finally:
        SHELF.fails_to_recommend = False
    city.app.house.content.quotas.write()
    city.app.house.content.feedback.write(city.desk.engine)
    assert "zebra" not in str(logs) + caplog.text
    home = city.desk.settings.home_path
    files = dict(files_in(home))
    assert files and [path for path, content in files.items() if b"zebra" in content] == []
    stored = {name for (name,) in city.desk.engine.query("SELECT name FROM system.columns WHERE table = 'shown'")}
    assert stored == {"site", "day", "placement", "arm", "item", "position", "bucket", "shown", "clicked"}


def test_webhook_is_told_of_published_days_signed_and_tried_again(city, receiver):
    made = city.call("POST", "/api/v1/webhooks", json={"site_id": "portal.example", "url": f"{receiver.url}/hook"}).json()
    assert city.call("POST", f"/api/v1/webhooks/{made['id']}/try").json() == {"state": "sent", "status": 204}
    put_closing(city.desk.control, Closing(group="city", day="2026-01-04", state="closed", drawn=5, at_ms=NOW_MS))
    receiver.status = 500
    jobs = city.app.house.jobs
    jobs.round()
    assert [(one.state, one.status, one.tries) for one in list_deliveries(city.desk.control, made["id"])] == [("refused", 500, 1)]
    receiver.status = 204
    city.call("POST", f"/api/v1/webhooks/{made['id']}/try")
    (shown,) = city.call("GET", "/api/v1/webhooks?site_id=portal.example").json()["webhooks"]
    assert "secret" not in shown and shown["deliveries"][0]["state"] == "refused"
    for headers, body in receiver.taken:
        given = (headers["webhook-id"], int(headers["webhook-timestamp"]), body)
        assert headers["webhook-signature"] == sign(made["secret"], *given)
    kinds = [json.loads(body)["type"] for _, body in receiver.taken]
    assert kinds == ["trial", "marts.published", "trial"]
    assert json.loads(receiver.taken[1][1])["data"] == {"portal": "portal.example", "day": "2026-01-04"}
    other = city.key("other's", "content:write", portals=("other.example",))
    assert city.call("GET", "/api/v1/webhooks", other).json() == {"webhooks": []}
    assert city.call("DELETE", f"/api/v1/webhooks/{made['id']}", other).status_code == 404
    assert city.call("DELETE", f"/api/v1/webhooks/{made['id']}").json() == {"deleted": True}


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: "])
def test_receiver_that_never_ends_its_answer_holds_nothing_up(city, monkeypatch, answer):
    monkeypatch.setattr(webhook_jobs, "TIMEOUT_S", 1.0)
    with dripping(answer) as url:
        began = time.monotonic()
        status = webhook_jobs.post_signed(city.desk.settings, url, "whsec_c2VjcmV0", "msg_1", b"{}", 1)
        assert time.monotonic() - began < 5
    assert status == (200 if answer.endswith(b"\r\n\r\n") else 0), "one that answered was told; one that did not may be told again"


def test_webhook_reaches_into_no_network_that_is_not_allowed(city, receiver, monkeypatch):
    webhook, _ = add_webhook(city.desk.control, 1, f"{receiver.url}/hook", now_ms=NOW_MS)
    monkeypatch.setattr(city.desk, "settings", msgspec.structs.replace(city.desk.settings, source_networks=()))
    answer = city.call("POST", f"/api/v1/webhooks/{webhook.id}/try")
    assert (answer.status_code, receiver.taken) == (400, []) and "inside a network" in answer.json()["error"]
    plain = {"site_id": "portal.example", "url": "http://a.example/"}
    assert city.call("POST", "/api/v1/webhooks", json=plain).status_code == 400


def test_model_that_names_anothers_item_shows_none(city):
    SHELF.choices = [Choice(20, 1.0, Reason("popular")), Choice(1, 0.5, Reason("popular"))]
    try:
        assert [one["item"] for one in city.recommend(placement="home-news").json()["items"]] == [1]
    finally:
        SHELF.choices = None


@pytest.fixture
def client(city):
    with Client(city.app.url, city.master) as opened:
        yield opened


def test_client_asks_tells_and_reads_what_came_of_it(city, client):
    client.put_placement("by-client", "portal.example", n=2, title="Лучшее")
    found = client.recommend(Wanted(placement="by-client", current="/news/1", recent=(2,), topics={"culture": 0.5}, language="ru"))
    assert (found.items[0].item, found.items[0].reason.text) == (2, "Потому что вы смотрели «News 1»")
    for _ in range(10):
        client.shown(found)
    client.clicked(found, found.items[0].item)
    city.app.house.content.feedback.write(city.desk.engine)
    assert client.results("by-client")["results"] == [{"value": "", "shown": 20, "clicked": None, "rate": None}]
    assert [one["id"] for one in client.placements("portal.example") if one["title"] == "Лучшее"] == ["by-client"]
    assert {one["what"] for one in client.usage()["days"][0]["kinds"]} >= {"recommend", "feedback"}
    client.delete_placement("by-client")
    with pytest.raises(NotFound, match="No placement 'by-client'"):
        client.placement_list("by-client")


def test_client_asks_for_a_list_again_by_its_tag(city, client):
    first = client.placement_list("open-list", language="ru", n=3)
    assert (len(first.items), client.placement_list("open-list", language="ru", n=3) is first) == (3, True)
    assert client.placement_list("open-list") != first
    with Client(city.app.url) as nobody:
        assert nobody.placement_list("open-list").id == client.placement_list("open-list").id


def test_client_raises_what_the_server_says_and_waits_where_it_may(city):
    key = city.key("impatient", per_minute=1)
    with Client(city.app.url, key) as client, pytest.raises(RateLimited) as limited:
        for _ in range(2):
            client.recommend(Wanted(placement="home-news"))
    assert 0 < limited.value.retry_after_s <= 60
    with Client("http://127.0.0.1:9", timeout_s=1) as away, pytest.raises(Unavailable, match="does not answer"):
        away.usage()


def test_client_reads_numbers_and_marts_as_the_gate_lets_them_out(city, client):
    answer = client.stats({"site_id": "portal.example", "metrics": ["visitors"], "date_range": "7d"})
    assert answer["results"] == [{"dimensions": [], "metrics": [None]}] and answer["meta"]["release"]["policy"] == "staff"
    with pytest.raises(NotFound, match="No open data"):
        client.mart("portal.example", "page", "2026-01-01", "2026-01-02")


def test_admins_see_who_asked_what_and_nobody_else_does(city):
    city.recommend(city.key("the app", placements=("home-news",), per_minute=1), placement="home-news")
    for name, role in (("ann", "admin"), ("bob", "steward")):
        Reader(city.app).join(f"{name}@example.city", Grant(role))
    ann, bob = Reader(city.app), Reader(city.app)
    assert (ann.sign_in("ann@example.city").status_code, bob.sign_in("bob@example.city").status_code) == (303, 303)
    page = ann.get("/consumers")
    row = page.text[page.text.index("<td>the app</td>") :].partition("</tr>")[0]
    assert page.status_code == 200 and "home-news" in row and "content:read" in row and "1 a minute" in row and "Jan 5, 2026" in row
    assert bob.get("/consumers").status_code == 403


def test_every_example_of_the_page_is_answered(city):
    city.desk.control.create_portal(domain="library.example.city")
    city.app.house.gate.portals.refresh(wait=True)
    examples = re.findall(r"^curl .+$", "\n".join(re.findall(r"```sh\n(.+?)```", PAGE, re.DOTALL)), re.MULTILINE)
    city.call("DELETE", "/api/v1/placements/home-news")
    try:
        for example in examples:
            command = example.replace("http://127.0.0.1:8700", city.app.url).replace("curl -sS", r"curl -sS -w '\n%{http_code}'")
            done = subprocess.run(["sh", "-c", command], env=os.environ | {"KEY": city.master}, capture_output=True, text=True, check=True)
            body, _, status = done.stdout.rpartition("\n")
            assert (status, isinstance(json.loads(body), dict)) == ("200", True), example
    finally:
        city.call("DELETE", "/api/v1/placements/home-news")
        city.put("home-news", title="News", n=3)
    assert len(examples) == 6
