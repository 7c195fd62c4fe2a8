import pytest

from footfall.errors import Refused
from footfall.privacy import release_measures
from footfall.privacy.measures import rounded_count, step_of
from footfall.vocabulary import Cell, Coarser, Measured


def measured(*cells, aggregate="count", unit="", **more):
    return Measured(aggregate=aggregate, unit=unit, rows=tuple(Cell(f"p{place}", *cell) for place, cell in enumerate(cells)), **more)


def values(answer, policy="staff"):
    return [cell.value for cell in release_measures(answer, policy).answer.rows]


def test_cell_on_nineteen_is_absent_whatever_the_table_holds():
    assert values(measured((19.0, 19), (20.0, 20))) == [20.0]


def test_what_is_counted_more_coarsely_has_the_same_floor():
    beside = (Coarser("month", "okrug", "north", 19.0, 19), Coarser("month", "okrug", "south", 46.0, 46))
    released = release_measures(measured(coarser=beside), "staff").answer
    assert released.coarser == (Coarser("month", "okrug", "south", 50.0, 50),)


def test_counts_and_their_cohorts_leave_in_tens():
    (cell,) = release_measures(measured((1234.0, 1234)), "staff").answer.rows
    assert (cell.value, cell.cohort) == (1230.0, 1230)


@pytest.mark.parametrize(
    ("value", "cohort", "seen"),
    [(6412.0, 200, 6500.0), (612.0, 20, 500.0), (-90.0, 20, -100.0), (0.0, 30, 0.0), (123456.78, 4000, 123500.0)],
)
def test_sums_leave_in_the_step_that_ten_of_their_cohort_make(value, cohort, seen):
    assert values(measured((value, cohort), aggregate="sum", unit="EUR")) == [seen]


@pytest.mark.parametrize(("value", "unit", "seen"), [(73.4, "%", 75.0), (2.0, "points", 0.0), (4.31, "", 4.5)])
def test_means_leave_in_the_step_that_one_of_their_cohort_makes(value, unit, seen):
    assert values(measured((value, 20), aggregate="mean", unit=unit)) == [seen]


def test_step_is_one_two_or_five_times_a_power_of_ten():
    assert [step_of(value, 100) for value in (10.0, 11.0, 21.0, 51.0)] == [1.0, 2.0, 5.0, 10.0]


def test_rows_of_a_load_are_told_in_tens_and_fewer_than_twenty_as_none():
    assert [rounded_count(rows) for rows in (0, 1, 19, 20, 24, 26, 1006)] == [0, 0, 0, 20, 20, 30, 1010]


def test_certified_numbers_stay_as_they_came_and_are_said_to_be():
    released = release_measures(measured((7.0, 3), is_certified=True), "staff").answer
    assert released.rows == (Cell("p0", 7.0, 3),)
    assert released.meta["release"] == {"policy": "staff", "smallest_cohort": 0, "rounded_to": 0, "is_certified": True, "unit": ""}


def test_under_exact_nothing_is_changed():
    assert values(measured((7.0, 3)), "exact") == [7.0]


def test_they_do_not_leave_under_a_policy_of_drawn_numbers():
    with pytest.raises(Refused, match="open"):
        release_measures(measured((50.0, 50)), "open")
