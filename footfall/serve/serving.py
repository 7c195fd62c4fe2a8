"""uvicorn as both servers use it: one process, a port, the fast lane, and an end in peace."""

import gc
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, Protocol

import uvicorn

from footfall.serve.lane import LaneProtocol
from footfall.settings import Settings

__all__ = ["Served", "Started", "favour_requests", "serve"]

Started = Callable[[str], None]
STOP_SECONDS = 20
"""How long requests under way may take to end."""
MOST_FILES = 65_536
GC_THRESHOLD, SWITCH_S = (50_000, 20, 50), 0.0002


class Served(Protocol):
    """An ASGI app that is told when the end is near."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None: ...

    def stop_soon(self) -> None:
        """Let what runs long end at its next step."""
        ...


def _ask_for_files() -> None:
    """Let this process hold as many connections as it may: browsers that keep theirs open must not shut others out."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def favour_requests() -> None:
    """Let nothing in this process hold a request up for long.

    What is loaded by now stays, so the garbage collector never looks through it again, and at the rest seldom: requests leave few cycles.
    A thread that computes (the loader) gives the interpreter up after 0.2 ms instead of 5: a request asks for it several times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    sys.setswitchinterval(SWITCH_S)


def serve(app: Served, settings: Settings, started: Started | None) -> None:
    """Serve ``app`` until SIGTERM or SIGINT. ``started(url)`` is called once it listens."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=LaneProtocol,
        interface="asgi3",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config, app, started)

    def stop(number: int, frame: object) -> None:
        server.should_exit = True

    # While it runs uvicorn handles these itself, and raises a captured one again once it has stopped: by then there is nothing to stop.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    _ask_for_files()
    server.run()
    if not server.started:
        raise SystemExit(1)


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, app: Served, told: Started | None) -> None:
        super().__init__(config)
        self._app, self._told = app, told

    async def shutdown(self, sockets: Any = None) -> None:
        self._app.stop_soon()
        await super().shutdown(sockets)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        favour_requests()
        if self.started and self._told:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._told(f"http://{self.config.host}:{port}")
