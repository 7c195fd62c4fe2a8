"""Rules 38 and 39: what stands beside what, and how it changed."""

from datetime import date

from footfall.reports.beginning import first_days


def compared(store, *metrics, mode="previous_period", **asked):
    include = {"comparisons": {"mode": mode} if isinstance(mode, str) else mode}
    rows = store.answer(*metrics, include=include, **asked).rows
    return [(row.dimensions, row.metrics, row.comparison.dimensions, row.comparison.metrics, row.change) for row in rows]


def test_the_previous_period_is_as_long_and_rows_match_by_dimension(home):
    home.load(
        home.hit("2026-03-09T10:00", source="Google"),
        home.hit("2026-03-09T10:00", visitor=2, source="VK"),
        home.hit("2026-03-10T10:00", visitor=3, source="Google"),
        home.hit("2026-03-10T10:00", visitor=4, source="Google"),
        home.hit("2026-03-10T10:00", visitor=5),
    )
    rows = compared(home, "visitors", by="visit:source", date_range=["2026-03-10", "2026-03-10"])
    assert rows == [
        (("Google",), (2,), ("Google",), (1,), (100,)),
        (("Direct / None",), (1,), ("Direct / None",), (0,), (100,)),
    ]


def test_a_year_earlier_has_the_same_dates_and_leap_days_fall_on_the_28th(home):
    home.load(home.hit("2025-03-10T10:00"), home.hit("2026-03-10T10:00", visitor=2), home.hit("2026-03-10T10:00", visitor=3))
    day = {"date_range": ["2026-03-10", "2026-03-10"]}
    assert compared(home, "visitors", mode="year_over_year", **day) == [((), (2,), (), (1,), (100,))]
    instants = {"date_range": ["2026-03-10T09:00:00Z", "2026-03-10T11:00:00Z"]}
    assert compared(home, "visitors", mode="year_over_year", **instants) == [((), (2,), (), (1,), (100,))]
    leap = compared(home, "visitors", by="time:day", mode="year_over_year", date_range=["2024-02-29", "2024-02-29"])
    assert leap == [(("2024-02-29",), (0,), ("2023-02-28",), (0,), (0,))]


def test_time_rows_match_by_position_and_every_bucket_is_there(home):
    home.load(home.hit("2026-03-08T10:00"), home.hit("2026-03-11T10:00", visitor=2))
    rows = compared(home, "visitors", "percentage", by="time:day", date_range=["2026-03-10", "2026-03-11"])
    assert rows == [
        (("2026-03-10",), (0, 0.0), ("2026-03-08",), (1, 100.0), (-100, -100)),
        (("2026-03-11",), (1, 100.0), ("2026-03-09",), (0, 0.0), (100, 100)),
    ]


def test_time_beside_another_dimension_matches_both_and_adds_no_rows(home):
    home.load(
        home.hit("2026-03-08T10:00", device="Mobile"),
        home.hit("2026-03-10T10:00", visitor=2, device="Mobile"),
        home.hit("2026-03-10T10:00", visitor=3, device="Desktop"),
    )
    rows = compared(home, "visitors", by="time:day,visit:device", date_range=["2026-03-10", "2026-03-11"])
    assert rows == [
        (("2026-03-10", "Desktop"), (1,), ("2026-03-08", "Desktop"), (0,), (100,)),
        (("2026-03-10", "Mobile"), (1,), ("2026-03-08", "Mobile"), (1,), (0,)),
    ]


def test_a_shorter_period_has_nothing_at_the_last_positions(home):
    home.load(home.hit("2026-03-02T10:00"), home.hit("2026-03-01T10:00", visitor=2))
    shorter = {"mode": "custom", "date_range": ["2026-02-01", "2026-02-01"]}
    rows = compared(home, "visitors", mode=shorter, by="time:day", date_range=["2026-03-01", "2026-03-02"])
    assert rows == [
        (("2026-03-01",), (1,), ("2026-02-01",), (0,), (100,)),
        (("2026-03-02",), (1,), ("",), (None,), (None,)),
    ]


def test_rates_change_in_points_and_counts_in_percent(home):
    for day, visitors in (("2026-03-09", 8), ("2026-03-10", 7)):
        home.load(*(home.hit(f"{day}T10:00", visitor=visitor + 10 * visitors, path="/a") for visitor in range(visitors)))
        home.load(home.hit(f"{day}T10:01", visitor=10 * visitors, name="Signup", path="/a"))
    day = {"date_range": ["2026-03-10", "2026-03-10"]}
    assert compared(home, "visitors", "bounce_rate", "visit_duration", **day) == [((), (7, 86, 9), (), (8, 88, 8), (-13, -2, 13))]
    signup = [["is", "event:goal", ["Signup"]]]
    rows = compared(home, "conversion_rate", "group_conversion_rate", filters=signup, **day)
    assert rows == [((), (14.29, 14.29), (), (12.5, 12.5), (1.8, 14))]
    rows = compared(home, "exit_rate", by="visit:exit_page", **day)
    assert rows == [(("/a",), (100.0,), ("/a",), (100.0,), (0.0,))]
    on_a = [["is", "event:page", ["/a"]]]
    assert compared(home, "scroll_depth", filters=on_a, **day) == [((), (None,), (), (None,), (None,))]


def test_compared_rows_are_ordered_and_cut_like_all_others(home):
    home.load(*(home.hit("2026-03-10T10:00", visitor=number, path=f"/{number % 3}") for number in range(1, 7)))
    home.load(home.hit("2026-03-10T10:00", visitor=7, path="/1"), home.hit("2026-03-09T10:00", visitor=8, path="/1"))
    page = {"pagination": {"limit": 1, "offset": 1}, "order_by": [["visitors", "desc"], ["event:page", "desc"]]}
    rows = compared(home, "visitors", by="event:page", date_range=["2026-03-10", "2026-03-10"], **page)
    assert rows == [(("/2",), (2,), ("/2",), (0,), (100,))]


def test_same_moment_compares_with_as_much_as_has_passed_and_without_it_the_other_period_is_whole(home):
    now = "2026-03-10T12:00"
    early, late = home.hit("2026-03-09T11:00"), home.hit("2026-03-09T13:00", visitor=2)
    home.load(early, late, home.hit("2026-03-10T10:00", visitor=3))
    day = {"date_range": "day", "now": now}
    assert compared(home, "visitors", **day) == [((), (1,), (), (2,), (-50,))]
    assert compared(home, "visitors", mode={"mode": "previous_period", "same_moment": True}, **day) == [((), (1,), (), (1,), (0,))]
    home.load(home.hit("2026-01-30T10:00", visitor=6), home.hit("2026-02-01T10:00", visitor=4), home.hit("2026-02-27T10:00", visitor=5))
    month = {"date_range": "month", "now": now}
    assert compared(home, "visitors", **month)[0][3] == (3,), "29 January to 28 February"
    assert compared(home, "visitors", mode={"mode": "previous_period", "calendar": True}, **month)[0][3] == (2,)
    both = {"mode": "previous_period", "calendar": True, "same_moment": True}
    assert compared(home, "visitors", mode=both, **month)[0][3] == (1,), "1 to 10 February"
    asked = home.answer("visitors", include={"comparisons": both}, **month)
    assert asked.meta["comparison_range"] == ["2026-02-01T00:00:00+00:00", "2026-02-10T11:59:59+00:00"]


def test_first_day_of_a_portal_is_that_of_its_first_event_and_without_any_it_has_none(home):
    home.load(home.hit("2026-03-09T10:00"), home.hit("2026-03-02T10:00", visitor=2))
    assert first_days(home.engine, [home.portal.id, 99_999]) == {home.portal.id: date(2026, 3, 2)}
