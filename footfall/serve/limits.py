"""How often a key may ask."""

from footfall.errors import RateLimited
from footfall.vocabulary import Clock

__all__ = ["HourlyLimit"]

HOUR_MS = 3_600_000


class HourlyLimit:
    """Counts requests by name in hours that begin with a name's first request. Used on the event loop alone."""

    def __init__(self, most: int, steady_ms: Clock) -> None:
        self._most, self._steady_ms = most, steady_ms
        self._counts: dict[str, tuple[int, int]] = {}
        """Name to the hour's beginning and the requests in it."""

    def count(self, name: str) -> None:
        """One more request. A limit of 0 is none.

        Raises:
            RateLimited: the name has had its hour's requests; says when the next hour begins.
        """
        if not self._most:
            return
        now = self._steady_ms()
        began, count = self._counts.get(name, (now, 0))
        if now - began >= HOUR_MS:
            began, count = now, 0
        if count >= self._most:
            wait_s = (began + HOUR_MS - now + 999) // 1000
            raise RateLimited(
                "Too many API requests. This key is limited to {most} requests an hour; try again in {wait_s} seconds.",
                most=self._most,
                wait_s=wait_s,
                retry_after_s=wait_s,
            )
        self._counts[name] = (began, count + 1)
