"""Who rode, counted and uncounted: GTFS-ride from the vehicles' counters, TIDES taps with their cards, daily totals for the public."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from footfall.demo.city import COMMUTE
from footfall.demo.datasets.gtfs import Run, clock, runs, service_of, zipped
from footfall.demo.datasets.people import Person
from footfall.demo.datasets.plan import Season, SourceTruth, dirty, moment, seconds_of
from footfall.demo.datasets.stops import ROUTES, Stop, stops

__all__ = ["PRODUCTS", "TAP_COLUMNS", "write_boardings", "write_daily", "write_taps"]

TAPS_A_DAY = 900
BOARD_COLUMNS = (
    "trip_id", "stop_id", "stop_sequence", "record_use", "schedule_relationship", "boardings", "alightings", "current_load", "load_type",
    "rack_down", "bike_boardings", "bike_alightings", "ramp_used", "ramp_boardings", "ramp_alightings", "service_date",
    "service_arrival_time", "service_departure_time", "source",
)  # fmt: skip
TAP_COLUMNS = (
    "transaction_id", "date", "timestamp", "location_ping_id", "amount", "currency_type", "fare_action", "trip_id_performed",
    "stop_sequence", "vehicle_id", "device_id", "fare_id", "stop_id", "group_size", "media_type", "rider_category", "fare_product",
    "fare_period", "fare_capped", "fare_media_id", "fare_media_id_purchased", "balance", "service_date", "event_timestamp",
)  # fmt: skip
PRODUCTS = {"single": (30, 160), "day-pass": (8, 0), "month-pass": (40, 0), "student-pass": (14, 0), "transfer": (8, 0)}
"""How often, and what a tap costs, in cents."""
KINDS = {0: "Trams", 1: "Metro", 3: "Buses"}
COUNTED_DAYS = 14
"""How many of the last days the counters' archive holds."""


class Tap(msgspec.Struct, frozen=True):
    """One card at one gate."""

    number: str
    time: datetime
    """Local."""
    stop: Stop
    product: str
    """Key of PRODUCTS."""


def write_boardings(folder: Path, season: Season) -> SourceTruth:
    """``gtfs_ride.zip``: ride_feed_info.txt and board_alight.txt of the last two weeks; at small scales only some trips carry a counter.

    Sums ``by day, stop`` (service day) and ``by hour, stop`` (as clocks show it: 25:10:00 is 01 of the next day): ``boardings``,
    ``alightings``. Faults: the last row breaks off before its date; a counter that ran over says -1.
    """
    truth, lines = SourceTruth(), [",".join(BOARD_COLUMNS)]
    timetable = tuple(runs())
    for day in season.dates[-COUNTED_DAYS:]:
        dice = season.chance("boardings", day)
        for run in timetable:
            if run.service == service_of(day) and dice.random() < min(1.0, season.scale * 0.5):
                lines += _called(dice, truth, season, (run, day))
    broken = _short_row(truth)
    info = f"ride_files,ride_start_date,ride_end_date,ride_feed_version\n1,{season.dates[0]:%Y%m%d},{season.dates[-1]:%Y%m%d},1\n"
    archive = zipped({"ride_feed_info.txt": info, "board_alight.txt": "\n".join((*lines, broken, ""))})
    truth.write(folder / "gtfs_ride.zip", archive, rows=len(lines))
    return truth


def write_taps(folder: Path, season: Season) -> SourceTruth:
    """``fare_transactions-MONDAY.csv``, one a week: TIDES, with a card's token and its number in the columns of fare media.

    Sums: ``taps by hour, stop, product`` and ``cents by day, product``; every tap is ``Enter``, times have an offset. Faults: a gate
    without a clock.
    """
    truth = SourceTruth()
    riders = season.passers(season.chance("taps"))
    for week in season.weeks:
        lines = [",".join(TAP_COLUMNS) + "\n"]
        for day in week:
            dice = season.chance("taps", day)
            number = season.number(dice, TAPS_A_DAY * (season.work(day) + 0.2) * (1.15 if day in season.festival else 1.0))
            where = dice.choices(list(stops().values()), _weights(season, day), k=number)
            what = dice.choices(list(PRODUCTS), [weight for weight, _ in PRODUCTS.values()], k=number)
            for place, second in enumerate(seconds_of(dice, COMMUTE, number)):
                tap = Tap(f"{day:%y%m%d}{place:05}", moment(day, second), where[place], what[place])
                lines.append(_tap(dice, truth, tap, next(riders)))
        truth.write(folder / f"fare_transactions-{week[0]}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


def write_daily(folder: Path, season: Season) -> SourceTruth:
    """``daily_ridership.csv``, one for all days: Date and the riders of each kind of transit, in the manner of open data.

    Sums: ``riders by day, mode``. Every row stands for thousands. No faults.
    """
    truth = SourceTruth()
    lines = ["Date," + ",".join(f"{kind}: Total Estimated Ridership" for kind in KINDS.values())]
    for day in season.dates:
        dice = season.chance("daily", day)
        busy = (season.work(day) + 0.35) * (1.12 if day in season.festival else 1.0)
        riders = [round(mean * busy * dice.uniform(0.96, 1.04)) for mean in (41_000, 236_000, 118_000)]
        truth.add("riders by day, mode", (((str(day), kind), number) for kind, number in zip(KINDS.values(), riders, strict=True)))
        lines.append(f"{day},{','.join(map(str, riders))}")
    truth.write(folder / "daily_ridership.csv", "\n".join((*lines, "")), rows=season.days)
    return truth


def _called(dice: random.Random, truth: SourceTruth, season: Season, which: tuple[Run, date]) -> Iterator[str]:
    """A trip's rows: who gets on gets off again, all of them at the last stop."""
    run, day = which
    load, last = 0, len(run.route.districts)
    for place, minute, district in run.calls:
        stop, hour = stops()[district], minute // 60
        crowd = COMMUTE[hour % 24] / 6 * stop.weight / 40 * (2 if stop.is_stadium and day in season.festival else 1)
        off = load if place == last else dice.randrange(load // 3 + 1)
        on = 0 if place == last else round(dice.expovariate(1 / (crowd + 0.1)))
        load += on - off
        lost = place == 1 and dirty(dice, 400)
        truth.faults["counter ran over"] += lost
        if not lost:
            shown = moment(day, minute * 60).isoformat()[:13]
            for name, value in (("boardings", on), ("alightings", off)):
                truth.put(f"{name} by day, stop", (str(day), stop.id), value)
                truth.put(f"{name} by hour, stop", (shown, stop.id), value)
        yield f"{run.id},{stop.id},{place},0,0,{-1 if lost else on},{off},{load},0,,,,,,,{day:%Y%m%d},{clock(minute)},{clock(minute)},1"


def _short_row(truth: SourceTruth) -> str:
    """What a counter sent before it lost its connection: 8 of 19 fields."""
    truth.faults["broken off"] += 1
    run = next(runs())
    return f"{run.id},{stops()[run.route.districts[0]].id},1,0,0,3,0,3"


def _weights(season: Season, day: date) -> list[float]:
    served = {district for route in ROUTES for district in route.districts}
    busy = 3.0 if day in season.festival else 1.0
    return [stop.weight * (district in served) * (busy if stop.is_stadium else 1) for district, stop in stops().items()]


def _tap(dice: random.Random, truth: SourceTruth, tap: Tap, who: Person) -> str:
    time, product, cents, lost = tap.time.isoformat(), tap.product, PRODUCTS[tap.product][1], dirty(dice, 300)
    truth.faults["no time"] += lost
    if not lost:
        truth.put("taps by hour, stop, product", (time[:13], tap.stop.id, product), 1)
        truth.put("cents by day, product", (time[:10], product), cents)
    service_day = (tap.time - timedelta(hours=3)).date()
    rider = "student" if product == "student-pass" else "adult"
    head = f"T{tap.number},{service_day},,,{cents / 100:.2f},EUR,Enter,,,,GATE-{tap.stop.number:03},F{tap.number},{tap.stop.id},1"
    cards, when = f"{who.token},{who.transport_card},{dice.random() * 90:.2f}", "" if lost else f"{time}+03:00"
    return f"{head},smartcard,{rider},{product},,false,{cards},{service_day},{when}\n"
