"""Answers kept for a short while, for pages that anybody may load as often as they like."""

import threading
from collections.abc import Hashable
from typing import Generic, TypeVar

from footfall.vocabulary import Clock

__all__ = ["Kept"]

T = TypeVar("T")
MOST = 500


class Kept(Generic[T]):
    """What was kept within the last ``life_ms``, by key; MOST of them, the oldest go first. From any thread."""

    def __init__(self, life_ms: int, now: Clock) -> None:
        self._life_ms, self._now = life_ms, now
        self._made: dict[Hashable, tuple[int, T]] = {}
        self._lock = threading.Lock()

    def find(self, key: Hashable) -> T | None:
        """What was kept for that key; ``None`` where nothing was, or too long ago."""
        with self._lock:
            at_ms, made = self._made.get(key, (0, None))
        return made if self._now() - at_ms < self._life_ms else None

    def keep(self, key: Hashable, made: T) -> None:
        with self._lock:
            self._made.pop(key, None)
            self._made[key] = self._now(), made
            if len(self._made) > MOST:
                del self._made[next(iter(self._made))]
