"""What a process of its own learns is what would have been learned here."""

import subprocess

import numpy as np
import pytest

from footfall.interests.learning import Counts
from footfall.serve import learning_apart
from footfall.serve.learning_apart import Order, learned
from tests.unit.interests.making import item

ITEMS = [item(id, topics=((f"t{id % 3}", 0.9),)) for id in range(1, 9)]
VISITS = [[at % 8 + 1, (at * 3 + 1) % 8 + 1, (at * 5 + 2) % 8 + 1] for at in range(600)]


@pytest.fixture
def order():
    counts = Counts(pairs={("/1", "/2"): 80.0}, pages={"/1": 100.0, "/2": 90.0}, sessions=VISITS)
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

    monkeypatch.setattr(subprocess, "run", hang)
    assert learned(order).version
    assert not asked
    monkeypatch.setattr(learning_apart, "FEW", len(ITEMS) + len(VISITS))
    with pytest.raises(subprocess.SubprocessError):
        learned(order)
    assert len(asked) == 1
