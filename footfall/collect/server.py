"""The collector: one raw ASGI component. Read, decode, process, append, answer; nothing on this path knows a store."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from importlib.resources import files
from typing import Any

import msgspec

from footfall.collect.formats import ROUTES, Format
from footfall.collect.journal import Journal
from footfall.collect.pipeline import Context, Refusal, process
from footfall.collect.refusals import Refusals
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed
from footfall.errors import FootfallError
from footfall.vocabulary import Clock

__all__ = ["PATHS", "Collector"]

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SCRIPTS = {f"/{name}": files("footfall.collect") / "tracker" / name for name in ("footfall.js", "footfall.full.js")}
PATHS = frozenset((*ROUTES, *SCRIPTS))
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"*, content-type, x-umami-cache, authorization"),
    (b"access-control-max-age", b"1728000"),
]
encode_hit = msgspec.json.Encoder().encode


class Collector:
    """ASGI app for the paths in PATHS."""

    paths = PATHS

    def __init__(
        self,
        *,
        context: Context,
        journal: Journal,
        refusals: Refusals,
        remote: Callable[[str, Mapping[bytes, bytes]], str],
        now: Clock,
        max_body_bytes: int = 1_000_000,
    ) -> None:
        self._context, self._journal, self._refusals, self._remote, self._now = context, journal, refusals, remote, now
        self._max_body_bytes = max_body_bytes
        self._scripts = {path: _Script(script.read_bytes()) for path, script in SCRIPTS.items() if script.is_file()}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one HTTP request. A client that leaves before its body is whole gets nothing and counts nothing."""
        headers = dict(scope["headers"])
        path, method = scope["path"], scope["method"]
        if method == "OPTIONS":
            reply = Reply(status=204, headers=PREFLIGHT)
        elif path in self._scripts:
            reply = self._scripts[path].reply(method, headers)
        else:
            body = await self._body(receive, headers)
            if body is None:
                reply = self._too_large()
            elif body is ...:
                return
            else:
                reply = await self._collect(ROUTES.get(path), self._request(scope, headers, body))
        await _answer(send, reply, headers.get(b"origin"))

    async def _collect(self, format: Format | None, request: Request) -> Reply:
        if format is None or request.method not in format.methods:
            methods = ", ".join(format.methods).encode() if format else b"GET"
            return _error(405, b"method_not_allowed", b"Valid methods here: " + methods + b".")
        try:
            sents = format.decode(request)
        except Malformed as error:
            self._refusals.count(0, "malformed")
            headers = [(b"content-type", error.content_type), (b"x-footfall-refused", b"malformed")]
            return Reply(status=error.status, headers=headers, body=error.body)
        lines: list[bytes] = []
        refused: list[str] = []
        for sent in sents:
            made = process(sent, self._context)
            if isinstance(made, Refusal):
                self._refusals.count(made.site, made.reason)
                refused.append(made.reason)
            else:
                lines.append(encode_hit(made) + b"\n")
        if lines:
            try:
                await self._journal.append(b"".join(lines), len(lines))
            except FootfallError as error:
                self._refusals.count(0, "unavailable")
                reply = _error(503, error.code.encode(), str(error).encode())
                reply.headers.append((b"retry-after", str(error.retry_after_s or 1).encode()))
                return reply
        reply = format.reply(request, refused, len(sents))
        if refused:
            reply.headers = [*reply.headers, (b"x-footfall-refused", refused[0].encode())]
        return reply

    def _request(self, scope: MutableMapping[str, Any], headers: dict[bytes, bytes], body: bytes) -> Request:
        client = scope.get("client")
        return Request(
            method=scope["method"],
            path=scope["path"],
            query=scope.get("query_string", b""),
            headers=headers,
            body=body,
            address=self._remote(client[0] if client else "", headers),
            received_ms=self._now(),
        )

    async def _body(self, receive: Receive, headers: dict[bytes, bytes]) -> Any:
        """The body; ``None`` over the bound, ``...`` where the client left."""
        if int(headers.get(b"content-length", b"0") or 0) > self._max_body_bytes:
            return None
        message = await receive()
        if not message.get("more_body") and message["type"] == "http.request":
            body = message.get("body", b"")
            return body if len(body) <= self._max_body_bytes else None
        parts, size = [], 0
        while message["type"] == "http.request":
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._max_body_bytes:
                return None
            if not message.get("more_body"):
                return b"".join(parts)
            message = await receive()
        return ...

    def _too_large(self) -> Reply:
        self._refusals.count(0, "too_large")
        sentence = f"The body is over {self._max_body_bytes} bytes.".encode()
        reply = _error(413, b"too_large", sentence)
        reply.headers.append((b"x-footfall-refused", b"too_large"))
        return reply


class _Script:
    """A tracker script with its ETag."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.etag = b'"' + hashlib.sha256(content).hexdigest()[:16].encode() + b'"'

    def reply(self, method: str, headers: Mapping[bytes, bytes]) -> Reply:
        shared = [
            (b"etag", self.etag),
            (b"cache-control", b"public, max-age=3600"),
            (b"cross-origin-resource-policy", b"cross-origin"),
        ]
        if headers.get(b"if-none-match") == self.etag:
            return Reply(status=304, headers=shared)
        body = b"" if method == "HEAD" else self.content
        return Reply(status=200, headers=[*shared, (b"content-type", b"text/javascript; charset=utf-8")], body=body)


def _error(status: int, code: bytes, sentence: bytes) -> Reply:
    body = msgspec.json.encode({"error": sentence.decode(), "code": code.decode()})
    return Reply(status=status, headers=[(b"content-type", b"application/json")], body=body)


async def _answer(send: Send, reply: Reply, origin: bytes | None) -> None:
    headers = [*reply.headers, (b"access-control-allow-origin", origin or b"*")]
    if origin:
        headers += [(b"access-control-allow-credentials", b"true"), (b"vary", b"origin")]
    headers.append((b"access-control-expose-headers", b"x-footfall-refused, x-plausible-dropped"))
    if reply.status not in (204, 304):
        headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
