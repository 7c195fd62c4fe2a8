"""Recommendations over HTTP: latency at 200 requests a second from a server on one core with 10,000 items, and the most it answers.

Run: ``python -m bench.content_service [--short]``; needs Debian's wrk and two cores: the server on core 0, wrk on core 1. Requests are all
different: histories of 0 to 5 items, topics, languages. wrk has no rate of its own, so each of its 20 connections waits 100 ms on average
before a request. Beside it stands the same without a model, so that the service's own share can be told. Goals: p50 3 ms, p99 20 ms.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import httpx
import numpy as np

from bench.faults import free_port
from footfall.control.keys import Limits, create_key
from footfall.control.placements import put_placement
from footfall.interests.items import Item
from footfall.interests.reasons import Reason
from footfall.interests.request import Choice, Request
from footfall.serve.app import create
from footfall.serve.home import open_control_of
from footfall.serve.recommending import Recommends
from footfall.serve.serving import serve
from footfall.settings import read_settings

ITEMS, REQUESTS, CONNECTIONS = 10_000, 2_000, 20
LIMIT_P50_MS, LIMIT_P99_MS = 3.0, 20.0
TOPICS = [f"topic-{number}" for number in range(24)]
DIMENSIONS, POOL, START_S = 64, 48, 60
MOST = 1_000_000_000
SCRIPT = """
local all, at = {{}}, 0
function init(args)
  local file = io.open("{bodies}", "rb")
  for one in string.gmatch(file:read("*a"), "[^\\n]+") do all[#all + 1] = one end
  file:close()
end
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer {key}"
function request()
  at = at % #all + 1
  return wrk.format(nil, "/api/v1/recommend", nil, all[at])
end
{delay}
done = function(summary, latency, requests)
  local e = summary.errors
  print(string.format('{{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "faults": %d}}', summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
"""
PACED = "function delay() return math.random(50, 150) end"


class Nearest:
    """A model as dear as a real one: every item's vector against the history's, and a diverse list of the best."""

    version = "vectors"

    def __init__(self, items: Sequence[Item]) -> None:
        self._ids = np.array([item.id for item in items])
        found = np.random.default_rng(1).standard_normal((len(items), DIMENSIONS), dtype=np.float32)
        self._vectors = found / np.linalg.norm(found, axis=1, keepdims=True)

    def recommend(self, request: Request) -> Sequence[Choice]:
        seen = [*request.recent, request.current or 1]
        scores = self._vectors @ self._vectors[[id - 1 for id in seen]].mean(axis=0)
        scores[[id - 1 for id in seen]] = -1
        pool = np.argpartition(-scores, POOL)[:POOL]
        chosen: list[int] = []
        left = scores[pool].copy()
        alike = self._vectors[pool] @ self._vectors[pool].T
        for _ in range(request.n):
            best = int(np.argmax(left))
            chosen.append(int(pool[best]))
            left = np.minimum(left, 0.7 * scores[pool] - 0.3 * alike[best])
            left[best] = -9
        return [Choice(int(self._ids[one]), float(scores[one]), Reason("looked", request.current or 1), 1.0) for one in chosen]


class Nothing:
    """No model: editors' pins and the newest are answered."""

    version = "none"

    def recommend(self, request: Request) -> Sequence[Choice]:
        return ()


class Catalogue:
    """Made-up items."""

    def __init__(self, with_model: bool) -> None:
        self._with_model = with_model

    def version(self) -> Hashable:
        return ITEMS

    def items(self) -> Iterable[Item]:
        for id in range(1, ITEMS + 1):
            path = f"/items/{id}"
            topics = ((TOPICS[id % len(TOPICS)], 0.8),)
            told = {"title": f"Item number {id}", "summary": "A line about what it is and whom it is for.", "topics": topics}
            yield Item(id=id, site=1, path=path, url=f"https://portal.example{path}", published_ms=id, **told)  # type: ignore[arg-type]

    def learn(self, items: Sequence[Item]) -> Recommends:
        return Nearest(items) if self._with_model else Nothing()

    def name_of(self, kind: str, id: str, language: str) -> str:
        return id


def run_server(home: str, port: int, with_model: bool) -> None:
    """A whole app on a port, until it is told to stop."""
    settings = read_settings({}, home=home, port=port)
    app = create(settings)
    app.learner = lambda desk: Catalogue(with_model)
    app.open()
    try:
        serve(app, settings, None)
    finally:
        app.close()


def make_home(home: Path) -> str:
    """A home with a portal and a placement; a key to it."""
    control = open_control_of(read_settings({}, home=str(home)))
    try:
        portal = control.create_portal(domain="portal.example")
        put_placement(control, portal.id, "home-news", {"n": 6}, now_ms=1)
        return create_key(control, "bench", ("content:read",), now_ms=1, limits=Limits(per_minute=MOST, per_day=MOST))
    finally:
        control.close()


def bodies() -> str:
    """Requests, a line each."""
    chance, found = random.Random(1), []
    for _ in range(REQUESTS):
        recent = [chance.randint(1, ITEMS) for _ in range(chance.randint(0, 5))]
        topics = {chance.choice(TOPICS): round(chance.random(), 2) for _ in range(chance.randint(0, 3))}
        body = {"placement": "home-news", "current": chance.randint(1, ITEMS), "recent": recent, "topics": topics, "language": "en"}
        found.append(json.dumps(body))
    return "\n".join(found)


def measure(folder: Path, seconds: int, *, with_model: bool) -> None:
    """Two lines: at 200 requests a second, and as fast as it goes."""
    home, port = folder / "home", free_port()
    home.mkdir()
    key, url = make_home(home), f"http://127.0.0.1:{port}"
    command = ["taskset", "-c", "0", sys.executable, "-m", "bench.content_service", "--serve", str(home), str(port), str(int(with_model))]
    # More threads than its one core would wait for each other.
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(url, key)
            for label, delay in (("200 a second", PACED), ("as fast as it goes", "")):
                found = _wrk(folder, url, key, delay, seconds)
                rate = found["requests"] / found["seconds"]
                told = f"{rate:,.0f} requests a second, p50 {found['p50']:.1f} ms, p99 {found['p99']:.1f} ms, {found['faults']} faults"
                goal = f" = {found['p50'] / LIMIT_P50_MS:.2f} and {found['p99'] / LIMIT_P99_MS:.2f} of the goals" if delay else ""
                print(f"recommend, {'a model' if with_model else 'no model'}, {ITEMS:,} items, {label}: {told}{goal}", flush=True)
        finally:
            server.terminate()


def _wrk(folder: Path, url: str, key: str, delay: str, seconds: int) -> dict[str, float]:
    (folder / "bodies").write_text(bodies())
    (folder / "load.lua").write_text(SCRIPT.format(bodies=folder / "bodies", key=key, delay=delay))
    connections = CONNECTIONS if delay else 4
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(folder / "load.lua"), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(said.strip().splitlines()[-1]))


def _wait(url: str, key: str) -> None:
    deadline, body = time.monotonic() + START_S, {"placement": "home-news", "current": 5}
    while time.monotonic() < deadline:
        try:
            answer = httpx.post(f"{url}/api/v1/recommend", json=body, headers={"authorization": f"Bearer {key}"})
            if answer.is_success and answer.json()["items"]:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the server did not start")


def main(short: bool = False) -> None:
    """Four lines."""
    for with_model in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), 5 if short else 15, with_model=with_model)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--serve", nargs=3, metavar=("HOME", "PORT", "MODEL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        run_server(options.serve[0], int(options.serve[1]), options.serve[2] == "1")
    else:
        main(options.short)
