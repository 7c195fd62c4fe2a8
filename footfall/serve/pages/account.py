"""One's own account: name, password, second factor, and where one is signed in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import segno
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Response

from footfall.control.invitations import set_password
from footfall.control.operators import rename_operator
from footfall.control.roles import Operator
from footfall.control.second_factor import address_of, new_totp, put_totp, remove_totp
from footfall.control.sessions import Session, close_other_sessions, list_sessions
from footfall.control.sign_ins import confirm
from footfall.errors import BadInput, Unauthorized
from footfall.serve.house import House
from footfall.serve.pages.account_words import role_names, said
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.sign_in import account_of, fields_of, in_thread, signed_in

__all__ = ["BEHIND"]

QR_BORDER, QR_SCALE = 2, 4


@get("/account")
async def show_account(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Everything of the account."""
    return await _page(house, request, done=request.query_params.get("done", ""))


@post("/account/name", status_code=303)
async def change_name(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Another name for others to see."""
    operator, given = await signed_in(house, request), await fields_of(request)
    name = given.get("name", "")
    return await _changed(house, request, lambda: rename_operator(house.desk.control, operator.id, name, now_ms=house.desk.now()))


@post("/account/password", status_code=303)
async def change_password(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Another password; other sessions end."""
    operator, given = await signed_in(house, request), await fields_of(request)
    current, password, again = (given.get(field, "") for field in ("current", "password", "again"))
    session = (await account_of(house, request)).session

    def work() -> None:
        if password != again:
            raise BadInput("The two passwords differ. Valid: the same twice.")
        now_ms = house.desk.now()
        _confirm(house, operator, current)
        set_password(house.desk.control, operator, password, now_ms=now_ms, but=session.sha256 if session else "")

    return await _changed(house, request, work)


@post("/account/sign-out-elsewhere", status_code=303)
async def sign_out_elsewhere(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """End every session but this one."""
    session = (await account_of(house, request)).session
    assert session is not None
    return await _changed(house, request, lambda: close_other_sessions(house.desk.control, session, now_ms=house.desk.now()))


@get("/account/code")
async def show_code(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A new secret for the authenticator app, as a picture and as letters."""
    return await _code_page(house, request, new_totp())


@post("/account/code", status_code=200)
async def set_code(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """The secret kept, once the app has shown that it has it; recovery codes, this once."""
    operator, given = await signed_in(house, request), await fields_of(request)
    totp = house.signer.read(f"totp {operator.id}", given.get("secret", ""))
    current, code = given.get("current", ""), given.get("code", "")
    if not totp:
        return Redirect("/account/code", status_code=303)

    def work() -> tuple[str, ...]:
        _confirm(house, operator, current)
        return put_totp(house.desk.control, operator.id, totp, code, now_ms=house.desk.now())

    try:
        codes = await house.in_sign_in_lane(work)
    except BadInput as error:
        return await _code_page(house, request, totp, fault=said(request, error))
    return render(request, "recovery_codes.html", codes=codes)


@post("/account/code/remove", status_code=303)
async def remove_code(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """No code is asked for any more."""
    operator, given = await signed_in(house, request), await fields_of(request)
    current = given.get("current", "")

    def work() -> None:
        _confirm(house, operator, current)
        remove_totp(house.desk.control, operator.id, now_ms=house.desk.now())

    return await _changed(house, request, work)


def _confirm(house: House, operator: Operator, password: str) -> None:
    """Raises BadInput unless the password is the operator's: whoever finds a browser open changes nothing here."""
    try:
        confirm(house.desk.control, operator, password, now_ms=house.desk.now())
    except Unauthorized:
        raise BadInput("The current password is not right.") from None


async def _changed(house: House, request: Request[Any, Any, Any], work: Callable[[], None]) -> Response[Any]:
    try:
        await house.in_sign_in_lane(work)
    except BadInput as error:
        return await _page(house, request, fault=said(request, error))
    return Redirect("/account?done=1", status_code=303)


async def _page(house: House, request: Request[Any, Any, Any], *, fault: str = "", done: str = "") -> Response[Any]:
    account = await account_of(house, request)
    operator = await signed_in(house, request)
    found = await in_thread(lambda: list_sessions(house.desk.control, operator.id, now_ms=house.desk.now()))
    portals = {str(portal.id): portal.domain for portal in await in_thread(house.desk.control.portals)}
    sessions = [_days(session, session == account.session) for session in found]
    roles = [(grant, portals.get(grant.value, grant.value) if grant.scope == "portal" else grant.value) for grant in operator.grants]
    values: dict[str, Any] = {"role_names": role_names(reader_of(request).language)}
    values |= {"operator": operator, "sessions": sessions, "roles": roles, "fault": fault, "done": bool(done)}
    return render(request, "account.html", status=400 if fault else 200, **values)


def _days(session: Session, is_this: bool) -> dict[str, Any]:
    days = {name: datetime.fromtimestamp(ms / 1000, UTC).date() for name, ms in (("began", session.created_ms), ("seen", session.seen_ms))}
    return days | {"is_this": is_this}


async def _code_page(house: House, request: Request[Any, Any, Any], totp: str, *, fault: str = "") -> Response[Any]:
    operator = await signed_in(house, request)
    drawn = segno.make(address_of(totp, operator.email), micro=False)
    text = reader_of(request).language.text("The secret as a picture for the app's camera")
    svg = drawn.svg_inline(scale=QR_SCALE, border=QR_BORDER, light="white", dark="black", title=text, svgclass="qr", omitsize=False)
    signed = house.signer.sign(f"totp {operator.id}", totp)
    return render(request, "code.html", status=400 if fault else 200, svg=svg, totp=totp, signed=signed, fault=fault)


BEHIND = [
    show_account,
    change_name,
    change_password,
    sign_out_elsewhere,
    show_code,
    set_code,
    remove_code,
]
