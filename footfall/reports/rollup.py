"""Questions that the daily roll-up answers, with the numbers that reading every event would give.

Whole local days, no filter, and besides days, weeks or months one dimension at most, or several that are rolled up together. Days that are
not rolled up, or out of date, are read from events and visits inside the same statement, in the same form, so that the rows of both just
add up.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from footfall.local_time import local_midnight
from footfall.reports.catalogue import dimension
from footfall.reports.compose import COUNTED_TO, is_needed
from footfall.reports.periods import Period, bucket_starts
from footfall.reports.question import Question
from footfall.reports.statements import Joint, Part, Statement, sums_of
from footfall.reports.whole_days import REACH_DAYS, open_days
from footfall.store.rollup import ROLLED, SEPARATOR, SUMS, Asked, Day, days_of, long_visits, rows_of

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
BUCKETS = "\nARRAY JOIN {starts:Array(UInt32)} AS start, {befores:Array(UInt32)} AS before"
MEETS = "row.first < {to:UInt32} AND row.last >= {from:UInt32}"
MEETS_BUCKET = "row.first < before AND row.last >= start"
BUILT = (
    "site = {site:UInt32} AND dim IN {dims:Array(String)} AND day BETWEEN {first:Date} AND {last:Date} AND build IN {builds:Array(UInt64)}"
)
FEW_ROWS = "\nSETTINGS optimize_move_to_prewhere = 0"
"""The roll-up's rows are so few that reading them in steps takes longer than reading them at once."""
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
    first = period.first - timedelta(days=REACH_DAYS if table == "visits" else 1)
    around = days_of(engine, {site: period.timezone}, period.first - timedelta(days=REACH_DAYS), period.last + timedelta(days=1))
    days = [one for one in around if one.day >= first]
    fresh = [one for one in days if one.fresh]
    if not fresh or not _adds_up(table, fresh):
        return None
    opened = open_days(table, question, days, engine)
    midnights = midnights_around(opened, period)
    if len(opened) > MOST_OPEN:
        return None
    if table == "visits" and opened and long_visits(engine, [site], opened, midnights):
        return None
    return _statement(table, dim, question, fresh, opened, midnights)


def midnights_around(days: list[date], period: Period) -> list[int]:
    """First instants of the local days from a week before the first to a week after the last, seconds since 1970; none without days."""
    if not days:
        return []
    first, length = min(days), (max(days) - min(days)).days
    return [local_midnight(first + timedelta(days=shift), period.zone) // 1000 for shift in range(-7, length + 9)]


def _dim(table: str, question: Question) -> str | None:
    """The roll-up's dimension that the question groups by, empty for none; ``None`` if the roll-up cannot answer."""
    names = [name for name in question.dimensions if name not in TIMES]
    if question.filters or not question.period.is_of_whole_days:
        return None
    if table == "visits" and names == ["event:page"]:
        return "entry_page"
    columns = [getattr(dimension(name), table, "") for name in names]
    return ",".join(columns) if all(columns) and ",".join(columns) in ROLLED[table] else None


def _adds_up(table: str, fresh: list[Day]) -> bool:
    return table == "events" or all(one.adds_up for one in fresh)


def _statement(table: str, dim: str, question: Question, fresh: list[Day], opened: list[date], midnights: list[int]) -> Statement:
    names, time_unit = question.dimensions, question.time_unit
    known = EVENTS if table == "events" else VISITS_BY_TIME if time_unit else VISITS
    sums = {name: sql for name, sql in known.items() if is_needed(name, question, table)}
    values = _values(dim)
    groups = [f"{'start' if name in TIMES else next(values)} AS d{index}" for index, name in enumerate(names)]
    rows = _rows(table, [dim], bool(opened), time_unit)
    sql = _select(groups, sums, rows, sums["visits" if table == "visits" else "events"])
    parameters = _parameters(question, fresh, opened, midnights)
    return Statement(
        sql, parameters | {"dims": [dim]}, tuple(sums), None if time_unit or "," in dim else _part(table, dim, sums, parameters)
    )


def _values(dim: str) -> Iterator[str]:
    """Expressions of its columns, in order."""
    if "," not in dim:
        return iter(("row.value",))
    return (f"splitByChar('{SEPARATOR}', row.value)[{place}]" for place in range(1, dim.count(",") + 2))


def _select(groups: list[str], sums: dict[str, str], rows: str, counted: str) -> str:
    shown = ", ".join([*groups, *(f"{sql} AS {name}" for name, sql in sums.items())])
    by = "\nGROUP BY " + ", ".join(group.rsplit(" ", 1)[1] for group in groups) if groups else ""
    return f"SELECT {shown}\nFROM {rows}{by}\nHAVING {counted} > 0{FEW_ROWS}"


def _rows(table: str, dims: Sequence[str], has_open_days: bool, time_unit: str) -> str:
    """Where they stand, and what holds of them."""
    conditions = [] if has_open_days else [BUILT]
    conditions += [MEETS_BUCKET if time_unit else MEETS]
    source = _beside_open_days(table, dims) if has_open_days else f"{table}_by_day"
    return f"{source} AS row{BUCKETS if time_unit else ''}\nWHERE {' AND '.join(conditions)}"


def _part(table: str, dim: str, sums: dict[str, str], parameters: dict[str, Any]) -> Part:
    """Of a joint statement that reads several dimensions of the roll-up, and open days once for all of them."""

    def join(statements: Sequence[Statement]) -> Joint:
        dims = sorted({"", *(one.part.group for one in statements if one.part)})
        together = sums_of(statements)
        groups = ["indexOf({dims:Array(String)}, row.dim) - 1 AS place", "row.value AS value"]
        rows = _rows(table, dims, "days" in parameters, "")
        sql = _select(groups, together, rows, (VISITS["visits"] if table == "visits" else EVENTS["events"]))
        return Joint(sql, parameters | {"dims": dims}, tuple(dims), 1, tuple(together))

    return Part(family=(table, repr(parameters)), group=dim, sums=sums, join=join)


def _parameters(question: Question, fresh: list[Day], opened: list[date], midnights: list[int]) -> dict[str, Any]:
    period, site = question.period, question.portal.id
    parameters: dict[str, Any] = {
        "site": site,
        "builds": [one.build for one in fresh],
        "first": min(one.day for one in fresh),
        "last": max(one.day for one in fresh),
        "to": period.to_ms // 1000,
    }
    if question.time_unit:
        starts = [start // 1000 for start in bucket_starts(period, question.time_unit)]
        parameters |= {"starts": starts, "befores": [*starts[1:], period.to_ms // 1000]}
    else:
        parameters["from"] = period.from_ms // 1000
    if opened:
        before = {day - timedelta(days=1) for day in opened}
        parameters |= {"sites": [site], "days": opened, "midnights": midnights, "days_and_before": sorted(before.union(opened))}
    return parameters


def _beside_open_days(table: str, dims: Sequence[str]) -> str:
    """The roll-up's rows, and those of the days that are read beside them."""
    shown = f"SELECT dim, value, first, last, {SUMS[table]} FROM"
    return f"""(
    {shown} {table}_by_day WHERE {BUILT}
    UNION ALL {shown} ({rows_of(table, dims)})
)"""
