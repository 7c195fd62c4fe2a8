"""A line of each load: what came of which object, and which load is the one that is read.

That is the swap: one transaction makes a load current and the one before it replaced, and readers read rows of current loads alone.
"""

import json
from collections.abc import Collection
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.datasets import Dataset
from footfall.control.said import read, written
from footfall.control.tables import datasets, loads
from footfall.control.transactions import Database
from footfall.errors import Conflict
from footfall.sentences import Sentence

__all__ = [
    "LEASE_MS",
    "Begun",
    "Ended",
    "Load",
    "State",
    "begin_load",
    "clear_lines",
    "current_loads",
    "current_objects",
    "end_dead_loads",
    "end_load",
    "forget_load",
    "known_loads",
    "list_loads",
    "publish_loads",
    "renew_load",
    "wanted_loads",
    "withdraw_loads",
]

State = Literal["running", "current", "replaced", "refused", "failed", "withdrawn"]
LEASE_MS = 15 * 60_000
"""What runs and has said nothing for so long is taken for dead."""
LONGEST_SAID = 4000
CLEARED: dict[str, Any] = {"rows_in": 0, "kept": 0, "folded": 0, "refused": 0, "cells": 0, "details": '{"cleared": true}', "said": ""}
"""A line whose data are gone: few rows that were folded or refused would tell of few people for as long as it stands."""
DIED = Sentence("It broke off.")


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an object in one version of it."""

    number: int
    dataset: str
    object: str
    version: str
    contract_version: str
    contract_sha256: str
    state: State
    """``current``: its rows are read. ``replaced``: another load of the object's is. ``refused``: nothing was written. ``failed``: it may
    be tried again."""
    rows_in: int = 0
    kept: int = 0
    folded: int = 0
    refused: int = 0
    cells: int = 0
    details: dict[str, Any] = {}
    """``steps``: rows kept by rung; ``summed``: rows in sums that are told; ``refusals``: rows refused by reason, with the numbers of the
    first. ``cleared``: the counts went with the data."""
    cursor_from: str = ""
    cursor_to: str = ""
    started_ms: int = 0
    seen_ms: int = 0
    ended_ms: int = 0
    said: str = ""
    """A Sentence: why it was refused or failed."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a load went, as its line says it."""

    rows_in: int = 0
    kept: int = 0
    folded: int = 0
    refused: int = 0
    cells: int = 0
    details: dict[str, Any] = {}
    said: str = ""
    version: str = ""
    """Of the object, where it was not known before it was read."""


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What is about to be loaded."""

    object: str
    version: str
    cursor_from: str = ""
    cursor_to: str = ""
    beside: tuple[int, ...] = ()
    """Loads that run already and belong to it: days of one reading of a database."""


def begin_load(database: Database, dataset: Dataset, begun: Begun, *, now_ms: int) -> int:
    """The number of a load that runs from now on. Numbers are never given twice.

    Raises:
        Conflict: another load of the dataset runs, or it was withdrawn or got another contract.
    """
    with database.writing() as connection:
        stands = connection.scalar(sa.select(datasets.c.sha256).where(datasets.c.id == dataset.id, datasets.c.state == "active"))
        if stands != dataset.sha256:
            raise Conflict("Dataset {id!r} was withdrawn or got another contract meanwhile; try again.", id=dataset.id)
        alive = (loads.c.state == "running", loads.c.seen_ms > now_ms - LEASE_MS, loads.c.number.not_in(begun.beside))
        if connection.scalar(sa.select(loads.c.number).where(loads.c.dataset == dataset.id, *alive)) is not None:
            raise Conflict("A load of {id!r} runs already.", id=dataset.id)
        blank = {name: getattr(Ended(), name) for name in ("rows_in", "kept", "folded", "refused", "cells", "said")}
        values = blank | {
            "dataset": dataset.id,
            "object": begun.object,
            "version": begun.version,
            "contract_version": dataset.version,
            "contract_sha256": dataset.sha256,
            "state": "running",
            "details": "{}",
            "cursor_from": begun.cursor_from,
            "cursor_to": begun.cursor_to,
            "started_ms": now_ms,
            "seen_ms": now_ms,
            "ended_ms": 0,
        }
        key = connection.execute(loads.insert().values(values)).inserted_primary_key
        assert key is not None
        return int(key[0])


def renew_load(database: Database, number: int, *, now_ms: int) -> None:
    """Say that the load goes on.

    Raises:
        Conflict: it was taken for dead, or its dataset was withdrawn.
    """
    with database.writing() as connection:
        changed = connection.execute(loads.update().where(loads.c.number == number, loads.c.state == "running").values(seen_ms=now_ms))
        if changed.rowcount != 1:
            raise Conflict("Load {number} was ended by somebody else.", number=number)


def end_load(database: Database, number: int, state: Literal["refused", "failed"], ended: Ended, *, now_ms: int) -> None:
    """What was not taken, and why. Nothing where it was ended before."""
    with database.writing() as connection:
        running = loads.update().where(loads.c.number == number, loads.c.state == "running")
        connection.execute(running.values(state=state, **_values(ended, now_ms)))


def forget_load(database: Database, number: int) -> None:
    """The load was none: its object turned out to be what it was."""
    with database.writing() as connection:
        connection.execute(loads.delete().where(loads.c.number == number, loads.c.state == "running"))


def publish_loads(database: Database, ended: dict[int, Ended], *, now_ms: int, cursor: str | None = None) -> list[int]:
    """Make these loads of one dataset the ones that are read, all at once, with its cursor. Answers the numbers of those they replace.

    Raises:
        Conflict: one of them runs no more.
    """
    with database.writing() as connection:
        replaced = [number for new, line in ended.items() for number in _publish(connection, new, line, now_ms)]
        if cursor is not None:
            names = sa.select(loads.c.dataset).where(loads.c.number.in_(ended))
            connection.execute(datasets.update().where(datasets.c.id.in_(names)).values(cursor=cursor))
        return replaced


def current_loads(database: Database, dataset: str = "") -> dict[str, list[int]]:
    """Numbers of the loads that are read, by dataset."""
    wanted = sa.select(loads.c.dataset, loads.c.number).where(loads.c.state == "current").order_by(loads.c.number)
    found: dict[str, list[int]] = {}
    with database.reading() as connection:
        for name, number in connection.execute(wanted.where(loads.c.dataset == dataset) if dataset else wanted):
            found.setdefault(name, []).append(number)
    return found


def current_objects(database: Database, dataset: str) -> list[str]:
    """Objects of the dataset that are read, under whatever contract, in the order of their names."""
    wanted = sa.select(loads.c.object).where(loads.c.dataset == dataset, loads.c.state == "current").order_by(loads.c.object)
    with database.reading() as connection:
        return list(connection.scalars(wanted))


def known_loads(database: Database, dataset: Dataset) -> dict[str, Load]:
    """By object what stands of it under the contract of now: the current load, or a newer one that was refused."""
    wanted = sa.select(loads).where(
        loads.c.dataset == dataset.id, loads.c.contract_sha256 == dataset.sha256, loads.c.state.in_(("current", "refused"))
    )
    with database.reading() as connection:
        return {row.object: _load(row) for row in connection.execute(wanted.order_by(loads.c.number))}


def list_loads(database: Database, dataset: str, *, most: int = 50, before: int = 0) -> list[Load]:
    """Lines of the dataset, newest first; with ``before`` those of smaller numbers."""
    wanted = sa.select(loads).where(loads.c.dataset == dataset).order_by(loads.c.number.desc()).limit(most)
    with database.reading() as connection:
        return [_load(row) for row in connection.execute(wanted.where(loads.c.number < before) if before else wanted)]


def withdraw_loads(database: Database, dataset: str, *, now_ms: int) -> list[int]:
    """Nothing of the dataset is read from now on, and no line of it counts any more. Answers the numbers of those that were current or
    ran."""
    with database.writing() as connection:
        open_ones = (loads.c.dataset == dataset, loads.c.state.in_(("current", "running")))
        numbers = list(connection.scalars(sa.select(loads.c.number).where(*open_ones)))
        connection.execute(loads.update().where(*open_ones).values(state="withdrawn", ended_ms=now_ms))
        connection.execute(loads.update().where(loads.c.dataset == dataset).values(CLEARED))
        return numbers


def clear_lines(database: Database, dataset: str, *, ended_before_ms: int, numbers: Collection[int] = ()) -> None:
    """What was counted in these loads, and in those that ended before then, goes; that they were, of what and when, stays."""
    over = sa.and_(loads.c.ended_ms > 0, loads.c.ended_ms < ended_before_ms)
    with database.writing() as connection:
        these = (loads.c.dataset == dataset, loads.c.state != "running", sa.or_(over, loads.c.number.in_(list(numbers))))
        connection.execute(loads.update().where(*these, loads.c.details != CLEARED["details"]).values(CLEARED))


def end_dead_loads(database: Database, *, now_ms: int, alive: Collection[int] | None = None) -> list[int]:
    """Mark as failed what runs and has said nothing for LEASE_MS; with ``alive`` all that runs but these. Answers their numbers."""
    running = loads.c.state == "running"
    dead = sa.and_(running, loads.c.seen_ms <= now_ms - LEASE_MS if alive is None else loads.c.number.not_in(list(alive)))
    with database.writing() as connection:
        numbers = list(connection.scalars(sa.select(loads.c.number).where(dead)))
        connection.execute(
            loads.update().where(loads.c.number.in_(numbers)).values(state="failed", ended_ms=now_ms, said=written(DIED, LONGEST_SAID))
        )
        return numbers


def wanted_loads(database: Database) -> set[tuple[str, int]]:
    """Datasets and loads whose rows have a right to be in the store: current ones, and those that run."""
    with database.reading() as connection:
        found = connection.execute(sa.select(loads.c.dataset, loads.c.number).where(loads.c.state.in_(("current", "running"))))
        return {(dataset, number) for dataset, number in found}


def _publish(connection: sa.Connection, number: int, ended: Ended, now_ms: int) -> list[int]:
    row = connection.execute(sa.select(loads).where(loads.c.number == number, loads.c.state == "running")).first()
    if row is None:
        raise Conflict("Load {number} was ended by somebody else.", number=number)
    before = (loads.c.dataset == row.dataset, loads.c.object == row.object, loads.c.state == "current")
    replaced = list(connection.scalars(sa.select(loads.c.number).where(*before)))
    connection.execute(loads.update().where(*before).values(state="replaced"))
    connection.execute(loads.update().where(loads.c.number == number).values(state="current", **_values(ended, now_ms)))
    note(connection, now_ms, "data loaded", f"{row.dataset}: {row.object}")
    return replaced


def _values(ended: Ended, now_ms: int) -> dict[str, Any]:
    values = msgspec.structs.asdict(ended)
    if not ended.version:
        del values["version"]
    return values | {"details": json.dumps(ended.details), "said": written(ended.said, LONGEST_SAID), "ended_ms": now_ms, "seen_ms": now_ms}


def _load(row: sa.Row) -> Load:  # type: ignore[type-arg]
    return Load(**dict(row._mapping) | {"details": json.loads(row.details), "said": read(row.said)})
