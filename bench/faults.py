"""Nothing acknowledged is lost, nothing is counted twice: numbered events against processes killed at random instants.

Run: ``python -m bench.faults --kills 200``. Compares acknowledged events with counted ones; the only good figures are 0 lost, 0 twice.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SITE = "faults.example"
START_SECONDS = 40
PAGE_ROWS = 10_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One ``footfall`` process on its own port, started again after each kill."""

    def __init__(self, command: str, home: Path, port: int) -> None:
        self.arguments = [sys.executable, "-m", "footfall.cli", command, "--home", str(home), "--port", str(port)]
        self.url = f"http://127.0.0.1:{port}"
        self.log = home / f"{command}.log"
        self.kills = 0
        self.start()

    def start(self) -> None:
        environ = os.environ | {"FOOTFALL_POLICY": "exact", "FOOTFALL_RATE_LIMIT_PER_MINUTE": "0", "TZ": "UTC"}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.arguments, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/health", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self.arguments[3]} did not start: {self.log.read_text()[-2000:]}")

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

    def run(self) -> None:
        clients = [httpx.Client(base_url=url, timeout=5, headers={"user-agent": AGENT}) for url in self.urls]
        while not self.done.is_set():
            number, self.next = self.next, self.next + 1
            body = {"n": "pageview", "u": f"https://{SITE}/n/{number}", "d": SITE}
            try:
                answer = clients[number % len(clients)].post("/api/event", json=body)
            except httpx.HTTPError:
                time.sleep(0.01)
                continue
            if answer.status_code == 202 and "x-footfall-refused" not in answer.headers:
                self.acknowledged.append(number)


def run(home: Path, *, kills: int, apart: bool, seed: int = 1, senders: int = 4, longest_life: float = 0.8) -> dict[str, int]:
    """Counts after ``kills`` kills: events acknowledged, counted, lost (acknowledged, not counted) and twice (counted more than once).

    With ``apart`` a collector apart takes every event, and it and the app are killed in turn (the app one time in four).
    """
    chance = random.Random(seed)
    key = _provision(home)
    app = Process("up", home, free_port())
    processes = [app] + ([Process("collect", home, free_port())] if apart else [])
    try:
        for process in processes:
            process.wait_until_ready()
        threads = [Sender([processes[-1].url], first=index * 10_000_000) for index in range(senders)]
        for thread in threads:
            thread.start()
        for turn in range(kills):
            victim = app if not apart or turn % 4 == 3 else processes[1]
            time.sleep(chance.uniform(0.02, longest_life))
            victim.kill()
            victim.start()
            victim.wait_until_ready()
        for thread in threads:
            thread.done.set()
        for thread in threads:
            thread.join(timeout=10)
        acknowledged = {number for thread in threads for number in thread.acknowledged}
        counted = _wait_for_counts(app.url, key, acknowledged)
    finally:
        for process in reversed(processes):
            process.stop()
    return {
        "kills": sum(process.kills for process in processes),
        "acknowledged": len(acknowledged),
        "counted": sum(counted.values()),
        "lost": len(acknowledged - set(counted)),
        "twice": sum(1 for count in counted.values() if count > 1),
    }


def _provision(home: Path) -> str:
    def footfall(*arguments: str) -> str:
        command = [sys.executable, "-m", "footfall.cli", *arguments, "--home", str(home), "--json"]
        return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout

    footfall("portals", "add", SITE)
    return str(json.loads(footfall("keys", "add", "faults", "--scopes", "stats:read"))["key"])


def _wait_for_counts(url: str, key: str, acknowledged: set[int]) -> Counter[int]:
    """Pageviews by number, asked until every acknowledged one is there or 60 seconds are over."""
    deadline = time.monotonic() + 60
    while True:
        counted = _counts(url, key)
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


def main(short: bool = False) -> None:
    """One line a layout: kills, events acknowledged, lost, counted twice."""
    _report(kills=50 if short else 200)


def _report(kills: int) -> None:
    for apart in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            found = run(Path(folder), kills=kills, apart=apart)
        layout = "collector and app apart" if apart else "one process"
        print(f"faults, {layout}: " + ", ".join(f"{value:,} {name}" for name, value in found.items()), flush=True)
        if found["lost"] or found["twice"]:
            raise SystemExit(1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="kills a layout")
    _report(parser.parse_args().kills)
