"""Words of the command line become the API's question."""

import pytest

from footfall.cli.ask import parse_filter, question_of
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
