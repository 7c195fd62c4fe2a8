"""``footfall attack`` as a command: its exit code, its report, and what it says."""

import json
from contextlib import contextmanager

import pytest

from footfall.cli import attack as command
from footfall.cli.commands import run
from footfall.privacy.attacks.outcome import Attack

pytestmark = pytest.mark.attack


def made(name, rate):
    return Attack(name=name, title="A title", paper="", tried="What was tried", rate=rate, bar=0.5, detail="Figures.")


@pytest.fixture
def home(tmp_path, monkeypatch):
    class Backend:
        def attacks(self):
            return (made("A1 home", 0.1),)

    @contextmanager
    def opened(settings):
        yield Backend()

    monkeypatch.setattr(command, "open_backend", opened)
    return tmp_path


@pytest.mark.parametrize(("rate", "code"), [(0.5, 0), (0.51, 1)], ids=["none succeeds", "one succeeds"])
def test_exit_code_says_whether_an_attack_succeeded(home, monkeypatch, capsys, rate, code):
    monkeypatch.setattr(command, "made_up_attacks", lambda: (lambda: made("A10", rate), lambda: made("A2", 0.2)))
    assert run(["attack", "--home", str(home), "--json"]) == code
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["passed"]) for one in told["attacks"]] == [("A1 home", True), ("A2", True), ("A10", code == 0)]
    assert [json.loads(path.read_bytes()) for path in (home / "attacks").glob("*.json")] == [told]


def test_an_attack_that_succeeds_is_said_out_loud(home, monkeypatch, capsys):
    monkeypatch.setattr(command, "made_up_attacks", lambda: (lambda: made("A2", 1.0),))
    assert run(["attack", "--home", str(home)]) == 1
    told = capsys.readouterr().out
    assert "A2 SUCCEEDED. What was tried. Figures." in told
    assert "1 of 2 attacks were repelled" in told
