"""Imports over HTTP: any size, streamed, answered when everything is counted."""

import bz2
import gzip
import secrets
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import anyio.from_thread
import anyio.to_thread
import msgspec
from litestar import Request, post

from footfall.collect.checkpoints import Checkpoints
from footfall.collect.formats import access_logs, ndjson
from footfall.collect.import_salts import ImportSalts
from footfall.collect.importing import ImportReport, iterate_lines, run_import
from footfall.collect.places import open_places
from footfall.errors import BadInput
from footfall.serve.clock import steady_ms
from footfall.serve.house import Desk, House
from footfall.serve.keys import bearer

__all__ = ["ROUTES", "import_stream", "unpacked"]

KINDS = ("events", "log")
_salts = ImportSalts(steady_ms=steady_ms, random=secrets.token_bytes)


def import_stream(
    desk: Desk,
    kind: str,
    domain: str,
    parts: Iterable[bytes],
    progress: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    """Import one stream (plain, gzip or bzip2) into a portal.

    Raises:
        NotFound: no such portal.
        Unavailable: the disk or the store is away; what was loaded stays, run it again.
    """
    portal = desk.control.portal(domain)

    def visitor_of(who: str | None, time_ms: int) -> int:
        return _salts.visitor(portal, who, time_ms)

    if kind == "log":
        decode = access_logs.make_decoder(portal, visitor_of, open_places(desk.settings.geo_database))
    else:

        def decode(line: bytes) -> Any:
            return ndjson.decode_line(line, portal, visitor_of)

    return run_import(
        iterate_lines(unpacked(parts)),
        site=portal.id,
        decode=decode,
        journal=desk.journal_folder,
        load=desk.loader.load,
        checkpoints=Checkpoints(desk.settings.home_path / "imports", portal.id),
        progress=progress,
    )


def unpacked(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes, unpacked where their first ones say gzip or bzip2.

    Raises:
        BadInput: the packed stream is broken.
    """
    stream = iter(parts)
    first = next((part for part in stream if part), b"")
    try:
        if first.startswith(b"\x1f\x8b"):
            yield from _gunzipped(first, stream)
        elif first.startswith(b"BZh"):
            unpack = bz2.BZ2Decompressor()
            for part in (first, *stream):
                yield unpack.decompress(part)
        else:
            yield first
            yield from stream
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadInput(f"The packed file cannot be read: {error}.") from None


def _gunzipped(first: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    unpack = zlib.decompressobj(wbits=31)
    for part in (first, *stream):
        yield unpack.decompress(part)
        while unpack.eof and unpack.unused_data:
            rest, unpack = unpack.unused_data, zlib.decompressobj(wbits=31)
            yield unpack.decompress(rest)


async def _import(request: Request[Any, Any, Any], house: House, kind: str, site_id: str) -> dict[str, Any]:
    stream = request.stream()

    def parts() -> Iterator[bytes]:
        while True:
            part = anyio.from_thread.run(anext, stream, None)
            if part is None:
                return
            yield part

    def work() -> ImportReport:
        bearer(house.desk, request, "import:write", house.desk.control.portal(site_id).domain)
        return import_stream(house.desk, kind, site_id, parts())

    report = await anyio.to_thread.run_sync(work)
    return dict(msgspec.to_builtins(report))


@post("/api/v1/import/events", status_code=200)
async def import_events(request: Request[Any, Any, Any], house: House, site_id: str) -> dict[str, Any]:
    """Import events, one JSON object a line, in the order of the file."""
    return await _import(request, house, "events", site_id)


@post("/api/v1/import/log", status_code=200)
async def import_log(request: Request[Any, Any, Any], house: House, site_id: str) -> dict[str, Any]:
    """Import a server log. Addresses are hashed line by line and not kept."""
    return await _import(request, house, "log", site_id)


ROUTES = [import_events, import_log]
