"""The table of what is kept of the city's data: written by loads, and deleted with proof."""

from collections.abc import Collection
from typing import Any

import msgspec

from footfall.store.engine import Engine
from footfall.store.workshop import literal

__all__ = ["Proof", "delete_before", "delete_dataset", "delete_loads", "held_loads", "write_measures"]

TABLE = "measures"
COUNT = "SELECT count() FROM measures WHERE {condition}"
DELETE = "ALTER TABLE {{table:Identifier}} DELETE IN PARTITION {partition} WHERE {condition} SETTINGS mutations_sync = 2"
HELD = "SELECT DISTINCT dataset, load FROM measures"
OF_DATASET = "dataset = {dataset:String}"
OF_LOADS = OF_DATASET + " AND load IN {loads:Array(UInt32)}"
OF_OLD = OF_DATASET + " AND bucket < {before:DateTime64(0, 'UTC')}"


class Proof(msgspec.Struct, frozen=True):
    """Rows that were there before and after a deletion, counted in the table."""

    before: int
    after: int


def write_measures(engine: Engine, rows: bytes, token: str) -> None:
    """Put cells (JSON lines) into the table; with the same token again nothing changes. Raises Unavailable."""
    if rows:
        engine.insert_ndjson(TABLE, rows, token)


def held_loads(engine: Engine) -> set[tuple[str, int]]:
    """Datasets and loads that rows in the table name. Raises Unavailable."""
    return {(str(dataset), int(load)) for dataset, load in engine.query(HELD, name="loads held")}


def delete_loads(engine: Engine, dataset: str, loads: Collection[int]) -> Proof:
    """Delete the rows of these loads on every node. Raises Unavailable."""
    return _delete(engine, OF_LOADS, {"dataset": dataset, "loads": sorted(loads)})


def delete_dataset(engine: Engine, dataset: str) -> Proof:
    """Delete all rows of the dataset on every node. Raises Unavailable."""
    return _delete(engine, OF_DATASET, {"dataset": dataset})


def delete_before(engine: Engine, dataset: str, before: str) -> Proof:
    """Delete the dataset's rows of buckets that begin before that instant (UTC, ``YYYY-MM-DD HH:MM:SS``). Raises Unavailable."""
    return _delete(engine, OF_OLD, {"dataset": dataset, "before": before})


def _delete(engine: Engine, condition: str, values: dict[str, Any]) -> Proof:
    """A deletion of a row or two would still write its parts again: none is asked for where nothing is to be deleted."""
    before = _count(engine, condition, values)
    if before:
        for node in engine.nodes():
            table = f"{TABLE}_local" if node.topology.cluster else TABLE
            node.command(DELETE.format(condition=condition, partition=literal(values["dataset"])), {"table": table} | values)
            if node is not engine:
                node.close()
    return Proof(before, _count(engine, condition, values))


def _count(engine: Engine, condition: str, values: dict[str, Any]) -> int:
    ((rows,),) = engine.query(COUNT.format(condition=condition), values, name="measures")
    return int(rows)
