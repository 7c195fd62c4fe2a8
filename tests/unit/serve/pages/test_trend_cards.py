"""Which cards of trends are listed and in what order, and what a card offers to do next."""

from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from footfall.errors import BadQuestion
from footfall.interests.taxonomy import taxonomy
from footfall.serve.pages.language import language
from footfall.serve.pages.trend_cards import as_shown
from footfall.serve.pages.trend_choices import Choices, best_first, read_choices
from footfall.serve.trend_shapes import Member, TrendShown, Verdicts
from footfall.trends.explain import Bucket, Reason
from footfall.vocabulary import Portal

PORTAL = Portal(id=1, domain="portal.example", umami_id="", timezone="Asia/Kolkata")


def card(**told):
    usual = {
        "id": 7,
        "portal": PORTAL.domain,
        "step": "hour",
        "kind": "rise",
        "state": "trend",
        "dimension": "page",
        "key": "/p3",
        "members": (Member("page", "/p3"),),
        "since": "2026-03-30T20:00:00+00:00",
        "found": "2026-03-30T21:00:00+00:00",
        "looked": "2026-03-31T12:00:00+00:00",
        "closed": "",
        "feedback": Verdicts(),
        "next": ("annotate", "target", "placement"),
        "name": "/p3",
        "counts": "pageviews",
        "observed": 80,
        "expected": 20.0,
        "low": 12.0,
        "high": 30.0,
        "lift": 4.0,
        "confidence": "likely",
        "reason": Reason("unknown"),
    }
    return TrendShown(**(usual | told))


def shown(portal=PORTAL, **told):
    return as_shown(card(**told), portal, language("en"), taxonomy(), {"fares": ZoneInfo("Asia/Kolkata")})


def next_of(**told):
    return {urlsplit(one.href).path.rpartition("/")[2]: parse_qs(urlsplit(one.href).query) for one in shown(**told).next}


def test_the_surest_is_first_and_then_what_is_furthest_off():
    cards = [card(id=1), card(id=2, observed=200), card(id=3, confidence="certain", observed=31), card(id=4, observed=None)]
    assert [one.id for one in sorted(cards, key=best_first, reverse=True)] == [3, 2, 1, 4]


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"kind": "fall"}, False),
        ({"dimension": "search"}, True),
        ({"q": "SCHOOL"}, True),
        ({"q": "museum"}, False),
        ({"q": "portal."}, True),
    ],
)
def test_a_story_is_found_by_any_of_its_series(given, fits):
    assert read_choices(given).fits(card(members=(Member("page", "/p3"), Member("search", "school")))) is fits


def test_an_outage_is_not_narrowed_away():
    assert Choices(kind="rise", dimension="page").fits(card(kind="outage", dimension="portal", members=(Member("portal", ""),)))


@pytest.mark.parametrize("given", [{"state": "past"}, {"kind": "outage"}, {"dimension": "device"}, {"page": "0"}, {"page": "x"}])
def test_choices_that_are_not_valid_are_refused(given):
    with pytest.raises(BadQuestion, match=next(iter(given))):
        read_choices(given)


def test_choices_come_back_from_their_own_address():
    choices = Choices(state="closed", kind="new", dimension="topic", q="a&b", page=2)
    assert read_choices({name: values[0] for name, values in parse_qs(choices.as_query()[1:]).items()}) == choices
    assert Choices().as_query() == ""


def test_hours_are_told_in_the_portals_own_time_and_days_as_they_are():
    assert f"{shown().since:%d %H:%M}" == "31 01:30"
    assert f"{shown(step='day', since='2026-03-30T00:00:00+00:00').since:%d %H:%M}" == "30 00:00"


def test_hours_of_the_citys_data_are_told_in_the_datasets_own_time():
    spark = (Bucket("2026-03-30 19:00:00", 30, 20.0), Bucket("2026-03-30 20:00:00", 80, 22.0))
    told = shown(portal=None, key="fares:boardings:north", spark=spark, next=())
    assert (f"{told.since:%d %H:%M}", told.bucket, told.zone) == ("31 01:30", "2026-03-31 01:30:00", "Asia/Kolkata")
    days = (Bucket("2026-03-30", 30, 20.0),)
    assert shown(portal=None, key="fares:boardings", step="day", spark=days, next=()).bucket == "2026-03-30"
    assert shown(portal=None, key="withdrawn:boardings", spark=spark, next=()).zone == "UTC"


def test_what_to_do_next_has_its_form_filled_in():
    found = next_of()
    assert found["placements"] == {"item": ["/p3"]}
    assert found["targets"] == {"name": ["/p3"], "what": ["metric:pageviews"], "page": ["/p3"]}
    assert found["notes"] | {"view": []} == {"day": ["2026-03-31"], "time": ["01:30"], "text": ["Rise: /p3"], "view": []}


def test_no_target_is_offered_for_what_its_form_cannot_count():
    assert set(next_of(dimension="source", key="News", members=(Member("source", "News"),), next=("annotate", "target"))) == {"notes"}
    assert next_of(dimension="goal", name="Order sent", members=(Member("goal", "4"),))["targets"]["goal"] == ["Order sent"]


def test_a_card_without_a_band_is_drawn_without_one():
    spark = (Bucket("2026-03-30 11:00:00", None, 20.0), Bucket("2026-03-30 12:00:00", 80, 22.0))
    graph = shown(spark=spark).graph
    assert graph is not None and graph.band == () and len(graph.line) == 1 and len(graph.likely) == 1
    assert shown(spark=()).graph is None


def test_a_topic_has_its_name_in_the_readers_language():
    told = card(dimension="topic", name="culture", members=(Member("topic", "culture"),))
    assert as_shown(told, PORTAL, language("ru"), taxonomy()).name == taxonomy()["culture"].name("ru") != "culture"
