"""Rules 8 and 39: rounding, and what a change is."""

import pytest

from footfall.reports.compare import change
from footfall.reports.ratios import ratio


@pytest.mark.parametrize(
    ("above", "below", "digits", "found"),
    [
        (25, 2, 0, 12),
        (27, 2, 0, 14),
        (100, 8, 0, 12),
        (37, 3, 0, 12),
        (201, 200, 2, 1.0),
        (1, 3, 2, 0.33),
        (1, 8, 2, 0.12),
        (0, 5, 2, 0.0),
        (5, 0, 0, None),
    ],
)
def test_halves_of_ratios_go_to_the_even_neighbour(above, below, digits, found):
    assert ratio(above, below, digits) == found
    assert isinstance(ratio(above, below, digits), type(found))


@pytest.mark.parametrize(
    ("metric", "new", "old", "found"),
    [
        ("visitors", 9, 8, 13),
        ("visitors", 7, 8, -13),
        ("visitors", 0, 8, -100),
        ("visitors", 5, 0, 100),
        ("visitors", 0, 0, 0),
        ("visitors", None, 3, None),
        ("scroll_depth", 3, None, None),
        ("views_per_visit", 1.15, 1.0, 15),
        ("percentage", 25.0, 20.0, 25),
        ("group_conversion_rate", 25.0, 20.0, 25),
        ("bounce_rate", 40, 60, -20),
        ("bounce_rate", 40, 0, None),
        ("bounce_rate", 0, 40, -40),
        ("exit_rate", 33.3, 66.7, -33.4),
        ("conversion_rate", 12.25, 12.0, 0.3),
        ("conversion_rate", 0.0, 0.0, 0.0),
        ("exit_rate", None, 10.0, None),
    ],
)
def test_changes(metric, new, old, found):
    assert change(metric, new, old) == found
