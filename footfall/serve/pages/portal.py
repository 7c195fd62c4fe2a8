"""A portal's page: cards, graph and panels of one period."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.errors import BadQuestion
from footfall.errors import Refused as Withheld
from footfall.privacy import Released
from footfall.reports.beginning import first_days
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
from footfall.serve.pages.remembered import is_remembered
from footfall.serve.pages.segments import own_of
from footfall.serve.pages.typed import UNTYPED, Typed
from footfall.serve.pages.view import COMPARISONS, METRICS, PERIODS, View, read_view
from footfall.serve.sealed import counted_next
from footfall.serve.sign_in import in_thread, may, signed_in, visible_portal
from footfall.vocabulary import Answer, Portal, Row

__all__ = ["BEHIND", "CHOICES", "Card", "PortalPage", "asker", "cards_of", "is_young", "load", "load_panel", "look", "show_portal"]

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
    is_young: bool = False
    """The portal has no events of the time before, or not of all of it: no change can be told."""

    @property
    def is_good(self) -> bool:
        return (self.change or 0) < 0 if self.metric in LOWER_IS_BETTER else (self.change or 0) > 0


class Other(msgspec.Struct, frozen=True, kw_only=True):
    """A period that stands beside another."""

    first: date
    last: date
    until: datetime | None
    """Local; it ends with its last day where this is ``None``."""
    is_unknown: bool
    """The portal's numbers begin later: there is nothing to tell a change from."""


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
    other: Other | None = None
    """What the cards are compared with."""
    now: int = 0
    """Visitors of the last five minutes; 0 for few and none."""
    is_sealed: bool = False
    """Nothing is told of now: finished hours only."""
    counted_next: datetime
    """Local; when the next hour of a sealed portal is."""
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


def load(desk: Desk, portal: Portal, view: View, *, is_whole: bool = False) -> PortalPage:
    """Ask everything the page shows; a whole one also has the panels that otherwise are asked when they come into view.

    Raises:
        BadQuestion, Refused, Unavailable: cards or graph cannot be had.
    """
    ask = asker(desk, portal)
    page = look(desk, portal, view, ask, is_whole=is_whole)
    desk.asked.note_now(portal.id, desk.settings.policy)
    return msgspec.structs.replace(
        page,
        now=0 if page.is_sealed else realtime_of(desk, portal).answer,
        flags=load_notes(desk, portal, page.graph, page.first, page.last),
        refused=load_refused(desk, portal, page.first.date(), page.last.date(), ask) if view.refused else None,
    )


def look(desk: Desk, portal: Portal, view: View, ask: Asker, *, is_whole: bool = False) -> PortalPage:
    """As ``load``, asked by ``ask``, and without what is the team's own: who is there now, notes, and what was not counted."""
    zone = ZoneInfo(portal.timezone)
    tabs = [panel.tab(view.tab(panel.name)) for panel in PANELS if not panel.is_lazy]
    ask.ahead([card_question(view), graph_question(view), *(panel_question(view, tab) for tab in tabs)])
    counted = ask(card_question(view))
    totals = counted.answer
    first, last = (datetime.fromisoformat(text) for text in totals.query["date_range"])  # type: ignore[attr-defined]
    graph = draw(ask(graph_question(view)), datetime.fromtimestamp(desk.now() / 1000, zone))
    other = _other(desk, portal, totals)
    cards = cards_of(counted, is_young=other is not None and other.is_unknown)
    return PortalPage(
        portal=portal,
        is_sealed=desk.is_sealed(portal),
        counted_next=datetime.fromtimestamp(counted_next(desk.now()) / 1000, zone),
        view=view,
        first=first,
        last=last,
        cards=cards,
        graph=graph,
        panels=tuple(_shown(panel, view, ask, is_whole=is_whole) for panel in PANELS),
        complete_until=datetime.fromisoformat(str(totals.meta["complete_until"])).astimezone(zone),
        other=other,
        intervals=steps_that_fit(first, last),
        is_blank=cards[0].value is None,
        has_days=first.date() != last.date(),
    )


def load_panel(desk: Desk, portal: Portal, view: View, name: str, *, limit: int = SHORT_ROWS, page: int = 1) -> Shown:
    """One panel. Raises NotFound for a panel or tab that is not there."""
    panel = panel_of(name)
    return show(panel, panel.tab(view.tab(name)), view, asker(desk, portal), limit=limit, page=page)


def _shown(panel: Panel, view: View, ask: Ask, *, is_whole: bool) -> Shown:
    tab = panel.tab(view.tab(panel.name))
    return Shown(panel=panel, tab=tab, metrics=tab.metrics) if panel.is_lazy and not is_whole else show(panel, tab, view, ask)


def asker(desk: Desk, portal: Portal) -> Asker:
    """What asks for those who are signed in, under the policy that was set."""
    return Asker(desk, portal)


def cards_of(released: Released[Answer], *, is_young: bool = False) -> tuple[Card, ...]:
    """The cards of the answer to ``card_question``, in its order; those of a young portal are compared with nothing."""
    answer = released.answer
    names = [str(name) for name in answer.query["metrics"]]  # type: ignore[attr-defined]
    row: Row = answer.rows[0]
    changes = row.change or (None,) * len(names)
    befores = row.comparison.metrics if row.comparison else (None,) * len(names)
    found = zip(names, row.metrics, changes, befores, strict=True)
    return tuple(
        Card(metric=name, value=_number(now), is_young=True)
        if is_young
        else Card(metric=name, value=_number(now), change=_number(change), before=_number(then))
        for name, now, change, then in found
    )


def _other(desk: Desk, portal: Portal, totals: Answer) -> Other | None:
    """What an answer to ``card_question`` was compared with."""
    if "comparison_range" not in totals.meta:
        return None
    first, last = (datetime.fromisoformat(text) for text in totals.meta["comparison_range"])  # type: ignore[attr-defined]
    end = last + timedelta(seconds=1)
    return Other(
        first=first.date(),
        last=last.date(),
        until=end if end.date() == last.date() else None,
        is_unknown=is_young(desk, portal, totals, first.date()),
    )


def is_young(desk: Desk, portal: Portal, totals: Answer, before: date) -> bool:
    """Whether the numbers of these totals begin later than ``before``. Of blank ones it is not told: few and none look alike."""
    return totals.rows[0].metrics[0] is not None and first_days(desk.store_of(portal)[0], [portal.id]).get(portal.id, date.min) > before


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


@get("/portals/{domain:str}")
async def portal_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A portal at a glance; of days whose events are forgotten, what is remembered. Filters that cannot be asked leave their sentence, and
    stand there to be taken away."""
    return await _page(house, request, domain, is_print=False)


@get("/portals/{domain:str}/print")
async def print_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """The same with every panel, for paper: a browser prints what is there and waits for nothing."""
    return await _page(house, request, domain, is_print=True)


async def _page(house: House, request: Request[Any, Any, Any], domain: str, *, is_print: bool) -> Response[Any]:
    view = read_view(list(request.query_params.multi_items()))
    portal = await visible_portal(house, request, domain)
    if await house.in_question_lane(lambda: is_remembered(house.desk, portal, view)):
        return Redirect(f"/portals/{portal.domain}/remembered{view.as_query()}", status_code=303)
    return await show_portal(house, request, portal, view, is_print=is_print)


async def show_portal(
    house: House, request: Request[Any, Any, Any], portal: Portal, view: View, *, typed: Typed = UNTYPED, is_print: bool = False
) -> Response[str]:
    """The page of a portal that the reader may see; with a form of it that was not valid, as it was typed."""
    operator = await signed_in(house, request)
    own = await in_thread(lambda: own_of(house.desk, portal, operator))
    try:
        page = await house.in_question_lane(lambda: load(house.desk, portal, view, is_whole=is_print))
    except (BadQuestion, Withheld) as error:
        if not view.filters:
            raise
        return render(request, "faulty.html", status=error.status, portal=portal, view=view, own=own, typed=typed, fault=error.sentence)
    values: dict[str, Any] = {"page": page, "own": own, "typed": typed, "is_print": is_print, "intervals": page.intervals}
    return render(request, "portal.html", status=typed.status, may_share=may(operator, "analyst", portal), **values, **CHOICES)


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


BEHIND = [portal_page, print_page, panel_page, panel_card]
