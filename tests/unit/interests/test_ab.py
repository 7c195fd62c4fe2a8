"""A/B tests: intervals hold what they promise, also for who looks every day, and rounding makes no winner."""

import numpy as np
import pytest

from footfall.interests.ab import ALPHA, MATTERS, Counted, compare, difference, rate_interval, verdict_of

CALM = Counted(name="calm", shown=20_000, clicked=1_000)


def arm(name, shown, clicked, step=0):
    return Counted(name=name, shown=shown, clicked=clicked, step=step)


def looked_at_daily(seed, rates, days=60, a_day=400):
    """Verdicts of each day of a test whose arms have these rates."""
    drawn = np.random.default_rng(seed).binomial(a_day, rates, size=(days, len(rates))).cumsum(axis=0)
    for day, clicks in enumerate(drawn, start=1):
        yield verdict_of([arm(f"arm{place}", day * a_day, int(number)) for place, number in enumerate(clicks)])


def ends(tests, *rates):
    """Share of tests in which some day calls an arm better, by its name."""
    found = [next((one.arm for one in looked_at_daily(seed, rates) if one.outcome == "better"), "") for seed in range(tests)]
    return {name: found.count(name) / tests for name in set(found)}


def test_wilsons_interval_is_that_of_the_tables():
    found = rate_interval(arm("", 100, 10))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0552, 0.1744)
    assert rate_interval(arm("", 0, 0)) == rate_interval(arm("x", 0, 0))
    assert rate_interval(arm("", 0, 0)).high == 1.0


def test_rounded_counts_widen_every_interval():
    exact, rounded = rate_interval(arm("", 1_000, 50)), rate_interval(arm("", 1_000, 50, step=10))
    assert rounded.low < exact.low and rounded.high > exact.high
    exact, rounded = (difference(arm("a", 1_000, 50, step), arm("b", 1_000, 90, step)) for step in (0, 10))
    assert rounded.low < exact.low < exact.high < rounded.high


def test_true_sums_of_rounded_ones_lie_within():
    told = rate_interval(arm("", 990, 50, step=10))
    for shown, clicked in ((990, 50), (999, 50), (990, 59), (999, 59)):
        whole = rate_interval(arm("", shown, clicked))
        assert told.low <= whole.low and whole.high <= told.high


def test_of_equal_arms_few_tests_find_a_winner_though_they_are_looked_at_every_day():
    wrong = 1 - ends(300, 0.05, 0.05).get("", 0.0)
    assert wrong <= ALPHA


def test_three_equal_arms_find_none_more_often():
    assert 1 - ends(100, 0.05, 0.05, 0.05).get("", 0.0) <= ALPHA


def test_an_arm_that_is_better_is_found():
    assert ends(30, 0.05, 0.07).get("arm1", 0.0) > 0.9


def test_verdicts():
    better = arm("bold", 20_000, 1_400)
    assert verdict_of([CALM, better]).arm == "bold"
    assert verdict_of([better, CALM]).arm == "bold", "whichever is first"
    assert verdict_of([CALM, better, arm("third", 20_000, 1_390)]).outcome == "early", "it has to beat all others"
    assert verdict_of([CALM, arm("same", 20_000, 1_010)]).outcome == "none"
    assert verdict_of([arm("a", 200, 10), arm("b", 200, 14)]).outcome == "early"
    assert verdict_of([CALM]).outcome == "early"
    assert verdict_of([CALM, better], planned=3).outcome == "early", "an arm has no numbers yet"


def test_few_clicks_say_nothing():
    assert difference(arm("a", 30, 9), arm("b", 1_000_000, 0)).low == -1.0
    assert verdict_of([arm("a", 30, 9), arm("b", 1_000_000, 0)]).outcome == "early"


def test_arms_are_compared_with_the_first():
    first, other = compare([CALM, arm("bold", 20_000, 1_200)])
    assert (first.difference, first.rate) == (0.0, 0.05)
    assert other.difference == pytest.approx(0.01)
    assert other.of_difference.low < 0.01 < other.of_difference.high
    assert other.of_difference.high - other.of_difference.low < 2 * MATTERS
    assert compare([]) == []
