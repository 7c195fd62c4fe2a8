"""The visit rules (stats-semantics 1 to 7): which visit a hit joins, and what the visit becomes. Pure; no store, no clock.

Rows leave here as JSON lines. What is the same in all rows of a visit (its ids; source, campaign, place and device of its first event) is
encoded once and appended to each: that is most of a row, and the reason why a hit costs microseconds.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from footfall.vocabulary import ENGAGEMENT, PAGEVIEW, SCROLL_UNKNOWN, Hit

__all__ = ["Name", "Visit", "assign", "bare_line", "instant", "read_back", "visit_line"]

Name = Callable[[int], tuple[int, int]]
"""The random id and the number of a visit of this site that opens."""
QUIET_MS = 31 * 60_000
"""Thirty whole minutes are over."""
THIRTEEN_DIGITS = 10**12
encode = msgspec.json.Encoder().encode


class Origin(msgspec.Struct, omit_defaults=True, gc=False):
    """What a visit's first event fixes for all of them; columns of ``events`` and ``visits`` alike."""

    referrer: str = ""
    source: str = ""
    channel: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_content: str = ""
    utm_term: str = ""
    device: str = ""
    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    country: str = ""
    region: str = ""
    city: str = ""


class Visit(msgspec.Struct, gc=False):
    """A visit as it stands."""

    site: int
    day: str
    """Service day of the first event."""
    visitor: int
    visit: int
    """Random."""
    number: int
    """Place among the portal's visits, by the arrival of their first events."""
    first_ms: int
    """Time of the first event to arrive."""
    last_ms: int
    """Time of the last event to arrive that is not engagement."""
    seen_ms: int
    """Time of the last event of any kind to arrive."""
    origin: bytes
    """The end of each of its lines: its site, visitor and id and an ``Origin`` as JSON members, the closing brace and the newline."""
    version: int = 0
    """Events so far, engagement included."""
    pageviews: int = 0
    events: int = 0
    interactive: int = 0
    """Custom events that end a bounce."""
    entry_page: str = ""
    exit_page: str = ""
    entry_hostname: str = ""
    exit_hostname: str = ""


class VisitRow(msgspec.Struct, omit_defaults=True, gc=False):
    """Columns of ``visits`` that may change, and day and number; instants as ``instant`` writes them."""

    day: str
    number: int
    version: int
    start: str
    end: str
    seen: str
    reversed: bool
    duration_s: int
    is_bounce: bool
    pageviews: int = 0
    events: int = 0
    interactive: int = 0
    entry_page: str = ""
    exit_page: str = ""
    entry_hostname: str = ""
    exit_hostname: str = ""


class EventRow(msgspec.Struct, omit_defaults=True, gc=False):
    """Columns of ``events`` that are the event's own."""

    day: str
    time: str
    seq: int
    name: str
    scroll_depth: int
    interactive: bool = False
    hostname: str = ""
    path: str = ""
    props: dict[str, str] = {}
    engagement_ms: int = 0


def instant(time_ms: int) -> str:
    """Seconds since 1970, ten digits, and three behind the point: the form that every ClickHouse reads into a DateTime64(3)."""
    digits = str(time_ms) if time_ms >= THIRTEEN_DIGITS else f"{time_ms:013d}"
    return digits[:-3] + "." + digits[-3:]


def assign(hit: Hit, visit: Visit | None, name: Name) -> tuple[bytes, Visit] | None:
    """The hit's line for ``events`` and its visit, grown or new.

    ``visit`` is the visitor's latest one to open, if any is known; it is changed in place. ``name`` gives a visit of the site
    that opens its random id and its number.
    ``None`` for an engagement ping without an open visit: there is nothing it could keep alive.
    """
    time_ms, name_of = hit.time_ms, hit.name
    if visit is None or time_ms - visit.seen_ms >= QUIET_MS:
        if name_of == ENGAGEMENT:
            return None
        visit = _opened(hit, *name(hit.site))
    line = _own(hit, visit.version) + visit.origin
    visit.version += 1
    visit.seen_ms = time_ms
    if name_of != ENGAGEMENT:
        visit.last_ms = time_ms
        visit.events += 1
        if name_of == PAGEVIEW:
            _turn_page(visit, hit)
        elif hit.interactive:
            visit.interactive += 1
    return line, visit


def bare_line(hit: Hit) -> bytes:
    """The line of a hit counted without visit detail: no visit, no visitor, no source, place or device."""
    return _own(hit, 0) + _tail(hit.site, 0, 0, Origin())


def visit_line(visit: Visit) -> bytes:
    """The visit as it stands, as a line for ``visits``."""
    first_ms, last_ms = visit.first_ms, visit.last_ms
    start = instant(first_ms)
    end = start if last_ms == first_ms else instant(last_ms)
    is_reversed = first_ms > last_ms
    row = VisitRow(
        visit.day,
        visit.number,
        visit.version,
        end if is_reversed else start,
        start if is_reversed else end,
        instant(visit.seen_ms),
        is_reversed,
        abs(last_ms - first_ms) // 1000,
        visit.pageviews == 1 and visit.interactive == 0,
        visit.pageviews,
        visit.events,
        visit.interactive,
        visit.entry_page,
        visit.exit_page,
        visit.entry_hostname,
        visit.exit_hostname,
    )
    return encode(row)[:-1] + visit.origin


def read_back(site: int, row: tuple[Any, ...]) -> Visit:
    """A visit out of a row of open_visits.sql."""
    day, visitor, visit, number, version, start, end, seen, is_reversed = row[:9]
    pageviews, events, interactive, entry_page, exit_page, entry_hostname, exit_hostname = row[9:16]
    first_ms, last_ms = (end, start) if is_reversed else (start, end)
    return Visit(
        site,
        str(day),
        visitor,
        visit,
        number,
        first_ms,
        last_ms,
        seen,
        _tail(site, visitor, visit, Origin(*row[16:])),
        version,
        pageviews,
        events,
        interactive,
        entry_page,
        exit_page,
        entry_hostname,
        exit_hostname,
    )


def _opened(hit: Hit, visit: int, number: int) -> Visit:
    origin = Origin(
        hit.referrer,
        hit.source,
        hit.channel,
        hit.utm_source,
        hit.utm_medium,
        hit.utm_campaign,
        hit.utm_content,
        hit.utm_term,
        hit.device,
        hit.browser,
        hit.browser_version,
        hit.os,
        hit.os_version,
        hit.country,
        hit.region,
        hit.city,
    )
    tail = _tail(hit.site, hit.visitor, visit, origin)
    return Visit(hit.site, hit.day, hit.visitor, visit, number, hit.time_ms, hit.time_ms, hit.time_ms, tail)


def _tail(site: int, visitor: int, visit: int, origin: Origin) -> bytes:
    members = encode(origin)[1:]
    comma = b"," if len(members) > 1 else b""
    return b',"site":%d,"visitor":%d,"visit":%d%b%b\n' % (site, visitor, visit, comma, members)


def _turn_page(visit: Visit, hit: Hit) -> None:
    path, hostname = hit.path, hit.hostname
    if visit.pageviews == 0:
        visit.entry_page, visit.entry_hostname = path, hostname
    visit.exit_page, visit.exit_hostname = path, hostname
    visit.pageviews += 1


def _own(hit: Hit, seq: int) -> bytes:
    """The beginning of the hit's line, without a closing brace."""
    depth = hit.scroll_depth
    row = EventRow(
        hit.day,
        instant(hit.time_ms),
        seq,
        hit.name,
        depth if depth <= 100 else SCROLL_UNKNOWN,
        hit.interactive,
        hit.hostname,
        hit.path,
        hit.props,
        hit.engagement_ms,
    )
    return encode(row)[:-1]
