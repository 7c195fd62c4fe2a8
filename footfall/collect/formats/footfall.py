"""Footfall's own ``POST /api/collect``: one event as an object, or up to a thousand in an array.

Keys: s site (domain), n name, u url, r referrer, p properties, i interactive, e engaged milliseconds, d scroll depth in percent, h whether
the fragment is part of the page.
"""

import msgspec

from footfall.collect.formats.shared import MAX_REFERRER, prop_texts, sender_of
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sender, Sent
from footfall.vocabulary import PAGEVIEW, SCROLL_UNKNOWN

__all__ = ["MAX_BATCH", "decode", "reply"]

MAX_BATCH, MAX_NAME, MAX_URL, MAX_ENGAGEMENT_MS = 1000, 120, 2000, 86_400_000


class Wire(msgspec.Struct, gc=False):
    """One event on the wire; unknown keys are ignored and never kept."""

    s: str
    u: str
    n: str = PAGEVIEW
    r: str | None = None
    p: dict[str, str | int | float | bool | None] | None = None
    i: bool = True
    e: int = 0
    d: int = SCROLL_UNKNOWN
    h: bool = False


decode_wire = msgspec.json.Decoder(Wire | list[Wire]).decode


def decode(request: Request) -> list[Sent]:
    """The events in the order sent; one that cannot be read refuses the whole batch, so that nothing is half counted.

    Raises:
        Malformed: 400 with ``{"error": sentence, "code": "malformed"}``.
    """
    try:
        found = decode_wire(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _malformed(f"Not Footfall's format: {error}. Valid: an object with s, u and optionally n, r, p, i, e, d, h.") from None
    wires = found if isinstance(found, list) else [found]
    if not 0 < len(wires) <= MAX_BATCH:
        raise _malformed(f"A batch holds 1 to {MAX_BATCH} events; this one {len(wires)}.")
    sender = sender_of(request)
    return [_sent(wire, sender) for wire in wires]


def reply(request: Request, refused: list[str], size: int) -> Reply:
    """202 without a body."""
    return Reply(status=202)


def _sent(wire: Wire, sender: Sender) -> Sent:
    if not wire.n.strip() or len(wire.n) > MAX_NAME or len(wire.u) > MAX_URL:
        raise _malformed(f"n is 1 to {MAX_NAME} characters, u at most {MAX_URL}.")
    return Sent(
        sender=sender,
        site_kind="domain",
        site_key=wire.s,
        name=wire.n,
        url=wire.u,
        referrer=wire.r[:MAX_REFERRER] if wire.r else "",
        interactive=wire.i,
        props=prop_texts(wire.p) if wire.p else {},
        engagement_ms=min(max(wire.e, 0), MAX_ENGAGEMENT_MS),
        scroll_depth=wire.d if 0 <= wire.d <= 100 else SCROLL_UNKNOWN,
        hash_mode=wire.h,
        time_ms=sender.received_ms,
    )


def _malformed(sentence: str) -> Malformed:
    return Malformed(400, msgspec.json.encode({"error": sentence, "code": "malformed"}))
