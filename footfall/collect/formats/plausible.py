"""Plausible's ``POST /api/event``. One request may name several domains: one event each."""

import msgspec

from footfall.collect.formats.shared import headers_of, prop_texts
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sent
from footfall.vocabulary import ENGAGEMENT, SCROLL_UNKNOWN

__all__ = ["decode", "reply"]

MAX_NAME, MAX_URL_BYTES, MAX_ENGAGEMENT_MS = 120, 2000, 30 * 86_400_000
decode_json = msgspec.json.Decoder().decode


def decode(request: Request) -> list[Sent]:
    """One ``Sent`` a domain named.

    Raises:
        Malformed: 400 with Plausible's ``{"errors": {field: [what]}}``.
    """
    try:
        body = decode_json(request.body)
    except msgspec.DecodeError:
        body = None
    if not isinstance(body, dict):
        raise _invalid("request", "is not a JSON object")
    name = _name(body.get("n", body.get("name")))
    url = _url(body.get("u", body.get("url")))
    depth, engaged = _engagement(body) if name == ENGAGEMENT else (SCROLL_UNKNOWN, 0)
    common = headers_of(request) | {
        "name": name,
        "url": url,
        "referrer": _text(body.get("r", body.get("referrer")))[:2000],
        "interactive": body.get("i", body.get("interactive")) is not False,
        "props": _props(body),
        "hash_mode": body.get("h", body.get("hashMode")) in (1, True),
        "engagement_ms": engaged,
        "scroll_depth": depth,
    }
    return [Sent(site_kind="domain", site_key=domain, **common) for domain in _domains(body, url)]


def reply(refused: list[str]) -> Reply:
    """202 ``ok``; what was dropped is told in headers. ``refused`` holds the reasons."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    if refused:
        headers.append((b"x-plausible-dropped", str(len(refused)).encode()))
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
    if not isinstance(value, str) or not value.strip():
        raise _invalid("url", "is required")
    if len(value.encode("utf-8", "surrogatepass")) > MAX_URL_BYTES:
        raise _invalid("url", f"should be at most {MAX_URL_BYTES} byte(s)")
    if value.startswith("data:"):
        raise _invalid("url", "scheme is not allowed")
    return value


def _domains(body: dict[str, object], url: str) -> list[str]:
    named = body.get("d", body.get("domain"))
    if named is None:
        host = url.split("//", 1)[-1].split("/", 1)[0].split("?")[0].rsplit("@", 1)[-1].split(":")[0]
        return [host.lower().removeprefix("www.")]
    domains = [part.strip().lower().removeprefix("www.") for part in str(named).split(",")]
    if not any(domains):
        raise _invalid("domain", "can't be blank")
    return [domain for domain in domains if domain]


def _props(body: dict[str, object]) -> dict[str, str]:
    props = next((body[key] for key in ("m", "meta", "p", "props") if key in body), None)
    if isinstance(props, str):
        try:
            props = decode_json(props)
        except msgspec.DecodeError:
            return {}
    texts = dict(list(prop_texts(props).items())[:30])
    if any(len(name.encode()) > 300 for name in texts):
        raise _invalid("props", "keys should have at most 300 bytes")
    if any(len(value.encode()) > 2000 for value in texts.values()):
        raise _invalid("props", "values should have at most 2000 bytes")
    return texts


def _engagement(body: dict[str, object]) -> tuple[int, int]:
    if "sd" not in body and "e" not in body:
        raise _invalid("event_name", "engagement needs sd or e")
    depth, engaged = _whole(body.get("sd")), _whole(body.get("e"))
    depth = SCROLL_UNKNOWN if depth is None or depth < 0 else min(depth, 100)
    return depth, engaged if engaged is not None and 0 <= engaged < MAX_ENGAGEMENT_MS else 0


def _whole(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _invalid(field: str, what: str) -> Malformed:
    return Malformed(400, msgspec.json.encode({"errors": {field: [what]}}))
