"""Run the servers: ``footfall up`` (everything) and ``footfall collect`` (a collector apart)."""

import asyncio
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from footfall.collect.server import PATHS
from footfall.errors import FootfallError
from footfall.serve.app import create
from footfall.serve.house import Gate, log, open_gate
from footfall.serve.keys import LocalToken
from footfall.settings import Settings

__all__ = ["run_app", "run_collector", "running_server"]

HOUSEKEEPING_S = 5.0


def run_app(settings: Settings, started: Any = None) -> None:
    """Serve until SIGTERM or SIGINT; then seal the journal, load it, and stop. ``started(url)`` is called once when it answers."""
    _log_to_stderr(settings.log_level)
    app = create(settings)
    _serve(app, settings, _Announcement(settings.home_path / "run.json", started))


def run_collector(settings: Settings) -> None:
    """A collector apart: takes events into the home's journal folder; an app on the same folder loads them."""
    _log_to_stderr(settings.log_level)
    _serve(_Apart(settings), settings, None)


class _Announcement:
    """``run.json``: where this server answers and the secret of this machine's command line."""

    def __init__(self, path: Path, started: Any) -> None:
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


def running_server(home: Path) -> dict[str, Any] | None:
    """What ``run.json`` says, if its process still lives."""
    try:
        found = json.loads((home / "run.json").read_text(encoding="utf-8"))
        os.kill(int(found["pid"]), 0)
    except (OSError, ValueError, KeyError):
        return None
    return dict(found)


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
        timeout_graceful_shutdown=20,
    )
    server = _Server(config, announcement)
    # uvicorn raises a captured signal again once it has stopped; by then there is nothing left to interrupt.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: None)
    server.run()
    if announcement:
        announcement.remove()
    if not server.started:
        raise SystemExit(1)


class _Server(uvicorn.Server):
    """Says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, announcement: _Announcement | None) -> None:
        super().__init__(config)
        self._announcement = announcement

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        if self.started and self._announcement:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._announcement.put(f"http://{self.config.host}:{port}")


class _Apart:
    """ASGI app of a collector apart."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._gate: Gate | None = None
        self._stop = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"] in PATHS and self._gate:
            await self._gate.collector(scope, receive, send)
        elif scope["type"] == "http":
            await _plain(send, scope["path"] == "/health")

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            self._gate = await asyncio.to_thread(open_gate, self._settings)
        except FootfallError as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        threading.Thread(target=self._keep_house, args=(self._gate,), daemon=True).start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._stop.set()
        await asyncio.to_thread(self._gate.close)
        await send({"type": "lifespan.shutdown.complete"})

    def _keep_house(self, gate: Gate) -> None:
        while not self._stop.wait(HOUSEKEEPING_S):
            try:
                gate.write_refusals()
                gate.salts.tick()
            except FootfallError as error:
                log.warning("refusals wait", reason=str(error))


async def _plain(send: Any, healthy: bool) -> None:
    body = b'{"live":true,"ready":true}' if healthy else b'{"error":"Nothing is here but a collector.","code":"not_found"}'
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200 if healthy else 404, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _log_to_stderr(level: str) -> None:
    """JSON lines, never an address, agent string or key: nothing on the request path logs one."""
    logging.basicConfig(
        level=level.upper(), stream=sys.stderr, format='{"event": "%(message)s", "logger": "%(name)s", "level": "%(levelname)s"}'
    )
    for noisy in ("uvicorn", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel("WARNING")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
