"""What a resident may know of a portal: what is collected there and what is not, for how long, who reads it, and what its numbers cost.

One Struct: the page, in the reader's language, and its machine-readable twin show the same.
"""

from datetime import UTC, date, datetime, timedelta

import msgspec

from footfall.collect.conditions import CONDITIONS, Conditions
from footfall.collect.days import day_of, day_span
from footfall.collect.pages import KEPT_QUERY
from footfall.collect.visitor import OVERLAP_MS
from footfall.control.caps import spent_by_day
from footfall.control.ledger import spent_since
from footfall.control.reach import list_groups
from footfall.privacy.budget import COHORT, DAYS_A_MONTH, RHO, RHO_A_DAY, RHO_A_MONTH, UNIT
from footfall.privacy.marts import MARTS
from footfall.privacy.policy import OUTSIDE, POLICIES
from footfall.serve.attack_reports import AttackReport, last_report
from footfall.serve.house import Desk
from footfall.serve.ledgers import open_ledger
from footfall.serve.retention import MARTS_MONTHS
from footfall.vocabulary import Portal

__all__ = ["FIELDS", "NEVER", "Facts", "Held", "MartFact", "ReaderFact", "Spent", "facts_of", "heeded", "held_of"]

FIELDS: dict[str, tuple[str, ...]] = {
    "page": ("hostname", "path"),
    "time": ("site", "time_ms", "day"),
    "event": ("name", "interactive"),
    "reading": ("engagement_ms", "scroll_depth"),
    "source": ("referrer", "source", "channel"),
    "campaign": ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    "device": ("device", "browser", "browser_version", "os", "os_version"),
    "place": ("country", "region", "city"),
    "properties": ("props",),
    "visitor": ("visitor",),
}
"""What is kept of an event: every field of a ``Hit``, those that belong together under one name."""
NEVER = ("address", "agent", "cookies", "ids", "typed", "query", "fingerprint")
"""What is not kept."""


class ReaderFact(msgspec.Struct, frozen=True):
    """Somebody who reads numbers."""

    who: str
    """``staff``, ``outside`` (links and panels that the staff share), ``city`` or ``open``."""
    smallest_cohort: int
    """Visitors; what rests on fewer is never shown."""
    reads: str
    """``events`` or ``marts``."""


class MartFact(msgspec.Struct, frozen=True):
    """Statistics that are drawn of a day when it is over."""

    name: str
    keys: tuple[str, ...]
    grain: str
    cells: int
    """Of them one visitor counts in at most so many, once in each."""


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What the draws of the portal's group cost a visitor who came every day."""

    group: str
    since: str
    """The first day of the month that this is of, YYYY-MM-DD."""
    days: int
    """Service days that were drawn."""
    rho: float
    """All of them together."""
    most: float
    most_a_day: float
    releases: dict[str, float]
    """The most of each release, a day."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    portal: str
    date: str
    """Of this page, where the portal is."""
    timezone: str
    collected: dict[str, tuple[str, ...]]
    """Names of an event's fields."""
    query_kept: tuple[str, ...]
    """Query parameters that are kept; all others are cut off."""
    properties_kept: tuple[str, ...]
    """Names of properties that are kept; empty: what the portal's pages tell."""
    not_collected: tuple[str, ...]
    privacy_signal: str
    keep_events_days: int
    is_sealed: bool
    """Events end with their day."""
    readers: tuple[ReaderFact, ...]
    unit: str
    marts: tuple[MartFact, ...]
    marts_kept: str
    spent: Spent
    counted_with: dict[str, tuple[str, ...]]
    """Groups of portals in which this one's visitors are counted once together, with all of their portals; none where reach is off."""
    attacks: AttackReport | None
    contact: str


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of anybody on this portal today. The same whoever asks: nothing is looked up."""

    portal: str
    today: str
    """The service day, YYYY-MM-DD."""
    pseudonym_ends: str
    """When today's salt ends, UTC; from then on no new event has its pseudonyms."""
    salt_destroyed: str
    """When the salt is destroyed at the latest, UTC; from then on nobody, we included, can say whose pseudonym one was."""
    events_kept_days: int
    words: str


def facts_of(desk: Desk, portal: Portal) -> Facts:
    """What is so now. Reads the control database and the folder of reports."""
    now_ms, conditions = desk.now(), CONDITIONS[desk.settings.profile]
    return Facts(
        portal=portal.domain,
        date=day_of(portal.timezone, now_ms),
        timezone=portal.timezone,
        collected={name: fields for name, fields in FIELDS.items() if conditions.campaigns or name != "campaign"},
        query_kept=_query_kept(portal, conditions),
        properties_kept=portal.allowed_props,
        not_collected=NEVER,
        privacy_signal=heeded(portal, conditions),
        keep_events_days=portal.keep_events,
        is_sealed=portal.keep_events == 0,
        readers=_readers(desk),
        unit=UNIT,
        marts=tuple(MartFact(mart.name, mart.keys, mart.grain, mart.cells) for mart in MARTS),
        marts_kept=f"{MARTS_MONTHS} months" if desk.settings.profile == "cnil" else "for ever",
        spent=_spent(desk, portal, now_ms),
        counted_with=_counted_with(desk, portal),
        attacks=last_report(desk.settings.home_path),
        contact=desk.settings.steward_contact,
    )


def heeded(portal: Portal, conditions: Conditions) -> str:
    """What becomes of an event with a signal: a profile may heed what the portal would not."""
    return "count" if portal.privacy_signal == "ignore" and conditions.heeds_signals else portal.privacy_signal


def held_of(portal: Portal, now_ms: int) -> Held:
    """What is held of a visitor of today, whoever that is."""
    _, until_ms, today = day_span(portal.timezone, now_ms)
    return Held(
        portal=portal.domain,
        today=today,
        pseudonym_ends=_instant(until_ms),
        salt_destroyed=_instant(until_ms + OVERLAP_MS),
        events_kept_days=portal.keep_events,
        words="Nothing was looked up. If you came today, your events stand under a pseudonym that is made of address and browser under a "
        "salt; neither is stored, and the salt is destroyed at that time. DELETE erases what is there. Later nobody can find it.",
    )


def _counted_with(desk: Desk, portal: Portal) -> dict[str, tuple[str, ...]]:
    if desk.settings.reach == "off":
        return {}
    domains = {one.id: one.domain for one in desk.control.portals()}
    groups = (group for group in list_groups(desk.control) if portal.id in group.sites)
    return {group.name: tuple(domains[site] for site in group.sites if site in domains) for group in groups}


def _query_kept(portal: Portal, conditions: Conditions) -> tuple[str, ...]:
    allowed = set(portal.allowed_query)
    return tuple(sorted(KEPT_QUERY | allowed if conditions.campaigns else allowed - KEPT_QUERY))


def _readers(desk: Desk) -> tuple[ReaderFact, ...]:
    own = POLICIES[desk.settings.policy]
    released = (ReaderFact(name, cohort, "marts") for name, cohort in COHORT.items())
    return (ReaderFact("staff", own.smallest_cohort, "events"), ReaderFact("outside", OUTSIDE.smallest_cohort, "events"), *released)


def _spent(desk: Desk, portal: Portal, now_ms: int) -> Spent:
    today = date.fromisoformat(day_of(portal.timezone, now_ms))
    first = today - timedelta(days=DAYS_A_MONTH - 1)
    since = str(first)
    # A week's line stands under its Monday.
    lines = spent_since(open_ledger(desk.settings, desk.control), portal.group, str(first - timedelta(days=6)))
    by_day = {
        day: rho
        for day, rho in spent_by_day(line for line in lines if portal.id in line.sites and line.unit == UNIT).items()
        if day >= since
    }
    return Spent(
        group=portal.group,
        since=since,
        days=len(by_day),
        rho=round(sum(by_day.values()), 6),
        most=RHO_A_MONTH,
        most_a_day=RHO_A_DAY,
        releases=dict(RHO),
    )


def _instant(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
