"""Local days and wall times as instants: the one rule for midnights and hours that a clock change skips or doubles (rule 36)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["change_in", "epoch_ms", "instant_of", "local_day", "local_midnight", "offset_at", "wall_at"]

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=10_000)
def local_midnight(day: date, zone: ZoneInfo) -> int:
    """First instant of a local day, ms. A skipped midnight is the instant after the gap; of a doubled one the later."""
    return instant_of(day, time(0, fold=1), zone)


def local_day(instant_ms: int, zone: ZoneInfo) -> date:
    """The local day that an instant lies in. Before the later of two midnights it is still the day before."""
    day = wall_at(instant_ms, zone).date()
    return day if instant_ms >= local_midnight(day, zone) else day - ONE_DAY


def instant_of(day: date, wall_time: time, zone: ZoneInfo) -> int:
    """The instant of a local time, whole seconds, ms. A skipped one is the instant after the gap; of a doubled one its fold chooses."""
    wall = datetime.combine(day, wall_time, zone)
    instant = epoch_ms(wall)
    if wall_at(instant, zone) == wall.replace(tzinfo=None):
        return instant
    # TRICKY: a time that does not exist (midnight in America/Sao_Paulo, spring) is behind the gap with fold 0 and before it with fold 1.
    return change_in(epoch_ms(wall.replace(fold=1)), epoch_ms(wall.replace(fold=0)), zone)


def epoch_ms(instant: datetime) -> int:
    """Milliseconds since 1970, of whole seconds."""
    return int(instant.astimezone(UTC).timestamp()) * 1000


def wall_at(instant_ms: int, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows, without its zone."""
    return datetime.fromtimestamp(instant_ms / 1000, zone).replace(tzinfo=None)


def offset_at(instant_ms: int, zone: ZoneInfo) -> int:
    """Local time minus UTC, ms."""
    return round((datetime.fromtimestamp(instant_ms / 1000, zone).utcoffset() or timedelta(0)).total_seconds() * 1000)


def change_in(before_ms: int, after_ms: int, zone: ZoneInfo) -> int:
    """The first instant of the offset that holds at ``after_ms`` and not yet at ``before_ms``."""
    offset = offset_at(after_ms, zone)
    while after_ms - before_ms > 1000:
        middle = (before_ms + after_ms) // 2000 * 1000
        before_ms, after_ms = (before_ms, middle) if offset_at(middle, zone) == offset else (middle, after_ms)
    return after_ms
