"""Date ranges and buckets in the portal's own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from footfall.errors import BadQuestion

__all__ = ["Period", "bucket_starts", "instant_of", "label_of", "local_midnight", "parse_period", "shifted"]

NAMES = "day, 24h, 7d, 28d, 30d, 91d, month, 6mo, 12mo, year, all, or two ISO dates or instants"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MOST_BUCKETS = 50_000


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open span of instants and the local days it covers."""

    from_ms: int
    to_ms: int
    """First millisecond after it."""
    first: date
    last: date
    timezone: str
    by_instants: bool = False
    """Asked for by instants (or 24h), not by whole local days."""
    is_all: bool = False
    """From the first data on: ``run`` sets the first day."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def default_unit(self) -> str:
        """What ``time`` means: hour up to 48 hours, day up to 40 days, week up to 52 weeks, else month."""
        hours = (self.to_ms - self.from_ms) / HOUR_MS
        days = (self.last - self.first).days + 1
        if hours <= 48 or (days <= 2 and not self.by_instants):
            return "hour"
        return "day" if days <= 40 else "week" if days <= 52 * 7 else "month"


def local_midnight(day: date, zone: ZoneInfo) -> int:
    """First instant of a local day, ms. A skipped midnight is the instant after the gap; of a doubled one the later."""
    wall = datetime.combine(day, time(0), zone)
    later = wall.replace(fold=1).astimezone(UTC)
    if later.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return int(later.timestamp()) * 1000
    # TRICKY: the midnight does not exist (America/Sao_Paulo, spring): fold=0 lands as far behind the gap as the gap is wide.
    instant = wall.replace(fold=0).astimezone(UTC)
    offset_before = (instant - timedelta(hours=3)).astimezone(zone).utcoffset() or timedelta(0)
    offset_after = (instant + timedelta(hours=3)).astimezone(zone).utcoffset() or timedelta(0)
    gap = offset_after - offset_before
    start = wall.replace(tzinfo=UTC) - offset_before
    return int(max(start, start + gap - gap).timestamp()) * 1000


def instant_of(local: datetime, zone: ZoneInfo) -> int:
    return int(local.replace(tzinfo=zone).astimezone(UTC).timestamp() * 1000)


def parse_period(value: Any, *, timezone: str, now_ms: int) -> Period:
    """The period a ``date_range`` names.

    Raises:
        BadQuestion: it names none; the sentence says what is valid.
    """
    zone = ZoneInfo(timezone)
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    if isinstance(value, list) and len(value) == 2 and all(isinstance(part, str) for part in value):
        return _from_pair(value[0], value[1], zone)
    if not isinstance(value, str):
        raise _invalid(value)
    if value == "24h":
        end = now_ms // HOUR_MS * HOUR_MS + HOUR_MS
        return _by_instants(end - DAY_MS, end, zone)
    if value == "all":
        return msgspec.structs.replace(_days(today, today, zone), is_all=True)
    if value == "day":
        return _days(today, today, zone)
    if value.endswith("d") and value[:-1].isdigit() and 0 < int(value[:-1]) <= 5000:
        return _days(today - timedelta(days=int(value[:-1])), today - timedelta(days=1), zone)
    if value == "month":
        return _days(today.replace(day=1), _month_end(today), zone)
    if value.endswith("mo") and value[:-2].isdigit() and 0 < int(value[:-2]) <= 120:
        first = _months_back(today.replace(day=1), int(value[:-2]))
        return _days(first, today.replace(day=1) - timedelta(days=1), zone)
    if value == "year":
        return _days(today.replace(month=1, day=1), today.replace(month=12, day=31), zone)
    raise _invalid(value)


def shifted(period: Period, mode: str) -> Period:
    """The period a comparison is made with: as long and just before, or a year earlier."""
    if period.by_instants:
        length = period.to_ms - period.from_ms
        back = length if mode == "previous_period" else 365 * DAY_MS
        return _by_instants(period.from_ms - back, period.to_ms - back, period.zone)
    if mode == "year_over_year":
        return _days(_year_back(period.first), _year_back(period.last), period.zone)
    days = timedelta(days=(period.last - period.first).days + 1)
    return _days(period.first - days, period.last - days, period.zone)


def bucket_starts(period: Period, unit: str) -> list[int]:
    """First instants of all buckets of the period, ascending; the first may begin before the period itself does."""
    zone = period.zone
    if unit in ("minute", "hour"):
        step = 60_000 if unit == "minute" else HOUR_MS
        if (period.to_ms - period.from_ms) // step > MOST_BUCKETS:
            raise BadQuestion(f"The range holds too many buckets of a {unit}; ask for fewer days or a coarser time dimension.")
        return _wall_steps(period, step, zone)
    days = [period.first + timedelta(days=offset) for offset in range((period.last - period.first).days + 1)]
    if unit == "week":
        days = [day for day in days if day.weekday() == 0 or day == period.first]
    if unit == "month":
        days = [day for day in days if day.day == 1 or day == period.first]
    return [local_midnight(day, zone) for day in days]


def label_of(start_ms: int, unit: str, period: Period) -> str:
    """A bucket's label in local time. A month is named by its first day, even where the range starts inside it."""
    local = datetime.fromtimestamp(start_ms / 1000, period.zone)
    if unit in ("minute", "hour"):
        return local.strftime("%Y-%m-%d %H:%M:%S") if unit == "minute" else local.replace(second=0).strftime("%Y-%m-%d %H:00:00")
    return local.replace(day=1).strftime("%Y-%m-%d") if unit == "month" else local.strftime("%Y-%m-%d")


def _wall_steps(period: Period, step: int, zone: ZoneInfo) -> list[int]:
    starts: list[int] = []
    at = _floor_wall(period.from_ms, step, zone)
    while at < period.to_ms:
        starts.append(at)
        following = _floor_wall(at + step, step, zone)
        at = following if following > at else at + step
    return starts


def _floor_wall(instant_ms: int, step: int, zone: ZoneInfo) -> int:
    """The instant's bucket start: floor on the local wall clock, so zones at half hours have whole local hours."""
    offset = datetime.fromtimestamp(instant_ms / 1000, zone).utcoffset() or timedelta(0)
    offset_ms = int(offset.total_seconds() * 1000)
    return (instant_ms + offset_ms) // step * step - offset_ms


def _from_pair(first: str, last: str, zone: ZoneInfo) -> Period:
    try:
        if len(first) == 10 and len(last) == 10:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
            if start > end:
                raise BadQuestion(f"date_range starts at {first}, after its end {last}.")
            return _days(start, end, zone)
        instants = [datetime.fromisoformat(text) for text in (first, last)]
    except ValueError:
        raise _invalid([first, last]) from None
    from_ms, last_ms = (_instant(instant, zone) for instant in instants)
    if from_ms > last_ms:
        raise BadQuestion(f"date_range starts at {first}, after its end {last}.")
    return _by_instants(from_ms, last_ms + 1000, zone)


def _instant(instant: datetime, zone: ZoneInfo) -> int:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=zone)
    return int(aware.astimezone(UTC).timestamp()) * 1000


def _days(first: date, last: date, zone: ZoneInfo) -> Period:
    to_ms = local_midnight(last + timedelta(days=1), zone)
    return Period(from_ms=local_midnight(first, zone), to_ms=to_ms, first=first, last=last, timezone=zone.key)


def _by_instants(from_ms: int, to_ms: int, zone: ZoneInfo) -> Period:
    first = datetime.fromtimestamp(from_ms / 1000, zone).date()
    last = datetime.fromtimestamp((to_ms - 1) / 1000, zone).date()
    return Period(from_ms=from_ms, to_ms=to_ms, first=first, last=last, timezone=zone.key, by_instants=True)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _months_back(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)


def _invalid(value: Any) -> BadQuestion:
    return BadQuestion(f"date_range {value!r} is not valid. Valid: {NAMES}.")
