"""Events and visits that are over their time leave the disk: a day whole where every portal's time for it is over, else row by row."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

import msgspec

from footfall.store.engine import Engine

__all__ = ["drop_expired", "forget_days", "forget_nights", "forget_site", "forget_visitors", "held_of_days"]

TABLES = ("events", "visits")
COUNTED = ("visits_by_day", "events_by_day", "series", "series_made", "service_days")
"""What is counted of a day; it goes with the day, though it names nobody."""
OF_SITES = ("shown",)
"""What stays after the days it is of, and goes with the portal."""
HELD = "SELECT DISTINCT site, day FROM {table:Identifier} WHERE day < {before:Date}"
HELD_OF_DAYS = "SELECT DISTINCT site, day FROM {table:Identifier} WHERE (site, day) IN {rows:Array(Tuple(UInt32, Date))}"
DELETE = "ALTER TABLE {table:Identifier} DELETE WHERE (site, day) IN {rows:Array(Tuple(UInt32, Date))} SETTINGS mutations_sync = 2"
DELETE_SITE = "ALTER TABLE {table:Identifier} DELETE WHERE site = {site:UInt32} SETTINGS mutations_sync = 2"
DELETE_NIGHT = """ALTER TABLE {table:Identifier} DELETE WHERE site = {site:UInt32} AND day = {next:Date} AND visitor != 0
AND visitor IN (SELECT visitor FROM {table:Identifier} WHERE site = {site:UInt32} AND day = {day:Date})
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1"""
"""TRICKY: a replicated table takes a subquery for one that another replica may answer otherwise; all copies of a day hold the same."""
HELD_OF = """SELECT DISTINCT site, day FROM {table:Identifier}
WHERE day >= {since:Date} AND site IN {sites:Array(UInt32)} AND (site, visitor) IN {visitors:Array(Tuple(UInt32, UInt64))}"""
DELETE_OF = """ALTER TABLE {table:Identifier} DELETE IN PARTITION {day:String}
WHERE site IN {sites:Array(UInt32)} AND (site, visitor) IN {visitors:Array(Tuple(UInt32, UInt64))} SETTINGS mutations_sync = 2"""
DROP = "ALTER TABLE {table:Identifier} DROP PARTITION {day:String}"
PAIRS_A_STATEMENT = 500
encoder = msgspec.json.Encoder()


def drop_expired(engine: Engine, portal_keep: Mapping[int, int], today: date) -> int:
    """Forget what each portal keeps no longer. Answers how many (portal, day) pairs went.

    ``portal_keep`` is days by site: with 90, a day is gone on the 91st day after it; with 0, on the next. Sites that are not named stay.
    """
    held: set[tuple[int, date]] = set()
    for table in (*TABLES, *COUNTED):
        held |= {(int(site), day) for site, day in engine.query(HELD, {"table": table, "before": today}, name="held_days")}
    expired = {(site, day) for site, day in held if site in portal_keep and day < today - timedelta(days=portal_keep[site])}
    forget_days(engine, expired, whole={day for _, day in expired} - {day for _, day in held - expired})
    return len(expired)


def forget_days(engine: Engine, rows: Iterable[tuple[int, date]], *, whole: Iterable[date] = ()) -> None:
    """Delete these (site, day) pairs' events, visits and counts on every node; days in ``whole`` hold nothing else: partitions are dropped.

    They have left the tables when this returns.
    """
    days, all_pairs = sorted(set(whole)), sorted(set(rows))
    pairs = [(site, day) for site, day in all_pairs if day not in days]
    for node in engine.nodes():
        for table in TABLES:
            for day in days:
                node.command(DROP, {"table": _local(node, table), "day": str(day)})
            _delete(node, table, pairs)
        # Last: what says that there is something to forget goes when there is not.
        for table in COUNTED:
            _delete(node, table, all_pairs)
        if node is not engine:
            node.close()


def held_of_days(engine: Engine, pairs: Collection[tuple[int, date]]) -> set[tuple[int, date]]:
    """Those of these (site, day) pairs that anything is held of. A deletion looks through every day there is, whatever it finds."""
    rows = sorted(pairs)
    found: set[tuple[int, date]] = set()
    for table in (*TABLES, *COUNTED) if rows else ():
        found |= {(int(site), day) for site, day in engine.query(HELD_OF_DAYS, {"table": table, "rows": rows}, name="held_of_days")}
    return found


def forget_nights(engine: Engine, days: Iterable[tuple[int, date]]) -> None:
    """Delete what the visitors of these (site, day) pairs did on the next day, under the id of the day before."""
    for node in engine.nodes():
        for site, day in sorted(set(days)):
            for table in TABLES:
                node.command(DELETE_NIGHT, {"table": _local(node, table), "site": site, "day": day, "next": day + timedelta(days=1)})
        if node is not engine:
            node.close()


def forget_visitors(engine: Engine, visitors: Collection[tuple[int, int]], since: date, token: str) -> int:
    """Delete events and visits of these (site, visitor) from service day ``since`` on. Answers how many (site, day) pairs had any.

    What is counted of such a day is out of date from then on, and is counted again. ``token`` is another one for each call.
    """
    rows = sorted(visitors)
    sites = sorted({site for site, _ in rows})
    of_them = {"visitors": rows, "sites": sites}
    found: set[tuple[int, date]] = set()
    for table in TABLES:
        found |= {(int(site), day) for site, day in engine.query(HELD_OF, {"table": table, "since": since} | of_them, name="held_of")}
    if not found:
        return 0
    # Before, so that who dies in between leaves no count that stands; after, for one that was made in between.
    _outdate(engine, found, f"{token}-before")
    for node in engine.nodes():
        for table in TABLES:
            for day in sorted({day for _, day in found}):
                node.command(DELETE_OF, {"table": _local(node, table), "day": str(day)} | of_them)
        if node is not engine:
            node.close()
    _outdate(engine, found, f"{token}-after")
    return len(found)


def forget_site(engine: Engine, site: int) -> None:
    """Delete everything of a portal that was taken down."""
    for node in engine.nodes():
        for table in (*COUNTED, *OF_SITES, *TABLES):
            node.command(DELETE_SITE, {"table": _local(node, table), "site": site})
        if node is not engine:
            node.close()


def _delete(node: Engine, table: str, pairs: list[tuple[int, date]]) -> None:
    for first in range(0, len(pairs), PAIRS_A_STATEMENT):
        node.command(DELETE, {"table": _local(node, table), "rows": pairs[first : first + PAIRS_A_STATEMENT]})


def _outdate(engine: Engine, pairs: Iterable[tuple[int, date]], token: str) -> None:
    """Make what is rolled up of these days out of date, as a row that is written for them does."""
    lines = [{"site": site, "day": str(day), "rows": 1} for site, day in sorted(pairs)]
    engine.insert_ndjson("service_days", encoder.encode_lines(lines), token)


def _local(node: Engine, table: str) -> str:
    return f"{table}_local" if node.topology.cluster else table
