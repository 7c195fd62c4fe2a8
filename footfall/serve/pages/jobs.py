"""What is done by itself, for admins of all portals: when it ran, when it runs next, what went wrong; and to have it done now."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Response

from footfall.control.runs import Run, ask_run, last_runs
from footfall.errors import NotFound
from footfall.serve.house import House
from footfall.serve.jobs import MOST_TRIES, Job, next_of
from footfall.serve.pages.frame import render
from footfall.serve.pages.language import N_
from footfall.serve.sign_in import fields_of, in_thread, require, signed_in

__all__ = ["BEHIND", "STATE_NAMES", "JobLine", "job_lines"]

STATE_NAMES = {
    "asked": N_("asked for"),
    "running": N_("is at work"),
    "waits": N_("waits"),
    "done": N_("done"),
    "failed": N_("given up"),
}


class JobLine(msgspec.Struct, frozen=True, kw_only=True):
    """A job with how it stands; instants in UTC."""

    job: Job
    run: Run | None
    """Its newest; ``None`` if it never ran."""
    ran: datetime | None
    next: datetime | None
    """``None``: it is done when it is asked for."""


def job_lines(house: House) -> list[JobLine]:
    """All jobs in their order. Raises Unavailable."""
    now_ms, runs = house.desk.now(), last_runs(house.desk.control)
    return [_line(job, runs.get(job.name), now_ms) for job in _all(house)]


def _all(house: House) -> list[Job]:
    return [*house.jobs.all(), *house.loads.all()]


def _line(job: Job, run: Run | None, now_ms: int) -> JobLine:
    ran = datetime.fromtimestamp(run.changed_ms / 1000, UTC) if run else None
    next_ms = next_of(job, run, now_ms)
    return JobLine(job=job, run=run, ran=ran, next=datetime.fromtimestamp(next_ms / 1000, UTC) if next_ms else None)


@get("/jobs")
async def show_jobs(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Every job."""
    require(await signed_in(house, request), "admin")
    lines = await in_thread(lambda: job_lines(house))
    return render(request, "jobs.html", lines=lines, states=STATE_NAMES, most_tries=MOST_TRIES, asked=request.query_params.get("asked", ""))


@post("/jobs", status_code=303)
async def run_job(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Have a job done now: by whichever app looks first."""
    require(await signed_in(house, request), "admin")
    name = (await fields_of(request)).get("name", "")

    def work() -> None:
        if name not in {job.name for job in _all(house)}:
            raise NotFound("There is no such job any more.")
        ask_run(house.desk.control, name, now_ms=house.desk.now())

    await in_thread(work)
    return Redirect("/jobs?asked=1", status_code=303)


BEHIND = [show_jobs, run_job]
