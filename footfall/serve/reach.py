"""The API of reach: visitors of declared groups of portals, as they were drawn, with their ±."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.collect.days import day_of
from footfall.control.reach import list_days
from footfall.errors import BadQuestion
from footfall.privacy import Released, release
from footfall.privacy.policy import REACH
from footfall.reports.reach import reach_by_day
from footfall.reports.shape import as_json
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize
from footfall.vocabulary import Answer

__all__ = ["ROUTES", "reach_json", "reach_of", "span_of"]

DAYS = 30
MOST_DAYS = 400


def span_of(desk: Desk, first: str = "", last: str = "") -> tuple[date, date]:
    """The days from ``first`` to ``last`` (YYYY-MM-DD), both in; without them the 30 days until today.

    Raises:
        BadQuestion: these are no days, or too many.
    """
    zone = desk.settings.reach if desk.settings.reach != "off" else "UTC"
    try:
        until = date.fromisoformat(last or day_of(zone, desk.now()))
        since = date.fromisoformat(first) if first else until - timedelta(days=DAYS - 1)
    except (ValueError, OverflowError):
        raise BadQuestion("The days from and to are not valid. Valid: YYYY-MM-DD.") from None
    if not 0 <= (until - since).days < MOST_DAYS:
        raise BadQuestion("From {first} to {last} is no range of 1 to {most} days.", first=since, last=until, most=MOST_DAYS)
    return since, until


def reach_of(desk: Desk, span: tuple[date, date], sites: Collection[int] | None = None) -> Released[Answer]:
    """Visitors by day and group, of groups all of whose portals are among ``sites``; ``None`` is all.

    Raises:
        Unavailable: the store is away.
    """
    return release(reach_by_day(desk.engine, *span, sites), REACH.name)


def reach_json(desk: Desk, span: tuple[date, date], sites: Collection[int] | None = None) -> dict[str, Any]:
    """As other answers are, and in ``meta.days`` what became of each day: published, or why it has no number."""
    found = as_json(reach_of(desk, span, sites))
    days = {one.day: one.state for one in list_days(desk.control, first=str(span[0]), last=str(span[1]))}
    return found | {"meta": found["meta"] | {"is_on": desk.settings.reach != "off", "days": days}}


@get("/api/v2/reach")
async def show_reach(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Visitors of several portals together. A key for some portals is told of groups that lie within them."""
    key = await authorize(house, request, "marts:read", is_question=True)
    desk, given = house.desk, request.query_params
    span = span_of(desk, given.get("from", ""), given.get("to", ""))

    def work() -> dict[str, Any]:
        sites = {portal.id for portal in desk.control.portals() if portal.domain in key.portals} if key.portals else None
        return reach_json(desk, span, sites)

    return Response(await house.in_question_lane(work))


ROUTES = [show_reach]
