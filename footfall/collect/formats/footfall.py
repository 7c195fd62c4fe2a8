"""Footfall's own ``POST /api/collect``: one event as an object, or up to a thousand in an array.

Keys: s site (domain), n name, u url, r referrer, p properties, i interactive, e engaged milliseconds, d scroll depth in percent.
"""

import msgspec

from footfall.collect.formats.shared import headers_of, prop_texts
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed, Sent
from footfall.vocabulary import PAGEVIEW, SCROLL_UNKNOWN

__all__ = ["MAX_BATCH", "decode", "reply"]

MAX_BATCH = 1000


class Wire(msgspec.Struct):
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
    """The events in the order sent.

    Raises:
        Malformed: 400 with ``{"error": sentence, "code": "malformed"}``.
    """
    try:
        found = decode_wire(request.body)
    except msgspec.DecodeError as error:
        raise _malformed(f"Not Footfall's format: {error}. Valid: an object with s, u and optionally n, r, p, i, e, d, h.") from None
    wires = found if isinstance(found, list) else [found]
    if not 0 < len(wires) <= MAX_BATCH:
        raise _malformed(f"A batch holds 1 to {MAX_BATCH} events; this one {len(wires)}.")
    common = headers_of(request)
    return [_sent(wire, common) for wire in wires]


def reply(refused: list[str]) -> Reply:
    """202 without a body."""
    return Reply(status=202)


def _sent(wire: Wire, common: dict[str, object]) -> Sent:
    if not wire.n.strip() or len(wire.n) > 120 or len(wire.u) > 2000:
        raise _malformed("n is 1 to 120 characters, u at most 2000.")
    return Sent(
        site_kind="domain",
        site_key=wire.s,
        name=wire.n,
        url=wire.u,
        referrer=(wire.r or "")[:2000],
        interactive=wire.i,
        props=prop_texts(wire.p) if wire.p else {},
        engagement_ms=min(max(wire.e, 0), 86_400_000),
        scroll_depth=wire.d if 0 <= wire.d <= 100 else SCROLL_UNKNOWN,
        hash_mode=wire.h,
        **common,  # type: ignore[arg-type]
    )


def _malformed(sentence: str) -> Malformed:
    return Malformed(400, msgspec.json.encode({"error": sentence, "code": "malformed"}))
