"""Where a portal's items are read from, and what a run has to fetch: written page by page, so that one that was cut short goes on."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import content_sources as sources
from footfall.control.tables import frontier
from footfall.control.transactions import Database
from footfall.errors import BadInput, NotFound

__all__ = [
    "ContentSource",
    "Found",
    "SourceKind",
    "Waiting",
    "add_source",
    "begin_run",
    "change_source",
    "count_waiting",
    "drop_source",
    "find_source",
    "job_of",
    "known_pages",
    "list_sources",
    "mark_asked",
    "mark_fetched",
    "next_waiting",
    "put_waiting",
]

SourceKind = Literal["sitemap", "feed", "crawl", "traffic"]
MOST_SOURCES = 20
"""Of a portal."""
MOST_KNOWN = 100_000
"""Addresses of a source."""
LONGEST_VERSION = 500
AT_ONCE = 500


class ContentSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where items of a portal are read from."""

    id: int
    site: int
    kind: SourceKind
    url: str
    """Where it begins."""
    schedule: str
    """Cron in the portal's time zone; empty is by hand."""
    most_pages: int
    """Fetched in a run."""
    created_ms: int
    run_ms: int = 0
    """The run that began last, by when it was due."""
    run_pages: int = 0
    """Fetched in it."""
    asked_ms: int = 0
    """When a host was last asked for something."""


class Found(msgspec.Struct, frozen=True):
    """An address that a run came upon."""

    url: str
    kind: Literal["map", "feed", "page"] = "page"
    depth: int = 0


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is to be fetched."""

    key: str
    url: str
    kind: Literal["map", "feed", "page"]
    depth: int
    version: str
    """What its server called the content that was read last; empty: it was not read yet."""
    path: str
    """Of the item that was made of it."""
    fetched_ms: int


def job_of(id: int) -> str:
    """The name of its job in ``runs``."""
    return f"content {id}"


def add_source(database: Database, source: ContentSource, domain: str, *, now_ms: int) -> ContentSource:
    """The source with its id. Raises BadInput where the portal has too many."""
    with database.writing() as connection:
        known = connection.scalar(sa.select(sa.func.count()).select_from(sources).where(sources.c.site == source.site))
        if (known or 0) >= MOST_SOURCES:
            raise BadInput("A portal has at most {most} sources of content.", most=MOST_SOURCES)
        values = {name: value for name, value in msgspec.structs.asdict(source).items() if name != "id"}
        inserted = connection.execute(sources.insert().values(values)).inserted_primary_key
        assert inserted is not None
        note(connection, now_ms, "content source added", f"{domain}: {source.kind} {source.url}")
        return msgspec.structs.replace(source, id=int(inserted[0]))


def change_source(database: Database, before: ContentSource, given: ContentSource, domain: str, *, now_ms: int) -> ContentSource:
    """The source that was there with another schedule and number of pages; how far it is stays."""
    changed = msgspec.structs.replace(before, schedule=given.schedule, most_pages=given.most_pages)
    with database.writing() as connection:
        values = {"schedule": changed.schedule, "most_pages": changed.most_pages}
        connection.execute(sources.update().where(sources.c.id == before.id).values(values))
        note(connection, now_ms, "content source changed", f"{domain}: {before.kind} {before.url}")
    return changed


def list_sources(database: Database, site: int | None = None) -> list[ContentSource]:
    """A portal's, or all, by id."""
    wanted = sa.select(sources).order_by(sources.c.id)
    with database.reading() as connection:
        rows = connection.execute(wanted.where(sources.c.site == site) if site is not None else wanted)
        return [ContentSource(**row._mapping) for row in rows]


def find_source(database: Database, id: int) -> ContentSource:
    """Raises NotFound where there is none."""
    found = next((one for one in list_sources(database) if one.id == id), None)
    if found is None:
        raise NotFound("There is no source of content {id}.", id=id)
    return found


def drop_source(database: Database, id: int, domain: str, *, now_ms: int) -> None:
    """Nothing is read there any more; its items stay. Raises NotFound."""
    with database.writing() as connection:
        connection.execute(frontier.delete().where(frontier.c.source == id))
        if not connection.execute(sources.delete().where(sources.c.id == id)).rowcount:
            raise NotFound("There is no source of content {id}.", id=id)
        note(connection, now_ms, "content source removed", f"{domain}: {id}")


def begin_run(database: Database, id: int, due_ms: int, seeds: Sequence[Found], *, again: bool) -> None:
    """A new run: these addresses wait, and with ``again`` all that items were made of. A run that was begun goes on as it is."""
    with database.writing() as connection:
        if connection.scalar(sa.select(sources.c.run_ms).where(sources.c.id == id)) == due_ms:
            return
        connection.execute(sources.update().where(sources.c.id == id).values(run_ms=due_ms, run_pages=0))
        if again:
            connection.execute(frontier.update().where(frontier.c.source == id, frontier.c.path != "").values(waits=True))
        _put(connection, id, seeds)


def put_waiting(database: Database, id: int, found: Sequence[Found]) -> None:
    """These wait too, where this run has not fetched them; an address that is not known is, unless the source knows too many."""
    with database.writing() as connection:
        _put(connection, id, found)


def next_waiting(database: Database, id: int) -> Waiting | None:
    """What is to be fetched next: lists before pages, then what was not fetched for longest, nearest to the beginning."""
    is_page = sa.case((frontier.c.kind == "page", 1), else_=0)
    wanted = sa.select(frontier).where(frontier.c.source == id, frontier.c.waits).limit(1)
    with database.reading() as connection:
        row = connection.execute(wanted.order_by(is_page, frontier.c.fetched_ms, frontier.c.depth, frontier.c.key)).first()
    return Waiting(**{name: row._mapping[name] for name in Waiting.__struct_fields__}) if row else None


def mark_fetched(database: Database, id: int, done: Waiting, *, now_ms: int) -> None:
    """It was fetched, or is not to be: its version and path are as ``done`` says."""
    values = {"waits": False, "version": done.version[:LONGEST_VERSION], "path": done.path, "fetched_ms": now_ms}
    with database.writing() as connection:
        connection.execute(frontier.update().where(frontier.c.source == id, frontier.c.key == done.key).values(values))
        connection.execute(sources.update().where(sources.c.id == id).values(run_pages=sources.c.run_pages + 1))


def mark_asked(database: Database, id: int, now_ms: int) -> None:
    """A host was asked just now: whoever goes on with the run keeps the distance."""
    with database.writing() as connection:
        connection.execute(sources.update().where(sources.c.id == id).values(asked_ms=now_ms))


def known_pages(database: Database, id: int, urls: Iterable[str]) -> dict[str, Waiting]:
    """Those of the addresses that were fetched before, by address."""
    keys = sorted({_key(url) for url in urls})
    found = {}
    with database.reading() as connection:
        for start in range(0, len(keys), AT_ONCE):
            these = frontier.c.key.in_(keys[start : start + AT_ONCE])
            for row in connection.execute(sa.select(frontier).where(frontier.c.source == id, these, frontier.c.fetched_ms > 0)):
                found[str(row.url)] = Waiting(**{name: row._mapping[name] for name in Waiting.__struct_fields__})
    return found


def count_waiting(database: Database, id: int, *, lists_alone: bool = False) -> int:
    """Addresses that are to be fetched; with ``lists_alone`` those of sitemaps and feeds."""
    with database.reading() as connection:
        wanted = sa.select(sa.func.count()).select_from(frontier).where(frontier.c.source == id, frontier.c.waits)
        wanted = wanted.where(frontier.c.kind != "page") if lists_alone else wanted
        return int(connection.scalar(wanted) or 0)


def _put(connection: sa.Connection, id: int, found: Sequence[Found]) -> None:
    run_ms = int(connection.scalar(sa.select(sources.c.run_ms).where(sources.c.id == id)) or 0)
    unique = {_key(one.url): one for one in reversed(found)}
    keys = sorted(unique)
    known: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        part = keys[start : start + AT_ONCE]
        these = sa.and_(frontier.c.source == id, frontier.c.key.in_(part))
        known |= set(connection.scalars(sa.select(frontier.c.key).where(these)))
        connection.execute(frontier.update().where(these, frontier.c.fetched_ms < run_ms).values(waits=True))
    total = int(connection.scalar(sa.select(sa.func.count()).select_from(frontier).where(frontier.c.source == id)) or 0)
    new = [(key, one) for key, one in unique.items() if key not in known][: max(0, MOST_KNOWN - total)]
    if new:
        connection.execute(frontier.insert(), [_row(id, key, one) for key, one in new])


def _row(id: int, key: str, found: Found) -> dict[str, object]:
    told = {"url": found.url, "kind": found.kind, "depth": found.depth}
    return {"source": id, "key": key, "waits": True, "version": "", "path": "", "fetched_ms": 0} | told


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
