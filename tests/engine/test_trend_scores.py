"""The quick look at all keys of an hour, on the table of series."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from footfall.trends.scoring import score_hour

AT = datetime(2026, 3, 25, 14, tzinfo=UTC)
SITE, SILENT, FESTIVE, RISEN = 7, 8, 9, "/12"


def rows():
    """Forty pages of two portals: in four weeks' hours 100 to 490, in this one the same, but one page is at four times, one portal away."""
    chance = np.random.default_rng(2)
    for site in (SITE, SILENT):
        for page in range(40):
            for week in range(5):
                for beside in (-1, 0, 1):
                    bucket = AT - timedelta(weeks=week) + timedelta(hours=beside)
                    mean = (100 + 10 * page) * (4 if (site, page, week) == (SITE, 12, 0) else 0.05 if (site, week) == (SILENT, 0) else 1)
                    yield site, f"/{page}", bucket, int(chance.poisson(mean)), 2
    yield SITE, "/3", AT, 9999, 1
    yield SITE, "/only-today", AT, 500, 1


def fill(engine):
    told = ", ".join(
        f"({site}, '{bucket:%Y-%m-%d}', 'page', '{key}', 'hour', '{bucket:%Y-%m-%d %H:%M:%S}', {value}, 20, {version})"
        for site, key, bucket, value, version in rows()
    )
    engine.command(f"INSERT INTO series SETTINGS distributed_foreground_insert = 1 VALUES {told}")


@pytest.fixture(scope="module")
def found(embedded_engine):
    fill(embedded_engine)
    return score_hour(embedded_engine, [SITE, SILENT], AT, least=0)


def test_page_that_rose_stands_out_and_no_other_does(found):
    best, *others = [one for one in found if one.key[0] == SITE]
    assert best.key == (SITE, "page", RISEN) and best.z > 6 and best.mu == pytest.approx(220, rel=0.15)
    assert max(abs(one.z) for one in others) < 4 and len(others) == 39, "a replaced row and a key of one week are not looked at"


def test_portal_that_is_away_as_a_whole_is_no_fall_of_its_pages(found):
    silent = [one for one in found if one.key[0] == SILENT]
    assert all(one.busy < 0.3 for one in silent) and np.median([abs(one.z) for one in silent]) < 2


def test_only_what_is_far_off_is_asked_for(embedded_engine, found):
    assert [one.key[2] for one in score_hour(embedded_engine, [SITE], AT, least=5)] == [RISEN]
    assert score_hour(embedded_engine, [SITE + 100], AT) == []


@pytest.mark.cluster
def test_two_shards_score_as_one_store_does(cluster_engine, found):
    fill(cluster_engine)
    assert score_hour(cluster_engine, [SITE, SILENT], AT, least=0) == found


def test_nothing_is_compared_with_a_holiday(embedded_engine):
    """A page of a hundred had ninety times as many on two holidays, which are half of what it could be compared with."""
    weeks = [AT - timedelta(weeks=week) for week in range(5)]
    holidays = weeks[2:4]
    told = ", ".join(
        f"({FESTIVE}, '{at:%Y-%m-%d}', 'page', '/', 'hour', '{at:%Y-%m-%d %H:%M:%S}', {9000 if at in holidays else 100}, 20, 1)"
        for at in weeks
    )
    embedded_engine.command(f"INSERT INTO series VALUES {told}")
    (beside,) = score_hour(embedded_engine, [FESTIVE], AT, least=0)
    (without,) = score_hour(embedded_engine, [FESTIVE], AT, least=0, is_special=lambda when: when in holidays)
    assert (beside.mu, without.mu, without.z) == (4550, 100, 0)
