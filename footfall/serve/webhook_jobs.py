"""Telling other systems that a day's marts were published: a job a webhook, signed as Standard Webhooks says, tried again with pauses.

The message holds no number: its reader comes and asks, with its own key, through the gate.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import httpx
import msgspec

from footfall.control.webhooks import (
    Delivery,
    Webhook,
    address_of,
    last_published,
    list_webhooks,
    put_delivery,
    secret_of,
    untold_days,
)
from footfall.errors import BadInput, FootfallError, Unavailable
from footfall.serve.clock import steady_ms
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Stopped
from footfall.serve.pages.job_words import TELL
from footfall.serve.secret import Signer
from footfall.settings import Settings
from footfall.sources.connectors.addresses import client
from footfall.vocabulary import Portal

__all__ = ["PUBLISHED", "job_of", "post_signed", "refuse_plain", "send", "sign", "webhook_jobs"]

PUBLISHED, TRIAL = "marts.published", "trial"
TIMEOUT_S = 10.0
AWAY = "The webhook's address does not answer."
REFUSED = "The webhook's address answers {status}."


class Told(msgspec.Struct, kw_only=True):
    """What is sent."""

    type: str
    timestamp: str
    data: dict[str, str]


def webhook_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """A job for each webhook. Raises Unavailable where the control database is away."""
    webhooks = list_webhooks(desk.control)
    if not webhooks:
        return []
    portals, published = {portal.id: portal for portal in desk.control.portals()}, last_published(desk.control)
    return [_job(desk, stopped, one, portals[one.site], published) for one in webhooks if one.site in portals]


def refuse_plain(settings: Settings, url: str) -> None:
    """Raises BadInput for what is no address, and for one of http, unless a setting allows networks that are the operator's own."""
    if address_of(url).scheme == "http" and not settings.source_networks:
        raise BadInput("A webhook's address begins with https; http is for networks that the setting source_networks allows.")


def job_of(webhook: int) -> str:
    return f"webhook {webhook}"


def send(desk: Desk, webhook: Webhook, portal: Portal, day: str = "") -> Delivery:
    """Tell the address of that day, or, without one, that it would be told; what came of it. It is not kept.

    Raises:
        BadInput: the address is not one that may be asked.
    """
    kind = PUBLISHED if day else TRIAL
    now_s = desk.now() // 1000
    told = Told(type=kind, timestamp=datetime.fromtimestamp(now_s, UTC).isoformat(), data={"portal": portal.domain, "day": day})
    body, id = msgspec.json.encode(told), f"msg_{webhook.id}_{day or f'trial_{now_s}'}"
    status = post_signed(desk.settings, webhook.url, secret_of(desk.control, webhook.id), id, body, now_s)
    state = "sent" if 200 <= status < 300 else "refused" if status else "away"
    return msgspec.convert({"webhook": webhook.id, "day": day, "state": state, "status": status, "at_ms": now_s * 1000}, Delivery)


def post_signed(settings: Settings, url: str, secret: str, id: str, body: bytes, at_s: int) -> int:
    """Post a message as Standard Webhooks says; what was answered, or 0 for nothing within TIMEOUT_S. The answer's body is not read.

    Raises:
        BadInput: the address is not one that may be asked.
    """
    headers = {"content-type": "application/json", "webhook-id": id, "webhook-timestamp": str(at_s)}
    headers["webhook-signature"] = sign(secret, id, at_s, body)
    ends_ms = steady_ms() + int(TIMEOUT_S * 1000)
    try:
        with (
            client(settings.source_networks, lambda: (ends_ms - steady_ms()) / 1000) as asked,
            asked.stream("POST", url, content=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False) as answer,
        ):
            return answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL):
        return 0


def sign(secret: str, id: str, at_s: int, body: bytes) -> str:
    """The signature of Standard Webhooks, version 1: HMAC-SHA256 of id, instant and body under the secret's bytes."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, f"{id}.{at_s}.".encode() + body, hashlib.sha256)).decode()


def _job(desk: Desk, stopped: Callable[[], bool], webhook: Webhook, portal: Portal, published: dict[str, int]) -> Job:
    at_ms = published.get(portal.group, 0)
    return Job(
        name=job_of(webhook.id),
        title=TELL,
        about=portal.domain,
        last_due=lambda now_ms: at_ms if webhook.created_ms <= at_ms <= now_ms else 0,
        next_due=lambda now_ms: 0,
        work=partial(_tell, desk, stopped, webhook, portal),
    )


def _tell(desk: Desk, stopped: Callable[[], bool], webhook: Webhook, portal: Portal, due_ms: int) -> str:
    """Tell it of every day that it was not told of, oldest first. Raises Unavailable where it did not take one: it is tried again."""
    for day in untold_days(desk.control, webhook, portal.group):
        if stopped():
            raise Stopped
        try:
            delivery = send(desk, webhook, portal, day)
        except BadInput:
            put_delivery(desk.control, Delivery(webhook=webhook.id, day=day, state="away", at_ms=desk.now()))
            raise
        put_delivery(desk.control, delivery)
        if delivery.state != "sent":
            raise _unsent(delivery)
    return ""


def _unsent(delivery: Delivery) -> FootfallError:
    if delivery.state == "away":
        return Unavailable(AWAY)
    return Unavailable(REFUSED, status=delivery.status)
