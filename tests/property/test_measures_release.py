"""The door of the city's data: whatever the table held, what leaves is in steps, on twenty or more, and stays so."""

from hypothesis import given
from hypothesis import strategies as st

from footfall.privacy import release_measures
from footfall.privacy.measures import FLOOR, ROUND_TO, step_of
from footfall.vocabulary import Cell, Measured

cells = st.builds(Cell, st.text(max_size=3), st.floats(-1e9, 1e9).map(lambda value: round(value, 2)), st.integers(0, 10_000))
answers = st.builds(
    Measured,
    aggregate=st.sampled_from(["count", "sum", "mean", "distinct"]),
    unit=st.sampled_from(["", "%", "EUR"]),
    rows=st.lists(cells, max_size=8).map(tuple),
)


@given(answers)
def test_nothing_leaves_that_rests_on_fewer_than_twenty(answer):
    released = release_measures(answer, "staff").answer
    assert [cell.key for cell in released.rows] == [cell.key for cell in answer.rows if cell.cohort >= FLOOR]
    assert all(cell.cohort >= FLOOR and cell.cohort % ROUND_TO == 0 for cell in released.rows)


@given(answers)
def test_no_number_is_farther_from_the_truth_than_half_its_step(answer):
    kept = [cell for cell in answer.rows if cell.cohort >= FLOOR]
    for before, after in zip(kept, release_measures(answer, "staff").answer.rows, strict=True):
        people = {"sum": ROUND_TO, "mean": 1}.get(answer.aggregate)
        scale = 100.0 if answer.aggregate == "mean" and answer.unit == "%" else 0.0
        step = ROUND_TO if people is None else step_of(max(abs(before.value), scale), before.cohort, people)
        assert abs(after.value - before.value) <= step / 2 + 1e-6 * abs(before.value)


@given(st.lists(st.integers(20, 10_000), max_size=8))
def test_sums_of_released_counts_are_released_counts(counts):
    apart = release_measures(Measured(aggregate="count", unit="", rows=tuple(Cell(str(n), float(n), n) for n in counts)), "staff").answer
    total = sum(cell.value for cell in apart.rows)
    together = Measured(aggregate="count", unit="", rows=(Cell("all", total, sum(counts)),) if counts else ())
    assert [cell.value for cell in release_measures(together, "staff").answer.rows] == ([total] if counts else [])
