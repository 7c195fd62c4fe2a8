"""What the loads of each dataset come to together, and how the newest of them went: what a catalogue shows of them."""

import msgspec
import sqlalchemy as sa

from footfall.control.loads import State
from footfall.control.tables import loads
from footfall.control.transactions import Database

__all__ = ["LoadSums", "counted", "is_few", "sum_loads"]

DAY = "____-__-__"
"""An object that is a day of a database, as SQL's LIKE has it."""
ROWS = ("rows_in", "kept", "folded", "refused")


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


def counted(name: str, floor: int, step: int) -> sa.ColumnElement[int]:
    """Rows of a load in whole steps, and 0 under the floor: rounded before they are added up, so that no sum tells more than its parts."""
    return sa.case((loads.c[name] >= floor, (loads.c[name] + step // 2) // step * step), else_=0)


def is_few() -> sa.ColumnElement[bool]:
    """Whether it is of a day of a database of which no cell was kept: that there is a line tells that there were rows, if few, and who may
    know no more than cells is told of none."""
    return sa.and_(loads.c.object.like(DAY), loads.c.cells == 0)


def sum_loads(database: Database, *, floor: int = 0, step: int = 1) -> dict[str, LoadSums]:
    """By dataset; one that was never loaded is not there. ``floor`` and ``step`` as for ``counted``: without them rows are exact."""
    newest = sa.select(loads.c.dataset, sa.func.max(loads.c.number).label("number")).group_by(loads.c.dataset).subquery()
    states = sa.select(loads.c.dataset, loads.c.number, loads.c.state).join(newest, loads.c.number == newest.c.number)
    with database.reading() as connection:
        found = {row.dataset: LoadSums(newest=row.number, state=row.state) for row in connection.execute(states)}
        for row in connection.execute(_current(floor, step)):
            sums = {name: int(value) for name, value in row._mapping.items() if name != "dataset"}
            found[row.dataset] = msgspec.structs.replace(found[row.dataset], **sums)
    return found


def _current(floor: int, step: int) -> sa.Select[tuple[object, ...]]:
    sums = [sa.func.sum(counted(name, floor, step)).label(name) for name in ROWS]
    objects = sa.func.sum(sa.case((is_few(), 0), else_=1)) if floor else sa.func.count()
    others = [sa.func.sum(loads.c.cells).label("cells"), objects.label("objects"), sa.func.max(loads.c.ended_ms).label("taken_ms")]
    return sa.select(loads.c.dataset, *sums, *others).where(loads.c.state == "current").group_by(loads.c.dataset)
