"""The city's files hold what their truth says: each is read here by other means than it was written with."""

import csv
import io
import json
import re
import zipfile
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from footfall.demo.datasets.districts import DISTRICTS, OKRUGS
from footfall.demo.datasets.events import write_attendance
from footfall.demo.datasets.folder import DISTRICTS_FILE, OFFICES, write_city_data
from footfall.demo.datasets.geodata import write_points
from footfall.demo.datasets.payments import write_gateway
from footfall.demo.datasets.people import PLANTED_PEOPLE
from footfall.demo.datasets.plan import make_season
from footfall.demo.datasets.restrictions import write_violators
from footfall.demo.datasets.ridership import write_taps
from footfall.demo.datasets.wifi import write_radacct

FIRST, DAYS, SCALE = date(2026, 10, 12), 21, 0.02
MOSCOW = ZoneInfo("Europe/Moscow")
CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def truth(folder):
    return write_city_data(folder, seed=7, first_day=FIRST, days=DAYS, scale=SCALE)


def rows(source, *, encoding="utf-8", delimiter=","):
    """Every row of a source's CSV files."""
    for path in source.files:
        with path.open(encoding=encoding, newline="") as lines:
            yield from csv.DictReader(lines, delimiter=delimiter)


def cents(text):
    return int(Decimal(text.replace(",", ".")) * 100)


def summed(pairs):
    """Sums by key, cells of nothing included."""
    table = {}
    for key, value in pairs:
        table[key] = table.get(key, 0) + value
    return table


def check(source, name, pairs):
    assert summed(pairs) == source.sums[name]


def test_every_office_sends_something_and_faults_are_few(truth):
    assert list(truth.sources) == list(OFFICES)
    for name, source in truth.sources.items():
        assert source.rows > 0 and source.sums, name
        assert source.good > 0.8 * source.rows, name
        assert all(path.stat().st_size for path in source.files), name


def test_scooter_rows_without_a_place_are_the_faults(truth):
    source = truth.sources["scooter-points"]
    read = list(rows(source))
    good = [row for row in read if row["latitude"] and float(row["latitude"]) < 90]
    assert len(read) == source.rows and len(good) == source.good
    check(source, "points by day, lat, lon", (((row["timestamp"][:10], row["latitude"], row["longitude"]), 1) for row in good))
    hours = Counter(hour for hour, _ in source.sums["points by hour, district"])
    assert {row["timestamp"][:13] for row in good} == set(hours)
    assert source.total("points by hour, district") == len(good)


def test_trips_start_and_end_in_the_hours_of_the_truth(truth):
    source = truth.sources["mds-trips"]
    trips = [trip for path in source.files for trip in json.loads(path.read_bytes())["trips"]]
    assert len(trips) == source.rows
    for name, field in (("starts", "start_time"), ("ends", "end_time")):
        hours = Counter(datetime.fromtimestamp(trip[field] // 1000, MOSCOW).strftime("%Y-%m-%dT%H") for trip in trips)
        known = summed(((hour,), number) for (hour, _), number in source.sums[f"{name} by hour, district"].items())
        assert {(hour,): number for hour, number in hours.items()} == known


def test_tracks_are_gpx_with_times_in_utc(truth):
    source = truth.sources["ride-tracks"]
    space = "{http://www.topografix.com/GPX/1/1}"
    tracks = [list(track.iter(f"{space}trkpt")) for path in source.files for track in ElementTree.parse(path).iter(f"{space}trk")]
    days = [datetime.fromisoformat(points[0].find(f"{space}time").text).astimezone(MOSCOW).date() for points in tracks]
    check(source, "tracks by day", (((str(day),), 1) for day in days))
    check(source, "points by day", (((str(day),), len(points)) for day, points in zip(days, tracks, strict=True)))


def test_gateway_is_windows_1251_with_decimal_commas(truth):
    source = truth.sources["gateway-payments"]
    read = list(rows(source, encoding="cp1251", delimiter=";"))
    good = [row for row in read if re.fullmatch(r"\d+,\d\d", row["amount"])]
    assert (len(read), len(good)) == (source.rows, source.good)

    def key(row):
        day = datetime.strptime(row["paid_at"], "%d.%m.%Y %H:%M:%S").date()
        return str(day), row["service"], row["status"], row["district"]

    check(source, "payments by day, service, status, district", ((key(row), 1) for row in good))
    check(source, "cents by day, service, status, district", ((key(row), cents(row["amount"])) for row in good))
    with pytest.raises(UnicodeDecodeError):
        source.files[0].read_text("utf-8")


def test_statements_hold_names_and_accounts_beside_the_sums(truth):
    source = truth.sources["bank-statements"]
    entries = [entry for path in source.files for entry in ElementTree.parse(path).iter(f"{CAMT}Ntry")]

    def key(entry):
        return tuple(
            entry.find("/".join(CAMT + step for step in path.split("/"))).text for path in ("BookgDt/Dt", "CdtDbtInd", "BkTxCd/Prtry/Cd")
        )

    assert len(entries) == source.rows == source.good
    check(source, "entries by day, indicator, service", ((key(entry), 1) for entry in entries))
    check(source, "cents by day, indicator, service", ((key(entry), cents(entry.find(f"{CAMT}Amt").text)) for entry in entries))
    assert all(next(entry.iter(f"{CAMT}{tag}")).text for entry in entries for tag in ("Nm", "IBAN", "Ustrd"))


def test_fines_are_paid_in_negative_money(truth):
    source = truth.sources["parking-fines"]

    def money(text):
        return cents(text.replace("€", "").replace(",", ""))

    read = [(datetime.strptime(row["Issued"], "%d/%m/%Y %H:%M"), row) for row in rows(source, encoding="cp1252")]
    good = [((str(time.date()), row["Offence"], row["District"]), row) for time, row in read if time.year > 2000 and row["District"]]
    assert (len(read), len(good)) == (source.rows, source.good)
    check(source, "notices by day, offence, district", ((key, 1) for key, _ in good))
    check(source, "paid_cents by day, offence, district", ((key, -money(row["Paid"])) for key, row in good))
    check(source, "outstanding_cents by day, offence, district", ((key, money(row["Outstanding"])) for key, row in good))


def test_export_and_detail_tell_of_the_same_wifi_sessions(truth):
    export, detail = truth.sources["wifi-sessions"], truth.sources["wifi-radius"]
    closed = [row for row in rows(export) if row["acctstoptime"]]
    assert len(closed) == export.good

    def ended(row):
        return row["acctstoptime"][:13].replace(" ", "T"), row["nasidentifier"]

    check(export, "sessions by last hour, station", ((ended(row), 1) for row in closed))
    check(export, "seconds by last hour, station", ((ended(row), int(row["acctsessiontime"])) for row in closed))
    check(
        export, "octets by last hour, station", ((ended(row), int(row["acctinputoctets"]) + int(row["acctoutputoctets"])) for row in closed)
    )
    first = str(FIRST + timedelta(days=DAYS - len(detail.files)))
    late = [(key, number) for key, number in export.sums["octets by hour, station"].items() if key[0] >= first]
    assert dict(late) == detail.sums["octets by hour, station"]


def records(path):
    """RADIUS records of a detail file, as dictionaries."""
    for block in path.read_text().split("\n\n"):
        lines = [line.strip().split(" = ") for line in block.splitlines()[1:]]
        if lines:
            yield {name: value.strip('"') for name, value in lines}


def test_detail_files_count_gigawords_and_stops(truth):
    source = truth.sources["wifi-radius"]
    read = [(path, record) for path in source.files for record in records(path)]
    assert len(read) == source.rows
    assert {record["Acct-Status-Type"] for _, record in read} == {"Start", "Interim-Update", "Stop"}
    stops = [(path, record) for path, record in read if record["Acct-Status-Type"] == "Stop"]

    def when(record):
        return datetime.strptime(record["Event-Timestamp"], "%b %d %Y %H:%M:%S MSK")

    def octets(record):
        return sum(int(record[f"Acct-{way}-Octets"]) + (int(record[f"Acct-{way}-Gigawords"]) << 32) for way in ("Input", "Output"))

    def key(record):
        return when(record).strftime("%Y-%m-%dT%H"), record["NAS-Identifier"]

    check(source, "sessions by last hour, station", ((key(record), 1) for _, record in stops))
    check(source, "octets by last hour, station", ((key(record), octets(record)) for _, record in stops))
    devices = {(path, str(when(record).date()), record["NAS-Identifier"], record["Calling-Station-Id"]) for path, record in stops}
    check(source, "devices by last day, station", ((device[1:3], 1) for device in devices))


def members(source):
    """Tables of a source's one archive."""
    with zipfile.ZipFile(source.files[0]) as archive:
        return {name: list(csv.DictReader(io.StringIO(archive.read(name).decode()))) for name in archive.namelist()}


def test_timetable_runs_past_midnight(truth):
    source = truth.sources["gtfs-departures"]
    tables = members(source)
    service = {row["trip_id"]: row["service_id"] for row in tables["trips.txt"]}
    calls = [(service[row["trip_id"]], str(int(row["departure_time"][:2])), row["stop_id"]) for row in tables["stop_times.txt"]]
    check(source, "departures by service, hour, stop", ((call, 1) for call in calls))
    assert {"5", "24", "25"} <= {hour for _, hour, _ in calls}
    closed = {row["date"] for row in tables["calendar_dates.txt"]}
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    served = [(str(day), "weekend" if day.weekday() > 4 else "workday") for day in days if f"{day:%Y%m%d}" not in closed]
    check(source, "departures by day, stop", (((day, stop), 1) for day, kind in served for name, _, stop in calls if name == kind))
    assert {row["stop_id"] for row in tables["stop_times.txt"]} <= {row["stop_id"] for row in tables["stops.txt"]}


def test_vehicles_are_counted_but_for_a_row_that_broke_off(truth):
    source = truth.sources["gtfs-ride"]
    read = members(source)["board_alight.txt"]
    assert len(read) == source.rows and read[-1]["service_date"] is None and source.faults["broken off"] == 1
    good = [row for row in read[:-1] if row["boardings"] != "-1"]
    assert len(good) == source.good

    def shown(row):
        return datetime.strptime(row["service_date"], "%Y%m%d") + timedelta(hours=int(row["service_departure_time"][:2]))

    for name in ("boardings", "alightings"):
        days = ((datetime.strptime(row["service_date"], "%Y%m%d").strftime("%Y-%m-%d"), row["stop_id"]) for row in good)
        check(source, f"{name} by day, stop", zip(days, (int(row[name]) for row in good), strict=True))
        check(source, f"{name} by hour, stop", (((shown(row).strftime("%Y-%m-%dT%H"), row["stop_id"]), int(row[name])) for row in good))


def test_taps_are_counted_by_hour_stop_and_product(truth):
    source = truth.sources["fare-taps"]
    good = [row for row in rows(source) if row["event_timestamp"]]
    assert len(good) == source.good
    check(source, "taps by hour, stop, product", (((row["event_timestamp"][:13], row["stop_id"], row["fare_product"]), 1) for row in good))
    check(source, "cents by day, product", (((row["event_timestamp"][:10], row["fare_product"]), cents(row["amount"])) for row in good))
    assert {datetime.fromisoformat(row["event_timestamp"]).utcoffset() for row in good} == {timedelta(hours=3)}


def test_daily_ridership_has_a_row_a_day(truth):
    source = truth.sources["daily-ridership"]
    pairs = [
        ((row["Date"], name.removesuffix(": Total Estimated Ridership")), int(value))
        for row in rows(source)
        for name, value in row.items()
        if name != "Date"
    ]
    check(source, "riders by day, mode", pairs)
    assert len(pairs) == 3 * DAYS


def test_violations_are_counts_and_many_are_under_twenty(truth):
    source = truth.sources["restriction-violations"]
    read = list(rows(source))
    check(
        source,
        "violations by day, type, district",
        (((row["date"], row["violation_type"], row["district"]), int(row["violations"])) for row in read),
    )
    assert source.good == len(read) and min(int(row["violations"]) for row in read) < 20


def test_list_of_violators_is_about_people(tmp_path):
    source = write_violators(tmp_path, make_season(seed=7, first_day=FIRST, days=DAYS, scale=SCALE))
    people = {row["phone"] for row in rows(source)}
    assert len(people) >= PLANTED_PEOPLE and source.good == 0 and not source.sums


def unfolded(path):
    return path.read_text().replace("\n ", "").splitlines()


def test_calendar_and_json_ld_tell_of_the_same_events(truth):
    calendar, linked = truth.sources["events-calendar"], truth.sources["events-json-ld"]
    assert calendar.sums == linked.sums and calendar.rows == linked.rows
    name = "events by day, category, district, status"
    lines = [line.split(":", 1) for line in unfolded(calendar.files[0])]
    told = {
        wanted: [value for name, value in lines if name.split(";")[0] == wanted]
        for wanted in ("DTSTART", "CATEGORIES", "LOCATION", "STATUS")
    }
    days = [str(datetime.strptime(value, "%Y%m%dT%H%M%S").date()) for value in told["DTSTART"]]
    check(calendar, name, ((key, 1) for key in zip(days, told["CATEGORIES"], told["LOCATION"], told["STATUS"], strict=True)))
    graph = json.loads(linked.files[0].read_bytes())["@graph"]
    keys = [
        (event["startDate"][:10], event["keywords"], event["location"]["name"], event["eventStatus"].rpartition("Event")[2])
        for event in graph
    ]
    names = summed(((event["startDate"][:10], event["name"]), 1) for event in graph)
    assert names == summed((key[:2], number) for key, number in linked.sums["events by day, name, district, status"].items())
    check(linked, name, (((*key[:3], {"Scheduled": "CONFIRMED"}.get(key[3], key[3].upper())), 1) for key in keys))
    assert max(len(line) for line in calendar.files[0].read_bytes().split(b"\r\n")) <= 75


def test_attendance_counts_whoever_came_on_days_of_the_season(tmp_path):
    source = write_attendance(tmp_path, make_season(seed=3, first_day=FIRST, days=DAYS, scale=1.0))
    read = list(rows(source))
    days = {str(FIRST + timedelta(days=number)) for number in range(DAYS)}
    good = [row for row in read if row["date"] in days and row["attendees"]]
    assert (len(read), len(good)) == (source.rows, source.good)
    assert {row["date"][:4] for row in read} - {"2026"} <= {"1921", "2009", "2209"}
    check(source, "attendees by day, event, venue", (((row["date"], row["event"], row["venue"]), int(row["attendees"])) for row in good))


@pytest.mark.parametrize(("name", "low", "high"), [("survey-csat", 1, 5), ("survey-nps", 0, 10), ("survey-ces", 1, 7)])
def test_answers_stay_on_their_scale(truth, name, low, high):
    source = truth.sources[name]
    good = [row for row in rows(source) if row["score"] and low <= int(row["score"]) <= high]
    assert len(good) == source.good

    def key(row):
        day = datetime.fromisoformat(row["answered_at"]).date()
        return str(day - timedelta(days=day.weekday())), row["question"], row["service"], row["score"]

    check(source, "answers by week, question, service, score", ((key(row), 1) for row in good))


def test_wide_survey_has_a_column_a_question(truth):
    source = truth.sources["survey-wide"]
    answers = [
        ((row["date"][:7], name, value), 1)
        for row in rows(source)
        for name, value in row.items()
        if name not in ("date", "district") and value
    ]
    check(source, "answers by month, question, score", answers)


LINE = re.compile(r'(\S+) - (\S+) \[(.+?)\] "(\S+) (\S+) HTTP/1.1" (\d+) (\d+|-) "[^"]*" "[^"]*"')


def test_log_is_combined_with_whole_addresses(truth):
    source = truth.sources["server-log"]
    lines = [line for path in source.files for line in path.read_text().splitlines()]
    found = [match for line in lines if (match := LINE.fullmatch(line))]
    assert (len(lines), len(found)) == (source.rows, source.good)
    hours = [datetime.strptime(match[3], "%d/%b/%Y:%H:%M:%S %z").strftime("%Y-%m-%dT%H") for match in found]
    check(source, "requests by hour, method, status", (((hour, match[4], match[6]), 1) for hour, match in zip(hours, found, strict=True)))
    services = ("/" + match[5].split("?")[0].split("/")[1] for match in found)
    check(source, "requests by hour, service", (((hour, service), 1) for hour, service in zip(hours, services, strict=True)))
    check(source, "octets by hour", (((hour,), int(match[7].replace("-", "0"))) for hour, match in zip(hours, found, strict=True)))


def test_desks_count_by_service_and_district(truth):
    source = truth.sources["service-counters"]
    good = [row for row in rows(source) if int(row["uses"]) >= 0]
    assert len(good) == source.good
    assert [path.name for path in source.files] == ["services-2026-10.csv"], "1 November is a Sunday"
    check(source, "uses by day, service, district", (((row["date"], row["service"], row["district"]), int(row["uses"])) for row in good))


def test_same_seed_writes_the_same_bytes_and_another_seed_does_not(tmp_path):
    held = {}
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        write_city_data(tmp_path / name, seed=seed, first_day=FIRST, days=8, scale=0.005)
        held[name] = {
            path.relative_to(tmp_path / name): path.read_bytes() for path in sorted((tmp_path / name).rglob("*")) if path.is_file()
        }
    assert held["one"] == held["again"]
    same = [path for path, content in held["one"].items() if held["other"][path] == content]
    assert [str(path) for path in same] == [DISTRICTS_FILE, "transit/gtfs.zip"]


ENCODINGS = {"gateway": "cp1251", "fines": "cp1252"}


def missing_kinds(folder, truth):
    """Kinds of planted identifiers of which one stands in no file."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix not in (".zip", ".pb", ".parquet")]
    held = "".join(path.read_text(ENCODINGS.get(path.name.partition("-")[0], "utf-8")) for path in paths)
    return {planted.kind for planted in truth.planted if planted.value not in held}


def test_every_planted_identifier_stands_in_some_file(folder, truth):
    assert missing_kinds(folder, truth) == set()
    assert len(truth.planted) == 19 * PLANTED_PEOPLE and {"phone", "card", "mac", "iban", "plate"} <= {
        found.kind for found in truth.planted
    }


def test_a_week_of_the_smallest_size_holds_every_planted_identifier(tmp_path):
    truth = write_city_data(tmp_path, seed=5, first_day=FIRST, days=7, scale=0.001)
    assert missing_kinds(tmp_path, truth) == set()


def test_festival_and_deadline_are_seen(tmp_path):
    first = date(2026, 10, 5)
    season = make_season(seed=1, first_day=first, days=28, scale=0.2)
    taps = write_taps(tmp_path, season).sums["taps by hour, stop, product"]
    stadium = summed(
        (((date.fromisoformat(hour[:10]) - first).days // 7,), number) for (hour, stop, _), number in taps.items() if stop == "st-stadium"
    )
    assert stadium[(3,)] > 1.5 * max(stadium[(week,)] for week in range(3))
    paid = write_gateway(tmp_path, season).sums["payments by day, service, status, district"]
    days = summed((key[:1], number) for key, number in paid.items())
    assert days[("2026-10-20",)] > 1.6 * days[("2026-10-13",)]


def test_small_districts_fall_under_a_cohort_that_others_pass(tmp_path):
    season = make_season(seed=1, first_day=FIRST, days=7, scale=1.0)
    points = write_points(tmp_path, season).sums["points by hour, district"]
    cells = summed(((hour[:10], district), number) for (hour, district), number in points.items())
    small = sum(number < 20 for number in cells.values())
    assert 0.05 < small / len(cells) < 0.6
    assert max(write_radacct(tmp_path, season).sums["sessions by hour, station"].values()) >= 20


def test_geojson_names_each_district_in_both_languages(folder, truth):
    city = json.loads((folder / DISTRICTS_FILE).read_bytes())
    assert city["type"] == "FeatureCollection" and len(city["features"]) == len(DISTRICTS) == 40
    for feature in city["features"]:
        told = feature["properties"]
        assert {"id", "name", "name_ru", "okrug", "okrug_ru", "population"} <= told.keys()
        assert re.search("[а-яё]", told["name_ru"]) and not re.search("[а-яё]", told["name"])
    assert {feature["properties"]["okrug"] for feature in city["features"]} == set(OKRUGS)


@pytest.mark.parametrize("name", ["scooter-points", "gateway-payments", "fare-taps", "restriction-violations"])
def test_there_is_something_on_every_day_asked_for_and_on_no_other(truth, name):
    table = next(iter(truth.sources[name].sums.values()))
    assert {key[0][:10] for key in table} == {str(FIRST + timedelta(days=number)) for number in range(DAYS)}
