"""The clock: real, frozen, or running from an instant."""

import time

import pytest

from footfall.errors import BadSetting
from footfall.serve.clock import make_clock

NOON_MS = 1_767_614_400_000


def test_empty_is_the_real_clock():
    before, now, after = time.time(), make_clock("")(), time.time()
    assert before * 1000 - 1 <= now <= after * 1000


@pytest.mark.parametrize("now", ["2026-01-05T12:00:00Z", "2026-01-05T15:00:00+03:00", "2026-01-05T12:00:00", "2026-01-05 12:00"])
def test_instant_stands_still(now):
    clock = make_clock(now)
    first = clock()
    time.sleep(0.005)
    assert first == clock() == NOON_MS


def test_plus_runs_from_the_instant():
    began = time.monotonic()
    clock = make_clock("2026-01-05T12:00:00Z+")
    first = clock()
    time.sleep(0.02)
    later, took_ms = clock(), (time.monotonic() - began) * 1000
    assert NOON_MS <= first < later <= NOON_MS + took_ms + 1


@pytest.mark.parametrize("now", ["noon", "2026-13-01", "+", "1767614400"])
def test_anything_else_is_refused_with_what_is_valid(now):
    with pytest.raises(BadSetting, match=r"Valid: 2026-01-05T12:00:00Z \(frozen\), 2026-01-05T12:00:00Z\+ \(running\)"):
        make_clock(now)


@pytest.mark.parametrize("now", ["1970-12-31T23:59:59Z", "2101-01-01T00:00:00Z+", "0001-01-01T00:00:00+14:00", "9999-12-31"])
def test_year_that_the_store_does_not_hold_is_refused(now):
    with pytest.raises(BadSetting, match=r"Valid: years 1971 to 2100\."):
        make_clock(now)
