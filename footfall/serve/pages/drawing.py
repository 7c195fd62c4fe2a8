"""The graph to take away: a drawing that stands alone (SVG; the reader's own browser makes the PNG of it), and its numbers (CSV)."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.serve.house import Desk, House
from footfall.serve.pages.export import written
from footfall.serve.pages.frame import reader_of, text_of
from footfall.serve.pages.graph import Graph, draw
from footfall.serve.pages.language import Language
from footfall.serve.pages.panels import Ask, graph_question
from footfall.serve.pages.portal import asker
from footfall.serve.pages.view import View, read_view
from footfall.serve.pages.words import METRIC_NAMES
from footfall.serve.sign_in import visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "Drawing", "as_rows", "as_svg", "load"]

NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold; an address can."""
HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox"}


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """A graph and what must be said beside it."""

    portal: Portal
    view: View
    graph: Graph
    first: datetime
    last: datetime
    """The period's first and last instant, local."""
    complete_until: datetime
    """Local."""


def load(desk: Desk, portal: Portal, view: View, ask: Ask) -> Drawing:
    """The graph, asked. Raises BadQuestion, Refused, Unavailable where it cannot be had."""
    zone = ZoneInfo(portal.timezone)
    released = ask(graph_question(view))
    answer = released.answer
    first, last = (datetime.fromisoformat(text) for text in answer.query["date_range"])  # type: ignore[attr-defined]
    return Drawing(
        portal=portal,
        view=view,
        graph=draw(released, datetime.fromtimestamp(desk.now() / 1000, zone)),
        first=first,
        last=last,
        complete_until=datetime.fromisoformat(str(answer.meta["complete_until"])).astimezone(zone),
    )


def as_svg(drawing: Drawing, language: Language) -> bytes:
    """A whole picture in light colours: titles, axes, legend, until when it is complete. No script, no style, nothing loaded."""
    return NO_XML.sub("\ufffd", text_of("drawing.svg", language, drawing=drawing)).encode()


def as_rows(drawing: Drawing, language: Language) -> Iterator[list[Any]]:
    """The names of the columns, then a row a step; blank numbers are empty, and the last column tells which step is not over."""
    view, graph = drawing.view, drawing.graph
    _ = language.text
    before = [_("Before")] if view.comparisons else []
    yield [_("Time"), _(METRIC_NAMES[view.metric]), *before, _("Complete")]
    for place, (label, value, other) in enumerate(graph.rows):
        yield [label, value, *([other] if before else []), _("yes") if graph.running is None or place < graph.running else _("no")]


@get("/portals/{domain:str}/graph.svg")
async def graph_svg(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """The graph as a picture."""
    drawing = await _drawing(house, request, domain)
    return _file(drawing, as_svg(drawing, reader_of(request).language), "svg", "image/svg+xml")


@get("/portals/{domain:str}/graph.csv")
async def graph_csv(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """The graph's numbers."""
    drawing = await _drawing(house, request, domain)
    return _file(drawing, written(as_rows(drawing, reader_of(request).language)), "csv", "text/csv")


async def _drawing(house: House, request: Request[Any, Any, Any], domain: str) -> Drawing:
    view = read_view(list(request.query_params.multi_items()))
    portal = await visible_portal(house, request, domain)
    return await house.in_question_lane(lambda: load(house.desk, portal, view, asker(house.desk, portal)))


def _file(drawing: Drawing, content: bytes, kind: str, media_type: str) -> Response[bytes]:
    name = f"{drawing.portal.domain}-{drawing.view.metric}.{kind}"
    return Response(content, media_type=media_type, headers=HEADERS | {"content-disposition": f'attachment; filename="{name}"'})


BEHIND = [graph_svg, graph_csv]
