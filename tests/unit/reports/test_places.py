"""Names of places, and the codes that a filter on names means."""

import pytest

from footfall.reports.places import codes_of, name_of


@pytest.mark.parametrize(
    ("kind", "code", "name"),
    [
        ("country", "DE", "Germany"),
        ("country", "XX", "XX"),
        ("country", "001", "001"),
        ("region", "RU-MOW", "Moscow"),
        ("region", "FR-IDF", "Île-de-France"),
        ("region", "US-CA", "California"),
        ("region", "US-ZZ", "US-ZZ"),
        ("city", "524901", "Moscow"),
        ("city", "Pöcking", "Pöcking"),
        ("city", "1", "1"),
        ("city", "", ""),
    ],
)
def test_codes_read_as_names_and_the_unknown_as_it_stands(kind, code, name):
    assert name_of(kind, code) == name


def test_a_filter_on_names_means_the_codes_that_have_them():
    assert codes_of("country", lambda text: text == "Germany") == (["DE"], [])
    chosen, mistaken = codes_of("region", lambda text: "DE-B" in text)
    assert (chosen, mistaken) == ([], ["DE-BB", "DE-BE", "DE-BW", "DE-BY"])
    berlins, _ = codes_of("city", lambda text: text == "Berlin")
    assert "2950159" in berlins
