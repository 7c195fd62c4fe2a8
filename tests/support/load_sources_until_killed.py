"""A process that loads a dataset of files, told what to do in JSON, and killed while it does.

``python -m tests.support.load_sources_until_killed '{"home": …}'`` says in a line what is read as it starts, then loads, then says it
again. ``die`` names a step of the kernel at which it kills itself, as if by kill -9; ``fill`` a folder whose disk it fills between two
loads, and frees after them.
"""

import os
import shutil
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from footfall.control.database import open_control
from footfall.serve.loading_sources import Sources
from footfall.serve.source_tools import Tools
from footfall.sources import checks, guard, kernel
from footfall.sources.connectors import connector_of, masked, read_query
from footfall.sources.contract import Column, Contract, Measure, Rung
from footfall.sources.odcs import read_contract, write_contract
from footfall.sources.readers import pieces
from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate

__all__ = ["HOURS", "ROWS_AN_HOUR", "Life", "Seen", "contract_of", "sources_of"]

ID = "faults"
HOURS, ROWS_AN_HOUR = 12, 5
BATCH = 10
"""Rows that are inserted together: a load has several insertions."""
ROWS = """SELECT place, toString(bucket), measure, value FROM measures
WHERE dataset = {dataset:String} AND load IN {loads:Array(UInt32)} ORDER BY ALL"""
UNREAD = "SELECT count() FROM measures WHERE dataset = {dataset:String} AND load NOT IN {loads:Array(UInt32)}"
BALLAST = 1 << 16


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What the process is told."""

    home: str
    files: str
    store: str = "chdb"
    control: str = ""
    """SQLite under home, where nothing is said."""
    room: str
    now_ms: int
    die: str = ""
    """``step`` or ``step:count``: the first, or that, time that it is told."""
    fill: str = ""
    then: str = ""
    """Folder of files that replace the others when the disk is filled."""
    encoding: str = "utf-8"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What it finds."""

    rows: list[tuple[str, str, str, float]]
    """Place, bucket, measure, value of all that is read."""
    before: list[tuple[str, str, str, float]] = []
    """The same before it tidied up."""
    unread: int
    """Rows of the table that are of no load that is read."""
    lines: dict[str, list[str]]
    """States of the loads of an object, newest first."""
    said: list[str] = []
    """Why loads failed or were refused, newest first."""


def contract_of(files: str, encoding: str = "utf-8") -> Contract:
    """Counts at stops, by the hour."""
    return Contract(
        id=ID,
        version="1.0.0",
        name="Faults",
        module="transit",
        purpose="Tests",
        legal_basis="Tests",
        owner="Tests",
        granularity="People at a stop in a minute",
        retention_days=3650,
        min_cohort=20,
        cohort="people",
        source=files,
        encoding=encoding,
        columns=(
            Column(name="time", kind="instant", use="time", required=True),
            Column(name="stop", use="place", place="stop", required=True),
            Column(name="fare", kind="money", use="measure", unit="GBP", required=True),
            Column(name="people", kind="integer", use="cohort", required=True),
        ),
        measures=(Measure(name="people", unit="people"), Measure(name="fares", aggregate="sum", column="fare", unit="GBP")),
        ladder=(Rung(time="hour", place="stop"), Rung(time="day", place="stop")),
    )


def sources_of(life: Life, engine: Engine) -> Sources:
    """The datasets of that home, by the real readers, checks and guard."""
    tools = Tools(
        read_contract=read_contract,
        connector=lambda source: connector_of(source, lambda: datetime.now(UTC)),
        read_query=read_query,
        masked=masked,
        pieces=pieces,
        checks=checks,
        guard=guard,
    )
    control = open_control(life.control or f"sqlite:///{life.home}/control.db", lambda: life.now_ms)
    return Sources(control, engine, tools, folder=Path(life.room), now=lambda: life.now_ms)


def main(told: str) -> None:
    life = msgspec.json.decode(told, type=Life)
    kernel.BATCH = BATCH
    engine = open_engine(life.store, Path(life.home))
    migrate(engine)
    sources = sources_of(life, engine)
    sources.put(write_contract(contract_of(life.files, life.encoding)))
    before = sources.rows(ID, ROWS)
    sources.mend()
    _say(sources, before)
    if life.fill:
        sources.load(ID)
        _replace(Path(life.then), Path(life.files))
        _fill(Path(life.fill))
    sources.load(ID, _dying(life.die))
    _say(sources, [])
    if life.fill:
        (Path(life.fill) / "ballast").unlink()
        sources.mend()
        sources.load(ID)
        _say(sources, [])
    engine.close()


def _dying(at: str) -> kernel.Progress:
    step, _, count = at.partition(":")
    left = int(count or 1)

    def told(now: str, rows: int) -> None:
        nonlocal left
        left -= now == step
        if now == step and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return told


def _say(sources: Sources, before: list[tuple[Any, ...]]) -> None:
    rows = sources.rows(ID, ROWS)
    ((unread,),) = sources.rows(ID, UNREAD)
    lines: dict[str, list[str]] = {}
    found = sources.lines(ID, most=1_000)
    for line in found:
        lines.setdefault(Path(line.object).name, []).append(line.state)
    seen = Seen(rows=rows, before=before, unread=int(unread), lines=lines, said=[str(line.said) for line in found if line.said])
    print(msgspec.json.encode(seen).decode(), flush=True)


def _replace(new: Path, old: Path) -> None:
    for path in sorted(new.iterdir()):
        shutil.copy(path, old / path.name)


def _fill(folder: Path) -> None:
    with (folder / "ballast").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(BALLAST)):
            pass


if __name__ == "__main__":
    main(sys.argv[1])
