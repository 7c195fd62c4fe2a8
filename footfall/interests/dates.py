"""Instants as people and pages write them."""

from datetime import UTC, datetime, timedelta

__all__ = ["as_written", "read_instant"]

LAST_MS = 253_402_300_799_000


def read_instant(text: str, *, is_end: bool = False) -> int:
    """Milliseconds since 1970 of an ISO day or instant; 0 where it is none, or not after 1970. Without a zone it is UTC.

    A day that something ends on (``is_end``) belongs to it.

    >>> read_instant("2026-01-05"), read_instant("2026-01-05", is_end=True), read_instant("soon")
    (1767571200000, 1767657599999, 0)
    """
    text = text.strip()
    try:
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        if is_end and len(text) <= len("2026-01-05"):
            found += timedelta(days=1, milliseconds=-1)
        return max(0, min(round(found.timestamp() * 1000), LAST_MS))
    except (ValueError, OverflowError):
        return 0


def as_written(ms: int) -> str:
    """The instant as ``read_instant`` reads it; empty for 0.

    >>> as_written(1767571200000), as_written(0)
    ('2026-01-05T00:00:00.000+00:00', '')
    """
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") if ms else ""
