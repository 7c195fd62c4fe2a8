"""Plausible's ``POST /api/event``. One request may name several domains: one event each."""

from typing import Any

import msgspec

from footfall.collect.formats.shared import MAX_REFERRER, prop_texts, sender_of, text_of
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sent
from footfall.vocabulary import ENGAGEMENT, SCROLL_UNKNOWN

__all__ = ["decode", "reply"]

MAX_NAME, MAX_URL_BYTES, MAX_ENGAGEMENT_MS = 120, 2000, 30 * 86_400_000
MAX_PROPS, MAX_PROP_NAME_BYTES, MAX_PROP_VALUE_BYTES = 30, 300, 2000
MAX_DOMAINS = 50
TEXT = [(b"content-type", b"text/plain; charset=utf-8")]


class Wire(msgspec.Struct, gc=False, rename={"hash_mode": "hashMode"}):
    """The keys that are read, short and long; the short one wins. Wrong types are judged by each key's own rule, so all are Any."""

    n: Any = None
    name: Any = None
    u: Any = None
    url: Any = None
    d: Any = None
    domain: Any = None
    r: Any = None
    referrer: Any = None
    m: Any = None
    meta: Any = None
    p: Any = None
    props: Any = None
    i: Any = None
    interactive: Any = None
    h: Any = None
    hash_mode: Any = None
    sd: Any = None
    e: Any = None


decode_wire = msgspec.json.Decoder(Wire).decode
decode_json = msgspec.json.Decoder().decode


def decode(request: Request) -> list[Sent]:
    """One ``Sent`` a domain named.

    Raises:
        Malformed: 400 with Plausible's ``{"errors": {field: [what]}}``.
    """
    try:
        wire = decode_wire(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise _invalid("request", "is not a JSON object") from None
    name = _name(wire.name if wire.n is None else wire.n)
    url = _url(wire.url if wire.u is None else wire.u)
    depth, engaged = _engagement(wire) if name == ENGAGEMENT else (SCROLL_UNKNOWN, 0)
    referrer = wire.referrer if wire.r is None else wire.r
    hash_mode = wire.hash_mode if wire.h is None else wire.h
    props = _props(wire)
    first, *others = _domains(wire.domain if wire.d is None else wire.d, url)
    sender = sender_of(request)
    sent = Sent(
        sender=sender,
        site_kind="domain",
        site_key=first,
        name=name,
        url=url,
        referrer=text_of(referrer)[:MAX_REFERRER],
        interactive=wire.i is not False and wire.interactive is not False,
        props=props,
        hash_mode=hash_mode is not None and hash_mode in (1, "1"),
        engagement_ms=engaged,
        scroll_depth=depth,
        time_ms=sender.received_ms,
    )
    return [sent, *(msgspec.structs.replace(sent, site_key=domain) for domain in others)] if others else [sent]


def reply(request: Request, refused: list[str], size: int) -> Reply:
    """202 ``ok``; how many were dropped is told in a header. ``X-Debug-Request`` gets 200 and its own address."""
    headers = [*TEXT, (b"x-plausible-dropped", str(len(refused)).encode())] if refused else [*TEXT]
    if request.headers.get(b"x-debug-request", b"").lower() == b"true":
        return Reply(status=200, headers=headers, body=request.address.encode())
    return Reply(status=202, headers=headers, body=b"ok")


def _name(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise _invalid("event_name", "can't be blank")
    if len(value) > MAX_NAME:
        raise _invalid("event_name", f"should be at most {MAX_NAME} character(s)")
    return value


def _url(value: object) -> str:
    if value is None:
        raise _invalid("url", "is required")
    if not isinstance(value, str):
        raise _invalid("url", "must be a string")
    if len(value) * 4 > MAX_URL_BYTES and len(value.encode()) > MAX_URL_BYTES:
        raise _invalid("url", f"should be at most {MAX_URL_BYTES} byte(s)")
    if value[:5].lower() == "data:":
        raise _invalid("url", "scheme is not allowed")
    return value


def _domains(named: object, url: str) -> list[str]:
    if isinstance(named, str):
        if "," not in named and named:
            return [named.strip()]
        domains = [part.strip() for part in named.split(",") if part.strip()]
    else:
        host = url.partition("//")[2].partition("/")[0].partition("?")[0].partition("#")[0].rpartition("@")[2].partition(":")[0]
        domains = [host] if host else []
    if not domains:
        raise _invalid("domain", "can't be blank")
    return list(dict.fromkeys(domains))[:MAX_DOMAINS]


def _props(wire: Wire) -> dict[str, str]:
    props = wire.m or wire.meta or wire.p or wire.props
    if not props:
        return {}
    if isinstance(props, str):
        try:
            props = decode_json(props)
        except msgspec.DecodeError:
            return {}
    texts = prop_texts(props)
    if len(texts) > MAX_PROPS:
        texts = dict(list(texts.items())[:MAX_PROPS])
    for name, value in texts.items():
        if len(name) * 4 > MAX_PROP_NAME_BYTES and len(name.encode()) > MAX_PROP_NAME_BYTES:
            raise _invalid("props", f"keys should have at most {MAX_PROP_NAME_BYTES} byte(s)")
        if len(value) * 4 > MAX_PROP_VALUE_BYTES and len(value.encode()) > MAX_PROP_VALUE_BYTES:
            raise _invalid("props", f"values should have at most {MAX_PROP_VALUE_BYTES} byte(s)")
    return texts


def _engagement(wire: Wire) -> tuple[int, int]:
    if wire.sd is None and wire.e is None:
        raise _invalid("event_name", "engagement needs sd or e")
    depth, engaged = _whole(wire.sd), _whole(wire.e)
    depth = SCROLL_UNKNOWN if depth is None or depth < 0 else min(depth, 100)
    return depth, engaged if engaged is not None and 0 <= engaged < MAX_ENGAGEMENT_MS else 0


def _whole(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, int | str) and not isinstance(value, bool) else None
    except ValueError:
        return None


def _invalid(field: str, what: str) -> Malformed:
    return Malformed(400, msgspec.json.encode({"errors": {field: [what]}}))
