"""Matomo's ``matomo.php`` (and piwik.php): single requests by GET or POST, and bulk.

Of a request only the parameters in READ are looked at. ``_id``, ``uid``, ``cid``, ``cip``, ``res``, ``lang``, ``_cvar``, ``dimension…``,
``pv_id``, prices, titles and the token are not among them.
"""

import base64
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from footfall.collect.agents import MAX_AGENT
from footfall.collect.formats.shared import MAX_REFERRER, in_last_day, json_reply, prop_texts, sender_of
from footfall.collect.hints import NO_HINTS, read_uadata
from footfall.collect.pages import parameters, read_query
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sender, Sent
from footfall.vocabulary import ENGAGEMENT, PAGEVIEW

__all__ = ["decode", "reply"]

READ = frozenset(
    "idsite rec url urlref ua uadata cdt cdo ping e_c e_a e_n e_v link download search search_cat search_count idgoal ec_id c_n c_i ca "
    "recMode".split()
)
WANTED = parameters(READ)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
IMAGE = [(b"content-type", b"image/gif"), (b"cache-control", b"no-store")]
BULK_WITHOUT_IMAGE = re.compile(rb'"send_image"\s*:\s*"?0')
MAX_BULK, MAX_URL, MAX_NAME = 1000, 2000, 120
HEARTBEAT_MS = 15_000
"""What a ``ping=1`` stands for: matomo.js sends one when a page is left after the heart beat's fifteen seconds of looking, or more."""


class Bulk(msgspec.Struct, gc=False):
    """A bulk request; its token is not read."""

    requests: list[str | dict[str, Any]]


decode_bulk = msgspec.json.Decoder(Bulk).decode


def decode(request: Request) -> list[Sent]:
    """The events in the order sent; none for what is read and forgotten (crashes, media, AI robots' fetches).

    Raises:
        Malformed: 400, as Matomo answers an empty request.
    """
    if _is_bulk(request):
        return _bulk(request)
    values = read_query(request.query.decode("utf-8", "replace"), WANTED)
    if request.body:
        values |= read_query(request.body.decode("utf-8", "replace"), WANTED)
    if "idsite" not in values:
        raise Malformed(400, b"Tracker request was empty or idsite is missing.", b"text/plain")
    sent = _sent(values, sender_of(request))
    return [sent] if sent else []


def reply(request: Request, refused: list[str], size: int) -> Reply:
    """A 1×1 GIF, 204 with ``send_image=0``, 400 for an unknown site; bulk requests get their tally."""
    if _is_bulk(request):
        if BULK_WITHOUT_IMAGE.search(request.body):
            return Reply(status=204)
        invalid = sum(reason in ("unknown_portal", "malformed") for reason in refused)
        return json_reply(200, {"status": "success", "tracked": size - invalid, "invalid": invalid})
    if "unknown_portal" in refused:
        return Reply(status=400, headers=[(b"content-type", b"text/plain")], body=b"Unknown idsite.")
    if b"send_image=0" in request.query.split(b"&") or b"send_image=0" in request.body.split(b"&"):
        return Reply(status=204)
    return Reply(status=200, headers=[*IMAGE], body=GIF)


def _is_bulk(request: Request) -> bool:
    return b'"requests"' in request.body


def _bulk(request: Request) -> list[Sent]:
    try:
        items = decode_bulk(request.body).requests
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Malformed(400, b'{"status":"error","tracked":0}') from None
    if len(items) > MAX_BULK:
        raise Malformed(400, b'{"status":"error","tracked":0}')
    sender = sender_of(request)
    return [sent for sent in (_item(item, sender) for item in items) if sent]


def _item(item: str | dict[str, Any], sender: Sender) -> Sent | None:
    if isinstance(item, str):
        values = read_query(item.partition("?")[2] if "?" in item[:1] else item, WANTED)
    else:
        values = {name: str(value) for name, value in item.items() if name in READ and value is not None}
    if "idsite" not in values:
        return Sent(site_kind="id", site_key="", name=PAGEVIEW, fault="malformed", sender=sender)
    return _sent(values, sender)


def _sent(values: dict[str, str], sender: Sender) -> Sent | None:
    if values.get("rec") != "1":
        return None
    event = _event(values)
    if event is None:
        return None
    name, props, interactive = event
    if "ua" in values:
        sender = replace(sender, agent=values["ua"][:MAX_AGENT], hints=NO_HINTS)
    if "uadata" in values:
        sender = replace(sender, hints=read_uadata(values["uadata"]))
    sent = Sent(
        sender=sender,
        site_kind="id",
        site_key=values["idsite"],
        name=name[:MAX_NAME],
        url=values.get("url", "")[:MAX_URL],
        referrer=values.get("urlref", "")[:MAX_REFERRER],
        props=prop_texts(props) if props else {},
        interactive=interactive,
        engagement_ms=HEARTBEAT_MS if name == ENGAGEMENT else 0,
        time_ms=sender.received_ms,
    )
    if "cdt" in values or "cdo" in values:
        sent.time_ms = _time(values, sender.received_ms)
    return sent


def _event(values: dict[str, str]) -> tuple[str, dict[str, str | None], bool] | None:
    """Name, properties and whether it ends a bounce; first rule that fits. ``None`` is no event."""
    get = values.get
    if "ping" in values:
        return ENGAGEMENT, {}, True
    if "e_c" in values and "e_a" in values:
        return values["e_a"], {"category": values["e_c"], "name": get("e_n"), "value": get("e_v")}, True
    if "link" in values:
        return "Outbound Link: Click", {"url": values["link"]}, True
    if "download" in values:
        return "File Download", {"url": values["download"]}, True
    if "search" in values:
        return "Site Search", {"search_query": values["search"], "category": get("search_cat"), "results": get("search_count")}, True
    if "idgoal" in values:
        return _goal(values), {}, True
    if "c_n" in values:
        return ("Content Interaction" if "c_i" in values else "Content Impression"), {"content": values["c_n"]}, "c_i" in values
    if "ca" in values or "recMode" in values:
        return None
    return PAGEVIEW, {}, True


def _goal(values: dict[str, str]) -> str:
    if values["idgoal"] != "0":
        return f"Goal {values['idgoal']}"
    return "Ecommerce Order" if "ec_id" in values else "Ecommerce Cart"


def _time(values: dict[str, str], received_ms: int) -> int:
    """``cdt`` (UTC or unix seconds) or ``cdo`` (seconds ago) where it lies in the last 24 hours, else the arrival."""
    ago = values.get("cdo", "")
    if ago.isdecimal() and len(ago) < 8:
        return in_last_day(received_ms - int(ago) * 1000, received_ms)
    text = values.get("cdt", "")
    try:
        seconds = int(text) if text.isdecimal() else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return received_ms
    return in_last_day(seconds * 1000, received_ms)
