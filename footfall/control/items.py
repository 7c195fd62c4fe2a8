"""The content catalogue: items of portals, and a number that grows with each change of them. Operators' changes are in the audit log."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import items
from footfall.control.tables import items_version as versions
from footfall.control.transactions import Database
from footfall.errors import NotFound
from footfall.vocabulary import Item

__all__ = [
    "all_live",
    "change_item",
    "count_items",
    "find_item",
    "get_item",
    "items_version",
    "list_items",
    "looked_at",
    "mark_missed",
    "mark_seen",
    "paths_of",
    "put_items",
    "remove_item",
    "set_sorted",
    "set_states",
    "set_topics",
    "sorted_as",
    "titles_of",
]

AT_ONCE = 500
"""Rows that one statement names: engines take no more than some thousands."""
Merge = Callable[[Item | None, Item], Item]
Topics = tuple[tuple[str, float], ...]
decode_topics = msgspec.json.Decoder(Topics).decode
decode_districts = msgspec.json.Decoder(tuple[str, ...]).decode
JSON = ("topics", "districts")
SEARCHED = ("path", "title", "summary")


def put_items(database: Database, found: Sequence[Item], *, now_ms: int, merge: Merge | None = None, said: str = "") -> list[Item]:
    """Store these, each in the place of the one that its portal has at its path; what is stored, in the same order.

    ``merge`` makes what is stored of the one before (``None``: there is none) and the new one; without it the new one stands.
    ``said`` is what the audit log calls it; empty is for fillings, which note their runs. Nothing changes where all is as before.
    """
    with database.writing() as connection:
        known = _known(connection, found)
        stored = [_put(connection, known, item, merge) for item in found]
        if any(is_new for _, is_new in stored):
            _move_on(connection)
            if said:
                note(connection, now_ms, said, f"portals {sorted({item.site for item in found})}: {len(found)} items")
    return [item for item, _ in stored]


def change_item(database: Database, id: int, change: Callable[[Item], Item], *, now_ms: int) -> Item:
    """The item as ``change`` makes it. Raises NotFound, and what ``change`` raises."""
    with database.writing() as connection:
        before = _get(connection, id)
        after = msgspec.structs.replace(change(before), id=before.id, site=before.site)
        if after != before:
            connection.execute(items.update().where(items.c.id == id).values(_row(after)))
            _move_on(connection)
            note(connection, now_ms, "item changed", f"{after.path}: {_changed(before, after)}")
        return after


def get_item(database: Database, id: int) -> Item:
    """Raises NotFound where there is none of that id."""
    with database.reading() as connection:
        return _get(connection, id)


def find_item(database: Database, site: int, path: str) -> Item | None:
    """The portal's item at that path."""
    with database.reading() as connection:
        row = connection.execute(sa.select(items).where(items.c.site == site, items.c.key == _key(path))).first()
        return _item(row) if row else None


def list_items(
    database: Database, site: int, *, query: str = "", kind: str = "", topic: str = "", state: str = "", limit: int = 100, offset: int = 0
) -> list[Item]:
    """A portal's items by path, without their text: those that have ``query`` in path, title or summary, of that kind, topic and state."""
    return _matching(database, site, query, {"kind": kind, "topic": topic, "state": state})[offset : offset + limit]


def count_items(database: Database, site: int, *, query: str = "", kind: str = "", topic: str = "", state: str = "") -> int:
    """How many ``list_items`` has of all pages together."""
    return len(_matching(database, site, query, {"kind": kind, "topic": topic, "state": state}))


def all_live(database: Database) -> list[Item]:
    """Every item of every portal that may be recommended, live or fading, by id. Whether it is valid now is the reader's to look at."""
    with database.reading() as connection:
        found = connection.execute(sa.select(items).where(items.c.state.in_(("live", "fading"))).order_by(items.c.id))
        return [_item(row) for row in found]


def paths_of(database: Database, site: int) -> dict[str, int]:
    """Paths of all the portal's items, with their ids."""
    with database.reading() as connection:
        found = connection.execute(sa.select(items.c.path, items.c.id).where(items.c.site == site))
        return {str(path): int(id) for path, id in found}


def titles_of(database: Database, site: int, paths: Iterable[str]) -> dict[str, str]:
    """What those of the paths that the catalogue knows are called."""
    found: dict[str, str] = {}
    with database.reading() as connection:
        for keys in _parts(sorted({_key(path) for path in paths})):
            rows = connection.execute(sa.select(items.c.path, items.c.title).where(items.c.site == site, items.c.key.in_(keys)))
            found |= {str(row.path): str(row.title) for row in rows}
    return found


def looked_at(database: Database) -> Iterator[tuple[Item, int]]:
    """Every item without its text, and how often in a row it was not there."""
    with database.reading() as connection:
        for row in connection.execute(sa.select(*_bare(), items.c.misses).order_by(items.c.id)):
            yield _item(row), int(row.misses)


def mark_seen(database: Database, site: int, paths: Iterable[str], *, now_ms: int, is_there: bool = True) -> None:
    """These were seen alive. What was fading or dead, and is valid, lives again. With ``is_there`` false it was only heard of: a page
    that answers 404 is visited too, so how often it was not there stays."""
    with database.writing() as connection:
        for keys in _parts(sorted({_key(path) for path in paths})):
            these = sa.and_(items.c.site == site, items.c.key.in_(keys))
            connection.execute(items.update().where(these, items.c.seen_ms < now_ms).values(seen_ms=now_ms))
            if is_there:
                connection.execute(items.update().where(these, items.c.misses > 0).values(misses=0))
            valid = sa.or_(items.c.valid_to_ms == 0, items.c.valid_to_ms > now_ms)
            asleep = sa.and_(these, items.c.state.in_(("fading", "dead")), items.c.misses == 0, valid)
            if connection.execute(items.update().where(asleep).values(state="live")).rowcount:
                _move_on(connection)


def mark_missed(database: Database, site: int, path: str) -> None:
    """The item at that path was not there when it was asked for (404, 410). Nothing where there is none."""
    with database.writing() as connection:
        these = sa.and_(items.c.site == site, items.c.key == _key(path))
        connection.execute(items.update().where(these).values(misses=items.c.misses + 1))


def set_states(database: Database, states: Mapping[int, str]) -> None:
    """Items by id are in these states from now on."""
    if not states:
        return
    with database.writing() as connection:
        for id, state in states.items():
            connection.execute(items.update().where(items.c.id == id).values(state=state))
        _move_on(connection)


def set_topics(database: Database, topics: Mapping[int, Topics]) -> None:
    """Items by id are about these from now on, where no editor has said what they are about."""
    if not topics:
        return
    rows = [{"of": id, "found": msgspec.json.encode(found).decode()} for id, found in topics.items()]
    these = sa.and_(items.c.id == sa.bindparam("of"), items.c.corrected.is_(False))
    with database.writing() as connection:
        connection.execute(items.update().where(these).values(topics=sa.bindparam("found")), rows)
        _move_on(connection)


def sorted_as(database: Database) -> dict[int, str]:
    """By id, the marks that ``set_sorted`` left; of no item that was put or changed since."""
    with database.reading() as connection:
        found = connection.execute(sa.select(items.c.id, items.c.sorted_as).where(items.c.sorted_as != ""))
        return {int(id): str(mark) for id, mark in found}


def set_sorted(database: Database, marks: Mapping[int, str]) -> None:
    """Remember what the topics of items by id were found in, and by. It is no change of the catalogue."""
    if marks:
        rows = [{"of": id, "mark": mark} for id, mark in marks.items()]
        with database.writing() as connection:
            connection.execute(items.update().where(items.c.id == sa.bindparam("of")).values(sorted_as=sa.bindparam("mark")), rows)


def remove_item(database: Database, id: int, *, now_ms: int) -> None:
    """Raises NotFound where there is none of that id."""
    with database.writing() as connection:
        gone = _get(connection, id)
        connection.execute(items.delete().where(items.c.id == id))
        _move_on(connection)
        note(connection, now_ms, "item removed", gone.path)


def items_version(database: Database) -> int:
    """Grows whenever what ``all_live`` answers may have changed, sightings aside: what caches compare."""
    with database.reading() as connection:
        return int(connection.scalar(sa.select(versions.c.number)) or 0)


def _matching(database: Database, site: int, query: str, wanted: dict[str, str]) -> list[Item]:
    """TRICKY: SQLite lowers ASCII alone, and most titles here are in Cyrillic: what is searched for is looked for in Python."""
    where = [items.c.site == site, *(items.c[name] == wanted[name] for name in ("kind", "state") if wanted[name])]
    with database.reading() as connection:
        found = [_item(row) for row in connection.execute(sa.select(*_bare()).where(*where).order_by(items.c.path))]
    words, topic = query.casefold(), wanted["topic"]
    return [
        item
        for item in found
        if (not words or any(words in getattr(item, name).casefold() for name in SEARCHED))
        and (not topic or any(name == topic for name, _ in item.topics))
    ]


def _known(connection: sa.Connection, found: Sequence[Item]) -> dict[tuple[int, str], Item]:
    wanted: dict[int, set[str]] = {}
    for item in found:
        wanted.setdefault(item.site, set()).add(_key(item.path))
    known = {}
    for site, keys in wanted.items():
        for part in _parts(sorted(keys)):
            for row in connection.execute(sa.select(items).where(items.c.site == site, items.c.key.in_(part))):
                known[site, str(row.key)] = _item(row)
    return known


def _put(connection: sa.Connection, known: dict[tuple[int, str], Item], item: Item, merge: Merge | None) -> tuple[Item, bool]:
    """What is stored, and whether it differs from what was before in more than when it was seen."""
    place = item.site, _key(item.path)
    before = known.get(place)
    item = merge(before, item) if merge else item
    item = msgspec.structs.replace(item, id=before.id if before else 0)
    if item == before:
        return item, False
    if before is None:
        inserted = connection.execute(items.insert().values(_row(item) | {"misses": 0})).inserted_primary_key
        assert inserted is not None
        item = msgspec.structs.replace(item, id=int(inserted[0]))
    else:
        connection.execute(items.update().where(items.c.id == before.id).values(_row(item) | {"misses": 0}))
    known[place] = item
    return item, before is None or item != msgspec.structs.replace(before, seen_ms=item.seen_ms)


def _get(connection: sa.Connection, id: int) -> Item:
    row = connection.execute(sa.select(items).where(items.c.id == id)).first()
    if row is None:
        raise NotFound("There is no item {id}.", id=id)
    return _item(row)


def _move_on(connection: sa.Connection) -> None:
    if not connection.execute(versions.update().values(number=versions.c.number + 1)).rowcount:
        connection.execute(versions.insert().values(id=1, number=1))


def _bare() -> list[sa.ColumnElement[Any]]:
    return [items.c[name] if name != "text" else sa.literal("").label("text") for name in Item.__struct_fields__]


def _row(item: Item) -> dict[str, Any]:
    plain = {name: getattr(item, name) for name in Item.__struct_fields__ if name not in ("id", *JSON)}
    return plain | {name: msgspec.json.encode(getattr(item, name)).decode() for name in JSON} | {"key": _key(item.path), "sorted_as": ""}


def _item(row: sa.Row) -> Item:  # type: ignore[type-arg]
    given = {name: value for name, value in row._mapping.items() if name in Item.__struct_fields__}
    return Item(**(given | {"topics": decode_topics(row.topics), "districts": decode_districts(row.districts)}))


def _changed(before: Item, after: Item) -> str:
    return ", ".join(name for name in Item.__struct_fields__ if getattr(before, name) != getattr(after, name))


def _key(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()


def _parts(keys: list[str]) -> Iterator[list[str]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
