"""Health says whether questions can be answered, nothing of any visit, and is 503 exactly while they cannot."""

import threading
import time
from types import SimpleNamespace

import anyio.to_thread
import pytest
from jsonschema import Draft202012Validator
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from footfall.serve import health
from footfall.serve.house import House
from footfall.serve.openapi import openapi

NOW = 1_768_910_400_900


class FakeHouse(House):
    """As much of a server as health looks at."""

    def __init__(self, alive, is_ready=True):
        self.ready = threading.Event()
        if is_ready:
            self.ready.set()
        loader = SimpleNamespace(waiting=lambda: ["one.ndjson"], waiting_bytes=lambda: 243, complete_until_ms=lambda: NOW - 1_700)
        self.desk = SimpleNamespace(engine=SimpleNamespace(alive=alive), loader=loader, now=lambda: NOW)

    async def in_health_lane(self, work):
        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)


def asked(house, path="/health"):
    app = Litestar(health.ROUTES, dependencies={"house": Provide(lambda: house, sync_to_thread=False)}, openapi_config=None)
    with TestClient(app) as client:
        answer = client.get(path)
    if path == "/health":
        schema = openapi()["components"]["schemas"]["Health"] | {"components": openapi()["components"]}
        Draft202012Validator(schema).validate(answer.json())
    return answer


@pytest.mark.parametrize(
    ("is_ready", "is_alive", "status", "ready", "store"),
    [(True, True, 200, True, "ok"), (True, False, 503, False, "away"), (False, True, 503, False, "ok"), (False, False, 503, False, "away")],
)
def test_health_is_503_while_the_store_is_away_or_the_journal_was_not_read_yet(is_ready, is_alive, status, ready, store):
    answer = asked(FakeHouse(lambda: is_alive, is_ready))
    found = answer.json()
    assert (answer.status_code, found["live"], found["ready"], found["store"]) == (status, True, ready, store)
    assert found["waiting"] == {"segments": 0, "bytes": 0}, "the size of what waits would tell of a visit, and which page it saw"
    assert found["complete_until"] == "2026-01-20T12:00:00.000+00:00", "and its instant when it came"


def test_store_that_is_slow_to_answer_is_slow_and_not_away(monkeypatch):
    monkeypatch.setattr(health, "STORE_SECONDS", 0.05)
    answer = asked(FakeHouse(lambda: time.sleep(0.3) or True))
    assert (answer.status_code, answer.json()["store"], answer.json()["ready"]) == (200, "slow", True)


def test_process_lives_whatever_the_store_does():
    answer = asked(FakeHouse(lambda: False, is_ready=False), "/api/system/health/live")
    assert (answer.status_code, answer.json()) == (200, {"live": True})
