"""The jobs of closing days: one a portal group, forty minutes after the last of its midnights."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

import structlog

from footfall.collect.days import day_span
from footfall.serve.closing import Closer
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Waits
from footfall.serve.ledgers import open_ledger
from footfall.serve.pages.job_words import CLOSE
from footfall.serve.retention import AFTER_MIDNIGHT_MS, last_day_over
from footfall.serve.secret import Signer
from footfall.store.activity import last_import_ms
from footfall.vocabulary import Portal

__all__ = ["IMPORTING", "MORE", "NOT_LOADED", "PART", "closer_of", "closing_jobs", "job_name"]

log = structlog.get_logger()
HALF_DAY_MS = 43_200_000
AT_ONCE_MS = 120_000
"""Other jobs wait for so long at most, and for one day's close."""
QUIET_MS = 60_000
NOT_LOADED = "It waits until every event of the day is counted."
IMPORTING = "It waits for the import of history to end."
PART = "Some numbers of a day that was closed are missing for good; `footfall close --day` says which."
MORE = "Older days are left to close; it goes on in a minute."


def closing_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """A job for each portal group. Raises Unavailable where the control database is away."""
    return [_job(desk, stopped, group, portals) for group, portals in closer_of(desk).groups().items()]


def closer_of(desk: Desk, stopped: Callable[[], bool] = lambda: False) -> Closer:
    """What closes the days of this home."""
    ledger = open_ledger(desk.settings, desk.control)
    sealed = desk.sealed.engine if desk.sealed else None
    return Closer(desk.control, desk.engine, ledger, now=desk.now, random=secrets.token_bytes, stopped=stopped, sealed=sealed)


def job_name(group: str) -> str:
    """Short, whatever the group is called."""
    return f"close {hashlib.sha256(group.encode()).hexdigest()[:16]}"


def _job(desk: Desk, stopped: Callable[[], bool], group: str, portals: tuple[Portal, ...]) -> Job:
    return Job(
        name=job_name(group),
        title=CLOSE,
        about=group,
        page="/desk/days",
        last_due=partial(_last_due, portals),
        next_due=partial(_next_due, portals),
        work=partial(_close, desk, stopped, group),
    )


def _close(desk: Desk, stopped: Callable[[], bool], group: str, due_ms: int) -> str:
    began_ms = desk.now()
    if desk.loader.complete_until_ms() < min(due_ms, began_ms) or (desk.sealed and not desk.sealed.is_loaded()):
        raise Waits(NOT_LOADED)
    if 0 <= began_ms - last_import_ms(desk.engine) < QUIET_MS:
        raise Waits(IMPORTING)
    closer, states = closer_of(desk, stopped), set()
    for day in closer.due(group):
        if desk.now() - began_ms > AT_ONCE_MS:
            raise Waits(MORE)
        closed = closer.close(group, day)
        log.info("day closed", group=group, day=str(day), state=closed.state, drawn=closed.drawn)
        states.add(closed.state)
    return PART if "part" in states else ""


def _last_due(portals: Iterable[Portal], now_ms: int) -> int:
    """When the newest day was over that is: the last of its midnights, and the time that visits go on."""
    return max(_end_ms(portal, last_day_over(portals, now_ms), now_ms) for portal in portals) + AFTER_MIDNIGHT_MS


def _next_due(portals: Iterable[Portal], now_ms: int) -> int:
    later_ms = _last_due(portals, now_ms)
    return next(due for days in range(1, 9) if (due := _last_due(portals, now_ms + days * HALF_DAY_MS)) > later_ms)


def _end_ms(portal: Portal, day: date, now_ms: int) -> int:
    """The midnight that ends the day; it is yesterday, or the day before where others are behind."""
    begins_ms, _, today = day_span(portal.timezone, now_ms)
    while date.fromisoformat(today) > day:
        ends_ms = begins_ms
        begins_ms, _, today = day_span(portal.timezone, begins_ms - 1)
    return ends_ms
