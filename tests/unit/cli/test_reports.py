"""``footfall reports`` on a home of its own, and what ``footfall doctor`` says of the mail server."""

import json

import pytest

from footfall.cli.commands import run
from footfall.cli.doctor import examine
from footfall.cli.portals import opened_control
from footfall.control.mail_reports import Plan, add_report, confirm_recipient
from footfall.control.runs import last_runs
from footfall.settings import read_settings
from tests.support.build import ms
from tests.support.mail_server import MailServer

NOW = ms("2026-03-31T12:00:00")
PLAN = Plan(frequency="monthly", day=1, hour=8, language="ru", view="")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FOOTFALL_HOME", str(tmp_path))
    monkeypatch.setenv("FOOTFALL_NOW", "2026-03-31T12:00:00Z")


@pytest.fixture
def report():
    run(["portals", "add", "library.example", "--timezone", "Europe/Moscow"])
    with opened_control(None) as (control, _):
        given = {"created_by": "chief@example.city", "now_ms": NOW}
        added = add_report(control, control.portal("library.example").id, PLAN, ["ann@example.city", "bob@example.city"], **given)
        confirm_recipient(control, added.recipients[0].id, now_ms=NOW)
    return added


def asked(capsys, *arguments):
    capsys.readouterr()
    assert run(["reports", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_reports_are_listed_without_addresses(report, capsys):
    (shown,) = asked(capsys, "list")
    assert (shown["portal"], shown["when"], shown["confirmed"], shown["waiting"]) == ("library.example", "monthly, on day 1, 08:00", 1, 1)
    assert (shown["next"], shown["last"]) == ("2026-04-01T08:00+03:00", None)
    assert asked(capsys, "list", "library.example") == [shown]
    run(["reports", "list"])
    said = capsys.readouterr().out
    assert "library.example" in said
    assert "@example.city" not in said


def test_report_is_asked_for_and_a_server_sends_it(report, capsys):
    assert asked(capsys, "send", "library.example") == {"asked": [report.id]}
    with opened_control(None) as (control, _):
        assert last_runs(control)[f"report {report.id}"].state == "asked"
    assert asked(capsys, "list")[0]["last"] == "asked"


def test_portal_without_reports_has_nothing_to_send(capsys):
    run(["portals", "add", "library.example"])
    assert run(["reports", "send", "library.example"]) == 1
    assert "/portals/library.example/reports" in capsys.readouterr().err
    assert asked(capsys, "list") == []


def mail_finding(**settings):
    return next(finding for finding in examine(read_settings(**settings)) if finding.check == "mail")


def test_doctor_says_whether_the_mail_server_answers(tmp_path):
    assert mail_finding().level == "note"
    with MailServer() as server:
        found = mail_finding(**server.settings)
        assert (found.level, found.says) == ("ok", f"127.0.0.1:{server.port} answers")
    away = mail_finding(**server.settings)
    assert (away.level, away.says) == ("bad", "The mail server does not answer.")
