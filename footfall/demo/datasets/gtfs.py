"""The made city's timetable as a GTFS archive, with departures after midnight as 25:10:00."""

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import msgspec

from footfall.demo.datasets.plan import Season, SourceTruth
from footfall.demo.datasets.stops import ROUTES, Route, stops

__all__ = ["Run", "clock", "runs", "service_of", "write_gtfs", "zipped"]

MINUTES_BETWEEN = 4
"""Two stops of a route."""
SERVICES = {"workday": "1,1,1,1,1,0,0", "weekend": "0,0,0,0,0,1,1"}
HEADWAY = {"workday": 20, "weekend": 40}
"""Minutes between two departures."""


class Run(msgspec.Struct, frozen=True):
    """One trip of the timetable."""

    id: str
    route: Route
    service: str
    start: int
    """Minutes since the service day's midnight; may pass 24 hours."""

    @property
    def calls(self) -> Iterator[tuple[int, int, str]]:
        """Sequence from 1, minute, district."""
        for place, district in enumerate(self.route.districts):
            yield place + 1, self.start + place * MINUTES_BETWEEN, district


def runs() -> Iterator[Run]:
    """Every trip, by route and service."""
    for route in ROUTES:
        for service, minutes in HEADWAY.items():
            for start in range(route.first_hour * 60, route.last_hour * 60, minutes):
                yield Run(f"{route.id}-{service}-{start:04}", route, service, start)


def write_gtfs(folder: Path, season: Season) -> SourceTruth:
    """``gtfs.zip``: agency, stops, routes, trips, stop_times, calendar, calendar_dates (one day without service).

    Rows are those of stop_times. Sums: ``departures by service, hour, stop``, the hours as the timetable has them, 24 and 25 too; and
    ``departures by day, stop`` of every service day of the season.
    """
    truth = SourceTruth()
    timetable, closed = tuple(runs()), season.dates[season.days // 2]
    calls = [(run, *call) for run in timetable for call in run.calls]
    truth.count(
        "departures by service, hour, stop", ((run.service, str(minute // 60), stops()[where].id) for run, _, minute, where in calls)
    )
    for service in SERVICES:
        served = [day for day in season.dates if service_of(day) == service and day != closed]
        calls_at = Counter(stops()[where].id for run, _, _, where in calls if run.service == service)
        truth.add("departures by day, stop", (((str(day), stop), number) for day in served for stop, number in calls_at.items()))
    truth.write(
        folder / "gtfs.zip", zipped({name: _table(*table) for name, table in _tables(timetable, season, closed).items()}), rows=len(calls)
    )
    return truth


def service_of(day: date) -> str:
    """Which timetable a day follows."""
    return "weekend" if day.weekday() > 4 else "workday"


def zipped(members: dict[str, str]) -> bytes:
    """An archive whose bytes depend on nothing but its members."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def clock(minute: int) -> str:
    """Minutes of a service day as GTFS has them.

    >>> clock(25 * 60 + 10)
    '25:10:00'
    """
    return f"{minute // 60:02}:{minute % 60:02}:00"


Table = tuple[str, Iterable[str]]


def _tables(timetable: tuple[Run, ...], season: Season, closed: date) -> dict[str, Table]:
    return {
        "agency.txt": (
            "agency_id,agency_name,agency_url,agency_timezone,agency_phone",
            ["city,City Transport,https://transport.example.city,Europe/Moscow,+7 000 000-00-00"],
        ),
        "stops.txt": (
            "stop_id,stop_name,stop_lat,stop_lon,location_type",
            [f"{stop.id},{stop.name},{stop.lat},{stop.lon},0" for stop in stops().values()],
        ),
        "routes.txt": (
            "route_id,agency_id,route_short_name,route_long_name,route_type",
            [f"{route.id},city,{route.id.split('-')[1]},{route.name},{route.kind}" for route in ROUTES],
        ),
        "trips.txt": ("route_id,service_id,trip_id", [f"{run.route.id},{run.service},{run.id}" for run in timetable]),
        "stop_times.txt": (
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence",
            [
                f"{run.id},{clock(minute)},{clock(minute)},{stops()[where].id},{place}"
                for run in timetable
                for place, minute, where in run.calls
            ],
        ),
        "calendar.txt": (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date",
            [f"{name},{days},{season.dates[0]:%Y%m%d},{season.dates[-1]:%Y%m%d}" for name, days in SERVICES.items()],
        ),
        "calendar_dates.txt": (
            "service_id,date,exception_type",
            [f"{service_of(closed)},{closed:%Y%m%d},2"],
        ),
    }


def _table(header: str, lines: Iterable[str]) -> str:
    return "\n".join((header, *lines, ""))
