"""Whole less parts: of small cities nothing comes out by subtraction that fewer than ten visitors stand behind."""

import random
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.privacy import release
from footfall.vocabulary import Answer, Portal, Row
from tests.support.build import Store, hit

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
METRICS = ("visitors", "visits", "pageviews")
ONE_A_VISITOR = ("visit:device", "visit:browser", "visit:os", "visit:country", "visit:region", "time:day", "time:week", "time:month")
ONE_A_VISIT = ("visit:channel", "visit:source")
OF_VISITS = ("visit:entry_page", "visit:exit_page")
"""They have no pageviews."""
ONE_AN_EVENT = ("event:page", "time:hour")
CITIES = [Portal(id=100 + number, domain=f"city{number}.example", umami_id="") for number in range(6)]


def made_hits(portal):
    """A few hundred visits of a few days: some pages, devices and places are seldom."""
    chance = random.Random(portal.id)
    for visitor in range(1, chance.randrange(40, 160)):
        day = chance.choice([2, 2, 2, 3, 3, 9])
        about = {"device": chance.choice(["Mobile", "Desktop", "Desktop", chance.choice(["Tablet", "TV"])])}
        about |= {"browser": chance.choice(["Firefox", "Chrome", "Chrome", "Opera"]), "os": chance.choice(["Linux", "Android", "Android"])}
        place = chance.choice(["DE-BY", "DE-BY", "DE-BE", "MT-01", "LV-RIX"])
        about |= {"country": place[:2], "region": place}
        for again in range(chance.choice([1, 1, 1, 2])):
            source = chance.choice([("Google", "Organic Search"), ("VK", "Organic Social"), ("", "Direct")])
            for step in range(chance.randrange(1, 4)):
                at = f"2026-03-{day:02d}T{8 + 4 * again:02d}:{step:02d}:00"
                page = chance.choice(["/", "/", "/a", f"/{chance.randrange(4)}"])
                yield hit(at, visitor + 1000 * day, path=page, portal=portal, source=source[0], channel=source[1], **about)


@pytest.fixture(scope="module")
def cities(embedded_engine, tmp_path_factory):
    stores = [Store(embedded_engine, tmp_path_factory.mktemp(portal.domain), portal) for portal in CITIES]
    for store, portal in zip(stores, CITIES, strict=True):
        store.load(*made_hits(portal))
    return stores


def left_over(store, name, column, date_range, within=lambda row: ""):
    """By whole: its value less its shown parts, and visitors behind the parts that are not shown."""
    asked = {"by": name, "date_range": date_range}
    metrics = METRICS[:2] if name in OF_VISITS else METRICS
    exact = store.answer(*metrics, **asked).rows
    seen = {row.dimensions: row.metrics[column] for row in store.answer(*metrics, policy="staff", **asked).rows}
    found = defaultdict(lambda: [0, 0])
    for row in exact:
        if seen.get(row.dimensions) is None:
            found[within(row)][0] += row.metrics[column]
            found[within(row)][1] += row.cohorts[column]
    assert all(seen[row.dimensions] in (None, row.metrics[column]) for row in exact if row.dimensions in seen)
    return found


@QUICK
@given(st.integers(0, len(CITIES) - 1), st.sampled_from([3, 9, 12]), st.integers(0, 2), st.data())
def test_no_whole_less_its_shown_parts_tells_of_fewer_than_ten(cities, city, last, column, data):
    names = ONE_A_VISITOR + ONE_A_VISIT + (ONE_AN_EVENT if column == 2 else OF_VISITS)
    store, date_range, name = cities[city], ["2026-03-02", f"2026-03-{last:02d}"], data.draw(st.sampled_from(names))
    for rest, visitors in left_over(store, name, column, date_range).values():
        assert rest == visitors == 0 or visitors >= 10
    if name in ONE_A_VISITOR and column == 0:
        total = store.answer("visitors", policy="staff", date_range=date_range).rows[0].metrics[0]
        shown = [row.metrics[0] or 0 for row in store.answer(*METRICS, by=name, policy="staff", date_range=date_range).rows]
        assert total - sum(shown) == 0 or total - sum(shown) >= 10


@QUICK
@given(st.integers(0, len(CITIES) - 1), st.integers(0, 2))
def test_no_country_less_its_shown_regions_tells_of_fewer_than_ten(cities, city, column):
    date_range = ["2026-03-02", "2026-03-09"]
    by_country = left_over(cities[city], "visit:region", column, date_range, lambda row: row.dimensions[0][:2])
    countries = {
        row.dimensions[0] for row in cities[city].answer("visitors", by="visit:country", policy="staff", date_range=date_range).rows
    }
    assert all(visitors >= 10 for country, (_, visitors) in by_country.items() if country in countries)


@st.composite
def tables(draw):
    counts = st.one_of(st.just(0), st.integers(1, 30))
    return {(f"d{day}", name): draw(counts) for day in range(draw(st.integers(1, 4))) for name in "abcd"[: draw(st.integers(1, 4))]}


def solved(table, known):
    """Cells that come out when every margin of ten or more, and what is 0, is known: one line with one unknown after the other."""
    known = {cell for cell in table if table[cell] == 0 or cell in known}
    lines = [[cell for cell in table if cell[side] == name] for side in (0, 1) for name in {cell[side] for cell in table}]
    lines = [line for line in lines if sum(table[cell] for cell in line) >= 10]
    while alone := [left[0] for line in lines if len(left := [cell for cell in line if cell not in known]) == 1]:
        known.update(alone)
    return known


@given(tables(), st.permutations(range(16)))
@settings(max_examples=300, deadline=None)
def test_no_chain_of_subtractions_over_two_dimensions_solves_a_small_cell(table, order):
    rows = [Row(cell, (count,), count) for cell, count in table.items() if count]
    rows = [rows[place] for place in order if place < len(rows)]
    answer = release(Answer(rows=tuple(rows), meta={}, query={}, parts=((0,), (0,))), "staff").answer
    shown = {row.dimensions for row in answer.rows}
    small = {cell for cell, count in table.items() if 0 < count < 10}
    assert not (solved(table, shown) - solved(table, set())) & small
