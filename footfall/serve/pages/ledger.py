"""The ledger's heads, for anybody: who holds a copy of one can see later that no line before it was written anew."""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.control.heads import Head, heads
from footfall.errors import RateLimited
from footfall.serve.clock import steady_ms
from footfall.serve.error_answers import HANDLERS
from footfall.serve.house import House
from footfall.serve.ledgers import open_ledger
from footfall.serve.pages.frame import HEADERS, text_of
from footfall.serve.pages.residents import ANYBODY, resident
from footfall.serve.sign_in import in_thread

__all__ = ["ROUTES"]


@get("/ledger")
async def ledger_page(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """The heads of the last days, and what they are for."""
    reader, found = resident(request), [(date.fromisoformat(one.day), one) for one in await _heads(house)]
    body = text_of("ledger.html", reader.language, reader=reader, here="/ledger", heads=found)
    return Response(body, media_type="text/html", headers=HEADERS)


@get("/ledger.json", exception_handlers=HANDLERS)
async def ledger_twin(house: NamedDependency[House]) -> Response[Any]:
    """The same for machines."""
    return Response(msgspec.json.encode({"heads": await _heads(house)}), media_type="application/json", headers=ANYBODY)


async def _heads(house: House) -> list[Head]:
    if not house.allow_open("", steady_ms()):
        raise RateLimited("Too many ask for the ledger just now. Try again in a minute.", retry_after_s=60)
    desk = house.desk
    return await in_thread(lambda: heads(open_ledger(desk.settings, desk.control), desk.now()))


ROUTES = [ledger_page, ledger_twin]
