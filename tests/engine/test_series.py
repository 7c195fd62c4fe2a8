"""Series: complete buckets of what a cohort met, made once, made again where more came, and gone with their events."""

from datetime import date

import pytest

from footfall.store.forgetting import drop_expired, forget_visitors
from footfall.store.item_topics import put_item_topics
from footfall.store.series import Making, made_buckets, met, series_of
from footfall.trends.filling import Filling, Kept
from footfall.trends.reading import read_panel, visitors_of
from footfall.vocabulary import Funnel, Goal, Portal, Step
from tests.support.build import Store, hit, ms

KATHMANDU = Portal(id=7, domain="k.example", umami_id="", timezone="Asia/Kathmandu", keep_events=10)
GOAL = Goal(id=4, portal_id=7, event_name="Signup", display_name="Signed up")
FUNNEL = Funnel(id=3, portal_id=7, name="Join", steps=(Step(page="/form"), Step(goal="Signed up")))
KEPT = Kept(KATHMANDU, (GOAL,), (FUNNEL,))
DAY = "2026-03-10"


def at(time):
    return ms(time) // 1000


def some(time, count, first=1, **rest):
    """As many visitors, a second apart."""
    return [hit(f"{time}:{second:02d}", first + second, portal=KATHMANDU, **rest) for second in range(count)]


def fill(engine, until, kept=(KEPT,), now=None):
    filling = Filling(engine, kept, ms(now or until))
    return filling.hours(at(until)), filling.days(at(until), lambda: False)


def rows(engine, step, first=f"{DAY}T00:00:00", last=f"{DAY}T23:00:00"):
    panel = read_panel(engine, [7], at(first), at(last), step)
    found = {key[1:]: [None if value != value else int(value) for value in row] for key, row in zip(panel.keys, panel.values, strict=True)}
    return {key: row for key, row in found.items() if key[0] in ("page", "portal")}


@pytest.fixture
def store(engine, tmp_path):
    return Store(engine, tmp_path, portal=KATHMANDU)


def test_a_key_has_rows_only_where_a_cohort_met_it_in_a_day(engine, store):
    store.load(*some(f"{DAY}T06:00", 9, path="/few"), *some(f"{DAY}T06:10", 10, path="/enough"), *some(f"{DAY}T09:10", 1, path="/enough"))
    fill(engine, f"{DAY}T10:00:00")
    found = rows(engine, "hour", f"{DAY}T05:00:00", f"{DAY}T10:00:00")
    assert found == {("page", "/enough"): [None, 10, 0, 0, 1, None], ("portal", ""): [None, 19, 0, 0, 1, None]}
    assert visitors_of(engine, [7], at(f"{DAY}T06:00:00"), "hour")[7, "page", "/enough"] == 10


def test_an_hour_that_more_came_for_is_made_again_and_counted_once(engine, store):
    store.load(*some(f"{DAY}T06:00", 10))
    assert fill(engine, f"{DAY}T08:00:00")[0] == {7}
    assert fill(engine, f"{DAY}T08:00:00")[0] == set()
    store.load(*some(f"{DAY}T06:30", 5, first=50), hit(f"{DAY}T08:30:00", 90, portal=KATHMANDU))
    assert fill(engine, f"{DAY}T08:00:00", now=f"{DAY}T08:20:00")[0] == {7}
    assert rows(engine, "hour", f"{DAY}T06:00:00", f"{DAY}T08:00:00")["portal", ""] == [15, 0, None], "the hour that goes on is not in it"


def test_a_day_that_is_over_is_whole_and_is_made_again_when_a_visitor_was_taken_out(engine, store):
    store.load(*some(f"{DAY}T06:00", 10), *some(f"{DAY}T06:30", 11, path="/b"))
    until = "2026-03-12T00:00:00"
    assert fill(engine, until)[1].days == 0
    assert rows(engine, "day", f"{DAY}T00:00:00", f"{DAY}T00:00:00") == {("page", "/"): [10], ("page", "/b"): [11], ("portal", ""): [21]}
    forget_visitors(engine, [(7, 1)], date(2026, 3, 1), "token")
    fill(engine, until, now="2026-03-12T01:00:00")
    found = rows(engine, "day", f"{DAY}T00:00:00", f"{DAY}T00:00:00")
    assert found == {("page", "/b"): [10], ("portal", ""): [19]}, "/ is under its cohort now"
    assert rows(engine, "hour", f"{DAY}T06:00:00", f"{DAY}T06:00:00") == {("page", "/b"): [10], ("portal", ""): [19]}


def test_history_is_filled_backwards_and_goes_on_where_it_was_stopped(engine, store):
    store.load(*(one for day in range(5, 9) for one in some(f"2026-03-{day:02d}T06:00", 10, first=100 * day)))
    until, stops = at("2026-03-10T00:00:00"), iter([False, False, True])
    left = Filling(engine, [KEPT], ms("2026-03-10T00:00:00")).days(until, lambda: next(stops))
    assert (left.days, left.newest) == (2, "2026-03-06")
    assert Filling(engine, [KEPT], ms("2026-03-10T00:01:00")).days(until, lambda: False).days == 0
    assert rows(engine, "day", "2026-03-04T00:00:00", "2026-03-09T00:00:00")["portal", ""] == [None, 10, 10, 10, 10, None]


def test_every_dimension_has_its_series(engine, store):
    put_item_topics(engine, [(7, "/form", "schools", 0.9)], 4, ["schools"])
    place = {"source": "Google", "channel": "Organic Search", "region": "NP-P3", "city": "12"}
    store.load(
        *some(f"{DAY}T06:00", 10, path="/form", **place),
        *some(f"{DAY}T06:01", 10, name="Site Search", path="/s", props={"search_query": " Parks ", "results": "0"}),
        *some(f"{DAY}T06:02", 10, name="Form: Started", props={"form": "Join"}),
        *some(f"{DAY}T06:03", 10, name="Signup"),
    )
    fill(engine, f"{DAY}T08:00:00")
    keys = {(dimension, key) for _, dimension, key, *_ in series_of(engine, [7], "hour", (0, 2**31))}
    assert keys == {
        *(("portal", ""), ("page", "/form"), ("section", "/form"), ("topic", "schools"), ("search", "parks"), ("search_zero", "parks")),
        *(("service_step", "form:Join:started"), ("service_step", "funnel:3:1"), ("service_step", "funnel:3:2"), ("goal", "4")),
        *(("source", "Google"), ("channel", "Organic Search"), ("region", "NP-P3"), ("city", "12")),
    }
    (only,) = series_of(engine, [7], "hour", (0, 2**31), keys=[("topic", "schools"), ("page", "/none")])
    assert only[:3] == (7, "topic", "schools")


def test_visits_that_two_keys_share_are_told_with_the_busiest_visitors_part(engine, store):
    store.load(
        *some(f"{DAY}T06:00", 4, path="/a"), *some(f"{DAY}T06:01", 3, path="/b"), hit(f"{DAY}T06:02:00", 1, path="/a", portal=KATHMANDU)
    )
    making = Making(sites=(7,), timezone="Asia/Kathmandu")
    found = met(engine, making, [("page", "/a"), ("page", "/b"), ("page", "/c")], at(f"{DAY}T06:00:00"), at(f"{DAY}T07:00:00"))
    assert found.visits == {(0, 0): 4, (1, 1): 3, (0, 1): 3}
    assert found.top_share == {0: 0.4, 1: 0.333}


def test_series_leave_with_the_events_they_are_of(engine, store):
    store.load(*some(f"{DAY}T06:00", 10), *some("2026-03-12T06:00", 10, first=50))
    fill(engine, "2026-03-14T00:00:00")
    assert len(made_buckets(engine, [7], date(2026, 3, 1))) > 24
    drop_expired(engine, {7: 3}, date(2026, 3, 14))
    assert rows(engine, "day", f"{DAY}T00:00:00", "2026-03-12T00:00:00") == {
        ("page", "/"): [None, None, 10],
        ("portal", ""): [None, None, 10],
    }
    assert {day for site, step, day in made_buckets(engine, [7], date(2026, 3, 1)) if step == "day"} == {at("2026-03-12T00:00:00")}
