"""What is done with items for an editor: shown, put, changed, removed, and read from files."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from footfall.collect.pages import NO_HOST, bare_host, cut_address, kept_of, read_page, read_query, with_query
from footfall.control.hostnames import as_written as domain_of
from footfall.control.items import change_item, count_items, find_item, get_item, list_items, put_items
from footfall.control.transactions import Database
from footfall.errors import BadInput
from footfall.interests.dates import as_written
from footfall.interests.items import changed_item, checked_item
from footfall.interests.own import Own
from footfall.interests.taxonomy import Taxonomy
from footfall.interests.uploads import Format, Line, read_lines, refuse_binary
from footfall.serve.content_shapes import ItemList, ItemShown, LineRefused, Uploaded
from footfall.vocabulary import Item, Portal

__all__ = ["Asked", "change_one", "item_shown", "items_of", "own_of", "path_named", "put_one", "upload", "whole_items"]

AT_ONCE = 500
MOST_REFUSALS = 100
MOST_ITEMS = 1_000_000
WRITTEN = ("url", "title", "summary", "text", "kind", "language", "valid_from_ms", "valid_to_ms", "published_ms")
"""What a filling would bring up to date, unless somebody wrote it."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which of a portal's items."""

    query: str = ""
    kind: str = ""
    topic: str = ""
    state: str = ""
    limit: int = 100
    offset: int = 0


def own_of(portal: Portal) -> Own:
    """The portal's addresses, their paths as its events have them."""

    def path_of(url: str) -> str:
        base, query, _ = cut_address(url)
        return with_query(read_page(base)[1], read_query(query, kept_of(portal.allowed_query)), portal.allowed_query)

    return Own(portal, path_of)


def path_named(portal: Portal, name: str) -> str:
    """The path, as events have it, of a path or an address as callers write them: encoded or not, with a query, of any of the portal's
    hosts. Empty where it is an address of another's, or none."""
    base, query, _ = cut_address(name)
    try:
        host, path = read_page(base)
    except ValueError:
        return ""
    is_own = any(_holds(domain, host, path) for domain in (portal.domain, *portal.domains)) if host != NO_HOST else base.startswith("/")
    if not is_own:
        return ""
    return with_query(path, read_query(query, kept_of(portal.allowed_query)), portal.allowed_query)


def item_shown(item: Item, portal: Portal, *, with_text: bool = True) -> ItemShown:
    """The item as the API and the command line show it."""
    instants = {name: as_written(getattr(item, f"{name}_ms")) for name in ("valid_from", "valid_to", "published", "seen")}
    plain = ("id", "path", "url", "title", "summary", "kind", "language", "districts", "weight", "corrected", "source", "state")
    told: dict[str, Any] = {name: getattr(item, name) for name in plain} | instants
    return ItemShown(portal=portal.domain, text=item.text if with_text else None, topics=dict(item.topics), **told)


def items_of(control: Database, portal: Portal, asked: Asked) -> ItemList:
    """A page of the portal's items."""
    found = _listed(control, portal, asked)
    total = count_items(control, portal.id, query=asked.query, kind=asked.kind, topic=asked.topic, state=asked.state)
    return ItemList(tuple(item_shown(item, portal, with_text=False) for item in found), total)


def whole_items(control: Database, portal: Portal, asked: Asked) -> Iterator[Item]:
    """All of the portal's items of that kind, with their texts."""
    return (get_item(control, item.id) for item in _listed(control, portal, msgspec.structs.replace(asked, limit=MOST_ITEMS, offset=0)))


def put_one(control: Database, portal: Portal, given: dict[str, Any], topics: Taxonomy, *, source: str, now_ms: int) -> Item:
    """The item as it stands after these values were put: a new one, or the one at that address with what is named changed.

    Raises:
        BadInput: a value is not valid, or a topic is none of ``topics``.
    """
    item = _made(control, own_of(portal), given, topics, source, now_ms)
    return put_items(control, [item], now_ms=now_ms, said="item put")[0]


def change_one(control: Database, portal: Portal, id: int, given: dict[str, Any], topics: Taxonomy, *, now_ms: int) -> Item:
    """The item with these values changed. Raises as ``put_one``, and NotFound."""
    own = own_of(portal)

    def change(item: Item) -> Item:
        changed = _known(changed_item(own, item, given), given, topics)
        other = find_item(control, portal.id, changed.path) if changed.path != item.path else None
        if other:
            raise BadInput("url {url!r} is that of item {id}.", url=changed.url, id=other.id)
        is_written = any(getattr(changed, name) != getattr(item, name) for name in WRITTEN)
        return msgspec.structs.replace(changed, source="editor") if is_written else changed

    return change_item(control, id, change, now_ms=now_ms)


def upload(control: Database, portal: Portal, path: Path, format: Format, topics: Taxonomy, *, now_ms: int) -> Uploaded:
    """Read a file of items; each line does what ``put_one`` does, and one that is refused keeps no other out.

    Raises:
        BadInput: it is no such file; nothing of it is stored then.
    """
    refuse_binary(path)
    own, counts = own_of(portal), {"added": 0, "changed": 0, "unchanged": 0}
    refusals: list[LineRefused] = []
    read = refused = 0
    with path.open(encoding="utf-8-sig", newline="" if format == "csv" else None) as file:
        for lines in _parts(read_lines(file, format)):
            before, found, faults = _checked(control, own, lines, topics, now_ms)
            for old, new in zip(before, put_items(control, found, now_ms=now_ms, said="items uploaded"), strict=True):
                counts["added" if old is None else "unchanged" if _is_same(old, new) else "changed"] += 1
            read, refused = read + len(lines), refused + len(faults)
            refusals += faults[: MOST_REFUSALS - len(refusals)]
    return Uploaded(read=read, refused=refused, refusals=tuple(refusals), **counts)


def _holds(domain: str, host: str, path: str) -> bool:
    """Whether the portal's domain, which may have a port and a path before all its pages, has that page."""
    whose, _, prefix = domain.partition("/")
    return bare_host(whose) == domain_of(host) and (not prefix or f"{path}/".startswith(f"/{prefix.rstrip('/')}/"))


def _listed(control: Database, portal: Portal, asked: Asked) -> list[Item]:
    return list_items(control, portal.id, **msgspec.structs.asdict(asked))


def _checked(
    control: Database, own: Own, lines: list[Line], topics: Taxonomy, now_ms: int
) -> tuple[list[Item | None], list[Item], list[LineRefused]]:
    """What there was, what is to be stored, and what is refused. Of two lines with one address the later one sees the earlier."""
    before: list[Item | None] = []
    found: dict[str, Item] = {}
    first: dict[str, Item | None] = {}
    faults = []
    for line in lines:
        try:
            if line.given is None:
                raise line.fault or BadInput("It is no item.")
            item = _made(control, own, line.given, topics, "upload", now_ms, found)
        except BadInput as error:
            faults.append(LineRefused(line.number, str(error)))
            continue
        first.setdefault(item.path, find_item(control, own.portal.id, item.path))
        found[item.path] = item
    before = [first[path] for path in found]
    return before, list(found.values()), faults


def _made(
    control: Database,
    own: Own,
    given: dict[str, Any],
    topics: Taxonomy,
    source: str,
    now_ms: int,
    pending: dict[str, Item] | None = None,
) -> Item:
    url = given.get("url")
    path = own.path_of(own.checked(url)) if isinstance(url, str) else ""
    before = (pending or {}).get(path) or (find_item(control, own.portal.id, path) if path else None)
    if before is None:
        return _known(checked_item(own, given, source=source, now_ms=now_ms), given, topics)
    seen = msgspec.structs.replace(before, source=source, seen_ms=now_ms)
    return _known(changed_item(own, seen, given), given, topics)


def _known(item: Item, given: dict[str, Any], topics: Taxonomy) -> Item:
    """The item. Raises BadInput where it was given a topic that nobody knows; one that it had before stays."""
    for topic, _ in item.topics if given.get("topics") else ():
        if topic not in topics:
            raise BadInput("Topic {topic!r} is not known. Valid: {valid}.", topic=topic, valid=", ".join(known.id for known in topics))
    return item


def _is_same(one: Item, other: Item) -> bool:
    return one == msgspec.structs.replace(other, seen_ms=one.seen_ms)


def _parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    rest = iter(lines)
    while part := list(islice(rest, AT_ONCE)):
        yield part
