"""Signs of life for operators: when each portal last counted something, and what was turned away. Never who, or how many came."""

from datetime import UTC, datetime, timedelta

from footfall.store.engine import Engine

__all__ = ["last_events", "refusals_by_reason"]

LAST_EVENTS = """SELECT site, toUnixTimestamp(toStartOfFiveMinutes(max(time))) * 1000 AS last_ms
FROM events WHERE day >= {from_day:Date} GROUP BY site ORDER BY site"""
REFUSALS = """SELECT reason, sum(count) AS refused FROM refusals
WHERE minute >= toDateTime({since_s:UInt32}, 'UTC') GROUP BY reason ORDER BY refused DESC, reason"""


def last_events(engine: Engine, *, since_ms: int) -> dict[int, int]:
    """By portal: the start of the five minutes that hold its last event, milliseconds. Portals without one since are not in it."""
    from_day = datetime.fromtimestamp(since_ms / 1000, UTC).date() - timedelta(days=1)
    return {int(site): int(last_ms) for site, last_ms in engine.query(LAST_EVENTS, {"from_day": from_day}, name="last_events")}


def refusals_by_reason(engine: Engine, *, since_ms: int) -> dict[str, int]:
    """How many events were refused since, most first."""
    rows = engine.query(REFUSALS, {"since_s": max(0, since_ms // 1000)}, name="refusals")
    return {str(reason): int(count) for reason, count in rows}
