"""The API of the city's data: one measure by time or by place, for keys with ``datasets:read``."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.control.roles import Operator
from footfall.errors import BadQuestion
from footfall.privacy import Released
from footfall.serve.city_data import Asked, Topic, contracts, find_topic, is_readable, measured, reader_of, window_of
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize
from footfall.vocabulary import Cell, Coarser, Measured

__all__ = ["ROUTES", "read_asked", "read_categories"]

MOST_CATEGORIES = 10


def read_asked(topic: Topic, given: Mapping[str, str], categories: list[str]) -> Asked:
    """The question of an address: from, to, by, grain, place_kind, place, and categories as ``1:adult``.

    Raises:
        BadQuestion: a value is not valid; the sentence says what is.
    """
    by = given.get("by", "") or "time"
    if by not in ("time", "place"):
        raise BadQuestion("by {value!r} is not known. Valid: {valid}.", value=by[:20], valid="time, place")
    try:
        first = date.fromisoformat(given.get("from", "") or topic.first_day.isoformat())
        last = date.fromisoformat(given.get("to", "") or topic.complete_until.date().isoformat())
    except ValueError:
        raise BadQuestion("The days from and to are not valid. Valid: YYYY-MM-DD.") from None
    if first > last or not 1971 <= first.year <= last.year < 2105:
        raise BadQuestion("From {first} to {last} is no range of days.", first=first, last=last)
    return Asked(
        by="place" if by == "place" else "time",
        window=window_of(topic, first, last),
        grain=given.get("grain", "") or topic.grains[0],
        place_kind=given.get("place_kind", "") or (topic.place_kinds or ("city",))[0] if by == "place" else given.get("place_kind", "city"),
        place=given.get("place"),
        categories=read_categories(categories),
    )


def read_categories(texts: list[str]) -> tuple[tuple[int, str], ...]:
    """``1:adult`` is the first of the contract's category columns. Raises BadQuestion."""
    found = []
    for text in texts[: MOST_CATEGORIES + 1]:
        number, colon, value = text.partition(":")
        if not (colon and number.isascii() and number.isdigit() and 1 <= int(number) <= MOST_CATEGORIES):
            raise BadQuestion("Category {value!r} is not valid. Valid: number of its column and value, such as 1:adult.", value=text[:40])
        found.append((int(number), value))
    return tuple(dict(found).items())


@get("/api/v1/measures")
async def show_measures(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """A measure of a dataset by time or by place, rounded, without cells under the cohort."""
    reader = reader_of(await authorize(house, request, "datasets:read", is_question=True))
    given = dict(request.query_params.items())
    categories = [value for name, value in request.query_params.multi_items() if name == "category"]

    def work() -> dict[str, Any]:
        topic = _topic(house.desk, reader, given)
        return _json(measured(house.desk, topic, read_asked(topic, given, categories)))

    return Response(await house.in_question_lane(work))


def _topic(desk: Desk, reader: Operator | None, given: Mapping[str, str]) -> Topic:
    return find_topic(desk, contracts(desk, is_readable(reader)), given.get("dataset", ""), given.get("measure", ""))


def _json(released: Released[Measured]) -> dict[str, Any]:
    found = released.answer
    name = str(found.query["by"])
    rows = [{name: cell.key} | _numbers(cell) for cell in found.rows]
    coarser = [{"grain": one.grain, "place_kind": one.place_kind, "place": one.place} | _numbers(one) for one in found.coarser]
    return {"results": rows, "coarser": coarser, "meta": found.meta, "query": found.query}


def _numbers(cell: Cell | Coarser) -> dict[str, Any]:
    return {"value": cell.value, "cohort": cell.cohort}


ROUTES = [show_measures]
