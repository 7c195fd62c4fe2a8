"""The guard over whole files: every row is asked in SQL, and nothing that a detector would find is left out there."""

import csv
import gzip
from pathlib import Path

import msgspec
import pytest

from footfall.errors import Refused
from footfall.sources.guard import candidates_sql, check_pieces, refuse_findings
from footfall.sources.guard import checking as guard_checking
from footfall.sources.guard.looking import signs_of
from footfall.sources.guard.sign import ONLY_HINTED
from footfall.store.engine import open_engine
from tests.conftest import DATA
from tests.support.identifiers import disguised
from tests.support.innocent import innocent

ROWS = 4_000


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """A CSV file in UTF-8, as the readers hand it over."""

    sql: str = "file({piece_path:String}, 'CSV', {piece_structure:String})"
    parameters: dict[str, str]
    settings: dict[str, str | int]
    columns: dict[str, str]
    row: str = "_row_number + 1"


def piece(path: Path) -> Piece:
    with path.open(encoding="utf-8-sig") as file:
        names = next(csv.reader(file))
    structure = ", ".join(f"`{name}` Nullable(String)" for name in names)
    settings = {"input_format_csv_skip_first_lines": 1, "input_format_csv_allow_variable_number_of_columns": 1}
    return Piece(
        settings=settings, parameters={"piece_path": str(path), "piece_structure": structure}, columns={name: f"`{name}`" for name in names}
    )


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = open_engine("chdb", tmp_path_factory.mktemp("guard"))
    yield opened
    opened.close()


def write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def as_column(values):
    return "arrayJoin([" + ", ".join("'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" for value in values) + "])"


def test_sql_lets_every_value_through_that_a_detector_finds(store):
    values = {value for seed in (3, 4) for *_, column in disguised(seed, 5) for value in column}
    values |= {value for _, column in innocent(3, 20) for value in column}
    found = {value for value in values if any(sign.passed and sign.chance < ONLY_HINTED for sign in signs_of(value))}
    statement = f"SELECT value FROM (SELECT {as_column(sorted(found))} AS value) WHERE {candidates_sql('value')}"
    assert {value for (value,) in store.query(statement)} == found
    assert len(found) > 2_000


def test_sql_asks_python_about_few_values_of_open_data(store):
    values = [value for _, column in innocent(3, 20) for value in column]
    statement = f"SELECT countIf({candidates_sql('value')}) / count() FROM (SELECT {as_column(values)} AS value)"
    assert store.query(statement)[0][0] < 0.6


def test_one_identifier_in_the_last_row_is_found_and_located(store, tmp_path):
    rows = [[f"2024-03-{1 + place % 28:02d} 10:15", f"{55 + place / 1e6:.6f}", f"ответ {place}"] for place in range(ROWS)]
    rows[-1][2] = "перезвоните: +7 916 555-31-27"
    time, latitude, answer = check_pieces([piece(write(tmp_path / "a.csv", ["time", "lat", "answer"], rows))], store.query)
    assert (answer.finding.kind, answer.finding.first, answer.finding.rows, answer.rows) == ("phone", ROWS, 1, ROWS)
    assert (time.finding, latitude.finding) == (None, None)
    assert "555" not in str(answer.finding.sentence) and "< 1 %" in str(answer.finding.sentence)
    with pytest.raises(Refused, match=f"first in row {ROWS}"):
        refuse_findings([time, latitude, answer])


def test_different_values_come_in_pages_and_all_are_seen(store, tmp_path, monkeypatch):
    monkeypatch.setattr(guard_checking, "PAGE", 100)
    rows = [[f"заявка {place} от 2024 года, этап {place % 7}"] for place in range(850)]
    path = write(tmp_path / "a.csv", ["text"], rows)
    assert check_pieces([piece(path)], store.query)[0].finding is None
    rows[777] = ["писать на sentinel.person@example.org"]
    [text] = check_pieces([piece(write(path, ["text"], rows))], store.query)
    assert (text.finding.kind, text.finding.first, text.finding.distinct) == ("e-mail", 778, 1)


def test_pieces_of_one_file_are_one_column(store, tmp_path):
    first = write(tmp_path / "a.csv", ["note"], [["спасибо"]] * 9)
    second = write(tmp_path / "b.csv", ["note"], [["ivanova@example.com"]])
    [note] = check_pieces([piece(first), piece(second)], store.query)
    assert (note.finding.kind, note.rows, note.finding.share) == ("e-mail", 10, 0.1)


def test_what_is_finer_than_it_need_be_is_to_be_reduced(store, tmp_path):
    rows = [[f"55.{place:06d}", f"2024-03-01 10:{place % 60:02d}:00", f"{place}a", "10:15", "55.123"] for place in range(100)]
    columns = check_pieces([piece(write(tmp_path / "a.csv", ["lat", "time", "code", "slot", "coarse"], rows))], store.query)
    said = {column.name: [str(sentence) for sentence in column.reduce] for column in columns}
    assert ["11 m" in said["lat"][0], "15 minutes" in said["time"][0], "nearly every row" in said["code"][0]] == [True] * 3
    assert (said["slot"], said["coarse"]) == ([], [])
    assert [column.finding for column in columns] == [None] * 5
    assert refuse_findings(columns) is None


def test_no_value_leaves_in_an_error_or_on_a_terminal(store, tmp_path, capfd):
    sentinels = ["+7 916 555-31-27", "sentinel.person@example.org", "Сентинелов Пётр Ильич", "192.0.2.177"]
    path = write(tmp_path / "a.csv", ["a", "b", "c", "d"], [sentinels, ["", "", "", ""]])
    with pytest.raises(Refused) as refused:
        refuse_findings(check_pieces([piece(path)], store.query))
    told = str(refused.value) + repr(refused.value.sentence.values) + "".join(capfd.readouterr())
    assert all(f"'{name}'" in told for name in "abcd")
    assert [part for value in sentinels for part in (value, value.split()[0], value[-6:]) if part in told] == []


CITY = DATA / "city"
CSV_FINDINGS = {
    ("mobility/louisville_dockless_sample_aug2019.csv", "TripID"): "device",
    ("transit/gtfs_ride/rider_trip_all.txt", "rider_id"): "account",
}


def real_tables(folder):
    """Every CSV sample in UTF-8: a byte that is none (a pound sign in cp1252) becomes U+FFFD. Of half a million hours, every 40th row."""
    for path in sorted(CITY.rglob("*")):
        if path.suffix in (".csv", ".txt"):
            copy = folder / f"{len(list(folder.iterdir()))}.csv"
            copy.write_text(path.read_text("utf-8-sig", errors="replace"))
            yield str(path.relative_to(CITY)), copy
        elif path.suffix == ".gz":
            copy = folder / path.stem
            lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
            copy.write_text("".join(lines[:1] + lines[1::40]))
            yield str(path.relative_to(CITY)), copy


@pytest.mark.realdata
def test_real_tables_hold_what_is_known_and_nothing_else(store, tmp_path):
    found = {
        (name, column.name): column.finding.kind
        for name, copy in real_tables(tmp_path)
        for column in check_pieces([piece(copy)], store.query)
        if column.finding
    }
    assert found == CSV_FINDINGS
