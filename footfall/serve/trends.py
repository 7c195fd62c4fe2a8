"""Trends over HTTP: the cards of portals that a key may see, and what is thought of them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from footfall.control.keys import Key
from footfall.control.roles import Operator
from footfall.control.transactions import Database
from footfall.control.trends import STATES, Card, dataset_of, find_card, give_feedback, list_cards, verdicts_of
from footfall.errors import BadQuestion, NotFound
from footfall.serve.bodies import read_body
from footfall.serve.city_data import contracts, is_readable, reader_of
from footfall.serve.dataset_shapes import builtins
from footfall.serve.house import Desk, House
from footfall.serve.keys import absent_to, authorize, portal_for, require_whole
from footfall.serve.trend_shapes import Judged, Member, TrendList, TrendShown, Verdicts
from footfall.trends.drawn import COUNTS as DRAWN
from footfall.trends.explain import Explained
from footfall.vocabulary import Portal

__all__ = ["OPEN_STATES", "ROUTES", "Sees", "beside", "sees_city", "shown", "trends_of", "zones_of"]

READ, JUDGE, OF_CITY = "stats:read", "sites:write", "datasets:read"
OPEN_STATES = tuple(state for state in STATES if state != "closed")
MOST, MOST_BESIDE = 200, 5
STORIES = ("rise", "fall", "new")
Sees = Callable[[Card], bool]
"""Whether a card of the city's data may be seen."""
decode = msgspec.json.Decoder(Explained).decode


def trends_of(
    control: Database, portals: Sequence[Portal], sees: Sees, *, states: Sequence[str], since: str = "", city: bool = False
) -> TrendList:
    """Cards of these portals, and where ``city`` those of the city's data that are seen; of these states, looked at since that day or
    instant. What is seen of the city's data is named beside cards of portals too.

    Raises:
        BadQuestion: a state is none, or ``since`` is no day and no instant.
        Unavailable: the control database is away.
    """
    if unknown := [state for state in states if state not in STATES]:
        raise BadQuestion("state {state!r} is not valid. Valid: {valid}.", state=unknown[0][:20], valid=", ".join(STATES))
    names = {portal.id: portal.domain for portal in portals}
    sites: list[int | None] = [*names, *([None] if city else [])]
    listed = list_cards(control, sites, states=states, since_ms=_since_ms(since), most=MOST)
    cards = [card for card in listed if card.site is not None or sees(card)]
    verdicts, measures = verdicts_of(control, [card.id for card in cards]), _seen_measures(control, sees)
    return TrendList(
        tuple(shown(card, names.get(card.site or 0, ""), verdicts.get(card.id, {}), _at_once(card, measures)) for card in cards)
    )


def sees_city(desk: Desk, reader: Operator | None) -> Sees:
    """Cards of datasets that they may see; ``None`` sees all that are read. Raises Unavailable."""
    known = {contract.id for contract in contracts(desk, is_readable(reader))}
    return lambda card: card.site is None and dataset_of(card) in known


def zones_of(desk: Desk) -> dict[str, ZoneInfo]:
    """Each dataset's own time. Raises Unavailable."""
    return {contract.id: ZoneInfo(contract.timezone) for contract in contracts(desk, is_readable(None))}


def beside(control: Database, card: Card, sees: Sees) -> tuple[str, ...]:
    """Measures of the city's data that stood out at the same time, as far as they are seen."""
    return _at_once(card, _seen_measures(control, sees))


def _seen_measures(control: Database, sees: Sees) -> list[Card]:
    return [card for card in list_cards(control, [None], most=MOST) if card.kind in STORIES and sees(card)]


def _at_once(card: Card, measures: Sequence[Card]) -> tuple[str, ...]:
    if card.site is None:
        return ()
    ends_ms = card.closed_ms or card.seen_ms
    found = (one for one in measures if one.since_ms < ends_ms and card.since_ms < (one.closed_ms or one.seen_ms))
    return tuple(dict.fromkeys(decode(one.body).name for one in found))[:MOST_BESIDE]


def shown(card: Card, domain: str, verdicts: dict[str, int], beside: tuple[str, ...] = ()) -> TrendShown:
    """The card as it was released when it was written, with what stood out beside it."""
    explained = decode(card.body)
    told = msgspec.structs.asdict(explained) | {"beside": beside}
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
        next=_next(card, is_drawn=explained.counts == DRAWN),
    )


def _next(card: Card, *, is_drawn: bool) -> tuple[str, ...]:
    """Notes, targets and placements are a portal's. No target counts what is drawn of a page, a topic or a source."""
    if card.site is None:
        return ()
    return ("annotate",) if card.kind in ("outage", "broken_tag") else ("annotate", *(() if is_drawn else ("target",)), *_placeable(card))


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
        sees = _sees(house.desk, key)
        return builtins(trends_of(control, portals, sees, states=states, since=given.get("since", ""), city=not site_id))

    return await house.in_question_lane(work)


@get("/api/v1/trends/{trend:int}")
async def show_trend(request: Request[Any, Any, Any], house: NamedDependency[House], trend: FromPath[int]) -> dict[str, Any]:
    """One card."""
    key = await authorize(house, request, READ)

    def work() -> dict[str, Any]:
        control, (card, domain) = house.desk.control, _found(house, key, READ, trend)
        seen = beside(control, card, _sees(house.desk, key))
        return builtins(shown(card, domain, verdicts_of(control, [card.id]).get(card.id, {}), seen))

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
    """The card with its portal's domain; a key for some portals is not told which others there are, nor of the city's data."""
    try:
        card = find_card(house.desk.control, id)
        if card.site is None:
            require_whole(key)
            if not _sees(house.desk, key)(card):
                raise NotFound("There is no such trend.")
            return card, ""
        return card, portal_for(house.desk.control, key, scope, str(card.site)).domain
    except NotFound as error:
        raise absent_to(key, error) from None


def _sees(desk: Desk, key: Key) -> Sees:
    """The city's data are the whole home's, and of keys that may read them."""
    if key.portals or OF_CITY not in key.scopes:
        return lambda card: False
    return sees_city(desk, reader_of(key))


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
