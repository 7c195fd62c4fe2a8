"""Pages of visits, for the neighbours of a visit (`interests.sessions`): they stay in memory, and answer for no fewer than the cohort."""

from datetime import date
from importlib.resources import files

from footfall.store.engine import Engine

__all__ = ["visit_paths"]

SQL = files("footfall.store").joinpath("visit_paths.sql").read_text(encoding="utf-8")


def visit_paths(engine: Engine, site: int, first: date, most: int) -> list[tuple[str, ...]]:
    """Paths of each of the portal's latest visits of several pages, the oldest visit first. Raises Unavailable."""
    return [tuple(paths) for (paths,) in engine.query(SQL, {"site": site, "first": first, "most": most}, name="visit paths")]
