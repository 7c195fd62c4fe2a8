"""The jobs of datasets: each is loaded when its contract says so, and once a day what is too old goes."""

from collections.abc import Callable
from functools import partial

from footfall.control.audit import acting_as
from footfall.errors import Conflict, Unavailable
from footfall.sentences import NOTHING, Sentence
from footfall.serve.home import salt_folder
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Stopped, Waits
from footfall.serve.loading_sources import Sources
from footfall.serve.pages.job_words import LOAD, TIDY_DATASETS
from footfall.serve.secret import Signer
from footfall.serve.source_acts import forget_old
from footfall.serve.source_schedule import last_due, next_due
from footfall.serve.tools_of_sources import sources_of
from footfall.serve.uploads import clear_uploads
from footfall.sources.contract import Contract

__all__ = ["NOT_ALL", "job_of", "source_jobs"]

DAY_MS, TIDY_AT_MS = 86_400_000, 3 * 3_600_000 + 20 * 60_000
SCHEDULE = "schedule"
"""Who loads, in the audit log."""
NOT_ALL = "{not_taken} of {all} objects were not taken. The page of the dataset says which and why."


def job_of(id: str) -> str:
    """The name of the job that loads the dataset."""
    return f"load {id}"


def source_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """A job for each dataset that has a source, and one that deletes what is old; none where there is no tmpfs to read files in.

    Raises:
        Unavailable: the control database is away.
    """
    if salt_folder(desk.settings) is None:
        return []
    sources = sources_of(desk)
    tidy = Job(
        name="tidy datasets",
        title=TIDY_DATASETS,
        last_due=partial(_last_tidy, desk.began_ms),
        next_due=lambda now_ms: (now_ms - TIDY_AT_MS) // DAY_MS * DAY_MS + DAY_MS + TIDY_AT_MS,
        work=partial(_tidy, sources, desk),
    )
    found = ((dataset, sources.tools.read_contract(dataset.contract)) for dataset in sources.datasets() if dataset.state == "active")
    return [tidy, *(_job(sources, contract, dataset.changed_ms, stopped) for dataset, contract in found if contract.source)]


def _job(sources: Sources, contract: Contract, changed_ms: int, stopped: Callable[[], bool]) -> Job:
    return Job(
        name=job_of(contract.id),
        title=LOAD,
        about=contract.id,
        page=f"/datasets/{contract.id}",
        last_due=partial(last_due, contract, since_ms=changed_ms),
        next_due=partial(next_due, contract),
        work=partial(_load, sources, contract.id, stopped),
    )


def _load(sources: Sources, id: str, stopped: Callable[[], bool], due_ms: int) -> str:
    def progress(step: str, rows: int) -> None:
        if stopped():
            raise Unavailable("The server stopped while it was read; it is read again.")

    with acting_as(SCHEDULE):
        try:
            loaded = sources.load(id, progress)
        except Conflict as error:
            raise Waits(error.sentence) from None
    if stopped():
        raise Stopped
    not_taken = sum(line.state in ("refused", "failed") for line in loaded.lines)
    return Sentence(NOT_ALL, not_taken=not_taken, all=len(loaded.lines) + len(loaded.unchanged)) if not_taken else NOTHING


def _tidy(sources: Sources, desk: Desk, due_ms: int) -> str:
    with acting_as(SCHEDULE):
        clear_uploads(sources.folder)
        sources.mend()
        forget_old(sources, desk.now())
    return NOTHING


def _last_tidy(began_ms: int, now_ms: int) -> int:
    """Every night, and after a start: what a killed process left behind goes then."""
    return max((now_ms - TIDY_AT_MS) // DAY_MS * DAY_MS + TIDY_AT_MS, began_ms)
