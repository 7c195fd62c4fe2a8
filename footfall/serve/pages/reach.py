"""Reach across portals: what was drawn, by day and group; and, for stewards of all portals, which groups are counted together."""

import math
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.reach import MOST_GROUPS, add_group, list_days, list_groups, remove_group
from footfall.control.roles import Operator
from footfall.errors import BadInput, BadQuestion, Conflict, NotFound
from footfall.privacy.noisy import CLEAR, rounded
from footfall.serve.house import Desk, House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.frame import render
from footfall.serve.pages.reach_words import REACH_STATES
from footfall.serve.reach import reach_of, span_of
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portals
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]


class Shown(msgspec.Struct, frozen=True):
    """One day."""

    day: date
    why: str
    """What became of it: published, or why it has no number; empty where numbers are there and the state is not."""
    groups: tuple[tuple[str, int, int], ...]
    """Name, visitors as they are shown, ±."""


@get("/reach")
async def show_reach(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """30 days, newest first, and how to go on to older ones."""
    return await _page(house, request)


@post("/reach/groups", status_code=303)
async def declare_group(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A new group of portals, counted from the next day on."""
    require(await signed_in(house, request), "steward")
    given, desk = await fields_of(request), house.desk
    chosen = [name.removeprefix("portal-") for name in given if name.startswith("portal-")]

    def work() -> None:
        portals = [portal for portal in desk.control.portals() if str(portal.id) in chosen]
        add_group(desk.control, given.get("name", ""), portals, now_ms=desk.now())

    try:
        await in_thread(work)
    except (BadInput, Conflict) as error:
        return await _page(house, request, fault=said(request, error), given=given)
    return Redirect("/reach?declared=1#groups", status_code=303)


@post("/reach/groups/{id:int}/remove", status_code=303)
async def take_group(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[int]) -> Response[Any]:
    """A group that is counted no more."""
    require(await signed_in(house, request), "steward")
    desk = house.desk
    await in_thread(lambda: remove_group(desk.control, id, now_ms=desk.now()))
    return Redirect("/reach?removed=1#groups", status_code=303)


async def _page(house: House, request: Request[Any, Any, Any], *, fault: str = "", given: dict[str, str] | None = None) -> Response[Any]:
    operator, desk, asked = await signed_in(house, request), house.desk, request.query_params
    try:
        span = span_of(desk, last=asked.get("to", ""))
    except BadQuestion:
        raise NotFound("There is no such page.") from None
    portals = await in_thread(desk.control.portals)
    sites = _sites(operator, portals)
    days, noise = await house.in_question_lane(lambda: _days(desk, span, sites))
    domains = {portal.id: portal.domain for portal in portals}
    groups = [group for group in await in_thread(lambda: list_groups(desk.control)) if sites is None or sites.issuperset(group.sites)]
    values: dict[str, Any] = {
        "days": days,
        "span": span,
        "older": span[0] - timedelta(days=1),
        "is_newest": "to" not in asked,
        "zone": desk.settings.reach,
        "noise": noise,
        "clear": math.ceil(CLEAR * math.sqrt(2) * noise["sigma"]),
        "lines": noise["lines"],
        "groups": [(group, [domains[site] for site in group.sites if site in domains]) for group in groups],
        "portals": portals,
        "most": MOST_GROUPS,
        "may_declare": may(operator, "steward"),
        "states": REACH_STATES,
        "given": given or {},
        "fault": fault,
        "done": next((name for name in ("declared", "removed") if name in asked), ""),
    }
    return render(request, "reach.html", status=400 if fault else 200, **values)


def _sites(operator: Operator, portals: tuple[Portal, ...]) -> set[int] | None:
    """Portals that they see; ``None`` is all, also those that are no more."""
    return None if may(operator, "viewer") else {portal.id for portal in visible_portals(operator, portals)}


def _days(desk: Desk, span: tuple[date, date], sites: set[int] | None) -> tuple[list[Shown], dict[str, Any]]:
    """Days with a number or a reason, newest first; and what is told of the noise, with the ledger's lines."""
    answer = reach_of(desk, span, sites).answer
    states: dict[str, str] = {one.day: one.state for one in list_days(desk.control, first=str(span[0]), last=str(span[1]))}
    by_day: dict[str, list[tuple[str, int, int]]] = {day: [] for day in states}
    for row in answer.rows:
        by_day.setdefault(row.dimensions[0], []).append((row.dimensions[1], rounded(int(str(row.metrics[0]))), row.plus_minus or 0))
    told: Any = answer.meta["release"]
    shown = [Shown(date.fromisoformat(day), states.get(day, ""), tuple(by_day[day])) for day in sorted(by_day, reverse=True)]
    return shown, told


BEHIND = [show_reach, declare_group, take_group]
