"""``footfall operators`` on a home of its own: links, roles by domain, and passwords from a terminal alone."""

import getpass
import json
import sys

import pytest

from footfall.cli.commands import run
from footfall.cli.portals import opened_control
from footfall.control.invitations import find_invited
from footfall.control.sign_ins import sign_in
from footfall.errors import Unauthorized

ANN = "ann@example.city"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path))
    monkeypatch.setenv("FOOTFALL_PUBLIC_URL", "https://stats.example.city/")


@pytest.fixture
def ask(capsys):
    """A command's JSON."""

    def asked(*arguments):
        assert run(["operators", *arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return asked


def test_added_operator_is_invited_by_a_link_to_the_public_address(ask):
    added = ask("add", "Ann@Example.City", "--role", "admin", "--name", "Ann")
    assert (added["email"], added["invitation"].rpartition("/")[0]) == (ANN, "https://stats.example.city/invitation")
    again = ask("invite", ANN)["invitation"]
    with opened_control(None) as (control, _):
        assert find_invited(control, again.rpartition("/")[2], now_ms=0).name == "Ann"


def test_roles_are_given_and_revoked_by_domain_and_group(ask, capsys):
    run(["portals", "add", "library.example.city"])
    capsys.readouterr()
    ask("add", ANN, "--role", "steward", "--group", "culture")
    changed = ask("grant", ANN, "analyst", "--portal", "library.example.city")
    culture = {"role": "steward", "scope": "group", "value": "culture"}
    assert changed["grants"] == [culture, {"role": "analyst", "scope": "portal", "value": "library.example.city"}]
    assert ask("revoke", ANN, "--portal", "library.example.city")["grants"] == [culture]
    assert run(["operators", "grant", ANN, "viewer", "--portal", "nowhere.example"]) == 1


def test_list_says_what_each_may_and_how_they_sign_in(ask, capsys):
    ask("add", ANN, "--role", "admin")
    ask("add", "bob@example.city")
    ask("disable", "bob@example.city")
    assert [(one["email"], one["disabled"]) for one in ask("list")] == [(ANN, False), ("bob@example.city", True)]
    assert run(["operators", "list"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert lines == [[ANN, "ann", "admin", "on", "all", "invited"], ["bob@example.city", "bob", "viewer", "on", "all", "disabled"]]
    assert not ask("enable", "bob@example.city")["disabled"]
    assert run(["operators", "disable", ANN]) == 1
    assert "last admin" in capsys.readouterr().err


def test_password_is_asked_for_twice_on_a_terminal(ask, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    typed = iter(["correct horse battery", "correct horse", *["correct horse battery"] * 2])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(typed))
    assert run(["operators", "add", ANN, "--ask-password"]) == 2
    assert "passwords differ" in capsys.readouterr().err
    assert ask("add", ANN, "--ask-password")["has_password"]
    with opened_control(None) as (control, _):
        assert sign_in(control, ANN, "correct horse battery", now_ms=0).email == ANN


def test_weak_password_on_a_terminal_leaves_nobody_behind(monkeypatch, capsys):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: "password123")
    assert run(["operators", "add", ANN, "--ask-password"]) == 2
    with opened_control(None) as (control, _), pytest.raises(Unauthorized):
        sign_in(control, ANN, "password123", now_ms=0)
    assert run(["operators", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
