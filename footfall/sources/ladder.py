"""From the stage to what is kept: rung by rung, finest first.

A cell of a rung is kept when it holds a cohort and its sums tell of no one or two rows; the rows of all others go together to the next
rung, and what is too small at the last is only counted. So every row is in one kept cell at most, cells of different rungs are disjoint,
and there is no total of which kept cells could be taken away: the table is flat.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from footfall.sources.cells import BUCKETS, UNIQ, finest_h3, has_devices, is_dominance_told, kinds_of
from footfall.sources.contract import Contract, Rung
from footfall.sources.merging import Heap, lifted, merged
from footfall.sources.outcome import Step
from footfall.store.workshop import Workshop

__all__ = ["Ladder", "Parents", "Told", "steps_of", "told_of_cells"]

Parents = Mapping[tuple[str, str], Mapping[str, str]]
"""By kind of place and the kind above it: the id above of each id. One that has none goes to a place without a name."""
KEPT = """CREATE TEMPORARY TABLE kept (rung UInt8, bucket DateTime('UTC'), place String, categories Array(String), rows UInt64,
told Array(Tuple(String, String, Float64, UInt64))) ENGINE = Memory"""
"""Told: measure, unit, value, cohort."""
KEEP = """INSERT INTO kept SELECT {rung}, ff_bucket, ff_place, ff_categories, ff_rows, {told}
FROM (SELECT {bucket} AS ff_bucket, {place} AS ff_place, {categories} AS ff_categories, sum(rows) AS ff_rows, {sums}
      FROM {waiting} WHERE fault = '' GROUP BY ff_bucket, ff_place, ff_categories)
WHERE {keep}"""
WAIT = """INSERT INTO waiting{rung} SELECT {lifted}, {merged} FROM {waiting} WHERE fault = ''
AND ({bucket}, {place}, {categories}) NOT IN (SELECT bucket, place, categories FROM kept WHERE rung = {rung}) GROUP BY {lifted}"""
STEPS = "SELECT rung, count(), sum(rows) FROM kept GROUP BY rung"
DOMINANT_SHARE = 0.85
"""Of a sum; what two rows may not reach together."""


class Told(msgspec.Struct, frozen=True):
    """What a cell tells, as SQL over the stage."""

    sums: str
    """Aggregates with their names."""
    keep: str
    """Condition on them: whether the cell is kept."""
    told: str
    """Array of (measure, unit, value, cohort)."""
    parameters: Mapping[str, Any] = {}
    categories: tuple[str, ...] = ()
    """Columns of the stage that stay in the key where categories are put together."""


class Ladder:
    """Fills the temporary table ``kept`` from tables like the stage. Its calls raise as ``Workshop.command``."""

    def __init__(self, workshop: Workshop, contract: Contract, told: Told, parents: Parents, columns: str) -> None:
        """``columns``: of the stage, as DDL."""
        self.contract, self.told, self.parents = contract, told, parents
        self._workshop, self._columns = workshop, columns
        workshop.command("DROP TEMPORARY TABLE IF EXISTS kept")
        workshop.command(KEPT)
        self._waiting = self._heap(0)

    def take(self, table: str) -> None:
        """Keep what is enough at the finest rung; the table is empty then. All rows of such a cell are in it together."""
        self._take(0, table)
        self._workshop.empty(table)
        self._waiting.grown()

    def climb(self) -> None:
        """Keep of what waits since ``take`` what is enough at the rungs above."""
        for index in range(1, len(self.contract.ladder)):
            below, self._waiting = self._waiting, self._heap(index)
            self._take(index, below.table)
            self._waiting.grown()
            self._workshop.command(f"DROP TEMPORARY TABLE {below.table}")
        self._workshop.command(f"DROP TEMPORARY TABLE {self._waiting.table}")

    def _heap(self, index: int) -> Heap:
        return Heap(self._workshop, self.contract, f"waiting{index}", self._columns)

    def _take(self, index: int, table: str) -> None:
        contract, told = self.contract, self.told
        rung, parameters = contract.ladder[index], {"zone": contract.timezone} | dict(told.parameters)
        key = {
            "rung": index,
            "waiting": table,
            "bucket": f"toTimeZone(toDateTime({BUCKETS[rung.time].format('bucket')}), 'UTC')",
            "place": _place(contract, index, self.parents, parameters),
            "categories": _categories(contract, rung, told),
        }
        # TRICKY: braces of parameters stand in the parts, so the parts are put in and never formatted again.
        self._workshop.command(KEEP.format(sums=told.sums, told=told.told, keep=told.keep, **key), parameters, {})
        if index + 1 < len(contract.ladder):
            wanted = ", ".join(lifted(contract, contract.ladder[index + 1]))
            self._workshop.command(WAIT.format(lifted=wanted, merged=merged(contract), **key), parameters, {})


def steps_of(workshop: Workshop, contract: Contract) -> tuple[Step, ...]:
    """What was kept at each rung."""
    found = {int(rung): (int(cells), int(rows)) for rung, cells, rows in workshop.query(STEPS)}
    return tuple(
        Step(
            time=rung.time,
            place=rung.place,
            categories=rung.categories,
            cells=found.get(index, (0, 0))[0],
            rows=found.get(index, (0, 0))[1],
        )
        for index, rung in enumerate(contract.ladder)
    )


def told_of_cells(contract: Contract) -> Told:
    """Counts, sums, means and devices. A mean without a cohort of its own, or of one or two rows, is left out; a cell with such a sum is
    not kept."""
    cohort = "ff_people" if not has_devices(contract) else "least(ff_people, ff_devices)"
    sums = ["toUInt64(sum(people)) AS ff_people"]
    if has_devices(contract):
        sums.append(f"{UNIQ}Merge(who) AS ff_devices")
    sums.append(f"{cohort} AS ff_cohort")
    keep, told = [_enough(contract, "ff_cohort")], []
    parameters: dict[str, Any] = {"smallest": contract.min_cohort}
    for index, measure in enumerate(contract.measures):
        parameters |= {f"measure{index}": measure.name, f"unit{index}": measure.unit}
        sums += _sums(contract, index)
        told.append(_told(contract, index))
        if is_dominance_told(contract, measure) and measure.aggregate == "sum":
            keep.append(_is_shared(index))
    return Told(", ".join(sums), " AND ".join(keep), f"arrayConcat({', '.join(told)})", parameters)


def _place(contract: Contract, index: int, parents: Parents, parameters: dict[str, Any]) -> str:
    kind = contract.ladder[index].place
    if kind == "city":
        return "''"
    if kind.startswith("h3:"):
        resolution = int(kind[3:])
        cell = "h3" if resolution == finest_h3(contract) else f"h3ToParent(h3, toUInt8({resolution}))"
        return f"if(h3 = 0, '', h3ToString({cell}))"
    if kind in kinds_of(contract):
        return f"p{kinds_of(contract).index(kind)}"
    below = _below(contract, index)
    known = parents.get((contract.ladder[below].place, kind), {})
    parameters |= {f"ids{index}": list(known), f"above{index}": list(known.values())}
    child = _place(contract, below, parents, parameters)
    return f"transform({child}, {{ids{index}:Array(String)}}, {{above{index}:Array(String)}}, '')" if known else "''"


def _below(contract: Contract, index: int) -> int:
    """The nearest finer rung of another kind of place."""
    kind = contract.ladder[index].place
    return next((below for below in range(index - 1, -1, -1) if contract.ladder[below].place not in (kind, "city")), 0)


def _categories(contract: Contract, rung: Rung, told: Told) -> str:
    names = [f"c{index}" for index, _ in enumerate(contract.used("category"))] if rung.categories else []
    return f"CAST([{', '.join([*told.categories, *names])}], 'Array(String)')"


def _enough(contract: Contract, expression: str) -> str:
    return "1" if contract.cohort == "certified" else f"{expression} >= {{smallest:UInt64}}"


def _label(contract: Contract, expression: str) -> str:
    return f"{expression} * {{smallest:UInt64}}" if contract.cohort == "certified" else expression


def _sums(contract: Contract, index: int) -> list[str]:
    measure, sums = contract.measures[index], []
    if measure.aggregate in ("sum", "mean"):
        sums.append(f"sum(v{index}) AS ff_v{index}")
    if measure.aggregate == "mean":
        sums.append(f"toUInt64(sum(w{index})) AS ff_w{index}")
    if is_dominance_told(contract, measure):
        sums += [f"sum(a{index}) AS ff_a{index}", f"arraySlice(arraySort(groupArrayArray(t{index})), 1, 2) AS ff_t{index}"]
    return sums


def _told(contract: Contract, index: int) -> str:
    value, cohort = {
        "count": ("ff_people", "ff_cohort"),
        "sum": (f"toFloat64(ff_v{index})", "ff_cohort"),
        "mean": (f"toFloat64(ff_v{index}) / ff_w{index}", f"ff_w{index}"),
        "distinct": ("ff_devices", "ff_cohort"),
    }[contract.measures[index].aggregate]
    one = f"[({{measure{index}:String}}, {{unit{index}:String}}, toFloat64({value}), toUInt64({_label(contract, cohort)}))]"
    if contract.measures[index].aggregate != "mean":
        return one
    shared = _is_shared(index) if is_dominance_told(contract, contract.measures[index]) else "1"
    return f"if({_enough(contract, cohort)} AND {cohort} > 0 AND {shared}, {one}, [])"


def _is_shared(index: int) -> str:
    """Not made by one or two rows."""
    return f"(ff_a{index} = 0 OR -arraySum(ff_t{index}) < {DOMINANT_SHARE} * toFloat64(ff_a{index}))"
