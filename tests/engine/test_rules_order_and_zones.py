"""Rules 31 to 37: order, labels, time zones and pages, on the store; periods by themselves are in tests/unit/reports."""

import pytest


def hours(rows):
    return [(dimensions[0][11:13], *metrics) for dimensions, metrics in rows]


def test_rows_come_by_time_else_by_the_first_metric_and_ties_by_label(home):
    home.load(home.hit("10:00", path="/b"), home.hit("10:00", visitor=2, path="/a"), home.hit("2026-03-09T10:00", visitor=3, path="/b"))
    assert home.ask("visitors", by="event:page") == [(["/b"], [2]), (["/a"], [1])]
    assert home.ask("visitors", by="time:day") == [(["2026-03-09"], [1]), (["2026-03-10"], [2])]
    rows = home.ask("visitors", by="event:page,time:day")
    assert rows == [(["/b", "2026-03-09"], [1]), (["/a", "2026-03-10"], [1]), (["/b", "2026-03-10"], [1])]
    assert home.ask("visitors", by="event:page", order_by=[["visitors", "asc"]]) == [(["/a"], [1]), (["/b"], [2])]
    assert home.ask("visitors", by="time:day", order_by=[["time:day", "desc"]])[0] == (["2026-03-10"], [2])


def test_pages_cut_rows_and_total_rows_counts_them_before(home):
    home.load(*(home.hit("10:00", visitor=number, path=f"/{number}") for number in range(1, 6)))
    asked = {"by": "event:page", "order_by": [["event:page", "asc"]], "include": {"total_rows": True}}
    answer = home.answer("visitors", pagination={"limit": 2, "offset": 3}, **asked)
    assert ([row.dimensions for row in answer.rows], answer.meta["total_rows"]) == ([("/4",), ("/5",)], 5)
    beyond = home.answer("visitors", pagination={"offset": 5}, **asked)
    assert (beyond.rows, beyond.meta["total_rows"]) == ((), 5)


def test_without_dimensions_there_is_one_row_of_zeros(home):
    names = ("visitors", "visits", "pageviews", "events", "bounce_rate", "visit_duration", "views_per_visit", "percentage")
    assert home.only(*names) == [0, 0, 0, 0, 0, 0, 0.0, None]
    on_a = [["is", "event:page", ["/a"]]]
    assert home.only("visitors", "scroll_depth", "time_on_page", filters=on_a) == [0, None, None]
    signup = [["is", "event:goal", ["Signup"]]]
    assert home.only("conversion_rate", "group_conversion_rate", filters=signup) == [0.0, 0.0]
    assert home.answer("visitors", include={"total_rows": True}).meta["total_rows"] == 1
    assert home.ask("visitors", by="visit:source") == []


def test_a_repeated_hour_is_kept_apart_and_a_skipped_one_missing(town):
    berlin = town("Europe/Berlin")
    times = ("2026-10-24T23:30", "2026-10-25T00:30", "2026-10-25T01:30", "2026-10-25T02:30")
    berlin.load(*(berlin.hit(time, visitor=number) for number, time in enumerate(times, start=1)))
    autumn = {"by": "time:hour", "date_range": ["2026-10-25", "2026-10-25"]}
    for metric in ("visitors", "pageviews"):
        assert hours(berlin.ask(metric, **autumn)) == [("01", 1), ("02", 1), ("02", 1), ("03", 1)]
    berlin.load(berlin.hit("2026-03-29T00:30"), berlin.hit("2026-03-29T01:00", visitor=2))
    spring = {"by": "time:hour", "date_range": ["2026-03-29", "2026-03-29"]}
    assert hours(berlin.ask("pageviews", **spring)) == [("01", 1), ("03", 1)]


def test_a_visit_through_a_repeated_hour_touches_both(town):
    berlin = town("Europe/Berlin")
    berlin.load(*(berlin.hit(f"2026-10-25T{time}") for time in ("00:50", "01:10", "01:40", "02:05")))
    rows = berlin.ask("visits", by="time:hour", date_range=["2026-10-25", "2026-10-25"])
    assert hours(rows) == [("02", 1), ("02", 1), ("03", 1)]


def test_lord_howes_half_hour_change_is_cut_where_the_clock_changes(town):
    island = town("Australia/Lord_Howe")
    # In autumn 02:00 (+11) becomes 01:30 (+10:30); in spring 02:00 (+10:30) becomes 02:30 (+11).
    autumn = ("2026-04-04T14:10", "2026-04-04T14:59", "2026-04-04T15:01", "2026-04-04T15:29", "2026-04-04T15:30")
    spring = ("2026-10-03T15:29", "2026-10-03T15:30", "2026-10-03T15:59", "2026-10-03T16:00")
    island.load(*(island.hit(time, visitor=number) for number, time in enumerate(autumn + spring, start=1)))
    for metric in ("pageviews", "visitors"):
        rows = island.ask(metric, by="time:hour", date_range=["2026-04-05", "2026-04-05"])
        assert hours(rows) == [("01", 2), ("01", 2), ("02", 1)]
        rows = island.ask(metric, by="time:hour", date_range=["2026-10-04", "2026-10-04"])
        assert hours(rows) == [("01", 1), ("02", 2), ("03", 1)]


def test_kathmandus_days_and_hours_are_its_own(town):
    kathmandu = town("Asia/Kathmandu")
    kathmandu.load(
        *(kathmandu.hit(f"2026-03-10T{time}", visitor=number) for number, time in enumerate(("18:14", "18:15", "19:14", "19:15")))
    )
    day = ["2026-03-11", "2026-03-11"]
    assert hours(kathmandu.ask("pageviews", by="time:hour", date_range=day)) == [("00", 2), ("01", 1)]
    assert kathmandu.ask("pageviews", by="time:day") == [(["2026-03-10"], [1]), (["2026-03-11"], [3])]
    labels = kathmandu.answer("pageviews", by="time:hour", date_range=day, include={"time_labels": True}).meta["time_labels"]
    assert labels == [f"2026-03-11 {hour:02d}:00:00" for hour in range(24)]


def test_sao_paulos_day_without_a_midnight_begins_at_one(town):
    city = town("America/Sao_Paulo")
    city.load(city.hit("2018-11-04T02:59"), city.hit("2018-11-04T03:00", visitor=2), city.hit("2018-11-05T01:59", visitor=3))
    assert city.ask("pageviews", by="time:day", date_range=["2018-11-03", "2018-11-04"]) == [(["2018-11-03"], [1]), (["2018-11-04"], [2])]
    assert hours(city.ask("pageviews", by="time:hour", date_range=["2018-11-04", "2018-11-04"])) == [("01", 1), ("23", 1)]


def test_a_doubled_midnight_is_the_later_one_and_a_doubled_last_second_the_earlier(town):
    havana = town("America/Havana")
    # On 2026-11-01 01:00 (-4) becomes 00:00 (-5): 04:00 and 05:00 UTC are both midnight.
    havana.load(havana.hit("2026-11-01T04:30"), havana.hit("2026-11-01T05:00", visitor=2))
    assert havana.only("pageviews", date_range=["2026-11-01", "2026-11-01"]) == [1]
    assert havana.only("pageviews", date_range=["2026-10-31", "2026-10-31"]) == [0]
    assert havana.only("pageviews", date_range=["2026-10-31", "2026-11-01"]) == [2]
    city = town("America/Sao_Paulo")
    # On 2018-02-18 00:00 (-2) becomes 23:00 (-3) of the day before.
    city.load(city.hit("2018-02-18T01:59:59"), city.hit("2018-02-18T02:30", visitor=2), city.hit("2018-02-18T03:00", visitor=3))
    assert city.only("pageviews", date_range=["2018-02-17", "2018-02-17"]) == [1]
    assert city.only("pageviews", date_range=["2018-02-18", "2018-02-18"]) == [1]
    assert city.only("pageviews", date_range=["2018-02-17", "2018-02-18"]) == [3]


def test_only_buckets_with_data_are_rows_and_labels_name_them_all(home):
    home.load(home.hit("2026-03-04T10:00"), home.hit("2026-03-18T10:00", visitor=2))
    asked = {"date_range": ["2026-03-04", "2026-04-01"], "include": {"time_labels": True}}
    by_week = home.answer("visitors", by="time:week", **asked)
    assert [(*row.dimensions, *row.metrics) for row in by_week.rows] == [("2026-03-04", 1), ("2026-03-16", 1)]
    assert by_week.meta["time_labels"] == ["2026-03-04", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"]
    by_month = home.answer("visitors", by="time:month", **asked)
    assert [(*row.dimensions, *row.metrics) for row in by_month.rows] == [("2026-03-01", 2)]
    assert by_month.meta["time_labels"] == ["2026-03-01", "2026-04-01"]


@pytest.mark.parametrize("with_data", [True, False])
def test_all_reaches_from_the_first_data_to_today(home, with_data):
    if with_data:
        home.load(home.hit("2026-01-20T10:00"), home.hit("2026-03-31T10:00", visitor=2))
    answer = home.answer("visitors", by="time", date_range="all", include={"time_labels": True})
    labels = answer.meta["time_labels"]
    if with_data:
        assert [(*row.dimensions, *row.metrics) for row in answer.rows] == [("2026-01-20", 1), ("2026-03-30", 1)]
        assert (labels[0], len(labels), answer.query["dimensions"]) == ("2026-01-20", 11, ["time:week"])
    else:
        assert (answer.rows, len(labels), answer.query["dimensions"]) == ((), 24, ["time:hour"])


def test_all_is_compared_with_as_many_days_before_it(home):
    home.load(home.hit("2026-03-30T10:00"))
    answer = home.answer("visitors", by="time:day", date_range="all", include={"comparisons": {"mode": "previous_period"}})
    assert [(row.dimensions, row.comparison.dimensions) for row in answer.rows] == [
        (("2026-03-30",), ("2026-03-28",)),
        (("2026-03-31",), ("2026-03-29",)),
    ]
