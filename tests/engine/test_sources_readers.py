"""What readers hand to the engine: every row once, under its number, every value as it stands in the file."""

import gzip
import json
import os
import struct
import zipfile

import pyarrow as arrow
import pyarrow.parquet
import pytest
from backports import zstd

from footfall.errors import BadInput
from footfall.sources.contract import Column
from footfall.sources.readers import chunks, pieces
from tests.conftest import DATA
from tests.support.reading import contract, read, read_all

CITY = DATA / "city"
ROWS = 'a,b,c\r\n1,,3\r\n"x\r\ny","q""q",\r\n1,2\r\n1,2,3,4\r\n,,\r\n\\N,"",\'x\'\r\n 5 ,6,7'
TOLD = [
    (1, "1", "", "3", 0),
    (2, "x\r\ny", 'q"q', "", 0),
    (3, "1", "2", None, 0),
    (4, "1", "2", "3", 1),
    (5, "", "", "", 0),
    (6, "\\N", "", "'x'", 0),
    (7, "5", "6", "7", 0),
]


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "room"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def file(tmp_path):
    def write(content, name="x.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gzip", "zstd"])
def test_short_and_long_rows_are_told_from_empty_fields(embedded_engine, file, room, pack):
    assert read(embedded_engine, file(pack(ROWS.encode())), contract(["a", "b", "c"]), room) == TOLD


def test_table_in_a_zip_file_reads_the_same(embedded_engine, tmp_path, room):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("t.txt", ROWS)
    assert read(embedded_engine, path, contract(["a", "b", "c"], "zip", options={"member": "t.txt"}), room) == TOLD


def test_numbers_of_rows_hold_behind_the_first_blocks_of_a_large_file(embedded_engine, file, room):
    path = file("a,b\n" + "".join(f'{number},"x\n{"z" * (number % 50)}"\n' for number in range(1, 120_001)))
    piece = next(pieces(path, contract(["a", "b"]), room))
    settings = {name: value for name, value in piece.settings.items() if isinstance(value, int)}
    set_to = ", ".join(f"{name} = {value}" for name, value in settings.items())
    inner = f"SELECT {piece.row} AS r, {piece.columns['a']} AS a FROM {piece.sql} SETTINGS {set_to}"
    asked = f"SELECT count(), countIf(toInt64(r) = toInt64OrZero(a)) FROM ({inner})"
    assert embedded_engine.query(asked, piece.parameters) == [(120_000, 120_000)]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "utf-16", "utf-8-sig", "iso-8859-5"])
def test_other_encodings_come_out_as_the_same_text(embedded_engine, file, room, encoding):
    path = file("район,n\nАрбат,1\n".encode(encoding))
    assert read(embedded_engine, path, contract(["район", "n"], encoding=encoding), room) == [(1, "Арбат", "1", 0)]
    assert list(room.iterdir()) == []


@pytest.mark.parametrize(
    "encoding", ["cp1250", "cp1252", "cp1253", "cp1254", "cp1257", "iso8859-1", "iso8859-2", "iso8859-9", "iso8859-15", "koi8-u"]
)
def test_engine_knows_every_encoding_of_one_byte(embedded_engine, file, room, encoding):
    assert read(embedded_engine, file("a,b\nx,y\n"), contract(["a", "b"], encoding=encoding), room) == [(1, "x", "y", 0)]


@pytest.mark.parametrize("content", ["", "a,b", "a,b\r\n"])
def test_file_without_rows_has_none(embedded_engine, file, room, content):
    assert read(embedded_engine, file(content), contract(["a", "b"]), room) == []


def test_delimiter_preamble_and_no_header(embedded_engine, file, room):
    options = {"delimiter": "tab", "quote": "none", "preamble": "1"}
    assert read(embedded_engine, file('Report\na\tb\n5"\t2\n'), contract(["b", "a"], options=options), room) == [(1, "2", '5"', 0)]
    assert read(embedded_engine, file("1;2\n3;4\n"), contract(["a", "b"], options={"delimiter": ";", "header": "no"}), room) == [
        (1, "1", "2", 0),
        (2, "3", "4", 0),
    ]


def test_only_what_the_contract_keeps_is_read(embedded_engine, file, room):
    wanted = contract([], columns=(Column(name="a", use="check"), Column(name="phone")))
    (piece,) = pieces(file("a,phone\n1,2\n"), wanted, room)
    assert list(piece.columns) == ["a"]


def test_columns_may_be_left_out_where_the_contract_says_so(embedded_engine, file, room):
    options = {"unnamed": "drop", "absent": "empty"}
    assert read(embedded_engine, file("a,z\n1,2\n"), contract(["a", "b"], options=options), room) == [(1, "1", None, 0)]


def test_times_behind_midnight_are_of_the_next_day(embedded_engine, file, room):
    options = {"service_date": "d", "service_time": "t"}
    path = file("d,t\n20261231,25:10:00\n2026-02-28,24:00:05\n20260101,6:15:00\n,27:00:00\n")
    assert read(embedded_engine, path, contract(["d", "t"], options=options), room) == [
        (1, "20270101", "01:10:00", 0),
        (2, "2026-03-01", "00:00:05", 0),
        (3, "20260101", "6:15:00", 0),
        (4, None, "03:00:00", 0),
    ]


def test_lines_of_json(embedded_engine, file, room):
    path = file('{"a":1,"b":"x\\u0440"}\n{"a":null,"b":{"c":[1]}}\n{"a":true,"z":1}\n{"a":tru}\n')
    assert read(embedded_engine, path, contract(["a", "b"], "ndjson"), room) == [
        (1, "1", "xр", 0),
        (2, None, '{"c":[1]}', 0),
        (3, "true", None, 1),
        (4, None, None, 1),
    ]


def test_parquet_tells_instants_from_local_times_and_shapes_are_points(embedded_engine, tmp_path, room):
    point = struct.pack("<BIdd", 1, 1, 37.5, -55.25)
    polygon = struct.pack("<BIII8d", 1, 3, 1, 4, 0, 0, 2, 0, 2, 4, 0, 0)
    moments = [arrow.array([0, None], arrow.timestamp("s", tz=zone)) for zone in ("Europe/Moscow", None)]
    table = arrow.table({"at": moments[0], "local": moments[1], "shape": arrow.array([point, polygon], arrow.binary())})
    geo = {"version": "1.1.0", "primary_column": "shape", "columns": {"shape": {"encoding": "WKB", "geometry_types": ["Point", "Polygon"]}}}
    path = tmp_path / "x.parquet"
    pyarrow.parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    assert read_all(embedded_engine, path, "geoparquet", room) == [
        (1, "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00.000", "-55.25", "37.5", 0),
        (2, None, None, "2", "1", 0),
    ]


def test_chunks_are_private_bounded_and_gone_with_the_next(embedded_engine, tmp_path, room, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 100)
    rows = [(number, [str(number), "x" * 20]) for number in range(1, 11)]
    counts = []
    for piece in chunks.pieces_of(rows, ["a", "b"], contract(["a", "b"]), room):
        (path,) = room.iterdir()
        assert path.stat().st_mode & 0o777 == 0o600 and path.stat().st_size < 200
        counts.append(embedded_engine.query(f"SELECT count(), max({piece.row}) FROM {piece.sql}", piece.parameters)[0])
    assert len(counts) == 3 and list(room.iterdir()) == []
    assert sum(count for count, _ in counts) == 10 and counts[-1][1] == 10


def test_no_chunk_is_left_when_reading_fails(room):
    def rows():
        yield 1, ["x"]
        raise BadInput("Broken off.")

    with pytest.raises(BadInput):
        list(chunks.pieces_of(rows(), ["a"], contract(["a"]), room))
    assert list(room.iterdir()) == []


LOG = '192.0.2.1 - anna b [17/May/2015:10:05:03 +0300] "GET /pay/bill?id=7 HTTP/1.1" 200 - "-" "agent \\" 500 1"\nnonsense\n'


def test_access_log_gives_services_and_no_address(embedded_engine, file, room):
    assert read_all(embedded_engine, file(LOG), "access-log", room) == [
        (1, "2015-05-17T10:05:03+0300", "GET", "/pay", "200", None, 0),
        (2, None, None, None, None, None, 0),
    ]


def test_w3c_log_is_read_by_its_fields(embedded_engine, file, room):
    path = file("#Version: 1.0\n#Fields: date time c-ip cs-uri-stem sc-status\n2026-01-02 03:04:05 192.0.2.1 /pay/x 404\n")
    assert read_all(embedded_engine, path, "access-log", room, log="w3c") == [(3, "2026-01-02T03:04:05Z", None, "/pay", "404", None, 0)]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("path", "format", "options", "rows"),
    [
        ("fines/manchester_pcn_2021_04.csv", "csv", {"encoding": "cp1252"}, 22_634),
        ("fines/manchester_pcn_2020_04.csv", "csv", {"encoding": "cp1252"}, 606),
        ("mobility/louisville_dockless_sample_aug2019.csv", "csv", {}, 1_000),
        ("libraries/barnet_events.csv", "csv", {}, 4_312),
        ("libraries/england_libraries_2023_24_wifi.csv", "csv", {}, 477),
        ("libraries/england_libraries_2023_24_event_attendance.csv", "csv", {}, 2_078),
        ("transit/mta_daily_ridership_2020_2024.csv", "csv", {}, 1_706),
        ("payments/oi_affinity_city_monthly.csv", "csv", {}, 4_108),
        ("surveys/somerville_happiness_2015.csv", "csv", {}, 143),
        ("transit/tides/fare_transactions.csv", "csv", {}, 0),
        ("geo/moscow_districts.geojson", "geojson", {}, 125),
        ("transit/gtfs/cairns_gtfs.zip", "zip", {"member": "stops.txt"}, 416),
        ("transit/gtfs/cairns_gtfs.zip", "zip", {"member": "stop_times.txt"}, 37_790),
        ("weblogs/elastic_apache_combined_ip24.log", "access-log", {}, 10_000),
        ("transit/gtfs_rt/caltrain-vehicle-positions.pb", "gtfs-realtime", {"entity": "vehicles"}, 14),
        ("transit/gtfs_rt/bart-alerts.pb", "gtfs-realtime", {"entity": "alerts"}, 1),
        ("bank/camt053.v8.xml", "camt", {}, 1),
        ("bank/camt054.v8.xml", "camt", {}, 1),
    ],
)
def test_every_row_of_the_real_samples_is_read(embedded_engine, room, path, format, options, rows):
    found = read_all(embedded_engine, CITY / path, format, room, **options)
    assert len(found) == rows
    assert all(row[-1] == 0 for row in found)


@pytest.mark.realdata
def test_real_trip_updates_hold_ninety_one_entities(embedded_engine, room):
    found = read_all(embedded_engine, CITY / "transit/gtfs_rt/bart-trip-updates.pb", "gtfs-realtime", room)
    assert (len({row[0] for row in found}), len(found)) == (91, 1_060)


@pytest.mark.realdata
def test_real_row_that_lacks_a_column_is_found_at_its_line(embedded_engine, room):
    found = read_all(embedded_engine, CITY / "transit/gtfs_ride/board_alight_all.txt", "csv", room)
    assert [row[0] for row in found if row[-2] is None] == [5]


@pytest.mark.realdata
def test_half_of_a_real_gzip_file_is_refused(tmp_path, room):
    packed = (CITY / "footfall/leeds_footfall_hourly.csv.gz").read_bytes()
    (tmp_path / "x.csv.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BadInput, match="broken off"):
        list(pieces(tmp_path / "x.csv.gz", contract([], options={"unnamed": "drop"}), room))
    assert os.listdir(room) == []
