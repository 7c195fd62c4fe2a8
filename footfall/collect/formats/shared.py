"""What all tracker formats read alike: the headers that say who asks and how."""

from typing import Any

from footfall.collect.request import Request

__all__ = ["headers_of", "prop_texts"]

HINTS = {
    b"sec-ch-ua-platform": "platform",
    b"sec-ch-ua-platform-version": "platform_version",
    b"sec-ch-ua-mobile": "mobile",
    b"sec-ch-ua-model": "model",
}


def headers_of(request: Request) -> dict[str, Any]:
    """The fields of ``Sent`` that come from headers and socket."""
    headers = request.headers
    hints = {name: headers[key].decode("latin-1").strip('"') for key, name in HINTS.items() if key in headers}
    purpose = headers.get(b"sec-purpose", b"") + headers.get(b"purpose", b"") + headers.get(b"x-moz", b"")
    return {
        "agent": headers.get(b"user-agent", b"").decode("latin-1"),
        "hints": hints,
        "address": request.address,
        "time_ms": request.received_ms,
        "signal": headers.get(b"sec-gpc") == b"1" or headers.get(b"dnt") == b"1",
        "prefetch": b"prefetch" in purpose or b"prerender" in purpose,
    }


def prop_texts(props: object) -> dict[str, str]:
    """Properties as text; nested values, blanks and nulls are dropped, true and false read so."""
    if not isinstance(props, dict):
        return {}
    texts = {str(name): _text(value) for name, value in props.items() if not isinstance(value, dict | list)}
    return {name: value for name, value in texts.items() if name.strip() and value.strip()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
