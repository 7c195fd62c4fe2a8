"""Brings what residents asked to have erased out of the store: beside all requests, many of them at once, and again until it is done."""

import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from footfall.collect.erased import Erased
from footfall.store.engine import Engine
from footfall.store.forgetting import forget_visitors
from footfall.store.loading import Loader
from footfall.vocabulary import Clock

__all__ = ["Erasing"]

REST_MS = 10_000
"""Between two deletions: each writes a part of today's table anew, however few rows go."""
REACH = timedelta(days=2)
"""How far back a service day lies at most that a salt which still lives has rows on."""
MOST = 2_000
"""Visitors of one deletion: their ids fit one typed parameter of an HTTP request."""


class Erasing:
    """The loader's own thread asks ``due`` before it loads and calls ``finish`` afterwards: what was on its way then is in the store, or
    dropped. Loaders of other places are asked to load first, for the same reason."""

    def __init__(self, erased: Erased, *places: tuple[Loader, Engine], now: Clock, steady_ms: Clock) -> None:
        """``places``: the store with its loader, and others that have visitors' rows."""
        self._erased, self._places = erased, places
        self._now, self._steady_ms = now, steady_ms
        self._last_ms = -REST_MS

    def due(self, *, at_once: bool = False) -> list[tuple[int, int]]:
        """(site, visitor) to be deleted after the next loading."""
        if not at_once and self._steady_ms() - self._last_ms < REST_MS:
            return []
        return sorted(self._erased.waiting())[:MOST]

    def finish(self, visitors: Collection[tuple[int, int]]) -> None:
        """Delete what the store has of them.

        Raises:
            Unavailable: it is away; they stay due.
        """
        if not visitors:
            return
        self._last_ms = self._steady_ms()
        since = (datetime.fromtimestamp(self._now() / 1000, UTC) - REACH).date()
        for number, (loader, engine) in enumerate(self._places):
            if number:
                loader.load_waiting()
            loader.forget_visitors(visitors)
            forget_visitors(engine, visitors, since, f"erased-{secrets.token_hex(8)}")
        self._erased.done(visitors)
