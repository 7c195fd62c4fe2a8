"""The command line as a reader meets it: help, bad usage, exit codes, and one sentence for an error."""

import importlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from cyclopts import App

from footfall.cli import portals
from footfall.cli.backend import find_server
from footfall.cli.commands import COMMANDS, app, run

LEAVES = {
    "up": "one port",
    "collect": "collector apart",
    "demo": "demo city",
    "ask": "question",
    "export": "Parquet file",
    "funnel": "took each step",
    "journey": "just before a page",
    "flows": "where people leave",
    "loyalty": "how content they are",
    "participation": "its error",
    "close": "Only this portal group",
    "migrate": "schema",
    "doctor": "Exit code 1",
    "verify": "what is promised",
    "attack": "Exit code 1 if an attack succeeds",
    "label": "French exemption",
    "record": "article 30",
    "dpia": "CNIL's tool PIA",
    "held": "what could be made of it",
    "portals list": "List the portals",
    "portals add": "line to paste",
    "portals set": "Change what is given",
    "portals remove": "Remove a portal",
    "portals show": "Show one portal",
    "goals list": "List a portal's goals",
    "goals add": "custom event",
    "goals remove": "Remove a goal",
    "keys add": "only its hash is kept",
    "keys list": "secrets are nowhere",
    "keys revoke": "stops working at once",
    "trends": "one line a story",
    "placements list": "of one portal or of all",
    "placements show": "as YAML that put --from takes",
    "placements put": "the rest stays as it is",
    "placements remove": "answered no more",
    "alerts list": "how the last message went",
    "alerts test": "says that it is a test",
    "targets list": "the chance to reach them",
    "targets show": "day by day",
    "targets add": "for every week",
    "targets rm": "by its id",
    "evaluate": "Only means are printed",
    "webhooks list": "how the last message went",
    "webhooks add": "secret that signs",
    "webhooks send": "within seconds",
    "webhooks remove": "Nothing is sent",
    "operators list": "what each may",
    "operators add": "invitation link",
    "operators invite": "lost password",
    "operators grant": "Give an operator a role",
    "operators revoke": "Take an operator's role",
    "operators disable": "let them in no more",
    "operators enable": "in again",
    "marts list": "the same in every home",
    "marts show": "as the API gives it",
    "reach list": "groups with their portals",
    "reach add": "from the next day on",
    "reach remove": "What was published of it stays",
    "reach show": "why days have no number",
    "ledger budgets": "what is left",
    "ledger releases": "what became of it",
    "ledger attacks": "run by run",
    "ledger questions": "never what was answered",
    "reports list": "Addresses are not shown",
    "reports send": "those who confirmed",
    "sources list": "rows kept, folded and refused",
    "sources show": "what its contract promises",
    "sources add": "another version of its contract",
    "sources builtin": "as YAML",
    "sources check": "Exit code 1 if the file would be refused",
    "sources load": "Exit code 1 if something was refused or failed",
    "sources watch": "until Ctrl-C or so many rounds",
    "sources withdraw": "counted before and after",
    "sources init": "filled in purpose, legal basis and owner",
    "sources contract": "what it keeps, drops and needs",
    "sources places": "a feature a place",
    "topics list": "that items are sorted by",
    "topics check": "named with its line or topic",
    "topics of": "best first",
    "content list": "items by path",
    "content show": "with its text",
    "content add": "the one at that address",
    "content load": "keeps no other out",
    "content crawl": "by the server that runs on this home",
    "content sources": "how far that is",
    "content drop": "items that it brought stay",
    "content remove": "weight 0 hides it for good",
    "import events": "one JSON object a line",
    "import log": "server logs",
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path))


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_list_of_commands_says_is_what_each_says_of_itself(name):
    place, told = COMMANDS[name]
    module, thing = place.split(":")
    command = getattr(importlib.import_module(f"footfall.cli.{module}"), thing)
    assert told == (command.help if isinstance(command, App) else command.__doc__)


def leaves(found=app, before=()):
    for name in found:
        if not name.startswith("-"):
            words = (*before, name)
            inner = list(leaves(found[name], words))
            yield from inner or [" ".join(words)]


def test_every_command_is_listed_here():
    assert set(leaves()) == set(LEAVES)


@pytest.mark.parametrize(("command", "says"), LEAVES.items())
def test_help_says_what_the_command_does_and_names_its_options(capsys, command, says):
    assert run([*command.split(), "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert says in shown.replace("│ ", "")
    assert "--json" in shown
    assert "--home" in shown


def test_top_help_names_the_exit_codes_and_completion(capsys):
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "0 done, 1 failed, 2 not understood" in shown
    assert "--install-completion" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["portlas"], 'Unknown command "portlas"'),
        (["ask"], "DOMAIN"),
        (["ask", "x.example", "--rnage", "7d"], "--rnage"),
        (["up", "--port", "abc"], "--port"),
        (["up", "--port", "99999"], "0 to 65535"),
        (["demo", "--weeks", "-1"], "0 to 108"),
        (["demo", "--weeks", "200000"], "0 to 108"),
        (["portals", "add", "x.example", "--privacy-signal", "maybe"], "count"),
        (["portals", "add", "not a host"], "host name"),
        (["portals", "add", "x.example", "--timezone", "Mars/Olympus"], "Mars/Olympus"),
        (["portals", "set", "x.example"], "--timezone"),
        (["goals", "add", "x.example", "--prop", "colour"], "NAME=VALUE"),
        (["keys", "add", "k", "--scopes", "stats:red"], "stats:read"),
        (["operators", "add", "nobody"], "name@example.city"),
        (["operators", "add", "a@x.example", "--role", "king"], "viewer"),
        (["operators", "add", "a@x.example", "--portal", "x.example", "--group", "city"], "neither for all portals"),
        (["operators", "add", "a@x.example", "--ask-password"], "needs a terminal"),
        (["import", "events", "--portal", "x.example"], "at least one file"),
        (["ask", "x.example", "--filter", "visit:source"], "visit:source is Google,Bing"),
        (["ask", "x.example", "--filter", "[1,"], "visit:source is Google,Bing"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_bad_usage_is_exit_code_2_and_one_sentence_on_stderr(capsys, arguments, says, as_json):
    assert run([*arguments, *(["--json"] if as_json else [])]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    assert says in (json.loads(shown.err)["error"] if as_json else shown.err)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["portals", "show", "nobody.example"], "not_found"),
        (["portals", "remove", "nobody.example"], "not_found"),
        (["keys", "revoke", "nobody"], "not_found"),
        (["operators", "invite", "nobody@x.example"], "not_found"),
        (["import", "events", "missing.ndjson", "--portal", "x.example"], "not_found"),
        (["import", "log", "/tmp", "--portal", "x.example"], "not_found"),
    ],
)
def test_failure_is_exit_code_1_and_has_a_code(capsys, arguments, code):
    assert run([*arguments, "--json"]) == 1
    assert json.loads(capsys.readouterr().err)["code"] == code


@pytest.mark.parametrize("command", ["up", "collect"])
def test_taken_port_is_one_sentence_before_anything_is_opened(capsys, command, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert run([command, "--port", str(taken.getsockname()[1])]) == 1
    assert "choose another with --port" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["portals list", "keys list", "migrate"])
@pytest.mark.parametrize(("what", "says"), [("newer", "is of a newer Footfall (migration 9999"), ("junk", "file is not a database")])
def test_control_database_that_cannot_be_used_is_said_to_be_so(capsys, tmp_path, command, what, says):
    control = tmp_path / "control.db"
    assert run(["portals", "list"]) == 0
    if what == "newer":
        with closing(sqlite3.connect(control)) as database, database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
    else:
        control.write_text("junk" * 1000)
    capsys.readouterr()
    assert run([*command.split(), "--home", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert says in shown.out + shown.err
    assert "Something went wrong" not in shown.out + shown.err


def test_line_to_paste_is_an_address_whatever_the_public_one_ends_with(capsys, monkeypatch):
    monkeypatch.setenv("FOOTFALL_PUBLIC_URL", "https://stats.example.city/")
    assert run(["portals", "add", "x.example", "--json"]) == 0
    assert 'src="https://stats.example.city/footfall.js"' in json.loads(capsys.readouterr().out)["snippet"]


@pytest.mark.parametrize("said", ["[1]", '{"pid": 1}', '{"pid": "1", "url": "http://127.0.0.1:1"}', "{"])
def test_run_file_that_says_nothing_is_no_server(tmp_path, said):
    (tmp_path / "run.json").write_text(said)
    assert find_server(tmp_path) is None


def test_wrong_setting_is_bad_usage(capsys, monkeypatch):
    monkeypatch.setenv("FOOTFALL_POLICY", "none")
    assert run(["portals", "list"]) == 2
    assert "staff, exact" in capsys.readouterr().err


@pytest.mark.parametrize("command", LEAVES)
def test_page_on_the_command_line_lists_the_command(command):
    page = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"| `footfall {command}" in page


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (KeyError("quotes 192.0.2.7"), 1, "footfall: Something went wrong here: KeyError at "),
        (PermissionError(13, "Permission denied", "/x/control.db"), 1, "footfall: Permission denied: /x/control.db."),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_no_failure_is_a_traceback(capsys, monkeypatch, error, code, says):
    def fails(*given, **named):
        raise error

    monkeypatch.setattr(portals, "open_control_of", fails)
    assert run(["portals", "list"]) == code
    shown = capsys.readouterr().err
    assert shown.startswith(says)
    assert (shown.count("\n") <= 1, "192.0.2.7" in shown, "Traceback" in shown) == (True, False, False)


@pytest.mark.parametrize("arguments", [("--help",), ("portals", "list"), ("portals", "list", "--json")])
def test_reader_that_has_had_enough_is_no_failure(arguments):
    """As ``| head`` is."""
    read, written = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-m", "footfall.cli", *arguments], stdout=written, stderr=subprocess.PIPE, check=False)
    os.close(written)
    assert (done.returncode, done.stderr) == (0, b"")


def test_unexpected_failure_is_json_too(capsys, monkeypatch):
    monkeypatch.setattr(portals, "open_control_of", lambda settings: 1 / 0)
    assert run(["portals", "list", "--json"]) == 1
    assert json.loads(capsys.readouterr().err)["code"] == "error"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_and_knows_the_commands(capsys, tmp_path, monkeypatch, shell):
    # It adds a line to what the shell reads at its start, which is not the tester's own here.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("ZDOTDIR", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    script = tmp_path / "completion"
    assert run(["--install-completion", "--shell", shell, "--output", str(script)]) == 0
    text = script.read_text(encoding="utf-8")
    for word in ("footfall", "doctor", "portals", "import", "range", "compare"):
        assert word in text


@pytest.mark.parametrize("option", ["--by", "--range", "--filter", "--compare", "--order", "--limit"])
def test_page_on_the_command_line_names_the_options_of_ask(option):
    page = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"`{option}" in page
