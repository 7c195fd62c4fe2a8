"""Rows become a *stage*: what a file holds, grouped by the finest bucket, place and categories of its contract. One statement a piece.

The stage is a temporary table in memory. Text of the file stands in it only as place or category, which the guard looks at next; devices
and tracks are hashed under a key of 128 random bits that is made for one load and never kept, together with the day, so that no two days
and no two loads can be joined. A row with a fault keeps nothing but its reason and its number.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from footfall.sources.contract import Column, Contract, Grain, Measure
from footfall.sources.pieces import Piece
from footfall.store.workshop import literal

__all__ = [
    "BUCKETS",
    "EXACT",
    "GROUPS",
    "LATE",
    "UNIQ",
    "WHOLE",
    "Checks",
    "Part",
    "Read",
    "Salt",
    "Typed",
    "apart_of",
    "finest_h3",
    "has_devices",
    "is_by_contributor",
    "keys_of",
    "kinds_of",
    "numbers_of",
    "of_part",
    "parameters_of",
    "rows_of",
    "stage_columns",
    "stage_insert",
    "sums_of",
    "whole_rungs",
]

Salt = tuple[int, int]
"""Two numbers of 64 bits."""
Part = tuple[int, int]
"""Which of how many parts of the rows: all rows of a cell of the rungs that ``whole_rungs`` says, and all points of a track, are in one."""
WHOLE: Part = (0, 1)
NEAR = 2
"""Resolutions of H3 that a rung may lie above the first and still have many cells wherever the first has: 49 to one."""
BUCKETS: dict[Grain, str] = {
    "hour": "toStartOfHour({0}, {{zone:String}})",
    "day": "toStartOfDay({0}, {{zone:String}})",
    "week": "toDateTime(toStartOfWeek({0}, 1, {{zone:String}}), {{zone:String}})",
    "month": "toDateTime(toStartOfMonth({0}, {{zone:String}}), {{zone:String}})",
    "quarter": "toDateTime(toStartOfQuarter({0}, {{zone:String}}), {{zone:String}})",
    "year": "toDateTime(toStartOfYear({0}, {{zone:String}}), {{zone:String}})",
}
"""Beginning of the bucket of an instant, in the contract's zone."""
RESOLUTIONS, BITS = 15, 3
"""Of H3, after the coarsest; and what a cell has for each, the finest last: without these all cells within a larger one are alike."""
FIRST_YEAR, LAST_YEAR = 1971, 2105
"""What the table can hold."""
LATE = "row:late"
"""Reason of a row of a database that is older than what is read again."""
UNIQ = "uniq"
"""Exact up to 65,536 devices in a cell, above it 0.5 % wrong; a few bytes a device, half a megabyte a cell at most. A function of the set
alone: neither order nor pieces matter."""
GROUPS = 16
"""Of devices by their hash. Two devices bring no more to a count than the two largest groups do, in any order and in any pieces."""
EXACT = "Decimal(38, 6)"
"""Sums of floats depend on the order of rows; these do not."""
HALF = "5e-7"
"""Of the last place of these."""


class Typed(Protocol):
    """A column's value as SQL, NULL where there is none."""

    @property
    def value(self) -> str: ...


class Checks(Protocol):
    """What a contract says of rows, as SQL; ``sources.checks`` is one."""

    @property
    def SETTINGS(self) -> Mapping[str, str | int]: ...  # noqa: N802 — a module's constant
    def typed_columns(self, contract: Contract, piece: Piece, /) -> Mapping[str, Typed]: ...
    def fault_of(self, contract: Contract, piece: Piece, /) -> str: ...
    def parameters(self, contract: Contract, /) -> Mapping[str, Any]: ...


class Read:
    """A piece with what its contract makes of it."""

    def __init__(self, contract: Contract, checks: Checks, piece: Piece, *, since: str = "", part: Part = WHOLE) -> None:
        self.contract, self.piece, self.since, self.part = contract, piece, since, part
        self.fault = checks.fault_of(contract, piece)
        self._typed = checks.typed_columns(contract, piece)

    def value(self, column: Column) -> str:
        """Its typed value as SQL."""
        return self._typed[column.name].value

    @property
    def time(self) -> str:
        """A row's instant as SQL, to the second; a date is its midnight. Where no column says when, the contract does."""
        times = self.contract.used("time")
        value = self.value(times[0]) if times else "toDateTime({date:String}, {zone:String})"
        return f"toDateTime64({value}, 0, {{zone:String}})"


def kinds_of(contract: Contract) -> tuple[str, ...]:
    """Kinds of place that columns name and a rung asks for."""
    wanted = {rung.place for rung in contract.ladder}
    return tuple(column.place for column in contract.used("place") if column.place in wanted)


def finest_h3(contract: Contract) -> int | None:
    """Resolution of the stage's cells; ``None`` where the ladder has none."""
    return max((int(rung.place[3:]) for rung in contract.ladder if rung.place.startswith("h3:")), default=None)


def keys_of(contract: Contract) -> list[str]:
    """Columns by which the stage is grouped, beside the fault."""
    categories = [f"c{index}" for index, _ in enumerate(contract.used("category"))]
    return ["bucket", "h3", *(f"p{index}" for index, _ in enumerate(kinds_of(contract))), *categories]


def whole_rungs(contract: Contract) -> int:
    """How many rungs, from the finest, have all rows of each of their cells in one part of a file: those that put near cells of H3 together
    and nothing else. At them nothing waits for another part."""
    finest, resolution = contract.ladder[0], finest_h3(contract)
    near = {finest.place, *(f"h3:{resolution - above}" for above in range(NEAR + 1) if resolution is not None)}
    alike = [rung.place in near and (rung.time, rung.categories) == (finest.time, finest.categories) for rung in contract.ladder]
    return [*alike, False].index(False)


def has_devices(contract: Contract) -> bool:
    """Whether a cell's people are told apart: many rows of one device are one person."""
    return bool(contract.used("device") or contract.used("track"))


def numbers_of(contract: Contract) -> list[tuple[int, Measure]]:
    """Sums and means, by their place among the measures. A survey has none: its numbers are counts."""
    measures = () if contract.reduce == "survey" else contract.measures
    return [(index, measure) for index, measure in enumerate(measures) if measure.aggregate in ("sum", "mean")]


def is_by_contributor(contract: Contract) -> bool:
    """Whether a sum is made of what single contributors bring: devices where these are told apart, else rows. Where a row is an aggregate
    of many without a device, or certified, none of it is anybody's own."""
    return contract.cohort == "rows" or has_devices(contract)


def apart_of(contract: Contract) -> list[str]:
    """Columns of the stage that tell apart who shares in its numbers: what one of them brings over many rows must be known, and on which
    day, for a device of another day is another one. Where nothing is added up devices are a state instead, in a fraction of the memory."""
    payee = ["payee"] if numbers_of(contract) and contract.used("payee") else []
    if not has_devices(contract):
        return payee
    return ["day", *(["who"] if numbers_of(contract) else []), *payee]


def stage_columns(contract: Contract, *, more: Iterable[str] = ()) -> str:
    """The stage's columns as DDL."""
    keys = ["fault LowCardinality(String)", "bucket DateTime('UTC')", "h3 UInt64", *(f"{name} String" for name in keys_of(contract)[2:])]
    keys += [*more, *(f"{name} UInt64" for name in apart_of(contract))]
    return ", ".join([*keys, "rows UInt64", "people Int64", "first UInt64", *(f"{name} {kind}" for name, kind, _ in sums_of(contract))])


def sums_of(contract: Contract) -> list[tuple[str, str, str]]:
    """Of each number of the stage: its name, type and how it is made of rows."""
    found = []
    for index, measure in numbers_of(contract):
        if measure.aggregate == "sum":
            found.append((f"v{index}", EXACT, f"sum(ifNull(ff_v{index}, 0))"))
        else:
            found.append((f"v{index}", EXACT, f"sum(ifNull(ff_v{index} * ff_people, 0))"))
            found.append((f"w{index}", "Int64", f"sum(if(isNull(ff_v{index}), 0, ff_people))"))
        if not has_devices(contract):
            found.append((f"n{index}", "Int64", f"sum(if(ifNull(ff_v{index}, 0) = 0, 0, ff_people))"))
            found.append((f"a{index}", EXACT, f"sum(ifNull(abs(ff_v{index}), 0))"))
            found.append((f"t{index}", "Array(Float64)", f"groupArraySorted(2)(-ifNull(toFloat64(abs(ff_v{index})), 0))"))
    if has_devices(contract) and not numbers_of(contract):
        if contract.reduce != "survey":
            found.append(("g", "Array(Int64)", f"sumResample(0, {GROUPS}, 1)(ff_people, ff_who % {GROUPS})"))
        found.append(("who", f"AggregateFunction({UNIQ}, UInt64)", f"{UNIQ}State(ff_who)"))
    return found


def parameters_of(contract: Contract, salt: Salt) -> dict[str, Any]:
    """Values of the statements' own parameters."""
    return {"zone": contract.timezone, "date": contract.options.get("date", ""), "salt0": salt[0], "salt1": salt[1]}


def stage_insert(read: Read) -> str:
    """The statement that puts a piece into the table ``stage``."""
    keys = ", ".join(["ff_fault", *(f"ff_{name}" for name in [*keys_of(read.contract), *apart_of(read.contract)])])
    sums = "".join(f", {how}" for _, _, how in sums_of(read.contract))
    rows = f"({rows_of(read)}) WHERE {of_part(read)}"
    return f"INSERT INTO stage SELECT {keys}, count(), sum(ff_people), min(ff_row){sums} FROM {rows} GROUP BY {keys}"


def of_part(read: Read, key: str = "") -> str:
    """Whether a row of ``rows_of`` is of the part that is read. ``key`` is what must stay together, if not a cell."""
    contract, (part, parts) = read.contract, read.part
    finest, coarsest = contract.ladder[0], contract.ladder[whole_rungs(contract) - 1]
    apart = {f"p{index}": kind == finest.place for index, kind in enumerate(kinds_of(contract))}
    names = [f"ff_{name}" for name in keys_of(contract) if apart.get(name, finest.categories or name[0] != "c")]
    if finest_h3(contract) is not None:
        names[names.index("ff_h3")] = f"bitShiftRight(ff_h3, {BITS * (RESOLUTIONS - int(coarsest.place[3:]))})"
    return f"sipHash64({key or ', '.join(names)}) % {parts} = {part}" if parts > 1 else "1"


def rows_of(read: Read, *, more: Iterable[str] = (), faults: str = "") -> str:
    """Rows of the piece: number, fault, keys (blank where there is a fault) and values. ``faults`` are more pairs: condition, reason."""
    contract = read.contract
    blank = {"bucket": "toDateTime(0, 'UTC')", "h3": "toUInt64(0)"}
    keys = [
        f"if(ff_fault = '', {expression}, {blank.get(name, chr(39) * 2)}) AS ff_{name}"
        for name, expression in zip(keys_of(contract), _keys(read), strict=True)
    ]
    parts = [f"toUInt64(assumeNotNull({read.piece.row})) AS ff_row", f"{_fault(read, faults)} AS ff_fault", *keys, *_values(read), *more]
    return f"SELECT {', '.join(parts)} FROM {read.piece.sql}"


def hashed(read: Read, columns: Sequence[Column]) -> str:
    """What tells devices or tracks of one local day apart, as SQL; payees, who are no people, of one load."""
    texts = [f"ifNull({read.piece.columns[column.name]}, '')" for column in columns]
    if not all(column.use == "payee" for column in columns):
        texts.insert(0, _day(read))
    return f"sipHash64Keyed((toUInt64({{salt0:UInt64}}), toUInt64({{salt1:UInt64}})), {', '.join(texts)})"


def _day(read: Read) -> str:
    return f"toDate(assumeNotNull({read.time}), {{zone:String}})"


def _fault(read: Read, faults: str) -> str:
    reason = literal(next((column.name for column in read.contract.used("time")), "date") + ":unreadable")
    impossible = f"ifNull(toYear({read.time}) NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}, 1), {reason}"
    if read.since:
        faults += f"{read.time} < toDateTime({literal(read.since)}, 'UTC'), {literal(LATE)}, "
    return f"multiIf(({read.fault} AS ff_found) != '', toString(ff_found), {faults}{impossible}, '')"


def _keys(read: Read) -> list[str]:
    contract = read.contract
    bucket = f"toTimeZone(toDateTime({BUCKETS[contract.ladder[0].time].format(f'assumeNotNull({read.time})')}), 'UTC')"
    named = {column.place: column for column in contract.used("place")}
    texts = [*(named[kind] for kind in kinds_of(contract)), *contract.used("category")]
    return [bucket, _h3(read), *(f"ifNull(toString({read.value(column)}), '')" for column in texts)]


def _h3(read: Read) -> str:
    resolution = finest_h3(read.contract)
    if resolution is None:
        return "toUInt64(0)"
    latitude, longitude = (read.value(read.contract.used(use)[0]) for use in ("latitude", "longitude"))
    # TRICKY: without short circuits the cell of every row is asked; what stands behind a NULL may be no number, which ends the statement.
    cell = f"geoToH3(ifNull(toFloat64({latitude}), 0), ifNull(toFloat64({longitude}), 0), {resolution})"
    return f"if(isNull({latitude}) OR isNull({longitude}), 0, {cell})"


def _rounded(column: Column, read: Read) -> str:
    """TRICKY: the cast cuts off, and 1.23 is a float a little below it: without half of the last place a cent in ten would be 0.009999."""
    value = read.value(column)
    return value if column.kind == "integer" else f"({value} + sign({value}) * {HALF})"


def _values(read: Read) -> list[str]:
    contract = read.contract
    columns = {column.name: column for column in contract.columns}
    people = "toInt64(1)"
    if contract.cohort not in ("rows", "certified"):
        people = f"toInt64(greatest(ifNull(accurateCastOrNull({read.value(columns[contract.cohort])}, 'Int64'), 0), 0))"
    parts = [f"{people} AS ff_people"]
    for index, measure in numbers_of(contract):
        parts.append(f"accurateCastOrNull({_rounded(columns[measure.column], read)}, '{EXACT}') AS ff_v{index}")
    apart = {"who": [*contract.used("device"), *contract.used("track")], "payee": [*contract.used("payee")]}
    wanted = [name for name in apart if name in apart_of(contract) or (name == "who" and has_devices(contract))]
    parts += [f"if(ff_fault = '', {hashed(read, apart[name])}, 0) AS ff_{name}" for name in wanted]
    if has_devices(contract):
        parts.append(f"if(ff_fault = '', toUInt64({_day(read)}), 0) AS ff_day")
    return parts
