"""A portal's page: how finely its graph may be cut."""

from datetime import datetime, timedelta

import pytest

from footfall.serve.pages.portal import steps_that_fit

FIRST = datetime(2026, 1, 1)


@pytest.mark.parametrize(
    ("days", "finest"),
    [(1, "minute"), (2, "hour"), (62, "hour"), (63, "day"), (1500, "day"), (1502, "week")],
)
def test_no_graph_has_more_than_fifteen_hundred_steps(days, finest):
    assert steps_that_fit(FIRST, FIRST + timedelta(days=days) - timedelta(seconds=1))[0] == finest
