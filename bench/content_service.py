"""Recommendations over HTTP: latency at 200 requests a second from a server on one core with 10,000 items, and the most it answers.

Run: ``python -m bench.content_service [--short]``; needs Debian's wrk and two cores: the server on core 0, wrk on core 1. The model is
learned as a portal's is: of 10,000 items in the catalogue, drawn pairs and pages, and 50,000 visits of a month. Requests are all different:
histories of 0 to 5 items, topics, languages. wrk has no rate of its own, so each of its 20 connections waits 100 ms on average before a
request. It begins once the server has caught up with the days of the import, which one that runs all the time closes one a night. Beside it
stand the same while the model is learned anew every quarter of a minute, with all that it is learned of read again, as otherwise every ten
minutes; and the same without a model, so that the service's own share can be told. Goals: p50 3 ms, p99 20 ms.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import httpx
import numpy as np

from bench.faults import free_port
from footfall.control.items import put_items
from footfall.control.keys import Limits, create_key
from footfall.control.placements import put_placement
from footfall.control.runs import last_runs
from footfall.interests.items import Item
from footfall.interests.request import Choice, Request
from footfall.interests.shelf import KINDS
from footfall.interests.taxonomy import taxonomy
from footfall.serve import learner
from footfall.serve.app import create
from footfall.serve.home import open_control_of
from footfall.serve.house import open_desk
from footfall.serve.imports import import_stream
from footfall.serve.learner import CatalogueLearner
from footfall.serve.serving import serve
from footfall.settings import read_settings

ITEMS, REQUESTS, CONNECTIONS = 10_000, 2_000, 20
LIMIT_P50_MS, LIMIT_P99_MS = 3.0, 20.0
TOPICS = [topic.id for topic in taxonomy("")][:24]
SUBJECTS = (
    "Night buses and trams",
    "Swimming pools and sport halls",
    "Library cards",
    "Waste collection",
    "Kindergarten places",
    "Passports",
    "Parking permits",
    "Museums and concerts",
    "Hospital appointments",
    "Property tax",
)
VISITS, START_S = 50_000, 240
QUIET_S, QUIET_SHARE = 5.0, 0.2
CALM_MS, OFTEN_MS = 86_400_000, 15_000
NEAR = 20
"""Visits go on to items whose numbers are at most so far away."""
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


class Nothing:
    """No model: editors' pins and the newest are answered."""

    version = "none"

    def recommend(self, request: Request) -> Sequence[Choice]:
        return ()


class Unlearned(CatalogueLearner):
    """The catalogue without a model."""

    def learn(self, items: Sequence[Item]) -> Nothing:  # type: ignore[override]
        return Nothing()


def run_server(home: str, port: int, window_ms: int) -> None:
    """A whole app on a port, until it is told to stop; counts and visits are read again every window, 0 is no model."""
    settings = read_settings({}, home=home, port=port)
    app = create(settings)
    learner.WINDOW_MS = window_ms or learner.WINDOW_MS
    app.learner = CatalogueLearner if window_ms else Unlearned
    app.open()
    try:
        serve(app, settings, None)
    finally:
        app.close()


def make_home(home: Path) -> str:
    """A home with a portal, a placement, and all that is learned of; a key to it."""
    desk, now_ms = open_desk(read_settings({}, home=str(home))), int(time.time() * 1000)
    try:
        portal = desk.control.create_portal(domain="portal.example", keep_events=30)
        put_placement(desk.control, portal.id, "home-news", {"n": 6}, now_ms=1)
        put_items(desk.control, list(map(item, range(1, ITEMS + 1))), now_ms=now_ms)
        visits = made_visits()
        import_stream(desk, "events", portal.domain, [b"".join(lines(visits, now_ms // 1000))])
        desk.loader.load_waiting()
        desk.engine.insert_ndjson("marts", "\n".join(map(json.dumps, cells(visits))).encode(), "drawn")
        return create_key(desk.control, "bench", ("content:read",), now_ms=1, limits=Limits(per_minute=MOST, per_day=MOST))
    finally:
        desk.close()


def item(id: int) -> Item:
    subject, path = SUBJECTS[id % len(SUBJECTS)], f"/items/{id}"
    return Item(
        id=0,
        site=1,
        path=path,
        url=f"https://portal.example{path}",
        title=f"{subject} in street {id}",
        summary=f"Whom {subject.lower()} is for, what it costs and where to go.",
        text=" ".join([f"House {id % 89} and {id % 97}: {subject.lower()}."] * 20),
        kind=KINDS[id % len(KINDS)],  # type: ignore[arg-type]
        published_ms=id,
        source="upload",
    )


def made_visits() -> list[list[int]]:
    """Of 2 to 7 items near each other, the first by Zipf's law."""
    chance = np.random.default_rng(1)
    popularity = 1 / np.arange(1, ITEMS + 1) ** 0.9
    starts = chance.choice(ITEMS, VISITS, p=popularity / popularity.sum())
    return [[int(at) for at in (start + chance.integers(-NEAR, NEAR, chance.integers(2, 8))) % ITEMS + 1] for start in starts]


def lines(visits: Sequence[Sequence[int]], now_s: int) -> Iterable[bytes]:
    """Events of the visits, over the last 20 days, the oldest first."""
    for number, visit in enumerate(visits):
        began_s = now_s - 20 * 86_400 + number * 19 * 86_400 // len(visits)
        for step, id in enumerate(visit):
            when = datetime.fromtimestamp(began_s + step, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield json.dumps({"timestamp": when, "visitor": str(number), "pathname": f"/items/{id}"}).encode() + b"\n"


def cells(visits: Sequence[Sequence[int]]) -> Iterable[dict[str, object]]:
    """Marts of a week as of a thousand times the visits, most of which stand above their thresholds: pages, and pairs that ten have."""
    monday = date.today() - timedelta(days=date.today().weekday() + 7)
    told = {"release": "city", "site": 1, "day": str(monday), "line": 1}
    pages = Counter(id for visit in visits for id in set(visit))
    pairs = Counter(pair for visit in visits for pair in combinations(sorted({f"/items/{id}" for id in visit}), 2))
    yield from ({**told, "mart": "page", "keys": [f"/items/{id}"], "visitors": 1_000 * times} for id, times in pages.items())
    yield from ({**told, "mart": "co_visit", "keys": list(pair), "visitors": 1_000 * times} for pair, times in pairs.items() if times >= 10)


def bodies() -> str:
    """Requests, a line each."""
    chance, found = random.Random(1), []
    for _ in range(REQUESTS):
        recent = [chance.randint(1, ITEMS) for _ in range(chance.randint(0, 5))]
        topics = {chance.choice(TOPICS): round(chance.random(), 2) for _ in range(chance.randint(0, 3))}
        body = {"placement": "home-news", "current": chance.randint(1, ITEMS), "recent": recent, "topics": topics, "language": "en"}
        found.append(json.dumps(body))
    return "\n".join(found)


def measure(folder: Path, key: str, seconds: int, what: str, window_ms: int) -> None:
    """Two lines: at 200 requests a second, and as fast as it goes."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        "taskset",
        "-c",
        "0",
        sys.executable,
        "-m",
        "bench.content_service",
        "--serve",
        str(folder / "home"),
        str(port),
        str(window_ms),
    ]
    # More threads than its one core would wait for each other.
    environ = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(url, key, is_learned=bool(window_ms))
            _catch_up(folder / "home", server.pid)
            for label, delay in (("200 a second", PACED), ("as fast as it goes", "")):
                found = _wrk(folder, url, key, delay, seconds)
                rate = found["requests"] / found["seconds"]
                told = f"{rate:,.0f} requests a second, p50 {found['p50']:.1f} ms, p99 {found['p99']:.1f} ms, {found['faults']} faults"
                goal = f" = {found['p50'] / LIMIT_P50_MS:.2f} and {found['p99'] / LIMIT_P99_MS:.2f} of the goals" if delay else ""
                print(f"recommend, {what}, {ITEMS:,} items, {label}: {told}{goal}", flush=True)
        finally:
            server.terminate()


def _wrk(folder: Path, url: str, key: str, delay: str, seconds: int) -> dict[str, float]:
    (folder / "bodies").write_text(bodies())
    (folder / "load.lua").write_text(SCRIPT.format(bodies=folder / "bodies", key=key, delay=delay))
    connections = CONNECTIONS if delay else 4
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(folder / "load.lua"), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(said.strip().splitlines()[-1]))


def _wait(url: str, key: str, *, is_learned: bool) -> None:
    """Until it answers, and by a model where there is to be one."""
    deadline, body = time.monotonic() + START_S, {"placement": "home-news", "current": 5}
    while time.monotonic() < deadline:
        try:
            answer = httpx.post(f"{url}/api/v1/recommend", json=body, headers={"authorization": f"Bearer {key}"})
            found = answer.json() if answer.is_success else {}
            if found.get("items") and (found["model"] == "none") != is_learned:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError("the server did not start")


def _catch_up(home: Path, pid: int) -> None:
    """Until no job waits, and the server hardly computes, nor a process of its own: days of the import are closed, likenesses found out."""
    deadline, control = time.monotonic() + START_S, open_control_of(read_settings({}, home=str(home)))
    try:
        while time.monotonic() < deadline:
            before_s = _cpu_s(pid)
            time.sleep(QUIET_S)
            is_idle = _cpu_s(pid) - before_s < QUIET_SHARE * QUIET_S and not _children(pid)
            if is_idle and all(run.state in ("done", "failed") for run in last_runs(control).values()):
                return
    finally:
        control.close()
    raise AssertionError("the server does not come to rest")


def _cpu_s(pid: int) -> float:
    """Of all its threads, since it started."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> str:
    """Of all its threads."""
    return " ".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")).strip()


def main(short: bool = False) -> None:
    """Six lines."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "home").mkdir()
        key = make_home(Path(folder) / "home")
        for what, window_ms in (("a model", CALM_MS), ("a model that is learned anew", OFTEN_MS), ("no model", 0)):
            measure(Path(folder), key, 20 if short else 60, what, window_ms)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--serve", nargs=3, metavar=("HOME", "PORT", "WINDOW_MS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        run_server(options.serve[0], int(options.serve[1]), int(options.serve[2]))
    else:
        main(options.short)
