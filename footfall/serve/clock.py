"""The clock: real, frozen at an instant, or running from one."""

import time
from datetime import UTC, datetime

from footfall.errors import BadSetting
from footfall.vocabulary import Clock

__all__ = ["make_clock", "steady_ms"]

FIRST_YEAR, LAST_YEAR = 1971, 2100
"""As of questions: no day of these is one that the store cannot hold."""


def make_clock(now: str) -> Clock:
    """``""`` is the real clock, ``INSTANT`` stands still, ``INSTANT+`` runs from there on.

    Raises:
        BadSetting: it is not an ISO instant, or of a year that the store does not hold.
    """
    if not now:
        return lambda: time.time_ns() // 1_000_000
    try:
        instant = datetime.fromisoformat(now.removesuffix("+"))
    except ValueError:
        raise BadSetting(
            f"Setting 'now' has {now!r}, which is not valid. Valid: 2026-01-05T12:00:00Z (frozen), 2026-01-05T12:00:00Z+ (running)."
        ) from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise BadSetting(f"Setting 'now' has {now!r}, which is not valid. Valid: years {FIRST_YEAR} to {LAST_YEAR}.")
    start_ms = int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000)
    if not now.endswith("+"):
        return lambda: start_ms
    began_ms = steady_ms()
    return lambda: start_ms + steady_ms() - began_ms


def steady_ms() -> int:
    """Milliseconds that only go forward, also where the clock is frozen: for refresh and expiry."""
    return time.monotonic_ns() // 1_000_000
