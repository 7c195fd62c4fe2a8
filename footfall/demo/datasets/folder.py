"""All of the city's files in one folder, office by office, and the truth about them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from footfall.demo.datasets.bank import write_notifications, write_statements
from footfall.demo.datasets.counted import write_passenger_events, write_station_activities
from footfall.demo.datasets.counters import write_counters, write_log
from footfall.demo.datasets.districts import write_districts
from footfall.demo.datasets.events import write_attendance, write_calendar, write_json_ld
from footfall.demo.datasets.geodata import write_points, write_tracks, write_trips
from footfall.demo.datasets.gtfs import write_gtfs
from footfall.demo.datasets.payments import write_fines, write_gateway
from footfall.demo.datasets.people import Planted, plant
from footfall.demo.datasets.plan import Season, SourceTruth, make_season
from footfall.demo.datasets.programme import write_programme
from footfall.demo.datasets.realtime import write_delays
from footfall.demo.datasets.restrictions import write_violations
from footfall.demo.datasets.ridership import write_boardings, write_daily, write_taps
from footfall.demo.datasets.shapes import write_bicycles, write_requests, write_telemetry
from footfall.demo.datasets.surveys import write_ces, write_csat, write_nps, write_wide
from footfall.demo.datasets.wifi import write_detail, write_radacct

__all__ = ["DISTRICTS_FILE", "OFFICES", "Truth", "write_city_data"]

DISTRICTS_FILE = "districts.geojson"
OFFICES: dict[str, tuple[str, Callable[[Path, Season], SourceTruth]]] = {
    "scooter-points": ("geodata", write_points),
    "ride-tracks": ("geodata", write_tracks),
    "mds-trips": ("geodata", write_trips),
    "mds-telemetry": ("geodata", write_telemetry),
    "repair-requests": ("geodata", write_requests),
    "hired-bicycles": ("geodata", write_bicycles),
    "gateway-payments": ("payments", write_gateway),
    "bank-statements": ("payments", write_statements),
    "bank-notifications": ("payments", write_notifications),
    "parking-fines": ("payments", write_fines),
    "wifi-radius": ("wifi", write_detail),
    "wifi-sessions": ("wifi", write_radacct),
    "gtfs-departures": ("transit", write_gtfs),
    "vehicle-delays": ("transit", write_delays),
    "gtfs-ride": ("transit", write_boardings),
    "fare-taps": ("transit", write_taps),
    "passenger-events": ("transit", write_passenger_events),
    "station-activities": ("transit", write_station_activities),
    "daily-ridership": ("transit", write_daily),
    "restriction-violations": ("restrictions", write_violations),
    "events-calendar": ("events", write_calendar),
    "events-json-ld": ("events", write_json_ld),
    "events-table": ("events", write_programme),
    "event-attendance": ("events", write_attendance),
    "survey-csat": ("surveys", write_csat),
    "survey-nps": ("surveys", write_nps),
    "survey-ces": ("surveys", write_ces),
    "survey-wide": ("surveys", write_wide),
    "server-log": ("counters", write_log),
    "service-counters": ("counters", write_counters),
}
"""Dataset → its module, which is its folder too, and who writes its files."""


class Truth(msgspec.Struct, frozen=True):
    """What is in a folder."""

    sources: dict[str, SourceTruth]
    """By dataset."""
    planted: tuple[Planted, ...]
    """What no load of any of it may leave anywhere."""


def write_city_data(folder: Path, *, seed: int, first_day: date, days: int, scale: float = 1.0) -> Truth:
    """Writes DISTRICTS_FILE and every dataset's files, each in the folder of its module, as the city's offices would send them.

    ``days`` whole local days from ``first_day``; ``scale`` 1 is some 300,000 rows for five weeks, 0.02 is enough for a test. The same
    arguments write the same bytes. Files that are there already are written over.
    """
    season = make_season(seed=seed, first_day=first_day, days=days, scale=scale)
    write_districts(folder / DISTRICTS_FILE)
    sources = {name: write(folder / module, season) for name, (module, write) in OFFICES.items()}
    return Truth(sources, tuple(plant(season.people)))
