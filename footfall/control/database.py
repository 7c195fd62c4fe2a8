"""The control database: SQLite under home, or PostgreSQL where several machines share it. Tables, and the door to them."""

import secrets
import uuid
from typing import Any
from zoneinfo import available_timezones

import msgspec
import sqlalchemy as sa

from footfall.control.hostnames import clean_domain
from footfall.errors import BadInput, Conflict, NotFound
from footfall.vocabulary import Clock, Goal, Portal

__all__ = ["Control", "metadata", "open_control"]

metadata = sa.MetaData()
portals = sa.Table(
    "portals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("domain", sa.String(255), nullable=False, unique=True),
    sa.Column("settings", sa.Text, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
goals = sa.Table(
    "goals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False),
    sa.Column("goal", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("portals", sa.Text, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
)
changes = sa.Table("changes", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=True), sqlite_autoincrement=True)
decode_portal = msgspec.json.Decoder(Portal).decode
decode_goal = msgspec.json.Decoder(Goal).decode


class Control:
    """Portals and goals. Every change is one transaction and moves ``version`` on, for all processes to see."""

    def __init__(self, engine: sa.Engine, now: Clock) -> None:
        self.engine, self._now = engine, now

    def close(self) -> None:
        self.engine.dispose()

    def version(self) -> int:
        """Grows with every change."""
        with self.engine.connect() as connection:
            return int(connection.scalar(sa.select(sa.func.coalesce(sa.func.max(changes.c.id), 0))) or 0)

    def portals(self) -> tuple[Portal, ...]:
        """All portals by id."""
        with self.engine.connect() as connection:
            return tuple(decode_portal(text) for text in connection.scalars(sa.select(portals.c.settings).order_by(portals.c.id)))

    def portal(self, name: str | int) -> Portal:
        """The portal of that domain (any of its own) or id.

        Raises:
            NotFound: there is none.
        """
        wanted = str(name).lower().removeprefix("www.")
        for portal in self.portals():
            if wanted in (portal.domain, *portal.domains, str(portal.id)):
                return portal
        raise NotFound(f"No portal {wanted!r} here. `footfall portals list` shows those there are.")

    def create_portal(self, *, domain: str, **settings: Any) -> Portal:
        """A new portal; accepts events at once.

        Raises:
            BadInput: a setting is not valid.
            Conflict: the domain is taken.
        """
        domain = clean_domain(domain)
        with self.engine.begin() as connection:
            self._refuse_taken(connection, (domain, *settings.get("domains", ())), besides=0)
            blank = {"domain": domain, "settings": "", "created_ms": self._now()}
            number = _new_id(connection, portals, blank)
            portal = _portal(
                {"id": number, "domain": domain, "umami_id": str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))} | settings
            )
            self._write(connection, portal)
        return portal

    def update_portal(self, name: str | int, **settings: Any) -> Portal:
        """The portal with those settings changed. Raises as ``create_portal``, and NotFound."""
        before = self.portal(name)
        if "domain" in settings:
            settings["domain"] = clean_domain(settings["domain"])
        portal = _portal(msgspec.to_builtins(before) | settings | {"id": before.id, "umami_id": before.umami_id})
        with self.engine.begin() as connection:
            self._refuse_taken(connection, (portal.domain, *portal.domains), besides=portal.id)
            self._write(connection, portal)
        return portal

    def delete_portal(self, name: str | int) -> Portal:
        """Remove a portal and its goals; its events go with the next retention round."""
        portal = self.portal(name)
        with self.engine.begin() as connection:
            connection.execute(goals.delete().where(goals.c.portal_id == portal.id))
            connection.execute(portals.delete().where(portals.c.id == portal.id))
            connection.execute(changes.insert())
        return portal

    def goals(self, portal_id: int) -> tuple[Goal, ...]:
        """The portal's goals by id."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(goals.c.id, goals.c.goal).where(goals.c.portal_id == portal_id).order_by(goals.c.id))
            return tuple(msgspec.structs.replace(decode_goal(text), id=number) for number, text in rows)

    def put_goal(self, portal_id: int, **settings: Any) -> Goal:
        """Find or create a goal: one that means the same is answered as it is.

        Raises:
            BadInput: it is neither an event goal nor a page goal.
            Conflict: another goal has that display name.
        """
        goal = _goal(portal_id, settings)
        for other in self.goals(portal_id):
            if msgspec.structs.replace(other, id=0, display_name="") == msgspec.structs.replace(goal, display_name=""):
                return other
            if other.display_name == goal.display_name:
                raise Conflict(f"A goal named {goal.display_name!r} is there already; give this one another display_name.")
        with self.engine.begin() as connection:
            values = {"portal_id": portal_id, "goal": msgspec.json.encode(goal).decode()}
            number = _new_id(connection, goals, values)
            connection.execute(changes.insert())
        return msgspec.structs.replace(goal, id=number)

    def delete_goal(self, portal_id: int, goal_id: int) -> None:
        with self.engine.begin() as connection:
            gone = connection.execute(goals.delete().where(goals.c.id == goal_id, goals.c.portal_id == portal_id))
            if not gone.rowcount:
                raise NotFound(f"No goal {goal_id} on this portal.")
            connection.execute(changes.insert())

    def _refuse_taken(self, connection: sa.Connection, wanted: tuple[str, ...], *, besides: int) -> None:
        for text in connection.scalars(sa.select(portals.c.settings).where(portals.c.id != besides)):
            other = decode_portal(text)
            taken = sorted({other.domain, *other.domains} & set(wanted))
            if taken:
                raise Conflict(f"Domain {taken[0]!r} belongs to a portal already.")

    def _write(self, connection: sa.Connection, portal: Portal) -> None:
        values = {"domain": portal.domain, "settings": msgspec.json.encode(portal).decode()}
        connection.execute(portals.update().where(portals.c.id == portal.id).values(values))
        connection.execute(changes.insert())


def open_control(url: str, now: Clock) -> Control:
    """The control database behind a SQLAlchemy URL, its tables made where they are missing.

    Raises:
        BadSetting: SQLAlchemy cannot use the URL.
    """
    engine = sa.create_engine(url, connect_args={"timeout": 30} if url.startswith("sqlite") else {})
    if url.startswith("sqlite"):
        sa.event.listen(engine, "connect", _prepare_sqlite)
    metadata.create_all(engine)
    return Control(engine, now)


def _new_id(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> int:
    key = connection.execute(table.insert().values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _prepare_sqlite(connection: Any, record: object) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _portal(values: dict[str, Any]) -> Portal:
    try:
        portal = msgspec.convert(values, Portal, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"That portal is not valid: {error}.") from None
    if portal.timezone not in available_timezones():
        raise BadInput(f"Time zone {portal.timezone!r} is not known. Valid: IANA names such as Europe/Moscow or Etc/UTC.")
    if not 0 <= portal.keep_events <= 760:
        raise BadInput(f"keep_events {portal.keep_events} is out of range. Valid: 0 to 760 days.")
    return msgspec.structs.replace(portal, domains=tuple(clean_domain(domain) for domain in portal.domains))


def _goal(portal_id: int, settings: dict[str, Any]) -> Goal:
    values = {name: value for name, value in settings.items() if value is not None}
    event, page, threshold = values.get("event_name"), values.get("page_path"), values.get("scroll_threshold")
    if bool(event) == bool(page):
        raise BadInput("A goal has either event_name or page_path.")
    if page and not str(page).startswith("/"):
        raise BadInput(f"page_path {page!r} is not valid; it starts with '/'.")
    if threshold is not None and not (page and 1 <= int(threshold) <= 100):
        raise BadInput("scroll_threshold goes with page_path and is 1 to 100.")
    name = values.pop("display_name", None) or (str(event) if event else f"Visit {page}")
    try:
        return msgspec.convert(values | {"id": 0, "portal_id": portal_id, "display_name": name}, Goal, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(f"That goal is not valid: {error}.") from None
