from collections import Counter

import numpy as np
import pytest

from footfall.interests.explore import pool_of, try_out, window_seed
from tests.unit.interests.making import Placement, item, model, request

MINUTE_MS = 60_000
IDS = np.arange(100, 110)
ALL = np.ones(10, dtype=np.bool_)


def test_everybody_in_five_minutes_has_the_same_seed():
    assert window_seed("home", 0) == window_seed("home", 5 * MINUTE_MS - 1) != window_seed("home", 5 * MINUTE_MS)
    assert window_seed("home", 0) != window_seed("news", 0)


def test_propensities_of_what_may_stand_at_a_place_sum_to_one():
    listed, share = [0, 1, 2], 0.1
    trials = [try_out(pool_of(IDS, ALL, {}, seed), listed, 1, ALL, share) for seed in range(100)]
    tried = [trial for trial in trials if trial.place is not None]
    assert {trial.kept for trial in trials} == {1 - share}
    assert all(trial.place in (1, 2) and trial.position not in listed for trial in tried)
    pool = pool_of(IDS, ALL, {}, 1)
    winners = Counter(np.where(~np.isin(pool.positions, listed), pool.draws, -1).argmax(axis=1).tolist())
    assert sum(winners.values()) / len(pool.draws) * share + (1 - share) == pytest.approx(1)


def test_share_of_tries_and_their_propensities_agree():
    trials = [try_out(pool_of(IDS, ALL, {}, seed), [0, 1], 0, ALL, 0.1) for seed in range(500)]
    tried = [trial for trial in trials if trial.place is not None]
    assert len(tried) / len(trials) == pytest.approx(0.2, abs=0.05)
    assert np.mean([1 / trial.propensity for trial in tried]) == pytest.approx(8 / 0.1, rel=0.25)


def test_what_was_clicked_is_tried_more_than_what_was_not():
    shown = {int(id): (500, 100 if id == 105 else 1) for id in IDS}
    found = Counter(try_out(pool_of(IDS, ALL, shown, seed), [0], 0, ALL, 0.1).position for seed in range(200))
    assert set(found) == {-1, 5}


def test_pins_are_never_tried_on_and_none_is_tried_without_a_share():
    assert try_out(pool_of(IDS, ALL, {}, 1), [0, 1], 2, ALL, 0.1).place is None
    assert try_out(pool_of(IDS, ALL, {}, 1), [0, 1], 0, ALL, 0.0).place is None
    assert try_out(pool_of(IDS, ALL, {}, 1), list(range(10)), 0, ALL, 0.1).place is None


def test_list_that_tries_says_so_and_keeps_the_rest():
    items = [item(id) for id in range(1, 30)]
    pages = {f"/{id}": 1000.0 - id for id in range(1, 30)}
    asked = model(items, pages=pages)
    plain = [choice.item for choice in asked.recommend(request())]
    lists = [asked.recommend(request(placement=Placement(explore=0.1), seed=seed)) for seed in range(40)]
    tried = [found for found in lists if any(choice.reason.kind == "explore" for choice in found)]
    assert 10 <= len(tried) <= 36
    for found in tried:
        changed = [at for at, choice in enumerate(found) if choice.item != plain[at]]
        assert [choice.reason.kind == "explore" for choice in found] == [at in changed for at in range(len(found))]
        assert len(changed) == 1 and 0 < found[changed[0]].propensity <= 0.1
