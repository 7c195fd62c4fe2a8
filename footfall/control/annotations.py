"""Notes on days of a portal, or of all portals: what happened then. Every change is noted in the audit log."""

from datetime import date, time

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import annotations
from footfall.control.transactions import Database
from footfall.errors import BadInput, NotFound
from footfall.vocabulary import Portal

__all__ = ["LONGEST_TEXT", "Annotation", "add_annotation", "change_annotation", "delete_annotation", "find_annotation", "list_annotations"]

LONGEST_TEXT = 200
MOST_LISTED = 200
"""A page shows no more; the latest of a period are kept."""


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """A note. Its day is the portal's own: where it is for all, each portal's."""

    id: int = 0
    """0 until it is stored."""
    day: str
    """YYYY-MM-DD."""
    time: str = ""
    """HH:MM; empty is the whole day."""
    text: str
    is_everywhere: bool = False
    """On all portals."""


def list_annotations(database: Database, portal: Portal, first: date, last: date) -> list[Annotation]:
    """Those of these days, the portal's own and those for all, in the order of time."""
    days = annotations.c.day.between(first.isoformat(), last.isoformat())
    latest = (annotations.c.day.desc(), annotations.c.time.desc(), annotations.c.id.desc())
    wanted = sa.select(annotations).where(_of(portal), days).order_by(*latest).limit(MOST_LISTED)
    with database.reading() as connection:
        return [_read(row) for row in connection.execute(wanted)][::-1]


def find_annotation(database: Database, portal: Portal, id: int) -> Annotation:
    """Raises NotFound where none of that id is on the portal."""
    with database.reading() as connection:
        row = connection.execute(sa.select(annotations).where(_of(portal), annotations.c.id == id)).first()
    if row is None:
        raise _absent(id)
    return _read(row)


def add_annotation(database: Database, portal: Portal, new: Annotation, *, now_ms: int) -> None:
    """Raises BadInput where its day, its time or its text is none."""
    new = _checked(new)
    with database.writing() as connection:
        connection.execute(annotations.insert().values(portal_id=None if new.is_everywhere else portal.id, **_values(new)))
        _note(connection, now_ms, "note added", portal, new)


def change_annotation(database: Database, portal: Portal, changed: Annotation, *, now_ms: int) -> None:
    """The stored note of that id with this day, time and text; whose it is stays. Raises as ``add_annotation``, and NotFound."""
    changed = _checked(changed)
    with database.writing() as connection:
        if not connection.execute(annotations.update().where(_this(portal, changed)).values(_values(changed))).rowcount:
            raise _absent(changed.id)
        _note(connection, now_ms, "note changed", portal, changed)


def delete_annotation(database: Database, portal: Portal, gone: Annotation, *, now_ms: int) -> None:
    """Raises NotFound where it is not there any more."""
    with database.writing() as connection:
        if not connection.execute(annotations.delete().where(_this(portal, gone))).rowcount:
            raise _absent(gone.id)
        _note(connection, now_ms, "note deleted", portal, gone)


def _checked(given: Annotation) -> Annotation:
    text = " ".join(given.text.split())
    if not text or len(text) > LONGEST_TEXT or not text.isprintable():
        raise BadInput("A note has 1 to {most} characters.", most=LONGEST_TEXT)
    try:
        day = date.fromisoformat(given.day).isoformat()
        moment = time.fromisoformat(given.time).strftime("%H:%M") if given.time else ""
    except ValueError:
        raise BadInput("A note needs a day, such as 2026-01-31, and may have a time, such as 09:30.") from None
    return msgspec.structs.replace(given, day=day, time=moment, text=text)


def _of(portal: Portal) -> sa.ColumnElement[bool]:
    return sa.or_(annotations.c.portal_id == portal.id, annotations.c.portal_id.is_(None))


def _this(portal: Portal, wanted: Annotation) -> sa.ColumnElement[bool]:
    return sa.and_(annotations.c.id == wanted.id, annotations.c.portal_id.is_not_distinct_from(None if wanted.is_everywhere else portal.id))


def _read(row: sa.Row[tuple[object, ...]]) -> Annotation:
    return Annotation(id=row.id, day=row.day, time=row.time, text=row.text, is_everywhere=row.portal_id is None)


def _values(given: Annotation) -> dict[str, str]:
    return {"day": given.day, "time": given.time, "text": given.text}


def _absent(id: int) -> NotFound:
    return NotFound("No note {id} on this portal.", id=id)


def _note(connection: sa.Connection, now_ms: int, action: str, portal: Portal, one: Annotation) -> None:
    note(connection, now_ms, action, f"{'all portals' if one.is_everywhere else portal.domain}: {one.day} {one.text}")
