"""One event a line, as JSON: the import format. Strict, so that a misspelt key is found at once."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from footfall.collect.days import day_of
from footfall.collect.referrers import channel_of, read_referrer, source_of, tagged_source
from footfall.vocabulary import ENGAGEMENT, PAGEVIEW, SCROLL_UNKNOWN, Hit, Portal

__all__ = ["KEYS", "Line", "decode_line"]


class Line(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The keys a line may have; only ``timestamp`` must be there."""

    timestamp: str | int
    """ISO instant, UTC unless it has an offset; or milliseconds since 1970."""
    name: str = PAGEVIEW
    visitor: str | int | None = None
    """Any text; hashed on arrival. Absent: a visitor of its own."""
    pathname: str | None = None
    hostname: str | None = None
    referrer: str | None = None
    source: str | None = None
    channel: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | int | None = None
    device: str | None = None
    browser: str | None = None
    browser_version: str | int | float | None = None
    os: str | None = None
    os_version: str | int | float | None = None
    props: dict[str, str | int | float | bool | None] | None = None
    interactive: bool = True
    engagement_ms: int | None = None
    scroll_depth: int | None = None


KEYS = Line.__struct_fields__
decode_json = msgspec.json.Decoder(Line).decode


def decode_line(line: bytes, portal: Portal, visitor_of: Callable[[str | None, int], int]) -> Hit:
    """The line's hit; ``visitor_of(text or None, time in ms)`` gives its visitor.

    Raises:
        ValueError: a sentence that names what is wrong; it never repeats a visitor.
    """
    try:
        sent = decode_json(line)
    except msgspec.ValidationError as error:
        raise ValueError(_sentence(error)) from None
    except msgspec.DecodeError:
        raise ValueError("not a JSON object") from None
    time_ms = _time_ms(sent.timestamp)
    if not sent.name or len(sent.name) > 120:
        raise ValueError("name is 1 to 120 characters")
    hit = Hit(
        site=portal.id,
        time_ms=time_ms,
        day=day_of(portal.timezone, time_ms),
        visitor=visitor_of(None if sent.visitor is None else str(sent.visitor), time_ms),
        name=sent.name,
        interactive=sent.interactive,
        hostname=sent.hostname or portal.domain,
        path=sent.pathname or "/",
        props={name: _plain(value) for name, value in (sent.props or {}).items() if value is not None},
        engagement_ms=max(0, sent.engagement_ms or 0) if sent.name == ENGAGEMENT else 0,
        scroll_depth=sent.scroll_depth if sent.scroll_depth is not None and 0 <= sent.scroll_depth <= 100 else SCROLL_UNKNOWN,
    )
    _put_acquisition(hit, sent, portal)
    for name in ("country", "region", "city", "device", "browser", "browser_version", "os", "os_version"):
        setattr(hit, name, _plain(getattr(sent, name) or ""))
    return hit


def _put_acquisition(hit: Hit, sent: Line, portal: Portal) -> None:
    for name in ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"):
        setattr(hit, name, getattr(sent, name) or "")
    text = sent.referrer or ""
    host, path = read_referrer(text if "://" in text else f"https://{text}") if text else ("", "")
    if host and host not in (portal.domain, *portal.domains):
        hit.referrer = host + path
    derived = tagged_source(hit.utm_source) if hit.utm_source else source_of(host, path) if hit.referrer else ""
    hit.source = derived if sent.source is None else sent.source
    hit.channel = channel_of(hit.source, hit.utm_medium, hit.utm_campaign, hit.utm_source) if sent.channel is None else sent.channel
    if hit.source == "Direct / None":
        hit.source = ""
    if hit.channel == "Direct":
        hit.channel = ""


def _time_ms(timestamp: str | int) -> int:
    if isinstance(timestamp, int):
        return timestamp
    try:
        instant = datetime.fromisoformat(timestamp)
    except ValueError:
        raise ValueError(f"timestamp {timestamp[:40]!r} is not an ISO instant") from None
    return int((instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp() * 1000)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _sentence(error: msgspec.ValidationError) -> str:
    text = str(error)
    if "unknown field" in text:
        return f"{text}. Valid keys: {', '.join(KEYS)}"
    return text
