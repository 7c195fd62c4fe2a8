"""Imports over HTTP: any size, streamed, answered when everything is counted."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import anyio.from_thread
import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.exceptions import InternalServerException
from litestar.params import FromQuery

from footfall.collect.checkpoints import Checkpoints
from footfall.collect.conditions import CONDITIONS
from footfall.collect.formats import access_logs, ndjson
from footfall.collect.importing import ImportReport, iterate_lines, run_import
from footfall.collect.places import open_places
from footfall.control.keys import Key
from footfall.errors import BadInput, Unavailable
from footfall.serve.bodies import MULTIPART
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.serve.retention import kept_from
from footfall.serve.unpacking import unpacked
from footfall.vocabulary import Portal

__all__ = ["ROUTES", "import_stream"]


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
        BadInput: the portal is sealed; or the packed stream is broken, and what came before it stays.
        Unavailable: the disk or the store is away; what was loaded stays, run it again.
    """
    return _import_into(desk, kind, desk.control.portal(domain), parts, progress)


def _import_into(desk: Desk, kind: str, portal: Portal, parts: Iterable[bytes], progress: Callable[[ImportReport], None]) -> ImportReport:
    if portal.keep_events == 0 or desk.is_sealed(portal):
        raise BadInput("Portal {domain!r} is sealed (keep_events 0): it keeps no history, so none can be imported.", domain=portal.domain)
    with desk.import_salts.unfinished(portal.id):
        return run_import(
            iterate_lines(unpacked(parts)),
            site=portal.id,
            decode=_decoder(desk, kind, portal),
            journal=desk.journal_folder,
            load=desk.loader.load,
            checkpoints=Checkpoints(desk.settings.home_path / "imports", portal.id),
            progress=progress,
            kind=kind,
            kept_from=kept_from(portal, desk.control, desk.now()),
        )


def _decoder(desk: Desk, kind: str, portal: Portal) -> Callable[[bytes], Any]:
    visitor_of, conditions = partial(desk.import_salts.visitor, portal), CONDITIONS[desk.settings.profile]
    if kind == "log":
        return access_logs.make_decoder(portal, visitor_of, open_places(desk.settings.geo_database), conditions)
    return lambda line: ndjson.decode_line(line, portal, visitor_of, conditions)


async def _answered(request: Request[Any, Any, Any], house: House, kind: str, site_id: str) -> dict[str, Any]:
    key: Key = await authorize(house, request, "import:write")
    if not site_id:
        raise BadInput("Missing site ID. Send site_id, a portal's domain, in the address.")
    if request.content_type[0] == MULTIPART:
        raise BadInput("The file is in a form. Send the file itself as the body: curl --data-binary @FILE.")
    stream = request.stream()

    async def next_part() -> bytes | None:
        try:
            return await anext(stream, None)
        except InternalServerException:
            raise BadInput("The upload broke off; send it again, what was counted is passed over.") from None

    def parts() -> Iterator[bytes]:
        while (part := anyio.from_thread.run(next_part)) is not None:
            yield part

    def progress(report: ImportReport) -> None:
        if house.stopping.is_set():
            raise Unavailable("The server is stopping; send the file again, what was counted is passed over.", retry_after_s=5)

    def work() -> ImportReport:
        portal = portal_for(house.desk.control, key, "import:write", site_id)
        # Two imports of one portal take turns: the order of chunks is the order of visits.
        with house.import_locks[portal.id]:
            return _import_into(house.desk, kind, portal, parts(), progress)

    return dict(msgspec.to_builtins(await house.in_import_lane(work)))


@post("/api/v1/import/events", status_code=200, request_max_body_size=None)
async def import_events(request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromQuery[str] = "") -> dict[str, Any]:
    """Import events, one JSON object a line, in the order of the file."""
    return await _answered(request, house, "events", site_id)


@post("/api/v1/import/log", status_code=200, request_max_body_size=None)
async def import_log(request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromQuery[str] = "") -> dict[str, Any]:
    """Import a server log. Addresses are hashed line by line and not kept."""
    return await _answered(request, house, "log", site_id)


ROUTES = [import_events, import_log]
