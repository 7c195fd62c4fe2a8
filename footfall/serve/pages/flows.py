"""Flows: between the sections of a portal out of its visits, and between portals out of drawn numbers alone."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.errors import BadQuestion, Refused
from footfall.reports.journeys import EXIT
from footfall.reports.periods import parse_period
from footfall.sentences import NOTHING, Sentence
from footfall.serve.flow_shapes import FlowAnswer
from footfall.serve.flows import flows_of
from footfall.serve.house import Desk, House
from footfall.serve.interest_marts import interest_mart
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.language import N_
from footfall.serve.pages.sankey import Link, Sankey, draw_sankey
from footfall.serve.pages.shown_days import Day
from footfall.serve.pages.view import PERIODS, View, read_view
from footfall.serve.sign_in import in_thread, signed_in, visible_portal, visible_portals
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "FlowPage", "load"]

MOST_DRAWN, MOST_ROWS = 40, 100
CHOICES: dict[str, Any] = {"periods": tuple(name for name in PERIODS if name != "24h"), "comparisons": (), "intervals": (), "exit": EXIT}
CSV_HEAD = (N_("Step"), N_("From"), N_("To"), N_("Visitors"))
Asked = Request[Any, Any, Any]


class Between(msgspec.Struct, frozen=True):
    """Visitors by day whom one portal led to another, as they were drawn."""

    source: str
    target: str
    visitors: int
    plus_minus: int | None


class FlowPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that a page shows."""

    first: Day
    last: Day
    portal: str = ""
    """Empty: between portals."""
    found: FlowAnswer | None = None
    between: tuple[Between, ...] = ()
    threshold: int = 0
    """Of a drawn number of a day."""
    drawing: Sankey | None = None
    fault: Sentence = NOTHING


def load(desk: Desk, portal: Portal, view: View) -> FlowPage:
    """Flows between sections. What may not be answered leaves its sentence. Raises Unavailable."""
    period = parse_period(view.date_range, timezone=portal.timezone, now_ms=desk.now())
    page = FlowPage(first=Day(period.first), last=Day(period.last), portal=portal.domain)
    try:
        found = flows_of(desk, portal, view.as_body())
    except (BadQuestion, Refused) as error:
        return msgspec.structs.replace(page, fault=error.sentence)
    links = [Link(one.step - 1, one.source, one.target, one.visitors) for one in found.flows[:MOST_DRAWN]]
    return msgspec.structs.replace(page, found=found, drawing=draw_sankey(links))


def load_between(desk: Desk, portals: list[Portal], view: View) -> FlowPage:
    """Flows between these portals. Raises BadQuestion, Unavailable."""
    period = parse_period(view.date_range, timezone=portals[0].timezone if portals else "UTC", now_ms=desk.now())
    mart = interest_mart(desk, "portal_flows", portals, view.date_range)
    domains = {portal.domain for portal in portals}
    rows = [Between(source, target, visitors, give) for target, source, visitors, give in mart.rows if visitors and source in domains]
    rows.sort(key=lambda one: -one.visitors)
    links = [Link(0, one.source, one.target, one.visitors) for one in rows[:MOST_DRAWN]]
    threshold = max((source.tau for source in mart.sources), default=0)
    return FlowPage(first=Day(period.first), last=Day(period.last), between=tuple(rows), threshold=threshold, drawing=draw_sankey(links))


@get("/portals/{domain:str}/flows")
async def flows_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The ways between a portal's sections."""
    view, page = await _loaded(house, request, domain)
    return render(request, "flows.html", page=page, view=view, most=MOST_ROWS, **CHOICES)


@get("/portals/{domain:str}/flows/csv")
async def flows_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """The same as a file."""
    _, page = await _loaded(house, request, domain)
    if page.found is None:
        raise BadQuestion(page.fault)
    text = reader_of(request).language.text
    rows = [[one.step, one.source, one.target, one.visitors] for one in page.found.flows]
    return csv_file([[text(name) for name in CSV_HEAD], *rows], f"{page.portal}-flows")


@get("/flows")
async def portal_flows_page(request: Asked, house: NamedDependency[House]) -> Response[str]:
    """The ways between portals."""
    view, page = await _loaded_between(house, request)
    return render(request, "flows.html", page=page, view=view, most=MOST_ROWS, **CHOICES)


@get("/flows/csv")
async def portal_flows_csv(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """The same as a file."""
    _, page = await _loaded_between(house, request)
    text = reader_of(request).language.text
    rows = [[one.source, one.target, one.visitors, one.plus_minus] for one in page.between]
    return csv_file([[*(text(name) for name in CSV_HEAD[1:]), "±"], *rows], "flows")


async def _loaded_between(house: House, request: Asked) -> tuple[View, FlowPage]:
    view = read_view(list(request.query_params.multi_items())).changed(filters=(), tabs=(), compare="")
    operator = await signed_in(house, request)
    portals = list(visible_portals(operator, await in_thread(house.desk.control.portals)))
    return view, await house.in_question_lane(lambda: load_between(house.desk, portals, view))


async def _loaded(house: House, request: Asked, domain: str) -> tuple[View, FlowPage]:
    view = read_view(list(request.query_params.multi_items())).changed(tabs=(), compare="")
    portal = await visible_portal(house, request, domain)
    return view, await house.in_question_lane(lambda: load(house.desk, portal, view))


BEHIND = [flows_page, flows_csv, portal_flows_page, portal_flows_csv]
