"""How this home is: what waits, which portals count, what was refused. For operators, and through the gate like everything else."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency

from footfall.privacy import release_count
from footfall.privacy.policy import POLICIES
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize
from footfall.serve.refusals import release_refusals
from footfall.serve.shapes import State
from footfall.store.activity import few_visitor_days, refusals_by_reason
from footfall.store.migrate import waiting_migrations

__all__ = ["ROUTES", "state_of"]

DAY_MS = 86_400_000
LOOKED_BACK_DAYS = 30


def state_of(desk: Desk, portals: tuple[str, ...] = ()) -> State:
    """The state of the home behind ``desk``; ``portals`` narrows it to some domains.

    Raises:
        Unavailable: the store is away.
    """
    now_ms, policy = desk.now(), desk.settings.policy
    return State(
        now_ms=now_ms,
        waiting_segments=len(desk.loader.waiting()),
        waiting_bytes=desk.loader.waiting_bytes(),
        complete_until_ms=desk.loader.complete_until_ms(),
        waiting_migrations=tuple(waiting_migrations(desk.engine)),
        smallest_cohort=POLICIES[policy].smallest_cohort,
        counts=_counts(desk, portals, now_ms, policy),
        refusals={} if portals else _refusals(desk, now_ms, policy),
    )


def _counts(desk: Desk, portals: tuple[str, ...], now_ms: int, policy: str) -> dict[str, bool]:
    found = few_visitor_days(desk.all, since_ms=now_ms - LOOKED_BACK_DAYS * DAY_MS)
    shown = [portal for portal in desk.control.portals() if not portals or portal.domain in portals]
    return {portal.domain: release_count(found.get(portal.id, 0), policy).answer > 0 for portal in shown}


def _refusals(desk: Desk, now_ms: int, policy: str) -> dict[str, int]:
    found = refusals_by_reason(desk.engine, since_ms=now_ms - DAY_MS)
    released = {reason: release_refusals(reason, count, policy) for reason, count in found.items()}
    return {reason: count for reason, count in released.items() if count}


@get("/api/v1/state")
async def show_state(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """What waits, which portals had a whole cohort in 30 days, and what was refused in 24 hours."""
    key = await authorize(house, request, "sites:read")
    return dict(msgspec.to_builtins(await house.in_question_lane(lambda: state_of(house.desk, key.portals))))


ROUTES = [show_state]
