"""The table of marts as the ledger's lines are held against it."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from footfall.store.engine import Engine

__all__ = ["Cells", "cells_between", "drop_cells", "drop_days_before", "lines_held"]

Cells = list[tuple[int, tuple[str, ...], int]]
"""Site, keys and visitors of each."""

HELD = "SELECT DISTINCT line FROM marts ORDER BY line"
BETWEEN = """SELECT line, release, mart, toString(day), site, keys, visitors FROM marts
WHERE line BETWEEN {first:UInt32} AND {last:UInt32} ORDER BY line, site, keys"""

DROP = "ALTER TABLE {table:Identifier} DELETE WHERE line = {line:UInt32} AND day = {day:Date} SETTINGS mutations_sync = 2"
OLD = "SELECT count() FROM marts WHERE day < {before:Date}"
DROP_OLD = "ALTER TABLE {table:Identifier} DELETE WHERE day < {before:Date} SETTINGS mutations_sync = 2"


def lines_held(engine: Engine) -> set[int]:
    """Numbers of the lines that cells in the table name. Raises Unavailable."""
    return {int(line) for (line,) in engine.query(HELD, name="lines held")}


def cells_between(engine: Engine, first: int, last: int) -> Iterator[tuple[int, set[tuple[str, str, str]], Cells]]:
    """Of each line from the first to the last that has cells: its number, the (release, mart, day)s that they say they are of, and
    themselves. Raises Unavailable."""
    rows = engine.query(BETWEEN, {"first": first, "last": last}, name="cells of lines")
    for line, cells in groupby(rows, key=lambda row: int(row[0])):
        found = list(cells)
        yield line, {(row[1], row[2], row[3]) for row in found}, [(int(row[4]), tuple(map(str, row[5])), int(row[6])) for row in found]


def drop_cells(engine: Engine, day: date, line: int) -> None:
    """Delete the cells of a line on every node; they have left the table when this returns. Raises Unavailable."""
    _on_every_node(engine, DROP, {"line": line, "day": day})


def drop_days_before(engine: Engine, before: date) -> int:
    """Delete the cells of earlier days, and of weeks that begin earlier, on every node. Answers how many. Raises Unavailable."""
    ((cells,),) = engine.query(OLD, {"before": before}, name="old cells")
    if cells:
        _on_every_node(engine, DROP_OLD, {"before": before})
    return int(cells)


def _on_every_node(engine: Engine, statement: str, values: dict[str, Any]) -> None:
    for node in engine.nodes():
        node.command(statement, {"table": "marts_local" if node.topology.cluster else "marts"} | values)
        if node is not engine:
            node.close()
