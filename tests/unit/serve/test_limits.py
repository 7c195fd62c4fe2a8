"""An hourly limit lets through exactly so many, and says when to come back."""

import pytest

from footfall.errors import RateLimited
from footfall.serve.limits import HOUR_MS, HourlyLimit


def test_limit_holds_for_each_name_and_ends_with_its_hour():
    now = 1000
    limit = HourlyLimit(2, lambda: now)
    limit.count("a")
    now += 600_000
    limit.count("a")
    limit.count("b")
    with pytest.raises(RateLimited, match="limited to 2 requests an hour; try again in 3000 seconds") as caught:
        limit.count("a")
    assert caught.value.retry_after_s == 3000
    now += 3_000_000 - 1
    with pytest.raises(RateLimited, match="in 1 seconds"):
        limit.count("a")
    now += 1
    limit.count("a")


def test_zero_is_no_limit():
    limit = HourlyLimit(0, lambda: HOUR_MS)
    for _ in range(10_000):
        limit.count("a")
    assert limit._counts == {}
