"""Date ranges and buckets in the portal's own time zone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from footfall.errors import BadQuestion
from footfall.local_time import change_in, epoch_ms, instant_of, local_midnight, offset_at, wall_at

__all__ = [
    "FIRST_DAY",
    "MONTHS",
    "Period",
    "bucket_starts",
    "calendar_before",
    "label_of",
    "parse_period",
    "shifted",
    "so_far",
]

NAMES = "day, 24h, 7d, 28d, 30d, 91d, month, 6mo, 12mo, year, all, or two ISO dates or instants"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MOST_BUCKETS = 50_000
MONTHS = {"month": 1, "year": 12}
"""Ranges that name a part of the calendar that runs, and how far the one before is away."""
FIRST_YEAR, LAST_YEAR = 1971, 2100
"""What the store's dates and instants can hold, a year's comparison included."""
FIRST_DAY = date(FIRST_YEAR, 1, 1)


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

    @property
    def days(self) -> int:
        """Local days that it touches."""
        return (self.last - self.first).days + 1

    @property
    def is_of_whole_days(self) -> bool:
        """Whether every instant of its local days is in it: the last of them lacks an hour where the clock repeats it at midnight."""
        return not self.by_instants and self.to_ms == local_midnight(self.last + timedelta(days=1), self.zone)

    def default_unit(self) -> str:
        """What ``time`` means: hour up to 48 hours, day up to 40 days, week up to 52 weeks, else month."""
        length_ms = self.to_ms - self.from_ms
        days = -(-length_ms // DAY_MS) if self.by_instants else self.days
        if length_ms <= 48 * HOUR_MS or (days <= 2 and not self.by_instants):
            return "hour"
        return "day" if days <= 40 else "week" if days <= 52 * 7 else "month"


def _day_end(day: date, zone: ZoneInfo) -> int:
    """The instant after a local day's 23:59:59, ms; of a doubled 23:59:59 the earlier."""
    last_second = datetime.combine(day, time(23, 59, 59), zone)
    return min(epoch_ms(last_second) + 1000, local_midnight(day + timedelta(days=1), zone))


def parse_period(value: Any, *, timezone: str, now_ms: int) -> Period:
    """The period a ``date_range`` names.

    Raises:
        BadQuestion: it names none; the sentence says what is valid.
    """
    zone = ZoneInfo(timezone)
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    if isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(part, str) for part in value):
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
    if value.endswith("d") and value[:-1].isdecimal() and 0 < int(value[:-1]) <= 5000:
        return _days(today - timedelta(days=int(value[:-1])), today - timedelta(days=1), zone)
    if value == "month":
        return _days(today.replace(day=1), _month_end(today), zone)
    if value.endswith("mo") and value[:-2].isdecimal() and 0 < int(value[:-2]) <= 120:
        first = _months_back(today.replace(day=1), int(value[:-2]))
        return _days(first, today.replace(day=1) - timedelta(days=1), zone)
    if value == "year":
        return _days(today.replace(month=1, day=1), today.replace(month=12, day=31), zone)
    raise _invalid(value)


def shifted(period: Period, mode: str) -> Period:
    """The period a comparison is made with: as long and just before, or a year earlier."""
    if period.by_instants:
        if mode == "year_over_year":
            ends = [epoch_ms(_wall_year_back(at, period.zone)) for at in (period.from_ms, period.to_ms)]
            return _by_instants(ends[0], ends[1], period.zone)
        length = period.to_ms - period.from_ms
        return _by_instants(period.from_ms - length, period.from_ms, period.zone)
    if mode == "year_over_year":
        return _days(_year_back(period.first), _year_back(period.last), period.zone)
    days = timedelta(days=period.days)
    return _days(period.first - days, period.last - days, period.zone)


def calendar_before(period: Period, name: str) -> Period:
    """The calendar month or year before the one that ``name``, ``month`` or ``year``, stands for."""
    first = _months_back(period.first, MONTHS[name])
    return _days(first, period.first - timedelta(days=1), period.zone)


def so_far(period: Period, other: Period, now_ms: int, *, months: int = 0) -> Period:
    """The part of ``other`` that is as far along as ``period`` is now: all of it where the period is over or has not begun.

    Whole local days go by their number and the local time of day; ``months`` apart, by the calendar's date, and a date that its month
    lacks is that month's end.
    """
    if not period.from_ms <= now_ms < period.to_ms:
        return other
    if period.by_instants or other.by_instants:
        end_ms = other.from_ms + now_ms - period.from_ms
    else:
        end_ms = _counterpart(datetime.fromtimestamp(now_ms // 1000, period.zone), period, other, months)
    return other if end_ms >= other.to_ms else _by_instants(other.from_ms, max(end_ms, other.from_ms + 1000), other.zone)


def _counterpart(now: datetime, period: Period, other: Period, months: int) -> int:
    """The instant in ``other`` that is what ``now`` is in ``period``."""
    today, zone = now.date(), other.zone
    if not months:
        return instant_of(other.first + (today - period.first), now.time(), zone)
    month = _months_back(today.replace(day=1), months)
    if today.day > _month_end(month).day:
        return local_midnight(_month_end(month) + timedelta(days=1), zone)
    return instant_of(month.replace(day=today.day), now.time(), zone)


@lru_cache(maxsize=64)
def bucket_starts(period: Period, unit: str) -> tuple[int, ...]:
    """First instants of all buckets of the period, ascending, ms; the first may begin before the period itself does.

    Raises:
        BadQuestion: they are too many.
    """
    zone = period.zone
    if unit in ("minute", "hour"):
        step = 60_000 if unit == "minute" else HOUR_MS
        if (period.to_ms - period.from_ms) // step > MOST_BUCKETS:
            raise BadQuestion("The range holds too many buckets of a {unit}; ask for fewer days or a coarser time dimension.", unit=unit)
        return tuple(_wall_steps(period, step, zone))
    days = [period.first + timedelta(days=offset) for offset in range(period.days)]
    if unit == "week":
        days = [day for day in days if day.weekday() == 0 or day == period.first]
    if unit == "month":
        days = [day for day in days if day.day == 1 or day == period.first]
    # A day that its zone skipped whole (Pacific/Apia, 2011-12-30) begins with the next.
    return tuple(sorted({local_midnight(day, zone) for day in days}))


def label_of(start_ms: int, unit: str, period: Period) -> str:
    """A bucket's label in local time. A month is named by its first day, even where the range starts inside it."""
    local = datetime.fromtimestamp(start_ms / 1000, period.zone)
    if unit in ("minute", "hour"):
        return local.strftime("%Y-%m-%d %H:%M:00" if unit == "minute" else "%Y-%m-%d %H:00:00")
    return local.strftime("%Y-%m-01" if unit == "month" else "%Y-%m-%d")


def _wall_steps(period: Period, step: int, zone: ZoneInfo) -> Iterator[int]:
    """Whole local hours or minutes, cut where the clock changes: an hour that is repeated, wholly or by half, is a bucket of its own."""
    offset = offset_at(period.from_ms, zone)
    at = (period.from_ms + offset) // step * step - offset
    if offset_at(at, zone) != offset:
        at = change_in(at, period.from_ms, zone)
    while at < period.to_ms:
        yield at
        following = ((at + offset) // step + 1) * step - offset
        if (next_offset := offset_at(following, zone)) != offset:
            following, offset = change_in(at, following, zone), next_offset
        at = following


def _from_pair(first: str, last: str, zone: ZoneInfo) -> Period:
    try:
        if len(first) == 10 and len(last) == 10:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
            if start > end:
                raise BadQuestion("date_range starts at {first}, after its end {last}.", first=first, last=last)
            return _days(start, end, zone)
        instants = [datetime.fromisoformat(text) for text in (first, last)]
        if 10 in (len(first), len(last)):
            raise BadQuestion(
                "date_range {range!r} mixes a date with an instant. Valid: two ISO dates, or two instants.", range=[first, last]
            )
    except ValueError:
        raise _invalid([first, last]) from None
    for instant in instants:
        _check_year(instant.year)
    from_ms, last_ms = (epoch_ms(instant if instant.tzinfo else instant.replace(tzinfo=zone)) for instant in instants)
    if from_ms > last_ms:
        raise BadQuestion("date_range starts at {first}, after its end {last}.", first=first, last=last)
    return _by_instants(from_ms, last_ms + 1000, zone)


def _days(first: date, last: date, zone: ZoneInfo) -> Period:
    for day in (first, last):
        _check_year(day.year)
    return Period(from_ms=local_midnight(first, zone), to_ms=_day_end(last, zone), first=first, last=last, timezone=zone.key)


def _by_instants(from_ms: int, to_ms: int, zone: ZoneInfo) -> Period:
    first, last = wall_at(from_ms, zone).date(), wall_at(to_ms - 1, zone).date()
    for day in (first, last):
        _check_year(day.year)
    return Period(from_ms=from_ms, to_ms=to_ms, first=first, last=last, timezone=zone.key, by_instants=True)


def _check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadQuestion(
            "date_range reaches into the year {year}. Valid: years {first} to {last}.", year=year, first=FIRST_YEAR, last=LAST_YEAR
        )


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _months_back(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def _year_back(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)


def _wall_year_back(instant_ms: int, zone: ZoneInfo) -> datetime:
    wall = wall_at(instant_ms, zone)
    return datetime.combine(_year_back(wall.date()), wall.time(), zone)


def _invalid(value: Any) -> BadQuestion:
    return BadQuestion("date_range {value!r} is not valid. Valid: {valid}.", value=value, valid=NAMES)
