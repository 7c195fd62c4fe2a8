"""What all tracker formats read alike: who asks and how, texts of any kind, and times that a format may say itself."""

import re

import msgspec

from footfall.collect.agents import MAX_AGENT
from footfall.collect.hints import read_hint_headers
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Sender

__all__ = ["MAX_REFERRER", "in_last_day", "json_reply", "prop_texts", "sender_of", "text_of"]

MAX_REFERRER = 2000
DAY_MS = 86_400_000
AHEAD = re.compile(rb"prefetch|prerender|preview", re.IGNORECASE)


def sender_of(request: Request) -> Sender:
    """What headers and socket say."""
    get = request.headers.get
    purpose = get(b"sec-purpose") or get(b"purpose") or get(b"x-moz")
    return Sender(
        agent=get(b"user-agent", b"")[:MAX_AGENT].decode("latin-1"),
        hints=read_hint_headers(request.headers),
        address=request.address,
        received_ms=request.received_ms,
        signal=get(b"sec-gpc") == b"1" or get(b"dnt") == b"1",
        prefetch=purpose is not None and bool(AHEAD.search(purpose)),
    )


def prop_texts(props: object) -> dict[str, str]:
    """Properties as text; nested values, blanks and nulls are dropped, true and false read so."""
    if not isinstance(props, dict):
        return {}
    texts = {}
    for name, value in props.items():
        text = value if isinstance(value, str) else _text(value)
        if text and not text.isspace() and name and not name.isspace():
            texts[name] = text
    return texts


def text_of(value: object) -> str:
    """A value that ought to be text; anything else is as if it had not been sent."""
    return value if isinstance(value, str) else ""


def in_last_day(time_ms: float, received_ms: int) -> int:
    """An event's own time where it lies in the 24 hours before its arrival, else the arrival."""
    return int(time_ms) if 0 <= received_ms - time_ms <= DAY_MS else received_ms


def json_reply(status: int, body: object) -> Reply:
    return Reply(status=status, headers=[(b"content-type", b"application/json")], body=msgspec.json.encode(body))


def _text(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
