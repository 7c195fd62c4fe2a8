"""TIDES beyond fares: what vehicles' doors count, and what a station's gates add up to."""

import random
from datetime import timedelta
from pathlib import Path

from footfall.demo.city import COMMUTE
from footfall.demo.datasets.gtfs import runs, service_of
from footfall.demo.datasets.plan import Season, SourceTruth, dirty, moment
from footfall.demo.datasets.stops import STATIONS, stops

__all__ = ["EVENT_COLUMNS", "STATION_COLUMNS", "write_passenger_events", "write_station_activities"]

EVENT_COLUMNS = (
    "passenger_event_id", "service_date", "event_timestamp", "location_ping_id", "trip_id_performed", "trip_id_scheduled",
    "trip_stop_sequence", "scheduled_stop_sequence", "event_type", "vehicle_id", "device_id", "train_car_id", "stop_id", "pattern_id",
    "event_count",
)  # fmt: skip
STATION_COLUMNS = (
    "service_date", "stop_id", "time_period_start", "time_period_end", "time_period_category", "total_entries", "total_exits",
    "number_of_transactions", "bike_entries", "bike_exits", "ramp_entries", "ramp_exits",
)  # fmt: skip
WAYS = ("Passenger boarded", "Passenger alighted")
COUNTED_DAYS = 7


def write_passenger_events(folder: Path, season: Season) -> SourceTruth:
    """``passenger_events-DAY.csv``, one for each of the last COUNTED_DAYS: EVENT_COLUMNS; device_id is the counter's and names its driver.

    Sums: ``passengers by hour, stop, event``, the hour as clocks show it. Faults: a count below zero.
    """
    truth, drivers = SourceTruth(), season.passers(season.chance("doors"))
    for day in season.dates[-COUNTED_DAYS:]:
        dice, lines = season.chance("doors", day), [",".join(EVENT_COLUMNS) + "\n"]
        for run in (run for run in runs() if run.service == service_of(day)):
            if dice.random() >= min(1.0, season.scale * 4):
                continue
            who = next(drivers)
            for sequence, minute, where in run.calls:
                time, stop = moment(day, minute * 60), stops()[where].id
                for way in WAYS:
                    number, lost = dice.randrange(2 + COMMUTE[time.hour] // 8), dirty(dice, 500)
                    truth.faults["below zero"] += lost
                    if not lost:
                        truth.put("passengers by hour, stop, event", (f"{time:%Y-%m-%dT%H}", stop, way), number)
                    lines.append(
                        f"{day:%y%m%d}{len(lines)},{day},{time.isoformat()}+03:00,,{run.id},{run.id},{sequence},{sequence},{way},"
                        f"{who.plate_latin},{who.device},,{stop},,{-1 if lost else number}\n"
                    )
        truth.write(folder / f"passenger_events-{day}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


def write_station_activities(folder: Path, season: Season) -> SourceTruth:
    """``station_activities-YYYY-MM.csv``, one a month: STATION_COLUMNS, a row a station and hour of all that went through its gates.

    Sums ``by hour, station``: ``entries``, ``exits``. No faults.
    """
    truth = SourceTruth()
    for month in season.months:
        lines = [",".join(STATION_COLUMNS) + "\n"]
        for day in month:
            dice = season.chance("gates", day)
            for station in STATIONS:
                for hour in range(5, 24):
                    first, number = moment(day, hour * 3600), _through(dice, COMMUTE[hour] * station.weight * season.work(day) / 20)
                    exits = _through(dice, COMMUTE[hour] * station.weight * season.work(day) / 20)
                    for name, value in (("entries", number), ("exits", exits)):
                        truth.put(f"{name} by hour, station", (f"{first:%Y-%m-%dT%H}", station.id), value)
                    last = first + timedelta(hours=1)
                    lines.append(f"{day},{station.id},{first.isoformat()}+03:00,{last.isoformat()}+03:00,,{number},{exits},,,,,\n")
        truth.write(folder / f"station_activities-{month[0]:%Y-%m}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


def _through(dice: random.Random, mean: float) -> int:
    return round(mean * dice.uniform(0.6, 1.4))
