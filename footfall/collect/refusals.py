"""How many events were refused, by portal, minute and reason; never what they said."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from footfall.vocabulary import Clock

__all__ = ["Refusals", "as_lines"]


class Refusals:
    """Counts in memory until ``take`` hands them on."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._counts: Counter[tuple[int, int, str]] = Counter()

    def count(self, site: int, reason: str) -> None:
        self._counts[site, self._now() // 60_000 * 60, reason] += 1

    def take(self) -> list[tuple[int, int, str, int]]:
        """(site, minute as epoch seconds, reason, count), and start again from nothing."""
        taken, self._counts = self._counts, Counter()
        return [(*key, count) for key, count in taken.items()]


def as_lines(refusals: Iterable[tuple[int, int, str, int]]) -> bytes:
    """JSON lines as the table ``refusals`` takes them."""
    encoder = msgspec.json.Encoder()
    return encoder.encode_lines([dict(zip(("site", "minute", "reason", "count"), refusal, strict=True)) for refusal in refusals])
