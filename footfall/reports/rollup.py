"""Questions that the daily roll-up answers, with the numbers that reading every event would give.

Whole local days, no filter, one dimension at most besides days, weeks or months. Days that are not rolled up, or out of date, are read from
events and visits inside the same statement, in the same form, so that the rows of both just add up.
"""

from datetime import date, timedelta
from typing import Any

from footfall.reports.catalogue import dimension
from footfall.reports.compose import COUNTED_TO, NEEDED_BY, REACH_DAYS, Statement
from footfall.reports.periods import Period, bucket_starts, local_midnight
from footfall.reports.question import Question
from footfall.store.rollup import ROLLED, SUMS, Asked, Day, days_of, long_visits, rows_of

__all__ = ["midnights_around", "rolled_statement"]

MOST_OPEN = 3
"""Days that are not rolled up and read beside the others: today, one that something came late for, and the next. With more, all is read."""
TIMES = ("time:day", "time:week", "time:month")
VISITS = {
    "visitors": "sum(row.visitors)",
    "visits": "sum(row.visits)",
    "bounces": "sum(row.bounces)",
    "entries": "sum(row.visits)",
    "seconds": "sum(row.seconds)",
    "views": "sum(row.views)",
}
ENDS = "row.last < before OR before = {to:UInt32}"
"""A visit stands in the bucket of its end; what ends after the range, in the last one."""
VISITS_BY_TIME = {name: sql.replace("sum(", "sumIf(").replace(")", f", {ENDS})") for name, sql in VISITS.items()}
VISITS_BY_TIME["visitors"] = "sum(before = {to:UInt32} ? row.visitors : row.by_end)"
MEETS = """
ARRAY JOIN {starts:Array(UInt32)} AS start, {befores:Array(UInt32)} AS before
WHERE row.first < before AND row.last >= start"""
EVENTS = {name: f"sum(row.{name})" for name in ("visitors", "visits", "pageviews", "events")} | {
    "viewers": f"least(sum(row.viewers), {COUNTED_TO})"
}
"""Sums as compose names them, over the roll-up's rows and the buckets that they meet, from ``start`` until ``before``."""


def rolled_statement(table: str, question: Question, engine: Asked) -> Statement | None:
    """What ``events_statement`` or ``visits_statement`` would find, as a statement over the roll-up; ``None``: read it there."""
    dim = _dim(table, question)
    if dim is None:
        return None
    period, site = question.period, question.portal.id
    before = REACH_DAYS if table == "visits" else 1
    first, last = period.first - timedelta(days=before), period.last + timedelta(days=1)
    days = days_of(engine, {site: period.timezone}, first, last)
    fresh, open_days = [one for one in days if one.fresh], [one.day for one in days if not one.fresh]
    midnights = midnights_around(open_days, period)
    if not fresh or len(open_days) > MOST_OPEN or not _adds_up(table, fresh):
        return None
    if table == "visits" and open_days and long_visits(engine, [site], open_days, midnights):
        return None
    return _statement(table, dim, question, fresh, open_days, midnights)


def midnights_around(days: list[date], period: Period) -> list[int]:
    """First instants of the local days from a week before the first to a week after the last, seconds since 1970; none without days."""
    if not days:
        return []
    first, length = min(days), (max(days) - min(days)).days
    return [local_midnight(first + timedelta(days=shift), period.zone) // 1000 for shift in range(-7, length + 9)]


def _dim(table: str, question: Question) -> str | None:
    """The roll-up's dimension that the question groups by, empty for none; ``None`` if the roll-up cannot answer."""
    names = [name for name in question.dimensions if name not in TIMES]
    if question.filters or question.period.by_instants or len(names) > 1:
        return None
    if not names:
        return ""
    if table == "visits" and names == ["event:page"]:
        return "entry_page"
    found = dimension(names[0])
    column = getattr(found, table) if found else ""
    return column if column in ROLLED[table] and column else None


def _is_asked(sum: str, question: Question) -> bool:
    return sum not in NEEDED_BY or NEEDED_BY[sum] in question.metrics


def _adds_up(table: str, fresh: list[Day]) -> bool:
    return table == "events" or all(one.adds_up for one in fresh)


def _statement(table: str, dim: str, question: Question, fresh: list[Day], open_days: list[date], midnights: list[int]) -> Statement:
    period, names = question.period, question.dimensions
    starts = [start // 1000 for start in bucket_starts(period, question.time_unit)] if question.time_unit else [period.from_ms // 1000]
    parameters: dict[str, Any] = {
        "site": question.portal.id,
        "dim": dim,
        "builds": [one.build for one in fresh],
        "first": min(one.day for one in fresh),
        "last": max(one.day for one in fresh),
        "starts": starts,
        "befores": [*starts[1:], period.to_ms // 1000],
        "from": starts[0],
        "to": period.to_ms // 1000,
    }
    if open_days:
        before = {day - timedelta(days=1) for day in open_days}
        parameters |= {"sites": [question.portal.id], "days": open_days, "midnights": midnights}
        parameters["days_and_before"] = sorted(before.union(open_days))
    of_visits = VISITS_BY_TIME if question.time_unit else VISITS
    sums = EVENTS if table == "events" else {name: sql for name, sql in of_visits.items() if _is_asked(name, question)}
    groups = [f"{'start' if name in TIMES else 'row.value'} AS d{index}" for index, name in enumerate(names)]
    shown = ", ".join([*groups, *(f"{sql} AS {name}" for name, sql in sums.items())])
    by = "GROUP BY " + ", ".join(f"d{index}" for index in range(len(names))) if names else ""
    sql = f"""SELECT {shown}
FROM ({_source(table, dim, is_open=bool(open_days))}) AS row{MEETS if question.time_unit else ""}
{by}
HAVING {sums["visits" if table == "visits" else "events"]} > 0"""
    return Statement(sql, parameters, tuple(sums))


def _source(table: str, dim: str, *, is_open: bool) -> str:
    """The roll-up's rows that the range meets, and those of the days that are read beside them."""
    meets = "first < {to:UInt32} AND last >= {from:UInt32}"
    shown = f"SELECT value, first, last, {SUMS[table]} FROM"
    rolled = f"""{shown} {table}_by_day
    WHERE site = {{site:UInt32}} AND dim = {{dim:String}} AND day BETWEEN {{first:Date}} AND {{last:Date}}
        AND build IN {{builds:Array(UInt64)}} AND {meets}"""
    return f"{rolled}\n    UNION ALL {shown} ({rows_of(table, [dim])}) WHERE {meets}" if is_open else rolled
