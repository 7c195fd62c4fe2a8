"""What stands beside each other in memory while rows of a stage come together."""

from footfall.sources.merging import Heap
from tests.support.reading import contract


class Seen:
    """A workshop that says how much a table holds and keeps what it is told to do."""

    def __init__(self, *held):
        self.held, self.done = list(held), []

    def command(self, sql, parameters=None, settings=None):
        self.done.append((sql.split("(")[0].split(" SELECT")[0], settings))

    def empty(self, table):
        self.done.append((f"empty {table}", None))

    def query(self, sql, parameters=None):
        return [self.held.pop(0)]


def test_what_was_freed_is_given_back_before_cells_come_together_under_one_table_of_keys():
    workshop = Seen((100_000, 1), (300_000, 2), (90_000, 1))
    heap = Heap(workshop, contract(["a"]), "stage", "x UInt8")
    heap.grown()
    before = len(workshop.done)
    heap.grown()
    steps = [step for step in workshop.done[before:] if not step[0].startswith(("DROP", "CREATE"))]
    assert steps[:3] == [("SYSTEM JEMALLOC PURGE", None), ("INSERT INTO merged", {"max_threads": 1}), ("empty stage", None)]
