"""Attacks on what a store holds, each with what it must find."""

import doctest

import pytest

from footfall.privacy.attacks import at_rest
from footfall.privacy.attacks.at_rest import Column, Sums
from footfall.privacy.attacks.chance import seeded
from footfall.privacy.attacks.hashes import brute_force
from footfall.privacy.attacks.uniqueness import unique_shares

pytestmark = pytest.mark.attack
CLEAN = [Column("marts", "visitors", "UInt32"), Column("events", "visitor", "UInt64"), Column("events_local", "visit", "UInt64")]


@pytest.mark.parametrize("name", ["visitor", "visit_id", "session", "user_id", "ip", "client_hash", "address"])
def test_a1_a_column_that_follows_a_visitor_is_caught(name):
    assert at_rest.trajectories(CLEAN, 0, 0, {}).passed
    assert not at_rest.trajectories([*CLEAN, Column("marts_local", name, "UInt64")], 0, 0, {}).passed


def test_a1_an_id_that_stayed_or_a_kind_that_is_one_is_caught():
    assert not at_rest.trajectories(CLEAN, 1, 1000, {}).passed
    assert not at_rest.trajectories([*CLEAN, Column("marts", "made", "UUID")], 0, 0, {}).passed


def test_a1_points_single_out_whom_nobody_is_like():
    trails = [[1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 9, 10]]
    shares = unique_shares(trails, seeded("points"), targets=300)
    assert list(shares) == [1, 2, 3, 4]
    assert 0 < shares[1] < shares[2] < shares[4] < 0.5
    assert unique_shares([[1], [1]], seeded("points")) == {1: 0.0}


@pytest.mark.parametrize(
    ("complete", "exact", "passes"), [(0, 0, True), (1, 1, True), (1000, 20, True), (1000, 40, False), (20, 20, False)]
)
def test_a6_sums_come_out_by_chance_and_no_oftener(complete, exact, passes):
    assert at_rest.sums_that_come_out(Sums(complete, exact)).passed is passes


def test_a7_a_cell_drawn_twice_is_caught():
    assert (at_rest.repeated(0).passed, at_rest.repeated(1).passed) == (True, False)


def test_a8_an_id_in_two_places_is_caught():
    assert (at_rest.ids_again(1000, 0).passed, at_rest.ids_again(1000, 1).passed) == (True, False)


def test_a8_a_search_whose_control_fails_proves_nothing():
    found = brute_force([1, 2], salt_known=lambda number: 9, salt_gone=[], again=[], space=3)
    assert (found.passed, found.rate) == (False, 1.0)


def test_a9_a_cell_under_its_threshold_or_of_no_known_mart_is_caught():
    assert at_rest.least_shown({("city", "page"): 64, ("open", "portal"): 104}).passed
    assert not at_rest.least_shown({("city", "page"): 63}).passed
    assert not at_rest.least_shown({("city", "sessions"): 1_000_000}).passed


def test_a11_a_broken_chain_or_an_unpaid_draw_is_caught():
    assert at_rest.broken_ledger([], [], 4).passed
    assert not at_rest.broken_ledger(["Line 2 was changed."], [], 4).passed
    assert not at_rest.broken_ledger([], [9], 4).passed


def test_numbers_in_docstrings_are_true():
    assert doctest.testmod(at_rest).failed == 0


def test_a10_a_visitor_who_moves_more_than_is_allowed_is_caught():
    assert at_rest.neighbours({"page": (10, 1), "portal": (1, 1)}).passed
    assert at_rest.neighbours({}).passed
    assert not at_rest.neighbours({"page": (11, 1)}).passed
    assert not at_rest.neighbours({"page": (10, 2)}).passed


@pytest.mark.parametrize(
    "kind", ["AggregateFunction(uniq, UInt64)", "AggregateFunction(groupBitmap, UInt64)", "AggregateFunction(uniqCombined(17), UInt64)"]
)
def test_a12_a_sketch_of_visitors_is_caught(kind):
    assert at_rest.sketches(CLEAN).passed
    assert not at_rest.sketches([*CLEAN, Column("marts", "who", kind)]).passed
