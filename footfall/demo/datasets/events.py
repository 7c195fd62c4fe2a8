"""What happens in the city: a calendar, the same as JSON-LD for search engines, and who came, counted by the halls."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from footfall.demo.datasets.districts import STADIUM
from footfall.demo.datasets.people import Person
from footfall.demo.datasets.plan import Season, SourceTruth, dirty
from footfall.demo.datasets.stops import stops

__all__ = ["Happening", "happenings", "write_attendance", "write_calendar", "write_json_ld"]

EVENTS_A_DAY = 7
MUSEUMS_NIGHT = (25, 26)
"""Days of the season, 0 is the first, on which the culture portal of the demo is busiest."""
WRONG_YEARS = (1921, 2009, 2209)
KINDS = (
    ("reading-group", "Reading group", "riverside", 14),
    ("toddlers", "Toddler read and rhyme", "garden", 24),
    ("concert", "River concert", "riverside", 320),
    ("lecture", "Open lecture", "university", 90),
    ("exhibition", "City history exhibition", "museum", 160),
    ("chess", "Chess evening", "academy", 18),
    ("fair", "Market fair", "market", 700),
    ("swimming", "Learn to swim", "lakeside", 30),
    ("choir", "Choir rehearsal", "old-town", 35),
)
"""Category, name, district and how many come."""


class Happening(msgspec.Struct, frozen=True):
    """One event."""

    id: str
    name: str
    category: str
    district: str
    start: datetime
    """Local."""
    capacity: int
    attendees: int
    cancelled: bool

    @property
    def venue(self) -> str:
        """Where it is, by name."""
        return f"{self.district.replace('-', ' ').title()} hall"

    @property
    def end(self) -> datetime:
        """Two hours later."""
        return self.start + timedelta(hours=2)


def happenings(season: Season) -> Iterator[Happening]:
    """Every event, by day: ordinary ones, the festival week at the stadium, the night of museums."""
    for number, day in enumerate(season.dates):
        dice = season.chance("events", day)
        for place in range(max(4, round(EVENTS_A_DAY * min(1.0, season.scale * 4) * season.leisure(day)))):
            yield _happening(dice, f"e{day:%y%m%d}-{place}", day, dice.choice(KINDS))
        if day in season.festival:
            yield _happening(dice, f"e{day:%y%m%d}-festival", day, ("festival", "Stadium festival", STADIUM, 9000))
        if number in MUSEUMS_NIGHT:
            yield _happening(dice, f"e{day:%y%m%d}-night", day, ("night-of-museums", "Night of museums", "museum", 2600))


def write_attendance(folder: Path, season: Season) -> SourceTruth:
    """``attendance.csv``, one for all days: date, venue, district, event, attendees; a list of events, not of people.

    Cancelled events are not in it. Sums ``by day, event, venue``: ``attendees``, ``events``. Faults: dates with a mistyped year, as
    libraries have them (1921, 2009, 2209), for a contract that says when its days begin; no number of attendees.
    """
    truth = SourceTruth()
    dice = season.chance("attendance")
    lines = [_attended(dice, truth, event) for event in happenings(season) if not event.cancelled]
    truth.write(folder / "attendance.csv", "date,venue,district,event,attendees\n" + "".join(lines), rows=len(lines))
    return truth


def write_calendar(folder: Path, season: Season) -> SourceTruth:
    """``calendar.ics``, one for all days: RFC 5545 with folded lines; the organiser's and a guest's name and address stand in it.

    LOCATION is the district. Sums: ``events by day, category, district, status`` and ``events by day, name, district, status``. No faults.
    """
    people = season.passers(season.chance("calendar"))
    truth, lines = SourceTruth(), ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//City hall//Events//EN"]
    events = tuple(happenings(season))
    for event in events:
        _count(truth, event)
        lines += [part for line in _calendar_lines(event, next(people)) for part in _folded(line)]
    body = "\r\n".join((*lines, "END:VCALENDAR", ""))
    truth.write(folder / "calendar.ics", body, rows=len(events))
    return truth


def write_json_ld(folder: Path, season: Season) -> SourceTruth:
    """``events.jsonld``, one for all days: a Schema.org graph of Event, whose ``attendee`` and ``organizer`` are people.

    ``location.name`` is the district. Sums as of ``write_calendar``.
    """
    people = season.passers(season.chance("json-ld"))
    truth, graph = SourceTruth(), []
    for event in happenings(season):
        _count(truth, event)
        graph.append(_json_ld(event, next(people)))
    body = msgspec.json.format(msgspec.json.encode({"@context": "https://schema.org", "@graph": graph}), indent=1)
    truth.write(folder / "events.jsonld", body, rows=len(graph))
    return truth


def _happening(dice: random.Random, id_: str, day: date, kind: tuple[str, str, str, int]) -> Happening:
    category, name, district, usual = kind
    start = datetime(day.year, day.month, day.day, dice.randrange(10, 20), dice.choice((0, 30)))
    capacity = usual * 3 // 2
    attendees = min(capacity, round(usual * dice.uniform(0.5, 1.4)))
    return Happening(id_, name, category, district, start, capacity, attendees, dirty(dice, 25))


def _count(truth: SourceTruth, event: Happening) -> None:
    status = "CANCELLED" if event.cancelled else "CONFIRMED"
    day, where = str(event.start.date()), (event.district, status)
    truth.put("events by day, category, district, status", (day, event.category, *where), 1)
    truth.put("events by day, name, district, status", (day, event.name, *where), 1)


def _attended(dice: random.Random, truth: SourceTruth, event: Happening) -> str:
    fault = "mistyped year" if dirty(dice, 80) else "no number" if dirty(dice, 80) else ""
    day, number = str(event.start.date()), str(event.attendees)
    if fault:
        truth.faults[fault] += 1
        day = f"{dice.choice(WRONG_YEARS)}{day[4:]}" if fault == "mistyped year" else day
        number = "" if fault == "no number" else number
    else:
        truth.put("attendees by day, event, venue", (day, event.name, event.venue), event.attendees)
        truth.put("events by day, event, venue", (day, event.name, event.venue), 1)
    return f"{day},{event.venue},{event.district},{event.name},{number}\n"


def _calendar_lines(event: Happening, who: Person) -> Iterator[str]:
    place = stops()[event.district]
    yield "BEGIN:VEVENT"
    yield f"UID:{event.id}@culture.example.city"
    yield f"DTSTAMP:{event.start - timedelta(days=20):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;TZID=Europe/Moscow:{event.start:%Y%m%dT%H%M%S}"
    yield f"DTEND;TZID=Europe/Moscow:{event.end:%Y%m%dT%H%M%S}"
    yield f"SUMMARY:{event.name}"
    yield f"LOCATION:{event.district}"
    yield f"GEO:{place.lat};{place.lon}"
    yield f"CATEGORIES:{event.category}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield f"ORGANIZER;CN={who.name_en}:mailto:{who.email}"
    yield f"DESCRIPTION:Ask {who.name_en} at {who.phone}\\, or come to the desk of the hall on the day itself."
    yield "END:VEVENT"


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; what goes on starts with a space. Everything here is ASCII."""
    yield line[:75]
    for start in range(75, len(line), 74):
        yield f" {line[start : start + 74]}"


def _json_ld(event: Happening, who: Person) -> dict[str, object]:
    place = stops()[event.district]
    return {
        "@type": "Event",
        "@id": event.id,
        "name": event.name,
        "keywords": event.category,
        "startDate": f"{event.start.isoformat()}+03:00",
        "endDate": f"{event.end.isoformat()}+03:00",
        "eventStatus": f"https://schema.org/{'EventCancelled' if event.cancelled else 'EventScheduled'}",
        "maximumAttendeeCapacity": event.capacity,
        "location": {
            "@type": "Place",
            "name": event.district,
            "geo": {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon},
        },
        "organizer": {"@type": "Person", "name": who.name_en, "email": who.email, "telephone": who.phone},
    }
