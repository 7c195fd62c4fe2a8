"""How late the made city's vehicles are: GTFS-Realtime trip updates (protobuf), with the vehicles' plates in them as some feeds have."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from footfall.demo.datasets.geodata import ZONE
from footfall.demo.datasets.gtfs import Run, runs, service_of
from footfall.demo.datasets.people import Person
from footfall.demo.datasets.plan import Season, SourceTruth
from footfall.demo.datasets.stops import stops

__all__ = ["write_delays"]

SNAPSHOT_HOURS = (8, 18)
"""When the feed is kept."""
KEPT_DAYS = 7
VARINT, TEXT = 0, 2


def write_delays(folder: Path, season: Season) -> SourceTruth:
    """``trip-updates-DAYTHH.pb``, two a day of the last KEPT_DAYS: every trip on its way, and how late it is at each stop to come.

    Rows are updates of a stop. Sums: ``updates by hour, stop`` and ``delay seconds by hour, stop``, the local hour of the feed. No faults.
    """
    truth, drivers = SourceTruth(), season.passers(season.chance("delays"))
    for day in season.dates[-KEPT_DAYS:]:
        for hour in SNAPSHOT_HOURS:
            dice, rows = season.chance("delays", day, hour), 0
            entities = []
            for run in (run for run in runs() if run.service == service_of(day)):
                late = round(dice.expovariate(1 / 90)) - 30
                left = [(sequence, minute, where) for sequence, minute, where in run.calls if hour * 60 <= minute < hour * 60 + 30]
                for _, _, where in left:
                    key = (f"{day}T{hour:02}", stops()[where].id)
                    truth.put("updates by hour, stop", key, 1)
                    truth.put("delay seconds by hour, stop", key, late)
                rows += len(left)
                if left:
                    entities.append(_entity(run, day, late, left, next(drivers)))
            now = _seconds(datetime(day.year, day.month, day.day, hour))
            head = _field(1, _field(1, b"2.0") + _number(3, now))
            body = head + b"".join(_field(2, entity) for entity in entities)
            truth.write(folder / f"trip-updates-{day}T{hour:02}.pb", body, rows=rows)
    return truth


Left = list[tuple[int, int, str]]


def _entity(run: Run, day: date, late: int, left: Left, driver: Person) -> bytes:
    trip = _text(1, run.id) + _text(3, f"{day:%Y%m%d}") + _text(5, run.route.id)
    vehicle = _text(1, driver.device) + _text(2, driver.name) + _text(3, driver.plate)
    calls = b"".join(_field(2, _call(day, late, *call)) for call in left)
    return _text(1, run.id) + _field(3, _field(1, trip) + calls + _field(3, vehicle))


def _call(day: date, late: int, sequence: int, minute: int, where: str) -> bytes:
    time = _seconds(datetime(day.year, day.month, day.day) + timedelta(minutes=minute, seconds=late))
    return _number(1, sequence) + _field(2, _number(1, late) + _number(2, time)) + _text(4, stops()[where].id)


def _seconds(local: datetime) -> int:
    return int(local.replace(tzinfo=ZONE).timestamp())


def _text(field: int, value: str) -> bytes:
    return _field(field, value.encode())


def _field(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | TEXT) + _varint(len(value)) + value


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | VARINT) + _varint(value % (1 << 64))


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the highest bit says that more follow.

    >>> _varint(300).hex()
    'ac02'
    """
    return bytes(_sevens(value))


def _sevens(value: int) -> Iterator[int]:
    while value > 127:
        yield value & 127 | 128
        value >>= 7
    yield value
