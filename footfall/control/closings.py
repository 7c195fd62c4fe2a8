"""Service days of portal groups that are done with: each is closed once, or it is known that it never will be."""

from typing import Literal

import msgspec
import sqlalchemy as sa

from footfall.control.tables import closings
from footfall.control.transactions import Database

__all__ = ["Closing", "State", "list_closings", "put_closing"]

State = Literal["closed", "part", "missed"]

LONGEST_SAID = 2000


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a group's service day."""

    group: str
    day: str
    """YYYY-MM-DD."""
    state: State
    """``closed``: every mart that was due is published. ``part``: some are not, and will not be. ``missed``: none is; it was too late."""
    drawn: int
    """Marts that were published, of both releases."""
    said: str = ""
    """Sentences: what is missing, and why."""
    at_ms: int


def list_closings(database: Database, group: str = "") -> list[Closing]:
    """Those of the group, or of all, by group and day."""
    wanted = sa.select(closings).order_by(closings.c.portal_group, closings.c.day)
    with database.reading() as connection:
        rows = connection.execute(wanted.where(closings.c.portal_group == group) if group else wanted)
        return [
            Closing(group=row.portal_group, day=row.day, state=row.state, drawn=row.drawn, said=row.said, at_ms=row.at_ms) for row in rows
        ]


def put_closing(database: Database, closing: Closing) -> None:
    """Say that the day is done with. One that was said before stands."""
    values = msgspec.structs.asdict(closing) | {"said": closing.said[:LONGEST_SAID]}
    group, day = values.pop("group"), closing.day
    with database.writing() as connection:
        same = (closings.c.portal_group == group, closings.c.day == day)
        if connection.scalar(sa.select(closings.c.day).where(*same)) is None:
            connection.execute(closings.insert().values(portal_group=group, **values))
