"""The City page: one measure of the city's data on a map, over time, by place, and beside another one."""

from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Response

from footfall.errors import NotFound
from footfall.privacy.measures import FLOOR
from footfall.serve.city_data import contracts, is_readable
from footfall.serve.house import House
from footfall.serve.pages.city_page import CityPage, Shelf, found_in, load_city, shelves_of
from footfall.serve.pages.city_view import PERIODS, CityView, read_city_view
from footfall.serve.pages.city_words import AGGREGATES, GRAIN_NAMES, KIND_NAMES, STRENGTHS
from footfall.serve.pages.export import csv_file
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.language import N_, Language
from footfall.serve.sign_in import signed_in

__all__ = ["BEHIND"]


@get("/city")
async def show_city(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """The page. ``step``, which the slider sends, leads to the address of that step."""
    view, found, shelves = await _asked(house, request)
    if found is None:
        return render(request, "city.html", page=None, view=view, here="/city", shelves=shelves)
    step = request.query_params.get("step", "")
    if step.isascii() and step.isdigit():
        at = found.labels[min(int(step), len(found.labels)) - 1] if int(step) else ""
        return Redirect(f"/city{view.changed(at=at).as_query()}", status_code=303)
    values: dict[str, Any] = {"view": view, "here": "/city", "shelves": shelves, "shown": found_in(shelves, view)}
    values |= {"periods": PERIODS, "intervals": found.grains, "comparisons": (), "floor": FLOOR}
    values |= {"GRAIN_NAMES": GRAIN_NAMES, "KIND_NAMES": KIND_NAMES, "AGGREGATES": AGGREGATES, "STRENGTHS": STRENGTHS}
    return render(request, "city.html", page=found, **values)


@get("/city/{name:str}/csv")
async def export_city(request: Request[Any, Any, Any], house: NamedDependency[House], name: FromPath[str]) -> Response[bytes]:
    """The table of places, or the trend, as a file."""
    if name not in ("places", "trend"):
        raise NotFound("There is no such page.")
    _, found, _ = await _asked(house, request)
    if found is None:
        raise NotFound("There is no such page.")
    spoken = reader_of(request).language
    rows = _place_rows(found, spoken) if name == "places" else _trend_rows(found, spoken)
    return csv_file(rows, f"{found.topic.contract.id}-{found.topic.held.measure}-{name}")


async def _asked(house: House, request: Request[Any, Any, Any]) -> tuple[CityView, CityPage | None, list[Shelf]]:
    operator, spoken = await signed_in(house, request), reader_of(request).language
    view = read_city_view(list(request.query_params.multi_items()))

    def work() -> tuple[CityPage | None, list[Shelf]]:
        seen = contracts(house.desk, is_readable(operator))
        shelves = shelves_of(house.desk, seen, view)
        return load_city(house.desk, seen, shelves, view, spoken), shelves

    found, shelves = await house.in_question_lane(work)
    return (found.view if found else view), found, shelves


def _place_rows(page: CityPage, spoken: Language) -> list[list[Any]]:
    head: list[Any] = [spoken.text(KIND_NAMES.get(page.kind, page.kind)), spoken.text(N_("Id")), page.topic.held.measure]
    rows = [[line.name, line.id, line.value] + ([line.beside] if page.other else []) for line in (*page.lines, *page.rest)]
    return [head + ([page.other.held.measure] if page.other else []), *rows]


def _trend_rows(page: CityPage, spoken: Language) -> list[list[Any]]:
    head: list[Any] = [spoken.text(N_("Time")), page.topic.held.measure]
    rows = [[label, value] + ([other] if page.other else []) for label, value, other in page.graph.rows]
    return [head + ([page.other.held.measure] if page.other else []), *rows]


BEHIND = [show_city, export_city]
