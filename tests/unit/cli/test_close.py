"""``footfall close``: what is due, one day, one group; and a running server that is asked instead."""

import json
from datetime import date
from types import SimpleNamespace

import pytest

from footfall.cli import close
from footfall.cli.commands import run
from footfall.control.closings import Closing
from footfall.control.runs import last_runs
from footfall.serve.closing_jobs import job_name
from footfall.serve.home import open_control_of
from footfall.settings import read_settings

DAYS = {"city": [date(2026, 3, 9), date(2026, 3, 10)], "schools": [date(2026, 3, 10)]}


def closed(group, day):
    state, said = ("part", "city page: lost.") if str(day) == "2026-03-09" else ("closed", "")
    return Closing(group=group, day=str(day), state=state, drawn=16, said=said, at_ms=1)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path))
    desk = SimpleNamespace(load=lambda: None, close=lambda: None)
    monkeypatch.setattr(close, "open_desk", lambda settings: desk)
    monkeypatch.setattr(close, "closer_of", lambda desk: SimpleNamespace(groups=lambda: DAYS, due=DAYS.get, close=closed))


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(close, "find_server", lambda home: object())


def printed(capsys, *arguments):
    assert run(["close", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_is_due_is_closed_by_group_and_day(capsys):
    assert [(one["group"], one["day"]) for one in printed(capsys)] == [(group, str(day)) for group, days in DAYS.items() for day in days]
    assert [one["day"] for one in printed(capsys, "--group", "schools", "--day", "2026-02-01")] == ["2026-02-01"]
    assert run(["close"]) == 0
    assert "lost." in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "code", "sentence"), [(("--day", "today"), 2, "YYYY-MM-DD"), (("--group", "x"), 1, "city, schools")])
def test_a_day_or_a_group_that_is_none_is_said(capsys, arguments, code, sentence):
    assert run(["close", *arguments]) == code
    assert sentence in capsys.readouterr().err


def test_a_running_server_is_asked_and_does_it_in_its_order(capsys, server):
    control = open_control_of(read_settings())
    control.create_portal(domain="a.example", group="schools")
    control.create_portal(domain="b.example")
    assert printed(capsys, "--group", "schools") == {"asked": ["schools"]}
    assert [(job, run.state) for job, run in last_runs(control).items()] == [(job_name("schools"), "asked")]
    control.close()
    assert run(["close", "--day", "2026-03-10"]) == 1
    assert "Leave --day out" in capsys.readouterr().err
