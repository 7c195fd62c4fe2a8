"""Umami's ``POST /api/send`` and ``/api/batch``. The ids it hands back mean nothing: they are the same for everybody."""

from typing import Any

import msgspec

from footfall.collect.formats.shared import headers_of, prop_texts
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sent
from footfall.vocabulary import PAGEVIEW

__all__ = ["decode", "decode_batch", "reply", "reply_batch"]

NOBODY = "00000000-0000-4000-8000-000000000000"
CACHE = "none"
decode_json = msgspec.json.Decoder().decode


def decode(request: Request) -> list[Sent]:
    """One event, or none for ``identify`` and ``performance``, which are read and forgotten.

    Raises:
        Malformed: 400 with Umami's error object.
    """
    sent = _sent(_json(request), headers_of(request))
    return [sent] if sent else []


def decode_batch(request: Request) -> list[Sent]:
    """The events of an array, in order."""
    items = _json(request)
    if not isinstance(items, list) or len(items) > 1000:
        raise _malformed("A batch is an array of at most 1000 events.")
    common = headers_of(request)
    return [sent for sent in (_sent(item, common) for item in items) if sent]


def reply(refused: list[str]) -> Reply:
    """Umami's answer: ids for nobody; robots get ``beep``; an unknown website 400."""
    if "unknown_portal" in refused:
        return _json_reply(400, {"error": {"message": "Website not found.", "code": "bad-request", "status": 400}})
    if "bot" in refused:
        return _json_reply(200, {"beep": "boop"})
    return _json_reply(200, {"cache": CACHE, "sessionId": NOBODY, "visitId": NOBODY})


def reply_batch(refused: list[str], size: int = 0) -> Reply:
    errors = len(refused)
    return _json_reply(200, {"size": size, "processed": size - errors, "errors": errors, "details": [], "cache": CACHE})


def _sent(item: Any, common: dict[str, Any]) -> Sent | None:
    payload = item.get("payload") if isinstance(item, dict) else None
    if not isinstance(payload, dict) or not isinstance(payload.get("website"), str):
        raise _malformed("payload.website is missing.")
    if item.get("type") in ("identify", "performance"):
        return None
    if item.get("type") != "event":
        raise _malformed("type is not valid. Valid: event, identify, performance.")
    host = str(payload.get("hostname") or "")[:100]
    url = str(payload.get("url") or "/")[:2000]
    name = str(payload.get("name") or "")[:50]
    props = prop_texts(payload.get("data"))
    if payload.get("tag"):
        props["tag"] = str(payload["tag"])[:50]
    return Sent(
        site_kind="umami",
        site_key=payload["website"].lower(),
        name=name or PAGEVIEW,
        url=url if "://" in url else f"https://{host}{url if url.startswith('/') else '/' + url}",
        hostname=host,
        referrer=str(payload.get("referrer") or "")[:2000],
        props=props,
        **common,
    )


def _json(request: Request) -> Any:
    try:
        return decode_json(request.body)
    except msgspec.DecodeError:
        raise _malformed("The body is not JSON.") from None


def _json_reply(status: int, body: object) -> Reply:
    return Reply(status=status, headers=[(b"content-type", b"application/json")], body=msgspec.json.encode(body))


def _malformed(sentence: str) -> Malformed:
    return Malformed(400, msgspec.json.encode({"error": {"message": sentence, "code": "bad-request", "status": 400}}))
