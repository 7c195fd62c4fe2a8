"""iCalendar: a row an occurrence. UIDs, organizers, attendees, descriptions and contacts are never read."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import pieces_of
from footfall.sources.readers.heads import check_known
from footfall.sources.readers.whole import whole

__all__ = ["CALENDAR_NAMES", "MOST_OCCURRENCES", "names_in_calendar", "read_calendar"]

CALENDAR_NAMES = ["DTSTART", "DTEND", "SUMMARY", "LOCATION", "CATEGORIES", "STATUS", "latitude", "longitude"]
MOST_OCCURRENCES = 10_000
"""Of one event."""
AHEAD = timedelta(days=366)
"""How far behind the calendar's last written start an endless event is followed, unless the option ``until`` says otherwise."""
OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
Moment = date | datetime


def names_in_calendar(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of an event, whichever."""
    return CALENDAR_NAMES


def read_calendar(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Occurrences between the options ``from`` and ``until`` (ISO dates); what a moved one replaces is left out.

    Raises:
        BadInput: it is no calendar, is too large, or the contract keeps what is never read.
    """
    check_known(CALENDAR_NAMES, contract)
    events = _events(path)
    rows = itertools.chain.from_iterable(_rows(event, _moved(events), _bounds(events, contract.options)) for event in events)
    yield from pieces_of(enumerate(rows, 1), CALENDAR_NAMES, contract, room)


def _events(path: Path) -> list[Any]:
    text = whole(path).strip()
    try:
        if text and not text.upper().endswith(b"END:VCALENDAR"):
            raise ValueError
        calendars = Calendar.from_ical(text, multiple=True)
        return [event for calendar in calendars for event in calendar.walk("VEVENT") if "DTSTART" in event]
    except (ValueError, KeyError, IndexError, RecursionError, AttributeError):
        raise BadInput("The file is no iCalendar file, or is broken off before its end. Fetch it again.") from None


def _moved(events: list[Any]) -> set[tuple[str, Moment]]:
    """Occurrences that another event stands for: by UID (in memory, and no longer) and their start."""
    return {(str(event.get("UID")), event["RECURRENCE-ID"].dt) for event in events if "RECURRENCE-ID" in event}


def _bounds(events: list[Any], options: dict[str, str]) -> tuple[date, date]:
    starts = [_day(event["DTSTART"].dt) for event in events]
    try:
        first = date.fromisoformat(options["from"]) if "from" in options else min(starts, default=date.min)
        last = date.fromisoformat(options["until"]) if "until" in options else max(starts, default=date.min) + AHEAD
    except (ValueError, OverflowError):
        raise BadInput("Options from and until are dates such as 2026-01-31.") from None
    return first, last


def _rows(event: Any, moved: set[tuple[str, Moment]], bounds: tuple[date, date]) -> Iterator[list[str | None]]:
    start = event["DTSTART"].dt
    length = _length(event, start)
    uid = str(event.get("UID"))
    for at in _occurrences(event, start, bounds[1]):
        if bounds[0] <= _day(at) <= bounds[1] and ("RECURRENCE-ID" in event or (uid, at) not in moved):
            yield [_iso(at), _iso(at + length) if length is not None else None, *_told(event)]


def _occurrences(event: Any, start: Moment, last: date) -> list[Moment]:
    """Starts up to the last day, without those that are excepted."""
    if "RRULE" not in event and "RDATE" not in event:
        return [start]
    excepted = set(_dates(event.get("EXDATE")))
    found = {start, *(_dates(event.get("RDATE")))}
    for rule in _listed(event.get("RRULE")):
        found |= set(_ruled(rule, start, last))
    return sorted((at for at in found if at not in excepted), key=str)


def _ruled(rule: Any, start: Moment, last: date) -> list[Moment]:
    words = rule.to_ical().decode()
    if any(f"FREQ={often}" in words for often in OFTEN) or any(part in words for part in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        raise BadInput("An event repeats more than once a day; such rules are not followed.")
    # An end in another kind of time than the start is refused by the library; all days are compared without zones.
    naive = start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time())
    rule.pop("UNTIL", None) if (until := rule.get("UNTIL")) else None
    end = min([datetime.combine(last, time.max), *_ends(until, start)])
    try:
        rest = rrulestr(rule.to_ical().decode(), dtstart=naive)
        found = list(itertools.islice(itertools.takewhile(lambda at: at <= end, rest), MOST_OCCURRENCES + 1))
    except (ValueError, TypeError):
        raise BadInput("An event of the calendar repeats by a rule that cannot be read.") from None
    if len(found) > MOST_OCCURRENCES:
        raise BadInput("An event repeats more than {most:,} times; bound it with the options from and until.", most=MOST_OCCURRENCES)
    return [at.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else at.date() for at in found]


def _ends(until: list[Moment] | None, start: Moment) -> list[datetime]:
    """The rule's end on the start's own clock."""
    zone = start.tzinfo if isinstance(start, datetime) else None
    moments = [each if isinstance(each, datetime) else datetime.combine(each, time.max) for each in until or []]
    return [(each.astimezone(zone) if each.tzinfo and zone else each).replace(tzinfo=None) for each in moments]


def _dates(values: Any) -> Iterator[Moment]:
    for each in _listed(values):
        for moment in each.dts:
            yield moment.dt[0] if isinstance(moment.dt, tuple) else moment.dt


def _length(event: Any, start: Moment) -> timedelta | None:
    try:
        length: timedelta | None = event["DURATION"].dt if "DURATION" in event else event["DTEND"].dt - start if "DTEND" in event else None
    except TypeError:
        return None
    return length


def _told(event: Any) -> list[str | None]:
    categories = [str(each) for group in _listed(event.get("CATEGORIES")) for each in group.cats]
    geo = event.get("GEO")
    place = [str(geo.latitude), str(geo.longitude)] if geo is not None and hasattr(geo, "latitude") else [None, None]
    plain = {name: str(event[name]) if name in event else None for name in ("SUMMARY", "LOCATION", "STATUS")}
    return [plain["SUMMARY"], plain["LOCATION"], ", ".join(categories) or None, plain["STATUS"], *place]


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [] if values is None else [values]


def _day(moment: Moment) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _iso(moment: Moment) -> str:
    """A moment with a zone as UTC, others as they stand."""
    if isinstance(moment, datetime) and moment.tzinfo:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return moment.isoformat()
