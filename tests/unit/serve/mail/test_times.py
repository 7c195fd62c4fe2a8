"""When a report is due and which days it is about, where clocks change, and half an hour beside the others."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from footfall.control.mail_reports import Plan
from footfall.serve.mail.times import days_of, last_due, next_due


def weekly(day=0, hour=8):
    return Plan(frequency="weekly", day=day, hour=hour, language="en", view="")


def monthly(day=1, hour=8):
    return Plan(frequency="monthly", day=day, hour=hour, language="en", view="")


def at(local, zone):
    return int(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize("zone", ["Etc/UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland"])
@pytest.mark.parametrize(
    ("plan", "now", "last", "following"),
    [
        (weekly(), "2026-03-30T07:59:59", "2026-03-23T08:00", "2026-03-30T08:00"),
        (weekly(), "2026-03-30T08:00:00", "2026-03-30T08:00", "2026-04-06T08:00"),
        (weekly(), "2026-04-05T23:59:59", "2026-03-30T08:00", "2026-04-06T08:00"),
        (weekly(6, 0), "2026-03-29T00:00:00", "2026-03-29T00:00", "2026-04-05T00:00"),
        (monthly(), "2026-03-01T07:59:59", "2026-02-01T08:00", "2026-03-01T08:00"),
        (monthly(28, 23), "2026-03-28T22:00:00", "2026-02-28T23:00", "2026-03-28T23:00"),
        (monthly(28, 23), "2026-12-31T22:00:00", "2026-12-28T23:00", "2027-01-28T23:00"),
    ],
)
def test_report_is_due_at_the_portal_s_own_hour(zone, plan, now, last, following):
    now_ms = at(now, zone)
    assert (last_due(plan, zone, now_ms), next_due(plan, zone, now_ms)) == (at(last, zone), at(following, zone))


def test_hour_that_the_clocks_skip_is_the_hour_after():
    night = weekly(6, 2)
    due_ms = last_due(night, "Europe/Berlin", at("2026-03-29T12:00", "Europe/Berlin"))
    assert due_ms == at("2026-03-29T03:00", "Europe/Berlin")
    assert next_due(night, "Europe/Berlin", due_ms) == at("2026-04-05T02:00", "Europe/Berlin")


def test_hour_that_the_clocks_repeat_is_due_once():
    night, zone = weekly(6, 2), "Europe/Berlin"
    first = last_due(night, zone, at("2026-10-25T12:00", zone))
    assert last_due(night, zone, first + 3_600_000) == first
    assert next_due(night, zone, first) == at("2026-11-01T02:00", zone)


@pytest.mark.parametrize(
    ("plan", "due", "first", "last"),
    [
        (weekly(), "2026-03-30T08:00", date(2026, 3, 23), date(2026, 3, 29)),
        (weekly(), "2026-04-02T15:00", date(2026, 3, 23), date(2026, 3, 29)),
        (weekly(6, 0), "2026-03-29T00:00", date(2026, 3, 22), date(2026, 3, 28)),
        (monthly(), "2026-03-01T08:00", date(2026, 2, 1), date(2026, 2, 28)),
        (monthly(15), "2026-03-14T08:00", date(2026, 1, 1), date(2026, 1, 31)),
        (monthly(15), "2026-01-15T08:00", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_report_is_about_the_whole_days_before_its_day_also_when_it_is_late(plan, due, first, last):
    assert days_of(plan, "Asia/Kathmandu", at(due, "Asia/Kathmandu")) == (first, last)
