"""The API of the marts of interest: their list, and each as JSON, CSV or Parquet."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.serve.aggregates import MEDIA_TYPE
from footfall.serve.house import Desk, House
from footfall.serve.interest_marts import NAMED, as_parquet, flat, interest_mart, named, portals_of, rows_of
from footfall.serve.keys import authorize
from footfall.serve.mart_shapes import ListedMart, ListedMarts
from footfall.serve.pages.export import written

__all__ = ["ROUTES", "listed", "shown"]

FORMATS = {"json": "application/json", "csv": "text/csv", "parquet": MEDIA_TYPE}
PERIOD = "30d"


def listed() -> list[ListedMart]:
    """Every mart of interest: its name, what it says, its columns and the drawn marts it is made of."""
    return [ListedMart(one.name, one.says, list(one.names), list(one.of)) for one in NAMED]


def shown(desk: Desk, name: str, given: dict[str, str], key: Key | None = None) -> bytes:
    """The mart as a file: ``site_id`` are portals with commas between, all that may be seen without; ``date_range`` is a period's name or
    two dates; ``format`` is one of FORMATS.

    Raises:
        BadQuestion: one of these is not valid.
        NotFound, Forbidden: there is no such mart or portal, or the key may not.
        Unavailable: the store is away.
    """
    kind = given.get("format", "json")
    if kind not in FORMATS:
        raise BadQuestion("Format {kind!r} is not valid. Valid: {valid}.", kind=kind, valid=", ".join(FORMATS))
    domains, days = _split(given.get("site_id", "")), _split(given.get("date_range", PERIOD))
    found = interest_mart(desk, name, portals_of(desk, domains, key), days if len(days) > 1 else "".join(days))
    if kind == "parquet":
        return as_parquet(desk, found)
    if kind == "csv":
        return written([found.columns, *([flat(cell) for cell in row] for row in found.rows)])
    return msgspec.json.encode({"mart": name, "results": list(rows_of(found)), "meta": _meta(found)})


def _meta(found: Any) -> dict[str, Any]:
    return {"says": found.says, "policy": found.policy, "columns": found.columns, "sources": found.sources}


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@get("/api/v1/marts")
async def list_marts(request: Request[Any, Any, Any], house: NamedDependency[House]) -> ListedMarts:
    """What there is to ask for."""
    await authorize(house, request, "marts:read")
    return ListedMarts(listed())


@get("/api/v1/marts/{name:str}")
async def show_mart(request: Request[Any, Any, Any], house: NamedDependency[House], name: FromPath[str]) -> Response[bytes]:
    """A mart of interest out of the numbers drawn for the city."""
    key = await authorize(house, request, "marts:read", is_question=True)
    named(name)
    given = dict(request.query_params.items())
    content = await house.in_question_lane(lambda: shown(house.desk, name, given, key))
    return Response(content, media_type=FORMATS[given.get("format", "json")])


ROUTES = [list_marts, show_mart]
