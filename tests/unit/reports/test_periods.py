"""Rules 34 to 36 and 38 by themselves: what a date_range means, what its buckets are, and what it is compared with."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from footfall.errors import BadQuestion
from footfall.local_time import local_midnight
from footfall.reports.periods import bucket_starts, calendar_before, label_of, parse_period, shifted, so_far
from tests.support.build import ms

NOW = ms("2026-03-10T15:20:00")


def period(value, timezone="Etc/UTC", now=NOW):
    return parse_period(value, timezone=timezone, now_ms=now)


def utc(instant_ms):
    return datetime.fromtimestamp(instant_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def ends(value, timezone="Etc/UTC", now=NOW):
    found = period(value, timezone, now)
    return utc(found.from_ms), utc(found.to_ms)


def labels(value, unit, timezone="Etc/UTC"):
    found = period(value, timezone)
    return [label_of(start, unit, found) for start in bucket_starts(found, unit)]


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("day", "2026-03-10", "2026-03-10"),
        ("7d", "2026-03-03", "2026-03-09"),
        ("28d", "2026-02-10", "2026-03-09"),
        ("30d", "2026-02-08", "2026-03-09"),
        ("91d", "2025-12-09", "2026-03-09"),
        ("month", "2026-03-01", "2026-03-31"),
        ("6mo", "2025-09-01", "2026-02-28"),
        ("12mo", "2025-03-01", "2026-02-28"),
        ("year", "2026-01-01", "2026-12-31"),
        ("all", "2026-03-10", "2026-03-10"),
        (["2026-02-27", "2026-03-02"], "2026-02-27", "2026-03-02"),
    ],
)
def test_names_mean_whole_local_days(value, first, last):
    found = period(value)
    assert (found.first, found.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert (utc(found.from_ms), found.to_ms - found.from_ms) == (f"{first}T00:00:00", found.days * 86_400_000)


def test_today_is_the_portals_own():
    assert period("day", "Asia/Kathmandu", ms("2026-03-10T18:14:59")).first == date(2026, 3, 10)
    assert period("day", "Asia/Kathmandu", ms("2026-03-10T18:15:00")).first == date(2026, 3, 11)
    assert ends("day", "Asia/Kathmandu") == ("2026-03-09T18:15:00", "2026-03-10T18:15:00")


@pytest.mark.parametrize(
    ("pair", "ends_at"),
    [
        (["2026-03-10T10:00:00Z", "2026-03-10T11:00:00Z"], ("2026-03-10T10:00:00", "2026-03-10T11:00:01")),
        (["2026-03-10T10:00:00+02:00", "2026-03-10T10:00:00.900+02:00"], ("2026-03-10T08:00:00", "2026-03-10T08:00:01")),
        (["2026-03-10T10:00:00", "2026-03-10T23:59:59"], ("2026-03-10T09:00:00", "2026-03-10T23:00:00")),
    ],
)
def test_instants_have_an_offset_or_are_local_and_the_last_second_is_in(pair, ends_at):
    assert ends(pair, "Europe/Berlin") == ends_at


def test_24h_ends_with_the_running_hour():
    assert ends("24h") == ("2026-03-09T16:00:00", "2026-03-10T16:00:00")


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "",
        "yesterday",
        "0d",
        "²d",
        "5001d",
        "-3d",
        "121mo",
        ["2026-03-10"],
        ["2026-03-10", None],
        ["2026-13-01", "2026-13-02"],
        ["10.03.2026", "11.03.2026"],
        ["2026-03-11", "2026-03-10"],
        ["2026-03-10", "2026-03-10T12:00:00"],
        ["2026-03-10T12:00:01Z", "2026-03-10T12:00:00Z"],
    ],
)
def test_anything_else_is_refused_in_a_sentence(value):
    with pytest.raises(BadQuestion, match="date_range"):
        period(value)


@pytest.mark.parametrize("value", [["2026-13-01", "x"], ["2026-13-01", "2026-03-10T12:00:00"]])
def test_what_is_no_date_is_not_taken_for_one_beside_an_instant(value):
    with pytest.raises(BadQuestion, match=r"is not valid\. Valid: "):
        period(value)


@pytest.mark.parametrize(
    "pair",
    [
        ["0001-01-01", "0001-01-02"],
        ["1970-12-31", "1971-01-01"],
        ["2026-01-01", "9999-12-31"],
        ["0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00Z"],
        ["2100-12-31T00:00:00Z", "2100-12-31T23:59:59-12:00"],
        ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"],
    ],
)
def test_years_beyond_what_the_store_holds_are_refused_with_what_is_valid(pair):
    with pytest.raises(BadQuestion, match="Valid: years 1971 to 2100"):
        period(pair)


def test_the_first_and_the_last_year_are_valid_but_a_year_before_the_first_is_not():
    assert period(["1971-01-01", "2100-12-31"]).days == 47_482
    with pytest.raises(BadQuestion, match="Valid: years 1971 to 2100"):
        shifted(period(["1971-01-01", "1971-01-02"]), "year_over_year")


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("day", "hour"),
        (["2026-03-09", "2026-03-10"], "hour"),
        (["2026-03-08", "2026-03-10"], "day"),
        (["2026-01-01", "2026-02-09"], "day"),
        (["2026-01-01", "2026-02-10"], "week"),
        (["2026-01-01", "2026-12-30"], "week"),
        (["2026-01-01", "2026-12-31"], "month"),
        (["2026-03-08T12:00:00Z", "2026-03-10T11:59:59Z"], "hour"),
        (["2026-03-08T12:00:00Z", "2026-03-10T12:00:00Z"], "day"),
        (["2026-01-01T12:00:00Z", "2026-02-10T11:59:59Z"], "day"),
        (["2026-01-01T12:00:00Z", "2026-02-10T12:00:00Z"], "week"),
    ],
)
def test_time_means_hour_to_48_hours_day_to_40_days_week_to_52_weeks(value, unit):
    assert period(value).default_unit() == unit


def test_two_days_stay_hours_where_they_have_49():
    assert period(["2026-10-24", "2026-10-25"], "Europe/Berlin").default_unit() == "hour"


@pytest.mark.parametrize(
    ("day", "timezone", "instant"),
    [
        ("2026-03-10", "Asia/Kathmandu", "2026-03-09T18:15:00"),
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00"),
        ("2026-11-01", "America/Havana", "2026-11-01T05:00:00"),
        ("2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00:00"),
        ("2026-04-05", "Australia/Lord_Howe", "2026-04-04T13:00:00"),
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00"),
        ("1972-01-07", "Africa/Monrovia", "1972-01-07T00:44:30"),
    ],
)
def test_midnights(day, timezone, instant):
    assert utc(local_midnight(date.fromisoformat(day), ZoneInfo(timezone))) == instant


@pytest.mark.parametrize(
    ("day", "timezone", "hours", "buckets"),
    [
        ("2026-03-10", "Asia/Kathmandu", 24, 24),
        ("2026-10-25", "Europe/Berlin", 25, 25),
        ("2026-03-29", "Europe/Berlin", 23, 23),
        ("2018-11-04", "America/Sao_Paulo", 23, 23),
        ("2018-02-17", "America/Sao_Paulo", 24, 24),
        ("2026-04-05", "Australia/Lord_Howe", 24.5, 25),
        ("2026-10-04", "Australia/Lord_Howe", 23.5, 24),
    ],
)
def test_a_day_has_as_many_hours_as_its_clock_shows(day, timezone, hours, buckets):
    found = period([day, day], timezone)
    starts = bucket_starts(found, "hour")
    assert ((found.to_ms - found.from_ms) / 3_600_000, len(starts)) == (hours, buckets)
    assert (starts[0], list(starts)) == (found.from_ms, sorted(set(starts)))


def test_a_repeated_hour_and_half_hour_have_their_label_twice():
    berlin = labels(["2026-10-25", "2026-10-25"], "hour", "Europe/Berlin")
    island = labels(["2026-04-05", "2026-04-05"], "hour", "Australia/Lord_Howe")
    assert berlin[1:5] == [f"2026-10-25 0{hour}:00:00" for hour in (1, 2, 2, 3)]
    assert island[:4] == [f"2026-04-05 0{hour}:00:00" for hour in (0, 1, 1, 2)]
    assert len(labels(["2026-04-05", "2026-04-05"], "minute", "Australia/Lord_Howe")) == 24.5 * 60


def test_hours_of_a_range_that_begins_inside_one_begin_with_it():
    pair = ["2026-03-10T10:40:00", "2026-03-10T12:10:00"]
    assert labels(pair, "hour") == [f"2026-03-10 {hour}:00:00" for hour in (10, 11, 12)]
    assert labels(pair, "minute")[0] == "2026-03-10 10:40:00"
    inside = ["2026-04-04T15:10:00Z", "2026-04-04T15:40:00Z"]
    assert labels(inside, "hour", "Australia/Lord_Howe") == ["2026-04-05 01:00:00", "2026-04-05 02:00:00"]


def test_a_week_that_begins_inside_is_named_by_the_ranges_first_day_and_a_month_by_its_own():
    assert labels(["2026-03-04", "2026-03-16"], "week") == ["2026-03-04", "2026-03-09", "2026-03-16"]
    assert labels(["2026-03-09", "2026-03-09"], "week") == ["2026-03-09"]
    assert labels(["2026-03-15", "2026-05-01"], "month") == ["2026-03-01", "2026-04-01", "2026-05-01"]
    assert labels(["2018-11-03", "2018-11-05"], "day", "America/Sao_Paulo") == ["2018-11-03", "2018-11-04", "2018-11-05"]


def test_a_day_that_its_zone_skipped_has_no_bucket():
    assert labels(["2011-12-29", "2011-12-31"], "day", "Pacific/Apia") == ["2011-12-29", "2011-12-31"]


def test_too_many_minutes_are_refused():
    assert len(bucket_starts(period(["2026-01-01", "2026-02-03"]), "minute")) == 34 * 1440
    with pytest.raises(BadQuestion, match="too many buckets of a minute"):
        bucket_starts(period(["2026-01-01", "2026-02-04"]), "minute")


@pytest.mark.parametrize(
    ("value", "mode", "first", "last"),
    [
        (["2026-03-10", "2026-03-12"], "previous_period", "2026-03-07", "2026-03-09"),
        ("month", "previous_period", "2026-01-29", "2026-02-28"),
        (["2026-03-10", "2026-03-12"], "year_over_year", "2025-03-10", "2025-03-12"),
        (["2024-02-29", "2024-03-01"], "year_over_year", "2023-02-28", "2023-03-01"),
    ],
)
def test_days_are_compared_with_as_many_before_or_a_year_earlier(value, mode, first, last):
    found = shifted(period(value), mode)
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


def test_instants_are_compared_with_as_long_before_or_the_same_local_time_a_year_earlier():
    found = period(["2025-03-01T10:00:00", "2025-03-01T10:59:59"], "Europe/Berlin")
    before, year = shifted(found, "previous_period"), shifted(found, "year_over_year")
    assert (utc(before.from_ms), utc(before.to_ms)) == ("2025-03-01T08:00:00", "2025-03-01T09:00:00")
    assert (utc(year.from_ms), utc(year.to_ms)) == ("2024-03-01T09:00:00", "2024-03-01T10:00:00")


def compared(value, now, *, other="", mode="previous_period", timezone="Europe/Berlin", months=0):
    """First and last second, local, of what stands beside a period that runs at that local instant."""
    zone = ZoneInfo(timezone)
    now_ms = ms(now) if now.endswith("Z") else round(datetime.fromisoformat(now).replace(tzinfo=zone).timestamp()) * 1000
    found = period(value, timezone, now_ms)
    before = calendar_before(found, value) if months and mode == "previous_period" else shifted(found, mode)
    before = period(other, timezone, now_ms) if other else before
    cut = so_far(found, before, now_ms, months=months)
    return tuple(datetime.fromtimestamp(at // 1000, zone).strftime("%Y-%m-%d %H:%M:%S") for at in (cut.from_ms, cut.to_ms - 1000))


@pytest.mark.parametrize(
    ("value", "now", "rest", "first", "last"),
    [
        ("day", "2026-03-11T15:20:00", {}, "2026-03-10 00:00:00", "2026-03-10 15:19:59"),
        ("day", "2026-03-11T00:00:00", {}, "2026-03-10 00:00:00", "2026-03-10 00:00:00"),
        ("24h", "2026-03-11T15:20:00", {}, "2026-03-09 16:00:00", "2026-03-10 15:19:59"),
        (["2026-03-05", "2026-03-11"], "2026-03-11T15:20:00", {}, "2026-02-26 00:00:00", "2026-03-04 15:19:59"),
        (["2026-03-05", "2026-03-10"], "2026-03-11T15:20:00", {}, "2026-02-27 00:00:00", "2026-03-04 23:59:59"),
        (["2026-03-12", "2026-03-13"], "2026-03-11T15:20:00", {}, "2026-03-10 00:00:00", "2026-03-11 23:59:59"),
        ("7d", "2026-03-11T15:20:00", {}, "2026-02-25 00:00:00", "2026-03-03 23:59:59"),
        ("month", "2026-03-11T15:20:00", {}, "2026-01-29 00:00:00", "2026-02-08 15:19:59"),
        ("month", "2026-03-11T15:20:00", {"months": 1}, "2026-02-01 00:00:00", "2026-02-11 15:19:59"),
        ("month", "2026-03-28T15:20:00", {"months": 1}, "2026-02-01 00:00:00", "2026-02-28 15:19:59"),
        ("month", "2026-03-30T15:20:00", {"months": 1}, "2026-02-01 00:00:00", "2026-02-28 23:59:59"),
        ("year", "2028-02-29T15:20:00", {"months": 12}, "2027-01-01 00:00:00", "2027-02-28 23:59:59"),
        ("year", "2028-03-01T15:20:00", {"months": 12}, "2027-01-01 00:00:00", "2027-03-01 15:19:59"),
        ("day", "2026-03-11T15:20:00", {"mode": "year_over_year", "months": 12}, "2025-03-11 00:00:00", "2025-03-11 15:19:59"),
        ("year", "2028-12-01T15:20:00", {"mode": "year_over_year", "months": 12}, "2027-01-01 00:00:00", "2027-12-01 15:19:59"),
        (
            ["2026-03-01", "2026-03-31"],
            "2026-03-11T15:20:00",
            {"other": ["2025-06-05", "2025-06-20"]},
            "2025-06-05 00:00:00",
            "2025-06-15 15:19:59",
        ),
        (
            ["2026-03-01", "2026-03-31"],
            "2026-03-11T15:20:00",
            {"other": ["2025-06-05", "2025-06-09"]},
            "2025-06-05 00:00:00",
            "2025-06-09 23:59:59",
        ),
    ],
)
def test_period_that_runs_stands_beside_as_much_of_the_other_as_has_passed(value, now, rest, first, last):
    assert compared(value, now, **rest) == (first, last)


def test_same_time_of_day_is_the_clocks_also_where_the_clock_changes():
    assert compared("day", "2026-03-29T15:20:00")[1] == "2026-03-28 15:19:59", "today lacks an hour"
    assert compared("day", "2026-03-30T02:30:00")[1] == "2026-03-29 01:59:59", "yesterday had no half past two"
    assert compared("day", "2026-10-26T02:30:00")[1] == "2026-10-25 02:29:59", "yesterday had two"
    assert compared("day", "2026-10-25T01:30:00Z")[1] == "2026-10-24 02:29:59", "the second of today"
    assert compared("day", "2026-03-11T12:10:00", timezone="Asia/Kathmandu")[1] == "2026-03-10 12:09:59"
