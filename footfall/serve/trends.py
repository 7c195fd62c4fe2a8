"""Trends over HTTP: the cards of portals that a key may see, and what is thought of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from footfall.control.keys import Key
from footfall.control.transactions import Database
from footfall.control.trends import STATES, Card, find_card, give_feedback, list_cards, verdicts_of
from footfall.errors import BadQuestion, NotFound
from footfall.serve.bodies import read_body
from footfall.serve.dataset_shapes import builtins
from footfall.serve.house import House
from footfall.serve.keys import absent_to, authorize, portal_for, require_whole
from footfall.serve.trend_shapes import Judged, Member, TrendList, TrendShown, Verdicts
from footfall.trends.explain import Explained
from footfall.vocabulary import Portal

__all__ = ["OPEN_STATES", "ROUTES", "shown", "trends_of"]

READ, JUDGE = "stats:read", "sites:write"
OPEN_STATES = tuple(state for state in STATES if state != "closed")
MOST = 200
decode = msgspec.json.Decoder(Explained).decode


def trends_of(control: Database, portals: Sequence[Portal], *, states: Sequence[str], since: str = "", city: bool = False) -> TrendList:
    """Cards of these portals, and of the city's data where ``city``; of these states, looked at since that day or instant.

    Raises:
        BadQuestion: a state is none, or ``since`` is no day and no instant.
        Unavailable: the control database is away.
    """
    if unknown := [state for state in states if state not in STATES]:
        raise BadQuestion("state {state!r} is not valid. Valid: {valid}.", state=unknown[0][:20], valid=", ".join(STATES))
    names = {portal.id: portal.domain for portal in portals}
    sites: list[int | None] = [*names, *([None] if city else [])]
    cards = list_cards(control, sites, states=states, since_ms=_since_ms(since), most=MOST)
    verdicts = verdicts_of(control, [card.id for card in cards])
    return TrendList(tuple(shown(card, names.get(card.site or 0, ""), verdicts.get(card.id, {})) for card in cards))


def shown(card: Card, domain: str, verdicts: dict[str, int]) -> TrendShown:
    """The card as it was released when it was written."""
    told = msgspec.structs.asdict(decode(card.body))
    return TrendShown(
        **told,
        id=card.id,
        portal=domain,
        step=card.step,
        kind=card.kind,
        state=card.state,
        dimension=card.dimension,
        key=card.key,
        members=tuple(Member(*one) for one in card.members),
        since=_instant(card.since_ms),
        found=_instant(card.found_ms),
        looked=_instant(card.seen_ms),
        closed=_instant(card.closed_ms) if card.closed_ms else "",
        feedback=Verdicts(**verdicts),
        next=("annotate",) if card.kind in ("outage", "broken_tag") else ("annotate", "target", *_placeable(card)),
    )


def _placeable(card: Card) -> tuple[str, ...]:
    return ("placement",) if any(dimension in ("page", "topic", "section") for dimension, _ in card.members) else ()


@get("/api/v1/trends")
async def list_trends(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Cards of one portal (site_id) or of all that the key may see: state (open ones unless named), since."""
    key = await authorize(house, request, READ)
    given = request.query_params
    states = [state for state in given.get("state", "").split(",") if state] or list(OPEN_STATES)

    def work() -> dict[str, Any]:
        control, site_id = house.desk.control, given.get("site_id", "")
        portals = [portal_for(control, key, READ, site_id)] if site_id else _seen_by(key, control.portals())
        return builtins(trends_of(control, portals, states=states, since=given.get("since", ""), city=not site_id and not key.portals))

    return await house.in_question_lane(work)


@get("/api/v1/trends/{trend:int}")
async def show_trend(request: Request[Any, Any, Any], house: NamedDependency[House], trend: FromPath[int]) -> dict[str, Any]:
    """One card."""
    key = await authorize(house, request, READ)

    def work() -> dict[str, Any]:
        card, domain = _found(house, key, READ, trend)
        return builtins(shown(card, domain, verdicts_of(house.desk.control, [card.id]).get(card.id, {})))

    return await house.in_question_lane(work)


@post("/api/v1/trends/{trend:int}/feedback", status_code=200)
async def judge_trend(request: Request[Any, Any, Any], house: NamedDependency[House], trend: FromPath[int]) -> dict[str, Any]:
    """Say whether a card was useful or noise; its portal's are as strict as that makes them."""
    key, given = await authorize(house, request, JUDGE), await read_body(request)

    def work() -> dict[str, Any]:
        card, _ = _found(house, key, JUDGE, trend)
        factor = give_feedback(house.desk.control, card.id, given.get("verdict", ""), now_ms=house.desk.now())
        return builtins(Judged(Verdicts(**verdicts_of(house.desk.control, [card.id])[card.id]), round(factor, 3)))

    return await house.in_question_lane(work)


def _found(house: House, key: Key, scope: str, id: int) -> tuple[Card, str]:
    """The card with its portal's domain; a key for some portals is not told which others there are."""
    try:
        card = find_card(house.desk.control, id)
        if card.site is None:
            require_whole(key)
            return card, ""
        return card, portal_for(house.desk.control, key, scope, str(card.site)).domain
    except NotFound as error:
        raise absent_to(key, error) from None


def _seen_by(key: Key, portals: Sequence[Portal]) -> list[Portal]:
    return [portal for portal in portals if not key.portals or portal.domain in key.portals]


def _since_ms(text: str) -> int:
    if not text:
        return 0
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadQuestion("since {since!r} is not valid. Valid: a day or an instant, 2026-01-31.", since=text[:40]) from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _instant(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


ROUTES = [list_trends, show_trend, judge_trend]
