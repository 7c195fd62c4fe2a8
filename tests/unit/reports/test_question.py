"""Questions that are refused, each in a sentence that says what is valid; and what defaults are filled in."""

import pytest

from footfall.errors import BadQuestion
from footfall.reports.question import parse
from footfall.vocabulary import Goal
from tests.support.build import PORTAL, ms

GOALS = (Goal(id=1, portal_id=1, event_name="Signup", display_name="Signup"),)
SIGNUP = ["is", "event:goal", ["Signup"]]
ON_A = ["is", "event:page", ["/a"]]
NOW = ms("2026-03-10T15:20:00")


def ask(goals=GOALS, **body):
    asked = {"site_id": "portal.example", "metrics": ["visitors"], "date_range": "day"} | body
    return parse(asked, portal=PORTAL, goals=goals, now_ms=NOW)


def nested(depth):
    return ["is", "visit:source", ["x"]] if depth == 0 else ["and", [nested(depth - 1)]]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"metric": []}, "Unknown key 'metric'. Valid keys: site_id, metrics"),
        ({"metrics": []}, "metrics is a list of at least one of: visitors"),
        ({"metrics": "visitors"}, "metrics is a list"),
        ({"metrics": ["users"]}, "Metric 'users' is not known. Valid metrics: visitors, visits"),
        ({"metrics": [["visitors"]]}, "is not known"),
        ({"metrics": ["visitors", "visitors"]}, "Metrics cannot be queried multiple times"),
        ({"dimensions": "time"}, "dimensions is a list"),
        ({"dimensions": ["visit:planet"]}, "Dimension 'visit:planet' is not known. Valid dimensions: event:name"),
        ({"dimensions": ["event:props:"]}, "is not known"),
        ({"dimensions": [7]}, "Dimension 7 is not known"),
        ({"dimensions": ["visit:os", "visit:os"]}, "listed multiple times"),
        ({"dimensions": ["time", "time:day"]}, "at most one time dimension"),
        ({"order_by": [["pageviews", "asc"]]}, "order_by names 'pageviews', which is not asked for. Valid here: visitors"),
        ({"order_by": [["visitors", "up"]]}, "order_by entry"),
        ({"order_by": "visitors"}, "order_by entry"),
        ({"include": []}, "include is an object"),
        ({"include": {"all": True}}, "include names 'all'"),
        ({"include": {"total_rows": 1}}, "include.total_rows is true or false"),
        ({"include": {"comparisons": {"mode": "last"}}}, "Valid modes: previous_period, year_over_year, custom"),
        ({"include": {"comparisons": {"mode": "custom"}}}, "date_range None is not valid"),
        ({"include": {"comparisons": {"mode": "previous_period", "days": 3}}}, "include.comparisons names 'days'"),
        ({"pagination": {"limit": 0}}, "pagination.limit 0 is not valid. Valid: 1 to 10000"),
        ({"pagination": {"limit": True}}, "pagination.limit True"),
        ({"pagination": {"offset": -1}}, "pagination.offset -1"),
        ({"pagination": {"page": 2}}, "pagination is an object with limit and offset"),
        ({"filters": {"is": 1}}, "filters is a list"),
        ({"filters": ["is"]}, "Filter 'is' is not valid"),
        ({"filters": [["like", "visit:source", ["x"]]]}, "Filter operator 'like' is not known. Valid operators: is, is_not"),
        ({"filters": [["is", "visit:planet", ["x"]]]}, "Filter dimension 'visit:planet' is not known"),
        ({"filters": [["is", "time:day", ["x"]]]}, "Filter dimension 'time:day' is not known"),
        ({"filters": [["is", "visit:source", []]]}, "needs a list of at least one text value"),
        ({"filters": [["is", "visit:source", [True]]]}, "needs a list of at least one text value"),
        ({"filters": [["is", "visit:source"]]}, "Valid: [operator, dimension, values]"),
        ({"filters": [["is", "visit:source", ["x"], {"case_sensitive": "no"}]]}, "case_sensitive, true or false"),
        ({"filters": [["is", "segment", [1]]]}, "with one ID and outside and, or, not"),
        ({"filters": [["matches", "event:page", ["a(?=b)"]]]}, "is not a regular expression in RE2's syntax: invalid perl operator"),
        ({"filters": [["matches_not", "event:page", ["("]]]}, "missing )"),
        ({"filters": [["and", []]]}, "takes a list of filters"),
        ({"filters": [nested(11)]}, "Valid: up to 10 levels"),
        ({"filters": [["not", SIGNUP]]}, "Filters on event:goal stand at the top level only"),
        ({"filters": [["or", [["is", "event:hostname", ["x"]]]]]}, "Filters on event:hostname stand at the top level only"),
        ({"filters": [["is_not", "event:goal", ["Signup"]]]}, "Filters on event:goal take is and contains, not is_not"),
        ({"filters": [["is", "event:goal", ["Buy"]]]}, "The goal 'Buy' is not set up on this portal. Goals there are: Signup"),
        ({"filters": [["is", "event:goal", ["signup"]]]}, "The goal 'signup' is not set up"),
        ({"filters": [["has_done", ["is", "visit:source", ["x"]]]]}, "has_done takes one filter on an event dimension"),
        ({"filters": [["has_done", ["has_done", ON_A]]]}, "has_done cannot stand inside has_done"),
        ({"filters": [["has_not_done", ["and", [ON_A]]]]}, "has_not_done takes one comparison, not 'and'"),
        ({"metrics": ["conversion_rate"]}, "conversion_rate can only be queried with event:goal filters or dimensions"),
        ({"metrics": ["group_conversion_rate"], "filters": [["has_done", SIGNUP]]}, "can only be queried with event:goal"),
        ({"metrics": ["scroll_depth"]}, "scroll_depth can only be queried with event:page filters or dimensions"),
        ({"metrics": ["time_on_page"], "filters": [["has_done", ON_A]]}, "can only be queried with event:page"),
        ({"metrics": ["exit_rate"]}, "exit_rate can only be queried with the dimension visit:exit_page alone"),
        ({"metrics": ["exit_rate"], "dimensions": ["visit:exit_page", "visit:os"]}, "visit:exit_page alone"),
        ({"metrics": ["exit_rate"], "dimensions": ["visit:exit_page"], "filters": [ON_A]}, "cannot be queried when filtering on event dim"),
        ({"metrics": ["views_per_visit"], "filters": [ON_A]}, "views_per_visit cannot be queried with a filter on event:page"),
        ({"metrics": ["pageviews"], "dimensions": ["visit:entry_page"]}, "pageviews cannot be queried with the visit dimension"),
        ({"metrics": ["bounce_rate"], "dimensions": ["event:goal"]}, "bounce_rate cannot be queried with the event dimension event:goal"),
        ({"metrics": ["visit_duration"], "dimensions": ["event:props:x"]}, "cannot be queried with the event dimension event:props:x"),
        ({"dimensions": ["event:name", "visit:exit_page"]}, "event:name cannot be queried with the visit dimension visit:exit_page"),
        ({"dimensions": ["visit:entry_page_hostname", "event:goal"]}, "event dimension event:goal cannot be queried with the visit"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong_and_what_is_valid(body, says):
    with pytest.raises(BadQuestion) as refused:
        ask(**body)
    assert says in str(refused.value)


@pytest.mark.parametrize("missing", ["metrics", "date_range"])
def test_a_question_needs_metrics_and_a_range(missing):
    body = {"site_id": "portal.example", "metrics": ["visitors"], "date_range": "day"}
    del body[missing]
    with pytest.raises(BadQuestion, match=f"The key '{missing}' is missing"):
        parse(body, portal=PORTAL, goals=(), now_ms=NOW)
    with pytest.raises(BadQuestion, match="A question is a JSON object"):
        parse([], portal=PORTAL, goals=(), now_ms=NOW)


def test_defaults_are_filled_in():
    plain = ask(metrics=["events", "visitors"])
    assert (plain.order_by, plain.limit, plain.offset, plain.dimensions) == ((("events", "desc"),), 10_000, 0, ())
    timed = ask(dimensions=["visit:os", "time"], order_by=None)
    assert (timed.dimensions, timed.order_by) == (("visit:os", "time:hour"), (("time:hour", "asc"), ("visitors", "desc")))
    assert ask(dimensions=["time"], order_by=[["time", "desc"]]).order_by == (("time:hour", "desc"),)


def test_a_goal_may_be_named_in_any_case_and_filters_may_nest_ten_deep():
    assert ask(filters=[["is", "event:goal", ["SIGNUP"], {"case_sensitive": False}]]).filters[0].values == ("SIGNUP",)
    assert len(ask(filters=[nested(10)]).filters) == 1


def test_entry_pages_may_be_asked_for_their_group_conversion_rate():
    found = ask(metrics=["visitors", "group_conversion_rate"], dimensions=["visit:entry_page"], filters=[SIGNUP])
    assert found.metrics == ("visitors", "group_conversion_rate")


def test_names_of_properties_are_grouped_by_and_not_filtered_by():
    assert ask(dimensions=["event:props"]).dimensions == ("event:props",)
    with pytest.raises(BadQuestion, match="Filter dimension 'event:props' is not known"):
        ask(filters=[["is", "event:props", ["plan"]]])
