"""The map from pages to topics: public knowledge of a catalogue, which the marts of interest and questions by topic read.

It must be so: a page that only traffic told of, or a topic that somebody's visit gave it, would let one visitor move what others count in.
"""

from collections.abc import Collection, Iterable

import msgspec

from footfall.store.engine import Engine

__all__ = ["EMPTY", "PAGES", "Topics", "current_topics", "pages_by_topic", "put_item_topics"]

EVERYWHERE = 0
"""Where the table has a portal, of rows that list the topics there are."""
NEWEST = "(SELECT max(version) FROM item_topics WHERE site = 0)"
PAGES = f"SELECT path, groupUniqArray(topic) AS topics FROM item_topics WHERE version = {NEWEST} AND site = {{site:UInt32}} GROUP BY path"
"""A portal's pages with their topics."""
CURRENT = f"SELECT version, topic FROM item_topics WHERE site = 0 AND version = {NEWEST} ORDER BY topic"
BY_TOPIC = (
    f"SELECT topic, arraySort(groupUniqArray(path)) FROM item_topics WHERE version = {NEWEST} AND site = {{site:UInt32}} GROUP BY topic"
)
DROP = "ALTER TABLE {table:Identifier} DELETE WHERE version < {before:UInt64} SETTINGS mutations_sync = 2"
encoder = msgspec.json.Encoder()


class Topics(msgspec.Struct, frozen=True):
    """Every topic there is, whether or not a page is about it, and the version of the map."""

    version: int
    """0: there is no map."""
    names: tuple[str, ...]


EMPTY = Topics(0, ())


def put_item_topics(engine: Engine, rows: Iterable[tuple[int, str, str, float]], version: int, names: Collection[str]) -> int:
    """Write the catalogue's (portal, path, topic, score) as a version of the map, which stands once it is whole. Answers how many rows.

    ``names`` are all topics, of the taxonomy and not of the rows, so that no cell's key says what there are pages of; rows of others are
    left out. The version before is kept for questions that are being answered; older ones go. A version that stands already, or one after
    it, is left as it is: that is 0 rows.

    Raises:
        Unavailable: the store is away; the version before stands.
    """
    before = current_topics(engine)
    if version <= before.version or not names:
        return 0
    known = frozenset(names)
    found = [_row(version, *row) for row in rows if row[2] in known]
    if found:
        engine.insert_ndjson("item_topics", encoder.encode_lines(found), f"item-topics-{version}")
    engine.insert_ndjson(
        "item_topics", encoder.encode_lines([_row(version, EVERYWHERE, "", name, 1.0) for name in sorted(known)]), f"topics-{version}"
    )
    for node in engine.nodes():
        node.command(DROP, {"table": "item_topics_local" if node.topology.cluster else "item_topics", "before": before.version})
        if node is not engine:
            node.close()
    return len(found)


def current_topics(engine: Engine) -> Topics:
    """The map that stands; EMPTY without any. Raises Unavailable."""
    rows = engine.query(CURRENT, name="topics")
    return Topics(int(rows[0][0]), tuple(dict.fromkeys(str(name) for _, name in rows))) if rows else EMPTY


def pages_by_topic(engine: Engine, site: int) -> dict[str, list[str]]:
    """A portal's pages by topic. Raises Unavailable."""
    found = engine.query(BY_TOPIC, {"site": site}, name="pages by topic") if site != EVERYWHERE else []
    return {str(topic): [str(path) for path in paths] for topic, paths in found}


def _row(version: int, site: int, path: str, topic: str, score: float) -> dict[str, object]:
    return {"site": site, "path": path, "topic": topic, "score": score, "version": version}
