"""Attendance foretold from interest: it learns what there is to learn, and says how far it was off."""

from datetime import date, timedelta

import msgspec
import numpy as np

from footfall.reports.participation import Occasion, backtest, fit, foretold, median_of_kind


def made(days=40, *, follows=True):
    """Two kinds of events, a day each; attendance grows with the interest, or with nothing."""
    chance = np.random.default_rng(5)
    for number in range(days):
        event, kind, usual = (("concert", "music", 300), ("choir", "music", 120), ("fair", "market", 700))[number % 3]
        interest = int(chance.integers(20, 400))
        drawn = usual * (interest / 100) ** 0.6 if follows else usual
        day = date(2026, 1, 1) + timedelta(days=number)
        yield Occasion(event=event, kind=kind, day=day, attendance=drawn * float(chance.uniform(0.9, 1.1)), interest=interest)


def test_interest_that_tells_attendance_makes_the_forecast_better_than_the_median():
    tried = backtest(list(made()))
    assert tried.tried == 30
    assert tried.wape < 0.6 * tried.wape_of_median
    assert 60 <= tried.covered <= 100


def test_interest_that_tells_nothing_does_little_harm():
    tried = backtest(list(made(follows=False)))
    assert tried.wape < tried.wape_of_median + 5


def test_nothing_is_known_of_days_that_come_later():
    occasions = list(made())
    changed = [*occasions[:25], *(Occasion(event="fair", kind="market", day=one.day, attendance=1.0, interest=1) for one in occasions[25:])]
    assert backtest(occasions).ratios[:15] == backtest(changed).ratios[:15]


def test_an_event_seen_once_is_told_by_its_kind_the_more_its_days_differ():
    once = Occasion(event="recital", kind="market", day=date(2026, 6, 1), attendance=10.0, interest=100)
    chance = np.random.default_rng(3)
    wild = [msgspec.structs.replace(one, attendance=400 * float(chance.lognormal(0, 1.2))) for one in made(follows=False)]
    assert fit([*made(follows=False), once]).median("recital", "market", 100) < 20
    assert fit([*wild, once]).median("recital", "market", 100) > 40


def test_few_occasions_have_no_interval_and_no_error():
    occasions = list(made(6))
    tried = backtest(occasions)
    assert (tried.tried, tried.wape, tried.covered) == (0, None, None)
    told = foretold(fit(occasions), tried, "choir", "music", None)
    assert told.median > 0
    assert (told.low, told.high) == (None, None)


def test_similar_events_are_the_others_of_the_kind():
    occasions = list(made(6))
    median, number = median_of_kind(occasions, "choir", "music")
    assert number == 2
    assert median == np.median([one.attendance for one in occasions if one.event == "concert"])
    assert median_of_kind(occasions, "fair", "market") is None
