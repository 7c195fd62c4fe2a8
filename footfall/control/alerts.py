"""Channels of a portal that are told of its trends and targets, and what came of telling them. Where to is as secret as a password."""

import base64
import secrets
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Meta

from footfall.control.alert_tables import alert_channels, alert_log
from footfall.control.audit import note
from footfall.control.roles import ROLES
from footfall.control.tables import runs
from footfall.control.transactions import Database
from footfall.errors import BadInput, NotFound
from footfall.vocabulary import Portal

__all__ = [
    "ABOUT",
    "KINDS",
    "MOST_TRIES",
    "Channel",
    "Kind",
    "Logged",
    "Plan",
    "State",
    "Where",
    "add_channel",
    "checked_plan",
    "delete_channel",
    "find_channel",
    "job_of",
    "list_channels",
    "log_news",
    "note_test",
    "read_log",
    "where_of",
]

Kind = Literal["email", "webhook", "telegram", "slack", "teams"]
State = Literal["sent", "waits", "failed"]
KINDS: tuple[Kind, ...] = ("email", "webhook", "telegram", "slack", "teams")
ABOUT = ("trends", "outages", "targets", "city")
MOST_CHANNELS, MOST_A_DAY, LONGEST_TITLE, SECRET_BYTES = 20, 50, 300, 32
MOST_TRIES = 6
"""As a job has; then it is given up."""
KEPT_MS = 400 * 86_400_000
Hour = Annotated[int, Meta(ge=0, le=23)]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is told, how often, and when not."""

    role: str
    """What those who read it may see: one of ROLES."""
    about: tuple[str, ...]
    """Of ABOUT."""
    language: str
    most: Annotated[int, Meta(ge=1, le=MOST_A_DAY)] = 5
    """Messages from one morning to the next."""
    quiet_from: Hour = 20
    """Hour in the portal's zone from which nothing is sent."""
    morning: Hour = 8
    """Until then; what was held back comes now, in one message. The same hour twice: never quiet."""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One that is told. Where it is stays in the table."""

    id: int
    site: int
    kind: Kind
    shown: str
    """Its address, masked."""
    plan: Plan
    created_ms: int


class Where(msgspec.Struct, frozen=True):
    """Where messages go."""

    address: str
    secret: str
    """Signs those of a webhook; else empty."""

    def __repr__(self) -> str:
        """Without either."""
        return "Where()"


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of telling a channel of one thing."""

    channel: int
    news: str
    """``trend 7``, ``target change 7``."""
    title: str
    message: str
    """The same of all that one message told."""
    state: State
    status: int = 0
    """What was answered; 0: nothing, or it was not told."""
    tries: int = 1
    at_ms: int


decode = msgspec.json.Decoder(Plan).decode


def job_of(channel: int) -> str:
    """The name of its job in ``runs``."""
    return f"alerts {channel}"


def checked_plan(plan: Plan) -> Plan:
    """Raises BadInput where a role, a subject, a number or an hour is none."""
    try:
        found = msgspec.convert(msgspec.to_builtins(plan), Plan)
    except msgspec.ValidationError:
        raise BadInput("That is not valid. Valid: 1 to {most} messages a day, and hours from 0 to 23.", most=MOST_A_DAY) from None
    if found.role not in ROLES or not found.about or not set(found.about) <= set(ABOUT):
        raise BadInput("A channel needs a role and something that it is told of.")
    return found


def add_channel(database: Database, portal: Portal, kind: Kind, where: tuple[str, str], plan: Plan, *, now_ms: int) -> tuple[Channel, str]:
    """A new channel; ``where`` is its address, checked, and that masked. With it the secret of a webhook, never to be shown again.

    Raises:
        BadInput: the plan is not valid, or the portal has too many.
    """
    address, shown = where
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode() if kind == "webhook" else ""
    values = {"portal_id": portal.id, "kind": kind, "address": address, "secret": secret, "shown": shown, "created_ms": now_ms}
    values["plan"] = msgspec.json.encode(checked_plan(plan)).decode()
    with database.writing() as connection:
        count = sa.select(sa.func.count()).where(alert_channels.c.portal_id == portal.id)
        if (connection.scalar(count) or 0) >= MOST_CHANNELS:
            raise BadInput("A portal has at most {most} channels.", most=MOST_CHANNELS)
        key = connection.execute(alert_channels.insert().values(values)).inserted_primary_key
        assert key is not None
        _note(connection, now_ms, "alert channel added", portal, key[0], kind)
    return Channel(id=int(key[0]), site=portal.id, kind=kind, shown=shown, plan=plan, created_ms=now_ms), secret


def list_channels(database: Database, site: int | None = None) -> list[Channel]:
    """Those of the portal, or of all, by id."""
    wanted = sa.select(alert_channels).order_by(alert_channels.c.id)
    with database.reading() as connection:
        rows = connection.execute(wanted if site is None else wanted.where(alert_channels.c.portal_id == site))
        return [_channel(row) for row in rows]


def find_channel(database: Database, site: int, id: int) -> Channel:
    """Raises NotFound where the portal has no such channel."""
    with database.reading() as connection:
        return _find(connection, site, id)


def where_of(database: Database, channel: Channel) -> Where:
    """Where its messages go. Raises NotFound where it is gone."""
    wanted = sa.select(alert_channels.c.address, alert_channels.c.secret).where(alert_channels.c.id == channel.id)
    with database.reading() as connection:
        row = connection.execute(wanted).first()
    if row is None:
        raise NotFound("This portal has no such channel.")
    return Where(row.address, row.secret)


def delete_channel(database: Database, portal: Portal, id: int, *, now_ms: int) -> None:
    """Nothing is sent to it any more; its address and its log are gone. Raises NotFound."""
    with database.writing() as connection:
        channel = _find(connection, portal.id, id)
        connection.execute(alert_log.delete().where(alert_log.c.channel_id == id))
        connection.execute(alert_channels.delete().where(alert_channels.c.id == id))
        connection.execute(runs.delete().where(runs.c.job == job_of(id)))
        _note(connection, now_ms, "alert channel removed", portal, id, channel.kind)


def note_test(database: Database, portal: Portal, channel: Channel, *, now_ms: int) -> None:
    """Have the audit log say that somebody sent it a test."""
    with database.writing() as connection:
        _note(connection, now_ms, "alert channel tested", portal, channel.id, channel.kind)


def log_news(database: Database, told: Iterable[Logged]) -> None:
    """Keep what came of it; tries are counted up, and what was tried too often has failed. Of a channel that is gone nothing is kept."""
    with database.writing() as connection:
        for one in told:
            if connection.scalar(sa.select(alert_channels.c.id).where(alert_channels.c.id == one.channel)) is not None:
                _put(connection, one)
                old = sa.and_(alert_log.c.channel_id == one.channel, alert_log.c.at_ms < one.at_ms - KEPT_MS)
                connection.execute(alert_log.delete().where(old))


def read_log(database: Database, channels: Iterable[int], *, since_ms: int = 0, most: int = 1000) -> list[Logged]:
    """Of these channels, tried last first."""
    wanted = sa.select(alert_log).where(alert_log.c.channel_id.in_(list(channels)), alert_log.c.at_ms >= since_ms)
    with database.reading() as connection:
        rows = connection.execute(wanted.order_by(alert_log.c.at_ms.desc(), alert_log.c.news).limit(most))
        return [_logged(row) for row in rows]


def _put(connection: sa.Connection, one: Logged) -> None:
    same = sa.and_(alert_log.c.channel_id == one.channel, alert_log.c.news == one.news)
    tries = (connection.scalar(sa.select(alert_log.c.tries).where(same)) or 0) + 1
    state = "failed" if one.state == "waits" and tries >= MOST_TRIES else one.state
    values = {"title": one.title[:LONGEST_TITLE], "message": one.message, "state": state, "status": one.status, "at_ms": one.at_ms}
    connection.execute(alert_log.delete().where(same))
    connection.execute(alert_log.insert().values(channel_id=one.channel, news=one.news, tries=tries, **values))


def _find(connection: sa.Connection, site: int, id: int) -> Channel:
    wanted = sa.select(alert_channels).where(alert_channels.c.portal_id == site, alert_channels.c.id == id)
    row = connection.execute(wanted).first() if 0 < id < 2**31 else None
    if row is None:
        raise NotFound("This portal has no such channel.")
    return _channel(row)


def _note(connection: sa.Connection, now_ms: int, action: str, portal: Portal, id: int, kind: str) -> None:
    """Without any part of where it is."""
    note(connection, now_ms, action, f"{portal.domain}: {kind} {id}")


def _channel(row: "sa.Row[tuple[object, ...]]") -> Channel:
    return Channel(id=row.id, site=row.portal_id, kind=row.kind, shown=row.shown, plan=decode(row.plan), created_ms=row.created_ms)


def _logged(row: "sa.Row[tuple[object, ...]]") -> Logged:
    values = {name: value for name, value in row._mapping.items() if name != "channel_id"}
    return Logged(channel=row.channel_id, **values)
