"""Rules 1 to 18 of the metric page on a real store, embedded and on two shards."""

import pytest

from footfall.vocabulary import Goal, Portal
from tests.support.build import PORTAL, Store, hit


@pytest.fixture
def store(engine, tmp_path):
    goals = (
        Goal(id=1, portal_id=1, event_name="Signup", display_name="Signup"),
        Goal(id=2, portal_id=1, page_path="/blog/*", display_name="Visit /blog/*"),
        Goal(id=3, portal_id=1, page_path="/long", scroll_threshold=50, display_name="Read half"),
    )
    return Store(engine, tmp_path, goals=goals)


def test_visit_lasts_through_thirty_whole_quiet_minutes(store):
    store.load(hit("2026-03-10T10:00:00"), hit("2026-03-10T10:30:59"), hit("2026-03-10T11:01:59"))
    assert store.only("visitors", "visits", "pageviews") == [1, 2, 3]


def test_engagement_keeps_a_visit_alive_but_not_its_end(store):
    store.load(
        hit("2026-03-10T10:00:00"),
        hit("2026-03-10T10:25:00", name="engagement", engagement_ms=5000),
        hit("2026-03-10T10:50:00"),
    )
    assert store.only("visits", "pageviews", "events", "visit_duration", "bounce_rate") == [1, 2, 2, 3000, 0]


def test_engagement_without_a_visit_counts_for_nothing(store):
    store.load(hit("2026-03-10T10:00:00", name="engagement", engagement_ms=5000))
    assert store.only("visitors", "visits", "events") == [0, 0, 0]


def test_source_is_fixed_by_the_first_event_and_inherited(store):
    store.load(hit("2026-03-10T10:00:00", source="Google"), hit("2026-03-10T10:05:00", source="VK"))
    assert store.ask("visits", "pageviews", by="visit:source") == [(["Google"], [1, 2])]


def test_entry_and_exit_follow_arrival_not_time(store):
    store.load(hit("2026-03-10T10:05:00", path="/first"), hit("2026-03-10T10:00:00", path="/second"))
    assert store.ask("visits", by="visit:entry_page,visit:exit_page") == [(["/first", "/second"], [1])]


@pytest.mark.parametrize(("interactive", "rate"), [(True, 0), (False, 100)])
def test_bounce_is_one_pageview_and_no_interactive_event(store, interactive, rate):
    store.load(hit("2026-03-10T10:00:00"), hit("2026-03-10T10:01:00", name="Click", interactive=interactive))
    assert store.only("bounce_rate") == [rate]


def test_visit_over_midnight_counts_in_both_ranges_and_on_its_last_day(store):
    store.load(hit("2026-03-10T23:50:00"), hit("2026-03-11T00:10:00"))
    assert store.only("visits", "pageviews", date_range=["2026-03-10", "2026-03-10"]) == [1, 1]
    assert store.ask("visits", by="time:day") == [(["2026-03-11"], [1])]
    assert store.ask("visits", by="time:hour") == [(["2026-03-10 23:00:00"], [1]), (["2026-03-11 00:00:00"], [1])]


def test_event_filters_hold_on_one_event_and_select_its_visits(store):
    store.load(
        hit("2026-03-10T10:00:00", path="/a"),
        hit("2026-03-10T10:02:00", path="/b", name="Buy"),
        hit("2026-03-10T10:00:00", visitor=2, path="/a", name="Buy"),
    )
    filters = [["is", "event:page", ["/a"]], ["is", "event:name", ["Buy"]]]
    assert store.only("visitors", "visit_duration", filters=filters) == [1, 0]


def test_bounce_rate_with_a_page_filter_covers_visits_that_entered_there(store):
    store.load(
        hit("2026-03-10T10:00:00", path="/a"),
        hit("2026-03-10T10:00:00", visitor=2, path="/b"),
        hit("2026-03-10T10:01:40", visitor=2, path="/a"),
    )
    assert store.only("bounce_rate", "visit_duration", filters=[["is", "event:page", ["/a"]]]) == [100, 50]


def test_grouped_by_page_visit_metrics_belong_to_the_entry_page(store):
    store.load(hit("2026-03-10T10:00:00", path="/a"), hit("2026-03-10T10:01:00", path="/b"))
    rows = store.ask("visitors", "visits", "visit_duration", by="event:page", order_by=[["event:page", "asc"]])
    assert rows == [(["/a"], [1, 1, 60]), (["/b"], [1, 1, 0])]


def test_percentage_and_conversion_rates(store):
    store.load(
        hit("2026-03-10T10:00:00", source="Google"),
        hit("2026-03-10T10:01:00", name="Signup"),
        hit("2026-03-10T10:00:00", visitor=2, source="Google"),
        hit("2026-03-10T10:00:00", visitor=3),
    )
    assert store.ask("percentage", by="visit:source") == [(["Google"], [66.7]), (["Direct / None"], [33.3])]
    assert store.only("conversion_rate", filters=[["is", "event:goal", ["Signup"]]]) == [33.33]
    by_source = store.ask("group_conversion_rate", by="visit:source", filters=[["is", "event:goal", ["Signup"]]])
    assert by_source == [(["Google"], [50.0])]


def test_goals_by_glob_event_and_scroll(store):
    store.load(
        hit("2026-03-10T10:00:00", path="/blog/x"),
        hit("2026-03-10T10:01:00", path="/long"),
        hit("2026-03-10T10:02:00", path="/long", name="engagement", scroll_depth=50),
        hit("2026-03-10T10:00:00", visitor=2, path="/long"),
        hit("2026-03-10T10:02:00", visitor=2, path="/long", name="engagement", scroll_depth=49),
    )
    rows = store.ask("visitors", "events", by="event:goal", order_by=[["event:goal", "asc"]])
    assert rows == [(["Visit /blog/*"], [1, 1]), (["Read half"], [1, None])]


def test_exit_rate_scroll_and_time_on_page(store):
    store.load(
        hit("2026-03-10T10:00:00", path="/a"),
        hit("2026-03-10T10:00:30", path="/a", name="engagement", engagement_ms=30_000, scroll_depth=40),
        hit("2026-03-10T10:00:40", path="/a", name="engagement", engagement_ms=3_000, scroll_depth=80),
        hit("2026-03-10T10:01:00", path="/b"),
        hit("2026-03-10T10:00:00", visitor=2, path="/a"),
    )
    assert store.ask("exit_rate", by="visit:exit_page", order_by=[["visit:exit_page", "asc"]]) == [(["/a"], [50.0]), (["/b"], [100.0])]
    assert store.only("scroll_depth", "time_on_page", filters=[["is", "event:page", ["/a"]]]) == [80, 33]


def test_property_filters_and_missing_values(store):
    store.load(
        hit("2026-03-10T10:00:00", name="Buy", props={"plan": "big"}),
        hit("2026-03-10T10:00:00", visitor=2, name="Buy"),
    )
    assert store.only("visitors", filters=[["is_not", "event:props:plan", ["small"]]]) == [2]
    assert store.only("visitors", filters=[["is_not", "event:props:plan", ["(none)"]]]) == [1]
    assert store.only("visitors", filters=[["contains_not", "event:props:plan", ["x"]]]) == [1]
    assert sorted(store.ask("visitors", by="event:props:plan")) == [(["(none)"], [1]), (["big"], [1])]


def test_has_done_selects_visits(store):
    store.load(
        hit("2026-03-10T10:00:00", path="/a"),
        hit("2026-03-10T10:01:00", path="/b"),
        hit("2026-03-10T10:00:00", visitor=2, path="/a"),
    )
    assert store.only("visits", filters=[["has_done", ["is", "event:page", ["/b"]]]]) == [1]
    assert store.only("visits", filters=[["has_not_done", ["is", "event:page", ["/b"]]]]) == [1]


def test_hit_without_visit_detail_counts_as_a_pageview_only(store):
    store.load(hit("2026-03-10T10:00:00", visitor=0, path="/a"))
    assert store.only("visitors", "visits", "pageviews", "events") == [0, 0, 1, 1]


def test_comparison_matches_days_by_position(store):
    store.load(hit("2026-03-10T10:00:00"), hit("2026-03-12T10:00:00"), hit("2026-03-12T10:00:00", visitor=2))
    answer = store.answer(
        "visitors", by="time:day", date_range=["2026-03-12", "2026-03-13"], include={"comparisons": {"mode": "previous_period"}}
    )
    shown = [(row.dimensions, row.metrics, row.comparison.dimensions, row.comparison.metrics, row.change) for row in answer.rows]
    assert shown == [
        (("2026-03-12",), (2,), ("2026-03-10",), (1,), (100,)),
        (("2026-03-13",), (0,), ("2026-03-11",), (0,), (0,)),
    ]


def test_repeated_hour_of_a_25_hour_day_is_kept_apart(engine, tmp_path):
    berlin = Portal(id=1, domain="portal.example", umami_id="", timezone="Europe/Berlin")
    store = Store(engine, tmp_path, portal=berlin)
    store.load(hit("2026-10-25T00:30:00", portal=berlin), hit("2026-10-25T01:30:00", visitor=2, portal=berlin))
    rows = store.ask("visitors", by="time:hour", date_range=["2026-10-25", "2026-10-25"], now="2026-10-26T12:00:00")
    assert rows == [(["2026-10-25 02:00:00"], [1]), (["2026-10-25 02:00:00"], [1])]
    answer = store.answer("visitors", by="time:hour", date_range=["2026-10-25", "2026-10-25"], include={"time_labels": True})
    assert len(answer.meta["time_labels"]) == 25


def test_half_hour_zone_has_whole_local_hours(engine, tmp_path):
    kathmandu = Portal(id=1, domain="portal.example", umami_id="", timezone="Asia/Kathmandu")
    store = Store(engine, tmp_path, portal=kathmandu)
    store.load(hit("2026-03-10T18:14:00", portal=kathmandu), hit("2026-03-10T18:16:00", visitor=2, portal=kathmandu))
    rows = store.ask("visitors", by="time:day")
    assert rows == [(["2026-03-10"], [1]), (["2026-03-11"], [1])]


def test_segment_put_back_is_not_counted_again(store):
    content = b'{"site":1,"time_ms":1773136800000,"day":"2026-03-10","visitor":5,"name":"pageview","path":"/x"}\n'
    for _ in range(3):
        (store.folder / "0000000000009-aa-000000.ndjson").write_bytes(content)
        store.loader.load_waiting()
    assert store.only("visits", "pageviews") == [1, 1]


def test_open_visit_survives_a_restart_of_the_loader(store, tmp_path):
    store.load(hit("2026-03-10T10:00:00", source="Google"))
    again = Store(store.engine, tmp_path, portal=PORTAL)
    again.load(hit("2026-03-10T10:20:00", path="/b"))
    assert again.ask("visits", "visit_duration", by="visit:source") == [(["Google"], [1, 1200])]
