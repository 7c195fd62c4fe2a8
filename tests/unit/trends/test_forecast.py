from datetime import UTC, datetime

import numpy as np
import pytest

from footfall.errors import BadInput
from footfall.trends.calendar import Calendar
from footfall.trends.forecast import forecast, forecast_many
from footfall.trends.season import buckets_of

WEEK = np.array([100, 110, 105, 100, 90, 40, 30], dtype=float)
MONDAY = datetime(2025, 3, 3, tzinfo=UTC)
NO_DAYS = Calendar()


def weeks(count, *, series=1, noise=0.05, seed=3):
    chance = np.random.default_rng(seed)
    usual = np.tile(WEEK, count)
    return usual * np.exp(chance.normal(0, noise, (series, len(usual))))


def test_weekly_profile_goes_on():
    found = forecast(weeks(10)[0], MONDAY, "day", 14, NO_DAYS, seed=1)
    assert np.abs(found.median / np.tile(WEEK, 2) - 1).max() < 0.15
    assert (found.low80 < found.median).all() and (found.median < found.high80).all()


def test_level_of_the_last_days_moves_what_comes():
    values = weeks(10)[0]
    values[-14:] *= 2
    assert forecast(values, MONDAY, "day", 7, NO_DAYS, seed=1).median.sum() > 1.8 * WEEK.sum()


def test_hours_have_their_own_profile():
    day = np.array([5.0] * 8 + [50.0] * 12 + [10.0] * 4)
    found = forecast(np.tile(day, 28), MONDAY, "hour", 24, NO_DAYS, seed=1)
    assert np.allclose(found.median, day, rtol=0.05)


def test_same_seed_gives_the_same_paths():
    values = weeks(8)[0]
    one, other = (forecast(values, MONDAY, "day", 7, NO_DAYS, seed=5) for _ in range(2))
    assert (one.paths == other.paths).all()


def test_intervals_hold_eight_of_ten():
    values = weeks(12, series=60, noise=0.2)
    buckets = buckets_of(MONDAY, "day", 84, NO_DAYS)
    found = forecast_many(values[:, :70], np.zeros(60, dtype=np.int32), buckets, seed=1)
    came = values[:, 70:]
    assert 0.74 < ((came >= found.low80) & (came <= found.high80)).mean() < 0.88


def test_holiday_is_learned_from_past_ones_and_not_from_the_one_ahead():
    calendar = Calendar("RU")
    buckets = buckets_of(datetime(2025, 4, 1, tzinfo=UTC), "day", 80, calendar)
    values = WEEK[buckets.slots[:74]] * np.where([kind == "holiday" for kind in buckets.kinds[:74]], 0.5, 1.0)
    found = forecast_many(values[None, :72], np.zeros(1, dtype=np.int32), buckets, seed=1)
    assert buckets.kinds[72] == "holiday"
    assert found.median[0, 0] == pytest.approx(WEEK[buckets.slots[72]] * 0.5, rel=0.15)


def test_holiday_of_which_nothing_is_known_is_like_a_sunday():
    found = forecast(weeks(6)[0], datetime(2025, 11, 17, tzinfo=UTC), "day", 5, Calendar("RU"), seed=1)
    assert np.allclose(found.median[2:], 30, rtol=0.1)


def test_days_of_a_kind_do_not_move_the_level():
    calendar = Calendar("RU")
    first = datetime(2025, 11, 24, tzinfo=UTC)
    buckets = buckets_of(first, "day", 60, calendar)
    values = WEEK[buckets.slots[:48]] * np.where([bool(kind) for kind in buckets.kinds[:48]], 0.3, 1.0)
    found = forecast(values, first, "day", 7, calendar, seed=1)
    assert np.allclose(found.median, WEEK[buckets.slots[48:55]], rtol=0.05)


def test_special_days_ahead_are_less_certain_than_others():
    first = datetime(2025, 3, 31, tzinfo=UTC)
    buckets = buckets_of(first, "day", 80, Calendar("RU"))
    rest = np.array([0.3 if kind == "holiday" and place % 2 else 1.0 for place, kind in enumerate(buckets.kinds)])
    values = weeks(12)[0][:73] * rest[:73]
    found = forecast(values, first, "day", 7, Calendar("RU"), seed=1)
    spread = (found.high80 - found.low80) / found.median
    assert buckets.kinds[73] == "holiday"
    assert spread[0] > 1.5 * spread[2:].mean()


def test_gaps_and_zeros_are_no_trouble():
    values = weeks(6)[0]
    values[5:9], values[20] = np.nan, 0.0
    found = forecast(values, MONDAY, "day", 60, NO_DAYS, seed=1)
    assert np.isfinite(found.paths).all() and (found.paths >= 0).all()


def test_sparse_counts_keep_their_mean():
    chance = np.random.default_rng(2)
    values = chance.poisson(0.4, 84).astype(float)
    found = forecast(values, MONDAY, "day", 28, NO_DAYS, seed=1)
    assert found.median.sum() == pytest.approx(28 * values[-28:].mean(), rel=0.5)


def test_two_weeks_of_history_are_needed():
    with pytest.raises(BadInput, match="14 days of history"):
        forecast(WEEK, MONDAY, "day", 7, NO_DAYS, seed=1)
