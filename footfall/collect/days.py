"""Service days: the portal's local day of an instant, with the midnights around it remembered."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from footfall.local_time import local_day, local_midnight

__all__ = ["day_of", "day_span"]

_last: dict[str, tuple[int, int, str]] = {}


def day_of(timezone: str, time_ms: int) -> str:
    """Local day at ``time_ms``, YYYY-MM-DD."""
    span = _last.get(timezone)
    if span is None or not span[0] <= time_ms < span[1]:
        span = _last[timezone] = day_span(timezone, time_ms)
    return span[2]


def day_span(timezone: str, time_ms: int) -> tuple[int, int, str]:
    """The local day that holds ``time_ms``: its first millisecond, the next day's first millisecond, its date."""
    zone = ZoneInfo(timezone)
    day = local_day(time_ms, zone)
    return local_midnight(day, zone), local_midnight(day + timedelta(days=1), zone), day.isoformat()
