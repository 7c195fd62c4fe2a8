"""Numbers of a portal for its own people: out of its events while they are kept, out of the marts otherwise. Never of both together."""

from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from footfall.privacy.policy import CITY
from footfall.reports.periods import parse_period, shifted
from footfall.serve.answers import Asker, drawn_of, first_kept, first_of_list
from footfall.serve.house import Desk
from footfall.serve.pages.portal import is_young
from footfall.serve.pages.view import View
from footfall.vocabulary import Answer, Portal, Row

__all__ = ["MOST_ROWS", "Numbers", "clear_change"]

MOST_ROWS = 10_000
CHANCE = 2.0
"""Standard deviations of the difference of two counts: fewer are chance."""


class Numbers:
    """Asks for visitors of a portal in a view's period, through the gate.

    Raises:
        BadQuestion: the view's period is none.
    """

    def __init__(self, desk: Desk, portal: Portal, view: View) -> None:
        self.desk, self.portal, self.date_range = desk, portal, view.date_range
        self.period = parse_period(view.date_range, timezone=portal.timezone, now_ms=desk.now())
        self._ask = Asker(desk, portal)
        self.is_drawn = not self._is_kept()
        """Of the marts: with noise, and absent where few came."""

    @property
    def span(self) -> tuple[datetime, datetime]:
        """First and last instant, local; of all time those that there are numbers of."""
        first, last = (datetime.fromisoformat(text) for text in self().query["date_range"])  # type: ignore[attr-defined]
        return first, last

    def __call__(self, *by: str, compare: bool = False, metric: str = "visitors") -> Answer:
        """The released answer by these dimensions, most first; with the period before where ``compare`` asks for it.

        Raises:
            BadQuestion, Refused, Unavailable: it cannot be had.
        """
        include: dict[str, Any] = {"time_labels": True} if by[:1] and by[0].startswith("time:") else {}
        include |= {"comparisons": {"mode": "previous_period"}} if compare else {}
        body = {
            "metrics": [metric],
            "dimensions": list(by),
            "date_range": self.date_range,
            "include": include,
            "pagination": {"limit": MOST_ROWS},
        }
        return (drawn_of(self.desk, self.portal, body, CITY.name) if self.is_drawn else self._ask(body)).answer

    def counts(self, *by: str, metric: str = "visitors") -> dict[tuple[str, ...], int]:
        """The same by labels, of what is there."""
        return {row.dimensions: row.metrics[0] for row in self(*by, metric=metric).rows if isinstance(row.metrics[0], int)}

    def has_before(self, *, of_interests: bool = False) -> bool:
        """Whether there are numbers of all of the period before; ``of_interests`` asks for the marts of the newest list."""
        if self.period.is_all:
            return False
        before = shifted(self.period, "previous_period").first
        if not self.is_drawn:
            return before >= first_kept(self.desk, self.portal) and not is_young(self.desk, self.portal, self(), before)
        return not (of_interests and str(before) < first_of_list(self.desk)) and self._is_drawn_on(before)

    def marts_begin(self) -> date | None:
        """When the marts of interests begin, where that is not over yet; ``None`` where they have begun."""
        today = datetime.fromtimestamp(self.desk.now() / 1000, ZoneInfo(self.portal.timezone)).date()
        first = first_of_list(self.desk)
        begins = date.max if first.startswith("9999") else date.fromisoformat(first)
        return begins if begins > today - timedelta(days=1) else None

    def _is_kept(self) -> bool:
        """Whether the events of all of the period are."""
        first = first_kept(self.desk, self.portal)
        if not self.portal.keep_events or self.desk.is_sealed(self.portal):
            return False
        if not self.period.is_all:
            return self.period.first >= first
        return is_young(self.desk, self.portal, self._ask({"metrics": ["visitors"], "date_range": "all"}).answer, first)

    def _is_drawn_on(self, day: date) -> bool:
        body = {"metrics": ["visitors"], "date_range": [str(day), str(day)]}
        return any(row.metrics[0] for row in drawn_of(self.desk, self.portal, body, CITY.name).answer.rows)


def clear_change(row: Row) -> float | None:
    """The change in percent against the period before, where it is more than chance (and, of drawn numbers, more than their noise)."""
    if not row.change or row.change[0] is None or row.comparison is None:
        return None
    now, before = row.metrics[0], row.comparison.metrics[0]
    if not isinstance(now, int) or not isinstance(before, int) or abs(now - before) <= CHANCE * sqrt(now + before):
        return None
    return row.change[0]
