"""What makes a portal valid."""

from datetime import date, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from footfall.control.hostnames import clean_domain
from footfall.errors import BadInput
from footfall.local_time import local_day
from footfall.vocabulary import Portal

__all__ = ["PORTAL_SETTINGS", "checked_portal", "decode_portal", "turned"]

PORTAL_SETTINGS = ("domain", "domains", "timezone", "group", "keep_events", "allowed_query", "allowed_props", "privacy_signal")
"""What its team may set."""
MOVES_DAYS = 760
"""No portal has events that are older, so none is drawn of them."""
decode_portal = msgspec.json.Decoder(Portal).decode


def checked_portal(values: dict[str, Any]) -> Portal:
    """The portal of these values, its names cleaned.

    Raises:
        BadInput: names the value, what is wrong with it and what is valid.
    """
    try:
        portal = msgspec.convert(values, Portal, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput("That portal is not valid: {fault}.", fault=str(error)) from None
    if portal.timezone not in _zones():
        raise BadInput("Time zone {timezone!r} is not known. Valid: IANA names such as Europe/Moscow or Etc/UTC.", timezone=portal.timezone)
    if not 0 <= portal.keep_events <= 760:
        raise BadInput("keep_events {keep_events} is out of range. Valid: 0 to 760 days.", keep_events=portal.keep_events)
    if not portal.group.strip():
        raise BadInput("The group is empty. Valid: a name, such as city.")
    domain = clean_domain(portal.domain)
    others = dict.fromkeys(clean_domain(other) for other in portal.domains)
    return msgspec.structs.replace(portal, domain=domain, domains=tuple(other for other in others if other != domain))


def turned(before: Portal, after: Portal, now_ms: int) -> Portal:
    """The portal after a change. Whether it is sealed changes with the next service day: one day's events are all in one place.

    A change that is taken back before it took force never was. Group and time zone change at once; the day of it is remembered.
    """
    after = _moved(before, after, now_ms)
    if (before.keep_events == 0) == (after.keep_events == 0):
        return after
    today = _day_in(after.timezone, now_ms)
    is_taken_back = before.turns_on > str(today)
    return msgspec.structs.replace(after, turns_on="" if is_taken_back else str(today + timedelta(days=1)))


def _moved(before: Portal, after: Portal, now_ms: int) -> Portal:
    if (before.group, before.timezone) == (after.group, after.timezone):
        return after
    today = {_day_in(zone, now_ms) for zone in (before.timezone, after.timezone)}
    oldest = str(min(today) - timedelta(days=MOVES_DAYS))
    return msgspec.structs.replace(after, moved=tuple(sorted({day for day in before.moved if day >= oldest} | set(map(str, today)))))


def _day_in(zone: str, now_ms: int) -> date:
    return local_day(now_ms, ZoneInfo(zone))


@cache
def _zones() -> set[str]:
    return available_timezones()
