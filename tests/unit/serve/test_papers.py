"""Papers for authorities: what they say is what is set, whole, and names no visitor, operator or secret."""

import json
import re

import msgspec
import pytest
import yaml

from footfall.cli.commands import run
from footfall.control.database import open_control
from footfall.control.keys import create_key
from footfall.control.operators import add_operator, give_grant
from footfall.control.roles import Grant
from footfall.privacy.budget import RHO
from footfall.privacy.marts import MARTS
from footfall.serve.papers.assessment import assessment, assessment_text, conditions
from footfall.serve.papers.dpia import QUESTIONS, dpia
from footfall.serve.papers.dpia_words import MEASURES
from footfall.serve.papers.facts import facts_of
from footfall.serve.papers.held import held
from footfall.serve.papers.record import record, record_text
from footfall.serve.papers.registry import entries, registry_text
from footfall.settings import read_settings
from tests.support.build import ms

NOW = ms("2026-11-04T12:00:00")
ANN = "ann@example.city"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    control = open_control(f"sqlite:///{folder / 'control.db'}", lambda: NOW)
    control.create_portal(domain="library.example.city", keep_events=30)
    control.create_portal(domain="clinic.example.city", keep_events=0, privacy_signal="ignore")
    add_operator(control, ANN, "Ann", now_ms=NOW)
    give_grant(control, ANN, Grant("admin"), now_ms=NOW)
    create_key(control, "map team", ("stats:read",), ("library.example.city",), now_ms=NOW)
    yield folder, control
    control.close()


def facts(home, **settings):
    folder, control = home
    return facts_of(read_settings({}, home=str(folder), controller="City of <Example>", **settings), control, NOW)


def test_record_has_the_seven_points_and_what_is_set(home):
    made = record(facts(home))
    assert [name[0] for name in made if name[1] == "_"] == list("abcdefg")
    assert made["f_erasure"]["events_by_portal_days"] == {"library.example.city": 30, "clinic.example.city": 0}
    assert made["d_recipients"] == ["operators with the role admin: 1", "key map team (stats:read; library.example.city)"]
    assert [one["mart"] for one in made["statistics"]] == [mart.name for mart in MARTS]
    assert "campaign parameters (utm_*)" in made["c_categories"]["data"]
    assert "campaign parameters (utm_*)" not in record(facts(home, profile="cnil"))["c_categories"]["data"]
    text = record_text(facts(home))
    assert re.findall(r"^## \(([a-g])\)", text, re.MULTILINE) == list("abcdefg")
    assert "| events of clinic.example.city | until the service day is over |" in text
    assert ANN not in text + json.dumps(made)
    assert "no group under 10 visitors" in text
    assert "groups of few are shown too" in record_text(facts(home, policy="exact"))


def test_what_leaves_by_itself_is_said(home):
    assert record(facts(home))["e_transfers"].startswith("Footfall sends nothing to anybody by itself.")
    mail = {"smtp_host": "mail.example.city", "smtp_from": "stats@example.city", "public_url": "https://stats.example.city"}
    assert "reports by e-mail through mail.example.city" in record(facts(home, **mail))["e_transfers"]


def test_self_assessment_says_what_does_not_hold_and_what_only_the_city_knows(home):
    usual = {one.name: one.holds for one in conditions(facts(home))}
    assert {name for name, holds in usual.items() if holds is False} == {"signals", "address", "campaigns", "marts"}
    assert {name for name, holds in usual.items() if holds is None} == {"purpose", "informed", "opt_out", "lifetime", "proxy"}
    assert "Ignored by clinic.example.city." in assessment_text(facts(home))
    assert not assessment(facts(home))["holds"]
    cnil = facts(home, profile="cnil")
    assert assessment(cnil)["holds"] and {one.holds for one in conditions(cnil)} == {True, None}
    assert "Every condition that Footfall can look at holds." in assessment_text(cnil)
    assert assessment(facts(home, policy="exact"))["conditions"][-2]["holds"] is False


def test_papers_say_it_where_visitors_are_counted_across_portals(home):
    off, on = facts(home), facts(home, reach="Europe/Berlin")
    assert {one.name: one.holds for one in conditions(off)}["no_tracking"] is True
    assert {one.name: one.holds for one in conditions(on)}["no_tracking"] is False
    assert "Reach across portals is on (day of Europe/Berlin): not exempt." in assessment_text(on)
    assert "reach" not in record(off)["releases"] and record(on)["releases"]["reach"]["rho_a_day"] == 0.005
    assert "second pseudonym" in record_text(on) and "second pseudonym" not in record_text(off)
    assert [len(entries(one)) for one in (off, on)] == [28, 29]
    loss = entries(on)[-1]["deployment"]["privacy_loss"]
    assert (loss["privacy_unit"], loss["privacy_parameters"]) == ("visitor-day, city-wide", {"rho": 0.005})
    across = [[one.where for one in held(each, home[1], NOW) if "across portals" in one.what] for each in (off, on)]
    assert across == [[], ["memory"]]
    assert ("across portals" in str(dpia(on)), "across portals" in str(dpia(off))) == (True, False)


def test_impact_assessment_answers_the_tools_36_questions_once_each(home):
    made = dpia(facts(home))
    assert set(made) == {"pia", "answers", "measures", "evaluations", "comments"}
    assert [answer["reference_to"] for answer in made["answers"]] == list(QUESTIONS)
    assert (len(set(QUESTIONS)), made["pia"]["numberOfQuestions"]) == (36, 36)
    assert [sum(number // 100 == section for number in QUESTIONS) for section in (1, 2, 3)] == [6, 12, 18]
    for answer in made["answers"]:
        number, data = answer["reference_to"], answer["data"]
        assert set(data) == {"text", "gauge", "list"}
        kind = number % 10 if number > 300 else 0
        if kind in (1, 2, 3, 4):
            assert data["text"] is None and data["list"], number
        else:
            assert data["text"] and data["list"] == [] and data["gauge"] in ((1, 2, 3, 4) if kind else (0,)), number
    chosen = {title for answer in made["answers"] if answer["reference_to"] in (324, 334, 344) for title in answer["data"]["list"]}
    assert chosen == {measure["title"] for measure in made["measures"]} == set(MEASURES)
    assert made["evaluations"] == [], "a program does not evaluate itself"


def test_names_in_an_impact_assessment_cannot_become_markup(home):
    texts = "".join(answer["data"]["text"] or "" for answer in dpia(facts(home))["answers"])
    assert "City of &lt;Example&gt;" in texts and "<Example>" not in texts


def test_registry_has_an_entry_for_each_mart_and_release_whose_costs_add_up(home):
    found = list(yaml.safe_load_all(registry_text(facts(home))))
    assert found == entries(facts(home)) and len(found) == 2 * len(MARTS)
    for release, rho in RHO.items():
        mine = [one["deployment"] for one in found if one["deployment"]["product"]["name"].startswith(f"Footfall {release}:")]
        assert sum(one["privacy_loss"]["privacy_parameters"]["rho"] for one in mine) == pytest.approx(rho)
    assert {tuple(one) for one in found} == {("status", "tier", "deployment")}
    parts = ("product", "dp_flavor", "privacy_loss", "model", "accounting", "implementation")
    assert {tuple(one["deployment"]) for one in found} == {parts}
    with_delta = [one for one in found if "delta" in one["deployment"]["privacy_loss"]["privacy_parameters"]]
    assert len(with_delta) == 2 * sum(not mart.known for mart in MARTS)


def test_held_lists_each_portal_with_its_first_day(home):
    found = {one.what: one for one in held(facts(home), home[1], NOW)}
    assert (found["events of library.example.city"].since, found["events of library.example.city"].until) == ("2026-10-06", "30 days")
    assert found["events of clinic.example.city"].until == "the end of the service day"
    assert found["addresses and agent strings"].where == "nowhere"


def test_commands_write_them(home, capsys, tmp_path):
    where = ["--home", str(home[0])]
    assert run(["dpia", "--to", str(tmp_path / "pia.json"), *where]) == 0
    assert len(msgspec.json.decode((tmp_path / "pia.json").read_bytes())["answers"]) == 36
    capsys.readouterr()
    for arguments, begins in (
        (["record", "--art30"], "# Record of processing activities"),
        (["label", "--cnil"], "# Self-assessment"),
        (["label", "--registry"], "status: Draft"),
    ):
        assert run([*arguments, *where]) == 0
        assert capsys.readouterr().out.startswith(begins)
    for arguments in (["record"], ["label", "--cnil"], ["label", "--registry"], ["label"], ["dpia"], ["held"]):
        assert run([*arguments, "--json", *where]) == 0
        assert json.loads(capsys.readouterr().out)
    assert run(["held", *where]) == 0
    assert "library.example.city" in capsys.readouterr().out
    assert run(["label"]) == 0
    assert "What is not stopped" in capsys.readouterr().out
