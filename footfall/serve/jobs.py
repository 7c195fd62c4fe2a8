"""The jobs room: what is done when it is due, by one of the apps that share a control database.

A thread looks every few seconds. What is due is told by our clock (``now``) from what a job says, never from a timer: after a pause only
the last of several missed runs is made up for. Decision 7 says why there is no scheduler library.
"""

from collections.abc import Callable, Iterable
from itertools import takewhile

import msgspec
import structlog

from footfall.control.runs import Run, claim_run, end_run, last_runs
from footfall.control.transactions import Database
from footfall.errors import FootfallError
from footfall.vocabulary import Clock

__all__ = ["LOOK_S", "MOST_TRIES", "Job", "Jobs", "Stopped", "Waits", "next_of"]

log = structlog.get_logger()
LOOK_S = 5.0
WAIT_MS = 60_000
"""What waits is looked at again."""
PAUSES_MS = tuple(minutes * 60_000 for minutes in (1, 5, 15, 60, 240))
"""After the first error, the second and so on."""
MOST_TRIES = len(PAUSES_MS) + 1
DIED = "The server ended while it was at work, again and again."
OURS = "Something went wrong here; the log says where."


class Waits(FootfallError):
    """A run cannot be made yet, and that is no error; the sentence says what it waits for."""

    code = "waits"


class Stopped(Exception):
    """The server stops while a run is made: the next start takes it up."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is due again and again."""

    name: str
    """In ``runs``: never used for another job."""
    title: str
    """For people: a text of the catalogues."""
    about: str = ""
    """What it is about: a portal's domain, or another name."""
    page: str = ""
    """Path of the page about it; empty: there is none."""
    last_due: Callable[[int], int]
    """The last instant at or before the one given at which it was due, ms; 0 for none."""
    next_due: Callable[[int], int]
    """The first after it; 0 for none: it is done when it is asked for."""
    work: Callable[[int], str]
    """Does it for the instant it was due; answers a sentence where something went wrong beside, else nothing.

    Raises Waits, Stopped, or a FootfallError whose sentence names no person."""


class Jobs:
    """Rounds over the jobs that there are."""

    def __init__(
        self, database: Database, jobs: Callable[[], Iterable[Job]], *, now: Clock, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._database, self._jobs, self._now, self._stopped = database, jobs, now, stopped

    def round(self) -> int:
        """Do what is due and nobody does; how many runs that were.

        Raises:
            Unavailable: the control database is away; the next round goes on.
        """
        runs, made = last_runs(self._database), 0
        for job in takewhile(lambda job: not self._stopped(), self._jobs()):
            due_ms = _wanted(job, runs.get(job.name), self._now())
            run = claim_run(self._database, job.name, due_ms, now_ms=self._now()) if due_ms else None
            if run is not None:
                self._make(job, run)
                made += 1
        return made

    def all(self) -> list[Job]:
        """Every job there is now. Raises Unavailable."""
        return list(self._jobs())

    def _make(self, job: Job, run: Run) -> None:
        if run.tries >= MOST_TRIES:
            end_run(self._database, run, "failed", DIED, now_ms=self._now(), tries=run.tries)
            return
        try:
            said = job.work(run.due_ms)
            end_run(self._database, run, "done", said, now_ms=self._now(), tries=run.tries)
            log.info("job done", job=job.name, due_ms=run.due_ms)
        except Stopped:
            end_run(self._database, run, "waits", now_ms=self._now(), tries=run.tries)
        except Waits as error:
            again_ms = self._now() + WAIT_MS
            end_run(self._database, run, "waits", error.sentence, now_ms=self._now(), again_ms=again_ms, tries=run.tries)
        except FootfallError as error:
            self._fail(run, error.sentence)
        except Exception:
            log.exception("a job met an unexpected error", job=job.name)
            self._fail(run, OURS)

    def _fail(self, run: Run, said: str) -> None:
        tries = run.tries + 1
        log.warning("a job did not succeed", job=run.job, tries=tries, reason=said)
        if tries >= MOST_TRIES:
            end_run(self._database, run, "failed", said, now_ms=self._now(), tries=tries)
        else:
            end_run(self._database, run, "waits", said, now_ms=self._now(), again_ms=self._now() + PAUSES_MS[tries - 1], tries=tries)


def next_of(job: Job, run: Run | None, now_ms: int) -> int:
    """When it runs next, ms: at once where a run is due, else when one is tried again, else when it is due; 0 for never by itself."""
    if run is not None and run.state in ("asked", "waits"):
        return max(run.again_ms, now_ms)
    return now_ms if _wanted(job, run, now_ms) else job.next_due(now_ms)


def _wanted(job: Job, newest: Run | None, now_ms: int) -> int:
    """The instant whose run is to be made now; 0 for none. One that was missed before it is not made up for."""
    due_ms = job.last_due(now_ms)
    if newest is None or newest.due_ms < due_ms:
        return due_ms
    return newest.due_ms if newest.is_takeable(now_ms) else 0
