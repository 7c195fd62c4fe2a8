"""Pages of visits, for the neighbours of a visit (`interests.sessions`) and for asking how good lists are: they stay in memory."""

from datetime import date
from importlib.resources import files
from typing import NamedTuple

from footfall.store.engine import Engine

__all__ = ["ALL_DAYS", "LeftOut", "visit_paths"]

SQL = files("footfall.store").joinpath("visit_paths.sql").read_text(encoding="utf-8")
ALL = 1_000_000


class LeftOut(NamedTuple):
    """Visitors' days that are not read."""

    percent: int
    nonce: int
    """Of the hash that says which; 64 bits."""


ALL_DAYS = LeftOut(0, 0)
"""None is left out."""


def visit_paths(
    engine: Engine, site: int, days: tuple[date, date], most: int, *, each: int = ALL, without: LeftOut = ALL_DAYS
) -> list[tuple[str, ...]]:
    """Paths of each of the portal's latest visits of several pages, both days in, the oldest visit first; of a visitor's day the latest
    ``each``. Raises Unavailable."""
    given = {"site": site, "first": days[0], "last": days[1], "most": most, "each": each} | without._asdict()
    return [tuple(paths) for (paths,) in engine.query(SQL, given, name="visit paths")]
