"""Forms of datasets: a contract, a file to look at or to load, loading now, withdrawing. Every one works without script."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.control.datasets import Dataset
from footfall.control.runs import ask_run
from footfall.errors import BadInput, FootfallError
from footfall.serve.catalogue import visible_dataset
from footfall.serve.dataset_shapes import LoadLines
from footfall.serve.datasets import load_sent, withdrawn_shown
from footfall.serve.house import House
from footfall.serve.pages.account_words import said
from footfall.serve.pages.datasets import Form, catalogue_page, dataset_page
from footfall.serve.pages.frame import HEADERS
from footfall.serve.sign_in import fields_of, require, signed_in
from footfall.serve.source_jobs import job_of
from footfall.serve.streamed_forms import StreamedForm, streamed
from footfall.serve.tools_of_sources import sources_of
from footfall.sources.builtins import builtin_text

__all__ = ["BEHIND"]

MOST_CONTRACT_BYTES = 1_000_000
NO_FILE = "Choose a file first."
OTHER_ID = "The contract's id is {given!r}; this dataset is {id!r}."
NOT_TYPED = "Type the dataset's id, {id!r}, to withdraw it."


@get("/datasets/builtin/{name:str}")
async def download_builtin(request: Request[Any, Any, Any], house: NamedDependency[House], name: FromPath[str]) -> Response[Any]:
    """A contract to begin with."""
    await signed_in(house, request)
    headers = HEADERS | {"content-disposition": f'attachment; filename="{quote(name)}.yaml"'}
    return Response(builtin_text(name), media_type="application/yaml", headers=headers)


@post("/datasets", status_code=303, request_max_body_size=None, takes_file=True)
async def add_dataset(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A contract that is pasted or sent: a new dataset, or another version of one."""
    operator = await signed_in(house, request)
    require(operator, "steward")
    text = ""

    def put_it() -> Dataset:
        sources = sources_of(house.desk)
        id = sources.tools.read_contract(text).id
        if any(dataset.id == id for dataset in sources.datasets()):
            visible_dataset(sources, id, operator)
        return sources.put(text)

    try:
        text = await _contract_in(house, request)
        put = await house.in_question_lane(put_it)
    except FootfallError as error:
        return await catalogue_page(house, request, Form(fault=said(request, error), contract=text))
    return Redirect(f"/datasets/{put.id}?put=1", status_code=303)


@post("/datasets/{id:str}/check", status_code=200, request_max_body_size=None, takes_file=True)
async def check_file(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> Response[Any]:
    """What would come of a file; nothing is written."""

    def shown(lines: LoadLines, name: str) -> Form:
        return Form(outcome=lines.dry_run, file=name)

    return await _with_file(house, request, id, shown, dry_run=True)


@post("/datasets/{id:str}/load-file", status_code=200, request_max_body_size=None, takes_file=True)
async def load_file(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> Response[Any]:
    """Load a file; its line stands first among the loads."""
    return await _with_file(house, request, id, lambda lines, name: None, dry_run=False)


@post("/datasets/{id:str}/load", status_code=303)
async def load_now(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> Response[Any]:
    """Have its source loaded now, by whichever app looks first."""
    operator, desk = await signed_in(house, request), house.desk
    require(operator, "steward")

    def work() -> None:
        _, contract = visible_dataset(sources_of(desk), id, operator)
        if not contract.source:
            raise BadInput("The contract of {id!r} names no source; give the file.", id=id)
        ask_run(desk.control, job_of(id), now_ms=desk.now())

    try:
        await house.in_question_lane(work)
    except BadInput as error:
        return await dataset_page(house, request, id, Form(fault=said(request, error)))
    return Redirect(f"/datasets/{id}?asked=1", status_code=303)


@post("/datasets/{id:str}/withdraw", status_code=303)
async def withdraw_dataset(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> Response[Any]:
    """Withdraw it, if its id was typed."""
    operator, desk = await signed_in(house, request), house.desk
    require(operator, "steward")
    await house.in_question_lane(lambda: visible_dataset(sources_of(desk), id, operator))
    if (await fields_of(request)).get("id", "").strip() != id:
        return await dataset_page(house, request, id, Form(fault=said(request, BadInput(NOT_TYPED, id=id))))
    done = await house.in_import_lane(lambda: withdrawn_shown(sources_of(desk), id, desk.now()))
    return Redirect(f"/datasets/{id}?withdrawn=1&proof={done.rows.before}-{done.rows.after}", status_code=303)


async def _with_file(
    house: House, request: Request[Any, Any, Any], id: str, shown: Callable[[LoadLines, str], Form | None], *, dry_run: bool
) -> Response[Any]:
    operator = await signed_in(house, request)
    require(operator, "steward")
    await house.in_question_lane(lambda: visible_dataset(sources_of(house.desk), id, operator))
    try:
        form = await _form_of(request)
        lines = await house.in_import_lane(lambda: load_sent(house, id, form.parts(), form.file_name, dry_run=dry_run))
    except FootfallError as error:
        return await dataset_page(house, request, id, Form(fault=said(request, error)))
    if page := shown(lines, form.file_name):
        return await dataset_page(house, request, id, page)
    return Redirect(f"/datasets/{id}?{'loaded' if lines.lines else 'unchanged'}=1#loads", status_code=303)


async def _form_of(request: Request[Any, Any, Any]) -> StreamedForm:
    form = streamed(request)
    if form:
        await form.fields()
    if form is None or not form.file_name:
        raise BadInput(NO_FILE)
    return form


async def _contract_in(house: House, request: Request[Any, Any, Any]) -> str:
    """The file's, else the pasted one."""
    fields, form = await fields_of(request), streamed(request)
    if form is None or not form.file_name:
        return fields.get("contract", "")
    sent = await house.in_import_lane(lambda: _joined(form))
    return sent.decode("utf-8", "replace")


def _joined(form: StreamedForm) -> bytes:
    found = bytearray()
    for part in form.parts():
        found += part
        if len(found) > MOST_CONTRACT_BYTES:
            raise BadInput("This is too large for a contract.")
    return bytes(found)


BEHIND = [download_builtin, add_dataset, check_file, load_file, load_now, withdraw_dataset]
