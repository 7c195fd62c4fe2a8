"""Two portals that show recommendations: one by the web component, one made on its own server for devices that agreed. In Chromium."""

import json
import threading
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from footfall.client import Client, Wanted
from footfall.control.database import open_control
from footfall.control.items import put_items
from footfall.control.placements import put_placement
from footfall.errors import FootfallError
from footfall.vocabulary import Item
from tests.browser.portal import Portal
from tests.support.server import Footfall
from tests.support.waiting import LONG_S, until

DEVICE, SERVER = "component.example", "rendered.example"
SUBJECTS = {
    "transport": ("Bus passes", "Tram times", "Night buses"),
    "parks": ("City parks", "Playgrounds", "Tree care"),
    "education": ("School places", "Evening classes", "Libraries"),
}
KEY, SIX = "footfall-interests", 6
HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>A page</title><link rel=icon href=data:,><body>"
ACTS = ("agree", "agree anew", "withdraw", "erase")


def items(site, domain):
    for topic, titles in SUBJECTS.items():
        for title in titles:
            path = f"/{title.lower().replace(' ', '-')}"
            named = {"topics": ((topic, 0.9),), "corrected": True, "language": "en", "published_ms": 1}
            yield Item(id=0, site=site, path=path, url=f"http://{domain}{path}", title=title, **named)


class Rendered:
    """A portal that makes its pages on its server: for everybody, or for a device whose key is in a cookie of the portal's own."""

    def __init__(self, url, key):
        self.http, self.client = httpx.Client(base_url=url, timeout=LONG_S), Client(url, key, timeout_s=LONG_S)
        rendered = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = rendered.page(self.path, rendered.device(self.headers)).encode()
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                kept = rendered.act(self.path.rpartition("/")[2].replace("%20", " "), rendered.device(self.headers))
                self.send_response(303)
                self.send_header("location", self.path.rpartition("/")[0])
                self.send_header("set-cookie", f"device={kept}; Path=/; HttpOnly; Max-Age={3600 if kept else 0}")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args):
                """Nothing: the test says what went wrong."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://{SERVER}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.client.close()
        self.http.close()

    @staticmethod
    def device(headers):
        found = SimpleCookie(headers.get("cookie", "")).get("device")
        return found.value if found else ""

    def me(self, method, part="", device="", **body):
        headers = {"x-device-key": device} if device else {}
        return self.http.request(method, f"/api/v1/me{part}?site={SERVER}", headers=headers, json=body or None)

    def page(self, path, device):
        if device:
            self.me("POST", "/seen", device, page=path).raise_for_status()
            found = self.me("POST", "/recommend", device, placement="rendered-list", language="en").json()["items"]
            shown = [(one["title"], one["reason"]) for one in found]
        else:
            shown = [(one.title, one.reason.text) for one in self.client.recommend(Wanted(placement="rendered-list", language="en")).items]
        rows = "".join(f"<li><a href=#>{title}</a> <small>{reason}</small>" for title, reason in shown)
        forms = "".join(f'<form method=post action="{path}/{quote(act)}"><button>{act}</button></form>' for act in ACTS)
        return f"{HEAD}<ol>{rows}</ol>{forms}"

    def act(self, act, device):
        if act == "erase":
            self.me("DELETE", "", device).raise_for_status()
            return ""
        what = [] if act == "withdraw" else ["topics"]
        answer = self.me("PUT", "", device, text=f"text of {act}", what=what)
        return answer.raise_for_status().json()["device_key"]


class City(Footfall):
    """A server that keeps profiles, with two portals of the same content, which it finds when it starts."""

    def start(self):
        control = open_control(f"sqlite:///{self.home / 'control.db'}", lambda: 0)
        for domain, name in ((DEVICE, "component-list"), (SERVER, "rendered-list")):
            site = control.create_portal(domain=domain).id
            put_items(control, list(items(site, domain)), now_ms=0)
            put_placement(control, site, name, {"title": "For you", "n": SIX, "is_public": True}, now_ms=0)
        control.close()
        super().start()

    def offers(self, name):
        """Whether a model makes its lists: the order of before is another."""
        answer = self.call("POST", "/api/v1/recommend", json={"placement": name})
        return answer.status_code == 200 and answer.json()["model"] != "none"


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    running = City(tmp_path_factory.mktemp("consumers"), profiles="true", policy="staff")
    assert until(lambda: running.offers("component-list") and running.offers("rendered-list"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def rendered(city):
    portal = Rendered(city.url, city.new_key("rendered", "--scopes", "content:read", "--portals", SERVER))
    yield portal
    portal.close()


@pytest.fixture
def component(city, pages):
    """The other portal, whose pages have the element."""
    portal = Portal(city, pages, DEVICE, 0, "")
    element = '<footfall-recommend placement="component-list" lang="en"></footfall-recommend>'
    policy = f"default-src 'none'; script-src {portal.collector}; connect-src {portal.collector}; img-src data:"
    for path in ("/bus-passes", "/city-parks"):
        portal.put(path, portal.line("content.js") + element, content_security_policy=policy)
    return portal


def links(page):
    return page.locator("footfall-recommend a[part=link]")


def of(topic, titles):
    return {title for title in titles if title in SUBJECTS[topic]}


def on_server(rendered, site, placement, *seen):
    """Titles in the order of a device that saw these pages there, and its topics; nothing of it is left."""
    key = rendered.http.put(f"/api/v1/me?site={site}", json={"text": "t"}).json()["device_key"]
    mine, asked = {"x-device-key": key}, {"placement": placement, "language": "en"}
    for path in seen:
        rendered.http.post(f"/api/v1/me/seen?site={site}", headers=mine, json={"page": path}).raise_for_status()
    found = rendered.http.post(f"/api/v1/me/recommend?site={site}", headers=mine, json=asked).json()["items"]
    topics = rendered.http.get(f"/api/v1/me?site={site}", headers=mine).json()["topics"]
    rendered.http.delete(f"/api/v1/me?site={site}", headers=mine).raise_for_status()
    return [one["title"] for one in found], topics


def test_browser_that_agreed_has_the_order_that_the_server_would_make_and_forgets_it(component, rendered, visitor):
    page = visitor.page
    page.goto(component.url("/bus-passes"))
    expect(links(page)).to_have_count(SIX)
    everybodys = links(page).all_inner_texts()
    page.locator("footfall-recommend [part=consent] button").click()
    wanted, topics = on_server(rendered, DEVICE, "component-list", "/bus-passes")
    expect(links(page)).to_have_text(wanted)
    assert json.loads(page.evaluate(f"localStorage['{KEY}']"))["w"] == topics == {"transport": 0.9}
    assert len(of("transport", wanted[:2])) == 2 and wanted != everybodys
    for _ in range(2):
        page.goto(component.url("/city-parks"))
        expect(links(page)).to_have_count(SIX)
    wanted, topics = on_server(rendered, DEVICE, "component-list", "/bus-passes", "/city-parks", "/city-parks")
    expect(links(page)).to_have_text(wanted)
    assert json.loads(page.evaluate(f"localStorage['{KEY}']"))["w"] == topics and of("parks", wanted[:1])
    page.locator("footfall-recommend summary").click()
    page.locator("footfall-recommend [part=kept] button").click()
    expect(links(page)).to_have_text(everybodys)
    assert page.evaluate("({ ...localStorage })") == {} and visitor.context.cookies() == []
    said = [json.loads(one.post_data) for one in visitor.requests if one.method != "GET"]
    assert {(one["event"], len(one["items"])) for one in said} <= {("shown", SIX)}
    assert len({tuple(one["items"]) for one in said}) <= 1, "nothing was told of an order of his own"


def test_portal_that_renders_for_a_device_keeps_what_was_agreed_and_erases_it(city, rendered, visitor):
    page, rows = visitor.page, visitor.page.locator("li a")

    def kept(device):
        return rendered.me("GET", "", device)

    def device():
        return next((one["value"] for one in visitor.context.cookies() if one["name"] == "device"), "")

    page.goto(f"{rendered.url}/bus-passes")
    expect(rows).to_have_count(SIX)
    everybodys = rows.all_inner_texts()
    assert device() == "", "nothing before a yes"
    page.click("text=agree >> nth=0")
    wanted = on_server(rendered, SERVER, "rendered-list", "/bus-passes")[0]
    expect(rows).to_have_text(wanted)
    expect(page.locator("li small").first).to_have_text("Because you read about: Transport")
    mine = device()
    page.click("text=agree anew")
    expect(rows).to_have_count(SIX)
    assert device() == mine, "the same device"
    assert [one["text"] for one in kept(mine).json()["agreed"]] == ["text of agree", "text of agree anew"]
    before = kept(mine).json()["topics"]
    page.click("text=withdraw")
    expect(rows).to_have_count(SIX)
    page.goto(f"{rendered.url}/city-parks")
    expect(rows).to_have_count(SIX)
    assert kept(mine).json()["topics"] == before, "what is read after a no adds nothing"
    page.click("text=erase")
    expect(rows).to_have_text(everybodys)
    assert device() == "" and kept(mine).status_code == 404
    assert profiles_in(city) == 0 and mine.encode() not in (city.home / "profiles.db").read_bytes()


def profiles_in(city):
    engine = sa.create_engine(f"sqlite:///{city.home / 'profiles.db'}")
    with engine.connect() as connection:
        found = connection.scalar(sa.text("SELECT count(*) FROM profiles"))
    engine.dispose()
    return found


def test_a_consumer_s_key_reads_no_other_portal(city, rendered):
    assert len(rendered.client.recommend(Wanted(placement="rendered-list")).items) == SIX
    tries = (
        lambda: rendered.client.recommend(Wanted(placement="component-list")),
        lambda: rendered.client.recommend(Wanted(site_id=DEVICE)),
        lambda: rendered.client.items(DEVICE),
        lambda: rendered.client.results("component-list"),
        lambda: rendered.client.stats({"site_id": DEVICE, "metrics": ["visitors"], "date_range": "day"}),
    )
    for ask in tries:
        with pytest.raises(FootfallError) as refused:
            ask()
        assert refused.value.status in (403, 404)
    assert [one["domain"] for one in rendered.client.placements()] == [SERVER]
