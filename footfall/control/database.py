"""Transactional truth: portals and their goals, in the control database."""

import secrets
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.goals import checked_goal, decode_goal, is_same
from footfall.control.hostnames import as_written, clean_domain
from footfall.control.keys import drop_portal, rename_portal
from footfall.control.portals import checked_portal, decode_portal, turned
from footfall.control.tables import goals, grants, portals, removed, rounds
from footfall.control.transactions import Database, open_database
from footfall.errors import Conflict, NotFound
from footfall.sentences import Sentence
from footfall.vocabulary import Clock, Goal, Portal

__all__ = ["Control", "open_control"]

MOST_NAMED = 10


class Control(Database):
    """Portals and goals. Every change is one transaction and moves ``version`` on, for all processes to see.

    Every method raises Unavailable where the database does not answer.
    """

    def __init__(self, engine: sa.Engine, now: Clock) -> None:
        super().__init__(engine)
        self._now = now

    def portals(self) -> tuple[Portal, ...]:
        """All portals by id."""
        with self.reading() as connection:
            return _all(connection)

    def portal(self, name: str | int) -> Portal:
        """The portal of that domain (any of its own) or id.

        Raises:
            NotFound: there is none.
        """
        return _find(self.portals(), name)

    def create_portal(self, *, domain: str, **settings: Any) -> Portal:
        """A new portal; accepts events at once.

        Raises:
            BadInput: a setting is not valid.
            Conflict: one of its domains is taken.
        """
        ids = {"id": 0, "umami_id": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))}
        portal = checked_portal({"domain": clean_domain(domain)} | settings | ids)
        with self.writing() as connection:
            _refuse_taken(connection, portal)
            number = _new_id(connection, portals, {"domain": portal.domain, "settings": "", "created_ms": self._now()})
            portal = msgspec.structs.replace(portal, id=number)
            _write(connection, portal)
            note(connection, self._now(), "portal added", portal.domain)
        return portal

    def update_portal(self, name: str | int, **settings: Any) -> Portal:
        """The portal with those settings changed. A domain it had stays one of its own, unless ``domains`` is given too:
        pages that still carry it go on being counted, and keys follow the new one. Raises as ``create_portal``, and NotFound.
        """
        with self.writing() as connection:
            before = _find(_all(connection), name)
            if "domain" in settings and "domains" not in settings:
                settings["domains"] = (*before.domains, before.domain)
            ids = {"id": before.id, "umami_id": before.umami_id}
            portal = turned(before, checked_portal(msgspec.to_builtins(before) | settings | ids), self._now())
            _refuse_taken(connection, portal)
            _write(connection, portal)
            if portal.domain != before.domain:
                rename_portal(connection, before.domain, portal.domain)
            note(connection, self._now(), "portal changed", f"{portal.domain}: {_changes(before, portal, settings)}")
        return portal

    def delete_portal(self, name: str | int) -> Portal:
        """Remove a portal, its goals, and keys that were for it alone; its events go with the next retention round."""
        with self.writing() as connection:
            portal = _find(_all(connection), name)
            connection.execute(goals.delete().where(goals.c.portal_id == portal.id))
            connection.execute(portals.delete().where(portals.c.id == portal.id))
            connection.execute(removed.insert().values(id=portal.id, removed_ms=self._now()))
            drop_portal(connection, portal.domain)
            connection.execute(grants.delete().where(grants.c.scope == "portal", grants.c.value == str(portal.id)))
            note(connection, self._now(), "portal removed", portal.domain)
        return portal

    def removed_portals(self) -> dict[int, int]:
        """Ids of the portals that were removed, and when, in milliseconds; their events must not stay."""
        with self.reading() as connection:
            return {number: at for number, at in connection.execute(sa.select(removed.c.id, removed.c.removed_ms))}

    def goals(self, portal_id: int) -> tuple[Goal, ...]:
        """The portal's goals by id."""
        with self.reading() as connection:
            return _goals(connection, portal_id)

    def put_goal(self, portal_id: int, **settings: Any) -> Goal:
        """Find or create a goal: one that means the same is answered as it is.

        Raises:
            BadInput: it is neither an event goal nor a page goal.
            Conflict: another goal has that display name.
            NotFound: no such portal.
        """
        goal = checked_goal(portal_id, settings)
        with self.writing() as connection:
            portal = _find(_all(connection), portal_id)
            known = _goals(connection, portal_id)
            same = next((other for other in known if is_same(other, goal)), None)
            if same:
                return same
            if any(other.display_name == goal.display_name for other in known):
                raise Conflict("A goal named {name!r} is there already; give this one another display_name.", name=goal.display_name)
            number = _new_id(connection, goals, {"portal_id": portal_id, "goal": msgspec.json.encode(goal).decode()})
            note(connection, self._now(), "goal added", f"{portal.domain}: {goal.display_name}")
        return msgspec.structs.replace(goal, id=number)

    def delete_goal(self, portal_id: int, goal_id: int) -> None:
        """Raises NotFound where the portal has no such goal."""
        with self.writing() as connection:
            names = {goal.id: goal.display_name for goal in _goals(connection, portal_id)}
            if goal_id not in names:
                raise NotFound("No goal {goal_id} on this portal.", goal_id=goal_id)
            connection.execute(goals.delete().where(goals.c.id == goal_id))
            note(connection, self._now(), "goal removed", f"{_find(_all(connection), portal_id).domain}: {names[goal_id]}")

    def last_day(self, name: str) -> str:
        """The day, YYYY-MM-DD, on which the round ``name`` was last done; empty if never."""
        with self.reading() as connection:
            return str(connection.scalar(sa.select(rounds.c.day).where(rounds.c.name == name)) or "")

    def set_last_day(self, name: str, day: str) -> None:
        with self.writing() as connection:
            connection.execute(rounds.delete().where(rounds.c.name == name))
            connection.execute(rounds.insert().values(name=name, day=day))


def open_control(url: str, now: Clock) -> Control:
    """The control database behind a SQLAlchemy URL, its tables up to date.

    Raises:
        BadSetting: it is no URL of SQLite or PostgreSQL.
        Unavailable: the database does not answer.
    """
    return Control(open_database(url), now)


def _all(connection: sa.Connection) -> tuple[Portal, ...]:
    return tuple(decode_portal(text) for text in connection.scalars(sa.select(portals.c.settings).order_by(portals.c.id)))


def _goals(connection: sa.Connection, portal_id: int) -> tuple[Goal, ...]:
    rows = connection.execute(sa.select(goals.c.id, goals.c.goal).where(goals.c.portal_id == portal_id).order_by(goals.c.id))
    return tuple(msgspec.structs.replace(decode_goal(text), id=number) for number, text in rows)


def _changes(before: Portal, after: Portal, names: Iterable[str]) -> str:
    """Names of what was set; of ``keep_events``, which decides what is forgotten, also from what to what."""
    kept = f"keep_events {before.keep_events} → {after.keep_events}"
    return ", ".join(kept if name == "keep_events" else name for name in sorted(names))


def _find(found: tuple[Portal, ...], name: str | int) -> Portal:
    wanted = as_written(str(name).strip().lower().removeprefix("www."))
    for portal in found:
        if wanted in (portal.domain, *portal.domains, str(portal.id)):
            return portal
    raise NotFound("No portal {domain!r} here. {known}", domain=wanted, known=_known(found))


def _known(found: tuple[Portal, ...]) -> Sentence:
    names = ", ".join(portal.domain for portal in found[:MOST_NAMED])
    if not found:
        return Sentence("There is none yet; `footfall portals add DOMAIN` makes one.")
    if len(found) > MOST_NAMED:
        return Sentence("Portals here: {names} and {more:,} more.", names=names, more=len(found) - MOST_NAMED)
    return Sentence("Portals here: {names}.", names=names)


def _refuse_taken(connection: sa.Connection, portal: Portal) -> None:
    for other in _all(connection):
        taken = sorted({other.domain, *other.domains} & {portal.domain, *portal.domains})
        if taken and other.id != portal.id:
            raise Conflict("Domain {domain!r} belongs to a portal already.", domain=taken[0])


def _write(connection: sa.Connection, portal: Portal) -> None:
    values = {"domain": portal.domain, "settings": msgspec.json.encode(portal).decode()}
    connection.execute(portals.update().where(portals.c.id == portal.id).values(values))


def _new_id(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> int:
    key = connection.execute(table.insert().values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])
