"""When a channel is told, by its plan and the portal's clocks. Its days go from one morning to the next."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from footfall.control.alerts import Logged, Plan
from footfall.serve.alerting.news import News

__all__ = ["due_ms", "is_quiet", "messages", "morning_before", "next_morning"]

DAY = timedelta(days=1)


def is_quiet(plan: Plan, timezone: str, now_ms: int) -> bool:
    """Whether nothing is sent now."""
    hour = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(timezone)).hour
    if plan.quiet_from <= plan.morning:
        return plan.quiet_from <= hour < plan.morning
    return hour >= plan.quiet_from or hour < plan.morning


def morning_before(plan: Plan, timezone: str, now_ms: int) -> int:
    """The last morning at or before now, ms."""
    return max(at for at in _mornings(plan, timezone, now_ms) if at <= now_ms)


def next_morning(plan: Plan, timezone: str, now_ms: int) -> int:
    """The first morning after now, ms."""
    return min(at for at in _mornings(plan, timezone, now_ms) if at > now_ms)


def due_ms(plan: Plan, timezone: str, waiting: Sequence[News], log: Iterable[Logged], now_ms: int) -> int:
    """When what waits is told, ms; 0 where nothing waits.

    It is later than anything that was told before: a job that was done at an instant is not done at it again.
    """
    if not waiting:
        return 0
    morning = morning_before(plan, timezone, now_ms)
    done = [one for one in log if one.state != "waits"]
    if is_quiet(plan, timezone, now_ms) or _left(plan, done, morning) <= 0:
        return next_morning(plan, timezone, now_ms)
    return max(morning, *(one.at_ms for one in waiting), *(one.at_ms + 1 for one in done))


def messages(plan: Plan, timezone: str, waiting: Sequence[News], log: Iterable[Logged], now_ms: int) -> list[list[News]]:
    """What each message tells that is sent now: what was held back until morning in one, then one for each, the best first."""
    morning = morning_before(plan, timezone, now_ms)
    left = 0 if is_quiet(plan, timezone, now_ms) else _left(plan, log, morning)
    held = [one for one in waiting if one.at_ms <= morning]
    fresh = [[one] for one in sorted(waiting, key=lambda one: one.rank, reverse=True) if one.at_ms > morning]
    digest = [sorted(held, key=lambda one: one.rank, reverse=True)] if held else []
    return [*digest, *fresh][: max(0, left)]


def _left(plan: Plan, log: Iterable[Logged], morning_ms: int) -> int:
    """Messages that may be sent today; several things in one are one."""
    return plan.most - len({one.message for one in log if one.state == "sent" and one.at_ms >= morning_ms})


def _mornings(plan: Plan, timezone: str, now_ms: int) -> list[int]:
    zone = ZoneInfo(timezone)
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    days = (today + DAY * offset for offset in range(-2, 3))
    return [int(datetime.combine(day, time(plan.morning), zone).astimezone(UTC).timestamp() * 1000) for day in days]
