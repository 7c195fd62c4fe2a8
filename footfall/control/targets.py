"""Targets of portals: what is wanted, by when, who answers for it; and how each was doing when it was looked at last."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Meta

from footfall.control.audit import note
from footfall.control.target_tables import target_changes, targets
from footfall.control.transactions import Database
from footfall.errors import BadInput, NotFound
from footfall.vocabulary import Portal

__all__ = [
    "TARGET_SETTINGS",
    "Change",
    "Found",
    "Measure",
    "Question",
    "State",
    "Target",
    "changes_of",
    "changes_since",
    "checked_target",
    "delete_target",
    "find_target",
    "list_targets",
    "note_state",
    "save_target",
]

MOST_TARGETS, MOST_CHANGES, LONGEST_YEARS = 100, 500, 5
LARGEST_ID = 2**31 - 1
State = Literal["on_track", "at_risk", "met", "missed", "unknown"]
Text = Annotated[str, Meta(max_length=200)]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the stats API without its portal and its days."""

    metrics: Annotated[tuple[Text, ...], Meta(min_length=1, max_length=1)]
    """One."""
    filters: Annotated[tuple[Any, ...], Meta(max_length=20)] = ()
    """As the API takes them."""


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A measure of one of the city's datasets."""

    dataset: Annotated[str, Meta(min_length=1, max_length=100)]
    measure: Text = ""
    """The dataset's first where it is empty."""
    place_kind: Text = "city"
    place: Text | None = None
    categories: Annotated[tuple[Text, ...], Meta(max_length=10)] = ()
    """``1:adult``: number of the category column, and its value."""


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number that is to be reached, or not to be passed."""

    id: int = 0
    """0 until it is stored."""
    site: int = 0
    name: Annotated[str, Meta(min_length=1, max_length=100)]
    question: Question | None = None
    measure: Measure | None = None
    """What is counted: one of the two."""
    value: float
    direction: Literal["at_least", "at_most"] = "at_least"
    every: Literal["", "week"] = ""
    """``week``: each from Monday to Sunday; empty: once, from ``starts`` to ``due``."""
    starts: Text = ""
    """First day, YYYY-MM-DD, local."""
    due: Text = ""
    """Last day."""
    owner: Text = ""
    """Who answers for it: a name or an e-mail."""


class Found(msgspec.Struct, frozen=True):
    """A target as it is stored."""

    target: Target
    state: str
    """Empty: nobody looked yet."""
    period: str
    """Last day of the period that it is the state of."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A state that became another."""

    id: int
    target: int
    at_ms: int
    period: str
    before: str
    """Empty where the period is new."""
    state: str
    chance: float | None

    @property
    def day(self) -> date:
        """When it was found, in UTC."""
        return datetime.fromtimestamp(self.at_ms / 1000, UTC).date()


TARGET_SETTINGS = tuple(name for name in Target.__struct_fields__ if name not in ("id", "site"))
decode = msgspec.json.Decoder(Target).decode


def checked_target(settings: Mapping[str, Any]) -> Target:
    """The target of these settings.

    Raises:
        BadInput: names what is wrong and what is valid.
    """
    unknown = sorted(set(settings) - set(TARGET_SETTINGS))
    if unknown:
        raise BadInput("Unknown key {key!r}. Valid keys: {valid}.", key=unknown[0][:100], valid=", ".join(TARGET_SETTINGS))
    try:
        target = msgspec.convert(dict(settings), Target)
    except msgspec.ValidationError as error:
        raise BadInput("That target is not valid: {fault}.", fault=str(error)) from None
    if (target.question is None) == (target.measure is None):
        raise BadInput("A target has a question or a measure, and one of them.")
    name = " ".join(target.name.split())
    if not name or not name.isprintable():
        raise BadInput("A target needs a name of up to {most} characters.", most=100)
    if not 0 <= target.value < 1e15:
        raise BadInput("A target's value is 0 or more.")
    if target.every:
        return msgspec.structs.replace(target, name=name, starts="", due="")
    _check_days(target)
    return msgspec.structs.replace(target, name=name)


def list_targets(database: Database, site: int | None = None) -> tuple[Found, ...]:
    """Those of the portal, or of all, in the order in which they were made."""
    wanted = sa.select(targets).order_by(targets.c.id)
    with database.reading() as connection:
        rows = connection.execute(wanted if site is None else wanted.where(targets.c.portal_id == site))
        return tuple(_found(row) for row in rows)


def find_target(database: Database, site: int, id: int) -> Found:
    """Raises NotFound where the portal has no such target."""
    with database.reading() as connection:
        return _find(connection, site, id)


def save_target(database: Database, portal: Portal, target: Target, *, now_ms: int, id: int = 0) -> Target:
    """A new target, or with ``id`` that one changed; its state is looked for anew. The target is a checked one.

    Raises:
        BadInput: the portal has as many as it may have.
        NotFound: there is none of that id.
    """
    target = msgspec.structs.replace(target, site=portal.id)
    with database.writing() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(targets).where(targets.c.portal_id == portal.id)) or 0
        if not id and count >= MOST_TARGETS:
            raise BadInput("A portal has at most {most} targets.", most=MOST_TARGETS)
        values = {"portal_id": portal.id, "settings": msgspec.json.encode(target).decode(), "state": "", "period": ""}
        action = "target changed" if id else "target added"
        if id:
            _find(connection, portal.id, id)
            connection.execute(targets.update().where(targets.c.id == id).values(values))
        else:
            key = connection.execute(targets.insert().values(created_ms=now_ms, **values)).inserted_primary_key
            assert key is not None
            id = int(key[0])
        note(connection, now_ms, action, f"{portal.domain}: {target.name}")
    return msgspec.structs.replace(target, id=id)


def delete_target(database: Database, portal: Portal, id: int, *, now_ms: int) -> None:
    """Raises NotFound where the portal has no such target."""
    with database.writing() as connection:
        found = _find(connection, portal.id, id)
        connection.execute(targets.delete().where(targets.c.id == id))
        note(connection, now_ms, "target removed", f"{portal.domain}: {found.target.name}")


def note_state(database: Database, found: Found, state: State, *, period: str, chance: float | None, now_ms: int) -> bool:
    """Keep that state; whether it is another than before in the same period, or the first of a new one, and so a change."""
    if (found.state, found.period) == (state, period):
        return False
    before = found.state if found.period == period else ""
    this = sa.and_(targets.c.id == found.target.id, targets.c.state == found.state, targets.c.period == found.period)
    with database.writing() as connection:
        if not connection.execute(targets.update().where(this).values(state=state, period=period)).rowcount:
            return False
        told = {"period": period, "before": before, "state": state, "chance": chance}
        connection.execute(target_changes.insert().values(target_id=found.target.id, at_ms=now_ms, **told))
    return True


def changes_of(database: Database, id: int) -> tuple[Change, ...]:
    """Those of a target, newest first."""
    return _changes(database, target_changes.c.target_id == id)


def changes_since(database: Database, at_ms: int) -> tuple[Change, ...]:
    """Those of all targets from that instant on, newest first: what alerts tell of."""
    return _changes(database, target_changes.c.at_ms >= at_ms)


def _changes(database: Database, which: sa.ColumnElement[bool]) -> tuple[Change, ...]:
    wanted = sa.select(target_changes).where(which).order_by(target_changes.c.id.desc()).limit(MOST_CHANGES)
    with database.reading() as connection:
        return tuple(_change(row) for row in connection.execute(wanted))


def _change(row: sa.Row[Any]) -> Change:
    told = {"period": row.period, "before": row.before, "state": row.state, "chance": row.chance}
    return Change(id=row.id, target=row.target_id, at_ms=row.at_ms, **told)


def _check_days(target: Target) -> None:
    try:
        starts, due = (date.fromisoformat(text) for text in (target.starts, target.due))
    except ValueError:
        raise BadInput("A target needs its first and its last day, such as 2026-01-31, or every: week.") from None
    if not starts <= due or (due - starts).days > LONGEST_YEARS * 366 or not 1990 < starts.year < 2100:
        raise BadInput(
            "From {first} to {last} is no range of days, or more than {years} years.", first=starts, last=due, years=LONGEST_YEARS
        )


def _find(connection: sa.Connection, site: int, id: int) -> Found:
    wanted = sa.select(targets).where(targets.c.portal_id == site, targets.c.id == id)
    row = connection.execute(wanted).first() if 0 < id <= LARGEST_ID else None
    if row is None:
        raise NotFound("There is no such target on this portal.")
    return _found(row)


def _found(row: sa.Row[Any]) -> Found:
    return Found(msgspec.structs.replace(decode(row.settings), id=row.id, site=row.portal_id), row.state, row.period)
