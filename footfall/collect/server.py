"""The collector: one raw ASGI component. Read, decode, process, append, answer; nothing on this path knows a store."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from footfall.collect.formats import ROUTES, Format
from footfall.collect.journal import Journal
from footfall.collect.pipeline import Context, Refusal, process
from footfall.collect.refusals import Refusals
from footfall.collect.remote import LISTS
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Malformed
from footfall.errors import FootfallError, TooLarge
from footfall.vocabulary import Clock, Hit

__all__ = ["PATHS", "Collector"]

Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SCRIPTS = {f"/{name}": files("footfall.collect") / "tracker" / name for name in ("footfall.js", "footfall.full.js")}
PATHS = frozenset((*ROUTES, *SCRIPTS))
SCRIPT_METHODS = ("GET", "HEAD")
ALLOWED_HEADERS = b"content-type, x-umami-cache, authorization"
"""Of a preflight that names none itself. With credentials a star would be read as a header's name."""
PREFLIGHT_SECONDS = b"1728000"
EXPOSED: Header = (b"access-control-expose-headers", b"x-footfall-refused, x-plausible-dropped, retry-after")
ANYONE: tuple[Header, ...] = ((b"access-control-allow-origin", b"*"), (b"vary", b"origin"))
LONGEST_ORIGIN = 300
LONGEST_LENGTH = 15
"""Digits of a Content-Length worth reading."""
encode_lines = msgspec.json.Encoder().encode_lines


class ClientLeft(Exception):
    """Before its body was whole: nothing is counted and nobody is there to be told."""


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
        if len(headers) != len(scope["headers"]):
            headers |= _lists(scope["headers"])
        try:
            reply = await self._reply(scope, headers, receive)
        except TooLarge as error:
            reply = self._too_large(error)
        except ClientLeft:
            return
        await _answer(send, reply, headers.get(b"origin"))

    async def _reply(self, scope: MutableMapping[str, Any], headers: dict[bytes, bytes], receive: Receive) -> Reply:
        path, method = scope["path"], scope["method"]
        format, script = ROUTES.get(path), self._scripts.get(path)
        methods = format.methods if format else SCRIPT_METHODS
        if method == "OPTIONS":
            return _preflight(methods, headers)
        if method not in methods:
            return _wrong_method(method, methods)
        if script:
            return script.reply(method, headers)
        body = await self._body(receive, headers)
        if format is None:
            return _error(404, "not_found", f"Nothing is at {path}.")
        client = scope.get("client")
        request = Request(
            method=method,
            path=path,
            query=scope.get("query_string", b""),
            headers=headers,
            body=body,
            address=self._remote(client[0] if client else "", headers),
            received_ms=self._now(),
        )
        return await self._collect(format, request)

    async def _collect(self, format: Format, request: Request) -> Reply:
        try:
            sents = format.decode(request)
        except Malformed as error:
            self._refusals.count(0, "malformed")
            headers = [(b"content-type", error.content_type), (b"x-footfall-refused", b"malformed"), EXPOSED]
            return Reply(status=error.status, headers=headers, body=error.body)
        made = [process(sent, self._context) for sent in sents]
        hits = [one for one in made if isinstance(one, Hit)]
        if hits:
            try:
                await self._journal.append(encode_lines(hits), len(hits))
            except FootfallError as error:
                return self._unavailable(error, hits)
        if len(hits) == len(made):
            return format.reply(request, [], len(sents))
        refused = [one for one in made if isinstance(one, Refusal)]
        for refusal in refused:
            self._refusals.count(refusal.site, refusal.reason)
        reply = format.reply(request, [refusal.reason for refusal in refused], len(sents))
        reply.headers = [*reply.headers, (b"x-footfall-refused", refused[0].reason.encode()), EXPOSED]
        return reply

    async def _body(self, receive: Receive, headers: dict[bytes, bytes]) -> bytes:
        """The whole body.

        Raises:
            TooLarge: it is over the bound; what is left of it is not read.
            ClientLeft: the connection ended before it was whole.
        """
        length = headers.get(b"content-length", b"")
        if length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > self._max_body_bytes):
            raise self._over()
        message = await receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            parts = bytearray(body)
            while message.get("more_body") and len(parts) <= self._max_body_bytes:
                message = await receive()
                parts += message.get("body") or b""
            body = bytes(parts)
        if message["type"] != "http.request":
            raise ClientLeft
        if len(body) > self._max_body_bytes:
            raise self._over()
        return body

    def _over(self) -> TooLarge:
        return TooLarge(f"The body is over {self._max_body_bytes} bytes.")

    def _too_large(self, error: TooLarge) -> Reply:
        self._refusals.count(0, "too_large")
        reply = _error(error.status, error.code, str(error))
        reply.headers += [(b"x-footfall-refused", b"too_large"), EXPOSED, (b"connection", b"close")]
        return reply

    def _unavailable(self, error: FootfallError, hits: list[Hit]) -> Reply:
        for hit in hits:
            self._refusals.count(hit.site, "unavailable")
        reply = _error(error.status, error.code, str(error))
        reply.headers += [(b"retry-after", str(error.retry_after_s or 1).encode()), (b"x-footfall-refused", b"unavailable"), EXPOSED]
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
        shared.append((b"content-type", b"text/javascript; charset=utf-8"))
        if method == "HEAD":
            return Reply(status=200, headers=[*shared, _length(len(self.content))])
        return Reply(status=200, headers=shared, body=self.content)


def _lists(headers: list[Header]) -> dict[bytes, bytes]:
    """Lists of addresses that came in several headers, as the one list they are (RFC 9110, 5.3)."""
    joined = {name: b", ".join(value for key, value in headers if key == name) for name in LISTS}
    return {name: value for name, value in joined.items() if value}


def _preflight(methods: tuple[str, ...], headers: Mapping[bytes, bytes]) -> Reply:
    return Reply(
        status=204,
        headers=[
            (b"access-control-allow-methods", ", ".join((*methods, "OPTIONS")).encode()),
            (b"access-control-allow-headers", headers.get(b"access-control-request-headers") or ALLOWED_HEADERS),
            (b"access-control-max-age", PREFLIGHT_SECONDS),
        ],
    )


def _wrong_method(method: str, methods: tuple[str, ...]) -> Reply:
    reply = _error(405, "method_not_allowed", f"{method[:20]!r} is not valid here. Valid: {', '.join(methods)}.")
    reply.headers.append((b"allow", ", ".join((*methods, "OPTIONS")).encode()))
    return reply


def _error(status: int, code: str, sentence: str) -> Reply:
    body = msgspec.json.encode({"error": sentence, "code": code})
    return Reply(status=status, headers=[(b"content-type", b"application/json")], body=body)


@lru_cache(maxsize=1000)
def _to(origin: bytes) -> tuple[Header, ...]:
    """Who may read the answer. Beacons carry credentials, and then browsers want the origin itself instead of a star."""
    return (b"access-control-allow-origin", origin), (b"access-control-allow-credentials", b"true"), (b"vary", b"origin")


@lru_cache(maxsize=1000)
def _length(size: int) -> Header:
    return b"content-length", str(size).encode()


async def _answer(send: Send, reply: Reply, origin: bytes | None) -> None:
    headers = [*reply.headers, *(_to(origin) if origin and len(origin) < LONGEST_ORIGIN else ANYONE)]
    body = reply.body
    if body or reply.status == 202:
        headers.append(_length(len(body)))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
