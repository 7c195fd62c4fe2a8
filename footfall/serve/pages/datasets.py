"""The catalogue of datasets, and one of them: what is promised, where it comes from, what its loads came to, who may see it."""

import re
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.audit import Entry, read_audit
from footfall.control.roles import Operator
from footfall.control.transactions import Database
from footfall.serve.catalogue import dataset_lines, dataset_shown, visible_dataset
from footfall.serve.dataset_shapes import DatasetLine, LoadOutcome
from footfall.serve.home import salt_folder
from footfall.serve.house import House
from footfall.serve.pages import datasets_words
from footfall.serve.pages.account_words import role_names
from footfall.serve.pages.frame import HEADERS, reader_of, render
from footfall.serve.sign_in import may, signed_in
from footfall.serve.tools_of_sources import sources_of
from footfall.sources.builtins import builtin_names

__all__ = ["BEHIND", "Form", "catalogue_page", "dataset_page", "wording"]

DONE = ("put", "asked", "loaded", "unchanged", "withdrawn")
ACTIONS = ("dataset added", "contract changed", "data loaded", "dataset withdrawn", "data withdrawn", "old data deleted")
MOST_ENTRIES, LOOKED_AT = 10, 1000


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a form of the page came to."""

    fault: str = ""
    """In the reader's language."""
    contract: str = ""
    """As it was sent, where it was not taken."""
    outcome: LoadOutcome | None = None
    """Of a file that was looked at."""
    file: str = ""
    """Its name."""


@get("/datasets")
async def show_datasets(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Every dataset that they may see; ``q`` looks for words in id, name, module and owner."""
    return await catalogue_page(house, request)


@get("/datasets/{id:str}")
async def show_dataset(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> Response[Any]:
    """One dataset."""
    return await dataset_page(house, request, id)


@get("/datasets/{id:str}/contract.yaml")
async def download_contract(request: Request[Any, Any, Any], house: NamedDependency[House], id: FromPath[str]) -> Response[Any]:
    """Its contract as a file; a password in it is masked, and for who may not load so are the folders of its source."""
    operator, desk = await signed_in(house, request), house.desk
    exact = may(operator, "steward")
    shown = await house.in_question_lane(lambda: dataset_shown(sources_of(desk), id, desk.now(), operator, exact=exact))
    headers = HEADERS | {"content-disposition": f'attachment; filename="{shown.id}.yaml"'}
    return Response(shown.contract, media_type="application/yaml", headers=headers)


async def catalogue_page(house: House, request: Request[Any, Any, Any], form: Form | None = None) -> Response[Any]:
    """The catalogue, with what its form came to."""
    operator, desk, asked = await signed_in(house, request), house.desk, request.query_params.get("q", "").strip()
    ready, exact = salt_folder(desk.settings) is not None, may(operator, "steward")
    found = await house.in_question_lane(lambda: dataset_lines(sources_of(desk), desk.now(), operator, exact=exact)) if ready else []
    values: dict[str, Any] = {
        "lines": [line for line in found if _is_meant(line, asked)],
        "any": bool(found),
        "late": [line for line in found if line.late_since_ms],
        "asked": asked,
        "ready": ready,
        "form": form or Form(),
        "builtins": builtin_names(),
    }
    return render(request, "datasets.html", status=400 if form and form.fault else 200, **values, **wording(request, operator))


async def dataset_page(house: House, request: Request[Any, Any, Any], id: str, form: Form | None = None) -> Response[Any]:
    """One dataset, with what its form came to."""
    operator, desk = await signed_in(house, request), house.desk

    def work() -> dict[str, Any]:
        sources = sources_of(desk)
        _, contract = visible_dataset(sources, id, operator)
        exact = may(operator, "steward")
        entries = _entries(desk.control, id) if exact else []
        shown = dataset_shown(sources, id, desk.now(), operator, exact=exact)
        stages = {name: [one for one in shown.lineage if one.stage == name] for name in ("mart", "release")}
        return {"dataset": shown, "stages": stages, "ladder": contract.ladder, "entries": entries}

    found = await house.in_question_lane(work)
    done = next((name for name in DONE if name in request.query_params), "")
    values = {"form": form or Form(), "done": done, "proof": request.query_params.get("proof", "")} | wording(request, operator)
    return render(request, "dataset.html", status=400 if form and form.fault else 200, **found, **values)


def wording(request: Request[Any, Any, Any], operator: Operator) -> dict[str, Any]:
    """Words and ways that both pages share."""
    spoken = reader_of(request).language
    return {
        "words": datasets_words,
        "role_names": role_names(spoken),
        "at": lambda ms: datetime.fromtimestamp(ms / 1000, UTC),
        "day_of": lambda text: datetime.fromisoformat(text).date(),
        "in_words": partial(datasets_words.reason_in_words, spoken),
        "place": partial(datasets_words.place_in_words, spoken),
        "rung": partial(datasets_words.rung_in_words, spoken),
        "may_change": may(operator, "steward"),
    }


def _entries(control: Database, id: str) -> list[Entry]:
    """What was done to the dataset last."""
    found = (entry for entry in read_audit(control, most=LOOKED_AT) if entry.action in ACTIONS)
    return list(islice((entry for entry in found if re.split("[: ]", entry.object)[0] == id), MOST_ENTRIES))


def _is_meant(line: DatasetLine, asked: str) -> bool:
    told = f"{line.id} {line.name} {line.module} {line.owner}".lower()
    return all(word in told for word in asked.lower().split())


BEHIND = [show_datasets, show_dataset, download_contract]
