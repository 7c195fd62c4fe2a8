import pytest

from footfall.serve.judging import Cell, judged_of

KEPT, SELDOM, OFTEN = Cell(0, 9_000, 900), Cell(10, 300, 60), Cell(8, 1_200, 60)


def judged(policy, *cells):
    return judged_of("home", "", policy, cells)


def test_as_shown_is_clicks_by_shown():
    found = judged("as shown", KEPT, SELDOM, OFTEN)
    assert (found.value, found.effective, found.says) == (round(1_020 / 10_500, 3), 10_500, "")


def test_nothing_tried_is_judged_by_what_stood_there_anyway():
    found = judged("nothing tried", KEPT, SELDOM, OFTEN)
    assert (found.value, found.effective) == (0.1, 9_000)


def test_what_is_tried_seldom_counts_more():
    found = judged("tried alone", KEPT, Cell(4, 2_000, 100), Cell(6, 1_000, 200))
    assert found.value == pytest.approx((2_000 * 4 * 0.05 + 1_000 * 8 * 0.2) / 16_000, abs=0.0006)
    assert found.effective == int(16_000**2 / (2_000 * 16 + 1_000 * 64))


@pytest.mark.parametrize(
    ("cells", "effective"), [((KEPT,), 0), ((), 0), ((Cell(8, 990, 90),), 990)], ids=["never tried", "never shown", "just under"]
)
def test_too_few_effective_rows_give_no_verdict_and_say_so(cells, effective):
    found = judged("tried alone", *cells)
    assert (found.value, found.effective) == (None, effective)
    assert found.says == f"no verdict: as much as {effective} shown items tell, and it takes 1,000"


def test_fewer_clicks_than_the_cohort_give_no_verdict():
    found = judged("as shown", Cell(0, 5_000, 0))
    assert (found.value, found.says) == (None, "no verdict: fewer clicks than the cohort")
