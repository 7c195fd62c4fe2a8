"""What is told: planted rises and falls, few false ones, pages only under topics that were told, and new and rare keys by others."""

import numpy as np
import pytest

from footfall.trends.baseline import expect
from footfall.trends.discovery import ALONE, findings
from footfall.trends.newcomers import with_newcomers
from footfall.trends.scores import evidence, news, score
from tests.unit.trends.making import counted, means, panel_of

DAYS, KEYS, STEPS = 70, 600, 24


@pytest.fixture(scope="module")
def town():
    """Three portals, 24 pages doubled for a week each; which days of which are doubled; and what was told."""
    truth = means(keys=KEYS, days=DAYS, portals=3)
    chance, active = np.random.default_rng(8), np.zeros((KEYS, DAYS), dtype=bool)
    for row in chance.choice(KEYS, STEPS, replace=False):
        start = chance.integers(45, DAYS - 7)
        active[row, start : start + 7] = True
    panel = panel_of(counted(np.where(active, 2 * truth, truth), dispersion=3.0), groups=np.arange(KEYS) % 3)
    told = np.zeros((KEYS, DAYS), dtype=bool)
    expected = expect(panel)
    for day in range(45, DAYS):
        for one in findings(panel, expected, at=day):
            told[panel.keys.index(one.key), day] = True
    return panel, active, told


def test_share_of_false_alarms_is_held_and_doubled_pages_are_told_within_their_week(town):
    _, active, told = town
    assert (told & ~active).sum() <= 0.1 * told.sum()
    assert (told & active).any(axis=1).sum() >= 0.8 * STEPS


def test_quiet_months_are_quiet():
    panel = panel_of(counted(means(keys=KEYS, days=DAYS, portals=3), seed=3, dispersion=4.0), groups=np.arange(KEYS) % 3)
    expected = expect(panel)
    assert sum(len(findings(panel, expected, at=day)) for day in range(35, DAYS)) <= 2


def test_finding_says_how_much_was_expected_and_how_sure_it_is():
    truth = means(days=DAYS)
    truth[9, 66:] *= 3
    panel = panel_of(counted(truth))
    [found] = findings(panel, expect(panel), at=66)
    assert (found.key, found.bucket, found.direction, found.new) == ((1, "page", "/9"), 66, "up", False)
    assert found.low < found.mu < found.high < found.observed and found.lift == pytest.approx(3, rel=0.25)
    assert found.z > 4 and found.p <= found.q < 0.01 and found.record > 0


def test_fall_of_one_page_is_told_and_an_outage_of_all_is_not():
    truth = means(days=DAYS)
    truth[9, 66:] *= 0.2
    truth[:, 69] *= 0.05
    panel = panel_of(counted(truth))
    expected = expect(panel)
    assert [(one.key[2], one.direction) for one in findings(panel, expected, at=67)] == [("/9", "down")]
    assert expected.outage[0, 69] and findings(panel, expected, at=69) == ()


def test_pages_are_looked_at_only_under_a_topic_that_was_told():
    truth = means(days=DAYS)
    truth[[5, 20, 40], 68] *= 4
    families = np.full(60, ALONE, dtype=np.int32)
    families[20:40], families[40:] = 5, 6
    panel = panel_of(counted(truth))
    found = findings(panel, expect(panel), at=68, families=families)
    assert {one.key[2] for one in found} == {"/5", "/20"}, "/40 is under /6, of which nothing was told"


def test_slow_ramp_is_seen_by_three_days_together_before_any_of_them_alone():
    z = np.array([[0, 0, 1.8, 2.4, 2.6, 0, 0.0]])
    assert evidence(z)[0, 4] > 3.3 > z.max()


def test_rise_that_goes_on_is_news_once_and_again_where_it_grows():
    said = np.array([[0, 0, 6, 6, 6, 12, 0.0]])
    told = news(said, "day")[0]
    assert told[2] == 6 and told[3] == pytest.approx(3.2) and told[5] > 9


def test_score_is_about_normal_where_nothing_happens():
    panel = panel_of(counted(means(keys=400, days=DAYS), seed=4))
    z = score(panel, expect(panel))[:, 40:]
    assert abs(z.mean()) < 0.2 and z.std() == pytest.approx(1, abs=0.12)


def test_new_page_is_compared_with_what_new_pages_of_its_topic_had():
    truth = np.full((9, DAYS), 1000.0)
    parents = np.array([ALONE] + [0] * 8, dtype=np.int32)
    values = counted(truth, dispersion=1.5)
    for row in range(1, 9):
        values[row] = np.round(values[row] * 0.05)
        values[row, : 6 * row + 17] = np.nan
    values[8, 66] = 400
    panel = panel_of(values)
    expected, new = with_newcomers(panel, expect(panel), parents, 66)
    assert new.nonzero()[0].tolist() == [6, 7, 8] and expected.mu[8, 66] == pytest.approx(50, rel=0.1)
    assert [(one.key[2], one.new) for one in findings(panel, expected, at=66, new=new)] == [("/8", True)]
    assert not with_newcomers(panel, expect(panel), np.full(9, ALONE, dtype=np.int32), 66)[1].any()
