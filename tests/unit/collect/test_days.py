"""Service days: local dates, also where a clock change makes or takes a midnight."""

from bisect import bisect_right
from datetime import UTC, datetime

import pytest

from footfall.collect.days import day_of, day_span
from footfall.reports.periods import bucket_starts, label_of, parse_period
from tests.support.build import ms


@pytest.mark.parametrize(
    ("timezone", "instant", "day"),
    [
        ("Etc/UTC", "2026-03-31T23:59:59.999", "2026-03-31"),
        ("Asia/Kathmandu", "2026-03-31T18:14:59.999", "2026-03-31"),
        ("Asia/Kathmandu", "2026-03-31T18:15:00", "2026-04-01"),
        ("Europe/Moscow", "2026-03-31T21:00:00", "2026-04-01"),
        ("America/New_York", "2026-04-01T03:59:59", "2026-03-31"),
        ("Australia/Lord_Howe", "2026-04-04T13:00:00", "2026-04-05"),
        ("Atlantic/Azores", "2026-10-25T00:59:59.999", "2026-10-24"),
        ("Atlantic/Azores", "2026-10-25T01:00:00", "2026-10-25"),
        ("America/St_Johns", "2008-11-02T02:30:59", "2008-11-01"),
        ("America/St_Johns", "2008-11-02T03:30:00", "2008-11-02"),
    ],
)
def test_day_is_the_portals_local_date(timezone, instant, day):
    assert day_of(timezone, ms(instant)) == day
    assert day_of(timezone, ms("2020-06-15T12:00:00")) == "2020-06-15"
    assert day_of(timezone, ms(instant)) == day


@pytest.mark.parametrize(
    ("timezone", "instant", "hours"),
    [
        ("Europe/Berlin", "2026-03-29T12:00:00", 23),
        ("Europe/Berlin", "2026-10-25T12:00:00", 25),
        ("Asia/Kathmandu", "2026-03-31T12:00:00", 24),
        ("Australia/Lord_Howe", "2026-04-05T01:00:00", 24.5),
        ("America/Havana", "2026-03-08T12:00:00", 23),
        ("America/Santiago", "2026-09-06T12:00:00", 23),
        ("America/Santiago", "2026-04-04T12:00:00", 25),
        ("America/Havana", "2026-10-31T12:00:00", 25),
        ("America/Havana", "2026-11-01T12:00:00", 24),
    ],
)
def test_day_is_as_long_as_its_clock_makes_it(timezone, instant, hours):
    start, end, _ = day_span(timezone, ms(instant))
    assert (end - start) / 3_600_000 == hours
    assert start <= ms(instant) < end


def test_day_that_is_skipped_whole_holds_nothing():
    assert [day_of("Pacific/Apia", ms(f"2011-12-30T{time}")) for time in ("09:59:59", "10:00:00")] == ["2011-12-29", "2011-12-31"]


def test_midnight_that_is_skipped_is_the_instant_after_the_gap():
    start, _, date = day_span("America/Santiago", ms("2026-09-06T12:00:00"))
    assert (datetime.fromtimestamp(start / 1000, UTC).isoformat(), date) == ("2026-09-06T04:00:00+00:00", "2026-09-06")


@pytest.mark.parametrize(
    "timezone", ["Atlantic/Azores", "America/Havana", "America/Santiago", "Africa/Cairo", "Asia/Beirut", "Australia/Lord_Howe"]
)
def test_every_hour_of_a_year_is_collected_and_reported_on_the_same_day(timezone):
    year = parse_period(["2026-01-01", "2026-12-31"], timezone=timezone, now_ms=0)
    starts = bucket_starts(year, "day")
    for at in range(year.from_ms, year.to_ms, 1_800_000):
        assert day_of(timezone, at) == label_of(starts[bisect_right(starts, at) - 1], "day", year)
