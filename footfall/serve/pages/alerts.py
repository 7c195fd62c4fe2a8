"""A portal's alerts, for its analysts: who is told, of what and when; a test; and how the last ones went."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.alerts import (
    ABOUT,
    KINDS,
    Channel,
    Logged,
    Plan,
    add_channel,
    checked_plan,
    delete_channel,
    find_channel,
    list_channels,
    read_log,
)
from footfall.control.roles import NAMES, ROLES, Operator, may
from footfall.errors import BadInput, FootfallError, NotFound, Unavailable
from footfall.serve.alerting.jobs import held_back
from footfall.serve.alerting.sending import Sender, check_reader, send_trial
from footfall.serve.alerting.ways import checked_where
from footfall.serve.house import Desk, House
from footfall.serve.mail.post import NO_SERVER
from footfall.serve.pages.account_words import said
from footfall.serve.pages.alert_words import ABOUT_WORDS, KIND_WORDS, SENT_WORDS
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.language import LANGUAGES, N_, Language
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in, visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

Asked = Request[Any, Any, Any]
MOST_LOGGED = 50
USUAL = ("trends", "outages", "targets")
"""Chosen at first; the city's data are the same in every portal."""
HEAD = (N_("When"), N_("Kind"), N_("To"), N_("What"), N_("How it went"), N_("Answer"), N_("Tries"))
WORDS = {"kinds": KIND_WORDS, "subjects": ABOUT_WORDS, "sent": SENT_WORDS, "role_names": NAMES, "no_server": NO_SERVER}


class ChannelLine(msgspec.Struct, frozen=True, kw_only=True):
    """A channel with how many things it waits to be told."""

    channel: Channel
    held: int


class LogLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was told."""

    told: Logged
    channel: Channel
    at: datetime
    """Local."""


@get("/portals/{domain:str}/alerts")
async def show_alerts(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """The portal's channels, a form for another, and the last deliveries."""
    return await _page(house, request, domain)


@get("/portals/{domain:str}/alerts/csv")
async def alerts_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """The last deliveries as a file."""
    operator, portal = await _analyst(house, request, domain)
    _, log = await in_thread(lambda: _lines(house.desk, portal, operator))
    return csv_file(_rows(log, reader_of(request).language), f"{portal.domain}-alerts")


@post("/portals/{domain:str}/alerts", status_code=200)
async def add_one(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[Any]:
    """A new channel; the secret of a webhook is shown this once."""
    operator, portal = await _analyst(house, request, domain)
    given = await fields_of(request)

    def work() -> str:
        desk, plan = house.desk, _plan(given)
        require(operator, plan.role, portal)
        kind = next((one for one in KINDS if one == given.get("kind")), None)
        if kind is None:
            raise BadInput("That channel is not valid. Valid: what the form offers.")
        where = checked_where(desk.settings, kind, given.get("address", ""))
        check_reader(desk.control, portal, kind, where[0], plan.role)
        return add_channel(desk.control, portal, kind, where, plan, now_ms=desk.now())[1]

    try:
        secret = await in_thread(work)
    except BadInput as error:
        return await _page(house, request, domain, fault=error, typed=given)
    return await _page(house, request, domain, secret=secret) if secret else _back(portal, "added")


@post("/portals/{domain:str}/alerts/{number:int}/test", status_code=303)
async def test_one(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """A message that says that it is a test, now, whatever the hour."""
    _, portal = await _analyst(house, request, domain)

    def work() -> None:
        desk = house.desk
        sender = Sender(desk.control, desk.settings, house.signer, desk.now)
        send_trial(sender, portal, find_channel(desk.control, portal.id, number))

    try:
        # A service that hangs holds up nothing but others of its like.
        await house.in_provider_lane(work)
    except (BadInput, NotFound, Unavailable) as error:
        return await _page(house, request, domain, fault=error)
    return _back(portal, "tested")


@post("/portals/{domain:str}/alerts/{number:int}/remove", status_code=303)
async def remove_one(request: Asked, house: NamedDependency[House], domain: FromPath[str], number: FromPath[int]) -> Response[Any]:
    """The channel is gone, with its address and its log."""
    _, portal = await _analyst(house, request, domain)
    await in_thread(lambda: delete_channel(house.desk.control, portal, number, now_ms=house.desk.now()))
    return _back(portal, "removed")


def _back(portal: Portal, done: str) -> Redirect:
    return Redirect(f"/portals/{portal.domain}/alerts?done={done}", status_code=303)


async def _analyst(house: House, request: Asked, domain: str) -> tuple[Operator, Portal]:
    """Raises NotFound where the portal is not to be seen, and Forbidden for a viewer."""
    portal, operator = await visible_portal(house, request, domain), await signed_in(house, request)
    require(operator, "analyst", portal)
    return operator, portal


def _plan(given: dict[str, str]) -> Plan:
    numbers = [given.get(name, "") for name in ("most", "quiet_from", "morning")]
    if given.get("language") not in LANGUAGES or not all(one.isdecimal() for one in numbers):
        raise BadInput("That channel is not valid. Valid: what the form offers.")
    most, quiet_from, morning = (int(one[:3]) for one in numbers)
    about = tuple(one for one in ABOUT if given.get(f"about_{one}"))
    plan = Plan(role=given.get("role", ""), about=about, language=given["language"], most=most, quiet_from=quiet_from, morning=morning)
    return checked_plan(plan)


async def _page(
    house: House, request: Asked, domain: str, *, fault: FootfallError | None = None, typed: dict[str, str] | None = None, secret: str = ""
) -> Response[Any]:
    operator, portal = await _analyst(house, request, domain)
    lines, log = await in_thread(lambda: _lines(house.desk, portal, operator))
    values: dict[str, Any] = {"portal": portal, "lines": lines, "log": log, "operator": operator, "abouts": ABOUT, **WORDS}
    values |= {"roles": [role for role in ROLES if may(operator, role, portal)], "has_server": bool(house.desk.settings.smtp_host)}
    values |= {"typed": typed or {}, "secret": secret, "done": request.query_params.get("done", ""), "usual": _usual(request)}
    values["fault"] = said(request, fault) if fault else ""
    return render(request, "alerts.html", status=fault.status if fault else 200, **values)


def _usual(request: Asked) -> Plan:
    """What the form offers at first."""
    return Plan(role="viewer", about=USUAL, language=reader_of(request).language.code)


def _lines(desk: Desk, portal: Portal, operator: Operator) -> tuple[list[ChannelLine], list[LogLine]]:
    """Titles name what a channel's readers may see, so of a channel of a higher role nothing is shown that was told."""
    channels = {one.id: one for one in list_channels(desk.control, portal.id)}
    lines = [ChannelLine(channel=one, held=len(held_back(desk, portal, one))) for one in channels.values()]
    zone = ZoneInfo(portal.timezone)
    seen = [one.id for one in channels.values() if may(operator, one.plan.role, portal)]
    log = read_log(desk.control, seen, most=MOST_LOGGED)
    return lines, [LogLine(told=one, channel=channels[one.channel], at=datetime.fromtimestamp(one.at_ms / 1000, zone)) for one in log]


def _rows(log: Iterable[LogLine], spoken: Language) -> list[list[Any]]:
    """The names of the columns, then what was told; an answer's code where there was one."""
    return [[spoken.text(name) for name in HEAD], *(_row(one, spoken) for one in log)]


def _row(one: LogLine, spoken: Language) -> list[Any]:
    words = [spoken.text(KIND_WORDS[one.channel.kind]), one.channel.shown, one.told.title, spoken.text(SENT_WORDS[one.told.state])]
    return [one.at.replace(tzinfo=None).isoformat(" ", timespec="minutes"), *words, one.told.status or None, one.told.tries]


BEHIND = [show_alerts, alerts_csv, add_one, test_one, remove_one]
