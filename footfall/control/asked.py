"""What was asked of portals' events, by whom and when; never what was answered. Stewards see misuse here."""

from collections.abc import Collection, Iterable

import msgspec
import sqlalchemy as sa

from footfall.control.tables import asked as table
from footfall.control.transactions import Database

__all__ = ["KEPT_DAYS", "Asking", "list_asked", "put_asked"]

KEPT_DAYS, DAY_MS = 90, 86_400_000
LONGEST = 2000


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Questions of one minute by one person of one portal, with the same days and filters: a page of panels is one."""

    id: int = 0
    at_ms: int
    who: str
    """An operator's e-mail, ``key NAME`` or ``command line``."""
    portal_id: int
    first: str
    """The first day asked for, YYYY-MM-DD."""
    last: str
    filters: str
    """As JSON, their values too: somebody who looks for a colleague is known by them."""
    what: str
    """Dimensions, and ``journey``, ``funnel``, ``forms`` or ``now``."""


def put_asked(database: Database, found: Iterable[Asking], now_ms: int) -> None:
    """Keep these, and take out what is older than KEPT_DAYS: it names people. Raises Unavailable."""
    rows = [_row(one) for one in found]
    with database.counting() as connection:
        if rows:
            connection.execute(table.insert(), rows)
        connection.execute(table.delete().where(table.c.at_ms < now_ms - KEPT_DAYS * DAY_MS))


def list_asked(database: Database, *, before: int = 0, most: int = 100, portals: Collection[int] | None = None) -> list[Asking]:
    """Newest first; with ``before`` those that came before the one of that id; only of these portals where any are named."""
    wanted = sa.select(table).order_by(table.c.id.desc()).limit(most)
    if before:
        wanted = wanted.where(table.c.id < before)
    if portals is not None:
        wanted = wanted.where(table.c.portal_id.in_(portals))
    with database.reading() as connection:
        return [Asking(**row._mapping) for row in connection.execute(wanted)]


def _row(one: Asking) -> dict[str, object]:
    values = msgspec.structs.asdict(one) | {"who": one.who[:254], "filters": one.filters[:LONGEST], "what": one.what[:LONGEST]}
    del values["id"]
    return values
