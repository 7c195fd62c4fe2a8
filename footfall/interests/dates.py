"""Instants as people and pages write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from footfall.local_time import local_day, local_midnight

__all__ = ["as_written", "end_of_day", "read_instant"]

LAST_MS = 253_402_300_799_000
ONE_DAY = timedelta(days=1)


def read_instant(text: str, zone: ZoneInfo, *, is_end: bool = False) -> int:
    """Milliseconds since 1970 of an ISO day or instant; 0 where it is none, or not after 1970. What names no offset is in ``zone``.

    A day that something ends on (``is_end``) belongs to it.

    >>> [read_instant(text, ZoneInfo("UTC")) for text in ("2026-01-05", "2026-01-05T01:00+01:00", "soon")]
    [1767571200000, 1767571200000, 0]
    >>> read_instant("2026-01-05", ZoneInfo("Asia/Tokyo")), read_instant("2026-01-05", ZoneInfo("Asia/Tokyo"), is_end=True)
    (1767538800000, 1767625199999)
    """
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
        if len(text) <= len("2026-01-05"):
            day = found.date()
            ms = local_midnight(day + ONE_DAY, zone) - 1 if is_end else local_midnight(day, zone)
        else:
            ms = round((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp() * 1000)
        return max(0, min(ms, LAST_MS))
    except (ValueError, OverflowError):
        return 0


def end_of_day(ms: int, zone: ZoneInfo) -> int:
    """The last millisecond of the local day that the instant lies in.

    >>> as_written(end_of_day(read_instant("2026-01-05T19:00-08:00", ZoneInfo("UTC")), ZoneInfo("America/Los_Angeles")))
    '2026-01-06T07:59:59.999+00:00'
    """
    try:
        return local_midnight(local_day(ms, zone) + ONE_DAY, zone) - 1
    except (ValueError, OverflowError):
        return LAST_MS


def as_written(ms: int) -> str:
    """The instant as ``read_instant`` reads it; empty for 0.

    >>> as_written(1767571200000), as_written(0)
    ('2026-01-05T00:00:00.000+00:00', '')
    """
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") if ms else ""
