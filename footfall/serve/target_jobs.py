"""Once a day every target is looked at: a state that became another is kept, for whoever tells of it."""

from collections.abc import Callable
from functools import partial

from footfall.control.audit import acting_as
from footfall.control.targets import list_targets, note_state
from footfall.sentences import NOTHING
from footfall.serve.house import Desk
from footfall.serve.jobs import Job, Stopped
from footfall.serve.pages.job_words import LOOK_AT_TARGETS
from footfall.serve.secret import Signer
from footfall.serve.target_progress import progress_of
from footfall.serve.target_series import Histories

__all__ = ["look_at_targets", "target_jobs"]

DAY_MS, LOOK_AT_MS = 86_400_000, 4 * 3_600_000
"""At four in the morning, UTC: yesterday is over and counted in most of the world's cities."""
SCHEDULE = "schedule"


def target_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """The job, where there is a target. Raises Unavailable where the control database is away."""
    if not list_targets(desk.control):
        return []
    return [
        Job(
            name="look at targets",
            title=LOOK_AT_TARGETS,
            last_due=lambda now_ms: (now_ms - LOOK_AT_MS) // DAY_MS * DAY_MS + LOOK_AT_MS,
            next_due=lambda now_ms: (now_ms - LOOK_AT_MS) // DAY_MS * DAY_MS + DAY_MS + LOOK_AT_MS,
            work=partial(_look, desk, stopped),
        )
    ]


def look_at_targets(desk: Desk, stopped: Callable[[], bool] = lambda: False) -> int:
    """Keep the state of every target now; how many became another.

    Raises:
        Stopped: the server stops meanwhile.
        Unavailable: the store or the control database is away.
    """
    portals, changed = {portal.id: portal for portal in desk.control.portals()}, 0
    histories: dict[int, Histories] = {}
    for found in list_targets(desk.control):
        portal = portals.get(found.target.site)
        if stopped():
            raise Stopped
        if portal is None:
            continue
        known = histories.setdefault(portal.id, Histories(desk, portal))
        told = progress_of(desk, portal, found, known)
        chance = told.outlook.chance if told.outlook else None
        changed += note_state(desk.control, found, told.state, period=told.last.isoformat(), chance=chance, now_ms=desk.now())
    return changed


def _look(desk: Desk, stopped: Callable[[], bool], due_ms: int) -> str:
    with acting_as(SCHEDULE):
        look_at_targets(desk, stopped)
    return NOTHING
