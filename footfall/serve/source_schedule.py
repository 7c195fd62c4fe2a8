"""When a dataset is loaded by itself: cron of its contract, by the clock of the contract's zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim

from footfall.sources.contract import Contract

__all__ = ["last_due", "next_due"]

MINUTE_MS = 60_000


def last_due(contract: Contract, now_ms: int, since_ms: int = 0) -> int:
    """The last instant at or before ``now_ms`` at which it was due, ms; 0 where there is none, or it was before ``since_ms``."""
    due = _next(contract, now_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS, reverse=True)
    return due if due >= since_ms else 0


def next_due(contract: Contract, now_ms: int) -> int:
    """The first after it, ms; 0 where it is loaded by hand."""
    return _next(contract, now_ms, reverse=False)


def _next(contract: Contract, from_ms: int, *, reverse: bool) -> int:
    if not contract.schedule:
        return 0
    local = datetime.fromtimestamp(from_ms / 1000, UTC).astimezone(ZoneInfo(contract.timezone))
    found = next(CronSim(contract.schedule, local, reverse), None)
    return int(found.timestamp() * 1000) if found else 0
