"""Webhooks: addresses of other systems that are told when a day's marts were published, and what came of telling them."""

import base64
import secrets
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.service_tables import deliveries, webhooks
from footfall.control.tables import closings
from footfall.control.transactions import Database
from footfall.errors import BadInput, NotFound

__all__ = [
    "Delivery",
    "Webhook",
    "add_webhook",
    "address_of",
    "delete_webhook",
    "find_webhook",
    "last_published",
    "list_deliveries",
    "list_webhooks",
    "put_delivery",
    "secret_of",
    "untold_days",
]

MOST_OF_A_PORTAL, LONGEST_URL, SECRET_BYTES, MOST_DAYS = 10, 1000, 32, 31
State = Literal["sent", "refused", "away"]
PUBLISHED = closings.c.drawn > 0


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An address. Its secret stays in the table."""

    id: int
    site: int
    url: str
    created_ms: int


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What came of telling an address of a day."""

    webhook: int
    day: str
    """Service day, YYYY-MM-DD."""
    state: State
    """``refused``: it answered, and not with a 2xx. ``away``: it did not answer."""
    status: int = 0
    tries: int = 1
    at_ms: int


def add_webhook(database: Database, site: int, url: str, *, now_ms: int) -> tuple[Webhook, str]:
    """A new webhook, and its secret, never to be shown again.

    Raises:
        BadInput: it is no address of https or http, or the portal has too many.
    """
    parts = address_of(url)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    with database.writing() as connection:
        if (connection.scalar(sa.select(sa.func.count()).where(webhooks.c.portal_id == site)) or 0) >= MOST_OF_A_PORTAL:
            raise BadInput("A portal has at most {most} webhooks.", most=MOST_OF_A_PORTAL)
        values = {"portal_id": site, "url": url, "secret": secret, "created_ms": now_ms}
        key = connection.execute(webhooks.insert().values(values)).inserted_primary_key
        assert key is not None
        note(connection, now_ms, "webhook added", f"{parts.scheme}://{parts.netloc}{parts.path}")
    return Webhook(id=int(key[0]), site=site, url=url, created_ms=now_ms), secret


def address_of(url: str) -> SplitResult:
    """The parts of an address that a webhook can have. Raises BadInput for any other."""
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or len(url) > LONGEST_URL:
        raise BadInput("That is no address a webhook can have. Valid: https://host/path without a user, at most 1000 characters.")
    return parts


def list_webhooks(database: Database, site: int | None = None) -> list[Webhook]:
    """Those of the portal, or of all, by id."""
    wanted = sa.select(webhooks).order_by(webhooks.c.id)
    with database.reading() as connection:
        rows = connection.execute(wanted if site is None else wanted.where(webhooks.c.portal_id == site))
        return [_webhook(row) for row in rows]


def find_webhook(database: Database, id: int) -> Webhook:
    """Raises NotFound where there is none."""
    with database.reading() as connection:
        row = connection.execute(sa.select(webhooks).where(webhooks.c.id == id)).first()
    if row is None:
        raise NotFound("No webhook {id} here. `footfall webhooks list` shows those there are.", id=id)
    return _webhook(row)


def secret_of(database: Database, id: int) -> str:
    """What signs its messages; empty where it is gone."""
    with database.reading() as connection:
        return str(connection.scalar(sa.select(webhooks.c.secret).where(webhooks.c.id == id)) or "")


def delete_webhook(database: Database, id: int, *, now_ms: int) -> None:
    """Nothing is sent to it any more. Raises NotFound where there is none."""
    webhook = find_webhook(database, id)
    with database.writing() as connection:
        connection.execute(webhooks.delete().where(webhooks.c.id == id))
        parts = urlsplit(webhook.url)
        note(connection, now_ms, "webhook removed", f"{parts.scheme}://{parts.netloc}{parts.path}")


def last_published(database: Database) -> dict[str, int]:
    """By portal group: when marts of one of its days were published last, ms."""
    wanted = sa.select(closings.c.portal_group, sa.func.max(closings.c.at_ms)).where(PUBLISHED).group_by(closings.c.portal_group)
    with database.reading() as connection:
        return {str(group): int(at_ms) for group, at_ms in connection.execute(wanted)}


def untold_days(database: Database, webhook: Webhook, group: str) -> list[str]:
    """The group's days whose marts were published since the webhook is there and that it was not told of, oldest first, the last 31."""
    told = sa.select(deliveries.c.day).where(deliveries.c.webhook_id == webhook.id, deliveries.c.state == "sent")
    wanted = sa.select(closings.c.day).where(closings.c.portal_group == group, PUBLISHED, closings.c.at_ms >= webhook.created_ms)
    with database.reading() as connection:
        days = list(connection.scalars(wanted.where(closings.c.day.not_in(told)).order_by(closings.c.day.desc()).limit(MOST_DAYS)))
    return days[::-1]


def put_delivery(database: Database, delivery: Delivery) -> None:
    """Keep what came of it; tries are counted up. One whose webhook is gone is not kept."""
    values = {"state": delivery.state, "status": delivery.status, "at_ms": delivery.at_ms}
    same = (deliveries.c.webhook_id == delivery.webhook, deliveries.c.day == delivery.day)
    with database.writing() as connection:
        if connection.scalar(sa.select(webhooks.c.id).where(webhooks.c.id == delivery.webhook)) is None:
            return
        if not connection.execute(deliveries.update().where(*same).values(tries=deliveries.c.tries + 1, **values)).rowcount:
            connection.execute(deliveries.insert().values(webhook_id=delivery.webhook, day=delivery.day, tries=1, **values))


def list_deliveries(database: Database, webhook: int, *, most: int = 31) -> list[Delivery]:
    """Newest day first."""
    wanted = sa.select(deliveries).where(deliveries.c.webhook_id == webhook).order_by(deliveries.c.day.desc()).limit(most)
    with database.reading() as connection:
        return [
            Delivery(webhook=row.webhook_id, day=row.day, state=row.state, status=row.status, tries=row.tries, at_ms=row.at_ms)
            for row in connection.execute(wanted)
        ]


def _webhook(row: "sa.Row[tuple[object, ...]]") -> Webhook:
    return Webhook(id=row.id, site=row.portal_id, url=row.url, created_ms=row.created_ms)
