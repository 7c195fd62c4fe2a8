"""Run the servers: ``footfall up`` (everything) and ``footfall collect`` (a collector apart)."""

import asyncio
import gc
import json
import os
import resource
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from footfall.collect.server import PATHS
from footfall.serve.app import App, create
from footfall.serve.error_answers import send_json
from footfall.serve.house import Gate, open_gate
from footfall.serve.keys import LocalToken
from footfall.serve.log import log_to_stderr
from footfall.settings import Settings

__all__ = ["run_app", "run_collector"]

Started = Callable[[str], None]
STOP_SECONDS, LOOK_SECONDS = 20, 0.02
"""How long requests under way may take to end; how often to look whether the server answers."""
MOST_FILES, OWN_FILES = 65_536, 200
GC_THRESHOLD, SWITCH_S = (50_000, 20, 50), 0.001


def run_app(settings: Settings, started: Started | None = None) -> None:
    """Serve until SIGTERM or SIGINT; then seal the journal, load it, and stop. ``started(url)`` is called once when it answers.

    Raises:
        FootfallError: something cannot be opened; the sentence says what.
    """
    log_to_stderr(settings.log_level)
    app = create(settings)
    app.open()
    try:
        _serve(app, settings, _Announcement(settings.home_path / "run.json", started))
    finally:
        app.close()


def run_collector(settings: Settings, started: Started | None = None) -> None:
    """A collector apart: takes events into the home's journal folder; an app on the same folder loads them. Otherwise as ``run_app``."""
    log_to_stderr(settings.log_level)
    gate = open_gate(settings)
    try:
        uvloop.run(_serve_apart(gate, settings, started))
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


async def _serve_apart(gate: Gate, settings: Settings, started: Started | None) -> None:
    """Until SIGTERM or SIGINT, and then until what is under way is answered. Granian, in this process: half of uvicorn's CPU a request."""
    host, port, held = _reserved(settings)
    server = Server(
        _Apart(gate),
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=_most_connections(),
        log_enabled=False,
    )
    serving, keeping = asyncio.create_task(server.serve()), asyncio.create_task(gate.keep_house())
    telling = asyncio.create_task(_tell(host, port, started))
    loop = asyncio.get_running_loop()

    def stop() -> None:
        loop.call_soon(server.stop)
        loop.call_later(STOP_SECONDS, serving.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    _favour_requests()
    with held, suppress(asyncio.CancelledError):
        await serving
    telling.cancel()
    keeping.cancel()
    with suppress(asyncio.CancelledError):
        await keeping


def _reserved(settings: Settings) -> tuple[str, int, socket.socket]:
    """Address and port to listen on, and a socket that keeps the port ours until Granian has it. It listens not, so it gets nothing."""
    family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    held = socket.socket(family, kind, protocol)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(address)
    host, port = held.getsockname()[:2]
    return str(host), int(port), held


async def _tell(host: str, port: int, started: Started | None) -> None:
    """Call ``started`` with the address once somebody answers there."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            break
        await asyncio.sleep(LOOK_SECONDS)
    if started:
        started(f"http://{host}:{port}")


def _most_connections() -> int:
    """As many as this process may have files, after asking for more, but some that the journal needs.

    TRICKY: Granian accepts no more than this, idle ones included, and 1024 unless told: browsers that keep theirs open shut others out.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return max(soft - OWN_FILES, OWN_FILES) if soft != resource.RLIM_INFINITY else MOST_FILES


def _favour_requests() -> None:
    """Let nothing in this process hold a request up for long.

    What is loaded by now stays, so the garbage collector never looks through it again, and at the rest seldom: requests leave few cycles.
    A thread that computes (the loader) gives the interpreter up after 1 ms instead of 5: a request asks for it several times.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    sys.setswitchinterval(SWITCH_S)


def _serve(app: Any, settings: Settings, announcement: _Announcement | None) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = _Server(config, announcement)

    def stop(number: int, frame: object) -> None:
        server.should_exit = True

    # While it runs uvicorn handles these itself, and raises a captured one again once it has stopped: by then there is nothing to stop.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        server.run()
    finally:
        if announcement:
            announcement.remove()
    if not server.started:
        raise SystemExit(1)


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, announcement: _Announcement | None) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def shutdown(self, sockets: Any = None) -> None:
        if isinstance(self.config.app, App):
            self.config.app.stop_soon()
        await super().shutdown(sockets)

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        _favour_requests()
        if self.started and self._announcement:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._announcement.put(f"http://{self.config.host}:{port}")


class _Apart:
    """ASGI app of a collector apart, on a gate that is open."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        if scope["path"] in PATHS:
            return self._gate.collector(scope, receive, send)
        if scope["path"] in ("/health", "/api/health"):
            return self._health(send)
        return send_json(send, 404, {"error": "Nothing is here but a collector.", "code": "not_found"})

    async def _health(self, send: Any) -> None:
        waiting = await asyncio.to_thread(self._gate.waiting)
        await send_json(send, 200, {"live": True, "ready": True, "waiting": waiting})
