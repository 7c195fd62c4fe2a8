"""Trends: what rises, falls or is broken on a portal and on all that its reader may see; one card whole; and what is thought of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.collect.days import day_of
from footfall.control.roles import Operator
from footfall.control.runs import last_runs
from footfall.control.trends import Card, find_card, give_feedback, verdicts_of
from footfall.errors import NotFound
from footfall.interests.taxonomy import Taxonomy, taxonomy
from footfall.privacy.policy import CITY
from footfall.serve.answers import drawn_of
from footfall.serve.house import Desk, House
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render, safe_path
from footfall.serve.pages.language import Language
from footfall.serve.pages.trend_cards import ShownCard, as_shown, called
from footfall.serve.pages.trend_choices import (
    BROKEN,
    BROKEN_DAYS,
    CLOSED_DAYS,
    DIMENSIONS,
    GROUPS,
    KINDS,
    Choices,
    best_first,
    read_choices,
)
from footfall.serve.pages.trend_tables import bucket_rows, card_rows
from footfall.serve.pages.trend_words import (
    CONFIDENCE_WORDS,
    COUNT_WORDS,
    DIMENSION_WORDS,
    GROUP_WORDS,
    KIND_WORDS,
    OVER_WORDS,
    REASON_WORDS,
    STATE_WORDS,
)
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portal, visible_portals
from footfall.serve.trend_shapes import TrendShown
from footfall.serve.trends import MOST, Sees, beside, sees_city, shown, trends_of, zones_of
from footfall.store.series import first_told
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "TrendsPage", "load"]

CARDS_A_PAGE = 20
LEAST_DAYS = timedelta(days=14)
"""Of the last four weeks so many must be known before anything is expected of a day."""
Asked = Request[Any, Any, Any]
WORDS: dict[str, Any] = {
    "groups": GROUP_WORDS,
    "states": STATE_WORDS,
    "kinds": KIND_WORDS,
    "dimensions": DIMENSION_WORDS,
    "counts": COUNT_WORDS,
    "confidences": CONFIDENCE_WORDS,
    "reasons": REASON_WORDS,
    "over": OVER_WORDS,
    "kind_choices": KINDS,
    "dimension_choices": DIMENSIONS,
}


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """When there would be something, where there is nothing."""

    filling: str
    """A Sentence: how much of history is not filled in yet; empty where all is."""
    begins: date | None
    """The day from which on a portal has enough to be compared with; ``None`` where that is past, or there was no day over the cohort."""
    is_blank: bool
    """No portal had a day over the cohort yet: of few and none the same is told."""
    has_sealed: bool
    """Of some of them only whole days are looked at, out of drawn numbers."""
    is_sealed: bool
    """Of all of them."""


class City(msgspec.Struct, frozen=True):
    """What of the city's data is shown."""

    sees: Sees
    is_listed: bool
    """Else it is only named beside the portal's."""
    zones: Mapping[str, ZoneInfo]
    """By dataset."""


class TrendsPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that the list shows."""

    choices: Choices
    broken: tuple[ShownCard, ...]
    """Outages and broken tags."""
    cards: tuple[ShownCard, ...]
    """All others, best first."""
    total: int
    pages: int
    is_cut: bool
    """Only the latest MOST cards were looked through."""
    waiting: Waiting
    most: int = MOST


def load(desk: Desk, portals: Sequence[Portal], choices: Choices, spoken: Language, city: City) -> TrendsPage:
    """The cards of these portals, and of the city's data. Raises Unavailable where the control database or the store is away."""
    found = _listed(desk, portals, choices.state, city)
    fitting = sorted((card for card in found if choices.fits(card)), key=best_first, reverse=True)
    others = [card for card in fitting if card.kind not in BROKEN]
    pages = max(1, -(-len(others) // CARDS_A_PAGE))
    choices = choices.changed(page=min(choices.page, pages))
    first = (choices.page - 1) * CARDS_A_PAGE
    named, topics = {portal.domain: portal for portal in portals}, taxonomy(desk.settings.topics_file)

    def as_seen(cards: Iterable[TrendShown]) -> tuple[ShownCard, ...]:
        return tuple(as_shown(card, named.get(card.portal), spoken, topics, city.zones) for card in cards)

    return TrendsPage(
        choices=choices,
        broken=as_seen(card for card in fitting if card.kind in BROKEN),
        cards=as_seen(others[first : first + CARDS_A_PAGE]),
        total=len(others),
        pages=pages,
        is_cut=len(found) >= MOST,
        waiting=_waiting(desk, portals),
    )


def _listed(desk: Desk, portals: Sequence[Portal], state: str, city: City) -> tuple[TrendShown, ...]:
    """What goes on, with outages that were closed of late; or what was closed of late."""

    def of(group: str, since: str = "") -> tuple[TrendShown, ...]:
        return trends_of(desk.control, portals, city.sees, states=GROUPS[group], since=since, city=city.is_listed).trends

    if state == "closed":
        return of("closed", _ago(desk, CLOSED_DAYS))
    return of(state) + tuple(card for card in of("closed", _ago(desk, BROKEN_DAYS)) if card.kind in BROKEN)


def _ago(desk: Desk, days: int) -> str:
    return (datetime.fromtimestamp(desk.now() / 1000, UTC) - timedelta(days=days)).isoformat()


def _waiting(desk: Desk, portals: Sequence[Portal]) -> Waiting:
    open_portals = [portal for portal in portals if not portal.is_sealed(day_of(portal.timezone, desk.now()))]
    sealed = [portal for portal in portals if portal not in open_portals]
    begun = first_told(desk.engine, [portal.id for portal in open_portals])
    begun |= {portal.id: day for portal in sealed if (day := _first_drawn(desk, portal))}
    run = last_runs(desk.control).get("series")
    ready = min((day + LEAST_DAYS for day in begun.values()), default=None)
    return Waiting(
        filling=run.said if run and run.state == "waits" else "",
        begins=ready if ready and ready > _today(desk, portals) else None,
        is_blank=not begun,
        has_sealed=bool(sealed),
        is_sealed=bool(sealed) and not open_portals,
    )


def _first_drawn(desk: Desk, portal: Portal) -> date | None:
    body = {"metrics": ["visitors"], "dimensions": ["time:day"], "date_range": "all", "order_by": [["time:day", "asc"]]}
    rows = drawn_of(desk, portal, body, CITY.name).answer.rows
    return date.fromisoformat(rows[0].dimensions[0]) if rows else None


def _today(desk: Desk, portals: Sequence[Portal]) -> date:
    return datetime.fromtimestamp(desk.now() / 1000, ZoneInfo(portals[0].timezone)).date()


@get("/portals/{domain:str}/trends")
async def trends_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The cards of one portal."""
    return await _list(house, request, await visible_portal(house, request, domain))


@get("/trends")
async def all_trends_page(request: Asked, house: NamedDependency[House]) -> Response[str]:
    """The cards of every portal that the reader sees."""
    return await _list(house, request, None)


@get("/portals/{domain:str}/trends/csv")
async def trends_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """The cards of one portal that the address asks for, as a file."""
    return await _list_csv(house, request, await visible_portal(house, request, domain))


@get("/trends/csv")
async def all_trends_csv(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """The same of every portal that the reader sees."""
    return await _list_csv(house, request, None)


@get("/portals/{domain:str}/trends/{number:int}/csv")
async def trend_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """One card's buckets as a file."""
    portal = await visible_portal(house, request, domain)
    one = await _one(house, request, portal, number)
    return csv_file(bucket_rows(one, reader_of(request).language), f"{portal.domain}-trend-{one.card.id}")


@get("/portals/{domain:str}/trends/{number:int}")
async def trend_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """One card whole, bucket by bucket; of one that another took in, that one's page."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    spoken, topics = reader_of(request).language, taxonomy(house.desk.settings.topics_file)
    one = await _one(house, request, portal, number)
    if one.card.id != number:
        return Redirect(one.path, status_code=303)
    members = [(member.dimension, called(member.dimension, member.key, spoken, topics)) for member in one.card.members]
    judges = {portal.id} if may(operator, "analyst", portal) else set()
    return render(request, "trend.html", one=one, portal=portal, members=members, judges=judges, **WORDS, **_namer(spoken, topics))


@get("/trends/{number:int}")
async def city_trend_page(request: Asked, house: NamedDependency[House], number: FromPath[int]) -> Response[Any]:
    """One card of the city's data whole; of one that another took in, that one's page."""
    operator, spoken, topics = await signed_in(house, request), reader_of(request).language, taxonomy(house.desk.settings.topics_file)
    one, judges = await _one_of_city(house, request, number), {None} if may(operator, "analyst") else set()
    if one.card.id != number:
        return Redirect(one.path, status_code=303)
    return render(request, "trend.html", one=one, portal=None, members=[], judges=judges, **WORDS, **_namer(spoken, topics))


@get("/trends/{number:int}/csv")
async def city_trend_csv(request: Asked, house: NamedDependency[House], number: FromPath[int]) -> Response[bytes]:
    """Its buckets as a file."""
    one = await _one_of_city(house, request, number)
    return csv_file(bucket_rows(one, reader_of(request).language), f"trend-{one.card.id}")


@post("/trends/{number:int}", status_code=303)
async def judge_city_trend(request: Asked, house: NamedDependency[House], number: FromPath[int]) -> Redirect:
    """Useful or noise, of the city's data."""
    operator, given = await signed_in(house, request), await fields_of(request)
    require(operator, "analyst")
    verdict: Any = given.get("verdict", "")

    def work() -> None:
        give_feedback(house.desk.control, _of_city(house.desk, operator, number).id, verdict, now_ms=house.desk.now())

    await in_thread(work)
    return Redirect(safe_path(given.get("next", f"/trends/{number}")), status_code=303)


@post("/portals/{domain:str}/trends/{number:int}", status_code=303)
async def judge_trend(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Redirect:
    """Useful or noise; back to where it was said."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    require(operator, "analyst", portal)
    given = await fields_of(request)
    verdict: Any = given.get("verdict", "")

    def work() -> None:
        give_feedback(house.desk.control, _found(house.desk, portal, number).id, verdict, now_ms=house.desk.now())

    await in_thread(work)
    return Redirect(safe_path(given.get("next", f"/portals/{portal.domain}/trends/{number}")), status_code=303)


async def _one(house: House, request: Asked, portal: Portal, number: int) -> ShownCard:
    """Raises NotFound where the portal has no such card."""
    operator, spoken, control = await signed_in(house, request), reader_of(request).language, house.desk.control
    topics = taxonomy(house.desk.settings.topics_file)

    def work() -> ShownCard:
        card = _found(house.desk, portal, number)
        seen = beside(control, card, sees_city(house.desk, operator))
        return as_shown(shown(card, portal.domain, verdicts_of(control, [card.id]).get(card.id, {}), seen), portal, spoken, topics)

    return await in_thread(work)


async def _one_of_city(house: House, request: Asked, number: int) -> ShownCard:
    """Raises NotFound where there is no such card that the reader may see."""
    operator, spoken, control = await signed_in(house, request), reader_of(request).language, house.desk.control
    topics = taxonomy(house.desk.settings.topics_file)

    def work() -> ShownCard:
        card = _of_city(house.desk, operator, number)
        return as_shown(shown(card, "", verdicts_of(control, [card.id]).get(card.id, {})), None, spoken, topics, zones_of(house.desk))

    return await in_thread(work)


async def _loaded(house: House, request: Asked, portal: Portal | None) -> tuple[list[Portal], TrendsPage]:
    operator, spoken = await signed_in(house, request), reader_of(request).language
    choices = read_choices(request.query_params)
    portals = [portal] if portal else list(visible_portals(operator, await in_thread(house.desk.control.portals)))

    def work() -> TrendsPage:
        city = City(sees_city(house.desk, operator), portal is None, zones_of(house.desk))
        return load(house.desk, portals, choices, spoken, city)

    return portals, await house.in_question_lane(work)


async def _list_csv(house: House, request: Asked, portal: Portal | None) -> Response[bytes]:
    _, page = await _loaded(house, request, portal)
    rows = card_rows((*page.broken, *page.cards), reader_of(request).language)
    return csv_file(rows, f"{portal.domain}-trends" if portal else "trends")


async def _list(house: House, request: Asked, portal: Portal | None) -> Response[str]:
    operator, spoken = await signed_in(house, request), reader_of(request).language
    portals, page = await _loaded(house, request, portal)
    judges = {one.id for one in portals if may(operator, "analyst", one)} | ({None} if may(operator, "analyst") else set())
    namer = _namer(spoken, taxonomy(house.desk.settings.topics_file))
    return render(request, "trends.html", page=page, portal=portal, judges=judges, **WORDS, **namer)


def _namer(spoken: Language, topics: Taxonomy) -> dict[str, Any]:
    return {"called": lambda dimension, value: called(dimension, value, spoken, topics)}


def _found(desk: Desk, portal: Portal, number: int) -> Card:
    """Raises NotFound where the portal has no such card."""
    card = find_card(desk.control, number)
    if card.site != portal.id:
        raise NotFound("There is no such trend on this portal.")
    return card


def _of_city(desk: Desk, operator: Operator, number: int) -> Card:
    """Raises NotFound where there is no such card, and of a dataset that the operator may not see."""
    card = find_card(desk.control, number)
    if card.site is not None or not sees_city(desk, operator)(card):
        raise NotFound("There is no such trend.")
    return card


BEHIND = [
    trends_page,
    all_trends_page,
    trends_csv,
    all_trends_csv,
    trend_csv,
    trend_page,
    judge_trend,
    city_trend_page,
    city_trend_csv,
    judge_city_trend,
]
