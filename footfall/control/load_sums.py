"""What the loads of each dataset come to together, and how the newest of them went: what a catalogue shows of them."""

import msgspec
import sqlalchemy as sa

from footfall.control.loads import State
from footfall.control.tables import loads
from footfall.control.transactions import Database

__all__ = ["LoadSums", "sum_loads"]

COUNTED = ("rows_in", "kept", "folded", "refused", "cells")


class LoadSums(msgspec.Struct, frozen=True, kw_only=True):
    """Of one dataset: rows of the loads that are read, and the state of the newest of all."""

    newest: int = 0
    """Number of the newest load; 0: there was none."""
    state: State | None = None
    """Of the newest."""
    objects: int = 0
    """That are read."""
    rows_in: int = 0
    kept: int = 0
    folded: int = 0
    refused: int = 0
    cells: int = 0
    taken_ms: int = 0
    """When the newest that is read was taken; 0: none is."""


def sum_loads(database: Database) -> dict[str, LoadSums]:
    """By dataset; one that was never loaded is not there."""
    newest = sa.select(loads.c.dataset, sa.func.max(loads.c.number).label("number")).group_by(loads.c.dataset).subquery()
    states = sa.select(loads.c.dataset, loads.c.number, loads.c.state).join(newest, loads.c.number == newest.c.number)
    with database.reading() as connection:
        found = {row.dataset: LoadSums(newest=row.number, state=row.state) for row in connection.execute(states)}
        for row in connection.execute(_current()):
            sums = {name: int(value) for name, value in row._mapping.items() if name != "dataset"}
            found[row.dataset] = msgspec.structs.replace(found[row.dataset], **sums)
    return found


def _current() -> sa.Select[tuple[object, ...]]:
    sums = [sa.func.sum(loads.c[name]).label(name) for name in COUNTED]
    counted = [sa.func.count().label("objects"), sa.func.max(loads.c.ended_ms).label("taken_ms")]
    return sa.select(loads.c.dataset, *sums, *counted).where(loads.c.state == "current").group_by(loads.c.dataset)
