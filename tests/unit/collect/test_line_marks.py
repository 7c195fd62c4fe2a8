"""What two streams have in common is told from hits without their visitors."""

import pytest

from footfall.collect.line_marks import common_lines, make_marks
from tests.support.build import hit


def marks(*paths, before="x", visitors=(7,)):
    hits = [
        hit("2026-03-05T10:00:00", visitor=visitors[number % len(visitors)], path=path) if path else None
        for number, path in enumerate(paths)
    ]
    return make_marks(before, hits)


@pytest.mark.parametrize(
    ("paths", "common"),
    [("a", 1), ("ab", 2), ("abx", 2), ("x", 0), ("axc", 1), ("", 0), ("abcdef", 0), ("abcd", 0)],
)
def test_common_lines_are_those_before_the_first_that_differs(paths, common):
    assert common_lines(marks(*paths), marks(*"abcd")) == common


def test_lines_without_a_hit_are_lines_too():
    assert common_lines(marks("a", "", "b"), marks("a", "", "c", "d")) == 2
    assert common_lines(marks("a", "b"), marks("a", "", "c")) == 1


def test_same_lines_after_another_beginning_are_others():
    assert common_lines(marks(*"ab", before="x"), marks(*"abc", before="y")) == 0


def test_visitors_count_by_their_order_and_never_by_their_ids():
    assert marks(*"abc", visitors=(7, 8)) == marks(*"abc", visitors=(123456789, 5))
    assert common_lines(marks(*"ab", visitors=(7, 8)), marks(*"abc", visitors=(7,))) == 1
