"""Journeys: what visitors saw just before a page and just after it. Each page leads to its own."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.errors import BadQuestion, Refused
from footfall.reports.journeys import ENTRY, EXIT, SIDES, Neighbours, neighbours
from footfall.sentences import NOTHING, Sentence
from footfall.serve.answers_paths import journey_of
from footfall.serve.house import Desk, House
from footfall.serve.pages.drawings import Streams, draw_streams, rows_height
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.funnels import known_pages, times_of
from footfall.serve.pages.language import N_
from footfall.serve.pages.view import PERIODS, View, read_view
from footfall.serve.sign_in import visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "JourneyPage", "load"]

MOST_ROWS, MOST_CSV_ROWS = 8, 10_000
NAMES = {ENTRY: N_("Entry: the visit begins here"), EXIT: N_("Exit: the visit ends here")}
SIDE_NAMES = {"before": N_("Before this page"), "after": N_("After this page")}
CSV_HEAD = (N_("Side"), N_("Page"), N_("Visitors"), N_("Share"))


class JourneyPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    portal: Portal
    view: View
    """Its ``focus`` is the page in the middle; empty where the portal has none to show."""
    pages: tuple[str, ...] = ()
    """Pages that can be looked at, most visited first."""
    sides: dict[str, Neighbours] = {}
    """``before`` and ``after``."""
    streams: dict[str, Streams] = {}
    first: datetime | None = None
    last: datetime | None = None
    """The period's first and last instant, local; ``None`` where there is no answer."""
    complete_until: datetime | None = None
    fault: Sentence = NOTHING
    """Why there is no answer."""

    @property
    def visitors(self) -> int | None:
        """Of the page in the middle; ``None``: too few, or none."""
        return self.sides["before"].visitors if self.sides else None


def load(desk: Desk, portal: Portal, view: View, *, most: int = MOST_ROWS) -> JourneyPage:
    """Ask for the pages beside the view's focus, or beside the most visited page; what may not be answered leaves its sentence.

    Raises:
        Unavailable: the store is away.
    """
    pages = known_pages(desk, portal, view)
    view = view.changed(focus=view.focus or next(iter(pages), ""))
    page = JourneyPage(portal=portal, view=view, pages=tuple(pages))
    if not view.focus:
        return page
    try:
        found = journey_of(desk, portal, view.focus, view.as_body())
    except (BadQuestion, Refused) as error:
        return msgspec.structs.replace(page, fault=error.sentence)
    sides = {side: neighbours(found[side], most) for side in SIDES}
    height = rows_height(*sides.values())
    first, last, complete_until = times_of(found["before"].answer, portal)
    return msgspec.structs.replace(
        page,
        sides=sides,
        streams={side: draw_streams(sides[side], height) for side in SIDES},
        first=first,
        last=last,
        complete_until=complete_until,
    )


@get("/portals/{domain:str}/journeys")
async def journeys_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """One page, and those beside it."""
    _, page = await _loaded(house, request, domain, MOST_ROWS)
    return render(request, "journey.html", page=page, names=NAMES, periods=PERIODS, comparisons=(), intervals=())


@get("/portals/{domain:str}/journeys/csv")
async def journeys_csv(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """Both sides as a file."""
    portal, page = await _loaded(house, request, domain, MOST_CSV_ROWS)
    if page.fault:
        raise BadQuestion(page.fault)
    text = reader_of(request).language.text
    rows = [
        [text(SIDE_NAMES[side]), text(NAMES.get(row.page, row.page)), row.visitors, row.share]
        for side in page.sides
        for row in page.sides[side].rows
    ]
    others = [
        [text(SIDE_NAMES[side]), text(N_("Other pages")), found.others, found.others_share]
        for side, found in page.sides.items()
        if found.others
    ]
    return csv_file([[text(name) for name in CSV_HEAD], *rows, *others], f"{portal.domain}-journey")


async def _loaded(house: House, request: Request[Any, Any, Any], domain: str, most: int) -> tuple[Portal, JourneyPage]:
    view = read_view(list(request.query_params.multi_items())).changed(focus=request.query_params.get("page", "").strip())
    portal = await visible_portal(house, request, domain)
    return portal, await house.in_question_lane(lambda: load(house.desk, portal, view, most=most))


BEHIND = [journeys_page, journeys_csv]
