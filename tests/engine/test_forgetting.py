"""What a portal keeps no longer leaves the tables, and nothing else does."""

import os
from datetime import date

import msgspec
import pytest

from footfall.store.drawn import drop_cells, drop_days_before, lines_held
from footfall.store.forgetting import drop_expired, forget_nights, forget_site, forget_visitors
from footfall.store.loading import Loader
from footfall.store.marts import cells_of, write_cells
from tests.engine.conftest import ONE_STORE
from tests.support.build import hit
from tests.support.journal import START, write

HELD = "SELECT site, toString(day), count() FROM {table:Identifier} GROUP BY ALL ORDER BY ALL"
PARTS = "SELECT DISTINCT partition FROM system.parts WHERE active AND table IN ('events', 'events_local') ORDER BY partition"


@pytest.fixture
def store(engine, tmp_path):
    """Sites 1 and 2, a pageview of two visitors on each of the first five days of March; site 2 not on the first."""
    hits = [
        msgspec.structs.replace(hit(f"2026-03-{day:02d}T10:00:00", visitor=10 * day + visitor), site=site)
        for site in (1, 2)
        for day in range(site, 6)
        for visitor in (1, 2)
    ]
    Loader(engine, tmp_path / "journal", now=lambda: START, random=os.urandom).load(write(tmp_path / "journal", 1, hits))
    return engine


def held(engine, table="events"):
    found = engine.query(HELD, {"table": table})
    assert [row for row in found if row[2] != 2] == []
    return [(site, int(day[-2:])) for site, day, _ in found]


def test_days_over_their_time_go_by_portal(store):
    assert drop_expired(store, {1: 2, 2: 3}, date(2026, 3, 6)) == 4
    for table in ("events", "visits"):
        assert held(store, table) == [(1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]


def test_a_day_that_nobody_keeps_goes_as_a_partition(store):
    drop_expired(store, {1: 2, 2: 2}, date(2026, 3, 6))
    for node in store.nodes():
        assert {day for (day,) in node.query(PARTS)} <= {"2026-03-04", "2026-03-05"}


@ONE_STORE
def test_keeping_nothing_leaves_today(store):
    drop_expired(store, {1: 0, 2: 90}, date(2026, 3, 5))
    assert held(store) == [(1, 5), (2, 2), (2, 3), (2, 4), (2, 5)]


@ONE_STORE
def test_portals_that_are_not_named_stay(store):
    before = held(store)
    assert drop_expired(store, {7: 0}, date(2027, 1, 1)) == 0
    assert held(store) == before


@ONE_STORE
def test_forgetting_again_changes_nothing(store):
    for expected in (5, 0):
        assert drop_expired(store, {1: 0}, date(2026, 4, 1)) == expected
    assert held(store) == [(2, 2), (2, 3), (2, 4), (2, 5)]


def test_what_visitors_did_after_midnight_goes_with_the_day_that_their_id_began(store, tmp_path):
    late = [msgspec.structs.replace(hit("2026-03-02T00:10:00", visitor=11), site=site) for site in (1, 2)]
    Loader(store, tmp_path / "night", now=lambda: START, random=os.urandom).load(write(tmp_path / "night", 2, late))
    forget_nights(store, {(1, date(2026, 3, 1)), (2, date(2026, 3, 2))})
    for table in ("events", "visits"):
        found = store.query(HELD, {"table": table})
        assert [row for row in found if row[2] != 2] == [(2, "2026-03-02", 3)]
        assert len(found) == 9


def test_a_portal_taken_down_leaves_nothing(store):
    forget_site(store, 2)
    for table in ("events", "visits"):
        assert held(store, table) == [(1, day) for day in range(1, 6)]


LEFT = "SELECT site, toString(day), visitor FROM {table:Identifier} WHERE day >= '2026-03-04' ORDER BY ALL"
ROWS = "SELECT sum(rows) FROM service_days WHERE site = {site:UInt32} AND day = '2026-03-05'"


def test_visitors_go_from_the_days_that_are_given_and_their_counts_are_out_of_date(store):
    before = [store.query(ROWS, {"site": site}) for site in (1, 2)]
    assert forget_visitors(store, {(1, 51), (1, 11), (2, 2**64 - 1)}, date(2026, 3, 4), "token") == 1
    for table in ("events", "visits"):
        left = [(site, int(day[-2:]), visitor) for site, day, visitor in store.query(LEFT, {"table": table})]
        assert left == [(1, 4, 41), (1, 4, 42), (1, 5, 52), (2, 4, 41), (2, 4, 42), (2, 5, 51), (2, 5, 52)]
    assert store.query("SELECT count() FROM events WHERE visitor = 11") == [(1,)], "of a day before"
    after = [store.query(ROWS, {"site": site}) for site in (1, 2)]
    assert (after[0] > before[0], after[1] == before[1]) == (True, True)
    assert forget_visitors(store, {(1, 51)}, date(2026, 3, 4), "another token") == 0


def test_marts_go_by_line_and_by_age_and_others_stay(engine):
    before, first = date(2024, 10, 3), date(2024, 10, 4)
    cells = {(1, ("/",)): 412, (2, ("/map",)): 97}
    for line, day in ((1, before), (2, first), (3, first)):
        write_cells(engine, "city", "page", day, line, cells, f"line-{line}")
    drop_cells(engine, first, 3)
    assert lines_held(engine) == {1, 2}
    assert [drop_days_before(engine, first), drop_days_before(engine, first)] == [2, 0]
    assert cells_of(engine, first, 2) == cells and lines_held(engine) == {2}
