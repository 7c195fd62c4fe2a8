"""The daily round of forgetting: what a portal keeps no longer leaves the store when its day is over."""

from datetime import date, timedelta

import structlog

from footfall.collect.days import day_of
from footfall.control.database import Control
from footfall.store.engine import Engine
from footfall.store.forgetting import drop_expired
from footfall.vocabulary import Clock, Portal

__all__ = ["forget_expired", "kept_from", "service_day"]

log = structlog.get_logger()
ROUND = "retention"


def service_day(control: Control, now_ms: int) -> str:
    """The day it is everywhere: the earliest local date among the portals, so that no portal forgets too soon."""
    return min((day_of(portal.timezone, now_ms) for portal in control.portals()), default=day_of("Etc/UTC", now_ms))


def kept_from(portal: Portal, control: Control, now_ms: int) -> str:
    """The first day, YYYY-MM-DD, whose events the next round leaves to the portal."""
    next_round = date.fromisoformat(service_day(control, now_ms)) + timedelta(days=1)
    return str(next_round - timedelta(days=portal.keep_events))


def forget_expired(control: Control, engine: Engine, now: Clock) -> int:
    """Once a service day, drop events older than each portal's ``keep_events`` and all of removed portals.

    Answers how many (portal, day) pairs went. A home's first round is at its first midnight: history that was just imported can be
    looked at until then.

    Raises:
        Unavailable: control or store is away; the next call tries again.
    """
    today = service_day(control, now())
    last = control.last_day(ROUND)
    if last == today:
        return 0
    dropped = _drop(control, engine, today) if last else 0
    control.set_last_day(ROUND, today)
    log.info("retention round", day=today, dropped=dropped)
    return dropped


def _drop(control: Control, engine: Engine, today: str) -> int:
    keep = dict.fromkeys(control.removed_portals(), 0) | {portal.id: portal.keep_events for portal in control.portals()}
    return drop_expired(engine, keep, date.fromisoformat(today))
