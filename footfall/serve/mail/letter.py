"""What stands in a report: the numbers of a portal's page over the report's days, through the gate as all that goes outside."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from footfall.privacy import Released
from footfall.privacy.policy import OUTSIDE
from footfall.reports.periods import Period, parse_period, shifted
from footfall.serve.answers import Of, ask_of
from footfall.serve.house import Desk
from footfall.serve.pages.panels import Ask, Shown, card_question, graph_question, panel_of, show
from footfall.serve.pages.portal import Card, cards_of, is_young
from footfall.serve.pages.view import View, read_view_text
from footfall.vocabulary import Answer, Portal

__all__ = ["Letter", "filters_of", "period_of", "read_letter"]

TOPS = (("pages", "page"), ("sources", "source"), ("places", "country"), ("behaviour", "goal"))
"""Panel and tab of each list."""
ROWS = 5


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report says."""

    portal: Portal
    view: View
    """What the link leads to: the same days, filters and comparison."""
    first: date
    last: date
    before_first: date
    before_last: date
    """The days it is compared with."""
    cards: tuple[Card, ...]
    days: tuple[tuple[date, int | None], ...]
    """Visitors of each day; ``None`` where the gate left them blank."""
    tops: tuple[Shown, ...]
    complete_until: datetime
    """Local; every event accepted before is in the numbers."""

    @property
    def is_blank(self) -> bool:
        """The whole period rests on too few visitors, or on none."""
        return self.cards[0].value is None


def filters_of(view: View) -> str:
    """What a report keeps of a view, as a query: its filters. Its days come from its times."""
    usual = View()
    days = ("period", "first", "last", "compare", "compare_first", "compare_last", "metric", "interval", "tabs")
    return view.changed(**{name: getattr(usual, name) for name in days}).as_query()


def period_of(portal: Portal, days: tuple[date, date]) -> Period:
    """Whole local days of the portal."""
    return parse_period([day.isoformat() for day in days], timezone=portal.timezone, now_ms=0)


def read_letter(desk: Desk, portal: Portal, filters: str, days: tuple[date, date], *, kept: date = date.min) -> Letter:
    """Ask everything that a report of these days says; compared only if the portal had begun before, and all of the days are ``kept``.

    Raises:
        BadQuestion, Refused, Unavailable: its cards or days cannot be had.
    """
    goals, (first, last) = desk.control.goals(portal.id), days
    before = shifted(period_of(portal, days), "previous_period")
    compare = "previous" if before.first >= kept else ""
    view = read_view_text(filters).changed(period="custom", first=first.isoformat(), last=last.isoformat(), compare=compare)

    def ask(question: dict[str, Any], of: Of = ask_of) -> Released[Answer]:
        return of(desk, portal, goals, question, policy=OUTSIDE.name)

    counted = ask(card_question(view))
    totals = counted.answer
    is_new = bool(compare) and is_young(desk, portal, totals, before.first)
    view = view.changed(compare="") if is_new else view
    return Letter(
        portal=portal,
        view=view,
        first=first,
        last=last,
        before_first=before.first,
        before_last=before.last,
        cards=cards_of(counted, is_young=is_new),
        days=_days(ask(graph_question(view.changed(interval="day", compare=""))).answer),
        tops=tuple(_top(name, tab, view, ask) for name, tab in TOPS if goals or tab != "goal"),
        complete_until=datetime.fromisoformat(str(totals.meta["complete_until"])).astimezone(ZoneInfo(portal.timezone)),
    )


def _top(name: str, tab: str, view: View, ask: Ask) -> Shown:
    panel = panel_of(name)
    return show(panel, panel.tab(tab), view, ask, limit=ROWS)


def _days(answer: Answer) -> tuple[tuple[date, int | None], ...]:
    """Few and none look alike: a day without a row is as blank as one that the gate blanked."""
    found = {row.dimensions[0]: row.metrics[0] for row in answer.rows}
    labels = [str(label) for label in answer.meta["time_labels"]]  # type: ignore[attr-defined]
    return tuple((date.fromisoformat(label), _whole(found.get(label))) for label in labels)


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, int) else None
