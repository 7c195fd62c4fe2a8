"""The steward's desk: the rules in force, what was spent and released under them, what attacks came to; taking back, forgetting sooner.

Stewards of some portals see those, and the groups that are theirs as a whole.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.asked import KEPT_DAYS, list_asked
from footfall.control.closings import Closing, list_closings
from footfall.control.releases import Release, find_release, list_releases
from footfall.control.roles import Operator
from footfall.errors import BadInput, Conflict, Forbidden, NotFound
from footfall.privacy.budget import COHORT, RHO, RHO_A_DAY
from footfall.privacy.policy import POLICIES, STAFF
from footfall.serve.attack_history import TriedAll, attack_history
from footfall.serve.house import House
from footfall.serve.label import Label, label
from footfall.serve.ledgers import open_ledger
from footfall.serve.pages.account_words import said
from footfall.serve.pages.desk_words import AUDIENCES, CLOSING_NAMES, COST_NAMES, PAPER_NAMES, RELEASE_NAMES, STATE_NAMES
from footfall.serve.pages.frame import HEADERS, render
from footfall.serve.papers.assessment import assessment, assessment_text
from footfall.serve.papers.dpia import dpia
from footfall.serve.papers.facts import Facts, facts_of
from footfall.serve.papers.record import record, record_text
from footfall.serve.papers.registry import registry_text
from footfall.serve.sealed import refuse_unsealable
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in
from footfall.serve.stewarding import Budget, budgets, take_back, their_groups, their_portals
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

ROWS = 50
UNEVEN = 5
"""Days that were not closed as they should be, shown on the first page."""
PAPERS: dict[str, Callable[[Facts], str]] = {
    "record.md": record_text,
    "record.json": lambda facts: _json(record(facts)),
    "dpia.json": lambda facts: _json(dpia(facts)),
    "cnil.md": assessment_text,
    "cnil.json": lambda facts: _json(assessment(facts)),
    "registry.yaml": registry_text,
}
PAPER_TYPES = {"md": "text/markdown; charset=utf-8", "json": "application/json", "yaml": "application/yaml"}


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on it."""

    portals: tuple[Portal, ...]
    budgets: list[Budget]
    uneven: list[Closing]
    """The newest that are not ``closed``."""
    closed: int
    attacks: list[TriedAll]
    label: Label


class Reach(msgspec.Struct, frozen=True):
    """What of the city is theirs."""

    portals: tuple[Portal, ...]
    groups: list[str] | None
    """``None`` is all."""

    def has(self, group: str) -> bool:
        return self.groups is None or group in self.groups


@get("/desk")
async def show_desk(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """All of it."""
    return await _desk(house, request)


@post("/desk/keep", status_code=303)
async def keep_events(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """For how many days a portal keeps its events from now on; 0 seals it."""
    operator, given = await signed_in(house, request), await fields_of(request)

    def work() -> None:
        portal = house.desk.control.portal(_number(given.get("portal", "")))
        require(operator, "steward", portal)
        days = _number(given.get("days", ""))
        refuse_unsealable(house.desk.settings, days)
        house.desk.control.update_portal(portal.id, keep_events=days)
        house.gate.portals.refresh(wait=True)

    try:
        await in_thread(work)
    except (BadInput, NotFound) as error:
        return await _desk(house, request, fault=said(request, error))
    return Redirect("/desk?kept=1#events", status_code=303)


@get("/desk/releases")
async def show_releases(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Every draw, newest first, a page at a time."""
    return await _releases(house, request)


@post("/desk/releases/{number:int}/withdraw", status_code=303)
async def withdraw_release(request: Request[Any, Any, Any], house: NamedDependency[House], number: FromPath[int]) -> Response[Any]:
    """What was published is shown no more, for good."""
    reach = await _reach(house, await signed_in(house, request))
    desk = house.desk

    def work() -> None:
        ledger = open_ledger(desk.settings, desk.control)
        if not reach.has(find_release(ledger, number).spent.group):
            raise Forbidden("This needs the role steward on every portal of the group. An admin gives it.")
        take_back(ledger, desk.engine, number, desk.now())

    try:
        await house.in_question_lane(work)
    except Conflict as error:
        return await _releases(house, request, fault=said(request, error))
    return Redirect("/desk/releases?withdrawn=1", status_code=303)


@get("/desk/days")
async def show_days(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Every service day that is done with, newest first, a page at a time."""
    reach = await _reach(house, await signed_in(house, request))
    skipped = _number(request.query_params.get("after", "0"))
    found = [closing for closing in await in_thread(lambda: list_closings(house.desk.control)) if reach.has(closing.group)]
    newest = sorted(found, key=lambda closing: closing.day, reverse=True)[skipped:]
    after = skipped + ROWS if len(newest) > ROWS else 0
    return render(request, "desk_days.html", rows=[_day(one) for one in newest[:ROWS]], after=after, skipped=skipped, names=CLOSING_NAMES)


@get("/desk/questions")
async def show_questions(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """What was asked of events of their portals, newest first, a page at a time."""
    reach, desk = await _reach(house, await signed_in(house, request)), house.desk
    before = _number(request.query_params.get("before", "0"))
    names = {portal.id: portal.domain for portal in reach.portals}
    theirs = None if reach.groups is None else list(names)
    found = await in_thread(lambda: list_asked(desk.control, before=before, most=ROWS + 1, portals=theirs))
    values: dict[str, Any] = {
        "rows": [(datetime.fromtimestamp(one.at_ms / 1000, UTC), one, names.get(one.portal_id, "")) for one in found[:ROWS]],
        "older": found[ROWS - 1].id if len(found) > ROWS else 0,
        "is_first": not before,
        "days": KEPT_DAYS,
        "is_noted": desk.settings.policy == STAFF.name,
    }
    return render(request, "desk_questions.html", **values)


async def _desk(house: House, request: Request[Any, Any, Any], *, fault: str = "") -> Response[Any]:
    reach = await _reach(house, await signed_in(house, request))
    settings = house.desk.settings
    desk = await in_thread(lambda: _on_desk(house, reach))
    values: dict[str, Any] = {
        "desk": desk,
        "policies": {name: POLICIES[name] for name in (settings.policy, "outside") if name in AUDIENCES},
        "audiences": AUDIENCES,
        "is_cnil": settings.profile == "cnil",
        "releases": [(name, RHO[name], COHORT[name]) for name in RHO],
        "release_names": RELEASE_NAMES,
        "cost_names": COST_NAMES,
        "most_a_day": RHO_A_DAY,
        "closing_names": CLOSING_NAMES,
        "uneven": [_day(one) for one in desk.uneven],
        "runs": [(datetime.fromtimestamp(one.at_ms / 1000, UTC), one) for one in desk.attacks],
        "is_kept": "kept" in request.query_params,
        "papers": PAPER_NAMES if reach.groups is None else {},
        "fault": fault,
    }
    return render(request, "desk.html", status=400 if fault else 200, **values)


def _on_desk(house: House, reach: Reach) -> Desk:
    desk = house.desk
    ledger, portals = open_ledger(desk.settings, desk.control), desk.control.portals()
    closings = [closing for closing in list_closings(desk.control) if reach.has(closing.group)]
    uneven = sorted((one for one in closings if one.state != "closed"), key=lambda one: one.day, reverse=True)
    return Desk(
        portals=reach.portals,
        budgets=budgets(ledger, portals, reach.groups, desk.now()),
        uneven=uneven[:UNEVEN],
        closed=sum(one.state == "closed" for one in closings),
        attacks=attack_history(desk.settings.home_path),
        label=label(desk.settings.trusted_proxies),
    )


async def _releases(house: House, request: Request[Any, Any, Any], *, fault: str = "") -> Response[Any]:
    reach = await _reach(house, await signed_in(house, request))
    before, desk = _number(request.query_params.get("before", "0")), house.desk

    def work() -> list[Release]:
        return list_releases(open_ledger(desk.settings, desk.control), before=before, most=ROWS + 1, groups=reach.groups)

    found = await in_thread(work)
    older = found[ROWS - 1].spent.number if len(found) > ROWS else 0
    values: dict[str, Any] = {"rows": [(date.fromisoformat(one.spent.day), one) for one in found[:ROWS]], "older": older}
    values |= {"is_first": not before, "names": STATE_NAMES, "fault": fault, "is_done": "withdrawn" in request.query_params}
    return render(request, "desk_releases.html", status=409 if fault else 200, **values)


async def _reach(house: House, operator: Operator) -> Reach:
    """What they are steward of.

    Raises:
        Forbidden: nothing.
    """
    portals = await in_thread(house.desk.control.portals)
    reach = Reach(their_portals(operator, portals), their_groups(operator, portals))
    if not reach.portals and reach.groups is not None:
        raise Forbidden("This needs the role steward. An admin gives it.")
    return reach


def _day(closing: Closing) -> tuple[date, Closing]:
    return date.fromisoformat(closing.day), closing


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode()


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("{value!r} is no whole number. Valid: 0 or more.", value=text[:20])
    return int(text)


@get("/desk/papers/{name:str}")
async def take_paper(request: Request[Any, Any, Any], house: NamedDependency[House], name: FromPath[str]) -> Response[bytes]:
    """A paper to take away, made now. It names all portals: for stewards of all."""
    require(await signed_in(house, request), "steward")
    if name not in PAPERS:
        raise NotFound("There is no such paper.")
    desk = house.desk
    content = await in_thread(lambda: PAPERS[name](facts_of(desk.settings, desk.control, desk.now())))
    headers = HEADERS | {"content-disposition": f'attachment; filename="footfall-{name}"'}
    return Response(content.encode(), media_type=PAPER_TYPES[name.rpartition(".")[2]], headers=headers)


BEHIND = [show_desk, keep_events, show_releases, withdraw_release, show_days, show_questions, take_paper]
