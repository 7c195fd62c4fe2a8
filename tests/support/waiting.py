"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable
from typing import Any

__all__ = ["LONG_S", "until"]

LONG_S = 90
"""Far more than a slow machine needs: only what never comes is waited for so long."""


FIRST_PAUSE_S, LONGEST_PAUSE_S, GROWTH = 0.02, 0.25, 1.3


def until(ask: Callable[[], Any], is_it: Callable[[Any], bool] = bool, *, every_s: float = 0) -> Any:
    """What ``ask`` answers once it is what was waited for; its last answer if that never came, for the test to compare.

    Pauses grow, so that what takes its time is not kept from its work by questions; ``every_s`` is for what must be caught in passing.
    """
    deadline, pause_s = time.monotonic() + LONG_S, every_s or FIRST_PAUSE_S
    while not is_it(found := ask()) and time.monotonic() < deadline:
        time.sleep(pause_s)
        pause_s = every_s or min(LONGEST_PAUSE_S, pause_s * GROWTH)
    return found
