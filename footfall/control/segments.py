"""Saved segments: filters of a portal under a name, one operator's own or the team's. Changes of the team's are noted in the audit log."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import segments
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, NotFound
from footfall.vocabulary import Portal

__all__ = ["Segment", "add_segment", "delete_segment", "find_segment", "list_segments", "rename_segment", "shared_segments"]

LONGEST_NAME, MOST_SEGMENTS = 100, 100
decode_filters = msgspec.json.Decoder(tuple[str, ...]).decode


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """Some filters and what they are called."""

    id: int = 0
    """0 until it is stored."""
    name: str
    filters: tuple[str, ...]
    """As addresses have them; whether they still mean something is for the page to say."""
    operator_id: int | None = None
    """Whose it is; ``None`` is the team's."""

    @property
    def is_shared(self) -> bool:
        return self.operator_id is None


def list_segments(database: Database, portal: Portal, operator_id: int) -> list[Segment]:
    """The team's and that operator's own, by name. Nobody else's."""
    with database.reading() as connection:
        return _read(connection, _visible(portal, operator_id))


def find_segment(database: Database, portal: Portal, operator_id: int, id: int) -> Segment:
    """Raises NotFound where the portal has none of that id that the operator may see."""
    with database.reading() as connection:
        return _find(connection, _visible(portal, operator_id), id)


def shared_segments(database: Database, ids: Collection[int]) -> list[Segment]:
    """Those of these ids that are a team's, whatever its portal."""
    with database.reading() as connection:
        return _read(connection, sa.and_(segments.c.id.in_(list(ids)), segments.c.operator_id.is_(None)))


def add_segment(database: Database, portal: Portal, segment: Segment, *, now_ms: int) -> Segment:
    """The segment, stored.

    Raises:
        BadInput: the name is none, or there are no filters.
        Conflict: its owner has one of that name, or more than enough.
    """
    segment = msgspec.structs.replace(segment, name=_checked_name(segment.name))
    if not segment.filters:
        raise BadInput("A segment needs at least one filter. Filter first, then save.")
    with database.writing() as connection:
        known = _read(connection, _own(portal, segment.operator_id))
        if len(known) >= MOST_SEGMENTS:
            raise Conflict("There are {most} segments already; delete one first.", most=MOST_SEGMENTS)
        _refuse_taken(known, segment)
        values = {"name": segment.name, "filters": msgspec.json.encode(segment.filters).decode()}
        given = connection.execute(segments.insert().values(portal_id=portal.id, operator_id=segment.operator_id, **values))
        _note(connection, now_ms, "segment saved", portal, segment)
        return msgspec.structs.replace(segment, id=_number(given.inserted_primary_key))


def rename_segment(database: Database, portal: Portal, segment: Segment, name: str, *, now_ms: int) -> None:
    """Raises as ``add_segment``, and NotFound where the segment is not there any more."""
    renamed = msgspec.structs.replace(segment, name=_checked_name(name))
    with database.writing() as connection:
        _refuse_taken(_read(connection, _own(portal, segment.operator_id)), renamed)
        if not connection.execute(segments.update().where(_this(portal, segment)).values(name=renamed.name)).rowcount:
            raise _absent(segment.id)
        _note(connection, now_ms, "segment renamed", portal, renamed)


def delete_segment(database: Database, portal: Portal, segment: Segment, *, now_ms: int) -> None:
    """Raises NotFound where it is not there any more."""
    with database.writing() as connection:
        if not connection.execute(segments.delete().where(_this(portal, segment))).rowcount:
            raise _absent(segment.id)
        _note(connection, now_ms, "segment deleted", portal, segment)


def _checked_name(name: str) -> str:
    cleaned = name.strip()
    if not cleaned or len(cleaned) > LONGEST_NAME or not cleaned.isprintable():
        raise BadInput("A segment's name has 1 to {most} characters.", most=LONGEST_NAME)
    return cleaned


def _refuse_taken(known: list[Segment], segment: Segment) -> None:
    if any(other.name.casefold() == segment.name.casefold() and other.id != segment.id for other in known):
        raise Conflict("A segment named {name!r} is there already; take another name.", name=segment.name)


def _visible(portal: Portal, operator_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(segments.c.portal_id == portal.id, sa.or_(segments.c.operator_id.is_(None), segments.c.operator_id == operator_id))


def _own(portal: Portal, operator_id: int | None) -> sa.ColumnElement[bool]:
    return sa.and_(segments.c.portal_id == portal.id, segments.c.operator_id.is_not_distinct_from(operator_id))


def _this(portal: Portal, segment: Segment) -> sa.ColumnElement[bool]:
    return sa.and_(segments.c.id == segment.id, _own(portal, segment.operator_id))


def _find(connection: sa.Connection, which: sa.ColumnElement[bool], id: int) -> Segment:
    found = _read(connection, sa.and_(which, segments.c.id == id))
    if not found:
        raise _absent(id)
    return found[0]


def _absent(id: int) -> NotFound:
    return NotFound("No segment {id} here that you may see.", id=id)


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Segment]:
    rows = connection.execute(sa.select(segments).where(which).order_by(sa.func.lower(segments.c.name), segments.c.id))
    return [Segment(id=row.id, name=row.name, filters=decode_filters(row.filters), operator_id=row.operator_id) for row in rows]


def _note(connection: sa.Connection, now_ms: int, action: str, portal: Portal, segment: Segment) -> None:
    """Of what is the team's; one's own is nobody else's to read."""
    if segment.is_shared:
        note(connection, now_ms, action, f"{portal.domain}: {segment.name}")


def _number(key: sa.Row[tuple[object, ...]] | None) -> int:
    assert key is not None
    return int(str(key[0]))
