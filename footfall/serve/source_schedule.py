"""When a dataset, or a portal's content, is read by itself: its cron, by the clock of its zone."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from footfall.errors import BadInput

__all__ = ["Scheduled", "checked_schedule", "last_due", "next_due"]

MINUTE_MS = 60_000


class Scheduled(Protocol):
    """A dataset's contract, or a source of content."""

    @property
    def schedule(self) -> str: ...
    @property
    def timezone(self) -> str: ...


def checked_schedule(text: str) -> str:
    """The schedule; empty is by hand. Raises BadInput where it is no cron."""
    try:
        if text:
            CronSim(text, datetime(2000, 1, 1))
    except CronSimError:
        raise BadInput("schedule {text!r} is not valid. Valid: cron, such as 15 3 * * *, or empty.", text=text[:80]) from None
    return text


def last_due(plan: Scheduled, now_ms: int, since_ms: int = 0) -> int:
    """The last instant at or before ``now_ms`` at which it was due, ms; 0 where there is none, or it was before ``since_ms``."""
    due = _next(plan, now_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS, reverse=True)
    return due if due >= since_ms else 0


def next_due(plan: Scheduled, now_ms: int) -> int:
    """The first after it, ms; 0 where it is loaded by hand."""
    return _next(plan, now_ms, reverse=False)


def _next(plan: Scheduled, from_ms: int, *, reverse: bool) -> int:
    if not plan.schedule:
        return 0
    local = datetime.fromtimestamp(from_ms / 1000, UTC).astimezone(ZoneInfo(plan.timezone))
    found = next(CronSim(plan.schedule, local, reverse), None)
    return int(found.timestamp() * 1000) if found else 0
