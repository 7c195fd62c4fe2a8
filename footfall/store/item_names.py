"""What the catalogue calls its pages, for whoever reads the marts as views in the store: put beside what was drawn, it moves no count."""

from collections.abc import Iterable

import msgspec

from footfall.store.engine import Engine
from footfall.vocabulary import Item

__all__ = ["names_version", "put_item_names"]

NEWEST = "SELECT max(version) FROM item_names WHERE site = 0"
DROP = "ALTER TABLE {table:Identifier} DELETE WHERE version < {before:UInt64} SETTINGS mutations_sync = 2"
encoder = msgspec.json.Encoder()


def put_item_names(engine: Engine, items: Iterable[Item], version: int) -> int:
    """Write the items' titles, kinds and topics as a version, which stands once it is whole; how many items that were. The version before
    is kept for questions that are being answered; older ones go. A version that stands already, or one after it, is left: that is 0 items.

    Raises:
        Unavailable: the store is away; the version before stands.
    """
    before = names_version(engine)
    if version <= before:
        return 0
    rows = [_row(version, item.site, item.path, item.title, item.kind, [topic for topic, _ in item.topics]) for item in items]
    if rows:
        engine.insert_ndjson("item_names", encoder.encode_lines(rows), f"item-names-{version}")
    engine.insert_ndjson("item_names", encoder.encode_lines([_row(version, 0, "", "", "", [])]), f"names-{version}")
    for node in engine.nodes():
        node.command(DROP, {"table": "item_names_local" if node.topology.cluster else "item_names", "before": before})
        if node is not engine:
            node.close()
    return len(rows)


def names_version(engine: Engine) -> int:
    """The version that stands; 0 without any. Raises Unavailable."""
    return int(engine.query(NEWEST, name="item names")[0][0])


def _row(version: int, site: int, path: str, title: str, kind: str, topics: list[str]) -> dict[str, object]:
    return {"site": site, "path": path, "title": title, "kind": kind, "topics": topics, "version": version}
