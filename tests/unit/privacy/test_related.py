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
