"""Words of the command line become the API's question."""

import pytest

from footfall.cli.ask import parse_filter, parse_order, print_answer, question_of
from footfall.errors import BadInput


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("visit:source is Google,Bing", ["is", "visit:source", ["Google", "Bing"]]),
        ("event:page contains /services", ["contains", "event:page", ["/services"]]),
        ("event:goal is Read the news", ["is", "event:goal", ["Read the news"]]),
        ('["is","visit:country",["RU"]]', ["is", "visit:country", ["RU"]]),
        ('["not",["is","visit:source",["Google"]]]', ["not", ["is", "visit:source", ["Google"]]]),
    ],
)
def test_filter_is_words_or_json(text, meant):
    assert parse_filter(text) == meant


@pytest.mark.parametrize("text", ["", "visit:source", "visit:source is", "[not json"])
def test_filter_that_is_neither_says_what_is_valid(text):
    with pytest.raises(BadInput, match="Valid: "):
        parse_filter(text)


@pytest.mark.parametrize(("text", "meant"), [("7d", "7d"), ("2026-01-01,2026-01-31", ["2026-01-01", "2026-01-31"])])
def test_range_is_a_name_or_two_dates(text, meant):
    question = question_of("x.example", "visitors, visits", by="time:day", date_range=text, filters=())
    assert question["date_range"] == meant
    assert (question["metrics"], question["dimensions"]) == (["visitors", "visits"], ["time:day"])


@pytest.mark.parametrize(
    ("text", "meant"),
    [("visitors", ["visitors", "desc"]), ("event:page asc", ["event:page", "asc"]), (" visits  desc ", ["visits", "desc"])],
)
def test_order_is_a_name_and_a_direction(text, meant):
    assert parse_order(text) == meant


@pytest.mark.parametrize("text", ["", "visitors up", "asc desc asc x"])
def test_order_that_is_neither_says_what_is_valid(text):
    with pytest.raises(BadInput, match="Valid: "):
        parse_order(text)


def answer(*results, withheld=0, filters=(), **query):
    release = {"policy": "staff", "smallest_cohort": 10, "withheld": withheld, "rounded": False}
    asked = {
        "metrics": ["visitors"],
        "dimensions": ["visit:source"],
        "date_range": ["2026-01-01T00:00", "2026-01-31T23:59"],
        "filters": filters,
    }
    return {"results": list(results), "meta": {"release": release}, "query": asked | query}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (answer(withheld=3), "Nothing that 10 or more visitors did; try a longer --range"),
        (answer(filters=[["is", "visit:source", ["Google"]]]), "fits the filters"),
        (answer(), "`footfall doctor` if events should be there"),
    ],
)
def test_empty_table_says_what_to_try(capsys, asked, says):
    print_answer(asked)
    assert says in capsys.readouterr().out


def test_table_names_its_range_its_policy_and_what_is_not_shown(capsys):
    print_answer(answer({"dimensions": ["Google"], "metrics": [1234]}, withheld=1))
    shown = capsys.readouterr().out
    assert "1,234" in shown
    assert "2026-01-01 to 2026-01-31 · policy staff" in shown
    assert "rest on fewer than 10 visitors are not shown" in shown
