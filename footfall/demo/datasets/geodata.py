"""Points and tracks: rented scooters as CSV, rides as GPX, trips as MDS 2.0.

Scooters stand in marked bays, so the same places come again; the file still tells which vehicle stood where and when.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from footfall.demo.city import EVENING
from footfall.demo.datasets.districts import DISTRICTS, STADIUM, spots
from footfall.demo.datasets.plan import Season, SourceTruth, clock, dirty, moment, seconds_of

__all__ = ["ZONE", "bays", "write_points", "write_tracks", "write_trips"]

ZONE = ZoneInfo("Europe/Moscow")
POINTS_A_DAY = 3000
TRIPS_A_DAY = 70
TRACKS_A_WEEK = 26
BAYS = 6
"""A district."""
Bay = tuple[str, str, str]
"""District, latitude and longitude as files write them."""


def write_points(folder: Path, season: Season) -> SourceTruth:
    """``scooters-DAY.csv``, one a day: where a rented scooter was taken: timestamp (local, no offset), latitude, longitude, device_id.

    Sums: ``points by hour, district`` and ``points by day, lat, lon``. Faults: no position; a point that slipped (561.40).
    """
    truth = SourceTruth()
    weights = _weights(1.0)
    for day in season.dates:
        dice = season.chance("points", day)
        number = season.number(dice, POINTS_A_DAY * season.leisure(day))
        places = dice.choices(bays(), _weights(4.0) if day in season.festival else weights, k=number)
        times = [f"{day}T{clock(second)}" for second in seconds_of(dice, EVENING, number)]
        lines = [f"{time},{place[1]},{place[2]}" for time, place in zip(times, places, strict=True)]
        spoilt = _spoil(dice, lines, truth)
        kept = [(time, place) for at, (time, place) in enumerate(zip(times, places, strict=True)) if at not in spoilt]
        truth.count("points by hour, district", ((time[:13], place[0]) for time, place in kept))
        truth.count("points by day, lat, lon", ((time[:10], *place[1:]) for time, place in kept))
        tails = dice.choices(_vehicles(), k=number)
        body = "".join(line + tail for line, tail in zip(lines, tails, strict=True))
        truth.write(folder / f"scooters-{day}.csv", "timestamp,latitude,longitude,device_id\n" + body, rows=number)
    return truth


def write_trips(folder: Path, season: Season) -> SourceTruth:
    """``mds-trips-MONDAY.json``, one a week: MDS 2.0 ``/trips`` as a provider answers; times are milliseconds since 1970.

    Sums: ``starts by hour, district`` and ``ends by hour, district``; hours are local.
    """
    truth = SourceTruth()
    for week in season.weeks:
        dice = season.chance("trips", week[0])
        riders = season.passers(dice)
        trips = []
        for day in week:
            for _ in range(season.number(dice, TRIPS_A_DAY * season.leisure(day))):
                start, end = _ride(dice, day)
                trips.append(_trip(dice, next(riders).device, (start, end)))
                for name, (time, (district, _, _)) in (("starts", start), ("ends", end)):
                    truth.count(f"{name} by hour, district", [(f"{time:%Y-%m-%dT%H}", district)])
        answer = {"version": "2.0.0", "last_updated": _ms(datetime(week[-1].year, week[-1].month, week[-1].day)), "trips": trips}
        truth.write(folder / f"mds-trips-{week[0]}.json", msgspec.json.encode(answer), rows=len(trips))
    return truth


def write_tracks(folder: Path, season: Season) -> SourceTruth:
    """``rides-MONDAY.gpx``, one a week: a track a ride with a point every half minute, UTC, and the rider's name in its title.

    Rows are track points. Sums: ``tracks by day`` (local day of the first point), ``points by day``.
    """
    truth = SourceTruth()
    for week in season.weeks:
        dice = season.chance("tracks", week[0])
        riders, body, rows = season.passers(dice), [], 0
        for _ in range(max(25, season.number(dice, TRACKS_A_WEEK))):
            day = dice.choice(week)
            (start, here), (end, there) = _ride(dice, day)
            points = list(_between(dice, (start, here), (end, there)))
            body.append(f"<trk><name>{next(riders).name}</name><trkseg>{''.join(points)}</trkseg></trk>\n")
            truth.count("tracks by day", [(str(day),)])
            truth.add("points by day", [((str(day),), len(points))])
            rows += len(points)
        truth.write(folder / f"rides-{week[0]}.gpx", f"{GPX}{''.join(body)}</gpx>\n", rows=rows)
    return truth


GPX = '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="rides" xmlns="http://www.topografix.com/GPX/1/1">\n'


@cache
def bays() -> tuple[Bay, ...]:
    """Where scooters stand, by district."""
    found = []
    for district in DISTRICTS:
        places = spots(random.Random(f"bays|{district.id}"), district.id, BAYS)
        found += [(district.id, f"{lat:.5f}", f"{lon:.5f}") for lat, lon in places]
    return tuple(found)


@cache
def _vehicles() -> tuple[str, ...]:
    """Ends of lines: which scooter."""
    return tuple(f",SC-{number:05}\n" for number in range(100, 900))


@cache
def _weights(stadium: float) -> list[float]:
    """Of the bays: by the people around, and by how well a bay lies."""
    centre = {district.id: 4 * district.population if district.okrug == "central" else district.population for district in DISTRICTS}
    factors = centre | {STADIUM: centre[STADIUM] * stadium}
    return [factors[district] / (1 + place % BAYS) for place, (district, _, _) in enumerate(bays())]


def _spoil(dice: random.Random, lines: list[str], truth: SourceTruth) -> set[int]:
    """Takes the position from some lines, in place, and says which."""
    spoilt = {at for at in range(len(lines)) if dirty(dice, 400)}
    for at in spoilt:
        time = lines[at].partition(",")[0]
        lost = dirty(dice, 2)
        lines[at] = f"{time},," if lost else f"{time},561.40000,40.39000"
        truth.faults["no position" if lost else "a point that slipped"] += 1
    return spoilt


Stay = tuple[datetime, Bay]


def _ride(dice: random.Random, day: date) -> tuple[Stay, Stay]:
    """From a bay to another one, 5 to 40 minutes."""
    start = moment(day, seconds_of(dice, EVENING, 1)[0])
    here, there = dice.choices(bays(), _weights(1.0), k=2)
    return (start, here), (start + timedelta(seconds=dice.randrange(300, 2400)), there)


def _between(dice: random.Random, first: Stay, last: Stay) -> Iterator[str]:
    """Points of a ride on a shaken straight line."""
    (start, (_, *here)), (end, (_, *there)) = first, last
    (lat_a, lon_a), (lat_b, lon_b) = map(float, here), map(float, there)
    pieces = int((end - start).total_seconds()) // 30
    for piece in range(pieces + 1):
        part = piece / pieces
        lat, lon = lat_a + part * (lat_b - lat_a) + dice.gauss(0, 2e-4), lon_a + part * (lon_b - lon_a) + dice.gauss(0, 3e-4)
        time = start + timedelta(seconds=30 * piece, hours=-3)
        yield f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{time:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'


def _trip(dice: random.Random, device: str, ends: tuple[Stay, Stay]) -> dict[str, object]:
    (start, here), (end, there) = ends
    return {
        "provider_id": "5f7114d1-4091-46ee-b492-e55875f7de00",
        "trip_id": f"{dice.getrandbits(32):08x}-0000-4000-8000-{dice.getrandbits(48):012x}",
        "device_id": device,
        "trip_type": dice.choice(("rider",) * 9 + ("rebalance",)),
        "start_time": _ms(start),
        "end_time": _ms(end),
        "duration": int((end - start).total_seconds()),
        "distance": dice.randrange(400, 6000),
        "start_location": {"lat": float(here[1]), "lng": float(here[2])},
        "end_location": {"lat": float(there[1]), "lng": float(there[2])},
    }


def _ms(time: datetime) -> int:
    return int(time.replace(tzinfo=ZONE).timestamp()) * 1000
