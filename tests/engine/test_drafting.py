"""A draft says what a file seems to hold, drops what people could be known by, and loads nothing until a person has filled it in."""

import csv
import gzip
import json

import msgspec
import pytest

from footfall.errors import BadInput
from footfall.sources import samples
from footfall.sources.contract import Column
from footfall.sources.drafting import draft, draft_text
from footfall.sources.odcs import read_contract, write_contract
from footfall.sources.readers import geojson, names_of
from footfall.sources.samples import take_sample
from footfall.store.engine import open_engine
from tests.conftest import DATA
from tests.support.reading import read

CITY = DATA / "city"
REAL = (
    "fines/manchester_pcn_2020_04.csv",
    "libraries/barnet_events.csv",
    "libraries/england_libraries_2023_24_wifi.csv",
    "mobility/louisville_dockless_sample_aug2019.csv",
    "surveys/somerville_happiness_2015.csv",
    "transit/gtfs_ride/board_alight_all.txt",
    "weblogs/berlin_dataportal_domain_stats.csv",
    "geo/moscow_districts.geojson",
)
FILLED = {"purpose": "To plan", "legal_basis": "Public task", "owner": "Treasury"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = open_engine("chdb", tmp_path_factory.mktemp("drafting"))
    yield opened
    opened.close()


def written(path, header, rows, *, encoding="utf-8", delimiter=","):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])
    return path


def uses(contract):
    return {column.name: (column.kind, column.format, column.use) for column in contract.columns if column.use != "drop"}


def holds_once_filled_in(contract):
    return read_contract(write_contract(msgspec.structs.replace(contract, **FILLED)))


NOTICES = [
    [f"{day:02}/04/2021 {day % 24:02}:15", f"-£{day},030.00", ("Hulme", "Moss")[day % 2], f"M{day:03}XYZ", str(day)] for day in range(1, 31)
]


def test_notices_in_cp1252_are_drafted(engine, tmp_path):
    path = written(tmp_path / "Notices 2021.csv", ["Issued", "Paid", "Ward", "Plate", "ticketId"], NOTICES, encoding="cp1252")
    found = draft(path, engine)
    assert (found.id, found.encoding, found.format, found.module) == ("notices-2021", "cp1252", "csv", "counters")
    assert uses(found) == {
        "Issued": ("instant", "dd/MM/yyyy HH:mm", "time"),
        "Paid": ("money", "", "measure"),
        "Ward": ("text", "", "place"),
    }
    assert [(rung.time, rung.place) for rung in found.ladder] == [("hour", "ward"), ("day", "ward"), ("day", "city"), ("day", "city")]
    assert holds_once_filled_in(found).owner == "Treasury"


def test_draft_is_refused_until_a_person_has_filled_it_in(engine, tmp_path):
    text = draft_text(written(tmp_path / "n.csv", ["Issued", "Ward"], [row[:3:2] for row in NOTICES]), engine)
    assert text.startswith("# A draft, made by looking at n.csv. It loads nothing until a person has filled in")
    with pytest.raises(BadInput, match=r"description\.purpose is empty: a person has to say it in a sentence\. A contract is a draft"):
        read_contract(text)


def test_why_an_encoding_is_guessed_stands_in_the_draft(engine, tmp_path):
    rows = [[f"2021-04-{day:02}", "Тверской"] for day in range(1, 29)]
    text = draft_text(written(tmp_path / "n.csv", ["день", "район"], rows, encoding="cp1251", delimiter=";"), engine)
    assert "# The encoding, cp1251, is guessed: letters above 127 stand in words." in text
    assert "footfall.options" in text
    assert "value: район" not in text


@pytest.mark.parametrize(
    ("texts", "kind", "form"),
    [
        (["31.01.2020", "01.02.2020"], "date", "dd.MM.yyyy"),
        (["01/31/2020", "02/01/2020"], "date", "MM/dd/yyyy"),
        (["20200131", "20200201"], "date", "yyyyMMdd"),
        (["2020-01", "2020-02"], "date", "yyyy-MM"),
        (["2020-01-31T10:00:00Z", "2020-01-31 11:00"], "instant", ""),
        (["31-12-2020 10:00:30", "01-01-2020 10:00:30"], "instant", "dd-MM-yyyy HH:mm:ss"),
        (["2023-04-01/P1M", "2023-05-01/P1M"], "period", ""),
    ],
)
def test_forms_of_dates_are_found(engine, tmp_path, texts, kind, form):
    found = draft(written(tmp_path / "d.csv", ["date", "n"], [[text, "1"] for text in texts]), engine)
    assert uses(found)["date"] == (kind, form, "time")


def test_points_get_a_ladder_of_cells(engine, tmp_path):
    rows = [[f"2026-01-01T10:{minute:02}:00", f"55.{minute:02}1", f"37.{minute:02}2", f"d{minute}"] for minute in range(60)]
    found = draft(written(tmp_path / "p.csv", ["timestamp", "start_lat", "start_lon", "device_id"], rows), engine)
    assert (found.module, [column.use for column in found.columns]) == ("geodata", ["time", "latitude", "longitude", "drop"])
    assert [rung.place for rung in found.ladder] == ["h3:9", "h3:8", "h3:8", "h3:7", "city", "city"]
    assert holds_once_filled_in(found).ladder == found.ladder


def test_header_that_the_guard_knows_is_dropped(engine, tmp_path):
    path = written(tmp_path / "n.csv", ["Issued", "Ward"], [row[:3:2] for row in NOTICES])
    assert "Ward" not in uses(draft(path, engine, looks_like=lambda name: "place" if name == "Ward" else None))


LOG_LINE = b'192.0.2.7 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 7 "-" "Mozilla/5.0 (X11, like Gecko)"\n'
RECORDS = [{"date": f"2026-01-{day:02}", "district": "North", "uses": day} for day in range(1, 29)]
EXPECTED = {"date": ("date", "", "time"), "district": ("text", "", "place"), "uses": ("integer", "", "measure")}


def test_json_lines_geojson_and_parquet_are_drafted_alike(engine, tmp_path):
    lines = tmp_path / "r.ndjson"
    lines.write_text("".join(json.dumps(record) + "\n" for record in RECORDS))
    features = [{"type": "Feature", "properties": record, "geometry": {"type": "Point", "coordinates": [37.6, 55.7]}} for record in RECORDS]
    shapes = tmp_path / "r.geojson"
    shapes.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    rows = "".join(json.dumps(record) + "\n" for record in RECORDS).encode()
    table = tmp_path / "r.parquet"
    table.write_bytes(engine.as_parquet(("date String", "district String", "uses UInt32"), rows))
    packed = tmp_path / "r.csv.gz"
    packed.write_bytes(
        gzip.compress(("date,district,uses\n" + "".join(",".join(map(str, one.values())) + "\n" for one in RECORDS)).encode())
    )
    found = {path.name: draft(path, engine) for path in (lines, shapes, table, packed)}
    assert {name: one.format for name, one in found.items()} == {
        "r.ndjson": "ndjson",
        "r.geojson": "geojson",
        "r.parquet": "parquet",
        "r.csv.gz": "csv",
    }
    located = {"latitude": ("number", "", "latitude"), "longitude": ("number", "", "longitude")}
    assert [uses(one) for one in found.values()] == [EXPECTED, EXPECTED | located, EXPECTED, EXPECTED]


SHAPES = {
    "lines": {"type": "LineString", "coordinates": [[37, 55], [38, 56]]},
    "areas": {"type": "Polygon", "coordinates": [[[37, 55], [38, 55], [38, 56], [37, 56], [37, 55]]]},
    "nowhere": None,
}


@pytest.mark.parametrize("kind", SHAPES)
def test_draft_of_geojson_has_the_columns_that_its_reader_has(engine, tmp_path, kind):
    features = [{"type": "Feature", "properties": {"wards": 4, "since": None}, "geometry": SHAPES[kind]}] * 60
    path = tmp_path / "wards.geojson"
    path.write_text(json.dumps({"features": features, "type": "FeatureCollection"}))
    found = draft(path, engine)
    assert [column.name for column in found.columns] == names_of(path, "geojson", {})
    assert [column.use for column in found.columns][2:] == (["drop"] * 2 if kind == "nowhere" else ["latitude", "longitude"])
    kept = msgspec.structs.replace(found, columns=tuple(Column(name=column.name, use="check") for column in found.columns))
    assert read(engine, path, kept, tmp_path)[0][1:3] == ("4", None)


def test_sample_of_geojson_reads_no_further_than_its_rows(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(samples, "MOST_ROWS", 3)
    monkeypatch.setattr(geojson, "LOOKED_AT", 3)
    feature = json.dumps({"type": "Feature", "properties": {"wards": 4}, "geometry": None})
    path = tmp_path / "wards.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [' + f"{feature},\n" * 3_000 + "broken off")
    assert take_sample(path, engine).columns["wards"] == ["4"] * 3


@pytest.mark.parametrize(
    "first",
    [
        "Ann Smith,2026-01-05,7\n",
        "ann@example.org,North,7\n",
        "79161234567,North,7\n",
        "Петров Иван Иванович,North,seven\n",
    ],
    ids=["date", "mail", "phone", "name"],
)
def test_values_of_a_file_without_header_are_not_taken_for_names_nor_said(engine, tmp_path, first):
    path = tmp_path / "n.csv"
    path.write_text(first * 3)
    with pytest.raises(BadInput) as error:
        draft(path, engine)
    assert str(error.value) == "The first line is no header: a name is empty, stands there twice or looks like a value."


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "n.csv is empty"),
        (b"a,,b\n1,2,3\n", "The first line is no header"),
        (b"[1, 2]\n", "holds no record with a name in it"),
        (b'{"a": }\n', "n.csv holds no JSON line by line"),
        (b"\x1f\x8bbroken", "n.csv is broken off or no gzip."),
        (b'<?xml version="1.0"?><gpx/>', "n.csv is XML or HTML. Without a contract CSV"),
        (LOG_LINE, "n.csv is a web server's log. Without a contract CSV"),
        (b"#Version: 1.0\n#Fields: date time\n", "n.csv is a web server's log."),
        (b"PK\x03\x04rest", "n.csv is a zip file."),
        (b"BEGIN:VCALENDAR\r\n", "n.csv is an iCalendar file."),
        (b"\x0a\x0d\x0a\x032.0\x10\x00\x18\n", "n.csv is no text."),
        (b'{"type": "FeatureCollection", "features": []}', "no feature with a property"),
    ],
    ids=["empty", "header", "list", "json", "gzip", "xml", "log", "w3c", "zip", "calendar", "binary", "no features"],
)
def test_what_is_no_table_is_refused(engine, tmp_path, data, said):
    path = tmp_path / "n.csv"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=said):
        draft(path, engine)


@pytest.mark.realdata
@pytest.mark.parametrize("name", REAL)
def test_draft_of_a_real_sample_holds_once_filled_in(engine, name):
    found = draft(CITY / name, engine)
    if not found.used("time"):
        found = msgspec.structs.replace(found, options=found.options | {"date": "2026-01-01"})
    assert holds_once_filled_in(found).columns == found.columns
    assert not {"TripID", "Plate", "token_id", "device_id", "fare_media_id"} & {column.name for column in found.kept}
