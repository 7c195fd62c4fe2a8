"""Stats API v1 as v2 questions."""

import pytest

from footfall.errors import BadQuestion
from footfall.privacy import release
from footfall.serve.answers_v1 import _timeseries_json, aggregate_question, breakdown_question, timeseries_question
from footfall.vocabulary import Answer, Row

SITE = {"site_id": "a.example"}


def test_defaults_are_plausibles():
    assert aggregate_question(SITE) == {
        "site_id": "a.example",
        "metrics": ["visitors"],
        "date_range": "30d",
        "filters": [],
        "include": {},
    }


def test_aggregate_compares_with_the_period_before():
    asked = aggregate_question(SITE | {"period": "7d", "metrics": "visitors, bounce_rate", "compare": "previous_period"})
    assert asked["metrics"] == ["visitors", "bounce_rate"]
    assert asked["include"] == {"comparisons": {"mode": "previous_period"}}


@pytest.mark.parametrize(
    ("given", "dimension"),
    [
        ({}, "time:day"),
        ({"period": "day"}, "time:hour"),
        ({"period": "6mo"}, "time:month"),
        ({"period": "12mo", "interval": "date"}, "time:day"),
        ({"period": "30d", "interval": "week"}, "time:week"),
    ],
)
def test_timeseries_has_plausibles_intervals(given, dimension):
    asked = timeseries_question(SITE | given)
    assert (asked["dimensions"], asked["include"]) == ([dimension], {"time_labels": True})


def test_custom_period_is_a_pair_of_dates():
    asked = breakdown_question(SITE | {"property": "event:page", "period": "custom", "date": "2026-01-01,2026-01-31"})
    assert asked["date_range"] == ["2026-01-01", "2026-01-31"]


def test_breakdown_pages():
    asked = breakdown_question(SITE | {"property": "visit:source", "limit": "20", "page": "3"})
    assert (asked["dimensions"], asked["pagination"]) == (["visit:source"], {"limit": 20, "offset": 40})


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("visit:source==Google", [["is", "visit:source", ["Google"]]]),
        ("visit:source!=Google|Bing", [["is_not", "visit:source", ["Google", "Bing"]]]),
        ("event:page==/blog/*", [["matches", "event:page", ["^/blog/.*$"]]]),
        ("event:page!=/a.b**", [["matches_not", "event:page", ["^/a\\.b.*$"]]]),
        ("event:goal==Visit /blog*", [["is", "event:goal", ["Visit /blog*"]]]),
        ("event:page~docs", [["contains", "event:page", ["docs"]]]),
        ("event:props:author==A\\|B", [["is", "event:props:author", ["A|B"]]]),
        ("visit:device==Mobile;visit:country!~DE", [["is", "visit:device", ["Mobile"]], ["contains_not", "visit:country", ["DE"]]]),
    ],
)
def test_filters_are_translated(text, filters):
    assert aggregate_question(SITE | {"filters": text})["filters"] == filters


@pytest.mark.parametrize(
    ("make", "given", "says"),
    [
        (aggregate_question, {"filters": "Google"}, "Valid: dimension==value"),
        (aggregate_question, {"period": "custom", "date": "2026-01-01"}, "two ISO dates"),
        (timeseries_question, {"interval": "fortnight"}, "Valid: minute, hour, date"),
        (breakdown_question, {}, "property is missing"),
        (breakdown_question, {"property": "event:page", "limit": "0"}, "a whole number from 1"),
        (breakdown_question, {"property": "event:page", "limit": "5000"}, "Valid: 1 to 1000"),
        (breakdown_question, {"property": "event:page", "page": "two"}, "a whole number from 1"),
    ],
)
def test_wrong_parameter_is_refused_with_what_is_valid(make, given, says):
    with pytest.raises(BadQuestion, match=says):
        make(SITE | given)


def test_timeseries_fills_empty_buckets_and_tells_a_repeated_hour_apart():
    labels = [f"2026-10-25 0{hour}:00:00" for hour in (1, 2, 2, 3)]
    rows = (Row((labels[1],), (4, 50)), Row((labels[2],), (5, 60)))
    query = {"metrics": ["visitors", "bounce_rate"]}
    results = _timeseries_json(release(Answer(rows=rows, meta={"time_labels": labels}, query=query), "exact"))["results"]
    assert [(row["visitors"], row["bounce_rate"]) for row in results] == [(0, None), (4, 50), (5, 60), (0, None)]
    assert [row["date"] for row in results] == labels
