"""uvicorn's protocols without sockets: bytes in, bytes out."""

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from footfall.serve.lane import Lane, LaneProtocol, Passage
from tests.support.asking import Bench

__all__ = ["LANE", "ORDINARY", "LeapingLoop", "Wire", "rounds", "talk"]

ORDINARY, LANE = HttpToolsProtocol, LaneProtocol
DATE = (b"date", b"Mon, 05 Jan 2026 12:00:00 GMT")
ROUNDS = 12
"""Of the loop, in which everything happens that is going to."""


class CountedLane(Lane):
    entered = 0

    def enter(self, passage: Passage) -> None:
        self.entered += 1
        super().enter(passage)


class App:
    """A collector as the app holds it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.lane = CountedLane(lambda: bench.collector)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.bench.collector(scope, receive, send)


class Wire(asyncio.Transport):
    """One connection, and what was written to it."""

    def __init__(self, kind: type[HttpToolsProtocol], bench: Bench, **options: Any) -> None:
        super().__init__()
        self.app = App(bench)
        settings = {"interface": "asgi3", "log_config": None, "access_log": False, "lifespan": "off", "proxy_headers": False}
        self.state = ServerState()
        self.state.default_headers = [DATE]
        config = uvicorn.Config(self.app, **(settings | options))
        self.protocol = kind(config=config, server_state=self.state, app_state={})
        self.sent, self.closed = b"", False
        self.protocol.connection_made(self)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("10.0.0.9", 1234) if name == "peername" else default

    def write(self, data: bytes) -> None:
        if not self.closed:
            self.sent += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    async def receive(self, *pieces: bytes) -> None:
        """The pieces, one after the other, without time between them; then whatever follows of them."""
        for piece in pieces:
            if not self.closed:
                self.protocol.data_received(piece)
        await rounds()


class LeapingLoop(asyncio.SelectorEventLoop):
    """A loop on which whatever waits for a time has it at once and in order, however slow the machine is."""

    def __init__(self) -> None:
        super().__init__()
        self._now, self._select = 0.0, self._selector.select  # type: ignore[attr-defined]
        self._selector.select = self._leap  # type: ignore[attr-defined]

    def time(self) -> float:
        return self._now

    def _leap(self, timeout: float | None) -> Any:
        self._now += timeout or 0.0
        return self._select(0 if timeout else timeout)


async def rounds(number: int = ROUNDS) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


class Talk(msgspec.Struct):
    """What came of a talk: bytes back, whether the connection was ended, lines written, refusals counted."""

    sent: bytes
    closed: bool
    lines: list[bytes]
    refused: list[tuple[int, int, str, int]]
    entered: bool = False

    def but_the_way(self) -> tuple[object, ...]:
        return self.sent, self.closed, self.lines, self.refused


async def _talk(kind: type[HttpToolsProtocol], pieces: Iterable[bytes], *, fault: Exception | None = None, **options: Any) -> Talk:
    bench = Bench()
    bench.journal.fault = fault
    wire = Wire(kind, bench, **options)
    await wire.receive(*pieces)
    wire.protocol._unset_keepalive_if_required()
    return Talk(wire.sent, wire.closed, bench.journal.lines, bench.refusals.take(), wire.app.lane.entered > 0)


def talk(kind: type[HttpToolsProtocol], pieces: Iterable[bytes], **options: Any) -> Talk:
    """All of one connection."""
    return asyncio.run(_talk(kind, pieces, **options))
