"""Conditions on the events of whole visits: one that goes on past midnight is not cut at the end of the period."""

from datetime import timedelta

import msgspec

from footfall.reports.conditions import Conditions, reaches_engagement
from footfall.reports.filters import event_dimensions
from footfall.reports.periods import Period
from footfall.reports.question import Question

__all__ = ["WholeVisits"]

DAY = timedelta(days=1)
DAY_MS = 86_400_000


class WholeVisits(Conditions):
    """Looks a day further to both sides than the question does; ``inside`` says what lies in its own period."""

    def __init__(self, question: Question) -> None:
        super().__init__(msgspec.structs.replace(question, period=_wider(question.period)))
        self.period = question.period

    def inside(self) -> str:
        """The condition that an event's time is in the period that was asked for."""
        return f"time >= {self.instant(self.period.from_ms)} AND time < {self.instant(self.period.to_ms)}"

    def events(self) -> str:
        """The condition on events of visits that fit the filters: what a filter says of events must hold on one event of the visit."""
        filters = self.question.filters
        plain = tuple(entry for entry in filters if not event_dimensions((entry,)))
        other = tuple(entry for entry in filters if entry not in plain)
        wanted = [self.events_scope(), "visit != 0", *self.all_of(plain, "events")]
        if other:
            inner = [self.events_scope(), "visit != 0", *self.all_of(other, "events")]
            if not reaches_engagement(self.question, other):
                inner.append("name != 'engagement'")
            wanted.append(f"visit IN (SELECT visit FROM events WHERE {' AND '.join(inner)})")
        return "\n    AND ".join(wanted)


def _wider(period: Period) -> Period:
    first, last = period.first - DAY, period.last + DAY
    return msgspec.structs.replace(period, first=first, last=last, from_ms=period.from_ms - DAY_MS, to_ms=period.to_ms + DAY_MS)
