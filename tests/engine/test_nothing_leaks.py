"""A visitor whom nobody must find again visits everything, staff run every command, processes die; then every file is read."""

import gzip
import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from bench.faults import free_port
from footfall.cli.commands import COMMANDS
from footfall.collect.formats import ROUTES
from footfall.collect.server import PATHS
from footfall.serve.app import create
from footfall.serve.attacking import made_up_attacks
from footfall.settings import read_settings
from footfall.store.engine import open_engine
from tests.support.closing import few_marts
from tests.support.command import run_here
from tests.support.sentinel import AGENT, COOKIE, SECRET, SENT, V4, V4_TOO, V6, all_rows, find, salts_in, traces
from tests.support.waiting import LONG_S, until

ROOT = Path(__file__).parents[2]
DAY, NOW = "05/Jan/2026", "2026-01-07T12:00:00Z+"
SEEN = {"page": ((b"/seen-by-the-sentinel",),)}
"""What is kept of the visitor, and so must be found wherever events are."""
FORWARDED = ("x-forwarded-for", "b-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "x-client-ip")
LOG_LINES = "".join(
    f'{address} - - [{DAY}:10:0{minute}:00 +0000] "GET /seen-by-the-sentinel?email={SECRET} HTTP/1.1" 200 5 '
    f'"https://mail.example/?q={SECRET}" "{AGENT}"\n'
    for minute, address in enumerate(SENT)
)
BROKEN_LINES = f"{V4} {AGENT} {SECRET}\n" * 3
EVENTS = json.dumps({"timestamp": "2026-01-05T10:00:00Z", "visitor": V4, "pathname": f"/x?email={SECRET}", "ip": V6}) + "\n"


class Place:
    """Folders for all that processes may write to, each process's output among them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.volatile, self.rows = folder, folder / "home", folder / "volatile", folder / "rows"
        for name in ("volatile", "tmp", "user", "work", "logs"):
            (folder / name).mkdir(parents=True)
        own = {"FOOTFALL_HOME": str(self.home), "FOOTFALL_VOLATILE": str(self.volatile), "FOOTFALL_NOW": NOW}
        own |= {"FOOTFALL_TRUSTED_PROXIES": "127.0.0.1/32", "FOOTFALL_LOG_LEVEL": "debug", "FOOTFALL_POLICY": "exact"}
        self.environ = os.environ | own | {"TMPDIR": str(folder / "tmp"), "HOME": str(folder / "user"), "PYTHONPATH": str(ROOT)}
        self.said = 0

    @property
    def kept(self) -> list[Path]:
        """Folders whose every byte is looked at; those of the salts are another matter."""
        return [path for path in self.folder.iterdir() if path not in (self.volatile, self.rows)]

    def run(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        done = run_here(self.environ, *arguments, given=given)
        self.said += 1
        (self.folder / "logs" / f"command-{self.said}").write_text(done.stdout + done.stderr)
        return done

    def start(self, *command: str, wait: str = "/health") -> tuple["subprocess.Popen[bytes]", str]:
        """A process that may dump its memory into a file, if it does not see to it itself; and where it answers."""
        port = free_port()
        self.said += 1
        log = (self.folder / "logs" / f"process-{self.said}").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--port", str(port)],
            **{"env": self.environ, "cwd": self.folder / "work", "stdout": log, "stderr": log, "preexec_fn": allow_cores},
        )
        log.close()
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=url, timeout=10) as client:
            assert until(lambda: process.poll() is not None or answers(client, wait)), "it did not start"
        assert process.poll() is None, "it did not start"
        return process, url


def answers(client, path):
    try:
        return client.get(path).status_code == 200
    except httpx.HTTPError:
        return False


def allow_cores():
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def ended(process, number):
    process.send_signal(number)
    return process.wait(timeout=LONG_S)


def visit(url, page="/seen-by-the-sentinel"):
    """The visitor in every way that a tracker and a proxy may tell of him; answers what became of his page views."""
    marks = {"user-agent": AGENT, "cookie": f"session={COOKIE}", "referer": f"https://mail.example/read?token={SECRET}"}
    address = f"https://portal.example{page}?email={SECRET}&utm_source=letter#token={SECRET}"
    body = {"u": address, "r": f"https://mail.example/?q={SECRET}", "p": {"form": SECRET, "office": "north"}}
    statuses = []
    with httpx.Client(base_url=url, headers=marks, timeout=LONG_S) as client:
        for path in ROUTES:
            client.post(path, content=f"{SECRET}{V4}{AGENT}".encode() * 10_000)
        for sender in SENT:
            for header in FORWARDED:
                value = (f'for="[{sender}]"' if ":" in sender else f"for={sender}") if header == "forwarded" else sender
                plausible = client.post("/api/event", json=body | {"d": "portal.example", "n": "pageview"}, headers={header: value})
                statuses.append(plausible.headers.get("x-footfall-refused", plausible.status_code))
            about = {"x-forwarded-for": f"10.0.0.7, {sender}"}
            for domain in ("portal.example", "silent.example", "nobody.example"):
                client.post("/api/collect", json=body | {"s": domain}, headers=about | {"sec-gpc": "1"})
                client.post("/api/collect", json=body | {"s": domain}, headers=about | {"user-agent": f"{AGENT} Googlebot/2.1"})
            for path in ROUTES:
                client.post(path, content=f'{{"u": "{SECRET}{V4}{AGENT}', headers=about)
                client.get(f"{path}?idsite=1&rec=1&url={address}&_id={V4}&cip={V4}&ua={AGENT}", headers=about)
    return statuses


def requests_of(environ):
    """Method and path of every route of the app, the collector's included, and of what is nowhere."""
    home = environ["FOOTFALL_HOME"]
    for route in create(read_settings(environ, home=home)).api.routes:
        path = "/".join(("1" if "int" in part else "portal.example") if part.startswith("{") else part for part in route.path.split("/"))
        for method in sorted(getattr(route, "methods", ())):
            yield method, path
        if path.startswith(("/api", "/portals")):
            yield "PATCH", path
    for path in (*PATHS, "/nowhere", "/api/nowhere"):
        yield "GET", path


def walk(place, url, key):
    """Every endpoint by the visitor, by a key, and every page by staff at his address; the statuses there were, and whether staff's."""
    marks = {"user-agent": AGENT, "x-forwarded-for": V4_TOO, "referer": f"{url}/?q={SECRET}"}
    given, form = {"site_id": "portal.example", "email": SECRET}, {"email": V4, "password": SECRET, "site_id": AGENT}
    nobody, holder, staff = ({"cookie": f"session={COOKIE}"}, {"authorization": f"Bearer {key}"}, {"cookie": session_of(place, url, marks)})
    statuses = set()
    with httpx.Client(base_url=url, timeout=LONG_S, headers=marks) as client:
        for method, path in requests_of(place.environ):
            is_safe, others = method in ("GET", "HEAD", "OPTIONS"), ()
            if path.startswith("/api"):
                others = (holder,) if method != "DELETE" else ()
            elif method == "GET" and path.startswith("/portals") and not path.endswith("/live"):
                others = (staff,)
            for head in (nobody, *others):
                answer = client.request(method, path, params=given, headers=head, **{} if is_safe else {"data": form})
                statuses.add((answer.status_code, head is staff))
    return statuses


def session_of(place, url, marks):
    """The cookies of an operator who accepted an invitation."""
    link = json.loads(place.run("operators", "add", "ann@example.city", "--role", "admin", "--json").stdout)["invitation"]
    with httpx.Client(base_url=url, timeout=LONG_S, headers=marks) as client:
        path = urlsplit(link).path
        token = re.search(r'name="token" value="([^"]+)"', client.get(path).text)[1]
        client.post(path, data={"token": token, "name": "Ann", "password": SECRET, "again": SECRET})
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def run_commands(place, files, port):
    """Every command, as it is meant and as it fails; answers the names of those that ran."""
    log, broken, events, cut = files
    lines = [
        ("import", "log", str(log), "--portal", "portal.example"),
        ("import", "log", str(broken), "--portal", "portal.example", "--json"),
        ("import", "events", str(events), "--portal", "portal.example"),
        ("import", "events", str(log), "--portal", "portal.example"),
        ("import", "log", str(log), "--portal", "nobody.example"),
        ("import", "log", str(cut), "--portal", "portal.example"),
        *((command, "portal.example") for command in ("ask", "journey", "flows", "loyalty", "participation")),
        ("journey", "portal.example", "/seen-by-the-sentinel"),
        ("ask", "nobody.example"),
        ("funnel", "portal.example", "/", "/seen-by-the-sentinel"),
        ("export", "portal.example", "--to", str(place.folder / "work" / "out.parquet")),
        ("export", "nobody.example", "--to", str(place.folder / "work" / "none.parquet")),
        ("close",),
        ("close", "--day", "2026-01-05"),
        ("migrate",),
        ("doctor", "--json"),
        ("verify", "--json"),
        *(("ledger", what, "--json") for what in ("budgets", "releases", "attacks", "questions")),
        *((command,) for command in ("attack", "label", "record", "dpia", "held")),
        *((command, "list", *one) for command, one in (("portals", ()), ("goals", ("portal.example",)), ("keys", ()), ("operators", ()))),
        ("goals", "add", "portal.example", "--page", "/seen*"),
        ("operators", "invite", "nobody@example.city"),
        ("reach", "list"),
        ("reach", "add", "both", "portal.example", "silent.example"),
        ("reach", "show"),
        ("reach", "remove", "nothing"),
        ("reports", "list"),
        ("reports", "send", "nobody.example"),
        ("sources", "init", str(log)),
        ("sources", "check", str(log)),
        ("sources", "add", "service-counters"),
        ("sources", "load", "service-counters", str(log)),
        ("sources", "list"),
        ("sources", "places", str(log)),
        ("placements", "put", "home-news", "portal.example"),
        ("placements", "list"),
        ("trends", "portal.example", "--state", "trend,fading"),
        ("alerts", "list", "portal.example"),
        ("targets", "list", "portal.example"),
        ("evaluate", "portal.example"),
        ("marts", "show", "interest_by_topic"),
        ("topics", "check", str(log)),
        ("webhooks", "list"),
        ("content", "load", "portal.example", str(log)),
        ("content", "list", "portal.example"),
        ("up", "--port", "0"),
        ("collect", "--port", port),
        ("demo", "--home", str(place.folder / "demo"), "--port", port),
        ("nothing", "of", "that", "--name"),
    ]
    for line in lines:
        place.run(*line)
    return {line[0] for line in lines[:-1]}


def is_amid(place):
    """Whether a segment is open while a batch waits for its marks."""
    return {".open", ".ready"} <= {path.suffix for path in (place.home / "journal").rglob("*")}


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """What was found on the way: where events must be, and where nothing may be."""
    place, found = Place(tmp_path_factory.mktemp("place")), {}
    files = [tmp_path_factory.mktemp("brought") / name for name in ("access.log", "broken.log", "events.ndjson", "cut.log.gz")]
    for file, content in zip(files, (LOG_LINES, BROKEN_LINES, EVENTS), strict=False):
        file.write_text(content)
    files[-1].write_bytes(gzip.compress(LOG_LINES.encode())[:-4])
    allowed = ("--allowed-props", "office")
    place.run("portals", "add", "portal.example", *allowed)
    place.run("portals", "add", "silent.example", "--privacy-signal", "refuse", *allowed)
    key = json.loads(place.run("keys", "add", "all", "--scopes", "*", "--json").stdout)["key"]

    app, url = place.start("tests.support.planted", "faults", "up")
    apart, other = place.start("footfall.cli", "collect")
    found["limits"] = [Path(f"/proc/{process.pid}/limits").read_text() for process in (app, apart)]
    found["exploded"] = visit(url, "/explode") + visit(other)
    ended(apart, signal.SIGABRT)
    salts = salts_in(place.volatile)
    found["visited"] = visit(url)
    # Of a day that is new to the store the first batch is marked at once; those after it leave a file for a while.
    until(lambda: is_amid(place) or (visit(url) and is_amid(place)))
    ended(app, signal.SIGKILL)
    found["left"] = {path.suffix for path in (place.home / "journal").rglob("*")}
    found["killed"] = find(traces(salts), *place.kept), find(SEEN, place.home / "journal")

    app, url = place.start("tests.support.planted", "faults", "up")
    with pytest.MonkeyPatch.context() as monkeypatch:
        # The made-up city has no visitor: one attack on it writes the report that all of them write.
        monkeypatch.setattr("footfall.cli.attack.made_up_attacks", lambda: made_up_attacks()[:1])
        found["ran"] = run_commands(place, files, url.rpartition(":")[2])
    salts += salts_in(place.volatile)
    found["salts"] = len(set(salts)), len(list(place.volatile.glob("*/import-*")))
    found["walked"] = walk(place, url, key)
    ended(app, signal.SIGTERM)
    with pytest.MonkeyPatch.context() as monkeypatch:
        few_marts(monkeypatch)
        place.run("close")
    place.environ |= {"FOOTFALL_STORE": f"clickhouse://me:{SECRET}@127.0.0.1:{free_port()}/footfall"}
    found["away"] = [place.run(*command).returncode for command in (("ask", "portal.example"), ("doctor",), ("migrate",))]
    found["closed"] = (place.home / "ledger.jsonl").read_text().count('"published"')
    found["volatile"] = find(traces(), place.volatile)
    engine = open_engine("chdb", place.home)
    all_rows(engine, place.rows)
    engine.close()
    found["end"] = find(traces(salts), *place.kept, place.rows), find(SEEN, place.rows)
    return found


def test_nothing_of_the_visitor_and_of_no_salt_is_in_any_file_when_processes_died(left):
    nowhere, kept = left["killed"]
    assert nowhere == set()
    assert kept, "what is kept of him waits in the journal"
    assert left["visited"] == left["exploded"][-len(left["visited"]) :] == [202] * len(SENT) * len(FORWARDED)


def test_nothing_of_the_visitor_and_of_no_salt_is_in_any_file_after_everything(left):
    nowhere, kept = left["end"]
    assert nowhere == set()
    assert {Path(path).name for _, path in kept} >= {"events", "visits"}
    assert left["salts"] == (2, 1) and left["closed"] > 0, "one of the day, one of an import that broke off"
    assert left["volatile"] == set(), "beside salts nothing of him is on tmpfs either"


def test_everything_was_visited_run_and_broken(left):
    assert left["ran"] == set(COMMANDS)
    assert {(status, False) for status in (200, 303, 400, 401, 403, 404, 405, 500)} <= left["walked"]
    assert (200, True) in left["walked"], "staff were let in"
    assert 500 in left["exploded"]
    assert {".open", ".ready"} <= left["left"]
    assert left["away"] == [1, 1, 1]


def test_servers_write_no_core(left):
    for limits in left["limits"]:
        assert re.search(r"Max core file size +0 ", limits), limits


@pytest.mark.parametrize("form", [form for forms in traces([b"0123456789abcdef" * 2]).values() for form in forms])
def test_search_finds_every_form_in_a_file_that_holds_it(tmp_path, form):
    wanted = traces([b"0123456789abcdef" * 2])
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "nothing").write_bytes(b"\0\1\2" + form[0][: len(form[0]) // 3])
    assert find(wanted, tmp_path) == set()
    (tmp_path / "deep" / "leak").write_bytes(b"\0\1\2" + b"\3".join(form) + b"\n")
    assert {path for _, path in find(wanted, tmp_path)} == {str(tmp_path / "deep" / "leak")}


def test_search_finds_what_a_collector_was_made_to_leak(tmp_path):
    place = Place(tmp_path)
    place.run("portals", "add", "portal.example", "--allowed-props", "office")
    collector, url = place.start("tests.support.planted", "leaks", "collect")
    visit(url)
    assert ended(collector, signal.SIGTERM) == 0
    found = {(what, Path(path).relative_to(tmp_path).parts[0]) for what, path in find(traces(), *place.kept)}
    assert found == {("address", "logs"), *((what, "tmp") for what in ("address", "agent", "secret")), ("agent", "home")}
