"""From the stage to what is kept: rung by rung, finest first.

A cell of a rung is kept when it may tell its numbers (``sources.told``); the rows of all others go together to the next rung, and what is
too small at the last is only counted. So for each number every row is in one kept cell at most, cells of different rungs are disjoint, and
there is no total of which kept cells could be taken away: the table is flat. Rows of which one number is told wait for the others alone.
"""

from collections.abc import Mapping
from typing import Any

from footfall.sources.cells import BUCKETS, finest_h3, kinds_of, numbers_of, whole_rungs
from footfall.sources.contract import Contract, Rung
from footfall.sources.merging import Heap, lifted, merged
from footfall.sources.outcome import Step, Summed
from footfall.sources.told import Told
from footfall.store.workshop import Workshop

__all__ = ["Ladder", "Parents", "steps_of", "summed_of"]

Parents = Mapping[tuple[str, str], Mapping[str, str]]
"""By kind of place and the kind above it: the id above of each id. One that has none goes to a place without a name."""
KEPT = """CREATE TEMPORARY TABLE kept (rung UInt8, rule UInt8, bucket DateTime('UTC'), place String, categories Array(String), rows UInt64,
told Array(Tuple(String, String, Float64, UInt64))) ENGINE = Memory"""
"""Rule: which of several it was kept by, the first that of counts. Told: measure, unit, value, cohort."""
CELL = "ff_bucket, ff_place, ff_categories"
PLACED = "{bucket} AS ff_bucket, {place} AS ff_place, {categories} AS ff_categories"
KEEP = """INSERT INTO kept SELECT {rung}, {rule}, {cell}, ff_rows, {told}
FROM (SELECT {cell}, sum(ff_in) AS ff_rows, {sums}
      FROM ({those}) GROUP BY {cell})
WHERE {keep}"""
THOSE = "SELECT {placed}, {each} FROM {waiting} WHERE fault = '' AND bitTest(open, {rule}) {by}"
DAILY = "SELECT {cell}, day, {daily} FROM ({those}) GROUP BY {cell}, day"
WAIT = """INSERT INTO waiting{rung} SELECT ff_open, {lifted}, {merged}
FROM (SELECT *, {placed} FROM {waiting} WHERE fault = '') AS those LEFT JOIN
     (SELECT bucket AS ff_bucket, place AS ff_place, categories AS ff_categories, groupBitOr(bitShiftLeft(toUInt64(1), rule)) AS ff_taken
      FROM kept WHERE rung = {rung} GROUP BY {cell}) AS taken USING ({cell})
WHERE (bitAnd(open, bitNot(ff_taken)) AS ff_open) != 0 GROUP BY ff_open, {lifted}"""
OPEN = ("open, ", "open, ")
"""Rules that have yet to tell a row, a bit each: how rows of one cell come together."""
STEPS = "SELECT rung, uniqExact(bucket, place, categories), sumIf(rows, rule = 0) FROM kept GROUP BY rung"
SUMMED = "SELECT cell.1, sum(rows) FROM kept ARRAY JOIN told AS cell GROUP BY cell.1"


class Ladder:
    """Fills the temporary table ``kept`` from tables like the stage. Its calls raise as ``Workshop.command``."""

    def __init__(self, workshop: Workshop, contract: Contract, told: tuple[Told, ...], parents: Parents, columns: str) -> None:
        """``columns``: of the stage, as DDL."""
        self.contract, self.told, self.parents = contract, told, parents
        self._workshop, self._columns = workshop, columns
        workshop.command("DROP TEMPORARY TABLE IF EXISTS kept")
        workshop.command(KEPT)
        self._heaps = [self._heap(index) for index, _ in enumerate(contract.ladder)]

    def take(self, table: str) -> None:
        """Keep what is enough at the rungs of whose cells all rows are in the table together; it is empty then."""
        self._take(0, f"(SELECT *, toUInt64({(1 << len(self.told)) - 1}) AS open FROM {table})")
        self._workshop.empty(table)
        self._heaps[0].grown()
        for index in range(1, whole_rungs(self.contract)):
            self._lift(index)

    def climb(self) -> None:
        """Keep of what waits since ``take`` what is enough at the rungs above."""
        for index in range(whole_rungs(self.contract), len(self._heaps)):
            self._lift(index)
        for heap in self._heaps:
            self._workshop.command(f"DROP TEMPORARY TABLE {heap.table}")

    def _heap(self, index: int) -> Heap:
        return Heap(self._workshop, self.contract, f"waiting{index}", f"open UInt64, {self._columns}", OPEN)

    def _lift(self, index: int) -> None:
        below = self._heaps[index - 1]
        self._take(index, below.table)
        below.empty()
        self._heaps[index].grown()

    def _take(self, index: int, table: str) -> None:
        contract = self.contract
        rung, parameters = contract.ladder[index], {"zone": contract.timezone}
        bucket = f"toTimeZone(toDateTime({BUCKETS[rung.time].format('bucket')}), 'UTC')"
        place = _place(contract, index, self.parents, parameters)
        placed = PLACED.format(bucket=bucket, place=place, categories=_categories(contract, rung, self.told[0]))
        key = {"rung": index, "waiting": table, "cell": CELL, "placed": placed}
        # TRICKY: braces of parameters stand in the parts, so the parts are put in and never formatted again.
        for rule, told in enumerate(self.told):
            those = _those(told, placed=placed, waiting=table, rule=rule)
            keep = {"rule": rule, "sums": told.sums, "told": told.told, "keep": told.keep, "those": those}
            self._workshop.command(KEEP.format(**key, **keep), parameters | dict(told.parameters), {})
        if index + 1 < len(contract.ladder):
            wanted = ", ".join(lifted(contract, contract.ladder[index + 1]))
            self._workshop.command(WAIT.format(lifted=wanted, merged=merged(contract), **key), parameters, {})


def steps_of(workshop: Workshop, contract: Contract) -> tuple[Step, ...]:
    """What was kept at each rung: cells that tell any number, and rows that are counted there."""
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


def summed_of(workshop: Workshop, contract: Contract) -> tuple[Summed, ...]:
    """Of each sum and mean the rows that are in a cell which tells it."""
    found = {str(name): int(rows) for name, rows in workshop.query(SUMMED)}
    return tuple(Summed(measure=measure.name, rows=found.get(measure.name, 0)) for _, measure in numbers_of(contract))


def _those(told: Told, **key: Any) -> str:
    """What a rule's ``sums`` are made of: the rows that wait, or what days make of what devices make of them."""
    if not told.daily:
        return THOSE.format(each="*, rows AS ff_in", by="", **key)
    each, by = (f"day, sum(rows) AS ff_own, {told.each}", f"GROUP BY {CELL}, day, who") if told.each else ("*, rows AS ff_own", "")
    return DAILY.format(cell=CELL, daily=f"sum(ff_own) AS ff_in, {told.daily}", those=THOSE.format(each=each, by=by, **key))


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
