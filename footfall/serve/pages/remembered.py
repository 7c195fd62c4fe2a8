"""A portal's page of days whose events are forgotten: what the marts say of them, each number with its ±."""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.ledger import lines
from footfall.errors import BadQuestion
from footfall.privacy import Released
from footfall.privacy.noisy import rounded
from footfall.privacy.policy import CITY, STAFF
from footfall.reports.mart_keys import KEYS
from footfall.reports.periods import parse_period
from footfall.serve.answers import drawn_of, first_kept
from footfall.serve.house import Desk, House
from footfall.serve.ledgers import open_ledger
from footfall.serve.pages.frame import render
from footfall.serve.pages.graph import Graph, draw
from footfall.serve.pages.view import FIELDS, PERIODS, View, read_view
from footfall.serve.sign_in import visible_portal
from footfall.vocabulary import Answer, Portal, Row

__all__ = ["BEHIND", "Number", "Part", "Remembered", "is_remembered", "load"]

SHORT_ROWS, LONG_ROWS = 9, 100
DAYS_DRAWN = 400
"""More are drawn by month."""
WITHOUT_MART_OF_THEIR_OWN = ("page", "entry_page", "exit_page", "channel", "source", "country", "region", "device", "goal")
DIMENSIONS = {name: FIELDS[name] for name in WITHOUT_MART_OF_THEIR_OWN} | {
    "hour": "mart:hour",
    "duration": "mart:duration",
    "search": "mart:search_term",
}
"""Parts of the page, in order, and what each asks by."""
NOT_EVERYWHERE = ("goal", "search")
"""Not there where nothing is remembered: not every portal has them."""
IN_ORDER = ("hour", "duration")
"""Their rows stand in their own order, not by size."""


class Number(msgspec.Struct, frozen=True):
    """One number that was drawn."""

    visitors: int
    """As it is shown: rounded."""
    plus_minus: int
    label: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A card: visitors by one thing."""

    name: str
    """A name of DIMENSIONS."""
    rows: tuple[Number, ...]
    threshold: int
    """A cell below is absent."""
    has_coarser: bool
    """All cells are, and only the whole portal is left to ask for."""

    @property
    def is_weekly(self) -> bool:
        return KEYS[DIMENSIONS[self.name]][0] == "search_term"


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows."""

    portal: Portal
    view: View
    first: datetime
    last: datetime
    total: Number | None
    """``None`` where nothing was drawn of these days."""
    graph: Graph
    numbers: dict[str, Number]
    """Of the graph, by label."""
    parts: tuple[Part, ...]
    threshold: int
    """Of a day's visitors."""
    drawn: tuple[datetime, datetime] | None
    """When the first and the last of these days were drawn; ``None`` where the ledger does not know."""


def is_remembered(desk: Desk, portal: Portal, view: View) -> bool:
    """Whether the view begins before the days whose events are kept, and something was drawn of it. Never where the policy is ``exact``.

    Raises:
        BadQuestion: the period is none.
        Unavailable: the store is away.
    """
    period = parse_period(view.date_range, timezone=portal.timezone, now_ms=desk.now())
    if desk.settings.policy != STAFF.name or period.is_all or period.by_instants or period.first >= first_kept(desk, portal):
        return False
    return _number(_ask(desk, portal, view).answer.rows[0]) is not None


def load(desk: Desk, portal: Portal, view: View) -> Remembered:
    """Ask everything that the page shows. The view's filters do not matter.

    Raises:
        BadQuestion: the period has no whole days.
        Unavailable: the store is away.
    """
    zone = ZoneInfo(portal.timezone)
    whole = _ask(desk, portal, view).answer
    first, last = (datetime.fromisoformat(text) for text in whole.query["date_range"])  # type: ignore[attr-defined]
    unit = "time:day" if (last - first).days <= DAYS_DRAWN else "time:month"
    by_day = _ask(desk, portal, view, unit, include={"time_labels": True})
    told: Any = whole.meta["release"]
    return Remembered(
        portal=portal,
        view=view,
        first=first,
        last=last,
        total=_number(whole.rows[0]),
        graph=draw(by_day, datetime.fromtimestamp(desk.now() / 1000, zone)),
        numbers={number.label: number for number in map(_number, by_day.answer.rows) if number},
        parts=tuple(_parts(desk, portal, view)) if _number(whole.rows[0]) else (),
        threshold=told["threshold"],
        drawn=_when_drawn(desk, portal, told["lines"], zone),
    )


def _parts(desk: Desk, portal: Portal, view: View) -> Iterator[Part]:
    for name, by in DIMENSIONS.items():
        answer = _ask(desk, portal, view, by, pagination={"limit": LONG_ROWS}).answer
        rows = [number for number in map(_number, answer.rows) if number]
        if name in IN_ORDER:
            rows.sort(key=lambda number: float(number.label))
        told: Any = answer.meta["release"]
        if rows or name not in NOT_EVERYWHERE:
            yield Part(name=name, rows=tuple(rows), threshold=told["threshold"], has_coarser="coarser" in answer.meta and not rows)


def _ask(desk: Desk, portal: Portal, view: View, *by: str, **more: Any) -> Released[Answer]:
    body = {"metrics": ["visitors"], "date_range": view.date_range, "dimensions": list(by)} | more
    return drawn_of(desk, portal, body, CITY.name)


def _number(row: Row) -> Number | None:
    value = row.metrics[0]
    if not isinstance(value, int) or row.plus_minus is None:
        return None
    return Number(rounded(value), row.plus_minus, row.dimensions[0] if row.dimensions else "")


def _when_drawn(desk: Desk, portal: Portal, numbers: list[int], zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    if not numbers:
        return None
    found = lines(open_ledger(desk.settings, desk.control), after=numbers[0] - 1, release=CITY.name, mart="portal")
    wanted = set(numbers)
    times = [line.at_ms for line in takewhile(lambda line: line.number <= numbers[-1], found) if line.number in wanted]
    first, last = (datetime.fromtimestamp(at / 1000, zone) for at in (min(times, default=0), max(times, default=0)))
    return (first, last) if times else None


@get("/portals/{domain:str}/remembered")
async def remembered_page(request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """What is remembered of a period. The portal's own page leads here where the period begins before the days whose events are kept."""
    view = read_view(list(request.query_params.multi_items()))
    portal = await visible_portal(house, request, domain)
    if view.period == "24h":
        raise BadQuestion("Of the last 24 hours nothing is drawn yet: numbers are drawn of whole days, once they are over.")
    page = await house.in_question_lane(lambda: load(house.desk, portal, view))
    choices: dict[str, Any] = {"periods": tuple(name for name in PERIODS if name != "24h"), "comparisons": (), "intervals": ()}
    return render(request, "remembered.html", page=page, short=SHORT_ROWS, **choices)


BEHIND = [remembered_page]
