"""Rules 9 to 15: which rows count."""

import pytest

BY_HOUR = {"by": "time:hour", "date_range": ["2026-03-10T10:30:00", "2026-03-10T12:29:59"]}


def test_events_count_by_their_own_time_and_visits_if_they_overlap(home):
    home.load(home.hit("10:00"), home.hit("10:20", path="/b"), home.hit("10:40", path="/c"))
    middle = ["2026-03-10T10:05:00", "2026-03-10T10:15:00"]
    assert home.only("visits", "visitors", date_range=middle) == [1, 1]
    assert home.only("pageviews", "visits", "visitors", date_range=middle) == [0, 0, 0]
    assert home.only("visits", date_range=["2026-03-10T10:40:00", "2026-03-10T11:00:00"]) == [1]
    assert home.only("visits", date_range=["2026-03-10T10:40:01", "2026-03-10T11:00:00"]) == [0]
    assert home.only("visits", date_range=["2026-03-10T09:00:00", "2026-03-10T09:59:59"]) == [0]


def test_the_last_second_of_a_range_is_in(home):
    home.load(home.hit("10:15:00"))
    assert home.only("pageviews", date_range=["2026-03-10T10:00:00Z", "2026-03-10T10:15:00Z"]) == [1]
    assert home.only("pageviews", date_range=["2026-03-10T10:00:00Z", "2026-03-10T10:14:59Z"]) == [0]


def test_events_are_pageviews_and_custom_events_and_visitors_are_visitor_days(home):
    home.load(
        home.hit("10:00"),
        home.hit("10:01", name="Signup"),
        home.hit("10:02", name="engagement", engagement_ms=9),
        home.hit("10:00", visitor=2),
        home.hit("18:00", visitor=2),
        home.hit("2026-03-11T10:00:00", visitor=3),
    )
    assert home.only("visitors", "visits", "pageviews", "events") == [3, 4, 4, 5]


def test_day_week_and_month_are_those_of_the_visits_last_event(home):
    home.load(home.hit("2026-03-01T23:50:00"), home.hit("2026-03-02T00:10:00"), home.hit("2026-02-28T23:50:00", visitor=2))
    home.load(home.hit("2026-03-01T00:10:00", visitor=2))
    february = {"date_range": ["2026-02-01", "2026-03-31"]}
    assert home.ask("visits", by="time:day", **february) == [(["2026-03-01"], [1]), (["2026-03-02"], [1])]
    assert home.ask("visits", by="time:week", **february) == [(["2026-02-23"], [1]), (["2026-03-02"], [1])]
    assert home.ask("visits", by="time:month", **february) == [(["2026-03-01"], [2])]


def test_an_hour_counts_every_visit_that_touched_it_and_none_outside_the_range(home):
    home.load(*(home.hit(time) for time in ("09:50", "10:20", "10:50", "11:20", "11:50", "12:20", "12:50")))
    assert home.ask("visits", "visitors", **BY_HOUR) == [
        (["2026-03-10 10:00:00"], [1, 1]),
        (["2026-03-10 11:00:00"], [1, 1]),
        (["2026-03-10 12:00:00"], [1, 1]),
    ]


def test_an_hour_inside_a_visit_without_an_event_counts_it_from_visits_only(home):
    home.load(home.hit("09:59"), home.hit("10:29", name="engagement"), home.hit("10:59", name="engagement"), home.hit("11:05"))
    assert home.ask("visits", by="time:hour") == [([f"2026-03-10 {hour}:00:00"], [1]) for hour in ("09", "10", "11")]
    assert home.ask("pageviews", "visits", "visit_duration", by="time:hour") == [
        (["2026-03-10 09:00:00"], [1, 1, 3960]),
        (["2026-03-10 10:00:00"], [0, 0, 3960]),
        (["2026-03-10 11:00:00"], [1, 1, 3960]),
    ]


def test_minutes_are_touched_from_the_first_to_the_last_ends_included(home):
    home.load(home.hit("10:00:59"), home.hit("10:02:00", path="/b"))
    day = {"by": "time:minute", "date_range": ["2026-03-10", "2026-03-10"]}
    assert home.ask("visitors", **day) == [([f"2026-03-10 10:0{minute}:00"], [1]) for minute in range(3)]
    assert home.ask("pageviews", **day) == [(["2026-03-10 10:00:00"], [1]), (["2026-03-10 10:02:00"], [1])]


def test_visit_metrics_under_an_event_filter_cover_the_visits_that_have_such_an_event(home):
    home.load(
        home.hit("10:00", path="/a"),
        home.hit("10:01:40", path="/b"),
        home.hit("10:00", visitor=2, path="/a"),
        home.hit("10:00", visitor=3, path="/b"),
        home.hit("10:00:20", visitor=3, name="Signup", path="/b"),
    )
    on_b = [["is", "event:page", ["/b"]]]
    assert home.only("visits", "visit_duration", "visitors", "pageviews", filters=on_b) == [2, 60, 2, 2]
    both = [*on_b, ["is", "event:name", ["Signup"]]]
    assert home.only("visits", "visit_duration", "events", filters=both) == [1, 20, 1]


def test_a_page_filter_narrows_bounce_rate_to_entries_and_duration_to_nothing(home):
    home.load(
        home.hit("10:00", path="/a"),
        home.hit("10:00", visitor=2, path="/a"),
        home.hit("10:00:40", visitor=2, path="/b"),
        home.hit("10:00", visitor=3, path="/b"),
        home.hit("10:01:20", visitor=3, path="/a"),
    )
    assert home.only("bounce_rate", "visit_duration", filters=[["is", "event:page", ["/a"]]]) == [50, 40]
    assert home.only("bounce_rate", "visit_duration", filters=[["contains", "event:page", ["c"]]]) == [0, 0]


def test_grouped_by_page_visit_metrics_are_the_entry_pages_and_visits_the_pages(home):
    home.load(
        home.hit("10:00", path="/a"),
        home.hit("10:01", path="/b"),
        home.hit("10:00", visitor=2, path="/b"),
        home.hit("10:00:30", visitor=2, path="/a"),
        home.hit("10:00", visitor=3, path="/b"),
    )
    asked = {"by": "event:page", "order_by": [["event:page", "asc"]]}
    metrics = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration", "views_per_visit")
    assert home.ask(*metrics, **asked) == [(["/a"], [2, 2, 2, 0, 60, 2.0]), (["/b"], [3, 3, 3, 50, 15, 1.5])]
    filtered = [["is", "event:page", ["/b"]]]
    assert home.ask("visitors", "bounce_rate", "visit_duration", filters=filtered, **asked) == [(["/b"], [3, 50, 15])]


def test_grouped_by_host_visit_metrics_are_the_entry_hosts(home):
    home.load(
        home.hit("10:00", hostname="one.example"),
        home.hit("10:01", hostname="two.example"),
        home.hit("10:00", visitor=2, hostname="two.example"),
    )
    asked = {"by": "event:hostname", "order_by": [["event:hostname", "asc"]]}
    rows = [(["one.example"], [1, 0, 60]), (["two.example"], [2, 100, 0])]
    assert home.ask("visitors", "bounce_rate", "visit_duration", **asked) == rows


@pytest.mark.parametrize("by", ["visit:entry_page", "visit:exit_page", "visit:entry_page_hostname"])
def test_entry_and_exit_dimensions_count_visits_also_under_an_event_filter(home, by):
    home.load(
        home.hit("10:00", path="/a", hostname="/a"), home.hit("10:01", name="Signup", path="/a"), home.hit("10:00", visitor=2, path="/b")
    )
    rows = home.ask("visitors", "visits", "bounce_rate", by=by, filters=[["is", "event:name", ["Signup"]]])
    assert rows == [(["/a"], [1, 1, 0])]


def test_visit_that_looked_at_no_page_has_no_row_of_its_own_by_hour_and_page(home):
    home.load(
        home.hit("09:50", name="Signup", path="/a"), home.hit("10:10", name="Signup", path="/a"), home.hit("10:20", visitor=2, path="/b")
    )
    asked = {"order_by": [["time:hour", "asc"], ["visitors", "desc"]]}
    rows = home.ask("visitors", "bounce_rate", by="time:hour,event:page", **asked)
    assert sorted((hour[-8:-6], page, *metrics) for (hour, page), metrics in rows) == [
        ("09", "/a", 1, 0),
        ("10", "/a", 1, 0),
        ("10", "/b", 1, 100),
    ]
    rows = home.ask("visitors", "bounce_rate", by="time:hour,event:hostname", **asked)
    assert [(hour[-8:-6], host, *metrics) for (hour, host), metrics in rows] == [
        ("09", home.portal.domain, 1, 0),
        ("10", home.portal.domain, 2, 100),
    ]
