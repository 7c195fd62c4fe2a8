"""Funnels of a portal: the list, the form that builds one, and each with its losses step by step."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.funnels import checked_steps, delete_funnel, find_funnel, list_funnels, save_funnel
from footfall.errors import BadInput, BadQuestion, Conflict, Refused
from footfall.reports.funnels import Taken, taken
from footfall.sentences import NOTHING, Sentence
from footfall.serve.answers import ask_of
from footfall.serve.answers_paths import funnel_of
from footfall.serve.house import Desk, House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.drawings import Bars, draw_bars
from footfall.serve.pages.export import STEP_HEAD, csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.funnel_form import Draft, read_draft
from footfall.serve.pages.view import PERIODS, View, read_view
from footfall.serve.sign_in import fields_of, in_thread, may, require, signed_in, visible_portal
from footfall.vocabulary import Answer, Funnel, Portal

__all__ = ["BEHIND", "FunnelPage", "load"]

KNOWN_PAGES = 100
"""As many of a portal's pages the form proposes."""
Asked = Request[Any, Any, Any]


class FunnelPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that a funnel's page shows."""

    portal: Portal
    view: View
    funnel: Funnel
    steps: tuple[Taken, ...] = ()
    bars: Bars | None = None
    worst: Taken | None = None
    """The step before which most visitors are lost; ``None`` where no loss is shown."""
    first: datetime | None = None
    last: datetime | None = None
    """The period's first and last instant, local; ``None`` where there is no answer."""
    complete_until: datetime | None = None
    fault: Sentence = NOTHING
    """Why there is no answer."""

    @property
    def is_blank(self) -> bool:
        """Not even the first step has a number, or it is 0."""
        return not self.fault and not self.steps[0].visitors


def load(desk: Desk, portal: Portal, view: View, funnel: Funnel) -> FunnelPage:
    """Ask for the funnel's numbers; a question that cannot be put or may not be answered leaves its sentence.

    Raises:
        Unavailable: the store is away.
    """
    page = FunnelPage(portal=portal, view=view, funnel=funnel)
    try:
        released = funnel_of(desk, portal, funnel.steps, view.as_body())
    except (BadQuestion, Refused) as error:
        return msgspec.structs.replace(page, fault=error.sentence)
    steps = taken(released)
    first, last, complete_until = times_of(released.answer, portal)
    return msgspec.structs.replace(
        page,
        steps=steps,
        bars=draw_bars(steps),
        worst=max((step for step in steps if step.lost is not None), key=lambda step: step.lost or 0, default=None),
        first=first,
        last=last,
        complete_until=complete_until,
    )


def times_of(answer: Answer, portal: Portal) -> tuple[datetime, datetime, datetime]:
    """First and last instant of the answer's period, and the one up to which it is complete; local."""
    first, last = (datetime.fromisoformat(text) for text in answer.query["date_range"])  # type: ignore[attr-defined]
    return first, last, datetime.fromisoformat(str(answer.meta["complete_until"])).astimezone(ZoneInfo(portal.timezone))


@get("/portals/{domain:str}/funnels")
async def funnels_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """The portal's funnels, and the form for another."""
    portal = await visible_portal(house, request, domain)
    return await _list(house, request, portal, Draft())


@post("/portals/{domain:str}/funnels", status_code=200)
async def add_funnel(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A step more or less, or the funnel saved."""
    portal = await visible_portal(house, request, domain)
    return await _sent(house, request, portal, id=0)


@get("/portals/{domain:str}/funnels/{number:int}")
async def funnel_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[str]:
    """One funnel: how many took each step."""
    portal, page = await _loaded(house, request, domain, number)
    is_editor = may(await signed_in(house, request), "analyst", portal)
    return render(request, "funnel.html", page=page, is_editor=is_editor, periods=PERIODS, comparisons=(), intervals=())


@get("/portals/{domain:str}/funnels/{number:int}/csv")
async def funnel_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The funnel's table as a file."""
    portal, page = await _loaded(house, request, domain, number)
    if page.fault:
        raise BadQuestion(page.fault)
    head = [reader_of(request).language.text(name) for name in STEP_HEAD]
    rows = [[step.name, step.visitors, step.share, step.lost, step.lost_share] for step in page.steps]
    return csv_file([head, *rows], f"{portal.domain}-funnel-{page.funnel.id}")


@get("/portals/{domain:str}/funnels/{number:int}/edit")
async def edit_page(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[str]:
    """The form of a funnel that is there."""
    portal = await visible_portal(house, request, domain)
    require(await signed_in(house, request), "analyst", portal)
    found = await in_thread(lambda: find_funnel(house.desk.control, portal.id, number))
    return await _edit(house, request, portal, Draft(name=found.name, steps=found.steps), number)


@post("/portals/{domain:str}/funnels/{number:int}/edit", status_code=200)
async def edit_funnel(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """A step more or less, or the funnel changed."""
    portal = await visible_portal(house, request, domain)
    return await _sent(house, request, portal, id=number)


@post("/portals/{domain:str}/funnels/{number:int}/remove", status_code=303)
async def remove_funnel(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Redirect:
    """The funnel is gone; no number is."""
    portal = await visible_portal(house, request, domain)
    require(await signed_in(house, request), "analyst", portal)
    await in_thread(lambda: delete_funnel(house.desk.control, portal, number, now_ms=house.desk.now()))
    return Redirect(f"/portals/{portal.domain}/funnels", status_code=303)


async def _loaded(house: House, request: Asked, domain: str, number: int) -> tuple[Portal, FunnelPage]:
    view = read_view(list(request.query_params.multi_items()))
    portal = await visible_portal(house, request, domain)
    found = await in_thread(lambda: find_funnel(house.desk.control, portal.id, number))
    return portal, await house.in_question_lane(lambda: load(house.desk, portal, view, found))


async def _sent(house: House, request: Asked, portal: Portal, *, id: int) -> Response[Any]:
    require(await signed_in(house, request), "analyst", portal)
    fields = await fields_of(request)
    draft, shown = read_draft(fields), _list if not id else _edit_of(id)
    if fields.get("do", "save") != "save":
        return await shown(house, request, portal, draft.after(fields["do"]))
    try:
        saved = await in_thread(lambda: _save(house.desk, portal, draft, id))
    except (BadInput, Conflict) as error:
        return await shown(house, request, portal, draft, fault=said(request, error))
    return Redirect(f"/portals/{portal.domain}/funnels/{saved.id}", status_code=303)


def _save(desk: Desk, portal: Portal, draft: Draft, id: int) -> Funnel:
    steps = checked_steps(draft.steps, desk.control.goals(portal.id))
    return save_funnel(desk.control, portal, draft.name, steps, now_ms=desk.now(), id=id)


async def _list(house: House, request: Asked, portal: Portal, draft: Draft, *, fault: str = "") -> Response[Any]:
    is_editor = may(await signed_in(house, request), "analyst", portal)
    found = await in_thread(lambda: list_funnels(house.desk.control, portal.id))
    values = await _form(house, portal, draft, fault) if is_editor else {}
    status = 400 if fault else 200
    return render(request, "funnels.html", status=status, portal=portal, funnels=found, is_editor=is_editor, **values)


async def _edit(house: House, request: Asked, portal: Portal, draft: Draft, number: int, *, fault: str = "") -> Response[Any]:
    values = await _form(house, portal, draft, fault)
    return render(request, "funnel_edit.html", status=400 if fault else 200, portal=portal, number=number, **values)


def _edit_of(number: int) -> Callable[..., Any]:
    return lambda house, request, portal, draft, **rest: _edit(house, request, portal, draft, number, **rest)


async def _form(house: House, portal: Portal, draft: Draft, fault: str) -> dict[str, Any]:
    goals = await in_thread(lambda: house.desk.control.goals(portal.id))
    pages = await house.in_question_lane(lambda: known_pages(house.desk, portal, View()))
    return {"draft": draft, "goals": [goal.display_name for goal in goals], "pages": pages, "fault": fault}


def known_pages(desk: Desk, portal: Portal, view: View) -> list[str]:
    """Pages that enough visitors saw, most visited first; as the panel of pages has them."""
    asked = {"metrics": ["visitors"], "dimensions": ["event:page"], "pagination": {"limit": KNOWN_PAGES}} | view.as_body()
    try:
        answer = ask_of(desk, portal, desk.control.goals(portal.id), asked).answer
    except (BadQuestion, Refused):
        return []
    return [row.dimensions[0] for row in answer.rows]


BEHIND = [funnels_page, add_funnel, funnel_page, funnel_csv, edit_page, edit_funnel, remove_funnel]
