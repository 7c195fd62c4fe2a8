"""The app: the collector in front, the API behind, one port."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import anyio.to_thread
import structlog
from litestar import Litestar, Request, get
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.response import Response

from footfall import __version__
from footfall.collect.server import PATHS
from footfall.errors import FootfallError
from footfall.serve import answers, imports, sites
from footfall.serve.house import House
from footfall.settings import Settings

__all__ = ["App", "create"]

log = structlog.get_logger()


class App:
    """ASGI: tracker paths go to the collector, everything else to the API."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.house: House | None = None
        self.api = _api(self)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] in PATHS and self.house is not None:
            await self.house.gate.collector(scope, receive, send)
        else:
            await self.api(scope, receive, send)


def create(settings: Settings) -> App:
    """The app of these settings; its lifespan opens and closes everything."""
    return App(settings)


def _api(app: App) -> Litestar:
    @asynccontextmanager
    async def lifespan(api: Litestar) -> AsyncIterator[None]:
        app.house = await anyio.to_thread.run_sync(House, app.settings)
        try:
            yield
        finally:
            house, app.house = app.house, None
            await anyio.to_thread.run_sync(house.close)

    def house() -> House:
        assert app.house is not None
        return app.house

    return Litestar(
        route_handlers=[health, *answers.ROUTES, *sites.ROUTES, *imports.ROUTES],
        dependencies={"house": Provide(house, sync_to_thread=False)},
        lifespan=[lifespan],
        exception_handlers={FootfallError: _known_error, HTTPException: _http_error, Exception: _unknown_error},
        request_max_body_size=None,
        logging_config=None,
    )


@get("/health", sync_to_thread=True)
def health(house: House) -> Response[dict[str, Any]]:
    """Live, ready, what waits in the journal, and up to when everything accepted is counted. 503 while not ready."""
    loader = house.desk.loader
    waiting = loader.waiting()
    store = house.desk.engine.alive()
    ready = house.ready.is_set() and store
    body = {
        "live": True,
        "ready": ready,
        "store": "ok" if store else "away",
        "waiting": {"segments": len(waiting), "bytes": loader.waiting_bytes()},
        "complete_until": datetime.fromtimestamp(loader.complete_until_ms() / 1000, UTC).isoformat(timespec="milliseconds"),
        "version": __version__,
    }
    return Response(body, status_code=200 if ready else 503)


def _known_error(request: Request[Any, Any, Any], error: FootfallError) -> Response[dict[str, str]]:
    headers = {"retry-after": str(error.retry_after_s)} if error.retry_after_s else {}
    return Response(error.as_json(), status_code=error.status, headers=headers)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, str]]:
    codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    sentences = {404: f"Nothing is at {request.url.path}.", 405: f"{request.method} is not valid at {request.url.path}."}
    sentence = sentences.get(error.status_code, str(error.detail))
    return Response({"error": sentence, "code": codes.get(error.status_code, "bad_input")}, status_code=error.status_code)


def _unknown_error(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
    number = secrets.token_hex(4)
    log.error("unexpected error", id=number, kind=type(error).__name__, path=request.url.path, exc_info=error)
    return Response({"error": f"Something went wrong here; the log knows it as {number}.", "code": "error"}, status_code=500)
