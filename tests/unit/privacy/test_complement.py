"""What joins what is hidden, a hair above and below the limit."""

import pytest

from footfall.privacy import release
from footfall.vocabulary import Above, Answer, Order, Row, Share


def shown(rows, *, parts=((0,),), **rest):
    answer = release(Answer(rows=tuple(rows), meta={}, query={}, parts=parts, **rest), "staff").answer
    return [(*row.dimensions, *row.metrics) for row in answer.rows]


def devices(**counts):
    return [Row((name,), (count,), count) for name, count in counts.items()]


@pytest.mark.parametrize(
    ("counts", "seen"),
    [
        ({"desktop": 200, "mobile": 61, "tablet": 7}, {"desktop": 200}),
        ({"desktop": 200, "mobile": 61, "tablet": 7, "watch": 3}, {"desktop": 200, "mobile": 61}),
        ({"desktop": 200, "mobile": 61, "tablet": 7, "watch": 2}, {"desktop": 200}),
        ({"desktop": 200, "mobile": 61, "tablet": 10}, {"desktop": 200, "mobile": 61, "tablet": 10}),
        ({"desktop": 200, "mobile": 61}, {"desktop": 200, "mobile": 61}),
        ({"desktop": 50, "mobile": 9}, {}),
        ({"desktop": 9}, {}),
        ({"desktop": 10, "mobile": 10, "tablet": 1}, {"mobile": 10}),
    ],
)
def test_what_is_hidden_of_a_whole_is_nothing_or_ten(counts, seen):
    assert dict(shown(devices(**counts))) == seen


def test_metrics_that_a_dimension_does_not_divide_are_left_alone():
    rows = [Row(("/a",), (20, 25), 20), Row(("/b",), (30, 33), 30), Row(("/c",), (4, 4), 4)]
    assert shown(rows, parts=((1,),)) == [("/a", 20, None), ("/b", 30, 33)]
    assert shown(rows, parts=((),)) == [("/a", 20, 25), ("/b", 30, 33)]


def test_a_single_blank_metric_is_not_told_by_the_others():
    rows = [Row(("ads",), (30, 8), 30, cohorts=(30, 8)), Row(("mail",), (40, 90), 40), Row(("search",), (50, 99), 50)]
    assert shown(rows, parts=((0, 1),)) == [("ads", 30, None), ("mail", 40, None), ("search", 50, 99)]


def test_views_of_visitors_who_are_not_told_apart_are_hidden_with_others():
    rows = [Row(("",), (0, 3), 0), Row(("mobile",), (20, 40), 20), Row(("desktop",), (30, 60), 30)]
    assert shown(rows, parts=((0, 1),)) == [("desktop", 30, 60), ("mobile", 20, None)]


def rows_within(**wholes):
    """Rows named after their wholes, and those: ``LV=(7, 40)`` are two rows in LV."""
    named = [(whole, f"{whole}-{place}", n) for whole, counts in wholes.items() for place, n in enumerate(counts)]
    rows = [Row((name,), (n,), n, within=(Share(((0, (whole,)),), (n,), (n,)),)) for whole, name, n in named]
    coarse = Answer(rows=tuple(devices(**{whole: sum(counts) for whole, counts in wholes.items()})), meta={}, query={}, parts=((0,),))
    return rows, (Above(0, coarse),)


def test_a_small_region_is_not_told_by_its_country():
    rows, above = rows_within(LV=(7, 40, 60), EE=(30, 50))
    assert {name for name, _ in shown(rows, above=above)} == {"EE-0", "EE-1", "LV-2"}


def test_what_lies_in_a_country_that_joined_a_small_one_is_hidden_with_it():
    rows, above = rows_within(LV=(40, 60), EE=(30, 50), MT=(6,))
    assert {name for name, _ in shown(rows, above=above)} == {"LV-0", "LV-1"}


@pytest.mark.parametrize(("limit", "offset", "seen"), [(1, 0, [("mobile", 300)]), (1, 1, [("desktop", 200)]), (5, 2, [])])
@pytest.mark.parametrize("descending", [True, False])
def test_order_and_page_do_not_change_what_is_hidden(descending, limit, offset, seen):
    rows = devices(desktop=200, mobile=300, phablet=61, tablet=7)
    order = (Order(by_metric=False, place=0, descending=descending),)
    pages = shown(rows, order=order, limit=limit, offset=offset)
    assert pages == (seen if descending or not seen else [("desktop", 200), ("mobile", 300)][offset : offset + 1])


def test_total_rows_counts_what_is_left():
    answer = Answer(rows=tuple(devices(desktop=200, mobile=61, tablet=7)), meta={"total_rows": 3}, query={}, parts=((0,),), limit=1)
    assert release(answer, "staff").answer.meta["total_rows"] == 1


def test_the_other_period_hides_what_it_would_hide_by_itself():
    then = devices(desktop=100, mobile=30, tablet=5)
    now = [Row((name,), (50,), 50, comparison=other, change=(7,)) for name, other in zip(("desktop", "mobile"), then, strict=False)]
    released = release(Answer(rows=tuple(now), meta={}, query={}, parts=((0,),), beside=tuple(then)), "staff").answer
    assert [(row.metrics, row.comparison.metrics, row.change) for row in released.rows] == [
        ((50,), (100,), (7,)),
        ((50,), (None,), (None,)),
    ]


def test_a_bucket_that_joins_stays_in_its_place_without_its_number():
    old = [Row((day,), (20,), 20) for day in "abc"]
    rows = [Row((day,), (count,), count, comparison=other, change=(1,)) for day, count, other in zip("abc", (30, 20, 3), old, strict=True)]
    released = release(Answer(rows=tuple(rows), meta={}, query={}, parts=((0,),), beside=tuple(old), every_bucket=True), "staff").answer
    assert [(row.metrics[0], row.comparison.metrics[0]) for row in released.rows] == [(30, 20), (None, 20), (None, 20)]
    assert released.meta["release"]["withheld"] == 2
