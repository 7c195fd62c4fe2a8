"""The daily round of forgetting: what a portal keeps no longer leaves the store when its day is over and had its time to be closed."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

import structlog

from footfall.collect.days import day_of
from footfall.control.database import Control
from footfall.store.drawn import drop_days_before
from footfall.store.engine import Engine
from footfall.store.forgetting import drop_expired, forget_days, forget_nights, held_of_days
from footfall.store.loading import Loader
from footfall.store.rollup import days_of
from footfall.store.sealed import is_begun
from footfall.vocabulary import Clock, Portal

__all__ = [
    "AFTER_MIDNIGHT_MS",
    "CLOSING_MS",
    "MARTS_MONTHS",
    "MARTS_ROUND",
    "forget_due",
    "forget_expired",
    "forget_old_marts",
    "forget_over",
    "forget_sealed",
    "forget_sealed_days",
    "forget_set_aside",
    "kept_from",
    "last_day_over",
    "service_day",
    "still_kept",
]

log = structlog.get_logger()
ROUND, MARTS_ROUND = "retention", "marts"
MARTS_MONTHS = 25
"""Of a profile that lets marts grow no older."""
MINUTE_MS, DAY_MS = 60_000, 86_400_000
AFTER_MIDNIGHT_MS = 40 * MINUTE_MS
"""A visit goes on for up to 35 minutes under the id of the day before; then its salt is gone, and soon its last event loaded."""
CLOSING_MS = 60 * MINUTE_MS
"""From midnight on: whether a day was closed by then or not, what is to be forgotten is."""
HANDS_OFF_MS = 5 * MINUTE_MS
"""Nothing is counted any more that is about to be forgotten."""
ONE_DAY = timedelta(days=1)


def service_day(control: Control, now_ms: int) -> str:
    """The day it is everywhere: the earliest local date among the portals, so that no portal forgets too soon."""
    return min((day_of(portal.timezone, now_ms) for portal in control.portals()), default=day_of("Etc/UTC", now_ms))


def last_day_over(portals: Iterable[Portal], now_ms: int) -> date:
    """The newest day that is over for all of these portals, its salts gone."""
    return date.fromisoformat(min(day_of(portal.timezone, now_ms - AFTER_MIDNIGHT_MS) for portal in portals)) - ONE_DAY


def kept_from(portal: Portal, control: Control, now_ms: int) -> str:
    """The first day, YYYY-MM-DD, whose events the next round leaves to the portal."""
    next_round = date.fromisoformat(service_day(control, now_ms - CLOSING_MS)) + ONE_DAY
    return str(next_round - timedelta(days=portal.keep_events))


def still_kept(portals: Iterable[Portal], control: Control, day: date, now_ms: int) -> list[Portal]:
    """Those whose events of the day are all there and stay while it is closed, with those of the evening before, which visits come from."""
    soon_ms = now_ms - CLOSING_MS + HANDS_OFF_MS
    today = date.fromisoformat(service_day(control, soon_ms))

    def is_kept(portal: Portal) -> bool:
        if portal.is_sealed(str(day)):
            return day_of(portal.timezone, soon_ms) <= str(day)
        return today - timedelta(days=portal.keep_events) <= day - ONE_DAY

    return [portal for portal in portals if is_kept(portal)]


def forget_due(control: Control, engine: Engine, now: Clock, *, profile: str) -> None:
    """Whatever is to be forgotten now, under the setting ``profile``. Raises Unavailable; the next call tries again."""
    forget_sealed(control, engine, now)
    forget_expired(control, engine, now)
    if profile == "cnil":
        forget_old_marts(control, engine, now)


def forget_expired(control: Control, engine: Engine, now: Clock) -> int:
    """Once a service day, drop events older than each portal's ``keep_events`` and all of removed portals.

    Answers how many (portal, day) pairs went. A home's first round is at its first midnight: history that was just imported can be
    looked at until then.

    Raises:
        Unavailable: control or store is away; the next call tries again.
    """
    today = service_day(control, now() - CLOSING_MS)
    last = control.last_day(ROUND)
    if last == today:
        return 0
    dropped = _drop(control, engine, today) if last else 0
    control.set_last_day(ROUND, today)
    log.info("retention round", day=today, dropped=dropped)
    return dropped


def forget_set_aside(control: Control, loader: Loader, now: Clock) -> None:
    """Delete lines that could not be loaded once any portal's events of their age are gone: nobody can say whose they are."""
    days = min((portal.keep_events for portal in control.portals() if portal.keep_events), default=1)
    loader.clear_bad(now() - CLOSING_MS - days * DAY_MS)


def forget_old_marts(control: Control, engine: Engine, now: Clock) -> int:
    """Once a service day, drop marts of days over 25 months ago; how many cells that were. Round ``marts`` keeps the first day left.

    Raises:
        Unavailable: control or store is away; the next call tries again.
    """
    first = _months_before(date.fromisoformat(service_day(control, now() - CLOSING_MS)), MARTS_MONTHS)
    if control.last_day(MARTS_ROUND) == str(first):
        return 0
    dropped = drop_days_before(engine, first)
    control.set_last_day(MARTS_ROUND, str(first))
    return dropped


def forget_sealed(control: Control, engine: Engine, now: Clock) -> int:
    """Drop what sealed portals (``keep_events`` 0) hold of days that are over and had their time to be closed; how many days that were.

    Raises:
        Unavailable: control or store is away; the next call tries again.
    """
    now_ms = now() - CLOSING_MS
    over, _ = _over(engine, [portal for portal in control.portals() if portal.is_sealed(day_of(portal.timezone, now_ms))], now_ms)
    forget_sealed_days(engine, over)
    return len(over)


def forget_over(control: Control, sealed: Engine, now: Clock) -> int:
    """As ``forget_sealed``, in the store that sealed portals' events are in: there every day of every portal ends so.

    Raises:
        Unavailable: control or store is away; the next call tries again.
    """
    if not is_begun(sealed):
        return 0
    gone = [Portal(id=site, domain="", umami_id="") for site in control.removed_portals()]
    over, held = _over(sealed, [*control.portals(), *gone], now() - CLOSING_MS)
    try:
        forget_nights(sealed, over)
    finally:  # a tmpfs may be too full to delete rows, never to drop days
        forget_days(sealed, over, whole={day for _, day in over} - {day for _, day in held - over})
    return len(over)


def _over(engine: Engine, portals: Iterable[Portal], now_ms: int) -> tuple[set[tuple[int, date]], set[tuple[int, date]]]:
    """Site and day of what the engine holds of these portals and is over, and of all until now."""
    sites = {portal.id: portal.timezone for portal in portals}
    if not sites:
        return set(), set()
    today = {site: date.fromisoformat(day_of(timezone, now_ms)) for site, timezone in sites.items()}
    held = {(one.site, one.day) for one in days_of(engine, sites, date(1970, 1, 1), max(today.values()) + ONE_DAY)}
    return {(site, day) for site, day in held if day < today[site]}, held


def forget_sealed_days(engine: Engine, pairs: Collection[tuple[int, date]]) -> None:
    """Drop these sites' days, and what their visitors did after midnight: tomorrow nobody could tell that it belongs to the day before."""
    held = held_of_days(engine, pairs)
    if held:
        forget_nights(engine, held)
        forget_days(engine, held)


def _months_before(day: date, months: int) -> date:
    """The same day of the month; the first of the next where that month has none: no mart is older than it."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year, month + 2, 1)


def _drop(control: Control, engine: Engine, today: str) -> int:
    keep = dict.fromkeys(control.removed_portals(), 0) | {portal.id: portal.keep_events for portal in control.portals()}
    return drop_expired(engine, keep, date.fromisoformat(today))
