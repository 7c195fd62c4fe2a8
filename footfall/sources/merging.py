"""Rows of a stage come together: those of one cell from several pieces, and those of cells too small in the cell of a coarser rung.

So what a load holds between statements is bounded by cells, however many pieces a file has.
"""

from footfall.sources.cells import BUCKETS, GROUPS, UNIQ, apart_of, keys_of, sums_of
from footfall.sources.contract import Contract, Rung
from footfall.store.workshop import Workshop, too_much

__all__ = ["Heap", "lifted", "merged", "stage_keys"]

MERGED = {"t": "arraySlice(arraySort(groupArrayArray({0})), 1, 2)", "who": f"{UNIQ}MergeState({{0}})", "g": "sumForEach({0})"}
"""By a column's name without its number; all others are sums."""
FEWEST_ROWS = 100_000
"""Of a table that is worth merging."""
CELL_BYTES, DEVICE_BYTES, MOST_DEVICES = 200, 12, 65_536
MOST_BYTES = 250_000_000
"""What a table may hold between statements, roughly."""
HELD = """SELECT count(), count() * {cell:UInt64} + sum(least(rows, {most:UInt64})) * {device:UInt64} FROM {table:Identifier}"""
MERGE = "INSERT INTO merged SELECT {leading}{keys}, {merged} FROM {table} GROUP BY {apart}{keys}, if(fault = '', 0, first)"
"""First rows of a reason stay apart: they are told."""


class Heap:
    """A temporary table like the stage, which grows and is merged before it holds twice its cells."""

    def __init__(self, workshop: Workshop, contract: Contract, table: str, columns: str, leading: tuple[str, str] = ("", "")) -> None:
        """``leading``: how columns before the stage's come together, and those of them that tell rows apart."""
        self._workshop, self._contract, self.table, self._columns = workshop, contract, table, columns
        self._leading, self._cells = leading, 0
        workshop.command(f"DROP TEMPORARY TABLE IF EXISTS {table}")
        workshop.command(f"CREATE TEMPORARY TABLE {table} ({columns}) ENGINE = Memory")

    def grown(self) -> None:
        """To be called when the rows of one statement, which are grouped, came in.

        Raises:
            TooMuch: its cells do not fit.
        """
        rows, held = self._held()
        if self._cells and (rows > 2 * self._cells or held > MOST_BYTES):
            self._merge()
            rows, held = self._held()
            self._cells = 0
        self._cells = self._cells or max(FEWEST_ROWS, rows)
        if held > MOST_BYTES:
            raise too_much()

    def empty(self) -> None:
        """Rows go, and what they took."""
        self._workshop.empty(self.table)
        self._cells = 0

    def _held(self) -> tuple[int, int]:
        names = [name for name, _, _ in sums_of(self._contract)]
        device, groups = DEVICE_BYTES if "who" in names else 0, 8 * GROUPS if "g" in names else 0
        parameters = {"cell": CELL_BYTES + groups, "most": MOST_DEVICES, "device": device, "table": self.table}
        ((rows, held),) = self._workshop.query(HELD, parameters)
        return int(rows), int(held)

    def _merge(self) -> None:
        leading, apart = self._leading
        keys, values = ", ".join(stage_keys(self._contract)), merged(self._contract)
        merge = MERGE.format(leading=leading, keys=keys, merged=values, table=self.table, apart=apart)
        self._workshop.command("DROP TEMPORARY TABLE IF EXISTS merged")
        self._workshop.command(f"CREATE TEMPORARY TABLE merged ({self._columns}) ENGINE = Memory")
        # What earlier statements gave back, and a table of keys for each thread, would stand beside both tables.
        self._workshop.command("SYSTEM JEMALLOC PURGE")
        self._workshop.command(merge, None, {"max_threads": 1})
        self._workshop.empty(self.table)
        self._workshop.command(f"INSERT INTO {self.table} SELECT * FROM merged", None, {})
        self._workshop.command("DROP TEMPORARY TABLE merged")


def stage_keys(contract: Contract) -> list[str]:
    """Columns that tell the stage's rows apart."""
    return ["fault", *keys_of(contract), *(("question", "score") if contract.reduce == "survey" else ()), *apart_of(contract)]


def merged(contract: Contract) -> str:
    """How the stage's other columns come together, as SQL."""
    numbers = [MERGED.get(name.rstrip("0123456789"), "sum({0})").format(name) for name, _, _ in sums_of(contract)]
    return ", ".join(["sum(rows)", "sum(people)", "min(first)", *numbers])


def lifted(contract: Contract, rung: Rung) -> list[str]:
    """The stage's keys with no more in them than that rung and those above it ask for, as SQL."""
    found = {"bucket": f"toTimeZone(toDateTime({BUCKETS[rung.time].format('bucket')}), 'UTC')"}
    if rung.place.startswith("h3:"):
        found["h3"] = f"if(h3 = 0, 0, h3ToParent(h3, toUInt8({int(rung.place[3:])})))"
    for name in keys_of(contract):
        if name[0] in "hp" and rung.place == "city":
            found[name] = "toUInt64(0)" if name == "h3" else "''"
        if name[0] == "c" and not rung.categories:
            found[name] = "''"
    return [found.get(name, name) for name in stage_keys(contract)]
