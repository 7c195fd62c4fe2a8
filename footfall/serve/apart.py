"""``footfall collect``: a collector apart. It reads neither the store nor the app, and starts in half the time and memory."""

import asyncio
from contextlib import suppress
from typing import Any

from footfall.collect.server import PATHS
from footfall.serve.bare_answers import send_json
from footfall.serve.gate import Gate, open_gate
from footfall.serve.hardening import keep_memory_private
from footfall.serve.lane import Lane
from footfall.serve.log import log_to_stderr
from footfall.serve.serving import Started, serve
from footfall.settings import Settings

__all__ = ["run_collector"]


def run_collector(settings: Settings, started: Started | None = None) -> None:
    """A collector apart: takes events into the home's journal folder; an app on the same folder loads them. Otherwise as ``run_app``."""
    keep_memory_private()
    log_to_stderr(settings.log_level)
    gate = open_gate(settings)
    try:
        serve(_Apart(gate), settings, started)
    finally:
        gate.close()
        gate.control.close()


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
            await send_json(send, 200, {"live": True, "ready": True})
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
