"""What a process holds of the content service: lists, what keys may still ask, what was shown; and the rounds that keep it."""

from collections.abc import Callable

import structlog

from footfall.control.transactions import Database
from footfall.errors import FootfallError
from footfall.serve.clock import steady_ms
from footfall.serve.feedback import Feedback
from footfall.serve.kept import Kept
from footfall.serve.known_keys import KnownKeys
from footfall.serve.quotas import Quotas
from footfall.serve.recommending import Learner, Recommending
from footfall.store.engine import Engine
from footfall.vocabulary import Clock

__all__ = ["LOOK_S", "Content"]

log = structlog.get_logger()
LOOK_S, WRITTEN_EVERY_LOOKS = 3.0, 10
"""Looks for new items and placements; and after how many what was counted is written."""
LISTS_MS = 60_000


class Content:
    """Opened with the house. ``round`` and ``write`` never raise: what could not be done waits for the next."""

    def __init__(self, control: Database, engine: Engine, learner: Learner, *, secret: bytes, now: Clock) -> None:
        self._engine, self._looks = engine, 0
        self.recommending = Recommending(control, learner, secret=secret, now=now)
        self.recommending.look_at_placements()
        self.keys = KnownKeys(control)
        self.quotas, self.feedback = Quotas(control, now=now, steady_ms=steady_ms), Feedback()
        self.lists: Kept[tuple[bytes, str]] = Kept(LISTS_MS, steady_ms)
        """Placements' lists and their tags."""

    def round(self) -> None:
        """Look, and now and then write."""
        self._try(self.recommending.look, "recommendations stay as they are")
        self._looks += 1
        if self._looks % WRITTEN_EVERY_LOOKS == 0:
            self.write()

    def write(self) -> None:
        """Keep what was counted: requests in the control database, what was shown in the store."""
        self._try(self.quotas.write, "counts of requests wait")
        self._try(lambda: self.feedback.write(self._engine), "sums of what was shown wait")

    def _try(self, act: Callable[[], None], waits: str) -> None:
        try:
            act()
        except FootfallError as error:
            log.warning("the content service waits", about=waits, reason=str(error))
        except Exception:
            log.exception("the content service met an unexpected error; it goes on")
