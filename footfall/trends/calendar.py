"""Days that are not like others: public holidays of a country, days moved by them, and what the city plans."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import holidays
import icalendar
import msgspec
from dateutil.rrule import rrulestr

from footfall.errors import BadInput

__all__ = ["BRIDGE", "EVE", "HOLIDAY", "MOST_DAYS", "WORKDAY", "Calendar", "Planned", "is_country", "read_planned"]

HOLIDAY, EVE, BRIDGE, WORKDAY = "holiday", "eve", "bridge", "workday"
DAY = timedelta(days=1)
LONGEST_BRIDGE = 4
"""Working days between two holidays that many take off."""
MOST_DAYS, MOST_PLANNED, LONGEST_NAME = 31, 2000, 100
"""Of one planned event; longer ones are a season, not an event."""


class Planned(msgspec.Struct, frozen=True):
    """Something the city plans: City Day, the first day of enrolment."""

    name: str
    """The same every time it happens: what it did before is learned by it."""
    first: date
    last: date


class Calendar(msgspec.Struct, frozen=True):
    """What kind of day a day is. Equal calendars say the same of every day."""

    country: str = ""
    """ISO 3166, ``RU``, or with a part of the country, ``DE-BE``; empty knows no holidays."""
    planned: tuple[Planned, ...] = ()

    def day_kind(self, day: date | datetime, zone: tzinfo = UTC) -> str:
        """``holiday``; a planned event's name; ``workday`` for a weekend that is worked on; ``bridge`` or ``eve``; empty for any other day.

        A bridge is a working day between free days, or up to four between two holidays. An instant is of the day that it is in the zone.
        """
        if isinstance(day, datetime):
            day = day.astimezone(zone).date()
        found = next((one.name for one in self.planned if one.first <= day <= one.last), "")
        return HOLIDAY if self._is_holiday(day) else found or _kind(self.country, day)

    def kinds(self, first: date, days: int) -> tuple[str, ...]:
        """``day_kind`` of so many days."""
        return tuple(self.day_kind(first + DAY * place) for place in range(days))

    def name_of(self, day: date) -> str:
        """The holiday's or the event's name, as its country has it; empty for other days."""
        named = str(_country(self.country).get(day, "")) if self.country else ""
        return named or next((one.name for one in self.planned if one.first <= day <= one.last), "")

    def _is_holiday(self, day: date) -> bool:
        return bool(self.country) and day in _country(self.country)


def is_country(code: str) -> bool:
    """Whether holidays of that country, or part of one, are known."""
    try:
        _country(code)
    except (NotImplementedError, AttributeError):
        return False
    return True


def read_planned(path: Path, first: date, last: date) -> tuple[Planned, ...]:
    """Events of an iCalendar file that are on some of these days, repeated ones each time, in the order of days.

    Only their name and days are read. An event longer than MOST_DAYS is left out.

    Raises:
        BadInput: it is no calendar that can be read, or holds too many events.
    """
    try:
        calendars = icalendar.Calendar.from_ical(path.read_bytes(), multiple=True)
        events = [event for calendar in calendars for event in calendar.walk("VEVENT") if "DTSTART" in event]
        found = {one for event in events for one in _planned(event, first, last)}
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise BadInput("Calendar file {name!r} cannot be read. Valid: an iCalendar file (.ics).", name=path.name) from None
    if len(found) > MOST_PLANNED:
        raise BadInput("Calendar file {name!r} has more than {most} events in these years.", name=path.name, most=MOST_PLANNED)
    return tuple(sorted(found, key=lambda one: (one.first, one.last, one.name)))


@lru_cache(maxsize=16)
def _country(code: str) -> holidays.HolidayBase:
    country, _, part = code.partition("-")
    return holidays.country_holidays(country, subdiv=part or None)


@lru_cache(maxsize=4096)
def _kind(country: str, day: date) -> str:
    if not country:
        return ""
    known = _country(country)
    if day.weekday() in known.weekend:
        return WORKDAY if known.is_working_day(day) else EVE if _starts(known, day + DAY) else ""
    before, after = _run(known, day, -1), _run(known, day, 1)
    alone = before == after == 0 and (_beside(known, day, -1) or _beside(known, day, 1))
    between = before + after + 1 <= LONGEST_BRIDGE and _beside(known, day - before * DAY, -1) and _beside(known, day + after * DAY, 1)
    return BRIDGE if alone or between else EVE if _starts(known, day + DAY) else ""


def _starts(known: holidays.HolidayBase, day: date) -> bool:
    return day in known and not known.is_working_day(day)


def _run(known: holidays.HolidayBase, day: date, way: int) -> int:
    """Working days that follow one another from the next one on that way, up to LONGEST_BRIDGE."""
    steps = range(1, LONGEST_BRIDGE + 1)
    return sum(1 for _ in takewhile(lambda step: known.is_working_day(day + way * step * DAY), steps))


def _beside(known: holidays.HolidayBase, day: date, way: int) -> bool:
    """Whether the free days next to a working day on that way have a holiday among them."""
    free = takewhile(lambda at: not known.is_working_day(at), (day + way * step * DAY for step in range(1, 15)))
    return any(at in known for at in free)


def _planned(event: Any, first: date, last: date) -> Iterable[Planned]:
    start = _day(event["DTSTART"].dt)
    length = _length(event, start)
    name = " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_NAME]
    if not name or length >= MOST_DAYS * DAY:
        return
    for at in _starts_of(event, start, last):
        if at <= last and at + length >= first:
            yield Planned(name, at, at + length)


def _starts_of(event: Any, start: date, last: date) -> Iterable[date]:
    if "RRULE" not in event:
        return (start,)
    rule = event["RRULE"][0] if isinstance(event["RRULE"], list) else event["RRULE"]
    until = min([last, *(_day(moment) for moment in rule.pop("UNTIL", []))])
    begin = datetime.combine(start, time())
    found = takewhile(lambda at: at.date() <= until, rrulestr(rule.to_ical().decode(), dtstart=begin))
    return [at.date() for at in islice(found, MOST_PLANNED + 1)]


def _length(event: Any, start: date) -> timedelta:
    """From its first day to its last: the end of a whole-day event is the day after it."""
    if "DTEND" not in event:
        return timedelta(0)
    end = event["DTEND"].dt
    whole = _day(end) - start - (timedelta(0) if isinstance(end, datetime) and end.time() != time() else DAY)
    return max(whole, timedelta(0))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
