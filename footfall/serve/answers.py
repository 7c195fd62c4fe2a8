"""The stats API: a question in, a released answer out."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response

from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.privacy import Released, release, release_count
from footfall.privacy.policy import CITY, STAFF
from footfall.reports import question as questions
from footfall.reports import run
from footfall.reports.marts import answer_from_marts
from footfall.reports.shape import as_json
from footfall.reports.together import Together
from footfall.serve.bodies import read_body
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.serve.mart_lists import ROUND
from footfall.serve.saved import with_segments
from footfall.vocabulary import Answer, Goal, Portal

__all__ = ["ROUTES", "Asker", "Of", "ask", "ask_of", "drawn_of", "first_kept", "first_of_list", "realtime", "realtime_of"]

EVENTS, MARTS = "stats:read", "marts:read"
Of = Callable[..., Released[Answer]]
"""``ask_of``, or another that answers a question of a portal in its own way, called alike."""


def ask(desk: Desk, body: Any, key: Key | None = None, now_ms: int | None = None) -> Released[Answer]:
    """The released answer to a question as the API takes it. ``key`` is ``None`` for the machine's own operator.

    ``now_ms`` is what "day" and "30d" look back from, if not the present. Staff who look back further than events are kept are answered
    from the marts, for the whole period, where these have an answer: events and drawn numbers are never added up. A key for marts alone is
    answered from them whatever the period.

    Raises:
        BadQuestion, NotFound, Forbidden, Refused, Unavailable: each with its sentence.
    """
    if not isinstance(body, dict) or not isinstance(body.get("site_id"), str) or not body["site_id"]:
        raise BadQuestion("Missing site ID. A question is a JSON object with site_id (a portal's domain), metrics and date_range.")
    if key is not None and EVENTS not in key.scopes:
        portal = portal_for(desk.control, key, MARTS, body["site_id"])
        return drawn_of(desk, portal, body, CITY.name, now_ms=now_ms)
    portal = portal_for(desk.control, key, EVENTS, body["site_id"])
    if "filters" in body:
        body = body | {"filters": with_segments(desk.control, portal, body["filters"])}
    goals = desk.control.goals(portal.id)
    drawn = _drawn(desk, portal, goals, body, now_ms) if desk.settings.policy == STAFF.name else None
    return drawn or ask_of(desk, portal, goals, body, now_ms=now_ms)


def ask_of(
    desk: Desk, portal: Portal, goals: tuple[Goal, ...], body: Any, *, now_ms: int | None = None, policy: str = "", most: int = 0
) -> Released[Answer]:
    """As ``ask``, of a portal whose reader may ask: who calls has made sure of that. ``policy`` is that of the settings unless named;
    ``most``: rows, if not as many as a page has."""
    question = _parsed(desk, portal, goals, body, now_ms, most)
    desk.asked.note(question, policy or desk.settings.policy)
    engine, loader = desk.store_of(portal)
    return release(run.answer(question, engine, loader.complete_until_ms()), policy or desk.settings.policy)


def drawn_of(desk: Desk, portal: Portal, body: Any, release_of: str, *, now_ms: int | None = None, most: int = 0) -> Released[Answer]:
    """The answer to a question out of the marts of that release alone, under its policy. ``most``: rows, if not as many as a page has.

    Raises:
        BadQuestion: no mart answers it; the sentence names the nearest.
        Unavailable: the store is away.
    """
    question = _parsed(desk, portal, desk.control.goals(portal.id), body, now_ms, most)
    found = answer_from_marts(question, desk.engine, release_of, desk.loader.complete_until_ms(), began=first_of_list(desk))
    return release(found, release_of)


def first_of_list(desk: Desk) -> str:
    """The first day of the newest list of marts, YYYY-MM-DD; a day that never comes where that is not decided yet."""
    return desk.control.last_day(ROUND) or "9999-12-31"


def first_kept(desk: Desk, portal: Portal) -> date:
    """The first day whose events are kept."""
    return datetime.fromtimestamp(desk.now() / 1000, ZoneInfo(portal.timezone)).date() - timedelta(days=portal.keep_events)


class Asker:
    """Asks what one page shows, as ``ask_of`` does, and its questions together where they read the same rows. Of no use for a second page.

    ``read`` is what a body becomes before it is asked, and the present that it looks back from.
    """

    def __init__(self, desk: Desk, portal: Portal, *, policy: str = "", read: Callable[[Any], tuple[Any, int]] | None = None) -> None:
        self._desk, self._portal, self._goals = desk, portal, desk.control.goals(portal.id)
        self._policy = policy or desk.settings.policy
        self._read = read or (lambda body: (body, desk.now()))
        engine, self._loader = desk.store_of(portal)
        self._together = Together(engine)

    def __call__(self, body: Any, of: Of = ask_of) -> Released[Answer]:
        """The released answer; ``of`` is what gives it where that is not a question of rows. Raises as ``ask_of``."""
        if of is not ask_of:
            body, now_ms = self._read(body)
            return of(self._desk, self._portal, self._goals, body, now_ms=now_ms, policy=self._policy)
        return release(run.answer(self._parsed(body), self._together, self._loader.complete_until_ms()), self._policy)

    def ahead(self, bodies: Iterable[Any]) -> None:
        """Find what these will ask for; those that cannot be asked say so when they are.

        Raises:
            BadQuestion, Unavailable: the numbers cannot be had.
        """
        known = []
        for body in bodies:
            with suppress(BadQuestion):
                known.append(self._parsed(body))
        run.fetch(known, self._together)

    def _parsed(self, body: Any) -> questions.Question:
        body, now_ms = self._read(body)
        question = questions.parse(body, portal=self._portal, goals=self._goals, now_ms=now_ms)
        self._desk.asked.note(question, self._policy)
        return question


def _parsed(desk: Desk, portal: Portal, goals: tuple[Goal, ...], body: Any, now_ms: int | None, most: int) -> questions.Question:
    question = questions.parse(body, portal=portal, goals=goals, now_ms=desk.now() if now_ms is None else now_ms)
    return msgspec.structs.replace(question, limit=most) if most else question


def _drawn(desk: Desk, portal: Portal, goals: tuple[Goal, ...], body: Any, now_ms: int | None) -> Released[Answer] | None:
    """The marts' answer to a question that begins before the days whose events are kept; ``None`` where there is none."""
    question = questions.parse(body, portal=portal, goals=goals, now_ms=desk.now() if now_ms is None else now_ms)
    if question.period.is_all or question.period.first >= first_kept(desk, portal):
        return None
    try:
        found = answer_from_marts(question, desk.engine, CITY.name, desk.loader.complete_until_ms(), began=first_of_list(desk))
    except BadQuestion:
        return None
    if not any(row.cells for row in found.rows):
        return None
    desk.asked.note(question, STAFF.name)
    return release(found, CITY.name)


def realtime(desk: Desk, domain: str, key: Key | None = None) -> Released[int]:
    """Visitors of the last five minutes, released."""
    portal = portal_for(desk.control, key, "stats:read", domain)
    desk.asked.note_now(portal.id, desk.settings.policy)
    return realtime_of(desk, portal)


def realtime_of(desk: Desk, portal: Portal) -> Released[int]:
    """As ``realtime``, of a portal whose reader may ask.

    Raises:
        BadQuestion: the portal is sealed: who is there now would be single visits.
    """
    if desk.is_sealed(portal):
        raise BadQuestion("Portal {domain!r} is sealed: only finished hours are counted, five minutes after each.", domain=portal.domain)
    return release_count(run.realtime_visitors(portal, desk.engine, desk.now()), desk.settings.policy)


def _json_of(released: Released[Answer]) -> Response[dict[str, Any]]:
    return Response(as_json(released))


@post("/api/v2/query", status_code=200)
async def query(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Answer a question in the shape of Plausible's Stats API v2."""
    key = await authorize(house, request, EVENTS, MARTS, is_question=True)
    body = await read_body(request)
    return _json_of(await house.in_question_lane(lambda: ask(house.desk, body, key)))


@get("/api/v1/stats/realtime/visitors")
async def realtime_visitors(request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromQuery[str] = "") -> int:
    """Visitors of the last five minutes, a bare number."""
    key = await authorize(house, request, "stats:read", is_question=True)
    if not site_id:
        raise BadQuestion("Missing site ID. Send site_id, a portal's domain.")
    return (await house.in_question_lane(lambda: realtime(house.desk, site_id, key))).answer


ROUTES = [query, realtime_visitors]
