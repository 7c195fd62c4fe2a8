"""What lines of loads count: exactly for who loads, in tens for others, and nothing once the data are gone."""

import pytest

from footfall.control.contracts import read_under
from footfall.control.datasets import put_dataset
from footfall.control.load_sums import sum_loads
from footfall.control.load_totals import began_ms, totals_of
from footfall.control.loads import Begun, Ended, begin_load, clear_lines, end_load, list_loads, publish_loads, withdraw_loads

DAY_MS = 86_400_000
ENDED = Ended(
    rows_in=1023, kept=1004, folded=15, refused=4, cells=9, details={"refusals": [{"reason": "a:missing", "rows": 4, "first": [7]}]}
)


@pytest.fixture
def control(emptied):
    return emptied


def load(control, object, ended=ENDED, *, now_ms=DAY_MS, version="1.0.0"):
    dataset = put_dataset(control, "taps", version, f"contract {version}", now_ms=0)
    number = begin_load(control, dataset, Begun(object=object, version="1"), now_ms=now_ms)
    publish_loads(control, {number: ended}, now_ms=now_ms)
    return number


def counts(control):
    return {line.object: (line.rows_in, line.kept, line.folded, line.refused, line.details) for line in list_loads(control, "taps")}


def test_loads_are_rounded_before_they_are_added_up(control):
    for object in ("a", "b", "c"):
        load(control, object)
    exact, rounded = sum_loads(control)["taps"], sum_loads(control, floor=20, step=10)["taps"]
    assert (exact.rows_in, exact.kept, exact.folded, exact.refused, exact.cells) == (3069, 3012, 45, 12, 27)
    assert (rounded.kept, rounded.folded, rounded.refused, rounded.cells, rounded.objects) == (3000, 0, 0, 27, 3)
    totals = totals_of(control, "taps", floor=20, step=10)
    assert (totals.kept, totals.folded, totals.refused, totals.loads) == (3000, 0, 0, 3)


def test_a_day_of_which_no_cell_was_kept_is_none_for_who_sees_cells_alone(control):
    few = Ended(rows_in=3, folded=3)
    told, *_ = load(control, "2026-01-01"), load(control, "2026-01-02", few), load(control, "a.csv", few)
    exact, seen = sum_loads(control)["taps"], sum_loads(control, floor=20, step=10)["taps"]
    totals = totals_of(control, "taps", floor=20, step=10)
    assert (exact.objects, seen.objects, totals.loads, totals.numbers) == (3, 2, 2, (told + 2, told))


CLEARED = (0, 0, 0, 0, {"cleared": True})


def test_what_lines_count_goes_when_they_are_old_or_their_rows_are_gone(control):
    old, gone, left = (load(control, object, now_ms=days * DAY_MS) for object, days in (("old", 1), ("gone", 5), ("left", 6)))
    assert old < gone < left
    clear_lines(control, "taps", ended_before_ms=3 * DAY_MS, numbers=[gone])
    found = counts(control)
    assert (found["old"], found["gone"], found["left"][0]) == (CLEARED, CLEARED, 1023)


def test_withdrawing_clears_every_line_and_what_a_refused_one_said(control):
    load(control, "a")
    refused = begin_load(
        control, put_dataset(control, "taps", "1.0.0", "contract 1.0.0", now_ms=0), Begun(object="b", version="1"), now_ms=0
    )
    end_load(control, refused, "refused", Ended(rows_in=20, refused=20, said="row 7"), now_ms=DAY_MS)
    assert withdraw_loads(control, "taps", now_ms=2 * DAY_MS)
    assert counts(control) == {"a": CLEARED, "b": CLEARED}
    assert {line.said for line in list_loads(control, "taps")} == {""}


def test_loads_stand_with_the_contract_they_ran_under(control):
    first, second = load(control, "a"), load(control, "b")
    third = load(control, "b", version="2.0.0")
    assert third > second
    assert [(ran.version, ran.contract, ran.loads) for ran in read_under(control, "taps")] == [
        ("2.0.0", "contract 2.0.0", (third,)),
        ("1.0.0", "contract 1.0.0", (first,)),
    ]


def test_load_holds_nothing_later_than_when_it_began(control):
    number = load(control, "a.csv", now_ms=3 * DAY_MS)
    assert (began_ms(control, number), began_ms(control, number + 1)) == (3 * DAY_MS, 0)
