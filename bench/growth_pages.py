"""A portal's page in a store, and in another that has the same of the portal and twice the events of the others: by turns, so that what
slows this machine slows both. Each store is answered from a process of its own; what counts is CPU of that process.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import msgspec

from bench.load import wait_for_merges
from bench.panels import EVENTS_A_VISIT, fill, page_ms, roll_up
from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate

__all__ = ["Turns", "compare", "make_stores"]

ROUNDS = 20
PARTS = """SELECT sumIf(rows, table = 'events'), countIf(table = 'events'), countIf(table = 'visits') FROM system.parts WHERE active
AND database = currentDatabase()"""
spawned = get_context("spawn")


class Turns(msgspec.Struct, frozen=True):
    """CPU milliseconds of one page in two stores, a pair a round."""

    before: list[float]
    after: list[float]

    @property
    def ratios(self) -> tuple[float, float, float]:
        """After by before within each pair: lower quartile, median, upper quartile."""
        low, middle, high = quantiles([after / before for before, after in zip(self.before, self.after, strict=True)], n=4)
        return low, middle, high

    def __str__(self) -> str:
        low, middle, high = self.ratios
        return f"{median(self.before):.1f} → {median(self.after):.1f} ms CPU; by pairs {middle:.2f} (half of them {low:.2f} to {high:.2f})"


def make_stores(home: Path, events: int) -> dict[str, Path]:
    """A store of so many events, a tenth of them the portal's; its copy with as many more of others, put in a second time, so that each day
    lies in twice the parts; and the copy of that with its days merged.
    """
    once, apart, merged = home / "once", home / "twice", home / "twice-merged"
    _in_another(_fill, once, events, 0)
    shutil.copytree(once, apart, symlinks=True)
    _in_another(_fill, apart, events, 1)
    shutil.copytree(apart, merged, symlinks=True)
    _in_another(_merge, merged)
    return {"once": once, "twice, each day in two lots": apart, "twice, days merged": merged}


def compare(stores: dict[str, Path], pages: dict[str, list[Any]]) -> Iterator[tuple[str, str, Turns]]:
    """Page by name and filters, store, and the page in the first store and in that one."""
    with ExitStack() as open_ones:
        asked = {name: open_ones.enter_context(_asked(folder)) for name, folder in stores.items()}
        for name, store in asked.items():
            print("growth, {}: {:,} events, parts {} and {}".format(name, *_ask(store, None)), flush=True)
        for page, filters in pages.items():
            first, *others = _by_turns(list(asked.values()), filters)
            yield from ((page, name, Turns(first, times)) for name, times in zip(list(asked)[1:], others, strict=True))


def _by_turns(stores: list[Connection], filters: list[Any]) -> list[list[float]]:
    for store in stores:
        _ask(store, filters)
    found: list[list[float]] = [[] for _ in stores]
    for number in range(ROUNDS):
        for place in range(len(stores)):
            turn = (place + number) % len(stores)
            found[turn].append(_ask(stores[turn], filters))
    return found


def _ask(store: Connection, filters: list[Any] | None) -> Any:
    store.send(("ask", filters))
    return store.recv()


@contextmanager
def _asked(folder: Path) -> Iterator[Connection]:
    ours, theirs = spawned.Pipe()
    process = spawned.Process(target=_answer, args=(folder, theirs))
    process.start()
    try:
        yield ours
    finally:
        ours.send(("end", None))
        process.join()


def _in_another(work: Any, *values: Any) -> None:
    """The embedded engine has one folder a process."""
    process = spawned.Process(target=work, args=values)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


@contextmanager
def _opened(folder: Path) -> Iterator[Engine]:
    engine = open_engine("chdb", folder, query_seconds=600, query_memory_bytes=8_000_000_000)
    try:
        migrate(engine)
        yield engine
    finally:
        engine.close()


def _fill(folder: Path, events: int, skip: int) -> None:
    folder.mkdir(exist_ok=True)
    with _opened(folder) as engine:
        fill(engine, int(events / EVENTS_A_VISIT), seed=1 + 98 * skip, skip=skip)
        roll_up(engine, [1])
        wait_for_merges(engine)


def _merge(folder: Path) -> None:
    with _opened(folder) as engine:
        for table in ("events", "visits", "events_by_day", "visits_by_day"):
            engine.command(f"OPTIMIZE TABLE {table} FINAL")
        wait_for_merges(engine)


def _answer(folder: Path, asked: Connection) -> None:
    with _opened(folder) as engine:
        while (wanted := asked.recv())[0] == "ask":
            asked.send(engine.query(PARTS)[0] if wanted[1] is None else _cpu_ms(engine, wanted[1]))


def _cpu_ms(engine: Engine, filters: list[Any]) -> float:
    started = time.process_time()
    page_ms(engine, filters, 0)
    return (time.process_time() - started) * 1000
