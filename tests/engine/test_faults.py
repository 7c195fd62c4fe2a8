"""Acknowledged means counted once, over fifty kills -9: ten of one process, forty of collector and app apart."""

import pytest

from bench.faults import run


@pytest.mark.slow
@pytest.mark.parametrize(("apart", "kills"), [(False, 10), (True, 40)], ids=["one-process", "apart"])
def test_nothing_acknowledged_is_lost_and_nothing_counted_twice(tmp_path, apart, kills):
    found = run(tmp_path, kills=kills, apart=apart, longest_life=0.4)
    assert found["kills"] == kills
    assert found["acknowledged"] > kills
    assert (found["lost"], found["twice"]) == (0, 0), found
