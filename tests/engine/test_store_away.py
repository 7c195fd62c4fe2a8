"""A server that starts while ClickHouse is away: it accepts, says that it is not ready, and counts once the store is back."""

import pytest

from tests.support import clickhouse_server
from tests.support.server import Footfall
from tests.support.waiting import until

pytestmark = pytest.mark.cluster
PAGEVIEWS = {"metrics": ["pageviews"], "dimensions": ["event:page"], "order_by": [["event:page", "asc"]]}


class StoreAway(Footfall):
    started = "/api/system/health/live"


@pytest.fixture
def store(tmp_path):
    server = clickhouse_server.Server(tmp_path / "clickhouse")
    yield server
    server.stop()


@pytest.fixture
def footfall(tmp_path, store):
    running = StoreAway(tmp_path / "home", store=store.url)
    yield running
    if running.process.poll() is None:
        running.stop()


def health_once(footfall, holds):
    """Health, asked again until it is as wanted."""
    return until(lambda: footfall.call("GET", "/health"), lambda answer: holds(answer.json()))


def test_events_wait_for_a_store_that_comes_later_and_are_counted_once(footfall, store):
    for page in ("/a", "/b"):
        answer = footfall.event("/api/event", {"n": "pageview", "u": f"https://portal.example{page}", "d": "portal.example"})
        assert (answer.status_code, "x-footfall-refused" in answer.headers) == (202, False)
    away = health_once(footfall, lambda found: found["store"] == "away")
    assert away.status_code == 503
    assert (away.json()["ready"], away.json()["store"]) == (False, "away")
    assert any(path.stat().st_size for path in (footfall.home / "journal").iterdir())
    refused = footfall.call("POST", "/api/v2/query", json={"site_id": "portal.example", "date_range": "day"} | PAGEVIEWS)
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    store.start()
    back = health_once(footfall, lambda found: found["ready"])
    assert (back.status_code, back.json()["store"]) == (200, "ok")
    wanted = [{"dimensions": [page], "metrics": [1]} for page in ("/a", "/b")]
    assert footfall.poll(PAGEVIEWS, wanted) == wanted
    assert footfall.stop() == 0


def test_a_server_stops_in_peace_while_the_store_is_away_and_the_next_one_counts(footfall, store):
    footfall.event("/api/event", {"n": "pageview", "u": "https://portal.example/left", "d": "portal.example"})
    assert footfall.stop() == 0
    store.start()
    footfall.start()
    wanted = [{"dimensions": ["/left"], "metrics": [1]}]
    assert footfall.poll(PAGEVIEWS, wanted) == wanted
