"""Whether it lives and whether it is ready: nothing that a single visit would change."""

from datetime import UTC, datetime
from typing import Any

import anyio
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall import __version__
from footfall.serve.house import House
from footfall.serve.waits import complete_minute_ms, in_steps

__all__ = ["ROUTES"]

STORE_SECONDS = 5


@get(["/health", "/api/health", "/api/system/health/ready"])
async def health(house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Live, ready, what waits in the journal, and up to when everything accepted is counted. 503 while not ready."""
    store = "slow"
    with anyio.move_on_after(STORE_SECONDS):
        store = "ok" if await house.in_health_lane(house.desk.engine.alive) else "away"
    ready = house.ready.is_set() and store != "away"
    waiting = await house.in_health_lane(lambda: _waiting(house))
    body = {"live": True, "ready": ready, "store": store} | waiting | {"version": __version__}
    return Response(body, status_code=200 if ready else 503)


@get("/api/system/health/live")
async def live() -> dict[str, bool]:
    """The process answers; nothing is said of the store."""
    return {"live": True}


def _waiting(house: House) -> dict[str, Any]:
    loader = house.desk.loader
    until = datetime.fromtimestamp(complete_minute_ms(loader.complete_until_ms(), house.desk.now()) / 1000, UTC)
    return {
        "waiting": in_steps(len(loader.waiting()), loader.waiting_bytes()),
        "complete_until": until.isoformat(timespec="milliseconds"),
    }


ROUTES = [health, live]
