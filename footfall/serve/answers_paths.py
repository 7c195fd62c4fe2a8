"""Funnels, journeys and forms: a question with steps or with a page in, released answers out."""

from typing import Any, TypeVar

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.control.funnels import checked_steps, list_funnels
from footfall.control.keys import Key
from footfall.errors import BadQuestion, NotFound
from footfall.privacy import Released, release
from footfall.reports import question as questions
from footfall.reports.forms import forms
from footfall.reports.funnels import Taken, funnel, taken
from footfall.reports.journeys import Neighbours, journey, neighbours
from footfall.reports.question import Question
from footfall.sentences import NONE_YET
from footfall.serve.bodies import read_body
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.serve.shapes import FunnelBody, JourneyBody
from footfall.vocabulary import Answer, Goal, Portal, Step

__all__ = ["ROUTES", "ask_funnel", "ask_journey", "forms_of", "funnel_of", "journey_of"]

T = TypeVar("T")


def funnel_of(desk: Desk, portal: Portal, steps: tuple[Step, ...], body: dict[str, Any]) -> Released[Answer]:
    """Visitors by step, of a portal whose reader may ask. ``body`` has ``date_range`` and may have ``filters``.

    Raises:
        BadQuestion, Refused, Unavailable: each with its sentence.
    """
    engine, loader = desk.store_of(portal)
    found = funnel(
        _question(desk, portal, body, f"funnel {' > '.join(step.name for step in steps)}"), steps, engine, loader.complete_until_ms()
    )
    return release(found, desk.settings.policy)


def journey_of(desk: Desk, portal: Portal, page: str, body: dict[str, Any]) -> dict[str, Released[Answer]]:
    """Visitors of the page by the page before it and by the one after it, by side. Raises as ``funnel_of``."""
    engine, loader = desk.store_of(portal)
    found = journey(_question(desk, portal, body, f"journey {page}"), page, engine, loader.complete_until_ms())
    return {side: release(answer, desk.settings.policy) for side, answer in found.items()}


def forms_of(
    desk: Desk, portal: Portal, goals: tuple[Goal, ...], body: Any, *, now_ms: int | None = None, policy: str = ""
) -> Released[Answer]:
    """Visitors by form and step; all else as ``ask_of``."""
    asked = questions.parse({"metrics": ["visitors"]} | body, portal=portal, goals=goals, now_ms=desk.now() if now_ms is None else now_ms)
    desk.asked.note(asked, policy or desk.settings.policy, "forms")
    engine, loader = desk.store_of(portal)
    return release(forms(asked, engine, loader.complete_until_ms()), policy or desk.settings.policy)


def ask_funnel(desk: Desk, body: Any, key: Key | None = None) -> dict[str, Any]:
    """The answer to a funnel's question, as the API takes and gives it. ``key`` is ``None`` for the machine's own operator.

    Raises:
        BadInput, NotFound, Forbidden, Refused, Unavailable: each with its sentence.
    """
    asked = _read(body, FunnelBody)
    portal = portal_for(desk.control, key, "stats:read", asked.site_id)
    released = funnel_of(desk, portal, _steps(desk, portal, asked), _asked(asked))
    answer = released.answer
    return {"steps": [_step(step) for step in taken(released)], "meta": answer.meta, "query": _echo(answer)}


def ask_journey(desk: Desk, body: Any, key: Key | None = None) -> dict[str, Any]:
    """The answer to a question for the pages beside a page, as the API takes and gives it. Raises as ``ask_funnel``."""
    asked = _read(body, JourneyBody)
    portal = portal_for(desk.control, key, "stats:read", asked.site_id)
    found = journey_of(desk, portal, asked.page, _asked(asked))
    sides = {side: neighbours(released, asked.limit) for side, released in found.items()}
    shown = {side: _side(neighbour) for side, neighbour in sides.items()}
    answers = [released.answer for released in found.values()]
    whole = {"meta": _meta(answers), "query": _echo(answers[0])}
    return {"page": asked.page, "visitors": sides["before"].visitors} | shown | whole


def _question(desk: Desk, portal: Portal, body: dict[str, Any], what: str) -> Question:
    asked = questions.parse({"metrics": ["visitors"]} | body, portal=portal, goals=desk.control.goals(portal.id), now_ms=desk.now())
    desk.asked.note(asked, desk.settings.policy, what)
    return asked


def _read(body: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise BadQuestion("That question is not valid: {fault}.", fault=str(error)) from None


def _asked(body: FunnelBody | JourneyBody) -> dict[str, Any]:
    return {"date_range": msgspec.to_builtins(body.date_range), "filters": body.filters}


def _steps(desk: Desk, portal: Portal, asked: FunnelBody) -> tuple[Step, ...]:
    if bool(asked.steps) == bool(asked.funnel):
        raise BadQuestion("A funnel's question has either steps, or the name of a saved funnel in funnel.")
    if not asked.funnel:
        return checked_steps(tuple(asked.steps), desk.control.goals(portal.id))
    saved = list_funnels(desk.control, portal.id)
    for one in saved:
        if one.name == asked.funnel:
            return one.steps
    names = ", ".join(one.name for one in saved) or NONE_YET
    raise NotFound("No funnel {funnel!r} is saved on this portal. There are: {names}.", funnel=asked.funnel, names=names)


def _step(step: Taken) -> dict[str, Any]:
    return {
        "name": step.name,
        "visitors": step.visitors,
        "blank": step.blank,
        "share": step.share,
        "lost": step.lost,
        "lost_share": step.lost_share,
        "since": step.since or None,
    }


def _side(side: Neighbours) -> dict[str, Any]:
    return {"pages": msgspec.to_builtins(side.rows), "others": side.others, "others_share": side.others_share}


def _meta(answers: list[Answer]) -> dict[str, Any]:
    """Of one side, with what the gate withheld of both."""
    releases: list[Any] = [answer.meta["release"] for answer in answers]
    return answers[0].meta | {"release": releases[0] | {"withheld": sum(one["withheld"] for one in releases)}}


def _echo(answer: Answer) -> dict[str, Any]:
    return {name: answer.query[name] for name in ("site_id", "date_range", "filters")}


@post("/api/v2/funnel", status_code=200)
async def post_funnel(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Visitors by the steps they took."""
    key = await authorize(house, request, "stats:read", is_question=True)
    body = await read_body(request)
    return Response(await house.in_question_lane(lambda: ask_funnel(house.desk, body, key)))


@post("/api/v2/journey", status_code=200)
async def post_journey(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Visitors of a page by the pages beside it."""
    key = await authorize(house, request, "stats:read", is_question=True)
    body = await read_body(request)
    return Response(await house.in_question_lane(lambda: ask_journey(house.desk, body, key)))


ROUTES = [post_funnel, post_journey]
