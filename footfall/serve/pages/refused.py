"""What was not counted: events that were refused, by reason, on the whole days of a period that are over.

Each day is released by itself and a period is the sum of its released days. So what a longer period has more is a released day again, and
nothing is learned by subtraction; and nobody who watches the page sees a single event come.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from footfall.collect.days import day_span
from footfall.local_time import local_midnight
from footfall.serve.house import Desk
from footfall.serve.pages.language import N_
from footfall.serve.pages.panels import Ask
from footfall.serve.refusals import release_refusals
from footfall.store.activity import refusals_by_day, refusals_by_site
from footfall.vocabulary import Portal

__all__ = ["REASON_WORDS", "Refused", "RefusedFor", "load_refused", "refused_today"]

REASON_WORDS = {
    "bot": (N_("Robots"), N_("The browser says that it is a robot or is driven by one, or it says nothing of itself.")),
    "prefetch": (N_("Fetched ahead"), N_("A browser fetched the page in case somebody would look at it.")),
    "spam_referrer": (N_("Referrer spam"), N_("It says it comes from a site that is known for made-up visits.")),
    "rate_limit": (N_("Too many at once"), N_("One address sent more events in a minute than people make.")),
    "privacy_signal": (
        N_("Wished not to be counted"),
        N_("The browser sends Global Privacy Control or Do Not Track, and the portal is set up to refuse such events."),
    ),
    "no_visit": (N_("Attention without a visit"), N_("A sign that a page is still being read, of a visit that is not known.")),
    "malformed": (N_("Could not be read"), N_("It was not written as its tracker should write it.")),
    "too_large": (N_("Too large"), N_("It was larger than any event needs to be.")),
    "unknown_portal": (N_("No such portal"), N_("It named a portal that is not here, so it is on no portal's page.")),
    "unavailable": (
        N_("Could not be kept"),
        N_("The disk or the journal could not take it just then. Such events are missing from the numbers."),
    ),
}
"""Name and meaning of each reason of ``collect.pipeline.REASONS``."""

WISHED = "privacy_signal"
"""Refused because the visitor asked for it: nothing to mend."""
HOUR_MS = 3_600_000


class RefusedFor(msgspec.Struct, frozen=True):
    """One reason's line."""

    reason: str
    events: int
    share: float | None
    """Percent of all that arrived; ``None`` where what was counted is blank."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The panel."""

    days: tuple[date, date] | None
    """The first and the last day; ``None`` where none of the period is over."""
    rows: tuple[RefusedFor, ...] = ()
    """Most first."""
    total: RefusedFor | None = None
    """Of all rows."""


def load_refused(desk: Desk, portal: Portal, first: date, last: date, ask: Ask) -> Refused:
    """What was refused on these days, as far as they are over. Filters are no part of it: a refused event has nothing to filter by."""
    today = datetime.fromtimestamp(desk.now() / 1000, ZoneInfo(portal.timezone)).date()
    last = min(last, today - timedelta(days=1))
    if first > last:
        return Refused(days=None)
    found = _released(desk, portal, first, last)
    counted = ask({"metrics": ["events"], "date_range": [first.isoformat(), last.isoformat()]}).answer.rows[0].metrics[0]
    all_refused = sum(found.values())
    arrived = counted + all_refused if isinstance(counted, int) else 0
    rows = [RefusedFor(reason, events, _share(events, arrived)) for reason, events in found.most_common()]
    total = RefusedFor("", all_refused, _share(all_refused, arrived))
    return Refused(days=(first, last), rows=tuple(rows), total=total if rows else None)


def _released(desk: Desk, portal: Portal, first: date, last: date) -> Counter[str]:
    """Events by reason, each day's as the policy lets them out."""
    zone = ZoneInfo(portal.timezone)
    from_ms, to_ms = local_midnight(first, zone), local_midnight(last + timedelta(days=1), zone)
    found: Counter[str] = Counter()
    for _, reason, events in refusals_by_day(desk.engine, portal.id, from_ms=from_ms, to_ms=to_ms, zone=portal.timezone):
        found[reason] += release_refusals(reason, events, desk.settings.policy)
    return +found


def refused_today(desk: Desk, portals: Iterable[Portal]) -> Counter[int]:
    """Events by portal id that were refused today in hours that are over, what visitors wished for left out."""
    by_zone: defaultdict[str, list[int]] = defaultdict(list)
    for portal in portals:
        by_zone[portal.timezone].append(portal.id)
    found: Counter[int] = Counter()
    for zone, sites in by_zone.items():
        midnight_ms = day_span(zone, desk.now())[0]
        for site, reason, events in refusals_by_site(desk.engine, sites, from_ms=midnight_ms, to_ms=desk.now() // HOUR_MS * HOUR_MS):
            found[site] += release_refusals(reason, events, desk.settings.policy) if reason != WISHED else 0
    return +found


def _share(events: int, arrived: int) -> float | None:
    return 100 * events / arrived if arrived else None
