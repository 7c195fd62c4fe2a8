"""Nothing acknowledged is lost, nothing is counted twice: numbered events against faults at random instants.

Run: ``python -m bench.faults --kills 200``. Compares acknowledged events with counted ones; the only good figures are 0 lost, 0 twice and
0 half (lines that cannot be read). A fault is a process killed, with half a line left behind as by a power loss and segments that were
loaded before put back (``kills``); a ClickHouse server or one of two shards killed (``away``); or the journal's disk full (``full``).
Scenarios of ``sources`` do the same to loads of the city's data (``bench.faults_sources``).
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from bench import faults_sources
from tests.support import clickhouse_server
from tests.support.command import run_here

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SITE = "faults.example"
START_SECONDS = 120
TORN = b'{"site":1,"time_ms":17'
KEPT = 200
DISK_BYTES = 4_000_000
PAGE_ROWS = 10_000
PACE_S = 0.003
"""Between two events of a sender: what is tested is not speed."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One ``footfall`` process on its own port, started again after each kill. ``disk_bytes``: its journal stands on a disk so small."""

    def __init__(self, command: str, home: Path, *, store: str = "chdb", disk_bytes: int = 0) -> None:
        port = free_port()
        self.arguments = [sys.executable, "-m", "footfall.cli", command, "--home", str(home), "--port", str(port)]
        if disk_bytes:
            mount = f'mount -t tmpfs -o size={disk_bytes} none "$0" && exec "$@"'
            self.arguments = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, str(home / "journal"), *self.arguments]
        self.url = f"http://127.0.0.1:{port}"
        self.log = home / f"{command}.log"
        self.kills, self.store = 0, store
        self.start()

    def start(self) -> None:
        own = {"FOOTFALL_POLICY": "exact", "FOOTFALL_RATE_LIMIT_PER_MINUTE": "0", "FOOTFALL_STORE": self.store, "TZ": "UTC"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.arguments, env=os.environ | own, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        with httpx.Client(base_url=self.url, timeout=10) as client:
            while time.monotonic() < deadline and self.process.poll() is None:
                with suppress(httpx.HTTPError):
                    if client.get("/health").status_code == 200:
                        return
                time.sleep(0.02)
        raise RuntimeError(f"{self.log.stem} did not start: {self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


class Sender(threading.Thread):
    """Posts events numbered from its own range until told to stop, and remembers which were acknowledged."""

    def __init__(self, urls: list[str], first: int) -> None:
        super().__init__(daemon=True)
        self.urls, self.next, self.done = urls, first, threading.Event()
        self.acknowledged: list[int] = []
        self.refused = 0
        """Answers 503: try again."""

    def run(self) -> None:
        clients = [httpx.Client(base_url=url, timeout=5, headers={"user-agent": AGENT}) for url in self.urls]
        while not self.done.is_set():
            number, self.next = self.next, self.next + 1
            body = {"n": "pageview", "u": f"https://{SITE}/n/{number}", "d": SITE}
            try:
                answer = clients[number % len(clients)].post("/api/event", json=body)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if answer.status_code == 202 and "x-footfall-refused" not in answer.headers:
                self.acknowledged.append(number)
            self.refused += answer.status_code == 503
            time.sleep(PACE_S)


class Keeper(threading.Thread):
    """Keeps a second name of every closed segment that it sees, so that some can be put back later."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self.journal, self.kept, self.done = home / "journal", home / "kept", threading.Event()
        self.kept.mkdir()

    def run(self) -> None:
        while not self.done.wait(0.02):
            for path in self.journal.glob("*.ndjson"):
                if len(list(self.kept.iterdir())) < KEPT:
                    try:
                        os.link(path, self.kept / path.name)
                    except (FileExistsError, FileNotFoundError):
                        continue

    def put_back(self, chance: random.Random, most: int = 3) -> int:
        """How many segments stand in the journal again that were there before."""
        kept = sorted(path for path in self.kept.iterdir() if not (self.journal / path.name).exists())
        chosen = chance.sample(kept, min(most, len(kept)))
        for path in chosen:
            shutil.copy(path, self.journal / f"{path.name}.part")
            (self.journal / f"{path.name}.part").rename(self.journal / path.name)
        return len(chosen)


class Town:
    """Processes on one home under numbered events."""

    def __init__(self, home: Path, *, apart: bool = False, store: str = "chdb", disk_bytes: int = 0, senders: int = 4) -> None:
        self.home, self.chance = home, random.Random(1)
        self.key = _provision(home)
        (home / "journal").mkdir(exist_ok=True)
        self.app = Process("up", home, store=store, disk_bytes=disk_bytes)
        self.collector = Process("collect", home) if apart else self.app
        self.processes = [self.app, self.collector] if apart else [self.app]
        self.keeper = Keeper(home)
        self.senders = [Sender([self.collector.url], first=index * 10_000_000) for index in range(senders)]
        self.seen: Counter[str] = Counter()

    @property
    def journal(self) -> Path:
        """Its own disk is mounted for the app alone: it is seen through it."""
        return Path(f"/proc/{self.app.process.pid}/root{self.home}/journal")

    def start(self) -> None:
        for process in self.processes:
            process.wait_until_ready()
        for thread in (self.keeper, *self.senders):
            thread.start()

    def finish(self) -> dict[str, int]:
        """Counts once everything that was acknowledged is counted, or 90 seconds are over."""
        for thread in (self.keeper, *self.senders):
            thread.done.set()
        for thread in self.senders:
            thread.join(timeout=10)
        acknowledged = {number for thread in self.senders for number in thread.acknowledged}
        counted = _wait_for_counts(self.app.url, self.key, acknowledged)
        bad = self.journal / "bad"
        return dict(self.seen) | {
            "acknowledged": len(acknowledged),
            "counted": sum(counted.values()),
            "lost": len(acknowledged - set(counted)),
            "twice": sum(1 for count in counted.values() if count > 1),
            "half": len(list(bad.iterdir())) if bad.is_dir() else 0,
        }

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()


Fault = Callable[[Town, int], None]


def run(home: Path, fault: Fault, turns: int, **layout: object) -> dict[str, int]:
    """What was seen over ``turns`` faults: events acknowledged, counted, lost (not counted), twice (counted more often than once)."""
    town = Town(home, **layout)  # type: ignore[arg-type]
    try:
        town.start()
        for turn in range(turns):
            fault(town, turn)
        return town.finish()
    finally:
        town.stop()


def kill(town: Town, turn: int, longest_life: float = 0.8) -> None:
    """Kill -9; apart, collector and app in turn, the app one time in six. Half a line and loaded segments are found at the next start."""
    victim = town.app if town.collector is town.app or turn % 6 == 5 else town.collector
    time.sleep(town.chance.uniform(0.02, longest_life))
    if victim is town.app and (not town.seen["in mid batch"] or town.chance.random() < 0.7):
        _wait_for_batch(town.home / "journal")
    victim.kill()
    names = [path.name for path in (town.home / "journal").iterdir()]
    town.seen["kills"] += 1
    town.seen["in mid batch"] += any(name.endswith(".ready") for name in names)
    town.seen["put back"] += town.keeper.put_back(town.chance)
    if victim is town.collector:
        for name in (name for name in names if name.endswith(".open")):
            with (town.home / "journal" / name).open("ab") as file:
                town.seen["torn"] += file.write(TORN) > 0
    victim.start()
    victim.wait_until_ready()


def _wait_for_batch(journal: Path) -> None:
    """Until a batch is prepared and not yet done, for half a minute at most."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not any(name.endswith(".ready") for name in os.listdir(journal)):
        time.sleep(0.001)


def lose(servers: list[clickhouse_server.Server], seconds: float = 2) -> Fault:
    """A fault that kills one of these ClickHouse servers, each in turn, and starts it again."""

    def away(town: Town, turn: int) -> None:
        time.sleep(town.chance.uniform(0.5, 1.5))
        server = servers[turn % len(servers)]
        server.kill()
        time.sleep(seconds)
        server.start()
        town.seen["away"] += 1
        time.sleep(0.5)

    return away


def fill_disk(town: Town, turn: int) -> None:
    """The journal's disk has no byte left until a collector was told so, and then has again."""
    time.sleep(0.5)
    ballast = town.journal / "ballast"
    refused = sum(sender.refused for sender in town.senders)
    deadline = time.monotonic() + 60
    with ballast.open("wb", buffering=0) as file:
        while sum(sender.refused for sender in town.senders) < refused + 20 and time.monotonic() < deadline:
            try:
                file.write(bytes(DISK_BYTES))
            except OSError:
                time.sleep(0.02)
    town.seen["refused"] = sum(sender.refused for sender in town.senders)
    ballast.unlink()
    town.seen["full"] += 1
    time.sleep(1)


def _provision(home: Path) -> str:
    def footfall(*arguments: str) -> str:
        done = run_here(os.environ, *arguments, "--home", str(home), "--json")
        done.check_returncode()
        return done.stdout

    footfall("portals", "add", SITE)
    return str(json.loads(footfall("keys", "add", "faults", "--scopes", "stats:read"))["key"])


def _wait_for_counts(url: str, key: str, acknowledged: set[int]) -> Counter[int]:
    """Pageviews by number, asked until every acknowledged one is there or 90 seconds are over."""
    deadline = time.monotonic() + 90
    while True:
        try:
            counted = _counts(url, key)
        except httpx.HTTPError:
            counted = Counter()
        if acknowledged <= set(counted) or time.monotonic() > deadline:
            return counted
        time.sleep(0.3)


def _counts(url: str, key: str) -> Counter[int]:
    counted: Counter[int] = Counter()
    for offset in range(0, 100 * PAGE_ROWS, PAGE_ROWS):
        question = {
            "site_id": SITE,
            "metrics": ["pageviews"],
            "dimensions": ["event:page"],
            "date_range": "all",
            "order_by": [["event:page", "asc"]],
            "pagination": {"limit": PAGE_ROWS, "offset": offset},
        }
        answer = httpx.post(f"{url}/api/v2/query", json=question, headers={"authorization": f"Bearer {key}"}, timeout=60)
        answer.raise_for_status()
        rows = answer.json()["results"]
        for row in rows:
            counted[int(row["dimensions"][0].rsplit("/", 1)[1])] += row["metrics"][0]
        if len(rows) < PAGE_ROWS:
            break
    return counted


def one_process(home: Path, turns: int) -> dict[str, int]:
    """Collector and app in one process, killed."""
    return run(home, kill, turns)


def apart(home: Path, turns: int) -> dict[str, int]:
    """A collector apart takes every event; it and the app are killed."""
    return run(home, kill, turns, apart=True)


def server_away(home: Path, turns: int) -> dict[str, int]:
    """The store is a ClickHouse server, killed and started again."""
    server = clickhouse_server.Server(home / "clickhouse")
    try:
        server.start()
        return run(home, lose([server]), turns, store=server.url)
    finally:
        server.stop()


def shard_away(home: Path, turns: int) -> dict[str, int]:
    """The store is a cluster of two shards; each is killed in turn."""
    cluster = clickhouse_server.Cluster(home / "cluster")
    try:
        cluster.start()
        return run(home, lose(cluster.shards), turns, store=cluster.url)
    finally:
        cluster.stop()


def disk_full(home: Path, turns: int) -> dict[str, int]:
    """The journal stands on a small disk of its own, which is filled to the last byte."""
    return run(home, fill_disk, turns, disk_bytes=DISK_BYTES)


SCENARIOS = {"one process": one_process, "collector and app apart": apart, "sources": faults_sources.killed}
"""Their turns are kills."""
SHORT_SCENARIOS = {
    "server away": server_away,
    "a shard away": shard_away,
    "disk full": disk_full,
    "sources on two shards": faults_sources.killed_on_cluster,
    "sources and a full disk": faults_sources.disk_full,
}
"""A tenth of the turns: each waits for a store or a disk."""


def main(short: bool = False) -> None:
    """One line a scenario: faults, events acknowledged, lost, counted twice."""
    _report(kills=20 if short else 200, names=[*SCENARIOS, *SHORT_SCENARIOS])


def _report(kills: int, names: list[str]) -> None:
    for name in names:
        scenario = SCENARIOS.get(name) or SHORT_SCENARIOS[name]
        turns = kills if name in SCENARIOS else max(1, kills // 10)
        with tempfile.TemporaryDirectory() as folder:
            found = scenario(Path(folder), turns)
        print(f"faults, {name}: " + ", ".join(f"{value:,} {what}" for what, value in found.items()), flush=True)
        if any(found.get(wrong) for wrong in ("lost", "twice", "half", "left")):
            raise SystemExit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*SCENARIOS, *SHORT_SCENARIOS, []], help="which scenarios; all without")
    parser.add_argument("--kills", type=int, default=200, help="kills a layout; other faults a tenth of it")
    options = parser.parse_args()
    _report(options.kills, options.names or [*SCENARIOS, *SHORT_SCENARIOS])
