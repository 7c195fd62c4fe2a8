"""Signs of life for operators: which portals count at all, and what was turned away. Only as much as the gate may let out is asked for."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from footfall.store.engine import Engine
from footfall.store.sealed import Both
from footfall.store.segments import IMPORT

__all__ = ["MOST_COUNTED", "few_visitor_days", "last_import_ms", "refusals_by_day", "refusals_by_reason", "refusals_by_site"]

MOST_COUNTED = 100
"""As it stands in the statement."""
VISITOR_DAYS = """SELECT site, uniqUpTo(100)(day, visitor) AS visitor_days FROM events
WHERE day >= {from_day:Date} AND visitor != 0 GROUP BY site ORDER BY site"""
REFUSALS = """SELECT reason, sum(count) AS refused FROM refusals
WHERE minute >= toDateTime({since_s:UInt32}, 'UTC') GROUP BY reason ORDER BY refused DESC, reason"""
REFUSALS_BY_DAY = """SELECT toString(toDate(minute, {zone:String})) AS local_day, reason, sum(count) AS refused FROM refusals
WHERE site = {site:UInt32} AND minute >= toDateTime({from_s:UInt32}, 'UTC') AND minute < toDateTime({to_s:UInt32}, 'UTC')
GROUP BY local_day, reason ORDER BY local_day, reason"""
REFUSALS_BY_SITE = """SELECT site, reason, sum(count) AS refused FROM refusals
WHERE site IN {sites:Array(UInt32)} AND minute >= toDateTime({from_s:UInt32}, 'UTC') AND minute < toDateTime({to_s:UInt32}, 'UTC')
GROUP BY site, reason ORDER BY site, reason"""
LAST_IMPORT = "SELECT toUnixTimestamp64Milli(max(loaded_at)) FROM segments WHERE startsWith(name, {import:String})"


def last_import_ms(engine: Engine) -> int:
    """When a piece of imported history was loaded last; 0 for never."""
    return max(0, int(engine.query(LAST_IMPORT, {"import": IMPORT}, name="last_import")[0][0]))


def few_visitor_days(engine: Engine | Both, *, since_ms: int) -> dict[int, int]:
    """Visitor-days by portal on the days since, to be released before anybody sees them; above ``MOST_COUNTED`` all are alike.

    Portals without one are not in it.
    """
    from_day = datetime.fromtimestamp(since_ms / 1000, UTC).date() - timedelta(days=1)
    return {int(site): int(few) for site, few in engine.query(VISITOR_DAYS, {"from_day": from_day}, name="visitor_days")}


def refusals_by_reason(engine: Engine, *, since_ms: int) -> dict[str, int]:
    """How many events were refused since on all portals together, most first; to be released before anybody sees them."""
    rows = engine.query(REFUSALS, {"since_s": max(0, since_ms // 1000)}, name="refusals")
    return {str(reason): int(count) for reason, count in rows}


def refusals_by_site(engine: Engine, sites: Collection[int], *, from_ms: int, to_ms: int) -> list[tuple[int, str, int]]:
    """Portal, reason and how many of its events were refused in that time; each to be released by itself before anybody sees it."""
    span = {"sites": list(sites), "from_s": max(0, from_ms // 1000), "to_s": max(0, to_ms // 1000)}
    rows = engine.query(REFUSALS_BY_SITE, span, name="refusals_by_site")
    return [(int(site), str(reason), int(count)) for site, reason, count in rows]


def refusals_by_day(engine: Engine, site: int, *, from_ms: int, to_ms: int, zone: str) -> list[tuple[str, str, int]]:
    """Local day, reason and how many events of the portal were refused on it; each to be released by itself before anybody sees it."""
    span = {"from_s": max(0, from_ms // 1000), "to_s": max(0, to_ms // 1000)}
    rows = engine.query(REFUSALS_BY_DAY, {"site": site, "zone": zone} | span, name="refusals_by_day")
    return [(str(day), str(reason), int(count)) for day, reason, count in rows]
