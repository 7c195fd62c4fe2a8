"""What a process of its own learns is what would have been learned here."""

import subprocess
from itertools import combinations

import numpy as np
import pytest

from footfall.interests.learning import Counts
from footfall.serve import learning_apart
from footfall.serve.learning_apart import Order, learned
from tests.unit.interests.making import item

ITEMS = [item(id, topics=((f"t{id % 3}", 0.9),)) for id in range(1, 9)]
PAIRS = {(f"/{one}", f"/{other}"): 80.0 + one * other for one, other in combinations(range(1, 9), 2)}


@pytest.fixture
def order():
    counts = Counts(pairs=PAIRS, pages={"/1": 900.0, "/2": 800.0})
    return Order(items=ITEMS, counts={1: counts})


def test_process_apart_learns_the_same(order, monkeypatch):
    here = learned(order)
    monkeypatch.setattr(learning_apart, "FEW", 0)
    apart = learned(order)
    assert apart.version == here.version
    assert np.array_equal(apart.known[1].ease.scores, here.known[1].ease.scores)


def test_little_is_learned_here_and_much_apart(order, monkeypatch):
    asked = []

    def hang(*command, **rest):
        asked.append(command)
        raise subprocess.TimeoutExpired("learning", 900)

    monkeypatch.setattr(learning_apart, "Apart", hang)
    assert learned(order).version
    assert not asked
    monkeypatch.setattr(learning_apart, "FEW", len(ITEMS) + len(PAIRS))
    with pytest.raises(subprocess.SubprocessError):
        learned(order)
    assert len(asked) == 1
