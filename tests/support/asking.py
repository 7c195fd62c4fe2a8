"""A collector without a server around it: requests in, answers and written lines out."""

import asyncio
from collections.abc import Iterable
from typing import Any

import msgspec

from footfall.collect.refusals import Refusals
from footfall.collect.remote import make_remote
from footfall.collect.server import Collector
from footfall.errors import FootfallError
from tests.support.collecting import ADDRESS, CHROME, NOW, context

__all__ = ["Answer", "Bench", "event"]

Header = tuple[bytes, bytes]


def event(**changes: Any) -> bytes:
    """A Plausible pageview of portal.example."""
    return msgspec.json.encode({"n": "pageview", "d": "portal.example", "u": "https://portal.example/a"} | changes)


class Answer(msgspec.Struct):
    """What was sent back; status 0 is nothing at all."""

    status: int = 0
    headers: list[Header] = []
    body: bytes = b""

    def __getitem__(self, name: str) -> str:
        return b", ".join(value for key, value in self.headers if key == name.encode()).decode("latin-1")

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Written:
    """Stands for the journal: keeps lines, or refuses with ``fault``."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.fault: Exception | None = None

    def write(self, lines: bytes, rows: int) -> "asyncio.Future[None]":
        if self.fault:
            raise self.fault
        assert lines.count(b"\n") == rows
        self.lines += lines.splitlines()
        written = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(written.set_result, None)
        return written


class Bench:
    """One collector, its journal and its refusals."""

    def __init__(self, *, max_body_bytes: int = 100_000, trusted: tuple[str, ...] = ("10.0.0.0/8",)) -> None:
        self.journal, self.refusals, self.context = Written(), Refusals(lambda: NOW), context()
        self.collector = Collector(
            context=self.context,
            journal=self.journal,  # type: ignore[arg-type]
            refusals=self.refusals,
            remote=make_remote(trusted),
            now=lambda: NOW,
            failed=lambda error, path: FootfallError("{kind} at {path}", kind=type(error).__name__, path=path),
            max_body_bytes=max_body_bytes,
        )

    def ask(self, method: str = "POST", path: str = "/api/event", body: bytes | Iterable[bytes] = b"", **rest: Any) -> Answer:
        """``parts`` of a body arrive one by one; a ``None`` among them is the client leaving."""
        parts = [body] if isinstance(body, bytes) else list(body)
        return asyncio.run(self._ask(method, path, parts, **rest))

    async def _ask(
        self, method: str, path: str, parts: list[bytes | None], *, headers: Iterable[Header] = (), query: bytes = b"", client: Any = ...
    ) -> Answer:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": [(b"user-agent", CHROME.encode()), *headers],
            "client": (ADDRESS, 1234) if client is ... else client,
        }
        messages = [
            {"type": "http.disconnect"} if part is None else {"type": "http.request", "body": part, "more_body": number < len(parts)}
            for number, part in enumerate(parts, start=1)
        ]
        answer = Answer()

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                assert answer.status == 0
                answer.status, answer.headers = message["status"], list(message["headers"])
            else:
                answer.body += message["body"]

        await self.collector(scope, receive, send)
        return answer
