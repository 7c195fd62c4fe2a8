"""Acknowledged means counted once: fifteen kills -9, a ClickHouse server and a shard killed, and a full disk."""

import pytest

from bench import faults


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "kills"), [(faults.one_process, 3), (faults.apart, 12)])
def test_nothing_acknowledged_is_lost_and_nothing_counted_twice(tmp_path, scenario, kills):
    found = scenario(tmp_path, kills)
    assert found["kills"] == kills
    assert found["acknowledged"] > kills
    assert found["put back"] > kills / 2 and found["torn"] > 0 and found["in mid batch"] > 0, found
    assert (found["lost"], found["twice"], found["half"]) == (0, 0, 0), found


@pytest.mark.slow
@pytest.mark.cluster
@pytest.mark.parametrize(("scenario", "times"), [(faults.server_away, 1), (faults.shard_away, 2)])
def test_while_a_clickhouse_is_away_events_wait(tmp_path, scenario, times):
    found = scenario(tmp_path, times)
    assert found["away"] == times
    assert found["acknowledged"] > 100
    assert (found["lost"], found["twice"], found["half"]) == (0, 0, 0), found


@pytest.mark.slow
def test_a_full_disk_refuses_events_and_keeps_its_word_on_those_it_took(tmp_path):
    found = faults.disk_full(tmp_path, 1)
    assert found["refused"] >= 20
    assert found["acknowledged"] > 20
    assert (found["lost"], found["twice"], found["half"]) == (0, 0, 0), found
