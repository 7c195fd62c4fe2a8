import re

import pytest

from footfall.cli import evaluate
from footfall.cli.commands import run
from footfall.interests.evaluate import Measured
from footfall.serve.evaluating import Evaluated, Lists
from footfall.serve.judging import Cell, judged_of

FOUND = Evaluated(
    portal="a.example",
    k=6,
    items=33,
    days=["2026-03-17", "2026-03-19"],
    left_out=["2026-03-18"],
    least_visits=100,
    lists=[],
    placements=[judged_of("home-news", "", "as shown", [Cell(0, 2_000, 200)]), judged_of("home-news", "", "tried alone", [])],
)
MEASURED = Measured(
    questions=2_060,
    hit_rate=0.586,
    mrr=0.27,
    ndcg=0.347,
    novel_questions=1_700,
    novel_hit_rate=0.712,
    novel_mrr=0.328,
    novel_ndcg=0.421,
    coverage=0.636,
    gini=0.688,
    diversity=0.984,
    p50_ms=0.638,
    p99_ms=1.682,
)


@pytest.fixture
def told(monkeypatch, capsys, tmp_path):
    """What it writes of that answer, on one line a line and a blank between words."""

    def wrote(*lists):
        found = Evaluated(**{name: getattr(FOUND, name) for name in FOUND.__struct_fields__} | {"lists": list(lists)})
        monkeypatch.setattr(evaluate, "_evaluated", lambda *asked: found)
        assert run(["evaluate", "a.example", "--home", str(tmp_path)]) == 0
        return re.sub(" +", " ", capsys.readouterr().out)

    return wrote


def test_measures_stand_in_a_table_with_what_was_asked_and_left_out_below(told):
    said = told(Lists(name="recommended", measured=MEASURED))
    assert "recommended 0.586 0.270 0.347 0.712 0.328 0.421 0.636 0.688 0.984 0.638 1.682" in said
    assert "Lists of 6 out of 33 items; 2 days, 2026-03-17 to 2026-03-19; about 2,060 clicks, 1,700 of them new to the visit." in said
    assert "Left out, for fewer than 100 visitors who saw several items: 2026-03-18." in said


def test_placement_without_a_verdict_says_why(told):
    said = told(Lists(name="recommended", measured=MEASURED))
    assert "home-news as shown 0.100 2,000" in said
    assert "tried alone – 0 no verdict: as much as 0 shown items tell, and it takes 1,000" in said


def test_no_day_that_counts_is_said(told):
    assert told().startswith("No day has enough visits to be replayed.\n")


@pytest.mark.parametrize(("option", "value", "most"), [("--days", "31", 30), ("--k", "0", 50), ("--days", "0", 30)])
def test_days_and_length_are_bounded(option, value, most, capsys, tmp_path):
    assert run(["evaluate", "a.example", option, value, "--home", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"footfall: {option} {value} is not valid. Valid: 1 to {most}.\n"


def test_running_server_holds_the_store_and_is_named(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(evaluate, "find_server", lambda home: object())
    assert run(["evaluate", "a.example", "--home", str(tmp_path)]) == 1
    assert "A server of this home runs and holds its store." in capsys.readouterr().err
