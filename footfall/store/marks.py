"""What is in the store and not yet said to be: batches whose marks (names of their segments, rows by service day) share an insert each.

Until then a batch's ``.ready`` file stays: after a crash it is inserted again under its token, which changes nothing, and marked. Several
are marked as one, a batch of its own that holds no events; it is written down first, so that a crash marks the same ones under its name.
"""

from collections import Counter
from datetime import UTC, datetime

import msgspec

from footfall.store.batches import BATCH_BYTES, Prepared
from footfall.vocabulary import Clock

__all__ = ["MARKS", "Marks"]

MARKS = ".marks"
"""End of the name of a batch that marks others."""
LONGEST_WAIT_MS = 10_000
MOST_SEGMENTS = 100
encoder = msgspec.json.Encoder()


class ServiceDay(msgspec.Struct, frozen=True):
    """A line of ``Prepared.service_days``."""

    site: int
    day: str
    rows: int


lines_of = msgspec.json.Decoder(ServiceDay).decode_lines


class Marks:
    """Batches that wait for theirs."""

    def __init__(self, now: Clock) -> None:
        self._now = now
        self._waiting: dict[str, Prepared] = {}
        """By name, in order."""
        self._since_ms = self._bytes = 0
        self._is_news = False
        self._known: set[tuple[int, str]] = set()
        """Portals and service days that this process has marked."""
        self.tried: tuple[str, Prepared] | None = None
        """Perhaps in the store: to be marked under this name and before any other."""
        self.segments: set[str] = set()
        """Names of segments whose marks wait or were tried."""

    def __bool__(self) -> bool:
        return bool(self._waiting or self.tried)

    def __contains__(self, name: str) -> bool:
        return name in self._waiting or (self.tried is not None and self.tried[0] == name)

    def add(self, name: str, prepared: Prepared) -> None:
        """The batch's rows are in the store."""
        if not self._waiting:
            self._since_ms, self._bytes, self._is_news = self._now(), 0, False
        self._waiting[name] = Prepared(members=prepared.members, rows=prepared.rows, service_days=prepared.service_days)
        self._bytes += len(prepared.events) + len(prepared.visits)
        self._is_news = self._is_news or not self._known.issuperset(_days(prepared))
        self.segments.update(prepared.members)

    def are_due(self) -> bool:
        """Whether they have waited long enough (seconds, bytes, segments), or the store does not know yet that there is such a day.

        A day before today's (UTC) is always news: it may be rolled up already, and a late event makes that out of date.
        """
        is_recent = 0 <= self._now() - self._since_ms < LONGEST_WAIT_MS
        is_little = self._bytes <= BATCH_BYTES and len(self.segments) < MOST_SEGMENTS
        return self.tried is not None or self._is_news or not (is_recent and is_little)

    def joined(self) -> tuple[str, Prepared]:
        """All that wait as one batch, and its name; a single one as it is."""
        (first, only), *others = self._waiting.items()
        if not others:
            return first, only
        rows: Counter[tuple[int, str]] = Counter()
        for batch in self._waiting.values():
            for line in lines_of(batch.service_days):
                rows[line.site, line.day] += line.rows
        return f"{first}{MARKS}", Prepared(
            members=[name for batch in self._waiting.values() for name in batch.members],
            rows=[count for batch in self._waiting.values() for count in batch.rows],
            service_days=encoder.encode_lines([ServiceDay(site, day, count) for (site, day), count in rows.items()]),
        )

    def attempt(self, name: str, prepared: Prepared) -> list[str]:
        """This one, which all that wait were joined to, goes to the store; answers their names."""
        joined, self._waiting, self.tried = list(self._waiting), {}, (name, prepared)
        return joined

    def done(self) -> None:
        """What was tried is marked."""
        if self.tried:
            today = datetime.fromtimestamp(self._now() / 1000, UTC).date().isoformat()
            self._known = {(site, day) for site, day in self._known.union(_days(self.tried[1])) if day >= today}
            self.segments.difference_update(self.tried[1].members)
        self.tried = None


def _days(prepared: Prepared) -> set[tuple[int, str]]:
    return {(line.site, line.day) for line in lines_of(prepared.service_days)}
