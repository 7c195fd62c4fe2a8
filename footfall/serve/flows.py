"""Flows between the sections of a portal: asked, released, and as the API gives them."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.privacy import release
from footfall.reports import question as questions
from footfall.reports.flows import flows, leaving, loops, shown_flows
from footfall.serve.flow_shapes import FlowAnswer, Loop
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.vocabulary import Portal

__all__ = ["ROUTES", "ask_flows", "flows_of"]


def flows_of(desk: Desk, portal: Portal, body: dict[str, Any]) -> FlowAnswer:
    """Flows of a portal whose reader may ask. ``body`` has ``date_range`` and may have ``filters``.

    Raises:
        BadQuestion, Refused, Unavailable: each with its sentence.
    """
    goals = desk.control.goals(portal.id)
    asked = questions.parse({"metrics": ["visitors"]} | body, portal=portal, goals=goals, now_ms=desk.now())
    desk.asked.note(asked, desk.settings.policy, "flows")
    engine, loader = desk.store_of(portal)
    until = loader.complete_until_ms()
    released = release(flows(asked, engine, until), desk.settings.policy)
    round_about = release(loops(asked, engine, until), desk.settings.policy).answer.rows
    found, answer = shown_flows(released), released.answer
    return FlowAnswer(
        flows=list(found),
        leaving=list(leaving(found)),
        loops=[Loop(row.dimensions[0], row.dimensions[1], row.metrics[0]) for row in round_about if isinstance(row.metrics[0], int)],
        meta=answer.meta,
        query={name: answer.query[name] for name in ("site_id", "date_range", "filters")},
    )


def ask_flows(desk: Desk, domain: str, date_range: str, key: Key | None = None) -> FlowAnswer:
    """As the API takes and gives it; ``date_range`` is a period's name or two dates with a comma. ``key`` is ``None`` for the machine's own
    operator. Raises as ``flows_of``, and NotFound and Forbidden."""
    if not domain:
        raise BadQuestion("Missing site ID. Send site_id, a portal's domain.")
    portal = portal_for(desk.control, key, "stats:read", domain)
    days = [part.strip() for part in (date_range or "30d").split(",")]
    return flows_of(desk, portal, {"date_range": days if len(days) > 1 else days[0]})


@get("/api/v1/flows")
async def show_flows(
    request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromQuery[str] = "", date_range: FromQuery[str] = "30d"
) -> FlowAnswer:
    """Flows between the sections of a portal."""
    key = await authorize(house, request, "stats:read", is_question=True)
    return await house.in_question_lane(lambda: ask_flows(house.desk, site_id, date_range, key))


ROUTES = [show_flows]
