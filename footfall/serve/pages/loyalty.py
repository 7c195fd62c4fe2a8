"""Loyalty: a portal's page, and the comparison of portals and services."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.reports.loyalty_index import LEAST_WEIGHT, MOST_COMPLAINTS, WEIGHTS
from footfall.serve.city_data import is_readable
from footfall.serve.house import House
from footfall.serve.loyalty import compare_loyalty
from footfall.serve.loyalty_shapes import Compared, Loyalty, Service
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.language import Language
from footfall.serve.pages.loyalty_tables import loyalty_rows
from footfall.serve.pages.loyalty_words import ACTIVE_NAMES, CSV_HEAD, MEASURE_NAMES, PART_NAMES, SINCE_NAMES, TIMES_NAMES
from footfall.serve.pages.retention_curve import HEIGHT, WIDTH, draw_curve
from footfall.serve.pages.shown_days import Day
from footfall.serve.pages.view import PERIODS, View, read_view
from footfall.serve.sign_in import in_thread, signed_in, visible_portal, visible_portals

__all__ = ["BEHIND"]

NAMES: dict[str, Any] = {
    "part_names": PART_NAMES,
    "since_names": SINCE_NAMES,
    "active_names": ACTIVE_NAMES,
    "times_names": TIMES_NAMES,
    "measure_names": MEASURE_NAMES,
    "weights": WEIGHTS,
    "least_weight": LEAST_WEIGHT,
    "most_complaints": MOST_COMPLAINTS,
    "periods": tuple(name for name in PERIODS if name not in ("24h", "all")),
    "comparisons": (),
    "intervals": (),
    "width": WIDTH,
    "height": HEIGHT,
}
Asked = Request[Any, Any, Any]


class Page:
    """What the templates read: the numbers and the days they are of."""

    def __init__(self, compared: Compared) -> None:
        self.compared = compared
        self.first, self.last = Day(compared.first), Day(compared.last)

    @property
    def services(self) -> tuple[Service, ...]:
        """Of all portals, the highest index first."""
        found = [service for portal in self.compared.portals for service in portal.services]
        return tuple(sorted(found, key=lambda one: (-(one.index.value or -1), one.name, one.portal)))


@get("/portals/{domain:str}/loyalty")
async def loyalty_page(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[str]:
    """One portal: who comes back, its services, the index and its parts."""
    view, page = await _page(house, request, domain)
    told = page.compared.portals[0]
    return render(request, "loyalty.html", page=page, view=view, told=told, curve=draw_curve(told.returning.retention), **NAMES)


@get("/portals/{domain:str}/loyalty/csv")
async def loyalty_csv(request: Asked, house: NamedDependency[House], domain: FromPath[str]) -> Response[bytes]:
    """One portal's tables as a file, one under another."""
    _, page = await _page(house, request, domain)
    told = page.compared.portals[0]
    return csv_file(loyalty_rows(told, reader_of(request).language), f"{told.portal}-loyalty")


@get("/loyalty")
async def comparison_page(request: Asked, house: NamedDependency[House]) -> Response[str]:
    """Portals and services side by side."""
    view, page = await _page(house, request)
    return render(request, "loyalty_compared.html", page=page, view=view, **NAMES)


@get("/loyalty/csv")
async def comparison_csv(request: Asked, house: NamedDependency[House]) -> Response[bytes]:
    """The comparison as a file."""
    _, page = await _page(house, request)
    spoken = reader_of(request).language
    return csv_file([[spoken.text(name) for name in CSV_HEAD], *_rows(page, spoken)], "loyalty")


async def _page(house: House, request: Asked, domain: str = "") -> tuple[View, Page]:
    view = read_view(list(request.query_params.multi_items())).changed(filters=(), tabs=(), compare="")
    operator = await signed_in(house, request)
    if domain:
        portals = [await visible_portal(house, request, domain)]
    else:
        portals = list(visible_portals(operator, await in_thread(house.desk.control.portals)))
    found = await house.in_question_lane(lambda: compare_loyalty(house.desk, portals, view.date_range, is_readable(operator)))
    return view, Page(found)


def _rows(page: Page, spoken: Language) -> list[list[Any]]:
    rows = []
    everything: tuple[Loyalty | Service, ...] = (*page.compared.portals, *page.services)
    for one in everything:
        service = one.name if isinstance(one, Service) else ""
        scores = {part.name: part.score for part in one.index.parts}
        missing = spoken.listed([spoken.text(PART_NAMES[name]) for name in one.index.missing]) if one.index.missing else ""
        rows.append([one.portal, service, one.index.value, *(scores[name] for name in WEIGHTS), missing])
    return rows


BEHIND = [loyalty_page, loyalty_csv, comparison_page, comparison_csv]
