"""Targets of a portal: the list, one with its graph, and the form that sets them."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.roles import Operator
from footfall.control.targets import Change, Found, Target, changes_of, delete_target, find_target, list_targets
from footfall.errors import BadInput, BadQuestion, NotFound
from footfall.serve.audience_sizes import sizes_of
from footfall.serve.city_data import contracts, is_readable, topics_of
from footfall.serve.house import Desk, House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.graph import Ahead, draw_ahead
from footfall.serve.pages.target_form import Draft, as_settings, draft_of, read_draft
from footfall.serve.pages.target_tables import day_rows, target_rows
from footfall.serve.pages.target_words import DIRECTION_WORDS, STATE_WORDS, TARGET_METRICS
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portal
from footfall.serve.target_progress import Progress, progress_of
from footfall.serve.target_series import Histories
from footfall.serve.targets import put_target
from footfall.vocabulary import Portal

__all__ = ["BEHIND", "OneTarget", "graph_of", "load"]

Asked = Request[Any, Any, Any]
WORDS = {"states": STATE_WORDS, "directions": DIRECTION_WORDS, "metrics": TARGET_METRICS}


class OneTarget(msgspec.Struct, frozen=True, kw_only=True):
    """All that a target's page shows."""

    portal: Portal
    told: Progress
    changes: tuple[Change, ...]
    graph: Ahead | None
    """``None`` where there are not two days to draw."""


def load(desk: Desk, portal: Portal, found: Found) -> OneTarget:
    """Raises Unavailable where the store is away."""
    told = progress_of(desk, portal, found, Histories(desk, portal))
    return OneTarget(portal=portal, told=told, changes=changes_of(desk.control, found.target.id), graph=graph_of(told))


def graph_of(told: Progress) -> Ahead | None:
    """The days of the period. What is likely begins where what came ends."""
    if len(told.days) < 2:
        return None
    last = max((place for place, day in enumerate(told.days) if day.came is not None), default=-1)

    def of(name: str) -> list[float | None]:
        return [day.came if place == last else getattr(day, name) for place, day in enumerate(told.days)]

    labels, came = [day.day.isoformat() for day in told.days], [day.came for day in told.days]
    return draw_ahead(labels, came, of("median"), (of("low80"), of("high80")), told.target.value)


@get("/portals/{domain:str}/targets")
async def targets_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The portal's targets with how they do, and the form for another, filled in as the address says."""
    portal = await visible_portal(house, request, domain)
    return await _list(house, request, portal, read_draft(request.query_params))


@get("/portals/{domain:str}/targets/csv")
async def targets_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """The portal's targets as a file."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    told = await house.in_question_lane(lambda: _told(house.desk, portal, operator))
    return csv_file(target_rows(told, reader_of(request).language), f"{portal.domain}-targets")


@get("/portals/{domain:str}/targets/{number:int}/csv")
async def target_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The days of one target as a file."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    page = await house.in_question_lane(lambda: _page(house.desk, portal, operator, number))
    return csv_file(day_rows(page.told, reader_of(request).language), f"{portal.domain}-target-{number}")


@post("/portals/{domain:str}/targets", status_code=200)
async def add_target(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A new target."""
    portal = await visible_portal(house, request, domain)
    return await _sent(house, request, portal, id=0)


@get("/portals/{domain:str}/targets/{number:int}")
async def target_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[str]:
    """One target: its graph, its days, how its state changed."""
    portal = await visible_portal(house, request, domain)
    return await _one(house, request, portal, None, number=number)


@post("/portals/{domain:str}/targets/{number:int}", status_code=200)
async def change_target(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """The target changed."""
    portal = await visible_portal(house, request, domain)
    return await _sent(house, request, portal, id=number)


@post("/portals/{domain:str}/targets/{number:int}/remove", status_code=303)
async def remove_target(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Redirect:
    """The target is gone; no number is."""
    portal = await visible_portal(house, request, domain)
    operator = await signed_in(house, request)
    require(operator, "analyst", portal)

    def work() -> None:
        _seen(house.desk, operator, find_target(house.desk.control, portal.id, number))
        delete_target(house.desk.control, portal, number, now_ms=house.desk.now())

    await in_thread(work)
    return Redirect(f"/portals/{portal.domain}/targets", status_code=303)


async def _sent(house: House, request: Asked, portal: Portal, *, id: int) -> Response[Any]:
    operator = await signed_in(house, request)
    require(operator, "analyst", portal)
    draft = read_draft(await fields_of(request))

    def work() -> Target:
        if id:
            _seen(house.desk, operator, find_target(house.desk.control, portal.id, id))
        settings = as_settings(draft) | ({} if draft.owner else {"owner": operator.email})
        _may_count(house.desk, operator, settings)
        return put_target(house.desk, portal, settings, id=id).target

    try:
        saved = await house.in_question_lane(work)
    except (BadInput, NotFound) as error:
        shown: Callable[..., Any] = _one if id else _list
        return await shown(house, request, portal, draft, fault=said(request, error), **({"number": id} if id else {}))  # type: ignore[no-any-return]
    return Redirect(f"/portals/{portal.domain}/targets/{saved.id}", status_code=303)


async def _list(house: House, request: Asked, portal: Portal, draft: Draft, *, fault: str = "") -> Response[Any]:
    operator = await signed_in(house, request)
    told = await house.in_question_lane(lambda: _told(house.desk, portal, operator))
    values = await _form(house, portal, operator, draft, fault)
    return render(request, "targets.html", status=400 if fault else 200, portal=portal, targets=told, **WORDS, **values)


async def _one(house: House, request: Asked, portal: Portal, draft: Draft | None, *, number: int, fault: str = "") -> Response[Any]:
    operator = await signed_in(house, request)
    page = await house.in_question_lane(lambda: _page(house.desk, portal, operator, number))
    values = await _form(house, portal, operator, draft or draft_of(page.told.target), fault)
    return render(request, "target.html", status=400 if fault else 200, page=page, portal=portal, **WORDS, **values)


def _told(desk: Desk, portal: Portal, operator: Operator) -> list[Progress]:
    """Of all that the operator may see."""
    histories, may_see = Histories(desk, portal), _readable(desk, operator)
    return [progress_of(desk, portal, one, histories) for one in list_targets(desk.control, portal.id) if may_see(one.target)]


def _page(desk: Desk, portal: Portal, operator: Operator, number: int) -> OneTarget:
    """Raises NotFound where the portal has no such target that the operator may see."""
    found = find_target(desk.control, portal.id, number)
    _seen(desk, operator, found)
    return load(desk, portal, found)


async def _form(house: House, portal: Portal, operator: Operator, draft: Draft, fault: str) -> dict[str, Any]:
    is_editor = may(operator, "analyst", portal)
    if not is_editor:
        return {"is_editor": False, "draft": draft, "fault": fault, "goals": (), "measures": (), "sizes": ()}
    goals = await in_thread(lambda: house.desk.control.goals(portal.id))
    measures = await house.in_question_lane(lambda: _measures(house.desk, operator))
    sizes = await house.in_question_lane(lambda: sizes_of(house.desk, portal))
    names = [goal.display_name for goal in goals]
    return {"is_editor": True, "draft": draft, "fault": fault, "goals": names, "measures": measures, "sizes": sizes}


def _measures(desk: Desk, operator: Operator) -> list[tuple[str, str, str]]:
    """Dataset, its name and measure, of all that the operator may see and that has numbers."""
    found = contracts(desk, is_readable(operator))
    return [(contract.id, contract.name, topic.held.measure) for contract in found for topic in topics_of(desk, contract)]


def _readable(desk: Desk, operator: Operator) -> Callable[[Target], bool]:
    known = {contract.id for contract in contracts(desk, is_readable(operator))}
    return lambda target: target.measure is None or target.measure.dataset in known


def _seen(desk: Desk, operator: Operator, found: Found) -> None:
    """Raises NotFound for a target on data that the operator may not see: as if it were not there."""
    if not _readable(desk, operator)(found.target):
        raise NotFound("There is no such target on this portal.")


def _may_count(desk: Desk, operator: Operator, settings: dict[str, Any]) -> None:
    if settings.get("measure") and settings["measure"]["dataset"] not in {one.id for one in contracts(desk, is_readable(operator))}:
        raise BadQuestion("Choose what is counted from the list.")


BEHIND = [targets_page, targets_csv, target_csv, add_target, target_page, change_target, remove_target]
