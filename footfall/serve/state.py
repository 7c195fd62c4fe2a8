"""How this home is: what waits, when each portal last counted something, what was refused. For operators; no answer to a question."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency

from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize
from footfall.store.activity import last_events, refusals_by_reason
from footfall.store.migrate import waiting_migrations

__all__ = ["ROUTES", "State", "state_of"]

DAY_MS = 86_400_000
LOOKED_BACK_DAYS = 30


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What ``footfall doctor`` looks at; times are milliseconds since 1970."""

    now_ms: int
    waiting_segments: int
    waiting_bytes: int
    complete_until_ms: int
    """Every event accepted before is counted."""
    waiting_migrations: tuple[str, ...]
    last_events: dict[str, int | None]
    """By domain, in the order of ids: start of the five minutes of its last event, ``None`` without one in 30 days."""
    refusals: dict[str, int]
    """Of the last 24 hours by reason, most first."""


def state_of(desk: Desk, portals: tuple[str, ...] = ()) -> State:
    """The state of the home behind ``desk``; ``portals`` narrows the last events to some domains.

    Raises:
        Unavailable: the store is away.
    """
    now_ms = desk.now()
    seen = last_events(desk.engine, since_ms=now_ms - LOOKED_BACK_DAYS * DAY_MS)
    domains = {portal.domain: seen.get(portal.id) for portal in desk.control.portals() if not portals or portal.domain in portals}
    return State(
        now_ms=now_ms,
        waiting_segments=len(desk.loader.waiting()),
        waiting_bytes=desk.loader.waiting_bytes(),
        complete_until_ms=desk.loader.complete_until_ms(),
        waiting_migrations=tuple(waiting_migrations(desk.engine)),
        last_events=domains,
        refusals=refusals_by_reason(desk.engine, since_ms=now_ms - DAY_MS),
    )


@get("/api/v1/state")
async def show_state(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """What waits, when each portal last counted something, what was refused in 24 hours."""
    key = await authorize(house, request, "sites:read")
    return dict(msgspec.to_builtins(await house.in_question_lane(lambda: state_of(house.desk, key.portals))))


ROUTES = [show_state]
