"""Points in other forms: requests for repair as GeoJSON, counted bicycles as GeoParquet, the telemetry of MDS 2.0."""

import json
import random
import struct
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec
import pyarrow
import pyarrow.parquet

from footfall.demo.city import EVENING, OFFICE
from footfall.demo.datasets.geodata import ZONE, bays
from footfall.demo.datasets.plan import Season, SourceTruth, moment, seconds_of

__all__ = ["KINDS", "write_bicycles", "write_requests", "write_telemetry"]

REQUESTS_A_DAY = 240
BICYCLES_A_DAY = 900
TRIPS_A_DAY = 280
PING_S = 60
KINDS = {"pothole": 30, "street-light": 24, "litter": 28, "graffiti": 12, "fallen-tree": 6}
"""What people ask the city to mend, and how often each of a hundred."""
GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


def write_requests(folder: Path, season: Season) -> SourceTruth:
    """``requests-MONDAY.geojson``, one a week: a feature a request, with its kind, and with name, telephone and words of who asked.

    Sums: ``requests by day, kind``. No faults.
    """
    truth, people = SourceTruth(), season.passers(season.chance("requests"))
    for week in season.weeks:
        features = []
        for day in week:
            dice = season.chance("requests", day)
            for second in seconds_of(dice, OFFICE, season.number(dice, REQUESTS_A_DAY * season.work(day))):
                kind, (_, lat, lon) = dice.choices(list(KINDS), list(KINDS.values()))[0], dice.choice(bays())
                who = next(people)
                truth.put("requests by day, kind", (str(day), kind), 1)
                told = {"reported_at": moment(day, second).isoformat(), "kind": kind, "reporter": who.name, "phone": who.phone}
                told["note"] = f"{who.address}, {who.spoken}"
                shape = {"type": "Point", "coordinates": [float(lon), float(lat)]}
                features.append({"type": "Feature", "geometry": shape, "properties": told})
        body = msgspec.json.encode({"type": "FeatureCollection", "features": features})
        truth.write(folder / f"requests-{week[0]}.geojson", body, rows=len(features))
    return truth


def write_bicycles(folder: Path, season: Season) -> SourceTruth:
    """``bicycles-MONDAY.parquet``, one a week: GeoParquet 1.1 with hired bicycles: hired_at (local), bicycle, hirer, geometry (WKB).

    Sums: ``hires by hour, lat, lon``. No faults.
    """
    truth, people = SourceTruth(), season.passers(season.chance("bicycles"))
    for week in season.weeks:
        times, riders, places = [], [], []
        for day in week:
            dice = season.chance("bicycles", day)
            for second in seconds_of(dice, EVENING, season.number(dice, BICYCLES_A_DAY * season.leisure(day))):
                _, lat, lon = dice.choice(bays())
                time = moment(day, second)
                truth.put("hires by hour, lat, lon", (f"{time:%Y-%m-%dT%H}", lat, lon), 1)
                times.append(time)
                riders.append(next(people))
                places.append(struct.pack("<BIdd", 1, 1, float(lon), float(lat)))
        table = pyarrow.table(
            {
                "hired_at": pyarrow.array(times, pyarrow.timestamp("s")),
                "bicycle": [who.device for who in riders],
                "hirer": [who.email for who in riders],
                "geometry": pyarrow.array(places, pyarrow.binary()),
            }
        ).replace_schema_metadata({"geo": json.dumps(GEO)})
        held = pyarrow.BufferOutputStream()
        pyarrow.parquet.write_table(table, held)
        truth.write(folder / f"bicycles-{week[0]}.parquet", held.getvalue().to_pybytes(), rows=len(times))
    return truth


def write_telemetry(folder: Path, season: Season) -> SourceTruth:
    """``mds-telemetry-MONDAY.json``, one a week: MDS 2.0 ``/vehicles/telemetry``, a point a minute of every trip, times in milliseconds.

    Rows are points. Sums: ``trips by day``. No faults.
    """
    truth = SourceTruth()
    for week in season.weeks:
        dice = season.chance("telemetry", week[0])
        riders, points = season.passers(dice), []
        for day in week:
            for number in range(season.number(dice, TRIPS_A_DAY * season.leisure(day))):
                truth.put("trips by day", (str(day),), 1)
                points += _pings(dice, day, next(riders).device, f"{day:%y%m%d}-{number}")
        answer = {"version": "2.0.0", "last_updated": points[-1]["timestamp"], "telemetry": points}
        truth.write(folder / f"mds-telemetry-{week[0]}.json", msgspec.json.encode(answer), rows=len(points))
    return truth


def _pings(dice: random.Random, day: date, device: str, trip: str) -> list[dict[str, object]]:
    (_, lat_a, lon_a), (_, lat_b, lon_b) = dice.choices(bays(), k=2)
    start, pieces = moment(day, seconds_of(dice, EVENING, 1)[0]), dice.randrange(5, 30)
    here, there = (float(lat_a), float(lon_a)), (float(lat_b), float(lon_b))
    return [
        {
            "provider_id": "5f7114d1-4091-46ee-b492-e55875f7de00",
            "device_id": device,
            "telemetry_id": f"{trip}-{piece}",
            "trip_ids": [trip],
            "timestamp": _ms(start + timedelta(seconds=PING_S * piece)),
            "location": {
                "lat": round(here[0] + piece / pieces * (there[0] - here[0]), 6),
                "lng": round(here[1] + piece / pieces * (there[1] - here[1]), 6),
            },
        }
        for piece in range(pieces + 1)
    ]


def _ms(time: datetime) -> int:
    return int(time.replace(tzinfo=ZONE).timestamp()) * 1000
