"""Service days: the portal's local date of an instant, with the midnights around it remembered."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["day_of", "day_span"]

_last: dict[str, tuple[int, int, str]] = {}


def day_of(timezone: str, time_ms: int) -> str:
    """Local date at ``time_ms``, YYYY-MM-DD."""
    span = _last.get(timezone)
    if span is None or not span[0] <= time_ms < span[1]:
        span = _last[timezone] = day_span(timezone, time_ms)
    return span[2]


def day_span(timezone: str, time_ms: int) -> tuple[int, int, str]:
    """The local day that holds ``time_ms``: its first millisecond, the next day's first millisecond, its date."""
    zone = ZoneInfo(timezone)
    date = datetime.fromtimestamp(time_ms / 1000, UTC).astimezone(zone).date()
    return _midnight_ms(timezone, date.toordinal()), _midnight_ms(timezone, date.toordinal() + 1), date.isoformat()


@lru_cache(maxsize=10_000)
def _midnight_ms(timezone: str, ordinal: int) -> int:
    """First instant of a local date. A midnight that a clock change skips is the instant after the gap."""
    zone = ZoneInfo(timezone)
    date = datetime.fromordinal(ordinal).date()
    wall = datetime.combine(date, time(0), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).date() != date:
        instant += timedelta(days=1)
    while instant.astimezone(zone).date() >= date and (instant - timedelta(minutes=15)).astimezone(zone).date() >= date:
        instant -= timedelta(minutes=15)
    return int(instant.timestamp() * 1000)
