"""Who asked what of a portal's events under the policy ``staff``: noted in memory as it is asked, written a few seconds later.

What was answered is not noted. Of pages and keys alike; not of links and panels, whose readers nobody knows, nor of drawn numbers.
"""

import threading
from datetime import date

import msgspec

from footfall.control.asked import Asking, put_asked
from footfall.control.audit import acting
from footfall.control.transactions import Database
from footfall.privacy.policy import STAFF
from footfall.reports.question import Question
from footfall.vocabulary import Clock

__all__ = ["EVERYWHERE", "Noted"]

EVERYWHERE = 0
"""Instead of a portal's id: all that the operator may see."""
Kind = tuple[str, int, str, str, str]


class Noted:
    """What was asked and is not written yet: questions of the same person, portal, days and filters are one. A process that dies takes
    the last seconds with it."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database, self._now = database, now
        self._lock = threading.Lock()
        self._waiting: dict[Kind, tuple[int, set[str]]] = {}

    def note(self, question: Question, policy: str, what: str = "") -> None:
        """A question that is answered now under that policy; ``what`` where dimensions do not say it."""
        if policy == STAFF.name:
            period = question.period
            filters = msgspec.json.encode(question.asked_filters).decode() if question.asked_filters else ""
            days = ("all", str(period.last)) if period.is_all else (str(period.first), str(period.last))
            self._add((acting(), question.portal.id, *days, filters), {what} if what else set(question.dimensions) or {"total"})

    def note_now(self, portal_id: int, policy: str) -> None:
        """Who asks how many are there in these minutes."""
        if policy == STAFF.name:
            self._add((acting(), portal_id, "now", "now", ""), {"now"})

    def note_overview(self, first: date, last: date, policy: str) -> None:
        """Who looks at all portals at once."""
        if policy == STAFF.name:
            self._add((acting(), EVERYWHERE, str(first), str(last), ""), {"overview"})

    def write(self) -> None:
        """Keep what waits. Raises Unavailable: then it waits on."""
        with self._lock:
            taken, self._waiting = self._waiting, {}
        if not taken:
            return
        try:
            put_asked(self._database, (_asking(kind, *of) for kind, of in taken.items()), self._now())
        except BaseException:
            for kind, (at_ms, what) in taken.items():
                self._add(kind, what, at_ms)
            raise

    def _add(self, kind: Kind, what: set[str], at_ms: int = 0) -> None:
        with self._lock:
            self._waiting.setdefault(kind, (at_ms or self._now(), set()))[1].update(what)


def _asking(kind: Kind, at_ms: int, what: set[str]) -> Asking:
    who, portal_id, first, last, filters = kind
    return Asking(at_ms=at_ms, who=who, portal_id=portal_id, first=first, last=last, filters=filters, what=", ".join(sorted(what)))
