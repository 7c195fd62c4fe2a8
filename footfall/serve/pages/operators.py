"""Who may sign in and what each may, for admins: of all portals, or of some and then of those alone."""

from collections.abc import Callable
from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Response

from footfall.control.invitations import invite
from footfall.control.operators import (
    add_operator,
    disable_operator,
    enable_operator,
    find_operator,
    give_grant,
    list_operators,
    revoke_grant,
)
from footfall.control.roles import ROLES, Grant, Operator, may, may_give
from footfall.errors import BadInput, Conflict, Forbidden, NotFound
from footfall.serve.exactness import refuse_exact_company
from footfall.serve.house import House
from footfall.serve.pages.account_words import role_names, said
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in
from footfall.serve.sites import public_url
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

STATES = {"enabled": enable_operator, "disabled": disable_operator}


@get("/operators")
async def show_operators(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Everybody whose roles the reader may change; an admin of all portals sees everybody."""
    return await _page(house, request)


@post("/operators", status_code=200)
async def give_role(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A role for somebody; one who is not there yet is invited, and the link is shown this once."""
    me, given = await signed_in(house, request), await fields_of(request)
    email, name = given.get("email", ""), given.get("name", "")
    grant = _grant(given.get("role", ""), given.get("where", ""))
    base = public_url(request, house)

    def work() -> str:
        if given["where"] not in _places(house.desk.control.portals()):
            raise BadInput("There is no such portal or group any more.")
        _require_giver(house, me, grant)
        return _give(house, email, name, grant, base)

    return await _changed(house, request, work)


@post("/operators/revoke", status_code=200)
async def take_role(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Somebody's role on some portals is gone."""
    me, given = await signed_in(house, request), await fields_of(request)
    email, grant = given.get("email", ""), _grant(ROLES[0], given.get("where", ""))

    def work() -> str:
        _require_giver(house, me, grant)
        revoke_grant(house.desk.control, email, grant, now_ms=house.desk.now())
        return ""

    return await _changed(house, request, work)


@post("/operators/state", status_code=200)
async def change_state(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Disabled, enabled, or invited again; only for an admin of all portals, for it is about the whole account."""
    me, given = await signed_in(house, request), await fields_of(request)
    require(me, "admin")
    email, state, base = given.get("email", ""), given.get("state", ""), public_url(request, house)

    def work() -> str:
        control, now_ms = house.desk.control, house.desk.now()
        if state == "invited":
            return _link(base, invite(control, email, now_ms=now_ms))
        if state not in STATES:
            raise BadInput("State {state!r} is not known. Valid: invited, {valid}.", state=state[:20], valid=", ".join(STATES))
        if STATES[state] is enable_operator:
            refuse_exact_company(house.desk.settings, control, email)
        STATES[state](control, email, now_ms=now_ms)
        return ""

    return await _changed(house, request, work)


def _give(house: House, email: str, name: str, grant: Grant, base: str) -> str:
    control, now_ms, link = house.desk.control, house.desk.now(), ""
    refuse_exact_company(house.desk.settings, control, email, grant)
    try:
        operator = find_operator(control, email)
    except NotFound:
        operator = add_operator(control, email, name, now_ms=now_ms)
        link = _link(base, invite(control, operator.email, now_ms=now_ms))
    give_grant(control, operator.email, grant, now_ms=now_ms)
    return link


def _link(base: str, token: str) -> str:
    return f"{base}/invitation/{token}"


def _grant(role: str, where: str) -> Grant:
    """Of a form: ``all``, ``group:NAME`` or ``portal:ID``."""
    scope, _, value = where.partition(":")
    if role not in ROLES or scope not in ("all", "group", "portal") or bool(value) == (scope == "all"):
        raise BadInput("That role is not valid. Valid: one of the form's.")
    return Grant(role, scope, value)  # type: ignore[arg-type]


def _require_giver(house: House, me: Operator, grant: Grant) -> None:
    if not may_give(me, grant, house.desk.control.portals()):
        raise Forbidden("This needs the role admin there.")


async def _changed(house: House, request: Request[Any, Any, Any], work: Callable[[], str]) -> Response[Any]:
    """Back to the page, or the page with a new link or with what was wrong."""
    try:
        link = await in_thread(work)
    except (BadInput, Conflict, NotFound) as error:
        return await _page(house, request, fault=said(request, error))
    return await _page(house, request, link=link) if link else Redirect("/operators", status_code=303)


async def _page(house: House, request: Request[Any, Any, Any], *, link: str = "", fault: str = "") -> Response[Any]:
    me = await signed_in(house, request)
    portals = await in_thread(house.desk.control.portals)
    places = [place for place in _places(portals) if may_give(me, _grant(ROLES[0], place), portals)]
    if not places:
        raise Forbidden("This needs the role admin.")
    is_chief = may(me, "admin")
    everybody = await in_thread(lambda: list_operators(house.desk.control))
    shown = [one for one in everybody if is_chief or any(may_give(me, grant, portals) for grant in one.grants)]
    names = _place_names(reader_of(request).language.text("all portals"), portals)
    values = {"everybody": shown, "places": places, "names": names, "roles": role_names(reader_of(request).language)}
    values |= {"is_chief": is_chief, "link": link, "fault": fault, "may_take": lambda grant: may_give(me, grant, portals)}
    return render(request, "operators.html", status=400 if fault else 200, **values)


def _places(portals: tuple[Portal, ...]) -> list[str]:
    groups = sorted({portal.group for portal in portals})
    return ["all", *(f"group:{group}" for group in groups), *(f"portal:{portal.id}" for portal in portals)]


def _place_names(everything: str, portals: tuple[Portal, ...]) -> dict[str, str]:
    groups = {f"group:{portal.group}": portal.group for portal in portals}
    return {"all": everything} | groups | {f"portal:{portal.id}": portal.domain for portal in portals}


BEHIND = [show_operators, give_role, take_role, change_state]
