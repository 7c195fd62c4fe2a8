"""The content catalogue by the API and the command line, on one app."""

import json
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from footfall.control.content_sources import ContentSource, add_source
from footfall.control.keys import create_key
from footfall.errors import Unavailable
from footfall.serve import content_jobs
from footfall.serve.content_jobs import content_job, fade
from footfall.serve.imports import import_stream
from tests.support.app_here import AppHere
from tests.support.command import run_here
from tests.support.receiver import dripping
from tests.support.small_site import SmallSite
from tests.support.waiting import until

CSV = "url,title,kind,weight\nhttps://parks.example/oak,Oak,article,2\nhttps://evil.example/,Evil,page,1\nhttps://parks.example/elm,Elm,poem,1\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def app(home):
    with AppHere(home, source_networks=("127.0.0.0/8",)) as running:
        for domain in ("parks.example", "other.example"):
            running.house.desk.control.create_portal(domain=domain)
        yield running


@pytest.fixture(scope="module")
def call(app):
    control = app.house.desk.control
    keys = {
        "writer": create_key(control, "writer", ("content:write",), ("parks.example",), now_ms=0),
        "reader": create_key(control, "reader", ("content:read",), now_ms=0),
        "steward": create_key(control, "steward", ("content:read", "sites:write"), now_ms=0),
    }

    def asked(method, path, who="writer", **rest):
        headers = {"authorization": f"Bearer {keys[who]}"} | rest.pop("headers", {})
        return httpx.request(method, f"{app.url}/api/v1/content/{path}", headers=headers, **rest)

    return asked


def footfall(home, *arguments):
    done = run_here({"FOOTFALL_HOME": str(home)}, "content", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def put(call, path, **values):
    return call("POST", "items", json={"site_id": "parks.example", "url": f"https://parks.example{path}", "title": path} | values).json()


def test_item_is_put_shown_changed_listed_and_removed(call):
    made = put(call, "/lime", summary="A lime tree", valid_to="2026-05-01")
    assert (made["state"], made["source"], made["valid_to"]) == ("live", "api", "2026-05-01T23:59:59.999+00:00")
    assert put(call, "/lime")["id"] == made["id"]
    changed = call("PUT", f"items/{made['id']}", json={"title": "Lime", "weight": 0, "topics": {"parks": 1}}).json()
    assert changed | {"seen": ""} == made | {
        "title": "Lime",
        "weight": 0.0,
        "topics": {"parks": 1.0},
        "corrected": True,
        "state": "hidden",
        "source": "editor",
        "seen": "",
    }
    assert call("GET", f"items/{made['id']}", "reader").json() == changed
    listed = call("GET", "items?site_id=parks.example&query=LIME&state=hidden&topic=parks", "reader").json()
    assert listed == {"items": [changed | {"text": None}], "total": 1}
    assert call("DELETE", f"items/{made['id']}").json() == {"deleted": True}
    assert call("GET", f"items/{made['id']}", "reader").status_code == 404


def test_file_is_read_line_by_line_and_written_again(call):
    sent = call("POST", "items?site_id=parks.example", content=CSV, headers={"content-type": "text/csv"}).json()
    assert {name: sent[name] for name in ("read", "added", "changed", "unchanged", "refused")} == {
        "read": 3,
        "added": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": 2,
    }
    assert [refusal["line"] for refusal in sent["refusals"]] == [3, 4]
    for format, media in (("csv", "text/csv"), ("ndjson", "application/x-ndjson")):
        told = call("GET", f"items?site_id=parks.example&query=oak&format={format}")
        again = call("POST", "items?site_id=parks.example", content=told.content, headers={"content-type": media}).json()
        assert (again["read"], again["unchanged"], again["refused"]) == (1, 1, 0)


def test_topic_that_nobody_knows_is_refused_with_those_that_are_known(call):
    made = put(call, "/yew")
    told = [
        call(
            "POST", "items", json={"site_id": "parks.example", "url": "https://parks.example/fir", "title": "Fir", "topics": {"trees": 1}}
        ),
        call("PUT", f"items/{made['id']}", json={"topics": {"trees": 1}}),
    ]
    assert [answer.status_code for answer in told] == [400, 400]
    assert all("Topic 'trees' is not known. Valid: " in answer.json()["error"] and " parks," in answer.json()["error"] for answer in told)
    file = "url,title,topics\nhttps://parks.example/ash,Ash,trees:1\nhttps://parks.example/yew,Yew,parks:1\n"
    sent = call("POST", "items?site_id=parks.example", content=file, headers={"content-type": "text/csv"}).json()
    assert (sent["changed"], [one["line"] for one in sent["refusals"]]) == (1, [2])
    call("DELETE", f"items/{made['id']}")


def test_file_that_is_no_text_at_its_end_leaves_nothing(call):
    lines = b"".join(b"https://parks.example/many/%d,Many\n" % number for number in range(600))
    sent = call("POST", "items?site_id=parks.example", content=b"url,title\n" + lines + b"\xff", headers={"content-type": "text/csv"})
    assert (sent.status_code, sent.json()["error"]) == (400, "The file is no text in UTF-8.")
    assert call("GET", "items?site_id=parks.example&query=many").json()["total"] == 0


@pytest.mark.parametrize(
    ("method", "path", "who", "status"),
    [
        ("GET", "items?site_id=other.example", "writer", 403),
        ("GET", "items?site_id=nowhere.example", "writer", 403),
        ("GET", "items?site_id=nowhere.example", "reader", 404),
        ("GET", "items?site_id=parks.example&kind=poem", "reader", 400),
        ("GET", "items", "reader", 400),
        ("GET", "items?site_id=parks.example&limit=1001", "reader", 400),
        ("GET", "items?site_id=parks.example&limit=0", "reader", 400),
        ("POST", "items?site_id=parks.example", "reader", 403),
        ("PUT", "items/1", "reader", 403),
        ("DELETE", "items/999999", "writer", 403),
        ("PUT", "items/999999", "writer", 403),
        ("GET", "items/999999", "reader", 404),
    ],
)
def test_key_gets_no_further_than_its_scopes_and_portals(call, method, path, who, status):
    answer = call(method, path, who, **({"json": {}} if method in ("POST", "PUT") else {}))
    assert (answer.status_code, list(answer.json())) == (status, ["error", "code"])


def test_item_of_another_portal_is_as_absent_as_none(call, app):
    (other,) = app.house.desk.control.portals()[1:2]
    assert other.domain == "other.example"
    made = footfall(app.house.desk.settings.home, "add", "other.example", "https://other.example/x", "--title", "X")
    answers = [call(method, f"items/{id}").json() for method in ("GET", "DELETE") for id in (made["id"], 999999)]
    assert answers == [{"error": "This key is not for that portal.", "code": "forbidden"}] * 4


def test_two_items_never_share_an_address(call):
    first, second = put(call, "/first"), put(call, "/second")
    answer = call("PUT", f"items/{second['id']}", json={"url": "https://parks.example/first"})
    assert answer.status_code == 400
    assert f"item {first['id']}" in answer.json()["error"]


def test_command_line_adds_loads_lists_shows_and_removes(call, home, tmp_path):
    made = footfall(home, "add", "parks.example", "https://parks.example/cli", "--title", "By hand", "--topic", "parks:0.5")
    assert call("GET", f"items/{made['id']}").json()["topics"] == {"parks": 0.5}
    file = tmp_path / "items.csv"
    file.write_text(CSV.replace("oak", "cli-file"))
    assert footfall(home, "load", "parks.example", str(file))["added"] == 1
    listed = footfall(home, "list", "parks.example", "--query", "cli")
    assert [item["path"] for item in listed["items"]] == ["/cli", "/cli-file"]
    assert footfall(home, "show", str(made["id"]))["title"] == "By hand"
    assert footfall(home, "remove", str(made["id"])) == {"deleted": True}


@pytest.fixture
def site(app, monkeypatch):
    """A portal whose server is here, and is not waited for."""
    monkeypatch.setattr("footfall.interests.fetching.SHORTEST_DELAY_S", 0.0)
    small = SmallSite()
    small.page("/", "Home", "/seen")
    small.page("/seen", "Seen by many")
    app.house.desk.control.create_portal(domain=small.host)
    yield small
    app.house.desk.control.delete_portal(small.host)
    small.close()


def read(call, app, source):
    """The source as it stands once a run of it is over."""
    assert call("POST", f"sources/{source['id']}/run", "steward").json() == {"asked": True}

    def state():
        app.house.loads.round()
        (found,) = [
            one for one in call("GET", f"sources?site_id={source['portal']}", "steward").json()["sources"] if one["id"] == source["id"]
        ]
        return found

    return until(state, lambda found: found["state"] in ("done", "failed"))


def add(call, site, kind, **values):
    return call(
        "POST", "sources", "steward", json={"site_id": site.host, "kind": kind, "url": f"{site.url}/", "schedule": ""} | values
    ).json()


def titles(call, site):
    return {item["path"]: item["title"] for item in call("GET", f"items?site_id={site.host}", "reader").json()["items"]}


def test_source_is_read_when_it_is_asked_for_and_dropped_without_its_items(call, app, site):
    source = read(call, app, add(call, site, "crawl"))
    assert (source["state"], source["fetched"], source["waiting"]) == ("done", 2, 0)
    assert titles(call, site) == {"/": "Home", "/seen": "Seen by many"}
    assert add(call, site, "crawl", most_pages=7) | {"state": ""} == source | {"most_pages": 7, "state": ""}
    assert call("DELETE", f"sources/{source['id']}", "steward").json() == {"deleted": True}
    assert call("GET", f"sources?site_id={site.host}", "steward").json() == {"sources": []}
    assert len(titles(call, site)) == 2


def test_only_pages_that_were_drawn_are_looked_for_however_many_visits_another_has(call, app, site):
    """Whoever made nine visits himself would else see by the catalogue whether there was a tenth."""
    at = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    lines = [(number, path) for path, visitors in (("/seen", 10), ("/few", 40)) for number in range(visitors)]
    text = "".join(json.dumps({"timestamp": at, "visitor": f"v{number}", "pathname": path}) + "\n" for number, path in lines)
    assert import_stream(app.house.desk, "events", site.host, [text.encode()]).accepted == 50
    day, engine = at[:10], app.house.desk.engine
    drawn = {"release": "city", "mart": "page", "site": app.house.desk.control.portal(site.host).id, "day": day, "keys": ["/seen"]}
    engine.insert_ndjson("marts", json.dumps(drawn | {"visitors": 120, "line": 1}).encode(), "drawn of " + site.host)
    assert read(call, app, add(call, site, "traffic"))["state"] == "done"
    assert (titles(call, site), [path for path in site.asked if path != "/robots.txt"]) == ({"/seen": "Seen by many"}, ["/seen"])


def test_what_is_over_is_dead_at_once_and_lives_again_with_another_end(call, app):
    made = put(call, "/over", valid_to="2020-01-01")
    fade(app.house.desk)
    assert call("GET", f"items/{made['id']}").json()["state"] == "dead"
    assert call("PUT", f"items/{made['id']}", json={"valid_to": ""}).json()["state"] == "live"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "rumour"}, "Valid: sitemap, feed, crawl, traffic"),
        ({"url": "https://evil.example/"}, "an http(s) address of"),
        ({"kind": "feed", "url": ""}, "A feed needs its url"),
        ({"schedule": "daily"}, "Valid: cron"),
        ({"most_pages": 0}, "Expected `int` >= 1"),
    ],
)
def test_source_that_is_not_valid_is_refused(call, site, given, said):
    answer = call("POST", "sources", "steward", json={"site_id": site.host, "kind": "crawl"} | given)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_only_who_may_set_up_portals_sets_up_sources(call):
    answers = [call("POST", "sources", who, json={"site_id": "parks.example", "kind": "crawl"}).status_code for who in ("writer", "reader")]
    assert answers == [403, 403]


def test_host_that_never_ends_its_answer_holds_no_other_source_up(app, monkeypatch):
    monkeypatch.setattr(content_jobs, "LONGEST_MS", 500)
    desk = app.house.desk
    with dripping(b"HTTP/1.1 200 OK\r\nx: ") as url:
        portal = desk.control.create_portal(domain=url.removeprefix("http://").rstrip("/"))
        given = ContentSource(id=0, site=portal.id, kind="feed", url=url, schedule="0 0 1 1 *", most_pages=5, created_ms=desk.now())
        source = add_source(desk.control, given, portal.domain, now_ms=desk.now())
        began = time.monotonic()
        with pytest.raises(Unavailable, match="does not answer"):
            content_job(desk, lambda: False, source, portal, slice_ms=100).work(desk.now())
        assert time.monotonic() - began < 5
