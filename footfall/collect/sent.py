"""What a tracker sent, decoded into one shape for all formats, before anything is refused, added or forgotten."""

from typing import Literal

import msgspec

from footfall.collect.hints import NO_HINTS, Hints
from footfall.vocabulary import SCROLL_UNKNOWN

__all__ = ["Malformed", "Sender", "Sent"]


class Sender(msgspec.Struct, kw_only=True, gc=False):
    """Who sent a request, and when; all its events share it. Holds the address and the agent string, so it never outlives the request."""

    agent: str = ""
    hints: Hints = NO_HINTS
    address: str = ""
    received_ms: int = 0
    signal: bool = False
    """Sec-GPC or DNT was set."""
    prefetch: bool = False


class Sent(msgspec.Struct, kw_only=True, gc=False):
    """One event as sent; it never outlives its request."""

    sender: Sender
    site_kind: Literal["domain", "id", "umami"]
    site_key: str
    name: str
    url: str = ""
    referrer: str = ""
    interactive: bool = True
    props: dict[str, str] = {}
    engagement_ms: int = 0
    scroll_depth: int = SCROLL_UNKNOWN
    hash_mode: bool = False
    hostname: str = ""
    """Where the format sends it apart from the url."""
    time_ms: int = 0
    """The event's own time: its arrival, unless the format may say another within 24 hours."""
    fault: str = ""
    """A reason of ``pipeline.REASONS`` that the format already found: one bad event among good ones."""


class Malformed(Exception):
    """The request cannot be read as its format; ``body`` is that format's own answer, with ``status``."""

    def __init__(self, status: int, body: bytes, content_type: bytes = b"application/json") -> None:
        super().__init__(body.decode("utf-8", "replace"))
        self.status, self.body, self.content_type = status, body, content_type
