"""Open data: a mart's cells as they were drawn for everybody, without a key. Off unless the steward turns it on."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.errors import BadQuestion, NotFound, RateLimited
from footfall.privacy import Released
from footfall.privacy.marts import MARTS, Mart
from footfall.privacy.policy import OPEN
from footfall.reports.mart_keys import dimensions_of
from footfall.serve.answers import drawn_of
from footfall.serve.clock import steady_ms
from footfall.serve.house import Desk, House
from footfall.serve.mart_shapes import Card, Cell, OpenMart
from footfall.serve.pages.export import written
from footfall.vocabulary import Answer, Portal

__all__ = ["ROUTES", "as_csv", "open_mart"]

FORMATS = {"json": "application/json", "csv": "text/csv"}
LIFE_S = 3600
MOST_CELLS = 10_000


def open_mart(desk: Desk, portal: Portal, mart: Mart, first: str, last: str) -> OpenMart:
    """The mart's cells of the days from ``first`` to ``last``, with their card.

    Raises:
        BadQuestion: these are no days, or have more than MOST_CELLS cells.
        Unavailable: the store is away.
    """
    by = (f"time:{mart.grain}", *dimensions_of(mart))
    asked = {
        "metrics": ["visitors"],
        "date_range": [first, last],
        "dimensions": list(by),
        "order_by": [[name, "asc"] for name in by],
        "include": {"total_rows": True},
        "pagination": {"limit": MOST_CELLS},
    }
    released = drawn_of(desk, portal, asked, OPEN.name)
    if int(str(released.answer.meta["total_rows"])) > MOST_CELLS:
        raise BadQuestion("The file would have more than {most:,} cells. Ask for fewer days.", most=MOST_CELLS)
    cells = [Cell(list(row.dimensions), int(str(row.metrics[0]))) for row in released.answer.rows]
    return OpenMart(_card(desk, portal, mart, released, (first, last)), [mart.grain, *mart.keys], cells)


def as_csv(found: OpenMart) -> bytes:
    """The card in lines that begin with ``#``, then the columns and a line a cell."""
    return written(_lines(found))


def _lines(found: OpenMart) -> Iterator[list[Any]]:
    for name, value in msgspec.to_builtins(found.card).items():
        yield [f"# {name}", " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else value]
    yield [*found.columns, "visitors"]
    yield from ([*cell.keys, cell.visitors] for cell in found.cells)


def _card(desk: Desk, portal: Portal, mart: Mart, released: Released[Answer], days: tuple[str, str]) -> Card:
    told: Any = released.answer.meta["release"]
    return Card(
        portal=portal.domain,
        mart=mart.name,
        grain=mart.grain,
        first=days[0],
        last=days[1],
        policy=released.policy,
        unit=told["unit"],
        rho=told["rho"],
        sigma=told["sigma"],
        tau=told["threshold"],
        plus_minus=next((row.plus_minus for row in released.answer.rows), None),
        lines=told["lines"],
        license=desk.settings.open_data_license,
    )


@get("/api/v2/open/{site_id:str}/{mart:str}")
async def open_data(
    request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromPath[str], mart: FromPath[str]
) -> Response[bytes]:
    """The cells as JSON or CSV. Anybody may keep them: a cell that was drawn does not change."""
    if not house.desk.settings.open_data:
        raise NotFound("No open data is published here; whoever runs the server can turn on the setting open_data.")
    given = request.query_params
    kind = given.get("format", "json")
    wanted = next((one for one in MARTS if one.name == mart), None)
    if wanted is None:
        raise NotFound("Mart {mart!r} is not known. Valid: {valid}.", mart=mart, valid=", ".join(one.name for one in MARTS))
    if kind not in FORMATS or not (given.get("from") and given.get("to")):
        raise BadQuestion("Open data need two days, from and to, such as 2026-01-31, and a format: {valid}.", valid=", ".join(FORMATS))
    if not house.allow_open("", steady_ms()):
        raise RateLimited("Too many ask for open data just now. Try again in a minute.", retry_after_s=60)
    content = await house.in_question_lane(lambda: _file(house.desk, site_id, wanted, (given["from"], given["to"]), kind))
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    is_known = request.headers.get("if-none-match") == tag
    headers = {"cache-control": f"public, max-age={LIFE_S}", "etag": tag, "access-control-allow-origin": "*"}
    return Response(b"" if is_known else content, status_code=304 if is_known else 200, media_type=FORMATS[kind], headers=headers)


def _file(desk: Desk, domain: str, mart: Mart, days: tuple[str, str], kind: str) -> bytes:
    found = open_mart(desk, desk.control.portal(domain), mart, *days)
    return as_csv(found) if kind == "csv" else msgspec.json.encode(found)


ROUTES = [open_data]
