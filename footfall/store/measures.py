"""The table of what is kept of the city's data: written by loads, and deleted with proof."""

import time
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from footfall.errors import FootfallError, Unavailable
from footfall.store.engine import Engine
from footfall.store.workshop import literal

__all__ = ["Proof", "delete_before", "delete_dataset", "delete_loads", "held_loads", "write_measures"]

TABLE = "measures"
COUNT = "SELECT count() FROM measures WHERE {condition}"
DELETE = "ALTER TABLE {{table:Identifier}} DELETE IN PARTITION {partition} WHERE {condition} SETTINGS mutations_sync = 2"
DROP = "ALTER TABLE {{table:Identifier}} DROP PARTITION {partition}"
IN_PARTS = """SELECT sum(rows) FROM system.parts
WHERE database = currentDatabase() AND table = {table:String} AND partition = {dataset:String}"""
MOST_DROPS, PAUSE_S = 20, 0.25
"""A part that was put aside a moment ago goes a second later."""
FULL_CODES = (243,)
"""What is to be written finds no room on the disk."""
HELD = "SELECT DISTINCT dataset, load FROM measures"
OF_DATASET = "dataset = {dataset:String}"
OF_LOADS = OF_DATASET + " AND load IN {loads:Array(UInt32)}"
OF_OLD = OF_DATASET + " AND bucket < {before:DateTime64(0, 'UTC')}"


class Proof(msgspec.Struct, frozen=True):
    """Rows that were there before and after a deletion, counted in the table."""

    before: int
    after: int


def write_measures(engine: Engine, rows: bytes, token: str) -> None:
    """Put cells (JSON lines) into the table; with the same token again nothing changes.

    Raises:
        Unavailable: the store is away, or its disk is full. What ClickHouse says of it may quote a row, so it is not told.
    """
    if not rows:
        return
    try:
        engine.insert_ndjson(TABLE, rows, token)
    except FootfallError as error:
        raise _refused(error) from None


def held_loads(engine: Engine) -> set[tuple[str, int]]:
    """Datasets and loads that rows in the table name. Raises Unavailable."""
    return {(str(dataset), int(load)) for dataset, load in engine.query(HELD, name="loads held")}


def delete_loads(engine: Engine, dataset: str, loads: Collection[int]) -> Proof:
    """Delete the rows of these loads on every node. Raises Unavailable."""
    return _delete(engine, OF_LOADS, {"dataset": dataset, "loads": sorted(loads)})


def delete_dataset(engine: Engine, dataset: str) -> Proof:
    """Delete all rows of the dataset on every node, also those that were deleted or replaced before and lie in old parts of the store:
    ``after`` counts them too. Raises Unavailable."""
    values = {"dataset": dataset}
    before = _count(engine, OF_DATASET, values)
    for _ in range(MOST_DROPS):
        if not _in_parts(engine, dataset):
            break
        for node, table in _nodes(engine):
            node.command(DROP.format(partition=literal(dataset)), {"table": table})
        if _in_parts(engine, dataset):
            time.sleep(PAUSE_S)
    return Proof(before, max(_count(engine, OF_DATASET, values), _in_parts(engine, dataset)))


def delete_before(engine: Engine, dataset: str, before: str) -> Proof:
    """Delete the dataset's rows of buckets that begin before that instant (UTC, ``YYYY-MM-DD HH:MM:SS``). Raises Unavailable."""
    return _delete(engine, OF_OLD, {"dataset": dataset, "before": before})


def _refused(error: FootfallError) -> Unavailable:
    code = getattr(error.__cause__, "code", None)
    if code in FULL_CODES or "errno: 28" in str(error.__cause__):
        return Unavailable("The store's disk is full; nothing was kept. Free some, and load again.", retry_after_s=60)
    if code is None:
        return Unavailable("The store does not answer; nothing was kept. Load again when it does.", retry_after_s=5)
    return Unavailable(
        "The store did not take the cells (ClickHouse code {code}); nothing was kept. Load again.", code=code, retry_after_s=5
    )


def _delete(engine: Engine, condition: str, values: dict[str, Any]) -> Proof:
    """A deletion of a row or two would still write its parts again: none is asked for where nothing is to be deleted."""
    before = _count(engine, condition, values)
    if before:
        for node, table in _nodes(engine):
            node.command(DELETE.format(condition=condition, partition=literal(values["dataset"])), {"table": table} | values)
    return Proof(before, _count(engine, condition, values))


def _nodes(engine: Engine) -> Iterator[tuple[Engine, str]]:
    """Each node with its own table's name."""
    for node in engine.nodes():
        yield node, f"{TABLE}_local" if node.topology.cluster else TABLE
        if node is not engine:
            node.close()


def _in_parts(engine: Engine, dataset: str) -> int:
    """Rows of the dataset in files of the store, those that no query sees any more included."""
    found = (node.query(IN_PARTS, {"table": table, "dataset": dataset}, name="measures left") for node, table in _nodes(engine))
    return sum(int(rows) for ((rows,),) in found)


def _count(engine: Engine, condition: str, values: dict[str, Any]) -> int:
    ((rows,),) = engine.query(COUNT.format(condition=condition), values, name="measures")
    return int(rows)
