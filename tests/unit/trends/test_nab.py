"""The scorer of the Numenta benchmark on windows made by hand, and what the detector may know."""

import numpy as np
import pytest

from bench.trends.nab import detect, residuals, rested
from bench.trends.nab_scorer import PROFILES, Series, sweep, worth

STANDARD = PROFILES["standard"]
LEFT_EDGE, MIDDLE = 1.0, (2 / (1 + np.exp(-2.5)) - 1) / (2 / (1 + np.exp(-5)) - 1)


def series(values=None, windows=((40, 59),), rows=100):
    made = np.zeros(rows) if values is None else values
    return Series("group/made", np.arange(len(made), dtype=np.int32) * 5 % 1440, made, windows)


def said_at(*rows, of=100):
    said = np.zeros(of)
    said[list(rows)] = 1.0
    return said


def normal(*rows, profile=STANDARD, windows=((40, 59),)):
    curve = sweep([series(windows=windows)], [said_at(*rows)], profile)
    return curve.normal(curve.at(0.5))


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
def test_nothing_told_is_0_and_left_edges_alone_are_100(profile):
    windows = ((30, 39), (60, 69))
    found = [normal(*rows, profile=profile, windows=windows) for rows in ((), (30, 60))]
    assert found == pytest.approx([0.0, 100.0])


def test_a_window_counts_once_by_its_earliest_row():
    assert normal(50) == pytest.approx(50 * (1 + MIDDLE))
    assert normal(50, 55, 59) == pytest.approx(normal(50))
    assert normal(40, 50) == pytest.approx(50 * (1 + LEFT_EDGE))


@pytest.mark.parametrize(("profile", "lost"), [("standard", 5.5), ("low FP", 11.0), ("low FN", 11 / 3)])
def test_a_false_row_costs_what_its_profile_says(profile, lost):
    assert normal(40, 20, profile=PROFILES[profile]) == pytest.approx(100 - lost)


def test_a_row_just_after_a_window_costs_less_than_one_far_behind():
    costs = -worth(series(rows=200))[0][[60, 69, 78, 59 + 57]]
    assert costs == pytest.approx([0.1308, 0.8660, 0.9866, 1.0], abs=5e-4)


def test_the_first_15_percent_do_not_count_and_never_more_than_750_rows():
    assert normal(0, 14) == pytest.approx(0.0)
    assert normal(15) == pytest.approx(-5.5)
    assert series(rows=20_000).unscored == 750


def test_of_many_series_one_threshold_is_used():
    high, low = said_at(40) * 3, said_at(40) + said_at(20) * 2
    curve = sweep([series(), series()], [high, low], STANDARD)
    assert [curve.normal(curve.at(threshold)) for threshold in (4.0, 2.5, 1.5, 0.5)] == pytest.approx([0.0, 50.0, 47.25, 97.25])


def test_a_rest_keeps_quiet_what_is_not_louder_and_wears_off():
    said = np.zeros(100)
    said[[20, 21, 25, 36]] = [1.0, 2.0, 4.0, 1.5]
    kept = np.flatnonzero(rested(said, series(), 3.0, 1.0))
    assert kept.tolist() == [20, 25]
    assert np.flatnonzero(rested(said, series(), 1.0, 1.0)).tolist() == [20, 21, 25, 36]


def test_a_score_knows_nothing_of_later_rows():
    values = np.random.default_rng(1).normal(10, 1, 600)
    changed = np.where(np.arange(600) < 400, values, 50.0)
    before, after = (detect(series(part, ()))[:400] for part in (values, changed))
    assert np.array_equal(before, after)
    assert before.any()


def test_a_shift_is_learnt_but_no_faster_than_it_is_clipped():
    shifted = np.concatenate([np.random.default_rng(2).normal(0, 1, 500), np.random.default_rng(3).normal(40, 1, 1500)])
    z = residuals(series(shifted, ()))
    assert z[500:520].min() == 4.0
    assert np.abs(z[-200:]).mean() < 1.5
