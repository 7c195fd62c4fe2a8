"""The door: signing in and out, and the first time by an invitation."""

from typing import Any

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.audit import acting_as
from footfall.control.invitations import accept_invitation, find_invited
from footfall.control.operators import has_operators
from footfall.control.sessions import close_session, open_session
from footfall.control.sign_ins import sign_in
from footfall.errors import BadInput, Unauthorized
from footfall.serve.house import House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.frame import render, safe_path
from footfall.serve.sign_in import account_of, fields_of, forget_session, in_thread, keep_anchor, keep_session, refuse_too_many

__all__ = ["BEHIND", "ROUTES", "sign_in_form"]


@get("/sign-in")
async def show_sign_in(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """The form; who is signed in already is led on."""
    account = await account_of(house, request)
    wanted = safe_path(request.query_params.get("next", "/"))
    return Redirect(wanted, status_code=303) if account.operator else await sign_in_form(house, request, wanted)


@post("/sign-in", status_code=200)
async def take_sign_in(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A session and the way on, or the form again."""
    refuse_too_many(house)
    given = await fields_of(request)
    email, password, code = (given.get(name, "") for name in ("email", "password", "code"))
    wanted = safe_path(given.get("next", "/"))
    now_ms = house.desk.now()

    def work() -> str:
        operator = sign_in(house.desk.control, email, password, code, now_ms=now_ms)
        with acting_as(operator.email):
            return open_session(house.desk.control, operator.id, now_ms=now_ms)

    try:
        id = await house.in_sign_in_lane(work)
    except Unauthorized as error:
        return await sign_in_form(house, request, wanted, email=email, fault=said(request, error))
    response = Redirect(wanted, status_code=303)
    keep_session(house, request, response, id)
    return response


@get("/invitation/{token:str}")
async def show_invitation(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """The form that an invited operator fills in."""
    return await _invitation(house, request, token)


@post("/invitation/{token:str}", status_code=303)
async def take_invitation(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """Name and password kept, and on to the account with a session of its own; or the form again."""
    refuse_too_many(house)
    given = await fields_of(request)
    name, password, again = (given.get(field, "") for field in ("name", "password", "again"))
    now_ms = house.desk.now()

    def work() -> str:
        if password != again:
            raise BadInput("The two passwords differ. Valid: the same twice.")
        operator = accept_invitation(house.desk.control, token, name, password, now_ms=now_ms)
        with acting_as(operator.email):
            return open_session(house.desk.control, operator.id, now_ms=now_ms)

    try:
        id = await house.in_sign_in_lane(work)
    except BadInput as error:
        return await _invitation(house, request, token, name=name, fault=said(request, error))
    response = Redirect("/account", status_code=303)
    keep_session(house, request, response, id)
    return response


@post("/sign-out", status_code=303)
async def sign_out(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Redirect:
    """End this session, here and in the table."""
    session = (await account_of(house, request)).session
    if session:
        await in_thread(lambda: close_session(house.desk.control, session.sha256, session.operator_id, now_ms=house.desk.now()))
    response = Redirect("/sign-in", status_code=303)
    forget_session(house, request, response)
    return response


async def sign_in_form(house: House, request: Request[Any, Any, Any], wanted: str, *, email: str = "", fault: str = "") -> Response[Any]:
    """The page to sign in; with what went wrong, if it did."""
    account = await account_of(house, request)
    is_empty = not await in_thread(lambda: has_operators(house.desk.control))
    values = {"next": wanted, "email": email, "fault": fault, "is_empty": is_empty, "has_sso": bool(house.desk.settings.oidc_issuer)}
    response = render(request, "sign_in.html", status=403 if fault else 200, **values)
    keep_anchor(house, request, response, account)
    return response


async def _invitation(house: House, request: Request[Any, Any, Any], token: str, *, name: str = "", fault: str = "") -> Response[Any]:
    account = await account_of(house, request)
    invited = await in_thread(lambda: find_invited(house.desk.control, token, now_ms=house.desk.now()))
    values = {"email": invited.email, "name": name or invited.name, "fault": fault, "here": request.url.path}
    response = render(request, "invitation.html", status=400 if fault else 200, **values)
    keep_anchor(house, request, response, account)
    return response


ROUTES = [show_sign_in, take_sign_in, show_invitation, take_invitation]
BEHIND = [sign_out]
