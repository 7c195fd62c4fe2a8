"""Matomo's ``matomo.php`` (and piwik.php): single requests by GET or POST, and bulk. ``_id``, ``uid``, ``cid``, ``cip`` are never read."""

import base64
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from footfall.collect.formats.shared import headers_of
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sent
from footfall.vocabulary import ENGAGEMENT, PAGEVIEW

__all__ = ["decode", "is_bulk", "reply"]

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
MAX_BULK = 1000
HEARTBEAT_MS = 15_000
DAY_MS = 86_400_000


def decode(request: Request) -> list[Sent]:
    """The events in the order sent; requests without ``rec=1`` are none.

    Raises:
        Malformed: 400, as Matomo answers an empty request.
    """
    if is_bulk(request):
        return _bulk(request)
    values = dict(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True))
    if request.body:
        values |= dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    if not values.get("idsite"):
        raise Malformed(400, b"Tracker request was empty or idsite is missing.", b"text/plain")
    sent = _sent(values, headers_of(request))
    return [sent] if sent else []


def is_bulk(request: Request) -> bool:
    return b'"requests"' in request.body


def reply(request: Request, refused: list[str], size: int) -> Reply:
    """A 1×1 GIF, 204 with ``send_image=0``, 400 for an unknown site; bulk requests get their tally."""
    if is_bulk(request):
        body = {"status": "success", "tracked": size - len(refused), "invalid": len(refused)}
        return Reply(status=200, headers=[(b"content-type", b"application/json")], body=msgspec.json.encode(body))
    if "unknown_portal" in refused:
        return Reply(status=400, headers=[(b"content-type", b"text/plain")], body=b"Unknown idsite.")
    if b"send_image=0" in request.query or b"send_image=0" in request.body:
        return Reply(status=204)
    return Reply(status=200, headers=[(b"content-type", b"image/gif"), (b"cache-control", b"no-store")], body=GIF)


def _bulk(request: Request) -> list[Sent]:
    try:
        requests = msgspec.json.decode(request.body)["requests"]
    except (msgspec.DecodeError, KeyError, TypeError):
        raise Malformed(400, b'{"status":"error","tracked":0}') from None
    if not isinstance(requests, list) or len(requests) > MAX_BULK:
        raise Malformed(400, b'{"status":"error","tracked":0}')
    common = headers_of(request)
    items = [dict(parse_qsl(item.lstrip("?"), keep_blank_values=True)) if isinstance(item, str) else item for item in requests]
    found = [_sent({str(k): str(v) for k, v in item.items()}, common) for item in items if isinstance(item, dict)]
    return [sent for sent in found if sent]


def _sent(values: dict[str, str], common: dict[str, Any]) -> Sent | None:
    if values.get("rec") != "1":
        return None
    name, props, interactive = _event(values)
    common = common | {"time_ms": _time(values, common["time_ms"])}
    if values.get("ua"):
        common["agent"] = values["ua"]
    return Sent(
        site_kind="id",
        site_key=values.get("idsite", ""),
        name=name,
        url=values.get("url", "")[:2000],
        referrer=values.get("urlref", "")[:2000],
        props=props,
        interactive=interactive,
        engagement_ms=HEARTBEAT_MS if name == ENGAGEMENT else 0,
        **common,
    )


def _event(values: dict[str, str]) -> tuple[str, dict[str, str], bool]:
    """Name, properties and whether it ends a bounce; first rule that fits."""
    if values.get("ping") == "1":
        return ENGAGEMENT, {}, True
    if values.get("e_c") and values.get("e_a"):
        props = {"category": values["e_c"], "name": values.get("e_n", ""), "value": values.get("e_v", "")}
        return values["e_a"][:120], {key: text for key, text in props.items() if text}, True
    if values.get("link"):
        return "Outbound Link: Click", {"url": values["link"]}, True
    if values.get("download"):
        return "File Download", {"url": values["download"].split("?")[0]}, True
    if "search" in values:
        props = {"search_query": values["search"], "results": values.get("search_count", "")}
        return "Site Search", {key: text for key, text in props.items() if text}, True
    if values.get("idgoal"):
        return f"Goal {values['idgoal']}"[:120], {}, True
    if values.get("c_n"):
        name = "Content Interaction" if values.get("c_i") else "Content Impression"
        return name, {"content": values["c_n"]}, bool(values.get("c_i"))
    return PAGEVIEW, {}, True


def _time(values: dict[str, str], received_ms: int) -> int:
    """``cdt`` where it lies in the last 24 hours, else the arrival."""
    text = values.get("cdt", "")
    if not text:
        return received_ms
    try:
        seconds = int(text) if text.isdigit() else datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return received_ms
    time_ms = int(seconds * 1000)
    return time_ms if 0 <= received_ms - time_ms <= DAY_MS else received_ms
