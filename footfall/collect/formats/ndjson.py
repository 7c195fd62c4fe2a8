"""One event a line, as JSON: the import format. Strict, so that a misspelt key is found at once."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import Meta

from footfall.collect.conditions import USUAL, Conditions
from footfall.collect.days import day_of
from footfall.collect.importing import BadLine
from footfall.collect.pages import MAX_PATH, SESSION_ID, bare_address, bare_host, cut_address, kept_of, read_query, with_query
from footfall.collect.pipeline import MAX_CAMPAIGN, MAX_PROP_NAME, MAX_PROP_VALUE, MAX_PROPS, MAX_REFERRER
from footfall.collect.referrers import channel_of, read_origin, tagged_source
from footfall.vocabulary import ENGAGEMENT, PAGEVIEW, SCROLL_UNKNOWN, Hit, Portal

__all__ = ["KEYS", "Line", "VisitorOf", "decode_line"]

Number = str | int | float


class VisitorOf(Protocol):
    """The id of who did something then; ``None`` is somebody nobody saw before. ``opens``: whether it may open a visit."""

    def __call__(self, who: str | None, time_ms: int, opens: bool = True) -> int: ...


class Line(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, gc=False):
    """The keys a line may have; only ``timestamp`` must be there, and ``null`` is as good as absent."""

    timestamp: str | int
    """ISO instant (a space may stand for the T), UTC unless it has an offset; or milliseconds since 1970."""
    name: Annotated[str, Meta(min_length=1, max_length=120)] | None = None
    """``pageview`` unless it says otherwise; ``engagement`` for pings, or a custom event's."""
    visitor: str | int | None = None
    """Any text; hashed on arrival. Absent or empty: a visitor of its own."""
    pathname: str | None = None
    """Without it ``/``; of a whole address its path. A query is cut to what the portal allows."""
    hostname: str | None = None
    """Without it the portal's domain. User, port and ``www.`` are dropped."""
    referrer: str | None = None
    """An address, with or without scheme; its query is dropped."""
    source: str | None = None
    """Without it what utm_source, else referrer, makes of it."""
    channel: str | None = None
    """Without it what source and campaign make of it."""
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    region: str | None = None
    """ISO 3166-2."""
    city: str | int | None = None
    """GeoNames id, or a name."""
    device: str | None = None
    browser: str | None = None
    browser_version: Number | None = None
    os: str | None = None
    os_version: Number | None = None
    props: dict[str, Number | bool | None] | None = None
    interactive: bool | None = None
    """False: does not end a bounce. True unless it says otherwise."""
    engagement_ms: Annotated[int, Meta(ge=0, lt=1 << 32)] | None = None
    """Of engagement pings; elsewhere it counts for nothing."""
    scroll_depth: Annotated[int, Meta(ge=0, le=255)] | None = None
    """Percent; above 100 is unknown."""


KEYS = Line.__struct_fields__
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
NO_CAMPAIGN: dict[str, Any] = dict.fromkeys((*CAMPAIGN, "source", "channel"))
"""A line's own source and channel may come of a campaign: then its referrer alone tells them."""
VISITOR = ("region", "city", "device", "browser", "browser_version", "os", "os_version")
UNKNOWN = frozenset(("(not set)", "(none)", "Direct / None"))
"""What answers say for an empty value: exports have it, and it means none here too."""
DIRECT = "Direct"
COUNTRY = re.compile(r"[A-Z][A-Z0-9]")
AUTHORITY = re.compile(r"\Ahttps?://[^/]*", re.IGNORECASE)
"""What a whole address has before its path; it may hold a user and a password."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII)
FIRST_MS, LAST_MS = 0, 5_600_000_000_000
SECONDS_BELOW = 10_000_000_000
"""A whole number below it is taken for seconds: as milliseconds it would lie in the first months of 1970."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
decode_json = msgspec.json.Decoder(Line).decode


def decode_line(line: bytes, portal: Portal, visitor_of: VisitorOf, conditions: Conditions = USUAL) -> Hit:
    """The line's hit.

    Raises:
        BadLine: it names what is wrong and what is valid, and never repeats a visitor.
    """
    sent = _read(line)
    if not conditions.campaigns:
        sent = msgspec.structs.replace(sent, **NO_CAMPAIGN)
    time_ms = _time_ms(sent.timestamp)
    name = sent.name or PAGEVIEW
    hit = Hit(
        site=portal.id,
        time_ms=time_ms,
        day=day_of(portal.timezone, time_ms),
        visitor=0,
        name=name,
        interactive=sent.interactive is not False,
        hostname=bare_host(sent.hostname or portal.domain),
        path=_path(sent.pathname or "/", portal),
        engagement_ms=sent.engagement_ms or 0 if name == ENGAGEMENT else 0,
        scroll_depth=SCROLL_UNKNOWN if sent.scroll_depth is None or sent.scroll_depth > 100 else sent.scroll_depth,
    )
    if sent.props:
        hit.props = _props(sent.props, portal.allowed_props)
    _put_source(hit, sent, portal)
    _put_visitor(hit, sent)
    hit.visitor = visitor_of(None if sent.visitor in (None, "") else str(sent.visitor), time_ms, name != ENGAGEMENT)
    return hit


def _read(line: bytes) -> Line:
    try:
        return decode_json(line)
    except msgspec.ValidationError as error:
        raise _sentence(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadLine("not a JSON object") from None


def _path(pathname: str, portal: Portal) -> str:
    """The path with what the portal allows of its query, and its route if the fragment is one."""
    base, query, fragment = cut_address(pathname)
    path = SESSION_ID.sub("", AUTHORITY.sub("", base))
    if query and portal.allowed_query:
        path = with_query(path, read_query(query, kept_of(portal.allowed_query)), portal.allowed_query)
    if fragment and "=" not in fragment:
        path = f"{path}#{fragment}"
    return path[:MAX_PATH] or "/"


def _props(props: dict[str, Number | bool | None], allowed: tuple[str, ...]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in props.items():
        text = _text(value)
        if text.strip() and name and (not allowed or name in allowed) and len(kept) < MAX_PROPS:
            kept[name[:MAX_PROP_NAME]] = bare_address(text)[:MAX_PROP_VALUE]
    return kept


def _put_source(hit: Hit, sent: Line, portal: Portal) -> None:
    """Referrer, campaign, source and channel. A portal is not its own source."""
    for name in CAMPAIGN:
        value = getattr(sent, name)
        if value:
            setattr(hit, name, _text(value)[:MAX_CAMPAIGN])
    source = ""
    address = cut_address(_text(sent.referrer).strip())[0]
    if address and " " not in address:
        origin = read_origin(address if "://" in address else f"https://{address}")
        if origin.host and origin.host not in (hit.hostname, portal.domain, *portal.domains):
            hit.referrer, source = origin.page[:MAX_REFERRER], origin.source
    if hit.utm_source:
        source = tagged_source(hit.utm_source)
    hit.source = source if sent.source is None else _text(sent.source)[:MAX_CAMPAIGN]
    if sent.channel is None:
        hit.channel = channel_of(hit.source, hit.utm_medium, hit.utm_campaign, hit.utm_source)
    elif sent.channel != DIRECT:
        hit.channel = _text(sent.channel)[:MAX_CAMPAIGN]


def _put_visitor(hit: Hit, sent: Line) -> None:
    """Place and device."""
    country = _text(sent.country).upper()
    if country and not COUNTRY.fullmatch(country):
        raise BadLine("country is not a two-letter ISO 3166-1 code", repr(country[:40]))
    hit.country = country
    for name in VISITOR:
        value = getattr(sent, name)
        if value is not None:
            setattr(hit, name, _text(value)[:MAX_CAMPAIGN])


def _time_ms(timestamp: str | int) -> int:
    if isinstance(timestamp, int):
        if 0 < timestamp < SECONDS_BELOW:
            raise BadLine("timestamp looks like seconds; send milliseconds, or an ISO instant", str(timestamp))
        time_ms = timestamp
    else:
        time_ms = _instant_ms(timestamp)
    if not FIRST_MS <= time_ms < LAST_MS:
        raise BadLine("timestamp is not between 1970 and 2147", str(timestamp)[:40])
    return time_ms


def _instant_ms(text: str) -> int:
    try:
        if not INSTANT.fullmatch(text):
            raise ValueError
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise BadLine("timestamp is not an ISO instant", repr(text[:40])) from None
    return ((instant if instant.tzinfo else instant.replace(tzinfo=UTC)) - EPOCH) // MILLISECOND


def _text(value: Number | bool | None) -> str:
    """As text; empty for what stands for nothing."""
    if value is None or value in UNKNOWN:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _sentence(fault: str) -> BadLine:
    """msgspec's words, in ours: the key first."""
    what, _, path = fault.partition(" - at `$")
    key = path.strip(".`").partition("[")[0]
    _, _, named = what.partition(" field ")
    if "unknown field" in what:
        return BadLine(f"unknown key {named.strip('`')[:40]!r}", f"valid keys are {', '.join(KEYS)}")
    if "missing required" in what:
        return BadLine(f"{named.strip('`')} is missing")
    return BadLine(f"{key}: {what[:1].lower()}{what[1:].replace('`', '')}" if key else "not a JSON object")
