"""The API of datasets: what there is, their contracts, loading a file or a source, withdrawing with proof, and the catalogue as DCAT."""

from collections.abc import Callable, Iterator
from typing import Any

import anyio.from_thread
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Response

from footfall.control.roles import Operator
from footfall.errors import BadInput, Forbidden, Unavailable
from footfall.serve.bodies import read_body
from footfall.serve.catalogue import dataset_lines, dataset_shown, load_lines, loads_shown, outcome_shown, visible_dataset
from footfall.serve.city_data import reader_of
from footfall.serve.dataset_shapes import DatasetList, LoadLines, LoadList, Rows, WithdrawnShown, builtins
from footfall.serve.dcat import MEDIA_TYPE, catalogue_json
from footfall.serve.house import House
from footfall.serve.keys import authorize
from footfall.serve.loading_sources import Sources
from footfall.serve.sites import public_url
from footfall.serve.source_acts import withdraw
from footfall.serve.streamed_forms import body_parts, streamed
from footfall.serve.tools_of_sources import sources_of
from footfall.serve.uploads import received

__all__ = ["ROUTES", "load_from_address", "load_sent", "withdrawn_shown"]

JSON = "application/json"
ADDRESSES = ("http://", "https://", "s3://")
UNNAMED = "upload"
Progress = Callable[[str, int], None]


def load_sent(house: House, id: str, parts: Iterator[bytes], name: str, *, dry_run: bool) -> LoadLines:
    """Load a file that is sent, or look what would come of it.

    Raises:
        BadInput: it is empty, or not what the contract says.
        TooLarge, Unavailable: there is no room for it.
        Conflict: a load of the dataset runs already.
    """
    sources, most_bytes = sources_of(house.desk), house.desk.settings.source_room_bytes
    with received(parts, sources.folder, name, most_bytes=most_bytes) as file:
        if dry_run:
            return LoadLines(dry_run=outcome_shown(sources.dry_run(id, file.path, _stop_with(house))))
        return load_lines(sources, sources.load_from(id, file.source, _stop_with(house)))


def load_from_address(house: House, id: str, source: str) -> LoadLines:
    """Load what the contract's own source has, or an address. Raises as ``Sources.load``."""
    sources, progress = sources_of(house.desk), _stop_with(house)
    if not source:
        return load_lines(sources, sources.load(id, progress))
    if not source.startswith(ADDRESSES):
        raise BadInput("source {source!r} is not valid. Valid: an address of http(s) or s3, or none for the contract's own.", source=source)
    return load_lines(sources, sources.load_from(id, source, progress))


def withdrawn_shown(sources: Sources, id: str, now_ms: int) -> WithdrawnShown:
    """Withdraw, and tell what was counted. Raises as ``source_acts.withdraw``."""
    done = withdraw(sources, id, now_ms)
    return WithdrawnShown(id, done.loads, Rows(done.rows.before, done.rows.after))


def _stop_with(house: House) -> Progress:
    """What a load asks as it goes on: the server's end ends it."""

    def progress(step: str, rows: int) -> None:
        if house.stopping.is_set():
            raise Unavailable("The server stopped while it was read; it is read again.", retry_after_s=5)

    return progress


async def _writing(house: House, request: Request[Any, Any, Any]) -> Sources:
    """Raises Forbidden of a key for some portals: datasets are the whole city's."""
    key = await authorize(house, request, "datasets:write")
    if key.portals:
        raise Forbidden("This key is for some portals only; datasets are of the whole city.")
    return sources_of(house.desk)


async def _reading(house: House, request: Request[Any, Any, Any]) -> tuple[Operator | None, bool]:
    """As whom the key sees datasets, and whether it may load: who brings the rows may know how many there are."""
    reader = reader_of(await authorize(house, request, "datasets:read"))
    return reader, reader is None


@get("/api/v1/datasets")
async def list_datasets(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Every dataset, by id."""
    (reader, exact), desk = await _reading(house, request), house.desk
    return builtins(
        await house.in_question_lane(lambda: DatasetList(tuple(dataset_lines(sources_of(desk), desk.now(), reader, exact=exact))))
    )


@get("/api/v1/datasets.jsonld")
async def show_dcat(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """The catalogue in the words of DCAT-AP 3."""
    (reader, _), desk, url = await _reading(house, request), house.desk, public_url(request, house)

    def work() -> dict[str, Any]:
        sources = sources_of(desk)
        lines = dataset_lines(sources, desk.now(), reader)
        shown = [dataset_shown(sources, line.id, desk.now(), reader) for line in lines if line.state != "withdrawn"]
        return catalogue_json(shown, url, desk.settings.controller)

    return Response(await house.in_question_lane(work), media_type=MEDIA_TYPE)


@get("/api/v1/datasets/{id:str}")
async def show_dataset(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> dict[str, Any]:
    """One dataset: contract, lineage, freshness, quality, retention, last loads."""
    (reader, exact), desk = await _reading(house, request), house.desk
    return builtins(await house.in_question_lane(lambda: dataset_shown(sources_of(desk), id, desk.now(), reader, exact=exact)))


@put("/api/v1/datasets/{id:str}", status_code=200)
async def put_dataset(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> dict[str, Any]:
    """A new dataset, or another contract for one: as YAML, or as ``{"contract": YAML}``."""
    sources, desk = await _writing(house, request), house.desk
    text = await _contract_in(request)

    def work() -> dict[str, Any]:
        given = sources.tools.read_contract(text).id
        if given != id:
            raise BadInput("The contract's id is {given!r}; the address says {id!r}.", given=given, id=id)
        sources.put(text)
        return builtins(dataset_shown(sources, id, desk.now(), exact=True))

    return await house.in_question_lane(work)


@delete("/api/v1/datasets/{id:str}", status_code=200)
async def delete_dataset(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> dict[str, Any]:
    """Withdraw a dataset: nothing of it is read any more, and its rows go, counted before and after. Its lines stay."""
    sources, desk = await _writing(house, request), house.desk
    return builtins(await house.in_import_lane(lambda: withdrawn_shown(sources, id, desk.now())))


@get("/api/v1/datasets/{id:str}/loads")
async def list_loads(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> dict[str, Any]:
    """A dataset's loads, newest first: limit (50, at most 1,000); before, the number of a load."""
    reader, exact = await _reading(house, request)
    limit, before = (_number(request, name, usual) for name, usual in (("limit", 50), ("before", 0)))

    def work() -> LoadList:
        sources = sources_of(house.desk)
        visible_dataset(sources, id, reader)
        return LoadList(loads_shown(sources, sources.lines(id, most=max(1, min(limit, 1000)), before=before), exact=exact))

    return builtins(await house.in_question_lane(work))


@post("/api/v1/datasets/{id:str}/loads", status_code=200, request_max_body_size=None, takes_file=True)
async def load_dataset(
    request: Request[Any, Any, Any],
    house: NamedDependency[House],
    id: FromPath[str],
    object: FromQuery[str] = "",
    dry_run: FromQuery[str] = "",
) -> dict[str, Any]:
    """Load a file that is sent (``object`` names it), or with JSON what the contract's source has; answered when all is counted."""
    sources = await _writing(house, request)
    is_dry = _flag(dry_run)
    await house.in_question_lane(lambda: visible_dataset(sources, id))
    if request.content_type[0] in (JSON, ""):
        if is_dry:
            raise BadInput("A dry run is made of a file: send it as application/octet-stream or in a form.")
        source = str((await read_body(request)).get("source", ""))
        return builtins(await house.in_import_lane(lambda: load_from_address(house, id, source)))
    form = streamed(request)
    if form:
        await form.fields()
    name = object or (form.file_name if form else "") or UNNAMED
    parts = form.parts() if form else _parts(request)
    return builtins(await house.in_import_lane(lambda: load_sent(house, id, parts, name, dry_run=is_dry)))


def _parts(request: Request[Any, Any, Any]) -> Iterator[bytes]:
    stream = body_parts(request)

    async def next_part() -> bytes | None:
        return await anext(stream, None)

    while (part := anyio.from_thread.run(next_part)) is not None:
        yield part


async def _contract_in(request: Request[Any, Any, Any]) -> str:
    if request.content_type[0] == JSON:
        return str((await read_body(request)).get("contract", ""))
    try:
        return (await request.body()).decode()
    except UnicodeDecodeError:
        raise BadInput("The contract is no text in UTF-8.") from None


def _flag(text: str) -> bool:
    if text not in ("", "true", "false", "1", "0"):
        raise BadInput("dry_run {value!r} is not valid. Valid: true, false.", value=text)
    return text in ("true", "1")


def _number(request: Request[Any, Any, Any], name: str, usual: int) -> int:
    text = request.query_params.get(name, "")
    if text and not (text.isdecimal() and len(text) < 10):
        raise BadInput("{name} {value!r} is not valid. Valid: a whole number.", name=name, value=text)
    return int(text) if text else usual


ROUTES = [list_datasets, show_dcat, show_dataset, put_dataset, delete_dataset, list_loads, load_dataset]
