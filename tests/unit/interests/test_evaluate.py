from itertools import count

import numpy as np
import pytest

from footfall.interests.evaluate import coverage, diversity, gini, measured, replay, snips


def ticking():
    ticks = count()
    return lambda: next(ticks) / 1000


def test_each_day_is_asked_of_the_days_before():
    learned = []

    def learn(visits):
        learned.append(list(visits))
        return lambda history: [2, 1]

    ranks = replay([[[1, 2]], [[1, 2, 1], [3]], [[2, 2, 3]]], learn, 2, ticking())
    assert learned == [[[1, 2]], [[1, 2], [1, 2, 1], [3]]]
    assert ranks.ranks.tolist() == [1, 2, 0]
    assert ranks.novel.tolist() == [True, False, True]


def test_measures_are_those_of_their_definitions():
    ranks = replay([[], [[1, 2], [1, 3], [1, 4]]], lambda visits: lambda history: (2, 3), 2, ticking())
    found = measured(ranks, 8, np.eye(8, dtype=np.float32))
    assert (found.questions, found.hit_rate, found.mrr) == (3, pytest.approx(2 / 3), pytest.approx(0.5))
    assert found.ndcg == pytest.approx((1 + 1 / np.log2(3)) / 3)
    assert (found.coverage, found.diversity, found.p50_ms) == (0.25, 1.0, pytest.approx(1.0))


def test_nothing_asked_is_nothing_measured():
    found = measured(replay([[[1, 2]]], lambda visits: lambda history: [1], 5, ticking()), 3)
    assert (found.questions, found.hit_rate, found.p99_ms, found.gini) == (0, 0.0, 0.0, 0.0)


def test_gini_and_coverage_of_one_item_and_of_all():
    assert gini([(0, 1), (2, 3)], 4) == 0.0 and coverage([(0, 1), (2, 3)], 4) == 1.0
    assert gini([(0,)] * 9, 4) == pytest.approx(0.75) and coverage([(0,)] * 9, 4) == 0.25


def test_list_of_the_same_twice_is_not_diverse():
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert diversity([(0, 1)], vectors) == 0.0 and diversity([(0, 2)], vectors) == 1.0


def test_snips_finds_the_known_truth_of_a_made_up_log():
    chance, click = np.random.default_rng(5), np.array([0.02, 0.05, 0.30])
    logged, wanted = np.array([0.6, 0.3, 0.1]), np.array([0.2, 0.2, 0.6])
    shown = chance.choice(3, 60_000, p=logged)
    found = snips((chance.random(60_000) < click[shown]).astype(float), logged[shown], wanted[shown])
    assert found.value == pytest.approx(float(wanted @ click), abs=0.01)
    assert found.effective == pytest.approx(60_000 / float((wanted**2 / logged).sum()), rel=0.05)


def test_no_verdict_where_the_log_is_of_other_lists():
    few = snips(np.ones(999), np.ones(999), np.ones(999))
    assert (few.value, few.effective) == (None, pytest.approx(999))
    assert snips(np.ones(1000), np.ones(1000), np.ones(1000)).value == 1.0
    assert snips(np.ones(5000), np.ones(5000), np.zeros(5000)).value is None


def test_one_lucky_row_counts_no_more_than_the_clip():
    rewards, logged = np.append(1.0, np.zeros(2000)), np.append(1e-6, np.ones(2000))
    assert snips(rewards, logged, np.ones(2001)).value == pytest.approx(10 / 2010)
