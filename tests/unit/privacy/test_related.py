"""A hair above and below each limit of what is shown of related rows."""

import pytest

from footfall.privacy import release
from footfall.vocabulary import Answer, Row


def shown(related, *counts):
    """Numbers as released; why for blank ones."""
    rows = [Row((f"/{place}",), (count,), count, keys=(place,)) for place, count in enumerate(counts)]
    answer = release(Answer(rows=tuple(rows), meta={}, query={}, related=related), "staff").answer
    assert answer.meta["release"]["withheld"] == sum(row.metrics == (None,) for row in answer.rows)
    return [row.blank if row.metrics[0] is None else row.metrics[0] for row in answer.rows]


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ((40, 30, 20, 10), [40, 30, 20, 10]),
        ((40, 31, 20, 9), [40, "near", 20, "few"]),
        ((40, 40, 40), [40, "near", "near"]),
        ((40, 31, 30), [40, "near", 30]),
        ((40, 35, 31, 25), [40, "near", "near", 25]),
        ((18, 18, 9, 0), [18, "either", "either", "either"]),
        ((10, 10), [10, "either"]),
        ((19, 10), [19, "near"]),
        ((19, 9), [19, "few"]),
        ((20, 10, 10), [20, 10, "either"]),
        ((9, 9), ["few", "few"]),
        ((40, 0, 0), [40, "few", "few"]),
    ],
)
def test_step_is_shown_that_ten_took_and_that_ten_did_not(counts, wanted):
    assert shown("chain", *counts) == wanted


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ((50, 20, 9, 1), [80, 50, 20]),
        ((50, 20, 9), [79, 50, "near"]),
        ((50, 20), [70, 50, "near"]),
        ((50,), [50, "near"]),
        ((50, 9), [59, "near"]),
        ((20, 20), [40, 20, "near"]),
        ((20, 20, 3), [43, 20]),
        ((9, 9), [18]),
        ((18,), [18]),
        ((19,), [19, "near"]),
        ((50, 18), [68, 50]),
        ((50, 19), [69, 50, "near"]),
        ((9,), ["few"]),
        ((), ["few"]),
    ],
)
def test_parts_are_shown_while_ten_or_more_are_left_beside_them(parts, wanted):
    assert shown("parts", sum(parts), *parts) == wanted


def path(*counts, form="a", told=None):
    """Rows of a path; ``told`` are those who told the name of each step between, if not as many."""
    told = {0: counts[0], len(counts) - 1: counts[-1]} | dict(enumerate(told or counts[1:-1], start=1))
    return [Row((form, f"{place}"), (n,), n, cohorts=(n, told[place]), keys=(form, place)) for place, n in enumerate(counts)]


def seen(*rows):
    answer = release(Answer(rows=rows, meta={}, query={}, related="paths"), "staff").answer
    return [row.blank if row.metrics[0] is None else row.metrics[0] for row in answer.rows]


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        ((60, 50, 40, 30), [60, 50, 40, 30]),
        ((60, 51, 40, 30), [60, "near", 40, 30]),
        ((60, 50, 39, 30), [60, 50, "near", 30]),
        ((60, 31, 31, 30), [60, "near", "near", 30]),
        ((60, 60, 60, 60), [60, "near"]),
        ((40, 35, 30), [40, "near", 30]),
        ((20, 20, 10), [20, "near", 10]),
        ((60, 50, 9), [60, 50, "few"]),
        ((60, 19, 9), [60, 19, "few"]),
        ((60, 18, 9), [60, "few"]),
        ((60, 28, 19, 0), [60, 28, "near", "few"]),
        ((60, 27, 27, 0), [60, 27, "few"]),
        ((18, 18, 10), [18, "either"]),
        ((10, 10), [10, "either"]),
        ((9, 9, 9), []),
    ],
)
def test_both_ends_of_a_path_are_shown_before_what_lies_between(counts, wanted):
    assert seen(*path(*counts)) == wanted


def test_step_whose_name_nine_told_is_absent_and_ten_show_it():
    assert seen(*path(60, 50, 40, 20, told=(9, 10))) == [60, 40, 20]


def test_paths_are_decided_each_by_itself():
    assert seen(*path(60, 50, 20), *path(9, 9, form="b"), *path(30, 10, form="c")) == [60, 50, 20, 30, 10]
