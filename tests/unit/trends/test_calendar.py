from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from footfall.errors import BadInput
from footfall.trends.calendar import Calendar, Planned, is_country, read_planned

RUSSIA, AMERICA = Calendar("RU"), Calendar("US")
CITY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//city//EN
BEGIN:VEVENT
UID:1
SUMMARY:City Day
DTSTART;VALUE=DATE:20240907
DTEND;VALUE=DATE:20240909
RRULE:FREQ=YEARLY;UNTIL=20270101T000000Z
ORGANIZER:mailto:someone@example.city
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Night of museums
DTSTART:20260516T180000Z
DTEND:20260517T020000Z
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Roadworks all year
DTSTART;VALUE=DATE:20260101
DTEND;VALUE=DATE:20261231
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-01-04", "holiday"),
        ("2026-01-09", "holiday"),  # moved from Saturday 3 January
        ("2025-11-03", "holiday"),  # moved from Saturday 1 November, which was worked on
        ("2025-11-01", "workday"),
        ("2024-12-28", "workday"),
        ("2026-06-11", "eve"),
        ("2026-05-08", "eve"),
        ("2026-06-13", ""),
        ("2026-02-10", ""),
    ],
)
def test_russian_transfers_are_known(day, kind):
    assert RUSSIA.day_kind(date.fromisoformat(day)) == kind


def test_working_days_between_free_ones_are_bridges():
    assert AMERICA.day_kind(date(2023, 11, 24)) == "bridge"
    assert AMERICA.kinds(date(2023, 12, 24), 9) == ("eve", "holiday", *["bridge"] * 4, "", "eve", "holiday")


def test_five_working_days_between_two_holidays_are_no_bridge():
    assert RUSSIA.kinds(date(2026, 5, 4), 4) == ("",) * 4


def test_an_instant_is_of_the_day_that_it_is_in_the_zone():
    late = datetime(2026, 6, 11, 21, 30, tzinfo=UTC)
    assert RUSSIA.day_kind(late) == "eve"
    assert RUSSIA.day_kind(late, ZoneInfo("Europe/Moscow")) == "holiday"


def test_without_a_country_no_day_is_special():
    assert set(Calendar().kinds(date(2026, 1, 1), 40)) == {""}


def test_planned_event_is_its_own_kind_and_a_holiday_stays_one():
    calendar = Calendar("RU", (Planned("City Day", date(2026, 6, 11), date(2026, 6, 12)),))
    assert calendar.kinds(date(2026, 6, 11), 2) == ("City Day", "holiday")
    assert calendar.name_of(date(2026, 6, 11)) == "City Day"


def test_events_of_a_file_are_read_each_time_they_repeat(tmp_path):
    path = tmp_path / "city.ics"
    path.write_text(CITY)
    found = read_planned(path, date(2025, 1, 1), date(2027, 12, 31))
    assert found == (
        Planned("City Day", date(2025, 9, 7), date(2025, 9, 8)),
        Planned("Night of museums", date(2026, 5, 16), date(2026, 5, 17)),
        Planned("City Day", date(2026, 9, 7), date(2026, 9, 8)),
    )


@pytest.mark.parametrize("text", ["no calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR"])
def test_a_file_that_is_no_calendar_is_refused(tmp_path, text):
    path = tmp_path / "city.ics"
    path.write_text(text)
    with pytest.raises(BadInput, match="iCalendar"):
        read_planned(path, date(2025, 1, 1), date(2027, 12, 31))


def test_a_country_that_nobody_knows_is_told_from_one_that_is_known():
    assert [is_country(code) for code in ("RU", "DE-BE", "DE-XX", "QQ")] == [True, True, False, False]
