"""Pages of visits, for asking how good lists are (`footfall evaluate`) and nothing else: they stay in memory."""

from datetime import date
from importlib.resources import files

from footfall.store.engine import Engine

__all__ = ["visit_paths"]

SQL = files("footfall.store").joinpath("visit_paths.sql").read_text(encoding="utf-8")
ALL = 1_000_000


def visit_paths(engine: Engine, site: int, days: tuple[date, date], most: int, *, each: int = ALL) -> list[tuple[str, ...]]:
    """Paths of each of the portal's latest visits of several pages, both days in, the oldest visit first; of a visitor's day the latest
    ``each``. Raises Unavailable."""
    given = {"site": site, "first": days[0], "last": days[1], "most": most, "each": each}
    return [tuple(paths) for (paths,) in engine.query(SQL, given, name="visit paths")]
