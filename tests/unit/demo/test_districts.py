"""The made city lies flat: no district over another, no gap between them."""

import random
from collections import Counter
from itertools import pairwise

import pytest

from footfall.demo.datasets.districts import CENTRE, DISTRICTS, SHARES, STADIUM, district_of, polygon, spots
from footfall.demo.datasets.geodata import bays
from footfall.demo.datasets.stops import ROUTES, STATIONS, stops

IDS = [district.id for district in DISTRICTS]
EDGES = [edge for name in IDS for edge in pairwise(polygon(name))]


def area(ring):
    """Signed: above zero when the ring runs counter-clockwise."""
    return sum(lon_a * lat_b - lon_b * lat_a for (lon_a, lat_a), (lon_b, lat_b) in pairwise(ring)) / 2


def test_neighbours_share_their_edges_to_the_last_digit():
    seen = Counter(EDGES)
    assert max(seen.values()) == 1
    shared = sum((end, start) in seen for start, end in EDGES)
    assert 0.6 * len(EDGES) < shared < len(EDGES)


def test_districts_fill_the_outline_without_a_gap_or_an_overlap():
    outline = {start: end for start, end in EDGES if (end, start) not in set(EDGES)}
    ring = [next(iter(outline))]
    while ring[0] != outline[ring[-1]]:
        ring.append(outline[ring[-1]])
    assert len(ring) == len(outline)
    areas = [area(polygon(name)) for name in IDS]
    assert min(areas) > 0
    assert sum(areas) == pytest.approx(area([*ring, ring[0]]), abs=1e-9)


def test_every_place_in_the_city_is_in_one_district():
    dice = random.Random(1)
    for name in IDS:
        assert {district_of(lat, lon) for lat, lon in spots(dice, name, 5)} == {name}
    assert all(district_of(float(lat), float(lon)) == name for name, lat, lon in bays())
    assert all(district_of(stop.lat, stop.lon) == name for name, stop in stops().items())


@pytest.mark.parametrize("place", [(0.0, 0.0), (CENTRE[0] + 1, CENTRE[1]), (CENTRE[0], CENTRE[1] - 1)])
def test_there_is_no_district_outside_the_city(place):
    assert district_of(*place) == ""


def test_forty_districts_of_six_okrugs_are_told_apart_by_id():
    assert len(set(IDS)) == 40 and len({district.okrug for district in DISTRICTS}) == 6
    assert max(SHARES) > 20 * min(SHARES)


def test_lines_stop_only_where_there_are_districts():
    assert {name for route in ROUTES for name in route.districts} <= set(IDS)
    assert STADIUM in {station.district for station in STATIONS}
