"""A fast lane through uvicorn for what trackers send: no task, no ASGI messages, and requests that arrived together are worked on together.

uvicorn stays the server. Its own protocol reads requests, keeps connections, their timeouts and their order, and ends them; here is only
another way for a small plain request of a tracker, which is taken when all of it is there and answered when its lines are on disk. Every
other request, and one behind another that is not answered yet, goes uvicorn's ordinary way. Decision 9 says what this leans on.
"""

import asyncio
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from footfall.collect.formats import ROUTES, Format
from footfall.collect.request import Request
from footfall.collect.server import LONGEST_ORIGIN, Collector, Header, Taken, head_of
from footfall.errors import FootfallError

__all__ = ["Lane", "LaneProtocol"]

PLACES = {path.encode(): (path, format, tuple(method.encode() for method in format.methods)) for path, format in ROUTES.items()}
UNUSUAL = frozenset((b"transfer-encoding", b"upgrade", b"expect"))
NOBODY_WAITS = asyncio.Event()
"""uvicorn sets a cycle's event when the connection is lost; here nobody waits for it."""
SEALED: set["asyncio.Future[None]"] = set()
"""An event loop holds on to its tasks only weakly."""
Batch = list[tuple["Passage", Taken]]


class Passage(RequestResponseCycle):
    """A request in the lane. The parent's constructor is not called: of a cycle, the protocol looks only at what is set here."""

    def __init__(self, protocol: "LaneProtocol", collector: Collector, format: Format, request: Request) -> None:
        self.protocol, self.collector, self.format, self.request = protocol, collector, format, request
        self.keep_alive = protocol.parser.should_keep_alive()
        origin = request.headers.get(b"origin", b"")
        self.origin = origin if len(origin) < LONGEST_ORIGIN else b""
        self.parts: list[bytes] = []
        self.whole = self.response_complete = self.disconnected = False
        self.message_event = NOBODY_WAITS


class Lane:
    """Requests on their way to the collector. One of an event loop."""

    def __init__(self, collector: Callable[[], Collector | None]) -> None:
        """``collector``: where the requests go; ``None`` while there is none, and then nothing enters the lane."""
        self.collector = collector
        self._waiting: list[Passage] = []

    def enter(self, passage: Passage) -> None:
        """Have the request taken in this round of the loop, after all that can be read has been."""
        self._waiting.append(passage)
        if len(self._waiting) == 1:
            passage.protocol.loop.call_soon(self._take)

    def _take(self) -> None:
        """Work on what waits. In one go: what a step needs is in the processor's caches from the request before."""
        waiting, self._waiting = self._waiting, []
        collector = waiting[0].collector
        batch: Batch = []
        lines: list[bytes] = []
        rows = 0
        for passage in waiting:
            request, client = passage.request, passage.protocol.client
            request.body = b"".join(passage.parts)
            taken = collector.take(passage.format, request, client[0] if client else "")
            del passage.request, passage.parts
            if taken.sealed:
                _answer_sealed(collector, passage, taken)
                continue
            batch.append((passage, taken))
            if taken.lines:
                lines.append(taken.lines)
                rows += len(taken.sites)
        if not lines:
            return _answer(collector, batch, None) if batch else None
        try:
            written = collector.write(b"".join(lines), rows)
        except FootfallError as error:
            return _answer(collector, batch, error)
        written.add_done_callback(lambda done: _answer(collector, batch, cast(FootfallError | None, done.exception())))


class LaneProtocol(HttpToolsProtocol):
    """uvicorn's protocol for an app that has a ``lane``."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        app: Any = self.config.app
        self.lane: Lane = app.lane
        self.quiet_s = math.inf
        """Since when nothing is asked for on this connection, in the loop's time."""
        self.may_enter = self.app is app and not (self.root_path or self.access_log or self.limit_concurrency)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        super()._unset_keepalive_if_required()

    def _unset_keepalive_if_required(self) -> None:
        self.quiet_s = math.inf

    def on_response_complete(self) -> None:
        is_quiet = not self.pipeline
        if is_quiet and self.timeout_keep_alive_task and not self.transport.is_closing():
            self.server_state.total_requests += 1
            self.flow.resume_reading()
        else:
            super().on_response_complete()
        self.quiet_s = self.loop.time() if is_quiet else math.inf

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that was quiet long enough. One timer that looks again is cheaper than a new one after every answer."""
        left_s = self.quiet_s + self.timeout_keep_alive - self.loop.time()
        if left_s <= 0:
            super().timeout_keep_alive_handler()
        else:
            self.timeout_keep_alive_task = self.loop.call_later(min(left_s, self.timeout_keep_alive), self.timeout_keep_alive_handler)

    def on_message_begin(self) -> None:
        self.url, self.headers = b"", []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        passage = self._passage() if self.may_enter else None
        if passage:
            self.cycle = passage
        else:
            self._go_the_ordinary_way()

    def on_body(self, body: bytes) -> None:
        cycle = self.cycle
        if type(cycle) is Passage and not cycle.whole:
            cycle.parts.append(body)
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        cycle = self.cycle
        if type(cycle) is Passage and not cycle.whole:
            cycle.whole = True
            self.lane.enter(cycle)
        else:
            super().on_message_complete()

    def _go_the_ordinary_way(self) -> None:
        """Tell uvicorn what was kept from it until now."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        super().on_url(url)
        for header in headers:
            super().on_header(*header)
        super().on_headers_complete()

    def _passage(self) -> Passage | None:
        """The request whose headers were read, if it may go by the lane."""
        path, _, query = self.url.partition(b"?")
        place = PLACES.get(path)
        if place is None or not (self.cycle is None or self.cycle.response_complete) or self.flow.write_paused:
            return None
        name, format, methods = place
        method = self.parser.get_method()
        headers = dict(self.headers)
        if method not in methods or len(headers) != len(self.headers) or not UNUSUAL.isdisjoint(headers):
            return None
        if b"#" in query or self.parser.get_http_version() != "1.1":
            return None
        collector = self.lane.collector()
        length = headers.get(b"content-length", b"0")
        if collector is None or not length.isdigit() or len(length) > 5 or int(length) > min(collector.max_body_bytes, HIGH_WATER_LIMIT):
            return None
        request = Request(method=method.decode(), path=name, query=query, headers=headers)
        return Passage(self, collector, format, request)


def _answer_sealed(collector: Collector, passage: Passage, taken: Taken) -> None:
    """By itself: its lines go to another journal than those it came with."""
    written = asyncio.ensure_future(collector.write_sealed(taken))
    SEALED.add(written)
    written.add_done_callback(SEALED.discard)
    written.add_done_callback(lambda done: _answer(collector, [(passage, taken)], cast(FootfallError | None, done.exception())))


def _answer(collector: Collector, batch: Batch, error: FootfallError | None) -> None:
    """Answer what was taken together: its lines are on disk, or ``error`` says why not."""
    default = _joined(batch[0][0].protocol.server_state.default_headers)
    for passage, taken in batch:
        reply = collector.settle(taken, error)
        protocol = passage.protocol
        if passage.disconnected or protocol.transport.is_closing():
            continue
        passage.response_complete = True
        rest = _head(reply.status, tuple(reply.headers), passage.origin, len(reply.body), passage.keep_alive)
        protocol.transport.write(b"".join((STATUS_LINE[reply.status], default, rest, reply.body)))
        if not passage.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()


@lru_cache(maxsize=1000)
def _head(status: int, headers: tuple[Header, ...], origin: bytes, length: int, keep_alive: bool) -> bytes:
    """The headers of an answer and the empty line, as uvicorn writes them."""
    lines = _joined(head_of(status, headers, origin, length))
    return lines + (b"\r\n" if keep_alive else b"connection: close\r\n\r\n")


def _joined(headers: list[Header]) -> bytes:
    return b"".join(b"%s: %s\r\n" % header for header in headers)
