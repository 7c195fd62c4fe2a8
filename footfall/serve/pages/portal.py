"""A portal's page: cards, graph and panels of one period."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.errors import BadQuestion
from footfall.errors import Refused as Withheld
from footfall.serve.answers import Asker, realtime_of
from footfall.serve.house import Desk, House
from footfall.serve.pages.frame import render
from footfall.serve.pages.graph import Graph, draw, steps_that_fit
from footfall.serve.pages.notes import Flag, load_notes
from footfall.serve.pages.panels import (
    LONG_ROWS,
    PANELS,
    SHORT_ROWS,
    Ask,
    Panel,
    Shown,
    card_question,
    graph_question,
    panel_of,
    panel_question,
    show,
)
from footfall.serve.pages.refused import REASON_WORDS, Refused, load_refused
from footfall.serve.pages.segments import own_of
from footfall.serve.pages.view import COMPARISONS, METRICS, PERIODS, View, read_view
from footfall.serve.sign_in import in_thread, may, signed_in, visible_portal
from footfall.vocabulary import Answer, Portal, Row

__all__ = ["BEHIND", "CHOICES", "Card", "PortalPage", "asker", "cards_of", "load", "load_panel", "look"]

LOWER_IS_BETTER = ("bounce_rate",)
CHOICES: dict[str, Any] = {
    "periods": PERIODS,
    "comparisons": tuple(COMPARISONS),
    "metrics": METRICS,
    "reasons": REASON_WORDS,
}


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One number on top."""

    metric: str
    value: float | None
    """``None`` where the gate left it blank."""
    change: float | None = None
    """Percent, or points for rates; ``None`` without a comparison or where either side is blank."""
    before: float | None = None

    @property
    def is_good(self) -> bool:
        return (self.change or 0) < 0 if self.metric in LOWER_IS_BETTER else (self.change or 0) > 0


class PortalPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    portal: Portal
    view: View
    first: datetime
    last: datetime
    """The period's first and last instant, local."""
    cards: tuple[Card, ...]
    graph: Graph
    panels: tuple[Shown, ...]
    complete_until: datetime
    """Local; every event accepted before is in the numbers."""
    now: int = 0
    """Visitors of the last five minutes; 0 for few and none."""
    intervals: tuple[str, ...]
    """Steps of the graph that can be chosen."""
    is_blank: bool
    """The whole period rests on too few visitors, or on none."""
    has_days: bool
    """More than one day: visitors are a sum of daily ones."""
    flags: dict[int, Flag] = {}
    """Notes on the graph, by the place of their bucket."""
    refused: Refused | None = None
    """What was not counted; ``None`` where the address does not ask for it."""


def load(desk: Desk, portal: Portal, view: View) -> PortalPage:
    """Ask everything the page shows.

    Raises:
        BadQuestion, Refused, Unavailable: cards or graph cannot be had.
    """
    ask = asker(desk, portal)
    page = look(desk, portal, view, ask)
    return msgspec.structs.replace(
        page,
        now=realtime_of(desk, portal).answer,
        flags=load_notes(desk, portal, page.graph, page.first, page.last),
        refused=load_refused(desk, portal, page.first.date(), page.last.date(), ask) if view.refused else None,
    )


def look(desk: Desk, portal: Portal, view: View, ask: Asker) -> PortalPage:
    """As ``load``, asked by ``ask``, and without what is the team's own: who is there now, notes, and what was not counted."""
    zone = ZoneInfo(portal.timezone)
    tabs = [panel.tab(view.tab(panel.name)) for panel in PANELS if not panel.is_lazy]
    ask.ahead([card_question(view), graph_question(view), *(panel_question(view, tab) for tab in tabs)])
    totals = ask(card_question(view)).answer
    first, last = (datetime.fromisoformat(text) for text in totals.query["date_range"])  # type: ignore[attr-defined]
    graph = draw(ask(graph_question(view)).answer, datetime.fromtimestamp(desk.now() / 1000, zone))
    cards = cards_of(totals)
    return PortalPage(
        portal=portal,
        view=view,
        first=first,
        last=last,
        cards=cards,
        graph=graph,
        panels=tuple(_shown(panel, view, ask) for panel in PANELS),
        complete_until=datetime.fromisoformat(str(totals.meta["complete_until"])).astimezone(zone),
        intervals=steps_that_fit(first, last),
        is_blank=cards[0].value is None,
        has_days=first.date() != last.date(),
    )


def load_panel(desk: Desk, portal: Portal, view: View, name: str, *, limit: int = SHORT_ROWS, page: int = 1) -> Shown:
    """One panel. Raises NotFound for a panel or tab that is not there."""
    panel = panel_of(name)
    return show(panel, panel.tab(view.tab(name)), view, asker(desk, portal), limit=limit, page=page)


def _shown(panel: Panel, view: View, ask: Ask) -> Shown:
    tab = panel.tab(view.tab(panel.name))
    return Shown(panel=panel, tab=tab, metrics=tab.metrics) if panel.is_lazy else show(panel, tab, view, ask)


def asker(desk: Desk, portal: Portal) -> Asker:
    """What asks for those who are signed in, under the policy that was set."""
    return Asker(desk, portal)


def cards_of(answer: Answer) -> tuple[Card, ...]:
    """The cards of the answer to ``card_question``, in its order."""
    names = [str(name) for name in answer.query["metrics"]]  # type: ignore[attr-defined]
    row: Row = answer.rows[0]
    changes = row.change or (None,) * len(names)
    befores = row.comparison.metrics if row.comparison else (None,) * len(names)
    found = zip(names, row.metrics, changes, befores, strict=True)
    return tuple(Card(metric=name, value=_number(now), change=_number(change), before=_number(then)) for name, now, change, then in found)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


@get("/portals/{domain:str}")
async def portal_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """A portal at a glance. Filters that cannot be asked leave their sentence, and stand there to be taken away."""
    view = read_view(list(request.query_params.multi_items()))
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    own = await in_thread(lambda: own_of(house.desk, portal, operator))
    try:
        page = await house.in_question_lane(lambda: load(house.desk, portal, view))
    except (BadQuestion, Withheld) as error:
        if not view.filters:
            raise
        return render(request, "faulty.html", status=error.status, portal=portal, view=view, own=own, fault=str(error))
    may_share = may(operator, "analyst", portal)
    return render(request, "portal.html", page=page, own=own, may_share=may_share, intervals=page.intervals, **CHOICES)


@get("/portals/{domain:str}/panels/{name:str}")
async def panel_page(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], name: FromPath[str]
) -> Response[str]:
    """One panel with all its rows."""
    view = read_view(list(request.query_params.multi_items()))
    number = request.query_params.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < int(number) < 1000 else 1
    portal = await visible_portal(house, request, domain)
    shown = await house.in_question_lane(lambda: load_panel(house.desk, portal, view, name, limit=LONG_ROWS, page=page))
    return render(request, "panel.html", portal=portal, view=view, shown=shown, page=page)


@get("/portals/{domain:str}/panels/{name:str}/card")
async def panel_card(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], name: FromPath[str]
) -> Response[str]:
    """One panel as it stands on the portal's page: for a tab that was chosen, or one that is looked at only now."""
    view = read_view(list(request.query_params.multi_items()))
    portal = await visible_portal(house, request, domain)
    shown = await house.in_question_lane(lambda: load_panel(house.desk, portal, view, name))
    here = f"/portals/{portal.domain}"
    return render(request, "shown.html", shown=shown, view=view, here=here, portal_domain=portal.domain)


BEHIND = [portal_page, panel_page, panel_card]
