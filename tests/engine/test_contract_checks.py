"""What a contract says of a column, held against values in the engine itself; and every real sample under its contract."""

import csv
import gzip
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from footfall.sources.checks import SETTINGS, fault_of, parameters, typed_columns
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.odcs import read_contract
from footfall.sources.pieces import Piece, quoted
from footfall.store.engine import open_engine
from tests.conftest import DATA

LONDON = ZoneInfo("Europe/London")
OURS = Path(__file__).parents[1] / "contracts"
CITY = DATA / "city"
CLAUSE = ", ".join(f"{name} = '{value}'" for name, value in SETTINGS.items())


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    opened = open_engine("chdb", tmp_path_factory.mktemp("checks"))
    yield opened
    opened.close()


def contract_of(*columns, time="day", timezone="Europe/London"):
    return Contract(
        id="x",
        version="1.0.0",
        name="X",
        module="counters",
        purpose="p",
        legal_basis="l",
        owner="o",
        granularity="a row",
        columns=columns,
        measures=(Measure(name="rows"),),
        ladder=(Rung(time=time),),
        retention_days=1,
        timezone=timezone,
    )


def read(engine, contract, rows):
    """Value of the first column, and the fault, of each row of texts."""
    names = [column.name for column in contract.kept]
    sql = "(SELECT arrayJoin(arrayEnumerate({rows:Array(Array(Nullable(String)))})) AS n, {rows:Array(Array(Nullable(String)))}[n] AS r)"
    piece = Piece(sql=sql, columns={name: f"arrayElement(r, {at})" for at, name in enumerate(names, start=1)}, row="n")
    value = next(iter(typed_columns(contract, piece).values())).value
    sql = f"SELECT {value}, {fault_of(contract, piece)} FROM {piece.sql} ORDER BY n SETTINGS {CLAUSE}"
    return engine.query(sql, {"rows": rows, **parameters(contract)})


def london(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def one(engine, column, texts, **rest):
    return read(engine, contract_of(column, **rest), [[text] for text in texts])


TIMES = [
    ("dd/MM/yyyy HH:mm", "01/04/2021 01:42", "2021-04-01T01:42"),
    ("dd/MM/yyyy HH:mm", " 01/04/2021 01:42 ", "2021-04-01T01:42"),
    ("dd/MM/yyyy HH:mm", "28/03/2021 01:30", "2021-03-28T00:30"),
    ("dd/MM/yyyy HH:mm", "31/02/2021 01:42", None),
    ("dd/MM/yyyy HH:mm", "01/04/2021 01:42x", None),
    ("dd/MM/yyyy HH:mm", "01/04/1969 01:42", None),
    ("dd/MM/yyyy | yyyy-MM-dd | dd-MMM-yy", "2016-12-31", "2016-12-31T00:00"),
    ("dd/MM/yyyy | yyyy-MM-dd | dd-MMM-yy", "01-Nov-11", "2011-11-01T00:00"),
    ("yyyyMMdd H:mm:ss", "20100401 6:15:00", "2010-04-01T06:15"),
    ("", "2021-07-01", "2021-07-01T00:00"),
    ("", "2021-07-01T10:00", "2021-07-01T10:00"),
    ("", "2021-07-01 10:00:59.123", "2021-07-01T10:00:59"),
    ("", "2021-07-01T10:00:00Z", "2021-07-01T11:00"),
    ("", "2021-07-01T10:00:00+03:00", "2021-07-01T08:00"),
    ("", "2021-07-01T25:00:00", None),
    ("", "2021-02-30T10:00:00", None),
    ("", "12", None),
    ("", "1625133600", None),
    ("", "01/04/2021", None),
]


@pytest.mark.parametrize(("form", "text", "local"), TIMES, ids=[f"{form or 'ISO'} of {text}" for form, text, _ in TIMES])
def test_instant_is_read_in_its_format_and_zone(engine, form, text, local):
    [(value, fault)] = one(engine, Column(name="t", kind="instant", use="time", format=form), [text])
    assert value == (london(local) if local else None)
    assert fault == ("" if local else "t:unreadable")


def test_time_that_clocks_show_twice_is_the_second():
    assert london("2021-10-31T01:30").replace(fold=1).timestamp() - london("2021-10-31T01:30").timestamp() == 3600


def test_hour_shown_twice_counts_as_the_second(engine):
    column = Column(name="t", kind="instant", use="time", format="dd/MM/yyyy HH:mm")
    [(value, _)] = one(engine, column, ["31/10/2021 01:30"])
    assert value.timestamp() == london("2021-10-31T01:30").replace(fold=1).timestamp()


def test_dates_are_strict_and_bounded_to_the_last_day_whole(engine):
    column = Column(name="d", kind="date", use="time", minimum="2017-01-01", maximum="2019-12-31")
    rows = one(engine, column, ["2018-05-06", "2009-03-06", "2016-12-31", "2017-01-01", "2019-12-31", "2020-01-01", "2018-5-6x", "", None])
    reasons = ["", "d:below", "d:below", "", "", "d:above", "d:unreadable", "d:missing", "d:missing"]
    assert [fault for _, fault in rows] == reasons
    assert rows[0][0] == london("2018-05-06T00:00")


def test_last_day_of_instants_counts_to_its_end(engine):
    column = Column(name="t", kind="instant", use="time", maximum="2019-12-31")
    rows = one(engine, column, ["2019-12-31T23:59:59", "2020-01-01T00:00:00"])
    assert [fault for _, fault in rows] == ["", "t:above"]
    column = Column(name="t", kind="instant", use="time", maximum="2019-12-31T12:00:00")
    rows = one(engine, column, ["2019-12-31T12:00:00", "2019-12-31T12:00:01"])
    assert [fault for _, fault in rows] == ["", "t:above"]


def test_times_in_several_columns_are_joined(engine):
    parts = [("y", "yyyy"), ("m", "M"), ("d", "d")]
    contract = contract_of(*(Column(name=name, kind="date", use="time", format=form) for name, form in parts))
    rows = read(engine, contract, [["2020", "1", "31"], ["2020", "2", "31"], ["2020", "", "1"], ["2020", "1", None]])
    assert rows == [(london("2020-01-31T00:00"), ""), (None, "y:unreadable"), (None, "m:missing"), (None, "d:missing")]


def test_joined_times_try_every_pair_of_formats(engine):
    contract = contract_of(
        Column(name="Date", kind="date", use="time", format="dd/MM/yyyy | yyyy-MM-dd"),
        Column(name="Hour", kind="instant", use="time", format="H"),
    )
    rows = read(engine, contract, [["01/07/2009", "0"], ["2009-07-01", "23"], ["2009-07-01", "24"]])
    assert [fault for _, fault in rows] == ["", "", "Date:unreadable"]
    assert rows[1][0] == london("2009-07-01T23:00")


@pytest.mark.parametrize(
    ("grain", "faults"),
    [
        ("month", ["", "p:too_coarse", "p:too_coarse", "p:too_coarse", "", "p:unreadable", "p:unreadable"]),
        ("quarter", ["", "", "p:too_coarse", "p:too_coarse", "", "p:unreadable", "p:unreadable"]),
        ("year", ["", "", "", "p:too_coarse", "", "p:unreadable", "p:unreadable"]),
        ("week", ["p:too_coarse", "p:too_coarse", "p:too_coarse", "", "", "p:unreadable", "p:unreadable"]),
    ],
)
def test_period_must_lie_in_a_bucket_of_the_finest_rung(engine, grain, faults):
    texts = ["2023-04-01/P1M", "2023-04-01/P3M", "2023-04-01/P1Y", "2023-04-03/P1W", "2023-04-03/P1D", "2023-04-01", "2023-04-31/P1D"]
    rows = one(engine, Column(name="p", kind="period", use="time"), texts, time=grain)
    assert [fault for _, fault in rows] == faults
    assert rows[4][0] == london("2023-04-03T00:00")


NUMBERS = [
    (
        Column(name="n", kind="integer", use="measure"),
        ["12", "-3", "+4", "1.0", "x", "99999999999999999999"],
        [12, -3, 4, None, None, None],
    ),
    (Column(name="n", kind="number", use="measure"), ["1.5", "-2e3", "nan", "inf", "1,5"], [1.5, -2000.0, None, None, None]),
    (
        Column(name="n", kind="number", use="measure", decimal=","),
        ["1,5", "-1.234,5", "1 234", "12.50", "1,2,3"],
        [1.5, -1234.5, 1234.0, None, None],
    ),
    (
        Column(name="n", kind="money", use="measure"),
        [
            "-£1,030.00",
            "£-35.00",
            "€ 7",
            "1 030.50 ₽",
            "1\u00a0030.50\u00a0руб.",
            "GBP 12.00",
            "−5",
            "12,50",
            "1,03",
            "-£-1",
            "£",
            "5 dogs",
        ],
        [-1030.0, -35.0, 7.0, 1030.5, 1030.5, 12.0, -5.0, None, None, None, None, None],
    ),
    (
        Column(name="n", kind="money", use="measure", decimal=","),
        ["1.030,50 €", "12,50", "1 030,5 р.", "12.50"],
        [1030.5, 12.5, 1030.5, None],
    ),
    (Column(name="n", kind="money", use="measure", sign="negated"), ["-£35.00", "£0.00", "£70.00"], [35.0, 0.0, -70.0]),
    (Column(name="n", kind="integer", use="measure", sign="absolute"), ["-35", "35"], [35, 35]),
    (Column(name="n", kind="boolean", use="category"), ["true", "No", "1", "Да", "maybe"], [True, False, True, True, None]),
]


@pytest.mark.parametrize(("column", "texts", "values"), NUMBERS, ids=[f"{c.kind} {c.decimal} {c.sign}" for c, *_ in NUMBERS])
def test_numbers_are_read_as_they_are_written_or_not_at_all(engine, column, texts, values):
    rows = one(engine, column, texts)
    assert [value for value, _ in rows] == values
    assert [fault for _, fault in rows] == ["" if value is not None else "n:unreadable" for value in values]


def test_bounds_of_numbers_include_their_ends(engine):
    rows = one(engine, Column(name="n", kind="number", use="latitude", minimum=-90, maximum=90), ["-90", "90", "-90.01", "90.01", ""])
    assert [fault for _, fault in rows] == ["", "", "n:below", "n:above", "n:missing"]


def test_texts_hold_to_their_list_their_pattern_and_what_says_none(engine):
    listed = Column(name="it's", use="category", required=True, values=("a'b", "c\\d"), missing=("", "(None)"))
    rows = one(engine, listed, ["a'b", " c\\d ", "e", "(None)", None])
    assert rows == [("a'b", ""), ("c\\d", ""), ("e", "it's:not_allowed"), (None, "it's:missing"), (None, "it's:missing")]
    matched = Column(name="m", use="category", pattern="E[0-9]{2}|x")
    assert [fault for _, fault in one(engine, matched, ["E12", "x", "E123", "ax", ""])] == ["", "", "m:malformed", "m:malformed", ""]


def test_row_with_too_many_fields_is_refused_before_all_else(engine):
    contract = contract_of(Column(name="n", kind="integer", use="measure", required=True))
    piece = Piece(sql="(SELECT 'x' AS n)", columns={"n": "n"}, extra="n = 'x'")
    assert engine.query(f"SELECT {fault_of(contract, piece)} FROM {piece.sql}", parameters(contract)) == [("row:too_long",)]


def faults_of(engine, path, total):
    """Of a real sample: rows by reason, and the sum of a column in those that are right."""
    contract = read_contract(path.read_bytes())
    file = CITY / contract.source
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding=contract.encoding, newline="") as text:
        names = next(csv.reader(text))
    assert names == [column.name for column in contract.columns]
    structure = ", ".join(f"{quoted(name)} Nullable(String)" for name in names)
    charset = f"convertCharset({{}}, '{contract.encoding}', 'utf-8')" if contract.encoding != "utf-8" else "{}"
    piece = Piece(
        sql="file({path:String}, 'CSV', {structure:String})",
        columns={column.name: charset.format(quoted(column.name)) for column in contract.kept},
    )
    sums = f"sum({typed_columns(contract, piece)[total].value})" if total else "0"
    sql = f"""SELECT {fault_of(contract, piece)} AS fault, count(), {sums} FROM {piece.sql} GROUP BY fault ORDER BY fault
        SETTINGS {CLAUSE}, input_format_csv_skip_first_lines = 1, input_format_csv_allow_variable_number_of_columns = 1"""
    found = engine.query(sql, {"path": str(file), "structure": structure, **parameters(contract)})
    return {fault: (rows, round(value or 0)) for fault, rows, value in found}


SAMPLES = {
    "manchester-fines-2021": ("Paid", {"": (22_634, 311_239)}),
    "manchester-fines-2020": ("Paid", {"": (605, 19_845), "Issued:missing": (1, 0)}),
    "barnet-events": ("Attendees", {"": (4307, 66_551), "Event date:below": (5, 100)}),
    "england-wifi": ("Count", {"": (471, 6_351_231), "Period:too_coarse": (6, 217_046)}),
    "england-wifi-year": ("Count", {"": (477, 6_568_277)}),
    "england-visits": ("Count", {"": (3346, 107_271_369), "Period:too_coarse": (74, 5_901_959)}),
    "england-computers": ("Count", {"": (1210, 6_839_306), "Period:too_coarse": (19, 713_226)}),
    "england-event-attendance": ("Count", {"": (1984, 4_205_716), "Period:too_coarse": (94, 670_976)}),
    "england-event-attendance-year": ("Count", {"": (2078, 4_876_692)}),
    "leeds-footfall": ("InCount", {"": (554_360, 521_673_694)}),
    "mta-ridership": ("Subways: Total Estimated Ridership", {"": (1706, 4_280_447_795)}),
    "oi-affinity": ("", {"": (4108, 0)}),
    "somerville-survey": ("X1", {"": (143, 617)}),
    "louisville-trips": ("", {"": (1000, 0)}),
    "gtfs-ride": ("boardings", {"": (7, 17), "service_date:unreadable": (1, 1)}),
    "gtfs-ride-ridership": ("total_boardings", {"": (2, 160)}),
    "gtfs-ride-capacity": ("seated_capacity", {"": (2, 90)}),
    "berlin-stats": ("visits", {"": (83, 711_896)}),
}


@pytest.mark.realdata
@pytest.mark.parametrize("name", SAMPLES)
def test_real_sample_holds_its_contract_but_for_the_known_dirt(engine, name):
    total, expected = SAMPLES[name]
    assert faults_of(engine, OURS / f"{name}.yaml", total) == expected


def test_every_contract_of_a_sample_whose_columns_it_names_is_held_against_it():
    contracts = {path.stem: read_contract(path.read_bytes()) for path in OURS.glob("*.yaml")}
    assert set(SAMPLES) == {name for name, one in contracts.items() if one.format == "csv" and "unnamed" not in one.options}
