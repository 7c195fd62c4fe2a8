"""Runs of jobs: which of several apps does what is due, how it went, and when it is tried again.

A run is a job and the instant it was due. Its row is written before the work begins, in a transaction of its own: others find it.
"""

from typing import Literal

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.said import read, written
from footfall.control.tables import runs
from footfall.control.transactions import Database

__all__ = ["LEASE_MS", "Run", "State", "ask_run", "claim_run", "end_run", "forget_old_runs", "last_runs"]

State = Literal["asked", "running", "waits", "done", "failed"]
OPEN = ("asked", "running", "waits")
LEASE_MS = 15 * 60_000
"""What still runs after so long is taken for dead: another app takes it up."""
KEPT_MS = 400 * 86_400_000
LONGEST_SAID = 500


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A job at one of the instants it was due."""

    job: str
    due_ms: int
    state: State
    """``asked``: somebody wants it now. ``waits``: it is tried again. ``done`` and ``failed`` are final."""
    tries: int
    """That ended in an error."""
    said: str
    """A Sentence: why it waits or failed, or what went wrong beside."""
    changed_ms: int
    again_ms: int
    """When it may be taken up again."""

    def is_takeable(self, now_ms: int) -> bool:
        """Whether an app may take it up now."""
        return self.state in OPEN and self.again_ms <= now_ms


def last_runs(database: Database) -> dict[str, Run]:
    """The newest run of each job."""
    newest = sa.select(runs.c.job, sa.func.max(runs.c.due_ms).label("due_ms")).group_by(runs.c.job).subquery()
    wanted = sa.select(runs).join(newest, sa.and_(runs.c.job == newest.c.job, runs.c.due_ms == newest.c.due_ms))
    with database.reading() as connection:
        return {row.job: _run(row) for row in connection.execute(wanted)}


def claim_run(database: Database, job: str, due_ms: int, *, now_ms: int) -> Run | None:
    """The run, from now on this app's; ``None`` where another has it, had it, or where it is to wait."""
    with database.writing() as connection:
        found = _find(connection, job, due_ms)
        if found is not None and not found.is_takeable(now_ms):
            return None
        tries = found.tries + (found.state == "running") if found else 0
        return _put(
            connection, Run(job=job, due_ms=due_ms, state="running", tries=tries, said="", changed_ms=now_ms, again_ms=now_ms + LEASE_MS)
        )


def end_run(database: Database, run: Run, state: State, said: str = "", *, now_ms: int, again_ms: int = 0, tries: int = 0) -> None:
    """How the run went. Nothing where its job was removed meanwhile, or another app has taken it up."""
    with database.writing() as connection:
        found = _find(connection, run.job, run.due_ms)
        if found == run:
            _put(
                connection,
                msgspec.structs.replace(
                    run, state=state, said=written(said, LONGEST_SAID), changed_ms=now_ms, again_ms=again_ms, tries=tries
                ),
            )


def ask_run(database: Database, job: str, *, now_ms: int) -> None:
    """Have the job done as soon as an app looks: the run that waits or failed once more, else another that is due now."""
    with database.writing() as connection:
        newest = connection.execute(sa.select(runs).where(runs.c.job == job).order_by(runs.c.due_ms.desc()).limit(1)).first()
        before = _run(newest) if newest else None
        if before and before.state == "running" and before.again_ms > now_ms:
            return
        due_ms = before.due_ms if before and before.state != "done" else max(now_ms, before.due_ms + 1 if before else 0)
        _put(connection, Run(job=job, due_ms=due_ms, state="asked", tries=0, said="", changed_ms=now_ms, again_ms=0))
        note(connection, now_ms, "job asked for", job)


def forget_old_runs(database: Database, *, now_ms: int) -> None:
    """Take out runs that were due more than 400 days ago."""
    with database.writing() as connection:
        connection.execute(runs.delete().where(runs.c.due_ms < now_ms - KEPT_MS))


def _find(connection: sa.Connection, job: str, due_ms: int) -> Run | None:
    row = connection.execute(sa.select(runs).where(runs.c.job == job, runs.c.due_ms == due_ms)).first()
    return _run(row) if row else None


def _put(connection: sa.Connection, run: Run) -> Run:
    connection.execute(runs.delete().where(runs.c.job == run.job, runs.c.due_ms == run.due_ms))
    connection.execute(runs.insert().values(msgspec.structs.asdict(run)))
    return run


def _run(row: sa.Row) -> Run:  # type: ignore[type-arg]
    return Run(**dict(row._mapping) | {"said": read(row.said)})
