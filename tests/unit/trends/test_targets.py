import doctest

import numpy as np
import pytest

from footfall.trends import targets
from footfall.trends.targets import Wanted, outlook, state_of

PATHS = np.array([[10.0, 10.0], [20.0, 20.0], [30.0, 30.0], [40.0, 40.0]])


def test_sums_add_what_came_to_what_is_likely():
    seen = outlook(Wanted(100), 50, 5, PATHS)
    assert (seen.median, seen.chance) == (100.0, 0.5)
    assert seen.low80 < seen.median < seen.suggested < seen.high80


def test_rates_are_means_over_all_days():
    seen = outlook(Wanted(40, "at_most", adds=False), 50, 2, PATHS)
    assert (seen.median, seen.chance) == (37.5, 0.75)


def test_suggestion_is_the_harder_side():
    assert outlook(Wanted(0), 0, 0, PATHS).suggested == pytest.approx(62)
    assert outlook(Wanted(0, "at_most"), 0, 0, PATHS).suggested == pytest.approx(38)


@pytest.mark.parametrize(
    ("wanted", "so_far", "chance", "is_over", "before", "state"),
    [
        (Wanted(100), 50, 0.7, False, "", "on_track"),
        (Wanted(100), 50, 0.45, False, "", "at_risk"),
        (Wanted(100), 50, 0.45, False, "on_track", "on_track"),
        (Wanted(100), 50, 0.55, False, "at_risk", "at_risk"),
        (Wanted(100), 50, 0.61, False, "at_risk", "on_track"),
        (Wanted(100), 100, 1.0, False, "", "met"),
        (Wanted(100), 99, None, True, "", "missed"),
        (Wanted(100, "at_most"), 100, 0.0, False, "", "at_risk"),
        (Wanted(100, "at_most"), 101, 0.0, False, "", "missed"),
        (Wanted(100, "at_most"), 100, None, True, "", "met"),
        (Wanted(40, "at_most", adds=False), 50, 0.9, False, "", "on_track"),
        (Wanted(100), None, None, True, "", "unknown"),
        (Wanted(100), 50, None, False, "", "unknown"),
    ],
)
def test_state_of_a_target(wanted, so_far, chance, is_over, before, state):
    assert state_of(wanted, so_far, chance, is_over=is_over, before=before) == state


def test_examples_of_the_docstrings_hold():
    found = doctest.testmod(targets)
    assert (found.attempted > 0, found.failed) == (True, 0)
