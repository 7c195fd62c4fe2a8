"""Whether it lives and whether it is ready: nothing that a single visit would change."""

from typing import Any

import anyio
from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall import __version__
from footfall.serve.house import House

__all__ = ["ROUTES"]

STORE_SECONDS = 5


@get(["/health", "/api/health", "/api/system/health/ready"])
async def health(house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Live and ready, and whether the store answers. 503 while not ready. Needs no key, so it says nothing of what waits in the journal."""
    store = "slow"
    with anyio.move_on_after(STORE_SECONDS):
        store = "ok" if await house.in_health_lane(house.desk.engine.alive) else "away"
    ready = house.ready.is_set() and store != "away"
    body = {"live": True, "ready": ready, "store": store, "version": __version__}
    return Response(body, status_code=200 if ready else 503)


@get("/api/system/health/live")
async def live() -> dict[str, bool]:
    """The process answers; nothing is said of the store."""
    return {"live": True}


ROUTES = [health, live]
