"""What is expected: weekdays, the portal's busy days, special days, outages, and nothing of what comes later."""

import numpy as np
import pytest

from footfall.trends.baseline import expect
from tests.unit.trends.making import counted, means, panel_of

DAYS = 70
WEEKEND = np.array([1, 1, 1, 1, 1, 0.6, 0.5])


@pytest.fixture(scope="module")
def usual():
    return means(days=DAYS)


def off_by(expected, truth, day):
    return np.median(np.abs(np.log(expected.mu[:, day] / truth[:, day])))


def test_expectation_follows_weekdays_and_days_that_are_busy_for_all(usual):
    busy = usual.copy()
    busy[:, 60] *= 1.8
    found = expect(panel_of(counted(busy)))
    assert max(off_by(found, busy, day) for day in range(56, DAYS)) < 0.1
    assert found.factor[0, 60] == pytest.approx(1.8, rel=0.15) and found.factor[0, 59] == pytest.approx(1, abs=0.15)


def test_nothing_of_a_later_day_is_used(usual):
    values = counted(usual)
    later = values.copy()
    later[:, 61:] *= 3
    before, after = expect(panel_of(values)), expect(panel_of(later))
    assert np.array_equal(before.mu[:, :61], after.mu[:, :61], equal_nan=True)
    assert np.array_equal(before.dispersion[:, :61], after.dispersion[:, :61], equal_nan=True)


def test_first_four_weeks_and_keys_without_a_past_are_not_known(usual):
    values = counted(usual)
    values[3, :50] = np.nan
    found = expect(panel_of(values))
    assert not found.known[:, :28].any() and found.known[4, 28:].all()
    assert not found.known[3, 50:63].any() and found.known[3, 64:].all()


def test_rise_of_one_page_is_not_taken_for_a_busy_portal_nor_for_its_level(usual):
    values = counted(usual)
    values[7, 60:63] *= 3
    found = expect(panel_of(values))
    assert found.mu[7, 62] == pytest.approx(usual[7, 62], rel=0.35)
    assert found.factor[0, 60:63] == pytest.approx(1, abs=0.15)


def test_portal_that_is_silent_as_a_whole_is_an_outage_and_leaves_no_trace(usual):
    values = counted(usual)
    values[:, 58] *= 0.05
    found = expect(panel_of(values))
    assert found.outage[0].nonzero()[0].tolist() == [58]
    assert off_by(found, usual, 65) < 0.1


def test_weekend_that_is_always_quiet_is_no_outage():
    truth = means(days=DAYS)
    truth[:, np.arange(DAYS) % 7 >= 5] *= 0.3
    assert not expect(panel_of(counted(truth))).outage.any()


def test_small_portal_is_as_busy_on_a_holiday_as_it_was_on_the_one_before():
    truth = means(keys=7, days=DAYS) * 10
    truth[:, [45, 66]] *= 0.4
    kinds = ["holiday" if day in (45, 66) else "" for day in range(DAYS)]
    values = counted(truth)
    values[:, 66] *= 4
    told, untold = expect(panel_of(values), kinds), expect(panel_of(values))
    assert np.median(told.mu[:, 66] / truth[:, 66]) < 1.7 and np.median(untold.mu[:, 66] / truth[:, 66]) > 2.5
    with pytest.raises(ValueError, match="one kind a bucket"):
        expect(panel_of(values), kinds[1:])


def test_hour_is_compared_with_the_same_hour_of_the_week():
    hours = np.arange(6 * 168)
    shape = 200 * (1.2 + np.sin(2 * np.pi * hours / 24)) * WEEKEND[(hours // 24) % 7]
    truth = np.outer(np.linspace(1, 3, 12), shape)
    found = expect(panel_of(counted(truth), "hour"))
    assert not found.known[:, :336].any() and found.known[:, 336:].all()
    assert max(off_by(found, truth, hour) for hour in range(5 * 168, 6 * 168)) < 0.2
