"""Who is there right now: a number that changes by itself while a page is open."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import ServerSentEvent

from footfall.errors import FootfallError
from footfall.serve.answers import realtime_of
from footfall.serve.house import House
from footfall.serve.pages.frame import reader_of, text_of
from footfall.serve.pages.language import Language
from footfall.serve.sign_in import visible_portal
from footfall.vocabulary import Portal

__all__ = ["BEHIND"]

EVERY_S, STEP_S = 10.0, 0.5
MOST_TIMES = 360
"""After an hour the page asks anew, and whoever was signed out meanwhile is told nothing more."""


@get("/portals/{domain:str}/live")
async def live(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> ServerSentEvent:
    """Visitors of the last five minutes, every ten seconds, as the words that stand in the page."""
    portal = await visible_portal(house, request, domain)
    return ServerSentEvent(_words(house, portal, reader_of(request).language))


async def _words(house: House, portal: Portal, language: Language) -> AsyncIterator[str]:
    for _ in range(MOST_TIMES):
        try:
            now = await house.in_question_lane(lambda: realtime_of(house.desk, portal))
        except FootfallError:
            return
        yield text_of("now.html", language, now=now.answer).strip()
        for _ in range(int(EVERY_S / STEP_S)):
            if house.stopping.is_set():
                return
            await asyncio.sleep(STEP_S)


BEHIND = [live]
