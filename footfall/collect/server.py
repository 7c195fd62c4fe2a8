"""The collector: one raw ASGI component. Read, decode, process, append, answer; nothing on this path knows a store."""

import gzip
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
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
from footfall.errors import FootfallError, TooLarge, Unavailable
from footfall.vocabulary import Clock, Hit

__all__ = ["LONGEST_ORIGIN", "PATHS", "Collector", "Header", "Taken", "head_of", "lists_of"]

Header = tuple[bytes, bytes]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SCRIPTS = {
    f"/{name}": files("footfall.collect") / "tracker" / name for name in ("footfall.js", "footfall.full.js", "content.js", "returning.js")
}
PATHS = frozenset((*ROUTES, *SCRIPTS))
SCRIPT_METHODS = ("GET", "HEAD")
ALLOWED_HEADERS = b"content-type, x-umami-cache, authorization"
"""Of a preflight that names none itself. With credentials a star would be read as a header's name."""
PREFLIGHT_SECONDS = b"1728000"
EXPOSED: Header = (b"access-control-expose-headers", b"x-footfall-refused, x-plausible-dropped, retry-after")
ANYONE: tuple[Header, ...] = ((b"access-control-allow-origin", b"*"), (b"vary", b"origin"))
LONGEST_ORIGIN = 300
"""A longer one is not repeated in the answer."""
LONGEST_LENGTH = 15
"""Digits of a Content-Length worth reading."""
NOWHERE = "The portal is sealed (keep_events 0), and this server has no tmpfs to hold its events."
encode_lines = msgspec.json.Encoder().encode_lines


class ClientLeft(Exception):
    """Before its body was whole: nothing is counted and nobody is there to be told."""


class Taken(msgspec.Struct, gc=False):
    """What became of a request's events: all that is needed of it while its lines go to disk."""

    reply: Reply
    """Given once the lines are in the journal."""
    lines: bytes = b""
    sites: list[int] = []
    """The portal of each line, of sealed ones too."""
    refused: list[Refusal] = []
    sealed: bytes = b""
    """Lines that no disk may see."""


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
        failed: Callable[[Exception, str], FootfallError],
        sealed: Journal | None = None,
        max_body_bytes: int = 1_000_000,
    ) -> None:
        """``failed``: what a 500 says of an error nobody meant to happen and the path it happened at. ``sealed``: a journal on tmpfs;
        without it what sealed portals' pages send is answered with 503."""
        self._context, self._refusals, self._remote, self._now, self._failed = context, refusals, remote, now, failed
        self.max_body_bytes, self.write, self._sealed = max_body_bytes, journal.write, sealed
        self._scripts = {path: _Script(script.read_bytes()) for path, script in SCRIPTS.items() if script.is_file()}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one HTTP request. A client that leaves before its body is whole gets nothing and counts nothing."""
        headers = dict(scope["headers"])
        if len(headers) != len(scope["headers"]):
            headers |= lists_of(scope["headers"])
        origin = headers.get(b"origin")
        try:
            reply = await self._reply(scope, headers, receive)
        except ClientLeft:
            return
        except TooLarge as error:
            reply = self._too_large(error)
        except Exception as error:
            reply = self._unmeant(error, scope["path"])
        head = head_of(reply.status, reply.headers, origin, len(reply.body))
        await send({"type": "http.response.start", "status": reply.status, "headers": head})
        await send({"type": "http.response.body", "body": reply.body})

    async def _reply(self, scope: MutableMapping[str, Any], headers: dict[bytes, bytes], receive: Receive) -> Reply:
        format = ROUTES.get(scope["path"])
        if format is None or scope["method"] not in format.methods:
            return self._beside(scope, format, headers)
        self._check_length(headers)
        message = await receive()
        body = await self._whole(message, receive) if message.get("more_body") else self._part(message)
        client = scope.get("client")
        request = Request(method=scope["method"], path=scope["path"], query=scope.get("query_string", b""), headers=headers, body=body)
        taken = self.take(format, request, client[0] if client else "")
        # Hundreds of requests wait here at once, and memory that is not theirs is quicker: nothing that is done with stays.
        del message, body, request
        headers.clear()
        try:
            if taken.sealed:
                await self.write_sealed(taken)
            elif taken.lines:
                await self.write(taken.lines, len(taken.sites))
        except FootfallError as error:
            return self.settle(taken, error)
        return self.settle(taken, None)

    def take(self, format: Format, request: Request, address: str) -> Taken:
        """What becomes of a request that is whole; ``address`` is the socket's. Raises nothing: an error nobody meant is a reply of 500."""
        try:
            request.address, request.received_ms = self._remote(address, request.headers), self._now()
            return self._take(format, request)
        except Exception as error:
            return Taken(self._unmeant(error, request.path))

    def settle(self, taken: Taken, error: FootfallError | None) -> Reply:
        """Count what was refused and give the reply: the lines are on disk, or ``error`` says why not."""
        if error and taken.sites:
            return self._unavailable(error, taken.sites)
        for refusal in taken.refused:
            self._refusals.count(refusal.site, refusal.reason)
        return taken.reply

    async def write_sealed(self, taken: Taken) -> None:
        """Return once all lines of a request with some of sealed portals are in their journals.

        Raises:
            Unavailable: not all are.
        """
        if self._sealed is None:
            raise Unavailable(NOWHERE, retry_after_s=60)
        await self._sealed.append(taken.sealed, len(taken.sites))
        if taken.lines:
            await self.write(taken.lines, len(taken.sites))

    def _beside(self, scope: MutableMapping[str, Any], format: Format | None, headers: Mapping[bytes, bytes]) -> Reply:
        """What a path answers to all but the events it is for."""
        path, method = scope["path"], scope["method"]
        methods = format.methods if format else SCRIPT_METHODS
        if method == "OPTIONS":
            return _preflight(methods, headers)
        if method not in methods:
            return _wrong_method(method, methods)
        script = self._scripts.get(path)
        return script.reply(method, headers) if script else _error(404, "not_found", f"Nothing is at {path}.")

    def _take(self, format: Format, request: Request) -> Taken:
        try:
            sents = format.decode(request)
        except Malformed as error:
            about = [(b"content-type", error.content_type), (b"x-footfall-refused", b"malformed"), EXPOSED]
            return Taken(Reply(status=error.status, headers=about, body=error.body), refused=[Refusal(0, "malformed")])
        hits: list[Hit] = []
        refused: list[Refusal] = []
        for sent in sents:
            made = process(sent, self._context)
            if type(made) is Hit:
                hits.append(made)
            elif type(made) is Refusal:
                refused.append(made)
        reply = format.reply(request, [refusal.reason for refusal in refused] if refused else [], len(sents))
        if refused:
            reply.headers = [*reply.headers, (b"x-footfall-refused", refused[0].reason.encode()), EXPOSED]
        sites = [hit.site for hit in hits]
        portals = self._context.portals.sealed
        if not portals or portals.keys().isdisjoint(sites):
            return Taken(reply, encode_lines(hits), sites, refused)
        sealed = [hit.site in portals and portals[hit.site].is_sealed(hit.day) for hit in hits]
        lines = (b"".join(encode_lines([hit]) for hit, own in zip(hits, sealed, strict=True) if own is is_one) for is_one in (False, True))
        return Taken(reply, next(lines), sites, refused, next(lines))

    def _check_length(self, headers: Mapping[bytes, bytes]) -> None:
        """Raises TooLarge for a body that says so itself."""
        length = headers.get(b"content-length", b"")
        if length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > self.max_body_bytes):
            raise self._over()

    async def _whole(self, message: MutableMapping[str, Any], receive: Receive) -> bytes:
        """The body that begins with this message. What is over the bound is not read."""
        parts = bytearray(message.get("body", b""))
        while message.get("more_body") and len(parts) <= self.max_body_bytes:
            message = await receive()
            parts += message.get("body") or b""
        return self._part(message, bytes(parts))

    def _part(self, message: MutableMapping[str, Any], body: bytes | None = None) -> bytes:
        """The message's body, or what was read until it.

        Raises:
            ClientLeft: the connection ended before it was whole.
            TooLarge: it is over the bound.
        """
        if message["type"] != "http.request":
            raise ClientLeft
        found: bytes = message.get("body", b"") if body is None else body
        if len(found) > self.max_body_bytes:
            raise self._over()
        return found

    def _over(self) -> TooLarge:
        return TooLarge("The body is over {most} bytes.", most=self.max_body_bytes)

    def _unmeant(self, error: Exception, path: str) -> Reply:
        return _json(500, self._failed(error, path).as_json())

    def _too_large(self, error: TooLarge) -> Reply:
        self._refusals.count(0, "too_large")
        reply = _error(error.status, error.code, str(error))
        reply.headers += [(b"x-footfall-refused", b"too_large"), EXPOSED, (b"connection", b"close")]
        return reply

    def _unavailable(self, error: FootfallError, sites: list[int]) -> Reply:
        for site in sites:
            self._refusals.count(site, "unavailable")
        reply = _error(error.status, error.code, str(error))
        reply.headers += [(b"retry-after", str(error.retry_after_s or 1).encode()), (b"x-footfall-refused", b"unavailable"), EXPOSED]
        return reply


def head_of(status: int, headers: Iterable[Header], origin: bytes | None, length: int) -> list[Header]:
    """All headers of an answer, in order; ``origin`` is the request's."""
    head = [*headers, *(_to(origin) if origin and len(origin) < LONGEST_ORIGIN else ANYONE)]
    if length or status == 202:
        head.append(_length(length))
    return head


class _Script:
    """A tracker script, plain and packed, each with an ETag of its own."""

    def __init__(self, content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest()[:16]
        self._plain = content, f'"{digest}"'.encode()
        self._packed = gzip.compress(content, 9, mtime=0), f'"{digest}-gzip"'.encode()

    def reply(self, method: str, headers: Mapping[bytes, bytes]) -> Reply:
        packs = _takes_gzip(headers.get(b"accept-encoding", b""))
        content, etag = self._packed if packs else self._plain
        shared = [
            (b"etag", etag),
            (b"vary", b"accept-encoding"),
            (b"cache-control", b"public, max-age=3600"),
            (b"cross-origin-resource-policy", b"cross-origin"),
        ]
        if etag in _etags(headers.get(b"if-none-match", b"")):
            return Reply(status=304, headers=shared)
        shared += [(b"content-type", b"text/javascript; charset=utf-8"), *[(b"content-encoding", b"gzip")] * packs]
        if method == "HEAD":
            return Reply(status=200, headers=[*shared, _length(len(content))])
        return Reply(status=200, headers=shared, body=content)


def _takes_gzip(accepted: bytes) -> bool:
    """Whether an Accept-Encoding lets ``gzip`` in, by name; ``q=0`` keeps it out."""
    for entry in accepted.lower().split(b","):
        name, _, quality = entry.replace(b" ", b"").partition(b";q=")
        if name in (b"gzip", b"x-gzip"):
            return quality.strip(b"0.") != b"" or not quality
    return False


def _etags(asked: bytes) -> list[bytes]:
    """Those of an If-None-Match. A proxy may have made one weak, which is as good here."""
    return [entry.strip().removeprefix(b"W/") for entry in asked.split(b",")]


def lists_of(headers: list[Header]) -> dict[bytes, bytes]:
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
    return _json(status, {"error": sentence, "code": code})


def _json(status: int, body: dict[str, str]) -> Reply:
    return Reply(status=status, headers=[(b"content-type", b"application/json")], body=msgspec.json.encode(body))


@lru_cache(maxsize=1000)
def _to(origin: bytes) -> tuple[Header, ...]:
    """Who may read the answer. Beacons carry credentials, and then browsers want the origin itself instead of a star."""
    return (b"access-control-allow-origin", origin), (b"access-control-allow-credentials", b"true"), (b"vary", b"origin")


@lru_cache(maxsize=1000)
def _length(size: int) -> Header:
    return b"content-length", str(size).encode()
