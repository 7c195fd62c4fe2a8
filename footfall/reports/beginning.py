"""Since when a portal has numbers: what lies before is not few, but not known."""

from collections.abc import Iterable
from datetime import date

from footfall.reports.run import EngineLike

__all__ = ["first_days"]

FIRST = "SELECT site, min(day) FROM service_days WHERE site IN {sites:Array(UInt32)} GROUP BY site"


def first_days(engine: EngineLike, sites: Iterable[int]) -> dict[int, date]:
    """The first local day that a portal has events of, by its number; one without any is not there.

    Raises:
        Unavailable: the store is away.
    """
    return {site: day for site, day in engine.query(FIRST, {"sites": list(sites)}, name="first days")}
