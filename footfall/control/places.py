"""Places of the city by kind: names, outlines, and what lies in what. Every change is noted in the audit log."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import place_kinds, places
from footfall.control.transactions import Database
from footfall.vocabulary import Place, Ring

__all__ = ["attribution_of", "count_places", "list_places", "outlined_kinds", "parents_of", "put_places"]

decode_names = msgspec.json.Decoder(dict[str, str]).decode
decode_rings = msgspec.json.Decoder(tuple[Ring, ...]).decode


def put_places(database: Database, kind: str, found: Sequence[Place], *, attribution: str = "", now_ms: int) -> None:
    """These are the places of that kind from now on; those that were there before and are not among them are gone."""
    with database.writing() as connection:
        for table in (places, place_kinds):
            connection.execute(table.delete().where(table.c.kind == kind))
        connection.execute(place_kinds.insert().values(kind=kind, attribution=attribution, changed_ms=now_ms))
        if found:
            connection.execute(places.insert(), [_row(place) for place in found])
        note(connection, now_ms, "places changed", f"{kind}: {len(found)}")


def list_places(database: Database, kind: str) -> dict[str, Place]:
    """The places of that kind by id; none where nobody has put any."""
    with database.reading() as connection:
        found = connection.execute(sa.select(places).where(places.c.kind == kind).order_by(places.c.id))
        return {row.id: _place(row) for row in found}


def count_places(database: Database) -> dict[str, int]:
    """How many there are of each kind."""
    with database.reading() as connection:
        found = connection.execute(sa.select(places.c.kind, sa.func.count()).group_by(places.c.kind).order_by(places.c.kind))
        return {str(kind): int(number) for kind, number in found}


def outlined_kinds(database: Database) -> frozenset[str]:
    """Those that a map can be drawn of."""
    with database.reading() as connection:
        return frozenset(connection.scalars(sa.select(places.c.kind).where(places.c.rings != "[]").distinct()))


def parents_of(database: Database) -> dict[tuple[str, str], dict[str, str]]:
    """By kind and the kind above it: the id of the place above each."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    wanted = sa.select(places.c.kind, places.c.id, places.c.parent_kind, places.c.parent).where(places.c.parent != "")
    with database.reading() as connection:
        for kind, id, above, parent in connection.execute(wanted.order_by(places.c.kind, places.c.id)):
            found.setdefault((str(kind), str(above)), {})[str(id)] = str(parent)
    return found


def attribution_of(database: Database, kind: str) -> str:
    """Whom a map of that kind of place names for its outlines; empty where nobody is to be named."""
    with database.reading() as connection:
        return str(connection.scalar(sa.select(place_kinds.c.attribution).where(place_kinds.c.kind == kind)) or "")


def _row(place: Place) -> dict[str, str]:
    plain = {name: getattr(place, name) for name in ("kind", "id", "name", "parent_kind", "parent")}
    return plain | {name: msgspec.json.encode(getattr(place, name)).decode() for name in ("names", "rings")}


def _place(row: "sa.Row[tuple[str, ...]]") -> Place:
    given = dict(row._mapping)
    return Place(**(given | {"names": decode_names(row.names), "rings": decode_rings(row.rings)}))
