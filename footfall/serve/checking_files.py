"""Files looked at before they belong to anything: against a contract, or without one by guard and shape alone. Nothing is written."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from footfall.serve.source_tools import Tools
from footfall.sources import kernel
from footfall.sources.contract import Column, Contract
from footfall.sources.drafting import draft
from footfall.sources.guard import ColumnSeen, check_pieces
from footfall.sources.kernel import Order, Progress
from footfall.sources.outcome import Outcome
from footfall.store.engine import Engine, open_engine
from footfall.store.workshop import open_workshop

__all__ = ["Looked", "check_against", "check_alone"]


class Looked(msgspec.Struct, frozen=True):
    """A file without a contract: how it was read, and its columns."""

    format: str
    encoding: str
    columns: tuple[ColumnSeen, ...]


def check_against(path: Path, contract: Contract, tools: Tools, room: Path, progress: Progress) -> Outcome:
    """What would come of the file under that contract.

    Raises:
        BadInput: it is not what the contract says.
    """
    with _engine(room) as engine, open_workshop(engine, room) as workshop:
        order = Order(
            contract=contract,
            pieces=lambda: tools.pieces(path, contract, room),
            checks=tools.checks,
            guard=tools.guard,
            salt=(secrets.randbits(64), secrets.randbits(64)),
            parents=tools.parents,
            progress=progress,
        )
        return kernel.dry_run(workshop, order)


def check_alone(path: Path, tools: Tools, room: Path) -> Looked:
    """Every column of the file, every row of it.

    Raises:
        BadInput: it is empty, or no table.
    """
    with _engine(room) as engine, open_workshop(engine, room) as workshop:
        seen = draft(path, engine)
        columns = tuple(Column(name=column.name, use="category") for column in seen.columns)
        whole = msgspec.structs.replace(seen, columns=columns)
        found = check_pieces(tools.pieces(path, whole, room), workshop.query)
        return Looked(seen.format, seen.encoding, tuple(found))


@contextmanager
def _engine(room: Path) -> Iterator[Engine]:
    """One of its own, in memory: a server beside it has the home's."""
    with tempfile.TemporaryDirectory(dir=room) as folder:
        engine = open_engine("chdb", Path(folder))
        try:
            yield engine
        finally:
            engine.close()
