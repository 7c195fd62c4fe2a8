"""Addresses and places: the built-in country table, and the records of other databases."""

import pytest

from footfall.collect.places import Place, _place, open_places
from footfall.errors import BadSetting


@pytest.mark.parametrize(
    ("address", "country"),
    [("193.0.6.139", "NL"), ("77.88.55.60", "RU"), ("10.0.0.1", ""), ("127.0.0.1", ""), ("::1", ""), ("", ""), ("nobody", "")],
)
def test_built_in_table_knows_countries(address, country):
    assert open_places("")(address) == Place(country)


@pytest.mark.parametrize(
    ("record", "place"),
    [
        (
            {
                "country": {"iso_code": "RU"},
                "subdivisions": [{"iso_code": "MOW"}],
                "city": {"geoname_id": 524901, "names": {"en": "Moscow"}},
            },
            Place("RU", "RU-MOW", "524901"),
        ),
        ({"country": {"iso_code": "RU"}, "city": {"names": {"en": "Moscow"}}}, Place("RU", "", "Moscow")),
        ({"country_code": "RU", "state1": "Moscow", "city": "Moscow"}, Place("RU", "", "Moscow")),
        ({"country": "RU", "city": None}, Place("RU")),
        ({"country": {"iso_code": "RU"}, "subdivisions": [], "city": {}}, Place("RU")),
        ({}, Place()),
        (None, Place()),
    ],
)
def test_record_of_any_shape_is_read(record, place):
    assert _place(record) == place


def test_file_that_is_no_database_is_refused_at_start(tmp_path):
    (tmp_path / "x.mmdb").write_bytes(b"no")
    for path in (tmp_path / "x.mmdb", tmp_path / "absent.mmdb"):
        with pytest.raises(BadSetting, match="geo_database"):
            open_places(str(path))
