"""A portal's shared links and embedded panels: made, seen and revoked by its analysts."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.roles import Operator
from footfall.control.shares import DAYS, USUAL_DAYS, Share, checked_origins, create_share, list_shares, revoke_share
from footfall.errors import BadInput, Conflict, NotFound
from footfall.privacy.policy import OUTSIDE
from footfall.serve.house import House
from footfall.serve.pages.embed import KINDS
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.outside import pairs_of
from footfall.serve.pages.typed import UNTYPED, Typed, typed_into
from footfall.serve.pages.view import View, read_view
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in, visible_portal
from footfall.serve.sites import public_url
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

DAY_MS = 86_400_000


class Line(msgspec.Struct, frozen=True):
    """A link that is good."""

    share: Share
    view: View
    last: datetime
    """Until when, in the portal's own time."""


@get("/portals/{domain:str}/shares")
async def show_shares(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """The forms, for the view that the address has, and the links there are."""
    portal, _ = await _analyst(house, request, domain)
    return await _page(house, request, portal, read_view(list(request.query_params.multi_items())))


@post("/portals/{domain:str}/shares", status_code=200)
async def make_share(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A new link, shown this once; or what was wrong."""
    portal, operator = await _analyst(house, request, domain)
    given, now_ms = await fields_of(request), house.desk.now()
    view = read_view(pairs_of(given.get("view", "")))
    try:
        share = _share_of(given, portal, view, operator, now_ms)
        token = await house.in_sign_in_lane(
            lambda: create_share(house.desk.control, portal, share, password=given.get("password", ""), now_ms=now_ms)
        )
    except (BadInput, Conflict) as error:
        return await _page(house, request, portal, view, typed=typed_into("panel" if given.get("panel") else "link", given, error))
    place = "embed" if share.kind == "panel" else "shared"
    return await _page(house, request, portal, view, made=share, link=f"{public_url(request, house)}/{place}/{token}")


@post("/portals/{domain:str}/shares/revoke", status_code=303)
async def take_share(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A link shows nothing any more."""
    portal, _ = await _analyst(house, request, domain)
    number = (await fields_of(request)).get("share", "")
    if not number.isdecimal():
        raise NotFound("There is no such link any more.")
    await in_thread(lambda: revoke_share(house.desk.control, portal, int(number[:9]), now_ms=house.desk.now()))
    return Redirect(f"/portals/{portal.domain}/shares", status_code=303)


async def _analyst(house: House, request: Request[Any, Any, Any], domain: str) -> tuple[Portal, Operator]:
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    require(operator, "analyst", portal)
    return portal, operator


def _share_of(given: dict[str, str], portal: Portal, view: View, operator: Operator, now_ms: int) -> Share:
    """What the form asks for. Raises BadInput."""
    days, panel = given.get("days", str(USUAL_DAYS)), given.get("panel", "")
    if days not in map(str, DAYS):
        raise BadInput("A link is good for {valid} days; {days!r} is none of them.", valid=", ".join(map(str, DAYS)), days=days[:20])
    if panel and panel not in KINDS:
        raise BadInput("Panel {panel!r} is not known. Valid: {valid}.", panel=panel[:20], valid=", ".join(KINDS))
    return Share(
        portal_id=portal.id,
        kind="panel" if panel else "page",
        view=view.as_query(),
        panel=panel,
        origins=checked_origins(given.get("origins", "")) if panel else (),
        expires_ms=now_ms + int(days) * DAY_MS,
        created_by=operator.email,
    )


async def _page(
    house: House, request: Request[Any, Any, Any], portal: Portal, view: View, *, typed: Typed = UNTYPED, **new: Any
) -> Response[Any]:
    """``new`` is what was made and its link."""
    zone = ZoneInfo(portal.timezone)
    shares = await in_thread(lambda: list_shares(house.desk.control, portal, now_ms=house.desk.now()))
    lines = [Line(one, read_view(pairs_of(one.view)), datetime.fromtimestamp(one.expires_ms / 1000, zone)) for one in shares]
    values = {"made": None, "link": "", "days": DAYS, "usual_days": USUAL_DAYS, "kinds": KINDS, "cohort": OUTSIDE.smallest_cohort} | new
    values |= {"portal": portal, "view": view, "lines": lines, "typed": typed, "code": reader_of(request).language.code}
    return render(request, "shares.html", status=typed.status, **values)


BEHIND = [show_shares, make_share, take_share]
