import json
from itertools import pairwise

import pytest

from footfall.demo.datasets.districts import write_districts
from footfall.errors import BadInput
from footfall.sources.outlines import light_outlines
from footfall.sources.places import Fields, read_places
from tests.support.city_numbers import DISTRICT_FIELDS

SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]


def feature(ring=SQUARE, kind="Polygon", **values):
    return {"type": "Feature", "properties": {"id": "a", "name": "A"} | values, "geometry": {"type": kind, "coordinates": [ring]}}


def read(*features, **fields):
    document = {"type": "FeatureCollection", "features": list(features)}
    return read_places(json.dumps(document).encode(), "district", Fields(id="id", name="name", **fields))


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    path = tmp_path_factory.mktemp("places") / "districts.geojson"
    write_districts(path)
    return read_places(path.read_bytes(), "district", DISTRICT_FIELDS)


def edges(rings):
    return {frozenset(edge) for ring in rings for edge in pairwise(ring)}


def test_districts_come_with_their_names_and_okrugs(city):
    museum = next(place for place in city["district"] if place.id == "museum")
    assert (museum.name, museum.names, museum.parent_kind, museum.parent) == ("Museum", {"ru": "Музейный"}, "okrug", "central")
    assert {place.id: place.names["ru"] for place in city["okrug"]}["central"] == "Центральный"


def test_okrug_has_the_lines_of_its_districts_that_are_not_between_two_of_them(city):
    central = next(place for place in city["okrug"] if place.id == "central")
    own = [edges(place.rings) for place in city["district"] if place.parent == "central"]
    assert edges(central.rings) == {edge for one in own for edge in one if sum(edge in other for other in own) == 1}
    assert all(ring[0] == ring[-1] for ring in central.rings)


def test_lighter_outlines_still_share_their_edges(city):
    heavy = [place.rings for place in city["district"]]
    light = light_outlines(heavy, 400)
    assert sum(len(ring) for rings in light for ring in rings) < sum(len(ring) for rings in heavy for ring in rings) / 1.5

    def shared(shapes):
        found = [edge for rings in shapes for edge in edges(rings)]
        return {edge for edge in found if found.count(edge) == 2}, {edge for edge in found if found.count(edge) > 2}

    assert len(shared(light)[0]) > 80
    assert shared(light)[1] == set()


def test_outline_without_neighbours_is_simplified_and_stays_closed():
    wavy = (*((place / 1000, place % 2 / 50_000) for place in range(1000)), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
    ((ring,),) = light_outlines([[wavy]], 10)
    assert ring[0] == ring[-1]
    assert 4 <= len(ring) <= 10


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ([feature(), feature(id="")], "Feature 2 has no text of 1 to 200 characters in 'id'. It has: id, name."),
        ([feature(), feature()], "Feature 2: a place before it has the id 'a' too."),
        ([feature(kind="Point")], "Feature 1 is no Polygon and no MultiPolygon."),
        ([feature([[0, 0], [1, 0], [1, 1]])], "Feature 1: its outline is no closed ring of longitude and latitude in degrees."),
        ([feature([[0, 0], [500, 0], [1, 1], [0, 0]])], "Feature 1: its outline is no closed ring of longitude and latitude in degrees."),
        ([{"type": "Feature"}], "Feature 1 has no properties."),
        ([], "The file is no GeoJSON FeatureCollection with features."),
    ],
)
def test_error_names_the_feature(features, said):
    with pytest.raises(BadInput) as caught:
        read(*features)
    assert str(caught.value).startswith(said)


def test_what_is_no_json_is_refused():
    with pytest.raises(BadInput, match="no JSON"):
        read_places(b"{", "district", Fields(id="id", name="name"))
