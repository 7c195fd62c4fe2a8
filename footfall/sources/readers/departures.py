"""A timetable (GTFS) as the departures that it promises: a row for each stop, line, day and hour that has any, and how many there are.

``stop_times.txt`` says when a trip calls, ``calendar.txt`` and ``calendar_dates.txt`` on which days it runs; a time of 25:10:00 is ten past
one on the next day. Trips that run by headway (``frequencies.txt``) count once, as they are written.
"""

import csv
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from footfall.errors import BadInput
from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.archives import check_archive
from footfall.sources.readers.chunks import pieces_of
from footfall.sources.readers.heads import check_known

__all__ = ["DEPARTURE_NAMES", "MOST_DAYS", "names_in_timetable", "read_departures"]

DEPARTURE_NAMES = ["time", "stop_id", "route_id", "route_type", "departures"]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_DAYS = 400
"""Of one timetable, from its first day or the option ``from`` on."""
ADDED = "1"
NO_PICKUP = "1"
Calls = dict[str, Counter[tuple[int, str, str]]]
"""By service: how many departures in an hour (25 is past midnight), at a stop, of a line."""


def names_in_timetable(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of a timetable, whichever."""
    return DEPARTURE_NAMES


def read_departures(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Departures between the options ``from`` and ``until`` (ISO dates of service days), by time.

    Raises:
        BadInput: the archive is broken or a bomb, lacks a table or a column that GTFS requires, or the contract keeps something else.
    """
    check_known(DEPARTURE_NAMES, contract)
    yield from pieces_of(enumerate(_rows(path, contract.options), 1), DEPARTURE_NAMES, contract, room)


def _rows(path: Path, options: dict[str, str]) -> Iterator[list[str | None]]:
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive)
            yield from _departures(archive, options)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        raise BadInput("The zip file is broken, or broken off before its end. Fetch it again.") from None
    except (KeyError, ValueError, csv.Error):
        raise BadInput("The zip file is no GTFS timetable: a table, a column or a date that GTFS requires is missing.") from None


def _departures(archive: zipfile.ZipFile, options: dict[str, str]) -> Iterator[list[str | None]]:
    kinds = {row["route_id"]: row["route_type"] for row in _table(archive, "routes.txt")}
    calls = _calls(archive)
    for day, services in sorted(_served(archive, options).items()):
        counted: Counter[tuple[int, str, str]] = Counter()
        for service in services:
            counted.update(calls.get(service, {}))
        for (hour, stop, line), number in sorted(counted.items()):
            time = datetime(day.year, day.month, day.day) + timedelta(hours=hour)
            yield [time.isoformat(), stop, line, kinds.get(line), str(number)]


def _calls(archive: zipfile.ZipFile) -> Calls:
    trips = {row["trip_id"]: (row["service_id"], row["route_id"]) for row in _table(archive, "trips.txt")}
    calls: Calls = {}
    for row in _table(archive, "stop_times.txt"):
        if (at := row["departure_time"].strip()) and row.get("pickup_type") != NO_PICKUP and row["trip_id"] in trips:
            service, line = trips[row["trip_id"]]
            calls.setdefault(service, Counter())[int(at.partition(":")[0]), row["stop_id"], line] += 1
    return calls


def _served(archive: zipfile.ZipFile, options: dict[str, str]) -> dict[date, set[str]]:
    """Services by day."""
    first, last = (date.fromisoformat(options[name]) if name in options else None for name in ("from", "until"))
    found: dict[date, set[str]] = {}
    for row in _table(archive, "calendar.txt", required=False):
        begin, end = max(_day(row["start_date"]), first or date.min), min(_day(row["end_date"]), last or date.max)
        for number in range(min(MOST_DAYS, (end - begin).days + 1)):
            day = begin + timedelta(days=number)
            if row[DAYS[day.weekday()]] == "1":
                found.setdefault(day, set()).add(row["service_id"])
    for row in _table(archive, "calendar_dates.txt", required=False):
        day = _day(row["date"])
        if (first or day) <= day <= (last or day):
            services = found.setdefault(day, set())
            services.add(row["service_id"]) if row["exception_type"] == ADDED else services.discard(row["service_id"])
    return {day: found[day] for day in sorted(found)[:MOST_DAYS]}


def _table(archive: zipfile.ZipFile, member: str, *, required: bool = True) -> Iterator[dict[str, str]]:
    """Rows of a table; none where it may be missing, and is."""
    if not required and member not in archive.namelist():
        return
    with archive.open(member) as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", newline=""), skipinitialspace=True, restval="")


def _day(text: str) -> date:
    return datetime.strptime(text.strip(), "%Y%m%d").date()
