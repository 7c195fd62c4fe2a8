"""Rate limit by address: a token bucket each, in memory, the oldest forgotten."""

from collections.abc import Callable

__all__ = ["make_limit"]

MOST_ADDRESSES = 100_000


def make_limit(per_minute: int) -> Callable[[str, int], bool]:
    """``allow(address, now_ms)``: at most ``per_minute`` at once, refilled evenly; 0 lets everything pass."""
    if per_minute == 0:
        return lambda address, now_ms: True
    buckets: dict[str, tuple[float, int]] = {}
    refill = per_minute / 60_000

    def allow(address: str, now_ms: int) -> bool:
        level, then = buckets.pop(address, (float(per_minute), now_ms))
        level = min(per_minute, level + max(0, now_ms - then) * refill)
        passes = level >= 1
        buckets[address] = (level - 1 if passes else level, now_ms)
        if len(buckets) > MOST_ADDRESSES:
            buckets.pop(next(iter(buckets)))
        return passes

    return allow
