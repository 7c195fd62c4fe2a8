"""When items fade and die by themselves, a hair below each limit and at it."""

import pytest

from footfall.interests.fading import state_of, weight_of
from footfall.vocabulary import Item

DAY = 86_400_000
SEEN = 100 * DAY


def item(**values):
    return Item(**{"id": 1, "site": 1, "path": "/", "url": "", "title": "", "source": "crawl", "seen_ms": SEEN} | values)


@pytest.mark.parametrize(
    ("values", "misses", "looked_days", "now_days", "state"),
    [
        ({}, 0, 13.99, 90, "live"),
        ({}, 0, 14, 90, "fading"),
        ({}, 0, 59.99, 90, "fading"),
        ({}, 0, 60, 90, "dead"),
        ({}, 0, None, 900, "live"),
        ({"source": "editor"}, 0, 60, 90, "live"),
        ({}, 1, 1, 6, "live"),
        ({}, 2, 1, 6.99, "fading"),
        ({"source": "editor"}, 2, 1, 7, "dead"),
        ({"valid_to_ms": SEEN + DAY}, 0, 0, 0.99, "live"),
        ({"valid_to_ms": SEEN + DAY}, 0, 0, 1, "dead"),
        ({"weight": 0.0}, 2, 60, 90, "hidden"),
    ],
)
def test_state_follows_from_sightings_misses_and_validity(values, misses, looked_days, now_days, state):
    looked_ms = 0 if looked_days is None else SEEN + round(looked_days * DAY)
    assert state_of(item(**values), misses, looked_ms, SEEN + round(now_days * DAY)) == state


@pytest.mark.parametrize(
    ("values", "days", "weight"),
    [
        ({}, 70, 2.0),
        ({"state": "fading"}, 0, 2.0),
        ({"state": "fading"}, 7, 1.0),
        ({"state": "fading"}, 21, 0.25),
        ({"state": "dead"}, 0, 0.0),
        ({"state": "hidden"}, 0, 0.0),
        ({"valid_from_ms": SEEN + 1}, 0, 0.0),
        ({"valid_to_ms": SEEN}, 0, 0.0),
    ],
)
def test_weight_halves_each_week_of_fading_and_is_nought_for_what_must_not_be_recommended(values, days, weight):
    assert weight_of(item(weight=2.0, **values), SEEN + days * DAY) == weight
