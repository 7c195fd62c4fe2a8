"""What the reach room is told and tells: groups of portals, which processes collected when, and what became of each day.

No visitor is here, nor anything made of one.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import reach_days, reach_groups, reach_rooms
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, NotFound
from footfall.vocabulary import Portal, ReachGroup

__all__ = [
    "MOST_GROUPS",
    "ReachDay",
    "State",
    "add_group",
    "collected_beside",
    "list_days",
    "list_groups",
    "put_day",
    "remove_group",
    "renew_room",
]

MOST_GROUPS = 20
"""A visitor counts once in each: the noise is made for so many."""
FEWEST_PORTALS = 2
LONGEST_NAME = 100
LEASE_MS = 90_000
"""How long a process is taken to collect after it last said so; it says so every half minute."""
KEPT_MS = 3 * 86_400_000
State = Literal["published", "began", "beside", "full", "clock", "late", "ledger", "absent"]
"""``published``, or why a day is not: the server began during it; others collected beside it; its memory was full; the clock was put back;
it could not be drawn in time; the ledger refused, or a server ended between ledger and table; no server ran through it, or there was no
group."""
decode_sites = msgspec.json.Decoder(tuple[int, ...]).decode


class ReachDay(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a day."""

    day: str
    """YYYY-MM-DD."""
    state: State
    at_ms: int


def list_groups(database: Database) -> tuple[ReachGroup, ...]:
    """By name."""
    with database.reading() as connection:
        return _all(connection)


def add_group(database: Database, name: str, portals: Iterable[Portal], *, now_ms: int) -> ReachGroup:
    """A new group; it is counted from the next day on.

    Raises:
        BadInput: the name is not valid, or there are too few portals.
        Conflict: another group has that name or those portals, or there are as many groups as there may be.
    """
    name = " ".join(name.replace("\0", " ").split())
    found = {portal.id: portal.domain for portal in portals}
    if not 0 < len(name) <= LONGEST_NAME:
        raise BadInput("A group needs a name of up to {most} characters.", most=LONGEST_NAME)
    if len(found) < FEWEST_PORTALS:
        raise BadInput("A group needs two portals or more: each portal alone is counted already.")
    sites = tuple(sorted(found))
    with database.writing() as connection:
        known = _all(connection)
        if any(one.name == name for one in known):
            raise Conflict("Another group is called {name!r}.", name=name)
        if any(one.sites == sites for one in known):
            raise Conflict("Another group has exactly these portals; the same number would be drawn twice.")
        if len(known) >= MOST_GROUPS:
            raise Conflict("There are {most} groups already, and the noise is made for no more. Remove one first.", most=MOST_GROUPS)
        key = connection.execute(reach_groups.insert().values(name=name, sites=msgspec.json.encode(sites).decode())).inserted_primary_key
        assert key is not None
        note(connection, now_ms, "reach group added", f"{name}: {', '.join(sorted(found.values()))}")
    return ReachGroup(id=int(key[0]), name=name, sites=sites)


def remove_group(database: Database, wanted: str | int, *, now_ms: int) -> ReachGroup:
    """The group of that name, or id, which is counted no more: today neither. What was published of it stays.

    Raises:
        NotFound: there is none.
    """
    with database.writing() as connection:
        known = _all(connection)
        found = next((one for one in known if one.name == wanted), None) or next((one for one in known if str(one.id) == str(wanted)), None)
        if found is None:
            raise NotFound("There is no reach group {name!r}.", name=str(wanted)[:LONGEST_NAME])
        connection.execute(reach_groups.delete().where(reach_groups.c.id == found.id))
        note(connection, now_ms, "reach group removed", found.name)
    return found


def renew_room(database: Database, room: str, began_ms: int, *, now_ms: int) -> None:
    """Say that this process collects, and for how long at least one must think so."""
    with database.writing() as connection:
        connection.execute(reach_rooms.delete().where(sa.or_(reach_rooms.c.id == room, reach_rooms.c.until_ms < now_ms - KEPT_MS)))
        connection.execute(reach_rooms.insert().values(id=room, began_ms=began_ms, until_ms=now_ms + LEASE_MS))


def collected_beside(database: Database, room: str, from_ms: int, until_ms: int) -> bool:
    """Whether another process may have collected between these instants."""
    span = (reach_rooms.c.id != room, reach_rooms.c.began_ms < until_ms, reach_rooms.c.until_ms > from_ms)
    with database.reading() as connection:
        return connection.scalar(sa.select(reach_rooms.c.id).where(*span).limit(1)) is not None


def list_days(database: Database, *, first: str = "", last: str = "9") -> list[ReachDay]:
    """Days that are done with, newest first; from ``first`` to ``last`` (YYYY-MM-DD) where these are given."""
    wanted = sa.select(reach_days).where(reach_days.c.day >= first, reach_days.c.day <= last).order_by(reach_days.c.day.desc())
    with database.reading() as connection:
        return [ReachDay(day=row.day, state=row.state, at_ms=row.at_ms) for row in connection.execute(wanted)]


def put_day(database: Database, day: str, state: State, *, now_ms: int) -> None:
    """Say what became of the day. What was said before stands."""
    with database.writing() as connection:
        if connection.scalar(sa.select(reach_days.c.day).where(reach_days.c.day == day)) is None:
            connection.execute(reach_days.insert().values(day=day, state=state, at_ms=now_ms))


def _all(connection: sa.Connection) -> tuple[ReachGroup, ...]:
    rows = connection.execute(sa.select(reach_groups).order_by(reach_groups.c.name))
    return tuple(ReachGroup(id=row.id, name=row.name, sites=decode_sites(row.sites)) for row in rows)
