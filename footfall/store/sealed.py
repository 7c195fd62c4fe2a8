"""The room of sealed portals: the same tables in a database of the same embedded store, whose rows are files on tmpfs (decision 10).

The database is of the kind that keeps its tables in memory, so nothing of it stands in the store's own folder but its name. A process that
starts finds the rows of the last one where they were; on a machine that started, the tables are new.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from footfall.store.engine import Engine

__all__ = ["DATABASE", "Both", "is_begun", "open_sealed"]

T = TypeVar("T")
DATABASE = "sealed"
TABLES = ("events", "visits", "refusals", "segments", "service_days", "visits_by_day", "events_by_day", "series", "series_made")
SHARED = "item_topics"
"""A table that says nothing of anybody: one for both."""
HEAD = re.compile(r"\ACREATE TABLE \S+")
UUID = "00000000-0000-4000-8000-00000000000"
"""TRICKY: a table can be attached with its rows only if it is given one."""
GONE_SOON = (
    "old_parts_lifetime = 1, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, merge_tree_clear_old_parts_interval_seconds = 1"
)
"""What was deleted leaves the folder within seconds; on disk ClickHouse keeps it for minutes."""


def open_sealed(engine: Engine) -> Engine:
    """The engine of sealed portals' events beside an embedded one that has a ``volatile`` folder. Nothing is opened until it is asked."""
    return engine.beside(DATABASE, _make_tables)


def is_begun(sealed: Engine) -> bool:
    """Whether anything ever was in there."""
    return sealed.volatile is not None and (sealed.volatile / "store").is_dir()


class Both:
    """Two engines as one, for statements whose rows are by portal: a portal's rows of a day are in one of them only."""

    def __init__(self, engine: Engine, sealed: Engine, sites: Iterable[int] = ()) -> None:
        """``sites``: portals that are sealed today."""
        self._engines, self._sites = (engine, sealed), frozenset(sites)

    @property
    def sharded(self) -> bool:
        return False

    def of(self, site: int) -> Engine:
        """The one that a question about a single portal is for."""
        return self._engines[site in self._sites]

    def query(self, sql: str, parameters: dict[str, Any], *, name: str = "") -> list[tuple[Any, ...]]:
        """The rows of the one, then those of the other. Raises as they do."""
        return [row for engine in self._engines for row in engine.query(sql, parameters, name=name)]

    def remember(self, key: Hashable, find: Callable[[], T]) -> T:
        """As of an engine."""
        return self._engines[0].remember(("both", key), find)


def _make_tables(engine: Engine) -> None:
    assert engine.volatile is not None
    disk = engine.volatile / "store"
    disk.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine.command(f"CREATE DATABASE IF NOT EXISTS {DATABASE} ENGINE = Memory")
    there = {str(name) for (name,) in engine.query("SELECT name FROM system.tables WHERE database = {name:String}", {"name": DATABASE})}
    engine.command(f"CREATE VIEW IF NOT EXISTS {DATABASE}.{SHARED} AS SELECT * FROM default.{SHARED}")
    for number, table in _missing(there):
        made = str(engine.query(f"SHOW CREATE TABLE {table}")[0][0])
        rows = disk / "data" / DATABASE / table
        verb = f"ATTACH TABLE {DATABASE}.{table} UUID '{UUID}{number}'" if rows.is_dir() else f"CREATE TABLE {DATABASE}.{table}"
        engine.command(f"{HEAD.sub(verb, made)}, {GONE_SOON}, disk = disk(type = 'local', path = '{disk}/')")


def _missing(there: set[str]) -> Iterable[tuple[int, str]]:
    return [(number, table) for number, table in enumerate(TABLES) if table not in there]
