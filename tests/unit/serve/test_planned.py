"""The home's calendar: a country that is known, a file that is read again when it changes, and one that cannot be read."""

import os
from datetime import date

import pytest

from footfall.errors import BadSetting
from footfall.serve.planned import calendar_of, refuse_unknown_country
from footfall.settings import Settings

TODAY = date(2026, 5, 20)
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//city//EN
BEGIN:VEVENT
UID:1
SUMMARY:{name}
DTSTART;VALUE=DATE:20260905
DTEND;VALUE=DATE:20260906
END:VEVENT
END:VCALENDAR
"""


def test_a_part_of_a_country_that_nobody_knows_is_refused_at_start():
    refuse_unknown_country(Settings())
    refuse_unknown_country(Settings(country="DE-BE"))
    with pytest.raises(BadSetting, match="'DE-XX'"):
        refuse_unknown_country(Settings(country="DE-XX"))


def test_a_file_that_changed_is_read_again(tmp_path):
    file = tmp_path / "city.ics"
    settings = Settings(country="RU", calendar_file=str(file))
    for second, name in enumerate(("City Day", "Marathon")):
        file.write_text(EVENT.format(name=name))
        os.utime(file, (second, second))
        assert calendar_of(settings, TODAY).day_kind(date(2026, 9, 5)) == name


def test_a_file_that_cannot_be_read_any_more_plans_nothing(tmp_path):
    file = tmp_path / "city.ics"
    file.write_text("nothing")
    calendar = calendar_of(Settings(country="RU", calendar_file=str(file)), TODAY)
    assert (calendar.planned, calendar.day_kind(date(2026, 6, 12))) == ((), "holiday")
