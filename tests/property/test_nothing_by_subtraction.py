"""Whole less parts: of small cities nothing comes out by subtraction that fewer than ten visitors stand behind."""

import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from footfall.privacy import release
from footfall.vocabulary import Above, Answer, Portal, Row, Share
from tests.support.build import Store, hit

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
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
        day = chance.choice(["03-02", "03-02", "03-02", "03-03", "03-03", "03-09", chance.choice(["02-27", "03-05", "03-31", "04-01"])])
        about = {"device": chance.choice(["Mobile", "Desktop", "Desktop", chance.choice(["Tablet", "TV"])])}
        about |= {"browser": chance.choice(["Firefox", "Chrome", "Chrome", "Opera"])}
        about |= {
            "os": chance.choice(
                {"Mobile": ["Android", "Android", "iOS", chance.choice(["iOS", "Other"])]}.get(
                    about["device"], ["Linux", "Windows", "Windows"]
                )
            )
        }
        place = chance.choice(["DE-BY", "DE-BY", "DE-BE", "MT-01", "LV-RIX"])
        about |= {
            "country": place[:2],
            "region": place,
            "city": chance.choice(["", place + "1", place + "1", f"{place}{chance.randrange(4)}"]),
        }
        about |= {
            name + "_version": f"{about[name][: chance.choice([1, 1, 1, 0])]}{chance.choice([1, 1, 1, 2, 2, 3])}"
            for name in ("browser", "os")
        }
        for again in range(chance.choice([1, 1, 1, 2])):
            source = chance.choice([("Google", "Organic Search"), ("Bing", "Organic Search"), ("VK", "Organic Social"), ("", "Direct")])
            source = chance.choice(
                [source] * 9 + [("Google", "Paid Search"), ("Yandex", "Paid Search"), ("OK", "Organic Social"), ("", "Email")]
            )
            about |= {
                "referrer": source[0] and f"{source[0]}/{chance.randrange(3)}",
                "utm_source": chance.choice(["", "", source[0], "letter"]),
            }
            for step in range(chance.randrange(1, 4)):
                at = f"2026-{day}T{8 + 4 * again:02d}:{step:02d}:00"
                host = chance.choice("aab")
                page = chance.choice(["/", f"/{host}", f"/{host}", f"/{host}/{chance.randrange(9)}"])
                yield hit(
                    at,
                    visitor + 1000 * int(day.replace("-", "")),
                    path=page,
                    portal=portal,
                    hostname=f"{host}.example",
                    source=source[0],
                    channel=source[1],
                    **about,
                )


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


LATTICE = (
    ("visit:source", "visit:channel"),
    ("visit:referrer", "visit:source", "visit:channel"),
    ("visit:utm_source", "visit:source", "visit:channel"),
    ("visit:city", "visit:region", "visit:country"),
    ("visit:browser_version", "visit:browser"),
    ("visit:os", "visit:device"),
    ("visit:os_version", "visit:os", "visit:device"),
    ("event:page", "event:hostname"),
    ("time:day", "time:week", "time:month"),
)
"""Each divides the next, by and large."""
WIDE = ["2026-02-25", "2026-04-03"]


def cells_of(store, names, metric):
    """The finest cells: values by dimension, in its labels, and the metric's number and cohort."""
    if not names[0].startswith("time:"):
        rows = store.answer("visitors", metric, by=",".join(names), date_range=WIDE).rows
        return [(row.dimensions, row.metrics[1], row.cohorts[1]) for row in rows]
    buckets = {name: [row.dimensions[0] for row in store.answer("visitors", by=name, date_range=WIDE).rows] for name in names}
    rows = store.answer("visitors", metric, by=names[0], date_range=WIDE).rows
    start_of = {name: lambda day, name=name: max(start for start in buckets[name] if start <= day) for name in names}
    return [(tuple(start_of[name](row.dimensions[0]) for name in names), row.metrics[1], row.cohorts[1]) for row in rows]


def told(cells, shown):
    """Which sums of cells come out of those that are shown, by linear algebra; each is a set of places of cells."""
    if not shown:
        return lambda wanted: False
    equations = np.array([[float(place in some) for place in range(len(cells))] for some in shown])
    span = np.linalg.pinv(equations) @ equations
    return lambda wanted: np.allclose(wanted @ span, wanted, atol=1e-6)


def small_sums_told(store, names, metric, policy, smallest):
    """Sums of cells, under the cohort, that can be solved out of the breakdowns by each of the names, and of the whole."""
    cells = cells_of(store, names, metric)
    groups, shown = [{place} for place in range(len(cells))], [set(range(len(cells)))]
    for at, name in enumerate(names):
        answer = store.answer("visitors", metric, by=name, policy=policy, date_range=WIDE)
        seen = {row.dimensions[0] for row in answer.rows if row.metrics[1] is not None}
        by_value = defaultdict(set)
        for place, (values, _, _) in enumerate(cells):
            by_value[values[at]].add(place)
        shown += [some for value, some in by_value.items() if value in seen]
        groups += by_value.values()
        pairs = defaultdict(set)
        for place, (values, _, _) in enumerate(cells):
            pairs[values[max(at - 1, 0)], values[at]].add(place)
        groups += pairs.values()
    is_told = told(cells, shown)
    found = []
    for some in groups:
        behind, number = (sum(cells[place][part] for place in some) for part in (2, 1))
        wanted = np.array([float(place in some) for place in range(len(cells))])
        if number and behind < smallest and is_told(wanted):
            found.append(([cells[place] for place in sorted(some)], behind))
    return found


@pytest.mark.parametrize("names", LATTICE, ids=lambda names: names[0])
def test_no_small_cell_comes_out_of_a_breakdown_and_those_it_divides(cities, names):
    metric = "pageviews" if names[0].startswith("event:") else "visits"
    for store in cities[:4]:
        for policy, smallest in (("staff", 10), ("outside", 20)):
            assert small_sums_told(store, names, metric, policy, smallest) == []


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


@st.composite
def divided(draw):
    """Visitors by finer and coarser value: most finer ones lie in one coarser one."""
    counts = st.one_of(st.integers(1, 9), st.integers(10, 60))
    homes = {name: draw(st.sampled_from("XYZ")) for name in "abcdefg"[: draw(st.integers(1, 7))]}
    strays = draw(st.dictionaries(st.tuples(st.sampled_from(sorted(homes)), st.sampled_from("XYZ")), counts, max_size=3))
    return strays | {cell: draw(counts) for cell in homes.items()}


def added_up(cells, side):
    return {name: sum(count for cell, count in cells.items() if cell[side] == name) for name in {cell[side] for cell in cells}}


@given(divided())
@example({("a", "Y"): 1, ("a", "Z"): 10, ("a", "X"): 1, ("b", "X"): 1, ("c", "X"): 1, ("d", "X"): 8})
@example(
    {
        ("d", "X"): 18,
        ("d", "Y"): 38,
        ("d", "Z"): 4,
        ("e", "X"): 4,
        ("e", "Y"): 8,
        ("a", "X"): 18,
        ("b", "Z"): 10,
        ("c", "Z"): 8,
        ("f", "Z"): 18,
    }
)
@settings(max_examples=300, deadline=None)
def test_nothing_comes_out_of_two_breakdowns_where_some_rows_lie_in_several_wholes(cells):
    shares = {
        name: tuple(Share(((0, (whole,)),), (count,), (count,)) for (own, whole), count in cells.items() if own == name)
        for name, _ in cells
    }
    coarse = Answer(rows=tuple(Row((name,), (n,), n) for name, n in added_up(cells, 1).items()), meta={}, query={}, parts=((0,),))
    rows = tuple(Row((name,), (n,), n, within=shares[name]) for name, n in added_up(cells, 0).items())
    fine = Answer(rows=rows, meta={}, query={}, parts=((0,),), above=(Above(0, coarse),))
    places, shown = list(cells), [set(range(len(cells)))] * (sum(cells.values()) >= 10)
    for side, answer in ((1, coarse), (0, fine)):
        names = {row.dimensions[0] for row in release(answer, "staff").answer.rows}
        shown += [{place for place, cell in enumerate(places) if cell[side] == name} for name in sorted(names)]
    is_told = told(places, shown)
    for place, cell in enumerate(places):
        assert cells[cell] >= 10 or not is_told(np.eye(len(places))[place])
