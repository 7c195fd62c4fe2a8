"""Every real sample of a city that fits a module, loaded under its contract by the real readers, checks, guard and kernel: kept, folded
and refused rows, and totals that were counted by other means."""

import csv
import io
import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest

from footfall.sources.contract import Contract
from footfall.sources.odcs import read_contract
from footfall.sources.places import Fields, read_places
from footfall.store.engine import open_engine
from footfall.store.migrate import migrate
from tests.support.city_home import CityHome

CONTRACTS = Path(__file__).parents[1] / "contracts"
CITY = Path(os.environ.get("FOOTFALL_DATA", Path(__file__).parents[3] / "shared" / "data")) / "city"
SAMPLES: dict[str, tuple[tuple[int, int, int, int], dict[str, float], tuple[str, int] | None]] = {
    "manchester-fines-2021": ((22_634, 22_634, 0, 0), {"notices": 22_634, "paid": 311_239}, None),
    "manchester-fines-2020": ((606, 605, 0, 1), {"notices": 605, "paid": 18_375}, ("Issued:missing", 606)),
    "barnet-events": ((4312, 4307, 0, 5), {"attendees": 66_551}, ("Event date:below", 273)),
    "england-wifi": ((477, 471, 0, 6), {"sessions": 6_351_231}, ("Period:too_coarse", 253)),
    "england-wifi-year": ((477, 477, 0, 0), {"sessions": 6_568_277}, None),
    "england-visits": ((3420, 3332, 14, 74), {"visits": 107_271_288}, ("Period:too_coarse", 1)),
    "england-computers": ((1229, 1210, 0, 19), {"uses": 6_839_306}, ("Period:too_coarse", 1)),
    "england-event-attendance": ((2078, 1974, 10, 94), {"attendees": 4_205_642}, ("Period:too_coarse", 1)),
    "england-event-attendance-year": ((2078, 2076, 2, 0), {"attendees": 4_876_682}, None),
    "leeds-footfall": ((554_360, 554_312, 48, 0), {"people": 521_673_694}, None),
    "mta-ridership": ((1706, 1706, 0, 0), {"subway": 4_280_447_795}, None),
    "oi-affinity": ((4108, 4108, 0, 0), {}, None),
    "somerville-survey": ((858, 858, 0, 0), {"answers": 858}, None),
    "louisville-trips": ((1000, 1000, 0, 0), {"trips": 1000}, None),
    "gtfs-ride": ((8, 0, 7, 1), {}, ("service_date:unreadable", 5)),
    "berlin-stats": ((83, 83, 0, 0), {"visits": 711_896}, None),
    "gtfs-ride-ridership": ((2, 1, 1, 0), {"boardings": 150, "alightings": 75}, None),
    "gtfs-ride-capacity": ((2, 2, 0, 0), {"trips": 2, "seats": 90, "standing": 105}, None),
    "gtfs-ride-riders": ((2, 0, 2, 0), {}, None),
    "caltrain-vehicles": ((14, 14, 0, 0), {"vehicles": 14}, None),
    "bart-alerts": ((1, 1, 0, 0), {"alerts": 1}, None),
    "tides-fare-transactions": ((0, 0, 0, 0), {}, None),
    "tides-stop-visits": ((0, 0, 0, 0), {}, None),
    "tides-trips-performed": ((0, 0, 0, 0), {}, None),
}
"""Rows read, kept, folded, refused; totals that are stored; reason and number of the first row that is refused.

Ten attendees of England's year and 83 visits are in cells under the cohort; the file of Barnet holds 66,651 attendees, a hundred of them in
2009; 217,046 sessions of England's Wi-Fi are told for a year alone; of 19,845 pounds of 2020 few paid 1,470 in their month."""

BUILT_IN = (
    "weblogs/elastic_apache_combined_ip24.log",
    "bank/camt053.v8.xml",
    "bank/camt054.v8.xml",
    "transit/gtfs_rt/bart-trip-updates.pb",
    "transit/gtfs/cairns_gtfs.zip",
    "transit/gtfs/google_sample_gtfs.zip",
    "transit/tides/passenger_events.csv",
    "transit/tides/station_activities.csv",
)
"""Samples that a contract which Footfall brings reads, below."""
NO_DATASETS = (
    "geo/moscow_districts.geojson",
    "geo/moscow_districts.metadata.json",
    "footfall/leeds_camera_locs.csv",
    "libraries/england_libraries_2023_24_library_authorities.json",
    "payments/oi_geoids_city.csv",
    "transit/mta_data_dictionary.csv",
    "transit/gtfs_ride/ride_feed_info_all.txt",
    "transit/gtfs_rt/gtfs-realtime.proto",
    "transit/gtfs_rt/trip-updates-full.asciipb",
    "libraries/events.table-schema.json",
)
"""Nothing in them happens at a time: places, lists of codes, schemas. README.md beside the contracts says what each is for."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CityHome]:
    folder = tmp_path_factory.mktemp("real")
    engine = open_engine("chdb", folder / "store")
    migrate(engine)
    opened = CityHome(engine, folder, folder / "volatile")
    yield opened
    opened.close()
    engine.close()


def contract(name: str) -> Contract:
    """Of a sample. Leeds by day: half a million hours of eight cameras are as many cells, and take ten seconds to write."""
    found = read_contract((CONTRACTS / f"{name}.yaml").read_bytes())
    ladder = found.ladder[1:] if name == "leeds-footfall" else found.ladder
    return msgspec.structs.replace(found, source=str(CITY / found.source), ladder=ladder)


def built_in(name: str, path: str, **more: Any) -> Contract:
    """A contract that Footfall brings, for a sample."""
    found = read_contract(files("footfall.sources").joinpath("builtin", f"{name}.yaml").read_bytes())
    return msgspec.structs.replace(found, source=str(CITY / path), **more)


@pytest.mark.realdata
@pytest.mark.parametrize("name", SAMPLES)
def test_real_sample_is_kept_folded_and_refused_as_its_contract_says(home: CityHome, name: str) -> None:
    rows, totals, fault = SAMPLES[name]
    (line,) = home.load(contract(name)).lines
    assert (line.state, line.rows_in, line.kept, line.folded, line.refused) == ("current", *rows)
    stored = home.totals(name)
    assert {measure: round(stored[measure], 4) for measure in totals} == totals
    told = [(refusal["reason"], refusal["first"][0]) for refusal in line.details["refusals"]]
    assert told == ([fault] if fault else [])


@pytest.mark.realdata
def test_every_sample_is_loaded_or_it_is_said_why_not() -> None:
    assert set(SAMPLES) == {path.stem for path in CONTRACTS.glob("*.yaml")}
    loaded = {read_contract(path.read_bytes()).source for path in CONTRACTS.glob("*.yaml")} | set(BUILT_IN)
    there = {str(path.relative_to(CITY)) for path in CITY.rglob("*.*") if path.name != "README.md" and ".schema." not in path.name}
    assert there - loaded == set(NO_DATASETS)
    told = (CONTRACTS / "README.md").read_text()
    assert [path for path in NO_DATASETS if f"`{path}`" not in told] == []


@pytest.mark.realdata
def test_real_answers_come_to_the_share_of_the_content(home: CityHome) -> None:
    home.load(contract("somerville-survey"))
    told = {
        categories[0]: value for measure, _, _, _, categories, value, _ in home.cells(contract("somerville-survey")) if measure == "csat"
    }
    assert round(told["X1"], 1) == 82.5 and len(told) == 6


@pytest.mark.realdata
def test_real_server_log_is_counted_by_hour(home: CityHome) -> None:
    (line,) = home.load(built_in("server-log", "weblogs/elastic_apache_combined_ip24.log")).lines
    assert (line.rows_in, line.kept + line.folded, line.refused) == (10_000, 10_000, 0)
    assert home.totals("server-log")["requests"] == line.kept > 9_900


@pytest.mark.realdata
@pytest.mark.parametrize(("name", "path"), [("payments-camt053", "bank/camt053.v8.xml"), ("payments-camt054", "bank/camt054.v8.xml")])
def test_one_entry_of_a_real_statement_is_read_and_folded(home: CityHome, name: str, path: str) -> None:
    found = built_in(name, path)
    columns = tuple(column if column.name != "Ccy" else msgspec.structs.replace(column, values=("EUR", "SEK")) for column in found.columns)
    (line,) = home.load(msgspec.structs.replace(found, columns=columns)).lines
    assert (line.state, line.rows_in, line.kept, line.folded) == ("current", 1, 0, 1)


@pytest.mark.realdata
def test_real_delays_are_told_by_stop(home: CityHome) -> None:
    (line,) = home.load(built_in("transit-delays", "transit/gtfs_rt/bart-trip-updates.pb")).lines
    assert (line.rows_in, line.kept, line.refused) == (1_060, 1_060, 0)
    assert home.totals("transit-delays")["updates"] == 1_060


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "first", "zone"),
    [("cairns_gtfs", date(2014, 6, 2), "Australia/Brisbane"), ("google_sample_gtfs", date(2007, 6, 2), "America/Los_Angeles")],
)
def test_real_timetable_promises_what_its_trips_and_days_do(home: CityHome, name: str, first: date, zone: str) -> None:
    days = {"from": str(first), "until": str(first + timedelta(days=6))}
    path = f"transit/gtfs/{name}.zip"
    found = built_in("transit-departures", path, options=days, timezone=zone)
    (line,) = home.load(msgspec.structs.replace(found, id=name.replace("_", "-"))).lines
    assert line.kept == line.rows_in and home.totals(name.replace("_", "-"))["departures"] == promised(CITY / path, first, 7) > 0


@pytest.mark.realdata
def test_real_districts_are_read_as_places() -> None:
    fields = Fields(id="cartodb_id", name="name_lat", names={"ru": "name"})
    found = read_places((CITY / "geo/moscow_districts.geojson").read_bytes(), "district", fields)["district"]
    assert (len(found), len({place.id for place in found}), all(place.rings for place in found)) == (125, 125, True)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["passenger_events", "station_activities"])
def test_empty_table_of_tides_is_no_rows(home: CityHome, name: str) -> None:
    found = built_in(f"transit-{name.replace('_', '-')}", f"transit/tides/{name}.csv", options={"unnamed": "drop", "absent": "empty"})
    (line,) = home.load(found).lines
    assert (line.state, line.rows_in) == ("current", 0)


def promised(path: Path, first: date, days: int) -> int:
    """Departures of a timetable, counted day by day."""
    with zipfile.ZipFile(path) as archive:
        tables = {
            name: list(csv.DictReader(io.StringIO(archive.read(f"{name}.txt").decode("utf-8-sig"))))
            for name in ("trips", "stop_times", "calendar", "calendar_dates")
        }
    service_of = {row["trip_id"]: row["service_id"] for row in tables["trips"]}
    calls = Counter(service_of[row["trip_id"]] for row in tables["stop_times"] if row["departure_time"] and row.get("pickup_type") != "1")
    total = 0
    for day in (first + timedelta(days=number) for number in range(days)):
        text = f"{day:%Y%m%d}"
        running = {
            row["service_id"]
            for row in tables["calendar"]
            if row[f"{day:%A}".lower()] == "1" and row["start_date"] <= text <= row["end_date"]
        }
        for row in tables["calendar_dates"]:
            if row["date"] == text:
                (running.add if row["exception_type"] == "1" else running.discard)(row["service_id"])
        total += sum(calls[service] for service in running)
    return total
