"""What keys asked of the content service, by day and kind, and how much of a day's quota apps have taken."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall.control.service_tables import key_usage
from footfall.control.tables import keys
from footfall.control.transactions import Database

__all__ = ["KEPT_DAYS", "Usage", "add_usage", "day_at", "list_usage", "take_quota"]

KEPT_DAYS = 400
GRANTED = "granted"
"""Among kinds of requests: those that apps took of the day's quota, made or not."""


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What a key asked for on a day."""

    key: str
    day: str
    """Of UTC, YYYY-MM-DD."""
    what: str
    """recommend, placement, feedback or another kind of request."""
    asked: int
    """All, those over a limit too."""
    refused: int
    """Over a limit: answered 429."""


def day_at(now_ms: int) -> str:
    """The day of UTC, YYYY-MM-DD."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()


def take_quota(database: Database, key: str, day: str, *, wanted: int, quota: int) -> int:
    """As many requests of the key's day as are wanted and left, 0 for none; they are this app's, and no other gets them."""
    with database.counting() as connection:
        taken = _counts(connection, key, day, GRANTED)[0]
        given = max(0, min(wanted, quota - taken))
        if given:
            _add(connection, Usage(key=key, day=day, what=GRANTED, asked=given, refused=0))
        return given


def add_usage(database: Database, found: Iterable[Usage], *, now_ms: int) -> None:
    """Add these to what is counted, and forget what is older than KEPT_DAYS. A key that is gone has none. Raises Unavailable."""
    oldest = day_at(now_ms - int(timedelta(days=KEPT_DAYS).total_seconds() * 1000))
    with database.counting() as connection:
        known = set(connection.scalars(sa.select(keys.c.name)))
        for usage in found:
            if usage.key in known:
                _add(connection, usage)
        connection.execute(key_usage.delete().where(key_usage.c.day < oldest))


def list_usage(database: Database, *, since: str, key: str = "") -> list[Usage]:
    """By key, day and kind, from that day on; of all keys where none is named."""
    wanted = sa.select(key_usage).where(key_usage.c.day >= since, key_usage.c.what != GRANTED)
    wanted = wanted.where(key_usage.c.name == key) if key else wanted
    with database.reading() as connection:
        rows = connection.execute(wanted.order_by(key_usage.c.name, key_usage.c.day, key_usage.c.what))
        return [Usage(key=row.name, day=row.day, what=row.what, asked=row.asked, refused=row.refused) for row in rows]


def _counts(connection: sa.Connection, key: str, day: str, what: str) -> tuple[int, int]:
    found = connection.execute(sa.select(key_usage.c.asked, key_usage.c.refused).where(*_same(key, day, what))).first()
    return (int(found.asked), int(found.refused)) if found else (0, 0)


def _add(connection: sa.Connection, usage: Usage) -> None:
    same = _same(usage.key, usage.day, usage.what)
    more = {"asked": key_usage.c.asked + usage.asked, "refused": key_usage.c.refused + usage.refused}
    if not connection.execute(key_usage.update().where(*same).values(more)).rowcount:
        values = msgspec.structs.asdict(usage)
        connection.execute(key_usage.insert().values(name=values.pop("key"), **values))


def _same(key: str, day: str, what: str) -> tuple[Any, ...]:
    return key_usage.c.name == key, key_usage.c.day == day, key_usage.c.what == what
