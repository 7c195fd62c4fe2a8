"""Questions of the table ``measures``: one measure of one dataset, by time, by place, or by both.

The table is flat and its cells are disjoint: each row of a file is in one of them at most, at the rung of the ladder that it reached. So
cells of finer rungs add up to a coarser bucket or place, and what is coarser than was asked is told beside it and never divided. Each cell
is rounded before anything is added up: every total is made of numbers that may be seen, and no two totals tell more than they do.
"""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

from footfall.vocabulary import Cell, Coarser, Measured

__all__ = ["Aggregate", "Facts", "Held", "MeasureQuestion", "Rows", "held", "measure_by", "outlines_of", "values_of"]

Aggregate = Literal["count", "sum", "mean", "distinct"]
MOST_ROWS, MOST_OF_SERIES = 5000, 100_000
BUCKETS = {
    "hour": "toStartOfHour(bucket, {zone:String})",
    "day": "toStartOfDay(bucket, {zone:String})",
    "week": "toDateTime(toStartOfWeek(bucket, 1, {zone:String}), {zone:String})",
    "month": "toDateTime(toStartOfMonth(bucket, {zone:String}), {zone:String})",
    "quarter": "toDateTime(toStartOfQuarter(bucket, {zone:String}), {zone:String})",
    "year": "toDateTime(toStartOfYear(bucket, {zone:String}), {zone:String})",
}
LABEL = "formatDateTime({bucket}, '%F %T', {{zone:String}})"
LOCAL = "toTimeZone(bucket, {zone:String})"
ENDS = (
    f"multiIf(grain = 'hour', addHours({LOCAL}, 1), grain = 'day', addDays({LOCAL}, 1), grain = 'week', addWeeks({LOCAL}, 1), "
    f"grain = 'month', addMonths({LOCAL}, 1), grain = 'quarter', addQuarters({LOCAL}, 1), addYears({LOCAL}, 1))"
)
"""The first instant after a cell's bucket."""
OF_LOADS = "dataset = {dataset:String} AND load IN {loads:Array(UInt32)}"
OF_MEASURE = OF_LOADS + " AND measure = {measure:String} AND cohort >= {floor:UInt64}"
STARTS = "bucket >= toDateTime({first:String}, 'UTC') AND bucket < toDateTime({end:String}, 'UTC')"
WITHIN = f"{STARTS} AND {ENDS} <= toDateTime({{end:String}}, 'UTC')"
TOUCHES = (
    "bucket > toDateTime({first:String}, 'UTC') - INTERVAL 367 DAY AND bucket < toDateTime({end:String}, 'UTC') "
    f"AND {ENDS} > toDateTime({{first:String}}, 'UTC')"
)
STEP = "abs(value) * {round_to:UInt32} / cohort"
POWER = f"exp10(floor(log10({STEP})))"
NICE = f"{POWER} * multiIf({STEP} <= {POWER} * 1.000000001, 1, {STEP} <= 2 * {POWER}, 2, {STEP} <= 5 * {POWER}, 5, 10)"
PLAIN, ROUNDED = "{round_to:UInt32} = 0", "round(value / {round_to:UInt32}) * {round_to:UInt32}"
SEEN: dict[Aggregate, str] = {
    "count": f"sum(if({PLAIN}, value, {ROUNDED}))",
    "distinct": f"sum(if({PLAIN}, value, {ROUNDED}))",
    "sum": f"sum(if({PLAIN} OR value = 0 OR cohort = 0, value, round(value / ({NICE})) * ({NICE})))",
    "mean": "sum(value * toFloat64(cohort)) / sum(cohort)",
}
"""Of several cells: steps as ``privacy.measures.step_of`` has them; means weigh by cohort."""
BY_TIME = "SELECT {key} AS key, {value}, sum(cohort) FROM measures WHERE {where} GROUP BY key ORDER BY key LIMIT {most}"
BY_PLACE = "SELECT {key} AS key, {value} AS seen, sum(cohort) FROM measures WHERE {where} GROUP BY key ORDER BY seen DESC, key LIMIT {most}"
COARSER = (
    "SELECT grain, place_kind, {place} AS above, {value}, sum(cohort) FROM measures WHERE {where} "
    "GROUP BY grain, place_kind, above ORDER BY grain, place_kind, above LIMIT {most}"
)
HELD = (
    "SELECT measure, any(unit), arraySort(groupUniqArray(grain)), arraySort(groupUniqArray(place_kind)), "
    "formatDateTime(min(bucket), '%F %T', 'UTC'), formatDateTime(max(bucket), '%F %T', 'UTC'), argMax(grain, bucket), "
    "argMax(load, (bucket, load)) "
    f"FROM measures WHERE {OF_LOADS} GROUP BY measure ORDER BY measure"
)
VALUES = (
    "SELECT toUInt32(number), category FROM measures ARRAY JOIN categories AS category, arrayEnumerate(categories) AS number "
    f"WHERE {OF_MEASURE} GROUP BY number, category ORDER BY number, category LIMIT 400"
)
OUTLINES = "SELECT id, h3ToGeoBoundary(stringToH3(id)) FROM (SELECT arrayJoin({ids:Array(String)}) AS id)"
H3 = "h3:"


class Rows(Protocol):
    """Asks the store for rows of the loads that are read; it fills in ``dataset`` and ``loads``."""

    def __call__(self, sql: str, parameters: dict[str, Any], /) -> list[tuple[Any, ...]]: ...


class Held(msgspec.Struct, frozen=True):
    """What the table has of a measure."""

    measure: str
    unit: str
    grains: tuple[str, ...]
    place_kinds: tuple[str, ...]
    first: str
    """Beginning of the first bucket, UTC."""
    last: str
    """Beginning of the last bucket, UTC."""
    last_grain: str
    last_load: int
    """Number of the newest load that has cells of the last bucket."""


Facts = tuple[Held, ...]


class MeasureQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One measure by time or by place. Everything in it was checked against contract and table."""

    measure: str
    unit: str = ""
    aggregate: Aggregate = "count"
    timezone: str = "UTC"
    first: str
    """Instants, UTC, ``YYYY-MM-DD HH:MM:SS``."""
    end: str
    """The first that does not belong to it."""
    by: Literal["time", "place", "series"] = "time"
    """``series``: by time and place, the key of a row both with a space between."""
    grain: str = "day"
    """Of the buckets, by time."""
    grains: tuple[str, ...] = ()
    """Of the cells that such a bucket holds whole."""
    place_kind: str = "city"
    place_kinds: tuple[str, ...] = ()
    """Of the cells that such a place holds whole; empty is all of them."""
    place: str | None = None
    """Only that one."""
    places: tuple[str, ...] = ()
    """Only these; empty is all of them."""
    parents: Mapping[str, str] = {}
    """Ids of places of a finer kind, and the id of their place above."""
    categories: tuple[tuple[int, str], ...] = ()
    """Number from 1 and value: only cells that have them all."""
    floor: int
    round_to: int


def measure_by(ask: Rows, question: MeasureQuestion, *, is_certified: bool = False) -> Measured:
    """Rows in the order of buckets, or of values with the largest first; not yet released. Buckets and places without a cell are absent.

    Raises:
        Unavailable: the store is away.
    """
    given = _given(question)
    where = _where(question)
    sql, most = BY_PLACE if question.by == "place" else BY_TIME, MOST_OF_SERIES if question.by == "series" else MOST_ROWS
    rows = ask(sql.format(key=_key(question), value=SEEN[question.aggregate], where=where, most=most), given)
    beside = [] if question.place or question.by == "series" else ask(_coarser(question), given)
    return Measured(
        aggregate=question.aggregate,
        unit=question.unit,
        rows=tuple(Cell(str(key), float(value), int(cohort)) for key, value, cohort in rows),
        coarser=tuple(Coarser(str(grain), str(kind), str(place), float(value), int(n)) for grain, kind, place, value, n in beside),
        is_certified=is_certified,
    )


def _held(rows: list[tuple[Any, ...]]) -> Facts:
    """What ``held`` found, as values."""
    return tuple(
        Held(str(name), str(unit), tuple(map(str, grains)), tuple(map(str, kinds)), str(first), str(last), str(grain), int(load))
        for name, unit, grains, kinds, first, last, grain, load in rows
    )


def held(ask: Rows) -> Facts:
    """What the table has of each measure of a dataset, by name."""
    return _held(ask(HELD, {}))


def values_of(ask: Rows, measure: str, floor: int) -> tuple[tuple[int, str], ...]:
    """Categories that cells of the measure have: their number from 1, and a value."""
    return tuple((int(number), str(value)) for number, value in ask(VALUES, {"measure": measure, "floor": floor}) if value)


def outlines_of(ask: Rows, ids: list[str]) -> dict[str, tuple[tuple[float, float], ...]]:
    """Longitude and latitude of the corners of H3 cells, by id."""
    found = ask(OUTLINES, {"ids": ids}) if ids else []
    return {str(id): tuple((float(longitude), float(latitude)) for latitude, longitude in corners) for id, corners in found}


def _given(question: MeasureQuestion) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(question, name) for name in ("measure", "first", "end", "floor", "round_to")}
    given |= {"zone": question.timezone, "kind": question.place_kind, "grains": list(question.grains)}
    given |= {"kinds": list(question.place_kinds), "ids": list(question.parents), "above": list(question.parents.values())}
    given |= {f"number{place}": number for place, (number, _) in enumerate(question.categories)}
    given |= {f"category{place}": value for place, (_, value) in enumerate(question.categories)}
    return given | {"places": list(question.places)} | ({} if question.place is None else {"place": question.place})


def _where(question: MeasureQuestion) -> str:
    parts = [OF_MEASURE, _narrowed(question)]
    parts += [f"{STARTS} AND grain IN {{grains:Array(String)}}" if question.by != "place" else WITHIN]
    if question.place_kinds:
        parts.append("place_kind IN {kinds:Array(String)}")
    if question.place is not None:
        parts.append(f"{_place(question)} = {{place:String}}")
    if question.places:
        parts.append(f"{_place(question)} IN {{places:Array(String)}}")
    return " AND ".join(parts)


def _key(question: MeasureQuestion) -> str:
    if question.by == "place":
        return _place(question)
    label = LABEL.format(bucket=BUCKETS[question.grain])
    return label if question.by == "time" else f"concat({label}, ' ', {_place(question)})"


def _coarser(question: MeasureQuestion) -> str:
    if question.by == "time":
        where = f"{TOUCHES} AND NOT (grain IN {{grains:Array(String)}})"
    else:
        kinds = "place_kind IN {kinds:Array(String)}" if question.place_kinds else "1"
        where = f"{TOUCHES} AND NOT ({WITHIN} AND {kinds})"
    finer_place = "if(place_kind IN {kinds:Array(String)}, '', place)" if question.by == "time" else "place"
    return COARSER.format(
        place=finer_place, value=SEEN[question.aggregate], where=f"{OF_MEASURE} AND {_narrowed(question)} AND {where}", most=MOST_ROWS
    )


def _narrowed(question: MeasureQuestion) -> str:
    parts = [f"categories[{{number{place}:UInt8}}] = {{category{place}:String}}" for place in range(len(question.categories))]
    return " AND ".join(parts) or "1"


def _place(question: MeasureQuestion) -> str:
    """The place of that kind that holds a cell."""
    if question.place_kind == "city":
        return "''"
    if question.place_kind.startswith(H3):
        resolution = int(question.place_kind.removeprefix(H3))
        return f"if(place_kind = {{kind:String}} OR place = '', place, h3ToString(h3ToParent(stringToH3(place), toUInt8({resolution}))))"
    if question.parents:
        return "if(place_kind = {kind:String}, place, transform(place, {ids:Array(String)}, {above:Array(String)}, ''))"
    return "place"
