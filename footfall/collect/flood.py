"""Rate limit by address, in memory: evenly refilled, with a minute's worth at once."""

from collections.abc import Callable

__all__ = ["make_limit"]

MOST_ADDRESSES = 100_000
MINUTE_MS, ROUNDING_MS = 60_000, 0.001


def make_limit(per_minute: int) -> Callable[[str, int], bool]:
    """``allow(address, now_ms)``: at most ``per_minute`` at once, refilled evenly; 0 lets everything pass.

    Of each address one number is kept: when its allowance will be whole again (the generic cell rate algorithm). Past
    that instant it is as good as new, so forgetting it then changes nothing; that is done once a minute.
    """
    if per_minute == 0:
        return lambda address, now_ms: True
    whole_again: dict[str, float] = {}
    each_ms = MINUTE_MS / per_minute
    most_ms = MINUTE_MS + ROUNDING_MS
    room_ms = 0

    def allow(address: str, now_ms: int) -> bool:
        nonlocal room_ms
        if not 0 <= now_ms - room_ms < MINUTE_MS:
            room_ms = now_ms
            _make_room(whole_again, now_ms)
        ready = whole_again.get(address, 0)
        then = (now_ms if ready < now_ms else ready) + each_ms
        if then - now_ms > most_ms:
            return False
        if len(whole_again) >= MOST_ADDRESSES and address not in whole_again:
            _make_room(whole_again, now_ms)
        whole_again[address] = then
        return True

    return allow


def _make_room(whole_again: dict[str, float], now_ms: int) -> None:
    """Forget who is as good as new; if that is too few, those seen first."""
    for address in [address for address, ready in whole_again.items() if ready <= now_ms]:
        del whole_again[address]
    for address in list(whole_again)[: max(0, len(whole_again) - MOST_ADDRESSES * 9 // 10)]:
        del whole_again[address]
