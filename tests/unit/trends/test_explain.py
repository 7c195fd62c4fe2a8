"""What a card says: the reason that fits best, how sure it is, and what its series are called and asked for by."""

import pytest

from footfall.trends.explain import Driver, Reason, confidence_of, observed_of, reason_of
from footfall.trends.filling import Kept
from footfall.trends.naming import filters_of, name_of
from footfall.trends.panel import Finding
from footfall.vocabulary import Funnel, Goal, Portal, Step

KEPT = Kept(
    Portal(id=1, domain="a.example", umami_id=""),
    (Goal(id=4, portal_id=1, event_name="Signup", display_name="Signed up"),),
    (Funnel(id=3, portal_id=1, name="Join", steps=(Step(page="/form/*"), Step(goal="Signed up"))),),
)
SENT = [["is", "event:props:form", ["Join"]], ["is", "event:name", ["Form: Submission"]]]


def finding(q, *, new=False):
    rest = {"low": 1.0, "high": 9.0, "lift": 4.0, "z": 5.0, "p": q, "record": 0.0, "direction": "up"}
    return Finding(key=(1, "page", "/a"), bucket=0, observed=40.0, mu=10.0, q=q, new=new, **rest)


def driver(dimension, value, share):
    return Driver(dimension, value, 100, 0, share)


def test_the_day_a_campaign_a_source_and_a_term_are_reasons_in_that_order():
    drivers = [driver("source", "News", 0.8), driver("campaign", "spring", 0.5), driver("search", "parks", 0.7)]
    assert reason_of(drivers, "City Day").value == "City Day"
    assert reason_of(drivers[:1]) == Reason("source", "News")
    assert reason_of(drivers) == Reason("campaign", "spring")
    assert reason_of(drivers[2:]).kind == "search"


def test_what_brings_too_little_and_what_has_no_source_is_no_reason():
    assert reason_of([driver("source", "News", 0.59), driver("source", "Direct / None", 0.9)]).kind == "unknown"
    assert reason_of([]).kind == "unknown"


def test_a_card_is_as_sure_as_its_strongest_evidence_and_a_new_series_never_certain():
    assert [confidence_of(finding(q)) for q in (0.001, 0.02, 0.1)] == ["certain", "likely", "possible"]
    assert confidence_of(finding(0.1), "certain") == "certain"
    assert confidence_of(finding(0.0001, new=True)) == "likely"


def test_a_count_of_few_is_not_told():
    assert [observed_of(finding(0.01), visitors, "staff") for visitors in (9, 10)] == [None, 40]


@pytest.mark.parametrize(
    ("dimension", "key", "name", "filters"),
    [
        ("portal", "", "a.example", []),
        ("page", "/a", "/a", [["is", "event:page", ["/a"]]]),
        ("section", "/a.b", "/a.b", [["matches", "event:page", [r"^/a\.b($|[/?])"]]]),
        ("topic", "parks", "parks", [["is", "event:page", ["/p", "/q"]]]),
        ("topic", "roads", "roads", None),
        ("source", "", "Direct / None", [["is", "visit:source", ["Direct / None"]]]),
        ("goal", "4", "Signed up", [["is", "event:goal", ["Signed up"]]]),
        ("goal", "5", "5", None),
        (
            "service_step",
            "form:Join:sent",
            "Join (sent)",
            [["is", "event:props:form", ["Join"]], ["is", "event:name", ["Form: Submission"]]],
        ),
        ("service_step", "funnel:3:1", "Join: /form/*", [["matches", "event:page", ["^/form/.*$"]]]),
        ("service_step", "funnel:3:2", "Join: Signed up", [["is", "event:goal", ["Signed up"]]]),
        ("service_step", "funnel:9:1", "9:1", None),
    ],
)
def test_a_series_is_called_and_asked_for_by_what_it_counts(dimension, key, name, filters):
    assert name_of((1, dimension, key), KEPT) == name
    assert filters_of((1, dimension, key), KEPT, {"parks": ["/p", "/q"]}) == filters
