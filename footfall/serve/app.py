"""The app: the collector in front, the API behind, one port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio.to_thread
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.exceptions import NotFoundException

from footfall.collect.server import PATHS
from footfall.serve import (
    aggregates,
    answers,
    answers_paths,
    answers_v1,
    attacking,
    candidates,
    content,
    content_sources,
    datasets,
    flows,
    health,
    imports,
    interest_routes,
    loyalty,
    me,
    measures,
    open_data,
    openapi,
    participation,
    placements,
    reach,
    recommend,
    sites,
    state,
    targets,
    trends,
    verifying,
    webhooks,
)
from footfall.serve.alerting.jobs import alert_jobs
from footfall.serve.bare_answers import send_json
from footfall.serve.closing_jobs import closing_jobs
from footfall.serve.content_jobs import content_jobs
from footfall.serve.error_answers import HANDLERS
from footfall.serve.house import Desk, House, MakeLearner
from footfall.serve.jobs import Job
from footfall.serve.lane import Lane
from footfall.serve.learner import CatalogueLearner
from footfall.serve.mail.sending import mail_jobs
from footfall.serve.pages import routes as pages
from footfall.serve.pages.faults import lost
from footfall.serve.secret import Signer
from footfall.serve.source_jobs import source_jobs
from footfall.serve.target_jobs import target_jobs
from footfall.serve.trend_jobs import series_jobs, trend_jobs
from footfall.serve.webhook_jobs import webhook_jobs
from footfall.settings import Settings

__all__ = ["App", "create"]

MOST_BODY_BYTES = 10_000_000
NOT_PACKED = ["^/static/", "/live$", "/xlsx$"]
"""Packed already, or written as it comes."""
LISTS = "/api/v1/placements/"
STOPPING = {"error": "The server is stopping or starting; try again.", "code": "unavailable"}


class App:
    """ASGI: tracker paths go to the collector, everything else to the API."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.learner: MakeLearner = CatalogueLearner
        self.house: House | None = None
        self.api = _api(self)
        self.lane = Lane(lambda: self.house.gate.collector if self.house else None)

    def open(self) -> None:
        """Open everything, unless it is open. Blocks; raises FootfallError with a sentence where something cannot be had."""
        if self.house is None:
            self.house = House(self.settings, all_jobs, reading_jobs, self.learner)

    def stop_soon(self) -> None:
        """Let what runs long end at its next step; ``close`` follows when it has."""
        if self.house is not None:
            self.house.stopping.set()

    def close(self) -> None:
        """Seal, load and close everything, if it is open. Blocks."""
        house, self.house = self.house, None
        if house is not None:
            house.close()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] not in PATHS:
            await self.api(_as_get(scope), receive, send)
        elif self.house is None:
            await send_json(send, 503, STOPPING, ((b"retry-after", b"5"),))
        else:
            await self.house.gate.collector(scope, receive, send)


def _as_get(scope: Any) -> Any:
    """A list that is asked for with HEAD is made as with GET: uvicorn, which still knows the method, leaves its body out."""
    is_list = scope["type"] == "http" and scope["method"] == "HEAD" and scope["path"].startswith(LISTS)
    return scope | {"method": "GET"} if is_list else scope


def all_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """Every job but what reads from elsewhere; what takes long comes last. Raises Unavailable where the control database is away."""
    made = (trend_jobs, mail_jobs, webhook_jobs, target_jobs, alert_jobs, closing_jobs)
    return [job for jobs in made for job in jobs(desk, signer, stopped)]


def reading_jobs(desk: Desk, signer: Signer, stopped: Callable[[], bool]) -> list[Job]:
    """What is read from elsewhere, the city's datasets and portals' content, and past days' series. Raises as ``all_jobs``."""
    return [job for jobs in (source_jobs, content_jobs, series_jobs) for job in jobs(desk, signer, stopped)]


def create(settings: Settings) -> App:
    """The app of these settings; its lifespan opens and closes everything."""
    return App(settings)


def _api(app: App) -> Litestar:
    @asynccontextmanager
    async def lifespan(api: Litestar) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(app.open)
        assert app.house is not None
        api.state.house = app.house
        keeping = asyncio.create_task(app.house.gate.keep_house())
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
            await anyio.to_thread.run_sync(app.close)

    def house() -> House:
        assert app.house is not None
        return app.house

    of_data = (open_data, reach, datasets, measures, targets)
    of_content = (content, content_sources, interest_routes, recommend, placements, candidates, webhooks, me)
    of_paths = (flows, loyalty, participation, trends)
    asked = (health, answers, answers_paths, answers_v1, aggregates, *of_paths, *of_data, *of_content)
    rooms = (*asked, sites, imports, state, verifying, attacking, openapi, pages)
    return Litestar(
        route_handlers=[route for room in rooms for route in room.ROUTES],
        dependencies={"house": Provide(house, sync_to_thread=False)},
        lifespan=[lifespan],
        exception_handlers={**HANDLERS, NotFoundException: lost},
        request_max_body_size=MOST_BODY_BYTES,
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=6, minimum_size=1000, exclude=NOT_PACKED),
        openapi_config=None,
        logging_config=None,
    )
