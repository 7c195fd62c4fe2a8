"""Visitors of several portals together, as they were drawn for the reach of declared groups."""

from collections.abc import Collection
from datetime import date

from footfall.privacy.budget import noise_of
from footfall.privacy.marts import REACH
from footfall.reports.run import EngineLike
from footfall.vocabulary import Answer, Drawn, Order, Row

__all__ = ["reach_by_day"]

SQL = """SELECT toString(day), keys[1], keys[2], visitors, line FROM marts
WHERE release = 'reach' AND mart = 'reach' AND day BETWEEN {first:Date} AND {last:Date} AND visitors >= {threshold:UInt32}"""
NEWEST_FIRST = (Order(by_metric=False, place=0, descending=True),)
OUTSIDE = "Counted across portals: outside the exemption for audience measurement."


def reach_by_day(engine: EngineLike, first: date, last: date, sites: Collection[int] | None = None) -> Answer:
    """Visitors by day and group, newest day first; not yet released. A group under the threshold is absent.

    ``sites``: only groups all of whose portals are among these; ``None`` is all groups.

    Raises:
        Unavailable: the store is away.
    """
    noise = noise_of(REACH.name, REACH)
    rows, lines = [], set()
    given = {"first": first, "last": last, "threshold": noise.threshold}
    for day, name, portals, visitors, line in engine.query(SQL, given, name="reach"):
        if sites is None or set(map(int, portals.split(","))) <= set(sites):
            rows.append(Row((str(day), str(name)), (int(visitors),), cells=1))
            lines.add(int(line))
    drawn = Drawn(
        release=noise.release, mart=noise.mart, rho=noise.rho, sigma=noise.sigma, threshold=noise.threshold, lines=tuple(sorted(lines))
    )
    return Answer(
        rows=tuple(rows),
        meta={"label": OUTSIDE},
        query={"metrics": ["visitors"], "date_range": [str(first), str(last)], "dimensions": ["time:day", "reach:group"]},
        order=NEWEST_FIRST,
        drawn=drawn,
    )
