"""The collector under load, beside nginx that answers 204: requests a second, their ratio, CPU of a request, latency.

Run: ``python -m bench.collector [--short]``; needs Debian's wrk and nginx-light, and two cores: servers on core 0, wrk on core 1. Rounds
are interleaved and figures are medians. nginx answers one and the same request, which is wrk's fastest case; ours are all different: 400
agent strings, 20,000 addresses behind a trusted proxy, 2,000 pages. "paced" offers about 5,700 requests a second: wrk has no rate of its
own, so each of its 300 connections waits 52 ms on average before a request. After every round the events written (apart: lines of the
journal; mounted: pageviews in the store) must be those acknowledged, and at most one more a connection, whose answer wrk did not wait for.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bench.faults import free_port
from bench.pipeline import DOMAIN, requests

START_SECONDS, SETTLE_SECONDS = 40, 60
TICKS = os.sysconf("SC_CLK_TCK")
LOADED_SECONDS = 4
"""After which what came is in the store, and its CPU can be told from that of the questions which make sure of it."""
SHORT, LONG = (3, 2), (5, 5)
"""Rounds, seconds of each."""
DONE = """
done = function(summary, latency, requests)
  local e = summary.errors
  print(string.format('{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "faults": %d}', summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
"""
VARIED = """
local all, at = {}, 0
function init(args)
  local file = io.open(FILE, "rb")
  for one in string.gmatch(file:read("*a"), "[^%z]+") do all[#all + 1] = one end
  file:close()
end
function request()
  at = at % #all + 1
  return all[at]
end
"""
PACED = "function delay() return math.random(32, 72) end\n"
SAME = 'wrk.method, wrk.path, wrk.headers["content-type"], wrk.body = "POST", "/api/event", "text/plain", BODY\n'
NGINX = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log {folder}/access.log combined buffer=64k flush=5s;
  keepalive_requests 100000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 204; }}
  }}
}}
"""


class Figures(msgspec.Struct):
    """One run of wrk against one server."""

    requests: int
    seconds: float
    p50: float
    """Milliseconds, as p99."""
    p99: float
    faults: int
    """Requests without an answer, or with one over 399."""
    cpu_us: float = 0
    """CPU of the server's processes a request."""
    whole_us: float = 0
    """CPU an event until all that was acknowledged is written: mounted, loading is in it."""

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


class Server:
    """A process on core 0 and one port."""

    def __init__(self, command: list[str], port: int, log: Path, environ: dict[str, str] | None = None) -> None:
        self.port, self.log = port, log
        with log.open("ab") as out:
            arguments = ["taskset", "-c", "0", *command]
            self.process = subprocess.Popen(arguments, env=os.environ | (environ or {}), stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def wait(self, path: str = "/") -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=2).is_success:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise RuntimeError(f"a server did not start: {self.log.read_text()[-2000:]}")

    def cpu_seconds(self) -> float:
        return sum(map(_cpu_seconds, _tree(self.process.pid)))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


class Footfall(Server):
    """``footfall collect`` or ``footfall up`` on a home of its own, and how many events it wrote."""

    def __init__(self, command: str, home: Path) -> None:
        self.home, self.command = home, command
        footfall = [sys.executable, "-m", "footfall.cli"]
        _run([*footfall, "portals", "add", DOMAIN, "--home", str(home)])
        self.key = json.loads(_run([*footfall, "keys", "add", "bench", "--scopes", "stats:read", "--home", str(home), "--json"]))["key"]
        port = free_port()
        environ = {"FOOTFALL_RATE_LIMIT_PER_MINUTE": "0", "FOOTFALL_TRUSTED_PROXIES": "127.0.0.1/32", "FOOTFALL_POLICY": "exact"}
        super().__init__([*footfall, command, "--home", str(home), "--port", str(port)], port, home / "log", environ)
        self.wait("/health")

    def written(self) -> int:
        return self._lines() if self.command == "collect" else self._counted()

    def _lines(self) -> int:
        """Of segments by name: one may close between the two looks."""
        lines: dict[str, int] = {}
        for pattern in ("*.open", "*.ndjson"):
            for path in (self.home / "journal").glob(pattern):
                with suppress(FileNotFoundError):
                    lines[path.stem] = path.read_bytes().count(b"\n")
        return sum(lines.values())

    def _counted(self) -> int:
        question = {"site_id": DOMAIN, "metrics": ["pageviews"], "date_range": "all"}
        headers = {"authorization": f"Bearer {self.key}"}
        answer = httpx.post(f"http://127.0.0.1:{self.port}/api/v2/query", json=question, headers=headers, timeout=60).raise_for_status()
        return int(answer.json()["results"][0]["metrics"][0])


class Load(msgspec.Struct, frozen=True):
    """What wrk sends, and over how many connections."""

    script: Path
    connections: int
    events: int = 1
    """Of a request."""

    def send(self, server: Server, seconds: int) -> Figures:
        before = server.cpu_seconds()
        command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{self.connections}", f"-d{seconds}s", "-s", str(self.script)]
        found = msgspec.json.decode(_run([*command, f"http://127.0.0.1:{server.port}/"]).splitlines()[-1], type=Figures)
        found.cpu_us = (server.cpu_seconds() - before) / found.requests * 1e6
        if found.faults:
            raise SystemExit(f"{found.faults} of {found.requests} requests were not answered well; {server.log.read_text()[-2000:]}")
        return found


def measure(server: Footfall, load: Load, seconds: int) -> Figures:
    """One run, and proof that what was acknowledged was written, once."""
    before, cpu_s = server.written(), server.cpu_seconds()
    found = load.send(server, seconds)
    acknowledged = found.requests * load.events
    time.sleep(LOADED_SECONDS if server.command == "up" else 0)
    found.whole_us = (server.cpu_seconds() - cpu_s) / acknowledged * 1e6
    deadline = time.monotonic() + SETTLE_SECONDS
    written, previous = server.written() - before, -1
    while (written < acknowledged or written != previous) and time.monotonic() < deadline:
        time.sleep(0.5)
        previous, written = written, server.written() - before
    if not acknowledged <= written <= acknowledged + load.connections * load.events:
        raise SystemExit(f"{acknowledged} events acknowledged, {written} written")
    return found


def main(short: bool = False) -> None:
    """A line a server and load, then each goal beside its figure."""
    absent = [name for name in ("wrk", "nginx", "taskset") if not shutil.which(name)]
    if absent or (os.cpu_count() or 1) < 2:
        print(f"collector: not measured; it needs two cores, and these are absent: {', '.join(absent) or 'none'}")
        return
    rounds, seconds = SHORT if short else LONG
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        single, paced, batch, same = _loads(folder)
        nginx = _nginx(folder)
        stack.callback(nginx.stop)
        servers = []
        for command in ("collect", "up"):
            (folder / command).mkdir()
            servers.append(Footfall(command, folder / command))
            stack.callback(servers[-1].stop)
        apart, mounted = servers
        runs: dict[str, Callable[[], Figures]] = {
            "nginx, 204": lambda: same.send(nginx, seconds),
            "apart": lambda: measure(apart, single, seconds),
            "mounted": lambda: measure(mounted, single, seconds),
            "apart, 50 a POST": lambda: measure(apart, batch, seconds),
            "apart, paced": lambda: measure(apart, paced, seconds),
            "mounted, paced": lambda: measure(mounted, paced, seconds),
        }
        for server in servers:
            measure(server, single, 2)
        found: dict[str, list[Figures]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                found[name].append(run())
    _print(found)


def _print(found: dict[str, list[Figures]]) -> None:
    def of(name: str, field: str) -> float:
        return statistics.median(getattr(figures, field) for figures in found[name])

    def ratio(name: str) -> float:
        return statistics.median(own.rate / peer.rate for own, peer in zip(found[name], found["nginx, 204"], strict=True))

    print(f"{'collector':18}{'req/s':>10}{'÷ nginx':>9}{'CPU µs/req':>12}{'p50 ms':>8}{'p99 ms':>8}")
    for name in found:
        numbers = f"{of(name, 'rate'):10,.0f}{ratio(name):9.3f}{of(name, 'cpu_us'):12.1f}{of(name, 'p50'):8.1f}{of(name, 'p99'):8.1f}"
        print(f"{name:18}{numbers}")
    batch = statistics.median(50 * own.rate / one.rate for own, one in zip(found["apart, 50 a POST"], found["apart"], strict=True))
    print(f"collector: apart {ratio('apart'):.3f} of nginx (goal .15), mounted {ratio('mounted'):.3f} (goal .10)")
    print(f"collector: 50 a POST take {batch:.1f} times as many events (goal 4)")
    whole = statistics.median(own.whole_us / peer.cpu_us for own, peer in zip(found["mounted"], found["nginx, 204"], strict=True))
    cost = f"{of('mounted', 'whole_us'):.1f} µs, {whole:.1f} of nginx's requests"
    print(f"collector: an event that is loaded costs {cost} (goal with its roll-up: 40 µs; 8, as nginx took 5 µs there)")
    print(f"collector: p99 paced {of('apart, paced', 'p99'):.1f} ms apart, {of('mounted, paced', 'p99'):.1f} ms mounted (goal 15)")


def _loads(folder: Path) -> tuple[Load, Load, Load, Load]:
    single = _varied(folder, "plausible", 20_000)
    batch = _varied(folder, "footfall, 50 a batch", 400)
    body = requests("plausible", 1)[0].body.decode()
    scripts = {"single": single, "paced": single + PACED, "batch": batch, "same": SAME.replace("BODY", f"[==[{body}]==]")}
    for name, script in scripts.items():
        (folder / f"{name}.lua").write_text(script + DONE)
    return (
        Load(folder / "single.lua", 256),
        Load(folder / "paced.lua", 300),
        Load(folder / "batch.lua", 32, 50),
        Load(folder / "same.lua", 256),
    )


def _varied(folder: Path, format: str, number: int) -> str:
    """A wrk script that sends these requests in turn."""
    raw = []
    for request in requests(format, number):
        headers = request.headers | {b"host": b"portal.example", b"origin": b"https://portal.example"}
        headers |= {b"x-forwarded-for": request.address.encode(), b"content-length": str(len(request.body)).encode()}
        lines = b"".join(b"%s: %s\r\n" % header for header in headers.items())
        raw.append(b"POST %s HTTP/1.1\r\n%s\r\n%s" % (request.path.encode(), lines, request.body))
    path = folder / f"{len(raw)}.requests"
    path.write_bytes(b"\0".join(raw))
    return VARIED.replace("FILE", f'"{path}"')


def _nginx(folder: Path) -> Server:
    own, port = folder / "nginx", free_port()
    own.mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    (own / "conf").write_text(NGINX.format(folder=own, port=port, user=user))
    server = Server(["nginx", "-e", str(own / "error.log"), "-c", str(own / "conf"), "-p", str(own)], port, own / "log")
    server.wait()
    return server


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL).stdout


def _tree(pid: int) -> list[int]:
    """The process and all below it."""
    below = [int(text) for path in Path(f"/proc/{pid}/task").glob("*/children") for text in path.read_text().split()]
    return [pid, *(found for child in below for found in _tree(child))]


def _cpu_seconds(pid: int) -> float:
    fields: list[Any] = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
