"""Umami's ``POST /api/send`` and ``/api/batch``. The ids it hands back mean nothing: they are the same for everybody, always.

Umami's own reply carries a signed session for the tracker to send again. Ours carries constants, and ``x-umami-cache`` is never read:
nothing ties two requests together but the day's visitor.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from footfall.collect.agents import MAX_AGENT
from footfall.collect.formats.shared import MAX_REFERRER, in_last_day, json_reply, prop_texts, sender_of, text_of
from footfall.collect.hints import NO_HINTS
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sender, Sent
from footfall.vocabulary import PAGEVIEW

__all__ = ["decode", "decode_batch", "reply", "reply_batch"]

NOBODY = "00000000-0000-4000-8000-000000000000"
CACHE = "none"
MAX_BATCH, MAX_URL, MAX_NAME, MAX_TAG, MAX_HOST = 1000, 2000, 50, 50, 100
FORGOTTEN = ("identify", "performance")


class Payload(msgspec.Struct, gc=False, rename={"user_agent": "userAgent"}):
    """What is read of ``payload``. Its id, ip, browser, os, device, screen, language and title are not."""

    website: str
    hostname: Any = None
    url: Any = None
    referrer: Any = None
    name: Any = None
    data: Any = None
    tag: Any = None
    user_agent: Any = None
    timestamp: Any = None


class Wire(msgspec.Struct, gc=False):
    """One request of ``/api/send``, one item of ``/api/batch``."""

    payload: Payload
    type: str = ""


decode_wire = msgspec.json.Decoder(Wire).decode
decode_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


def decode(request: Request) -> list[Sent]:
    """One event, or none for ``identify`` and ``performance``, which are read and forgotten.

    Raises:
        Malformed: 400 with Umami's error object.
    """
    sent = _sent(_wire(request.body), sender_of(request))
    return [sent] if sent else []


def decode_batch(request: Request) -> list[Sent]:
    """The events of an array, in order; an item that cannot be read is one with a fault.

    Raises:
        Malformed: 400 where the body is no array, or too long a one.
    """
    try:
        items = decode_items(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _malformed("The body is not a JSON array.") from None
    if len(items) > MAX_BATCH:
        raise _malformed(f"A batch holds at most {MAX_BATCH} events; this one {len(items)}.")
    sender = sender_of(request)
    return [sent for sent in (_item(item, sender) for item in items) if sent]


def reply(request: Request, refused: list[str], size: int) -> Reply:
    """Umami's answer: ids for nobody; robots get ``beep``; an unknown website 400."""
    if "unknown_portal" in refused:
        return json_reply(400, _error("Website not found."))
    if "bot" in refused:
        return json_reply(200, {"beep": "boop"})
    return json_reply(200, {"cache": CACHE, "sessionId": NOBODY, "visitId": NOBODY})


def reply_batch(request: Request, refused: list[str], size: int) -> Reply:
    """The tally of a batch."""
    errors = len(refused)
    details = [{"refused": reason} for reason in refused]
    return json_reply(200, {"size": size, "processed": size - errors, "errors": errors, "details": details, "cache": CACHE})


def _item(item: msgspec.Raw, sender: Sender) -> Sent | None:
    try:
        return _sent(_wire(item), sender)
    except Malformed:
        return Sent(site_kind="umami", site_key="", name=PAGEVIEW, fault="malformed", sender=sender)


def _wire(body: bytes | msgspec.Raw) -> Wire:
    try:
        return decode_wire(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(f"Not an Umami event: {error}.") from None


def _sent(wire: Wire, sender: Sender) -> Sent | None:
    if wire.type in FORGOTTEN:
        return None
    if wire.type != "event":
        raise _malformed("type is not valid. Valid: event, identify, performance.")
    payload = wire.payload
    host, url = text_of(payload.hostname)[:MAX_HOST], text_of(payload.url)[:MAX_URL]
    props = prop_texts(payload.data) if payload.data else {}
    if payload.tag:
        props["tag"] = text_of(payload.tag)[:MAX_TAG]
    if payload.user_agent:
        sender = replace(sender, agent=text_of(payload.user_agent)[:MAX_AGENT], hints=NO_HINTS)
    sent = Sent(
        sender=sender,
        site_kind="umami",
        site_key=payload.website,
        name=text_of(payload.name)[:MAX_NAME] or PAGEVIEW,
        url=url if "://" in url else f"https://{host}/{url.removeprefix('/')}",
        hostname=host,
        referrer=text_of(payload.referrer)[:MAX_REFERRER],
        props=props,
        time_ms=sender.received_ms,
    )
    if isinstance(payload.timestamp, int | float):
        sent.time_ms = in_last_day(payload.timestamp * 1000, sender.received_ms)
    return sent


def _malformed(sentence: str) -> Malformed:
    return Malformed(400, msgspec.json.encode(_error(sentence)))


def _error(sentence: str) -> dict[str, Any]:
    return {"error": {"message": sentence, "code": "bad-request", "status": 400}}
