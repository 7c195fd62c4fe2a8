from datetime import date

import pytest

from footfall.demo.datasets.payments import write_fines, write_gateway
from footfall.demo.datasets.plan import make_season
from footfall.demo.datasets.spoilt import corrected, cut, reencoded, without_column


@pytest.fixture
def season():
    return make_season(seed=2, first_day=date(2026, 10, 12), days=3, scale=0.02)


def test_cut_file_is_the_beginning_of_the_whole(tmp_path, season):
    path = write_gateway(tmp_path, season).files[0]
    whole = path.read_bytes()
    cut(path, share=0.5)
    assert whole.startswith(path.read_bytes()) and path.stat().st_size == pytest.approx(len(whole) / 2, abs=1)


def test_corrected_file_keeps_its_header(tmp_path, season):
    path = write_gateway(tmp_path, season).files[0]
    before = path.read_bytes().splitlines()
    corrected(path, lambda lines: lines[2:], encoding="cp1251")
    assert path.read_bytes().splitlines() == [before[0], *before[3:]]


def test_column_goes_from_every_line(tmp_path, season):
    path = write_gateway(tmp_path, season).files[0]
    rows = [line.split(";") for line in path.read_text("cp1251").splitlines()]
    place = rows[0].index("district")
    without_column(path, "district", delimiter=";", encoding="cp1251")
    assert [line.split(";") for line in path.read_text("cp1251").splitlines()] == [row[:place] + row[place + 1 :] for row in rows]
    with pytest.raises(ValueError):
        without_column(path, "district", delimiter=";", encoding="cp1251")


def test_other_encoding_is_not_the_one_agreed(tmp_path, season):
    path = write_fines(tmp_path, season).files[0]
    text = path.read_text("cp1252")
    reencoded(path, "utf-16", was="cp1252")
    assert path.read_text("utf-16") == text and path.read_bytes() != text.encode("cp1252")
