"""The stats API: a question in, a released answer out."""

from typing import Any

from litestar import Request, get, post
from litestar.response import Response

from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.privacy import Released, release, release_count
from footfall.reports import question as questions
from footfall.reports import run
from footfall.reports.shape import as_json
from footfall.serve.house import Desk, House
from footfall.serve.keys import bearer
from footfall.vocabulary import Answer

__all__ = ["ROUTES", "ask", "realtime"]


def ask(desk: Desk, body: Any, key: Key | None = None) -> Released[Answer]:
    """The released answer to a question as the API takes it. ``key`` is ``None`` for the machine's own operator.

    Raises:
        BadQuestion, NotFound, Forbidden, Refused, Unavailable: each with its sentence.
    """
    if not isinstance(body, dict) or not isinstance(body.get("site_id"), str):
        raise BadQuestion("A question is a JSON object with site_id (a portal's domain), metrics and date_range.")
    portal = desk.control.portal(body["site_id"])
    if key:
        key.require("stats:read", portal.domain)
    question = questions.parse(body, portal=portal, goals=desk.control.goals(portal.id), now_ms=desk.now())
    answer = run.answer(question, desk.engine, desk.loader.complete_until_ms())
    return release(answer, desk.settings.policy)


def realtime(desk: Desk, domain: str, key: Key | None = None) -> Released[int]:
    """Visitors of the last five minutes, released."""
    portal = desk.control.portal(domain)
    if key:
        key.require("stats:read", portal.domain)
    return release_count(run.realtime_visitors(portal, desk.engine, desk.now()), desk.settings.policy)


def _json_of(released: Released[Answer]) -> Response[dict[str, Any]]:
    return Response(as_json(released.answer))


@post("/api/v2/query", status_code=200, sync_to_thread=True)
def query(request: Request[Any, Any, Any], house: House, data: Any) -> Response[dict[str, Any]]:
    """Answer a question in the shape of Plausible's Stats API v2."""
    key = bearer(house.desk, request, "stats:read")
    return _json_of(ask(house.desk, data, key))


@get("/api/v1/stats/realtime/visitors", sync_to_thread=True)
def realtime_visitors(request: Request[Any, Any, Any], house: House, site_id: str) -> int:
    """Visitors of the last five minutes, a bare number."""
    key = bearer(house.desk, request, "stats:read")
    return realtime(house.desk, site_id, key).answer


ROUTES = [query, realtime_visitors]
