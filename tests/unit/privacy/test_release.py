"""The gate on answers made by hand, a hair above and below each limit."""

import pytest

from footfall.errors import BadSetting, Refused
from footfall.privacy import Released, release, release_count, release_events
from footfall.privacy.policy import POLICIES
from footfall.reports.compose import COUNTED_TO
from footfall.vocabulary import Answer, Order, Row
from tests.support.build import OF_EVENTS


def row(label, *metrics, cohort, cohorts=(), **rest):
    return Row((label,) if label else (), metrics, cohort, cohorts=cohorts, **rest)


def answer(*rows, **rest):
    return Answer(rows=rows, meta=rest.pop("meta", {}), query={}, **rest)


def shown(released):
    return [(*row.dimensions, *row.metrics) for row in released.answer.rows]


def test_a_row_needs_ten_visitors():
    released = release(answer(row("/a", 10, cohort=10), row("/b", 9, cohort=9), row("/c", 0, cohort=0)), "staff")
    assert shown(released) == [("/a", 10)]
    assert released.answer.meta["release"] == {"policy": "staff", "smallest_cohort": 10, "withheld": 0, "rounded": False} | OF_EVENTS


@pytest.mark.parametrize("cohort", [0, 1, 9])
def test_a_total_of_few_is_as_blank_as_one_of_none(cohort):
    released = release(answer(row("", cohort, 0.5, cohort=cohort), meta={"total_rows": 1}), "staff")
    assert shown(released) == [(None, None)]
    assert (released.answer.meta["release"]["withheld"], released.answer.meta["total_rows"]) == (1, 1)


@pytest.mark.parametrize("label", ["", "/a"])
def test_a_metric_that_rests_on_fewer_than_its_row_is_blank(label):
    released = release(answer(row(label, 12, 63, 40, cohort=12, cohorts=(12, 9, 10))), "staff")
    assert released.answer.rows[0].metrics == (12, None, 40)


def test_a_metrics_own_base_does_not_carry_a_row_that_is_too_small():
    assert shown(release(answer(row("", 9, 40, cohort=9, cohorts=(12, 12))), "staff")) == [(None, None)]


SMALL = row("", 9, 50, cohort=9)
MIXED = row("", 11, 50, cohort=11, cohorts=(11, 3))
LARGE = row("", 20, 70, cohort=20)


@pytest.mark.parametrize(
    ("mine", "other", "seen"),
    [
        (LARGE, SMALL, ((20, 70), (None, None), (None, None))),
        (LARGE, MIXED, ((20, 70), (11, None), (5, None))),
        (MIXED, LARGE, ((11, None), (20, 70), (5, None))),
        (SMALL, LARGE, ((None, None), (20, 70), (None, None))),
        (LARGE, LARGE, ((20, 70), (20, 70), (5, 6))),
    ],
)
def test_a_small_side_of_a_comparison_and_its_change_are_blank(mine, other, seen):
    found = release(answer(row("", *mine.metrics, cohort=mine.cohort, cohorts=mine.cohorts, comparison=other, change=(5, 6))), "staff")
    one = found.answer.rows[0]
    assert (one.metrics, one.comparison.metrics, one.change) == seen


def test_a_small_row_goes_whatever_it_is_compared_with():
    assert release(answer(row("/b", 3, 70, cohort=3, comparison=LARGE, change=(5, 6))), "staff").answer.rows == ()


def test_where_every_bucket_has_its_row_a_small_side_is_blank_and_two_small_sides_are_absent():
    few, none, many = (row("day", count, cohort=count) for count in (3, 0, 12))
    pairs = [(one, other) for one in (few, none, many) for other in (few, none, many)]
    rows = [row("day", *one.metrics, cohort=one.cohort, comparison=other, change=(1,)) for one, other in pairs]
    released = release(answer(*rows, every_bucket=True), "staff").answer.rows
    sides = [(one.metrics[0], one.comparison.metrics[0], one.change[0]) for one in released]
    assert sides == [(None, 12, None), (None, 12, None), (12, None, None), (12, None, None), (12, 12, 1)]


def test_rows_are_ordered_and_cut_by_what_may_be_seen():
    rows = [
        row(label, 20, rate, cohort=20, cohorts=(20, base))
        for label, rate, base in (("/a", 90, 3), ("/b", 80, 20), ("/c", 70, 3), ("/d", 60, 20))
    ]
    by_rate = (Order(by_metric=True, place=1, descending=True),)
    hidden = row("/0", 9, 99, cohort=9)
    first = release(answer(hidden, *rows, order=by_rate, limit=3, meta={"total_rows": 5}), "staff")
    assert shown(first) == [("/b", 20, 80), ("/d", 20, 60), ("/a", 20, None)]
    assert first.answer.meta["total_rows"] == 4
    rest = release(answer(hidden, *rows, order=by_rate, limit=3, offset=3, meta={"total_rows": 5}), "staff")
    assert shown(rest) == [("/c", 20, None)]


def test_order_goes_by_dimension_keys_where_rows_have_them():
    rows = [row(label, 1, cohort=20, cohorts=(9,), keys=(key,)) for label, key in (("02:00", 7200), ("02:00", 3600), ("01:00", 0))]
    for descending, keys in ((False, [0, 3600, 7200]), (True, [7200, 3600, 0])):
        released = release(answer(*rows, order=(Order(by_metric=False, place=0, descending=descending),)), "staff")
        assert [one.keys[0] for one in released.answer.rows] == keys


def test_exact_changes_nothing_but_the_page():
    rows = (row("/b", 1, cohort=1, cohorts=(0,)), row("/a", 2, cohort=2, comparison=row("/a", 0, cohort=0), change=(100,)))
    asked = answer(*rows, order=(Order(by_metric=False, place=0, descending=False),), meta={"total_rows": 2, "note": "x"})
    released = release(asked, "exact").answer
    assert (released.rows, released.meta["total_rows"], released.meta["note"]) == (rows, 2, "x")
    assert released.meta["release"] == {"policy": "exact", "smallest_cohort": 0, "withheld": 0, "rounded": False} | OF_EVENTS


def test_staff_may_combine_two_visitor_attributes():
    assert release(answer(visitor_attributes=("device", "place")), "staff").answer.rows == ()
    with pytest.raises(Refused, match="at most 2 visitor attributes; this one combines browser, device, place"):
        release(answer(visitor_attributes=("browser", "device", "place")), "staff")


@pytest.mark.parametrize(("visitors", "policy", "seen"), [(9, "staff", 0), (10, "staff", 10), (0, "staff", 0), (1, "exact", 1)])
def test_a_lone_count_below_the_cohort_is_none(visitors, policy, seen):
    assert release_count(visitors, policy).answer == seen


def test_an_unknown_policy_lets_nothing_out():
    with pytest.raises(BadSetting, match=r"Policy 'loose' is not known. Valid: staff, exact, outside, city, open."):
        release(answer(), "loose")


def test_released_is_made_by_the_door_alone():
    with pytest.raises(TypeError, match=r"made by privacy.release alone"):
        Released(answer(), "staff", object())


def test_no_policy_asks_for_more_visitors_than_are_counted():
    assert max(policy.smallest_cohort for policy in POLICIES.values()) <= COUNTED_TO


@pytest.mark.parametrize(
    ("events", "each", "told"), [(9, 1, 0), (10, 1, 10), (19, 1, 10), (99, 10, 0), (100, 10, 100), (199, 10, 100), (0, 1, 0)]
)
def test_events_of_unknown_visitors_are_told_in_whole_cohorts(events, each, told):
    assert release_events(events, "staff", each=each).answer == told
    assert release_events(events, "exact", each=each).answer == events
