"""Collecting through real servers: one salt for all processes of a home, kept nowhere but on tmpfs; refusals counted once; wire faults."""

import contextlib
import itertools
import json
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import msgspec
import pytest

from bench.faults import Process, free_port
from footfall.collect import journal as journal_module
from footfall.collect.visitor import Salt
from footfall.errors import Unavailable
from footfall.serve.gate import open_gate
from footfall.settings import Settings
from footfall.store.loading import Loader
from tests.support.asking import Bench, event
from tests.support.server import AGENT, Footfall
from tests.support.waiting import LONG_S, until

EVENT = {"n": "pageview", "u": "https://portal.example/", "d": "portal.example"}
ADDRESS = "198.51.100.231"
COUNTS = "SELECT site, reason, sum(count) FROM refusals WHERE site > 800000 GROUP BY ALL ORDER BY ALL"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Footfall(tmp_path_factory.mktemp("home"), volatile=str(tmp_path_factory.mktemp("volatile")), trusted_proxies="127.0.0.0/8")
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="module")
def apart(server):
    """A collector apart on the server's home."""
    with pytest.MonkeyPatch.context() as patched:
        for name in ("FOOTFALL_VOLATILE", "FOOTFALL_TRUSTED_PROXIES"):
            patched.setenv(name, server.environ[name])
        process = Process("collect", server.home)
    process.wait_until_ready()
    yield process
    process.stop()


def send(url, path="/api/event", **headers):
    return httpx.post(url + path, json=EVENT, headers={"user-agent": AGENT, "x-forwarded-for": ADDRESS} | headers, timeout=LONG_S)


def raw(process, sent, *, then_close=False):
    """The answer to these bytes; empty where none comes."""
    with socket.create_connection(("127.0.0.1", httpx.URL(process.url).port), timeout=LONG_S) as connection:
        connection.sendall(sent)
        if then_close:
            return b""
        with contextlib.suppress(ConnectionResetError):
            return b"".join(iter(lambda: connection.recv(65536), b""))
        return b""


def test_app_and_collector_apart_know_a_visitor_as_the_same(server, apart):
    assert [send(url).status_code for url in (server.url, apart.url, server.url)] == [202, 202, 202]
    wanted = [{"dimensions": [], "metrics": [1, 1, 3]}]
    assert server.poll({"metrics": ["visitors", "visits", "pageviews"]}, wanted) == wanted


@pytest.mark.parametrize("which", ["server", "apart"])
def test_wire_faults_are_answered_in_words_and_never_500(request, server, which):
    process = request.getfixturevalue(which)
    head = b"POST /api/event HTTP/1.1\r\nhost: portal.example\r\nconnection: close\r\n"
    assert raw(process, head + b"content-length: rubbish\r\n\r\nx").startswith(b"HTTP/1.1 400")
    assert raw(process, head + b"content-length: 9000000\r\n\r\n").startswith(b"HTTP/1.1 413")
    chunks = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    assert raw(process, head + b"transfer-encoding: chunked\r\n\r\n" + 17 * chunks + b"0\r\n\r\n").startswith(b"HTTP/1.1 413")
    assert raw(process, head.replace(b"POST", b"BREW") + b"\r\n")[:12] in (b"HTTP/1.1 405", b"HTTP/1.1 400")
    wrong = raw(process, head.replace(b"POST", b"HEAD") + b"\r\n")
    assert wrong.startswith(b"HTTP/1.1 405") and wrong.endswith(b"\r\n\r\n")
    assert send(process.url, "/api%2Fevent").status_code == 202
    assert httpx.get(f"{process.url}/api/event").json()["error"] == "'GET' is not valid here. Valid: POST."


@pytest.mark.parametrize("which", ["server", "apart"])
def test_requests_behind_each_other_and_in_pieces_are_answered_in_order(request, server, which):
    process = request.getfixturevalue(which)
    body = json.dumps(EVENT).encode()
    head = b"Host: portal.example\r\nUser-Agent: %s\r\nX-Forwarded-For: %s\r\n" % (AGENT.encode(), ADDRESS.encode())
    post = b"POST /api/event HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)
    last = post.replace(b"Host", b"Connection: close\r\nHost")
    sent = post + b"OPTIONS /api/event HTTP/1.1\r\n" + head + b"\r\n" + post + post + last
    with socket.create_connection(("127.0.0.1", httpx.URL(process.url).port), timeout=LONG_S) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(sent), 150):
            connection.sendall(sent[start : start + 150])
            time.sleep(0.002)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"202", b"204", b"202", b"202", b"202"]
    assert answers.count(b"connection: close") == 1 and answers.endswith(b"\r\n\r\nok")


def test_client_that_leaves_amid_its_body_is_not_counted(server, apart):
    for process in (server, apart):
        raw(process, b"POST /api/event HTTP/1.1\r\nhost: a\r\ncontent-length: 500\r\n\r\n{", then_close=True)
    assert send(apart.url, **{"x-forwarded-for": "198.51.100.7"}).status_code == 202
    wanted = [{"dimensions": [], "metrics": [2]}]
    assert server.poll({"metrics": ["visitors"]}, wanted) == wanted


def test_connections_that_idle_shut_nobody_out(apart):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(4096, hard)), hard))
    with contextlib.ExitStack() as stack:
        for _ in range(1100):
            stack.enter_context(socket.create_connection(("127.0.0.1", httpx.URL(apart.url).port), timeout=LONG_S))
        assert send(apart.url, **{"x-forwarded-for": "198.51.100.8"}).status_code == 202


def test_collector_apart_answers_what_it_took_before_it_stops(server, apart):
    stopped = threading.Event()
    answers = []

    def keep_sending():
        with httpx.Client(base_url=apart.url, headers={"user-agent": AGENT, "x-forwarded-for": ADDRESS}, timeout=LONG_S) as client:
            while not stopped.is_set():
                try:
                    answers.append(client.post("/api/event", json=EVENT | {"u": "https://portal.example/stop"}).status_code)
                except httpx.TransportError:
                    return

    senders = [threading.Thread(target=keep_sending) for _ in range(4)]
    for sender in senders:
        sender.start()
    assert until(lambda: len(answers) > 50)
    apart.process.send_signal(signal.SIGTERM)
    assert apart.process.wait(timeout=LONG_S) == 0
    stopped.set()
    for sender in senders:
        sender.join()
    taken = answers.count(202)
    assert set(answers) <= {202, 503}
    wanted = [{"dimensions": ["/stop"], "metrics": [taken]}]
    question = {"metrics": ["pageviews"], "dimensions": ["event:page"], "filters": [["is", "event:page", ["/stop"]]]}
    assert server.poll(question, wanted) == wanted


def test_salt_address_and_agent_are_nowhere_in_the_home_or_the_log(server):
    assert send(server.url).status_code == 202
    (folder,) = [path for path in os.scandir(server.environ["FOOTFALL_VOLATILE"]) if path.is_dir()]
    contents = [open(path, "rb").read() for path in os.scandir(folder.path) if len(path.name) == 24]
    salts = [msgspec.msgpack.decode(content, type=Salt).current for content in contents if content]
    assert server.stop() == 0
    log = server.process.stderr.read()
    assert len(salts) == 1
    secret = [*salts, *(salt.hex().encode() for salt in salts), ADDRESS.encode(), AGENT.encode()]
    files = [path for path in server.home.rglob("*") if path.is_file()]
    held = [(path.name, word) for path in files for word in secret if word in path.read_bytes()]
    assert len(files) > 20
    assert held == []
    assert [word for word in secret if word.decode("latin-1") in log] == []


def test_collector_apart_on_any_free_port_says_which(tmp_path):
    command = [sys.executable, "-m", "footfall.cli", "collect", "--home", str(tmp_path), "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = json.loads(process.stdout.readline())["url"]
        assert httpx.get(f"{url}/health", timeout=LONG_S).json()["live"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=LONG_S) == 0
    finally:
        process.kill()


def test_client_that_never_ends_its_body_holds_up_no_stop(tmp_path):
    command = (
        "import sys; from footfall.serve import apart, serving; from footfall.settings import read_settings; serving.STOP_SECONDS = 1; "
    )
    command += "apart.run_collector(read_settings(home=sys.argv[1], port=int(sys.argv[2])))"
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", command, str(tmp_path), str(port)], stderr=subprocess.DEVNULL)
    try:
        with connect(port) as connection:
            connection.sendall(b"POST /api/event HTTP/1.1\r\nhost: a\r\ncontent-length: 500\r\n\r\n{")
            time.sleep(0.3)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=LONG_S) == 0
    finally:
        process.kill()


def connect(port):
    deadline = time.monotonic() + LONG_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=LONG_S)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class Restarts:
    """Gates on one home, one after the other, and the loader that takes what they leave."""

    def __init__(self, home, engine):
        self.settings, self.engine = Settings(home=str(home), volatile=str(home / "volatile")), engine
        (home / "volatile").mkdir()

    def open(self):
        return open_gate(self.settings)

    def load(self):
        loader = Loader(self.engine, self.settings.home_path / "journal", now=lambda: 1, random=secrets.token_bytes)
        loader.load_waiting()
        loader._claim.close()

    def close(self, gate):
        gate.close()
        gate.control.close()


@pytest.fixture
def restarts(tmp_path, embedded_engine):
    return Restarts(tmp_path, embedded_engine)


def test_salt_is_in_no_journal_line(restarts, tmp_path):
    gate, asking = restarts.open(), Bench()
    gate.collector._context.portals = asking.context.portals
    asking.collector = gate.collector
    assert asking.ask(body=event()).status == 202
    salts = [day.salt.current for day in gate.salts._days.values()]
    restarts.close(gate)
    (segment,) = (tmp_path / "journal").glob("*.ndjson")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.parent.parent != tmp_path / "volatile")
    assert segment.read_bytes() in written
    assert [len(salt) for salt in salts] == [32]
    assert not any(word in written for salt in salts for word in (salt, salt.hex().encode()))


def count(gate, site, reason, times):
    for _ in range(times):
        gate.refusals.count(site, reason)


def keep(gate):
    gate._taken += gate.refusals.take()
    gate._keep_folder()


def test_refusals_reach_the_table_once_over_restarts(restarts, embedded_engine):
    for _ in range(3):
        gate = restarts.open()
        count(gate, 800_001, "bot", 5)
        keep(gate)
        count(gate, 800_001, "bot", 2)
        count(gate, 800_002, "rate_limit", 1)
        restarts.load()
        restarts.close(gate)
        restarts.load()
        restarts.load()
    assert embedded_engine.query(COUNTS) == [(800_001, "bot", 21), (800_002, "rate_limit", 3)]


@pytest.mark.parametrize("fails", ["write", "rename", "sync"])
def test_refusals_that_the_disk_did_not_take_are_kept_for_the_next_round(restarts, embedded_engine, monkeypatch, fails):
    site = {"write": 800_011, "rename": 800_012, "sync": 800_013}[fails]
    gate, calls = restarts.open(), itertools.count()
    places = {"write": (os, "fsync"), "rename": (type(gate.folder), "rename"), "sync": (journal_module, "_sync_folder")}

    def refuse(*given):
        next(calls)
        raise OSError(28, "No space left on device")

    count(gate, site, "bot", 4)
    with monkeypatch.context() as patched:
        patched.setattr(*places[fails], refuse)
        with pytest.raises(Unavailable):
            keep(gate)
    restarts.load()
    keep(gate)
    restarts.close(gate)
    restarts.load()
    assert next(calls) == 1
    assert (site, "bot", 4) in embedded_engine.query(COUNTS)
