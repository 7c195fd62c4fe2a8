"""A sealed portal's events: nowhere but on tmpfs, counted in finished hours and once, and gone with their day."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall.serve.closing import Closer
from footfall.store.engine import open_engine
from footfall.store.item_topics import put_item_topics
from footfall.store.loading import Loader
from footfall.store.migrate import migrate
from footfall.store.sealed import open_sealed
from tests.support.build import hit
from tests.support.closing import VISITORS as VISITORS_OF_A_MART
from tests.support.closing import City, few_marts
from tests.support.journal import write
from tests.support.server import Footfall
from tests.support.waiting import until

SENTINEL = "/sentinel-of-a-sealed-visit"
VISITORS = 12
QUESTION = {"site_id": "sealed.example", "metrics": ["visitors", "pageviews"]}


@pytest.fixture
def volatile() -> Iterator[Path]:
    folder = Path("/dev/shm") / f"footfall-test-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


def holding(folder: Path) -> list[str]:
    """Files that tell of the sealed portal's visits. Some may go while it looks."""
    found = subprocess.run(["grep", "-rsaFl", SENTINEL, str(folder)], capture_output=True, text=True, check=False)
    return found.stdout.splitlines()


def again(server: Footfall, now: str) -> None:
    """Kill the server, and start it at another time."""
    server.process.kill()
    server.process.wait()
    server.environ["FOOTFALL_NOW"] = now
    server.start()


@pytest.fixture
def server(tmp_path: Path, volatile: Path) -> Iterator[Footfall]:
    running = Footfall(tmp_path, volatile=str(volatile), now="2026-03-10T09:30:00Z+", trusted_proxies="127.0.0.0/8")
    yield running
    running.process.kill()
    running.process.wait()


def test_a_sealed_portals_visits_are_on_tmpfs_only_and_end_with_their_day(server: Footfall, tmp_path: Path, volatile: Path) -> None:
    server.run("portals", "add", "sealed.example", "--keep-events", "0")
    for number in range(VISITORS):
        event = {"name": "pageview", "domain": "sealed.example", "url": f"https://sealed.example{SENTINEL}"}
        assert server.event("/api/event", event, **{"x-forwarded-for": f"91.198.174.{number}"}).status_code == 202
    assert server.ask(QUESTION)[0]["metrics"] == [0, 0]
    live = server.call("GET", "/api/v1/stats/realtime/visitors?site_id=sealed.example")
    assert live.status_code == 400 and "only finished hours" in live.text
    history = server.call("POST", "/api/v1/import/events?site_id=sealed.example", content=b'{"timestamp": "2026-03-09T12:00:00Z"}\n')
    assert history.status_code == 400 and "keeps no history" in history.text
    assert holding(volatile) and not holding(tmp_path)

    again(server, "2026-03-10T10:05:30Z+")
    counted = [{"dimensions": [], "metrics": [VISITORS, VISITORS]}]
    assert server.poll(QUESTION, counted) == counted
    assert holding(volatile) and not holding(tmp_path)

    again(server, "2026-03-10T10:06:30Z+")
    assert server.poll(QUESTION, counted) == counted
    assert holding(volatile) and not holding(tmp_path)

    page = server.browser().get("/portals/sealed.example?period=day").text
    assert "This portal is sealed: its visits are held in memory only" in page and "/live" not in page

    again(server, "2026-03-11T01:02:00Z+")
    assert until(lambda: not holding(volatile), every_s=0.2)
    assert not holding(tmp_path)


@pytest.mark.parametrize("keep_events", [0, 30])
def test_a_sealed_day_is_drawn_from_tmpfs_and_gone_with_its_close(
    tmp_path: Path, volatile: Path, monkeypatch: pytest.MonkeyPatch, keep_events: int
) -> None:
    """Also where the portal is sealed no more from the next day on."""
    few_marts(monkeypatch, "topic_hour")
    engine = open_engine("chdb", tmp_path, volatile=volatile)
    migrate(engine)
    city, room = City(engine, tmp_path), open_sealed(engine)
    city.closer = Closer(city.control, engine, city.ledger, now=city.now, random=os.urandom, sealed=room)
    city.at("2026-03-10T12:00:00")
    sealed, keeps = city.portal("sealed.example", keep_events=0), city.portal("keeps.example")
    city.visit(keeps, "2026-03-10T12:00:00")
    put_item_topics(engine, [(keeps.id, "/", "parks", 0.9)], 1, ["parks"])
    hits = [hit("2026-03-10T12:00:00", number, path=SENTINEL, portal=sealed) for number in range(1, VISITORS_OF_A_MART + 1)]
    loader = Loader(room, volatile / "journal", now=city.now, random=os.urandom)
    loader.load(write(volatile / "journal", 1, hits))
    city.control.update_portal("sealed.example", keep_events=keep_events)
    city.at("2026-03-11T00:41:00")
    assert not holding(tmp_path)
    assert city.close("2026-03-10").state == "closed"
    assert set(city.cells()) == {(sealed.id, "2026-03-10"), (keeps.id, "2026-03-10")}
    assert (keeps.id, "2026-03-10") in city.cells("topic_hour"), "the map is one for both"
    assert room.query("SELECT count() FROM events") == room.query("SELECT count() FROM visits") == [(0,)]
    assert city.held() == {(keeps.id, "2026-03-10"): VISITORS_OF_A_MART}
    for opened in (room, engine):
        opened.close()
