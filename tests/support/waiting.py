"""Waiting for what another thread or process does."""

import time
from collections.abc import Callable
from typing import Any

__all__ = ["LONG_S", "until"]

LONG_S = 90
"""Far more than a slow machine needs: only what never comes is waited for so long."""


def until(ask: Callable[[], Any], is_it: Callable[[Any], bool] = bool, *, every_s: float = 0.05) -> Any:
    """What ``ask`` answers once it is what was waited for; its last answer if that never came, for the test to compare."""
    deadline = time.monotonic() + LONG_S
    while not is_it(found := ask()) and time.monotonic() < deadline:
        time.sleep(every_s)
    return found
