"""A card's way: candidate, emerging, trend, fading, closed; and where its series began to be off."""

import numpy as np
import pytest

from footfall.trends.states import is_held, onset, state_of


def states(marks, step):
    """The state after each mark."""
    state, found = "candidate", []
    for end in range(2, len(marks) + 1):
        state = state_of(marks[:end], state, step)
        found.append(state)
    return found


def test_a_lasting_rise_emerges_becomes_a_trend_fades_and_closes():
    found = states("1" * 7 + "0" * 9, "hour")
    assert found == ["emerging"] * 4 + ["trend"] * 4 + ["fading"] * 6 + ["closed"]


def test_a_single_spike_is_never_more_than_a_candidate():
    assert states("1000", "hour") == ["candidate", "candidate", "closed"]
    assert states("100", "day") == ["candidate", "closed"]


def test_what_fades_and_holds_again_goes_on():
    assert states("1110010", "day") == ["emerging", "trend", "trend", "fading", "emerging", "emerging"]


def test_a_trend_stays_one_over_a_quiet_hour():
    assert state_of("1111111101", "trend", "hour") == state_of("11111110", "trend", "hour") == "trend"


@pytest.mark.parametrize("direction, sign", [("up", 1), ("down", -1)])
def test_it_began_with_the_first_of_the_buckets_that_are_off(direction, sign):
    calm, off = np.array([0.2, -0.4, 0.3, -0.1, 0.4, 0.1]), np.array([1.1, 1.6, 0.4, 2.8, 3.9])
    z = np.concatenate([calm, off]) * sign
    assert onset(z, len(z) - 1, direction) == len(calm)


def test_a_beginning_is_not_looked_for_beyond_what_is_known():
    z = np.array([3.0, 3.0, np.nan, 3.0, 3.0])
    assert onset(z, 4, "up") == 3
    assert onset(np.array([0.0, 0.0, 5.0]), 2, "up") == 2


def test_less_evidence_keeps_a_card_than_begins_one():
    assert [is_held(z, "up") for z in (1.4, 1.6, np.nan, -2.0)] == [False, True, False, False]
    assert is_held(-2.0, "down")
