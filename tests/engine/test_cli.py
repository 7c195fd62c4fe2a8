"""The command line: provisioning, importing and asking, with a server running and without one."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
import threading
from pathlib import Path

import httpx
import pytest

from bench.faults import free_port
from tests.support.command import run_here
from tests.support.waiting import LONG_S, until

LINES = "".join(
    json.dumps({"timestamp": f"2026-01-0{day}T10:{minute:02}:00Z", "visitor": f"v{minute}", "pathname": "/x", "source": source}) + "\n"
    for day in (5, 6)
    for minute, source in ((1, "Google"), (2, "Google"), (3, ""))
)


class Desk:
    """One home, and the command ``footfall`` on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = os.environ | {"FOOTFALL_HOME": str(home), "FOOTFALL_POLICY": "exact", "TZ": "UTC"}

    def run(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return run_here(self.environ, *arguments, given=given)

    def run_apart(self, *arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        """As a process of its own."""
        command = [sys.executable, "-m", "footfall.cli", *arguments]
        return subprocess.run(command, env=self.environ, capture_output=True, text=True, input=given, timeout=LONG_S)

    def json(self, *arguments: str, given: str = ""):
        done = self.run(*arguments, "--json", given=given)
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "footfall.cli", *arguments, "--json"]
        return subprocess.Popen(command, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def hear_interrupts():
    """Who runs in the background of a script was told to ignore them, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def stopped(process):
    process.send_signal(signal.SIGTERM)
    process.stdout.close()
    return process.wait(timeout=LONG_S)


@pytest.fixture(scope="module", params=["alone", "beside a server"])
def desk(request, tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("home"))
    if request.param == "alone":
        yield desk
        return
    server = desk.start("up", "--port", "0")
    desk.url = json.loads(server.stdout.readline())["url"]
    yield desk
    assert stopped(server) == 0
    assert not (desk.home / "run.json").exists()


@pytest.fixture(scope="module")
def key(desk):
    """A portal with history, made by commands alone; the key that reads it."""
    made = desk.json("portals", "add", "portal.example", "--timezone", "Europe/Moscow", "--domains", "www2.portal.example,p.example")
    assert (made["domain"], made["domains"]) == ("portal.example", ["www2.portal.example", "p.example"])
    assert made["snippet"].startswith('<script defer data-site="portal.example"')
    key = desk.json("keys", "add", "reader", "--scopes", "stats:read", "--portals", "portal.example")["key"]
    file = desk.home / "events.ndjson"
    file.write_text(LINES)
    assert desk.json("import", "events", str(file), "--portal", "portal.example")["accepted"] == 6
    return key


def test_ask_with_json_is_the_apis_answer(desk, key):
    answer = desk.json("ask", "portal.example", "visitors,pageviews", "--by", "visit:source", "--range", "2026-01-01,2026-01-31")
    assert answer["results"] == [
        {"dimensions": ["Google"], "metrics": [4, 4]},
        {"dimensions": ["Direct / None"], "metrics": [2, 2]},
    ]
    assert answer["meta"]["release"]["policy"] == "exact"
    assert set(answer) == {"results", "meta", "query"}


def test_ask_prints_a_table(desk, key):
    asked = ("ask", "portal.example", "visitors", "--by", "visit:source", "--range", "2026-01-01,2026-01-31", "--limit", "1")
    done = desk.run_apart(*asked)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[:2] == [["visit:source", "visitors"], ["Google", "4"]]
    assert "2026-01-01 to 2026-01-31 · policy exact" in done.stdout


def test_ask_filters_and_compares(desk, key):
    dates = ("--range", "2026-01-06,2026-01-06", "--compare", "previous_period")
    answer = desk.json("ask", "portal.example", "visitors", "--filter", "visit:source is Google", *dates)
    (row,) = answer["results"]
    assert (row["metrics"], row["comparison"]["metrics"], row["comparison"]["change"]) == ([2], [2], [0])


def test_journeys_and_funnels_go_between_two_days(desk, key):
    dates = ("--range", "2026-01-01,2026-01-31")
    assert desk.json("journey", "portal.example", "/x", *dates)["visitors"] == 6
    steps = desk.json("funnel", "portal.example", "/x", "/y", *dates)["steps"]
    assert [step["visitors"] for step in steps] == [6, 0]


def test_export_writes_the_same_parquet_file_with_a_server_and_without(desk, key):
    file = desk.home / "aggregates.parquet"
    done = desk.json("export", "portal.example", "--range", "2026-01-05,2026-01-06", "--to", str(file))
    content = file.read_bytes()
    assert (done, content[:4], content[-4:]) == ({"file": str(file), "bytes": len(content)}, b"PAR1", b"PAR1")
    assert b"smallest_cohort" in content
    failed = desk.run("export", "nobody.example", "--to", str(desk.home / "none.parquet"))
    assert (failed.returncode, "nobody.example" in failed.stderr) == (1, True)
    assert not (desk.home / "none.parquet").exists()


def test_import_again_and_from_standard_input_counts_nothing_twice(desk, key):
    report = desk.json("import", "events", "-", "--portal", "portal.example", given=LINES)
    assert (report["accepted"], report["already"]) == (0, 6)


def test_import_reads_a_pipe_that_has_a_name(desk, key):
    pipe = desk.home / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(LINES,), daemon=True)
    writer.start()
    report = desk.json("import", "events", str(pipe), "--portal", "portal.example")
    writer.join(LONG_S)
    pipe.unlink()
    assert (report["accepted"], report["already"]) == (0, 6)


def test_import_of_something_else_fails_and_names_the_lines(desk, key):
    done = desk.run("import", "events", "-", "--portal", "portal.example", given="hello\nworld\n")
    assert done.returncode == 1
    assert "line 1: not a JSON object" in done.stdout


def test_import_log_reads_a_server_log(desk, key):
    desk.json("portals", "add", "log.example")
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    line = f'198.51.100.7 - - [05/Jan/2026:10:00:00 +0000] "GET /page HTTP/1.1" 200 512 "-" "{agent}"\n'
    assert desk.json("import", "log", "-", "--portal", "log.example", given=line)["accepted"] == 1


def test_portals_are_set_shown_and_removed(desk):
    desk.json("portals", "add", "short.example", "--allowed-query", "q")
    changed = desk.json("portals", "set", "short.example", "--keep-events", "0", "--allowed-query", "")
    assert (changed["keep_events"], changed["allowed_query"], changed["timezone"]) == (0, [], "Etc/UTC")
    assert desk.json("portals", "show", "short.example") == changed
    assert desk.json("portals", "remove", "short.example") == {"deleted": True}
    assert "short.example" not in {portal["domain"] for portal in desk.json("portals", "list")}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), "A goal has either --event or --page."),
        (("--event", "Sent", "--page", "/"), "A goal has either --event or --page."),
        (("--page", "rules"), "--page 'rules' is not valid. Valid: a path that starts with '/'"),
        (("--event", "Sent", "--scroll", "50"), "--scroll 50 is not valid. Valid: 1 to 100, together with --page."),
    ],
)
def test_goal_that_is_none_is_told_in_the_words_of_the_command(desk, key, options, sentence):
    refused = desk.run("goals", "add", "portal.example", *options)
    assert (refused.returncode, sentence in refused.stderr) == (2, True)


def test_goals_are_added_listed_and_removed(desk, key):
    goal = desk.json("goals", "add", "portal.example", "--event", "Sent", "--prop", "office=north", "--name", "Sent in the north")
    assert (goal["display_name"], goal["custom_props"]) == ("Sent in the north", {"office": "north"})
    assert desk.json("goals", "list", "portal.example") == [goal]
    read = desk.json("goals", "add", "portal.example", "--page", "/rules", "--scroll", "50")
    shown = desk.run("goals", "list", "portal.example").stdout
    assert "Sent, office=north" in shown and "/rules, 50 %" in shown
    desk.json("goals", "remove", "portal.example", str(read["id"]))
    desk.json("goals", "remove", "portal.example", str(goal["id"]))
    assert desk.json("goals", "list", "portal.example") == []


def test_keys_are_listed_without_their_secret_and_revoked(desk, key):
    desk.json("keys", "add", "short-lived")
    listed = desk.run("keys", "list", "--json")
    assert key not in listed.stdout
    assert {found["name"]: found["scopes"] for found in json.loads(listed.stdout)}["short-lived"] == ["stats:read"]
    desk.json("keys", "revoke", "short-lived")
    assert "short-lived" not in desk.run("keys", "list").stdout


def test_ask_orders_rows_as_told(desk, key):
    answer = desk.json(
        "ask", "portal.example", "visitors", "--by", "visit:source", "--range", "2026-01-01,2026-01-31", "--order", "visitors asc"
    )
    assert [row["metrics"] for row in answer["results"]] == [[2], [4]]


def test_failure_is_one_sentence_and_no_traceback(desk, key):
    done = desk.run_apart("ask", "nobody.example")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "Portals here: portal.example" in done.stderr
    bad = desk.run("ask", "portal.example", "visitros", "--json")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert json.loads(bad.stderr)["code"] == "bad_question"
    assert "Valid metrics: visitors" in json.loads(bad.stderr)["error"]


def test_interrupted_import_is_exit_code_130_and_no_traceback(desk, key):
    command = [sys.executable, "-m", "footfall.cli", "import", "events", "-", "--portal", "portal.example"]
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    importing = subprocess.Popen(command, env=desk.environ, text=True, preexec_fn=hear_interrupts, **piped)
    importing.stdin.write("\n")
    importing.stdin.flush()
    assert until(lambda: not any(fcntl.ioctl(importing.stdin, termios.FIONREAD, bytes(4))), every_s=0.01)
    importing.send_signal(signal.SIGINT)
    out, err = importing.communicate(timeout=LONG_S)
    assert (importing.returncode, out, err) == (130, "", "")


def test_interrupt_at_the_very_start_is_no_traceback_either(tmp_path):
    command = [sys.executable, "-m", "footfall.cli", "doctor"]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    looking = subprocess.Popen(command, env=Desk(tmp_path).environ, text=True, preexec_fn=hear_interrupts, **piped)
    assert until(lambda: "_ssl." in Path(f"/proc/{looking.pid}/maps").read_text(), every_s=0.01)
    looking.send_signal(signal.SIGINT)
    out, err = looking.communicate(timeout=LONG_S)
    # While it reads its modules it ends by the signal itself: a shell says 130 either way.
    assert (looking.returncode in (130, -signal.SIGINT), out, err) == (True, "", "")


def test_another_machine_asks_and_imports_by_address_and_key(desk, key, tmp_path):
    if not hasattr(desk, "url"):
        refused = Desk(tmp_path)
        refused.environ |= {"FOOTFALL_URL": f"http://ann:secret@127.0.0.1:{free_port()}"}
        done = refused.run("ask", "portal.example")
        assert (done.returncode, done.stderr.count("\n"), "does not answer" in done.stderr) == (1, 1, True)
        assert "127.0.0.1" in done.stderr and not {"ann", "secret"} & set(re.findall(r"\w+", done.stderr))
        return
    away = Desk(tmp_path)
    away.environ |= {"FOOTFALL_URL": desk.url, "FOOTFALL_KEY": key}
    question = ("ask", "portal.example", "visitors", "--range", "2026-01-01,2026-01-31")
    assert away.json(*question)["results"] == desk.json(*question)["results"]
    forbidden = away.run("import", "events", "-", "--portal", "portal.example", given=LINES)
    assert (forbidden.returncode, "lacks the scope import:write" in forbidden.stderr) == (1, True)
    away.environ["FOOTFALL_KEY"] = "nobody's"
    assert "Invalid API key" in away.run(*question).stderr
    assert list(tmp_path.iterdir()) == []


def test_doctor_finds_nothing_wrong(desk, key):
    findings = {finding["check"]: finding for finding in desk.json("doctor")}
    wanted = {"python", "home", "disk", "salts", "clock", "server", "store", "journal", "portals", "refusals"}
    assert wanted <= set(findings)
    assert all(finding["ok"] for finding in findings.values())
    assert "portal.example: nobody" in findings["portals"]["says"]


@pytest.mark.parametrize("desk", ["beside a server"], indirect=True)
def test_what_one_process_provides_the_running_server_knows_at_once(desk):
    made = desk.json("portals", "add", "new.example")
    body = {"n": "pageview", "u": "https://new.example/", "d": "new.example"}
    agent = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    answer = httpx.post(f"{desk.url}/api/event", json=body, headers=agent)
    key = desk.json("keys", "add", "all", "--scopes", "*")["key"]
    sites = httpx.get(f"{desk.url}/api/v1/sites", headers={"authorization": f"Bearer {key}"}).json()["sites"]
    again = desk.run_apart("up", "--port", "0")
    migrated = desk.run("migrate")
    assert "x-footfall-refused" not in answer.headers
    assert f'src="{desk.url}/footfall.js"' in made["snippet"]
    assert "new.example" in [site["domain"] for site in sites]
    assert (again.returncode, "runs already" in again.stderr) == (1, True)
    assert (migrated.returncode, "holds the embedded store" in migrated.stderr) == (1, True)


def test_doctor_says_what_is_wrong_and_migrate_mends_it(tmp_path):
    desk = Desk(tmp_path)
    before = desk.run("doctor")
    assert before.returncode == 1
    assert "BAD  schema" in before.stdout
    assert "footfall migrate" in before.stdout
    assert desk.json("migrate")["applied"]
    assert desk.json("migrate") == {"applied": [], "current": True}
    assert desk.run("doctor").returncode == 0


def test_doctor_goes_on_after_a_folder_that_is_none(tmp_path):
    desk = Desk(tmp_path)
    desk.json("migrate")
    (tmp_path / "journal").write_text("no folder")
    done = desk.run("doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert (done.returncode, findings["store"]["ok"], findings["disk"]["ok"]) == (1, False, True)
    assert "journal" in findings["store"]["says"]


@pytest.mark.parametrize("command", [("ask", "portal.example"), ("migrate",)])
def test_a_store_that_is_away_is_one_sentence(tmp_path, command):
    desk = Desk(tmp_path)
    desk.json("portals", "add", "portal.example")
    desk.environ["FOOTFALL_STORE"] = f"clickhouse://127.0.0.1:{free_port()}/footfall"
    done = desk.run(*command, "--json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert json.loads(done.stderr)["code"] == "unavailable"


def test_a_run_file_left_by_a_killed_server_is_no_server(tmp_path):
    desk = Desk(tmp_path)
    desk.json("portals", "add", "portal.example")
    left = {"pid": os.getppid(), "url": f"http://127.0.0.1:{free_port()}", "token": "x"}
    (tmp_path / "run.json").write_text(json.dumps(left))
    assert desk.json("ask", "portal.example", "visitors", "--range", "7d")["results"] == [{"dimensions": [], "metrics": [0]}]


def test_demo_city_answers_and_takes_live_traffic(tmp_path):
    desk = Desk(tmp_path)
    demo = desk.start("demo", "--home", str(tmp_path), "--port", "0", "--weeks", "1")
    said = json.loads(demo.stdout.readline())
    question = ("ask", "gov.example.city", "pageviews")
    history = desk.json(*question, "--range", "7d")["results"][0]["metrics"][0]
    grown = until(lambda: live(desk))
    assert stopped(demo) == 0
    assert (history > 2000, grown > 0) == (True, True)
    assert said["key"].startswith("ff_")
    assert desk.json(*question, "--range", "7d")["results"][0]["metrics"] == [history]
    assert [portal["keep_events"] for portal in desk.json("portals", "list")] == [90] * 6 + [0], "beside the others one is sealed"


def live(desk):
    """Page views of the demo's portals that no import made: those without a city, which the built-in places do not know."""
    domains = [portal["domain"] for portal in desk.json("portals", "list")]
    asked = ("pageviews", "--range", "day", "--filter", "visit:region is_not RU-MOW,RU-MOS,RU-SPE,KZ-ALA,BY-HM,DE-BE")
    return sum(desk.json("ask", domain, *asked)["results"][0]["metrics"][0] for domain in domains)
