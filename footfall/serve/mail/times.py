"""When a report is due, and which days it is about. Hours are those of the portal's clocks; one that they skip is the hour after."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from footfall.control.mail_reports import Plan
from footfall.local_time import instant_of, local_day

__all__ = ["days_of", "last_due", "next_due"]

DAY = timedelta(days=1)


def last_due(plan: Plan, timezone: str, now_ms: int) -> int:
    """The last instant at or before ``now_ms`` at which it was due, ms."""
    today = _local_date(timezone, now_ms) + DAY
    return next(at for at in (_instant(day, plan.hour, timezone) for day in _backwards(plan, today)) if at <= now_ms)


def next_due(plan: Plan, timezone: str, now_ms: int) -> int:
    """The first instant after ``now_ms`` at which it is due, ms."""
    first = _local_date(timezone, now_ms) - DAY
    days = (first + DAY * offset for offset in range(64))
    return next(at for at in (_instant(day, plan.hour, timezone) for day in days if _is_day(plan, day)) if at > now_ms)


def days_of(plan: Plan, timezone: str, due_ms: int) -> tuple[date, date]:
    """First and last day of what a report that is due then is about: the seven days, or the calendar month, before the day of its plan."""
    day = next(_backwards(plan, _local_date(timezone, due_ms)))
    if plan.frequency == "weekly":
        return day - 7 * DAY, day - DAY
    last = day.replace(day=1) - DAY
    return last.replace(day=1), last


def _is_day(plan: Plan, day: date) -> bool:
    return plan.day == (day.weekday() if plan.frequency == "weekly" else day.day)


def _backwards(plan: Plan, latest: date) -> Iterator[date]:
    """Days of the plan from that one back."""
    return (day for day in (latest - DAY * offset for offset in range(64)) if _is_day(plan, day))


def _local_date(timezone: str, at_ms: int) -> date:
    return local_day(at_ms, ZoneInfo(timezone))


def _instant(day: date, hour: int, timezone: str) -> int:
    return instant_of(day, time(hour), ZoneInfo(timezone))
