"""Run the servers: ``footfall up`` (everything) and ``footfall collect`` (a collector apart)."""

import asyncio
import gc
import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn

from footfall.collect.server import PATHS
from footfall.serve.app import App, create
from footfall.serve.error_answers import send_json
from footfall.serve.house import Gate, open_gate
from footfall.serve.keys import LocalToken
from footfall.serve.lane import Lane, LaneProtocol
from footfall.serve.log import log_to_stderr
from footfall.settings import Settings

__all__ = ["run_app", "run_collector"]

Started = Callable[[str], None]
STOP_SECONDS = 20
"""How long requests under way may take to end."""
MOST_FILES = 65_536
GC_THRESHOLD, SWITCH_S = (50_000, 20, 50), 0.001


def run_app(settings: Settings, started: Started | None = None) -> None:
    """Serve until SIGTERM or SIGINT; then seal the journal, load it, and stop. ``started(url)`` is called once when it answers.

    Raises:
        FootfallError: something cannot be opened; the sentence says what.
    """
    log_to_stderr(settings.log_level)
    app = create(settings)
    app.open()
    announcement = _Announcement(settings.home_path / "run.json", started)
    try:
        _serve(app, settings, announcement.put)
    finally:
        announcement.remove()
        app.close()


def run_collector(settings: Settings, started: Started | None = None) -> None:
    """A collector apart: takes events into the home's journal folder; an app on the same folder loads them. Otherwise as ``run_app``."""
    log_to_stderr(settings.log_level)
    gate = open_gate(settings)
    try:
        _serve(_Apart(gate), settings, started)
    finally:
        gate.close()
        gate.control.close()


class _Announcement:
    """``run.json``: where this server answers and the secret of this machine's command line."""

    def __init__(self, path: Path, started: Started | None) -> None:
        self.path, self.started = path, started

    def put(self, url: str) -> None:
        content = json.dumps({"pid": os.getpid(), "url": url, "token": LocalToken.value})
        temporary = self.path.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(content)
        temporary.rename(self.path)
        if self.started:
            threading.Thread(target=self.started, args=(url,), daemon=True).start()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def _ask_for_files() -> None:
    """Let this process hold as many connections as it may: browsers that keep theirs open must not shut others out."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _favour_requests() -> None:
    """Let nothing in this process hold a request up for long.

    What is loaded by now stays, so the garbage collector never looks through it again, and at the rest seldom: requests leave few cycles.
    A thread that computes (the loader) gives the interpreter up after 1 ms instead of 5: a request asks for it several times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    sys.setswitchinterval(SWITCH_S)


def _serve(app: "App | _Apart", settings: Settings, started: Started | None) -> None:
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

    def __init__(self, config: uvicorn.Config, app: "App | _Apart", told: Started | None) -> None:
        super().__init__(config)
        self._app, self._told = app, told

    async def shutdown(self, sockets: Any = None) -> None:
        self._app.stop_soon()
        await super().shutdown(sockets)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        _favour_requests()
        if self.started and self._told:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._told(f"http://{self.config.host}:{port}")


class _Apart:
    """ASGI app of a collector apart, on a gate that is open."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self.lane = Lane(lambda: gate.collector)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] in PATHS:
            await self._gate.collector(scope, receive, send)
        elif scope["path"] in ("/health", "/api/health"):
            waiting = await asyncio.to_thread(self._gate.waiting)
            await send_json(send, 200, {"live": True, "ready": True, "waiting": waiting})
        else:
            await send_json(send, 404, {"error": "Nothing is here but a collector.", "code": "not_found"})

    def stop_soon(self) -> None:
        """Nothing here runs long."""

    async def _live(self, receive: Any, send: Any) -> None:
        """Keep the gate's house from the server's start to its end."""
        await receive()
        keeping = asyncio.create_task(self._gate.keep_house())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        await send({"type": "lifespan.shutdown.complete"})
