"""A shared link: a portal's page, read-only, for whoever holds the link and knows its password if it has one."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.shares import Share, find_share, try_password
from footfall.errors import Unauthorized
from footfall.serve.cookies import keep_below, kept_below
from footfall.serve.house import House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.frame import HEADERS
from footfall.serve.pages.outside import SharedView, ask_outside, render_outside, view_of
from footfall.serve.pages.panels import LONG_ROWS, SHORT_ROWS, Shown, panel_of, show
from footfall.serve.pages.portal import CHOICES, look
from footfall.serve.sign_in import account_of, fields_of, in_thread, keep_anchor, refuse_too_many
from footfall.vocabulary import Portal

__all__ = ["ROUTES"]


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A share whose reader may see it."""

    share: Share
    portal: Portal
    view: SharedView
    here: str
    """Where it is."""

    @property
    def last(self) -> datetime:
        """Until when it is good, in the portal's own time."""
        return datetime.fromtimestamp(self.share.expires_ms / 1000, ZoneInfo(self.portal.timezone))

    def values(self) -> dict[str, Any]:
        """What all templates here need."""
        return {
            "view": self.view,
            "here": self.here,
            "rows_path": self.here,
            "portal_domain": self.portal.domain,
            "is_fixed": True,
            "last": self.last,
        }


@get("/shared/{token:str}")
async def shared_page(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """The portal's page, or the form for the link's password."""
    return await _page(house, request, token, is_print=False)


@get("/shared/{token:str}/print")
async def shared_print(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """The same with every panel, for paper."""
    return await _page(house, request, token, is_print=True)


async def _page(house: House, request: Request[Any, Any, Any], token: str, *, is_print: bool) -> Response[Any]:
    opened = await _opened(house, request, token)
    if opened is None:
        return await _password_form(house, request)
    desk = house.desk
    ask = ask_outside(desk, opened.portal)
    page = await house.in_question_lane(lambda: look(desk, opened.portal, opened.view, ask, is_whole=is_print))
    values: dict[str, Any] = {"is_print": is_print, "intervals": page.intervals} | opened.values() | CHOICES
    return render_outside(request, "shared.html", page=page, **values)


@post("/shared/{token:str}", status_code=303)
async def take_password(request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str]) -> Response[Any]:
    """On to the page, or the form again."""
    refuse_too_many(house)
    password, now_ms = (await fields_of(request)).get("password", ""), house.desk.now()
    share = await in_thread(lambda: find_share(house.desk.control, token, "page", now_ms=now_ms))
    try:
        await house.in_sign_in_lane(lambda: try_password(house.desk.control, share, password, now_ms=now_ms))
    except Unauthorized as error:
        return await _password_form(house, request, fault=said(request, error))
    response = Redirect(_path(token), status_code=303)
    keep_below(house, request, response, _path(token))
    return response


@get("/shared/{token:str}/panels/{name:str}")
async def shared_panel(
    request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """One panel with its first hundred rows."""
    return await _panel(house, request, token, name, "shared_panel.html", LONG_ROWS)


@get("/shared/{token:str}/panels/{name:str}/card")
async def shared_card(
    request: Request[Any, Any, Any], house: NamedDependency[House], token: FromPath[str], name: FromPath[str]
) -> Response[Any]:
    """One panel as it stands on the page."""
    return await _panel(house, request, token, name, "shown.html", SHORT_ROWS)


async def _panel(house: House, request: Request[Any, Any, Any], token: str, name: str, template: str, limit: int) -> Response[Any]:
    opened = await _opened(house, request, token)
    if opened is None:
        return Redirect(_path(token), status_code=303)
    panel, desk, view = panel_of(name), house.desk, opened.view

    def work() -> Shown:
        return show(panel, panel.tab(view.tab(name)), view, ask_outside(desk, opened.portal), limit=limit)

    shown = await house.in_question_lane(work)
    return render_outside(request, template, shown=shown, **opened.values())


async def _opened(house: House, request: Request[Any, Any, Any], token: str) -> Opened | None:
    """The share of that token, ``None`` if its password is still to be told. Raises NotFound where the link is good no more."""
    control, now_ms = house.desk.control, house.desk.now()
    share = await in_thread(lambda: find_share(control, token, "page", now_ms=now_ms))
    if share.has_password and not kept_below(house, request, _path(token)):
        return None
    portal = await in_thread(lambda: control.portal(share.portal_id))
    view = view_of(share, list(request.query_params.multi_items()))
    return Opened(share=share, portal=portal, view=view, here=_path(token))


async def _password_form(house: House, request: Request[Any, Any, Any], *, fault: str = "") -> Response[Any]:
    """TRICKY: with ``no-referrer`` browsers hide where a form comes from, and over plain http nothing else would tell."""
    account = await account_of(house, request)
    response = render_outside(request, "share_password.html", status=403 if fault else 200, account=account, fault=fault)
    response.headers["referrer-policy"] = HEADERS["referrer-policy"]
    keep_anchor(house, request, response, account)
    return response


def _path(token: str) -> str:
    return f"/shared/{token}"


ROUTES = [shared_page, shared_print, take_password, shared_panel, shared_card]
