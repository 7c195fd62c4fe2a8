"""The files of all eight modules, loaded once by the real readers, checks, guard and kernel: what is stored adds up to what the files
hold, and nothing of it is about a person."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from footfall.demo.datasets.folder import OFFICES, Truth, write_city_data
from footfall.demo.datasets.plan import make_season
from footfall.demo.datasets.restrictions import write_named, write_violators
from footfall.demo.datasets.under_contract import BUILT_IN, contract_of
from footfall.serve.loading_sources import Loaded
from footfall.sources import guard
from footfall.sources.contract import FINEST_COHORT
from footfall.store.engine import open_engine
from footfall.store.migrate import migrate
from tests.support.city_home import CityHome, whole_totals
from tests.support.searching import Search, spellings, tables_of

SEED, FIRST, DAYS, SCALE = 3, date(2026, 10, 12), 2, 0.1
JOINABLE = {"bucket", "grain", "place_kind", "place", "categories"}
"""Time, zone and category: what two datasets may be laid beside each other by."""
OF_ITSELF = {"dataset", "load", "measure", "unit", "value", "cohort", "contract_version", "loaded_at"}
CENT = 0.01
OF_MONTH = ("amount", "month city 1")
WHAT_IS_TRUE = {
    "scooter-points": (("points", "points by hour, district", 1),),
    "ride-tracks": (),
    "mds-trips": (("trips", "starts by hour, district", 1),),
    "mds-telemetry": (),
    "repair-requests": (("requests", "requests by day, kind", 1),),
    "hired-bicycles": (("hires", "hires by hour, lat, lon", 1),),
    "gateway-payments": (
        ("payments", "payments by day, service, status, district", 1),
        ("amount", "cents by day, service, status, district", CENT),
    ),
    "bank-statements": (("entries", "entries by day, indicator, service", 1),),
    "bank-notifications": (("payments", "payments by day, service", 1), ("amount", "cents by day, service", CENT)),
    "parking-fines": (
        ("notices", "notices by day, offence, district", 1),
        ("paid", "paid_cents by day, offence, district", CENT),
        ("outstanding", "outstanding_cents by day, offence, district", CENT),
    ),
    "wifi-radius": (("sessions", "sessions by last hour, station", 1), ("seconds", "seconds by last hour, station", 1)),
    "wifi-sessions": (("sessions", "sessions by last hour, station", 1), ("seconds", "seconds by last hour, station", 1)),
    "gtfs-departures": (("departures", "departures by day, stop", 1),),
    "vehicle-delays": (("updates", "updates by hour, stop", 1),),
    "gtfs-ride": (("boardings", "boardings by day, stop", 1), ("alightings", "alightings by day, stop", 1)),
    "fare-taps": (("passes", "taps by hour, stop, product", 1), ("amount", "cents by day, product", CENT)),
    "passenger-events": (("passengers", "passengers by hour, stop, event", 1),),
    "station-activities": (("entries", "entries by hour, station", 1), ("exits", "exits by hour, station", 1)),
    "daily-ridership": (),
    "restriction-violations": (("violations", "violations by day, type, district", 1),),
    "events-calendar": (("events", "events by day, category, district, status", 1),),
    "events-json-ld": (("events", "events by day, name, district, status", 1),),
    "events-table": (("events", "events by day, category, venue, status", 1),),
    "event-attendance": (("attendees", "attendees by day, event, venue", 1),),
    "survey-csat": (("answers", "answers by week, question, service, score", 1),),
    "survey-nps": (("answers", "answers by week, question, service, score", 1),),
    "survey-ces": (("answers", "answers by week, question, service, score", 1),),
    "survey-wide": (),
    "server-log": (("requests", "requests by hour, method, status", 1), ("bytes", "octets by hour", 1)),
    "service-counters": (("uses", "uses by day, service, district", 1),),
}
"""Dataset → its measures: the table of truth each has to come to, and what a unit of that is. Tracks and single days have tests below."""


class City(NamedTuple):
    """A home with everything loaded."""

    home: CityHome
    folder: Path
    """All that the home holds; the files of the offices lie elsewhere."""
    files: Path
    truth: Truth
    loaded: dict[str, Loaded]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    files, folder = tmp_path_factory.mktemp("offices"), tmp_path_factory.mktemp("home")
    truth = write_city_data(files, seed=SEED, first_day=FIRST, days=DAYS, scale=SCALE)
    season = make_season(seed=SEED, first_day=FIRST, days=DAYS, scale=SCALE)
    for write in (write_violators, write_named):
        write(files / "restrictions", season)
    engine = open_engine("chdb", folder / "store")
    migrate(engine)
    home = CityHome(engine, folder, folder / "volatile")
    yield City(home, folder, files, truth, {name: home.load(contract_of(name, str(files))) for name in OFFICES})
    home.close()
    engine.close()


@pytest.fixture(scope="module")
def search(city: City) -> Search:
    return Search(planted.value for planted in city.truth.planted)


def test_every_office_comes_under_a_contract_that_footfall_brings() -> None:
    assert set(BUILT_IN) == set(OFFICES) == set(WHAT_IS_TRUE)


@pytest.mark.parametrize("name", [name for name in OFFICES if name != "restriction-violations"])
def test_every_row_is_kept_folded_or_refused_for_its_fault(city: City, name: str) -> None:
    lines, source = city.loaded[name].lines, city.truth.sources[name]
    assert [line.state for line in lines] == ["current"] * len(source.files)
    assert all(line.kept + line.folded + line.refused == line.rows_in for line in lines)
    if name not in ("wifi-radius", "gtfs-departures", "survey-wide"):
        assert sum(line.rows_in for line in lines) == source.rows
    assert sum(line.refused for line in lines) == sum(source.faults.values())


@pytest.mark.parametrize("name", [name for name, measures in WHAT_IS_TRUE.items() if measures and name != "restriction-violations"])
def test_kept_and_folded_together_are_what_the_files_hold(city: City, name: str) -> None:
    contract, source = contract_of(name, str(city.files)), city.truth.sources[name]
    stored, folded = city.home.totals(name), sum(line.folded for line in city.loaded[name].lines)
    whole = whole_totals(city.home, contract) if folded or contract.cohort == "rows" else stored
    for measure, table, unit in WHAT_IS_TRUE[name]:
        assert whole[measure] == pytest.approx(source.total(table) * unit, abs=1e-6)
    measure, table, _ = WHAT_IS_TRUE[name][0]
    if contract.cohort == "rows" and contract.reduce == "cells" and not contract.used("device"):
        assert stored.get(measure, 0) + folded == source.total(table)


def test_what_a_service_took_is_told_to_the_cent(city: City) -> None:
    """A file is a day: what is too few for a district and a day is that day's, in its month."""
    contract, paid = contract_of("gateway-payments", str(city.files)), Counter[tuple[str, str, str]]()
    for (day, service, status, _), cents in city.truth.sources["gateway-payments"].sums["cents by day, service, status, district"].items():
        paid[day, service, status] += cents
    days = {day for day, _, _ in paid}
    kept = [(categories, value) for measure, rung, *_, categories, value, _ in city.home.cells(contract) if (measure, rung) == OF_MONTH]
    assert kept
    for categories, value in kept:
        assert round(value * 100, 6) in {paid[day, categories[0], categories[1]] for day in days}


def test_answers_of_the_wide_form_are_counted_by_question(city: City) -> None:
    contract, truth = contract_of("survey-wide", str(city.files)), city.truth.sources["survey-wide"]
    asked = sum(value for (_, question, _), value in truth.sums["answers by month, question, score"].items() if question != "D")
    assert whole_totals(city.home, contract)["answers"] == asked == sum(line.rows_in for line in city.loaded["survey-wide"].lines)


def test_delays_are_the_mean_of_what_the_feed_says(city: City) -> None:
    contract, truth = contract_of("vehicle-delays", str(city.files)), city.truth.sources["vehicle-delays"]
    seconds = sum(value * cohort / FINEST_COHORT for measure, *_, value, cohort in city.home.cells(contract) if measure == "delay")
    assert seconds == pytest.approx(truth.total("delay seconds by hour, stop"))


def test_daily_totals_are_those_of_the_day_by_kind(city: City) -> None:
    cells = city.home.cells(contract_of("daily-ridership", str(city.files)))
    found = {(bucket[:10], measure.capitalize()): round(value) for measure, _, bucket, _, _, value, _ in cells}
    assert found == city.truth.sources["daily-ridership"].sums["riders by day, mode"]


def test_tracks_are_told_without_their_ends(city: City) -> None:
    contract, truth = contract_of("mds-telemetry", str(city.files)), city.truth.sources["mds-telemetry"]
    (line,) = city.loaded["mds-telemetry"].lines
    assert line.rows_in == truth.rows and 0 < line.kept < truth.rows
    tracks = [value for measure, *_, value, _ in city.home.cells(contract) if measure == "trips"]
    assert tracks and max(tracks) <= 1.1 * truth.total("trips by day"), "a trip past midnight is two, one a day"


def test_files_about_people_are_refused_and_the_counts_beside_them_are_taken(city: City) -> None:
    lines = {Path(line.object).stem.rpartition("-")[2]: line for line in city.loaded["restriction-violations"].lines}
    assert {key: line.state for key, line in lines.items()} == {"people": "failed", "named": "refused", "10": "current"}
    assert "Not in the contract: time, full_name, phone, passport, address." in str(lines["people"].said)
    assert "Column 'violation_type' holds telephone numbers" in str(lines["named"].said)
    told, truth = city.home.totals("restriction-violations"), city.truth.sources["restriction-violations"]
    assert lines["10"].folded == 0 and told["violations"] == truth.total("violations by day, type, district")


def test_files_of_the_offices_hold_planted_identifiers_of_every_kind(city: City) -> None:
    held = b"\n".join(path.read_bytes() for path in city.files.rglob("*") if path.is_file())
    found = Counter(planted.kind for planted in city.truth.planted if any(spelling in held for spelling in spellings(planted.value)))
    assert set(found) == {planted.kind for planted in city.truth.planted}
    assert min(found.values()) >= 8 and found.total() > 400


def test_no_planted_identifier_stands_in_any_table(city: City, search: Search) -> None:
    names = {name for _, name in tables_of(city.home.engine)}
    assert {"measures", "events", "visits"} <= names
    assert list(search.in_tables(city.home.engine)) == []


def test_no_planted_identifier_stands_in_any_file_of_the_home(city: City, search: Search) -> None:
    assert (city.folder / "control.db").stat().st_size > 0 and (city.folder / "store").is_dir()
    assert list(search.in_folders(city.folder)) == []
    assert [path for path in (city.folder / "volatile").rglob("*") if path.is_file() and path.stat().st_size] == []


def test_a_leak_would_be_found_in_a_table_and_in_a_file_of_any_encoding(city: City, search: Search, tmp_path: Path) -> None:
    leaked = {planted.kind: planted.value for planted in city.truth.planted}
    row = {"dataset": "leak", "measure": "m", "bucket": "2026-10-12 00:00:00", "place": f"x {leaked['phone']} x", "categories": []}
    city.home.engine.insert_ndjson("measures", msgspec.json.encode(row) + b"\n", "leak")
    assert [name for name, _ in search.in_tables(city.home.engine)] == ["measures"]
    city.home.engine.command("ALTER TABLE measures DROP PARTITION 'leak'")
    for kind, value in leaked.items():
        for encoding in ("utf-8", "utf-16", "cp1251"):
            (tmp_path / f"{kind}-{encoding}").write_bytes(f"<{value}>".encode(encoding))
    assert len(list(search.in_folders(tmp_path))) == 3 * len(leaked)


def test_datasets_can_be_joined_by_time_zone_and_category_alone(city: City) -> None:
    of_datasets = city.home.engine.query(
        "SELECT table, groupArray(name) FROM system.columns WHERE database = currentDatabase() GROUP BY table"
    )
    held = {table: set(names) for table, names in of_datasets if "dataset" in names}
    assert held == {"measures": JOINABLE | OF_ITSELF}
    finest = city.home.engine.query("SELECT DISTINCT grain FROM measures")
    assert {grain for (grain,) in finest} <= {"hour", "day", "week", "month", "quarter", "year"}


def test_no_place_and_no_category_points_at_a_person(city: City) -> None:
    sql = """SELECT dataset, text, count() FROM (SELECT dataset, arrayJoin(arrayPushBack(categories, place)) AS text FROM measures)
        WHERE text != '' GROUP BY dataset, text"""
    texts: dict[str, list[tuple[str, int]]] = {}
    for dataset, text, rows in city.home.engine.query(sql):
        texts.setdefault(dataset, []).append((text, rows))
    assert len(texts) > 12 and [name for name, values in texts.items() if guard.look(values, header="place")] == []


def test_no_stored_cell_is_of_fewer_than_twenty(city: City) -> None:
    ((rows, smallest),) = city.home.engine.query("SELECT count(), min(cohort) FROM measures")
    assert rows > 1000 and smallest >= FINEST_COHORT
