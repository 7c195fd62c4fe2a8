"""Which contract each office's files come under: one that Footfall brings, with what this city's files do otherwise."""

from importlib.resources import files
from typing import Any

import msgspec

from footfall.demo.datasets.folder import OFFICES
from footfall.sources.contract import Contract
from footfall.sources.odcs import read_contract

__all__ = ["BUILT_IN", "TIMEZONE", "contract_of"]

TIMEZONE = "Europe/Moscow"
BUILT_IN = {
    "scooter-points": "geodata-points",
    "ride-tracks": "geodata-gpx",
    "mds-trips": "geodata-mds-trips",
    "mds-telemetry": "geodata-mds-telemetry",
    "repair-requests": "geodata-geojson",
    "hired-bicycles": "geodata-geoparquet",
    "gateway-payments": "payments-gateway",
    "bank-statements": "payments-camt053",
    "bank-notifications": "payments-camt054",
    "parking-fines": "payments-fines",
    "wifi-radius": "wifi-radius",
    "wifi-sessions": "wifi-csv",
    "gtfs-departures": "transit-departures",
    "vehicle-delays": "transit-delays",
    "gtfs-ride": "transit-ridership",
    "fare-taps": "transit-taps",
    "passenger-events": "transit-passenger-events",
    "station-activities": "transit-station-activities",
    "daily-ridership": "transit-daily",
    "restriction-violations": "restrictions",
    "events-calendar": "events",
    "events-json-ld": "events-json-ld",
    "events-table": "events-csv",
    "event-attendance": "event-attendance",
    "survey-csat": "surveys",
    "survey-nps": "surveys",
    "survey-ces": "surveys",
    "survey-wide": "surveys-wide",
    "server-log": "server-log",
    "service-counters": "service-counters",
}
"""Dataset → the built-in contract of its files."""
FILES = {
    "scooter-points": "scooters-*.csv",
    "ride-tracks": "rides-*.gpx",
    "mds-trips": "mds-trips-*.json",
    "mds-telemetry": "mds-telemetry-*.json",
    "repair-requests": "requests-*.geojson",
    "hired-bicycles": "bicycles-*.parquet",
    "gateway-payments": "gateway-*.csv",
    "bank-statements": "camt053-*.xml",
    "bank-notifications": "camt054-*.xml",
    "parking-fines": "fines-*.csv",
    "wifi-radius": "detail-*",
    "wifi-sessions": "radacct-*.csv",
    "gtfs-departures": "gtfs.zip",
    "vehicle-delays": "trip-updates-*.pb",
    "gtfs-ride": "gtfs_ride.zip",
    "fare-taps": "fare_transactions-*.csv",
    "passenger-events": "passenger_events-*.csv",
    "station-activities": "station_activities-*.csv",
    "daily-ridership": "daily_ridership.csv",
    "restriction-violations": "viol*.csv",
    "events-calendar": "calendar.ics",
    "events-json-ld": "events.jsonld",
    "events-table": "programme-*.csv",
    "event-attendance": "attendance.csv",
    "survey-csat": "csat-*.csv",
    "survey-nps": "nps-*.csv",
    "survey-ces": "ces-*.csv",
    "survey-wide": "survey-*.csv",
    "server-log": "access-*.log",
    "service-counters": "services-*.csv",
}
"""What an office's files are called in the folder of its module; the restrictions' pattern takes in the list that came by mistake."""
OTHERWISE: dict[str, dict[str, Any]] = {
    "gateway-payments": {"encoding": "cp1251", "options": {"delimiter": ";"}},
    "gtfs-ride": {"format": "zip", "options": {"member": "board_alight.txt"}},
    "survey-nps": {"name": "Survey: would you recommend us?"},
    "survey-ces": {"name": "Survey: how easy was it?"},
}
COLUMNS: dict[str, dict[str, dict[str, Any]]] = {
    "gateway-payments": {"paid_at": {"format": "dd.MM.yyyy HH:mm:ss"}, "amount": {"decimal": ","}},
    "event-attendance": {"date": {"minimum": "2015-01-01", "maximum": "2099-12-31"}},
    "survey-csat": {"channel": {"use": "drop"}},
    "survey-nps": {"score": {"minimum": 0, "maximum": 10, "unit": "NPS"}},
    "survey-ces": {"score": {"minimum": 1, "maximum": 7, "unit": "CES"}},
}


def contract_of(dataset: str, folder: str = "", *, schedule: str = "") -> Contract:
    """The contract of one of ``OFFICES``, its source in the folder that ``write_city_data`` filled; without a folder it has none."""
    text = files("footfall.sources").joinpath("builtin", f"{BUILT_IN[dataset]}.yaml").read_bytes()
    built_in = read_contract(text)
    changed = COLUMNS.get(dataset, {})
    columns = tuple(msgspec.structs.replace(column, **changed.get(column.name, {})) for column in built_in.columns)
    source = f"{folder}/{OFFICES[dataset][0]}/{FILES[dataset]}" if folder else ""
    more = {"id": dataset, "timezone": TIMEZONE, "columns": columns, "source": source, "schedule": schedule}
    return msgspec.structs.replace(built_in, **(more | OTHERWISE.get(dataset, {})))
