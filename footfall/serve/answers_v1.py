"""Plausible's Stats API v1 (aggregate, timeseries, breakdown): put as v2 questions, answered in the old shapes."""

import re
from collections import deque
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.privacy import Released
from footfall.serve.answers import ask
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.vocabulary import Answer, Row

__all__ = ["ROUTES", "aggregate_question", "breakdown_question", "timeseries_question"]

Given = Mapping[str, str]
INTERVALS = ("minute", "hour", "date", "day", "week", "month")
OPERATORS = {"==": "is", "!=": "is_not", "~": "contains", "!~": "contains_not"}
FILTER = re.compile(r"\s*([a-z]+:[^=!~]+?)\s*(==|!=|!~|~)\s*(.+?)\s*")
ZERO_WHERE_EMPTY = ("visitors", "visits", "pageviews", "events")
MOST_ROWS, LONGEST_NUMBER = 1000, 12
FIRST_YEAR = 1971
"""Of a day to look back from; later ones are looked at with the period."""


def aggregate_question(given: Given) -> dict[str, Any]:
    """The v2 question of an aggregate; ``compare=previous_period`` asks for the change too."""
    include = {"comparisons": {"mode": "previous_period"}} if given.get("compare") == "previous_period" else {}
    return _question(given) | {"include": include}


def timeseries_question(given: Given) -> dict[str, Any]:
    """The v2 question of a timeseries; ``interval`` is the bucket."""
    interval = given.get("interval") or ("hour" if given.get("period") == "day" else _default_interval(given))
    if interval not in INTERVALS:
        raise BadQuestion("interval {interval!r} is not valid. Valid: {valid}.", interval=interval, valid=", ".join(INTERVALS))
    unit = "day" if interval == "date" else interval
    return _question(given) | {"dimensions": [f"time:{unit}"], "include": {"time_labels": True}}


def breakdown_question(given: Given) -> dict[str, Any]:
    """The v2 question of a breakdown by ``property``, a page of ``limit`` rows."""
    if not given.get("property"):
        raise BadQuestion("The parameter property is missing: a dimension such as visit:source or event:page.")
    limit, page = _number(given, "limit", 100), _number(given, "page", 1)
    if limit > MOST_ROWS:
        raise BadQuestion("limit {limit} is too large. Valid: 1 to {most}.", limit=limit, most=MOST_ROWS)
    return _question(given) | {"dimensions": [given["property"]], "pagination": {"limit": limit, "offset": limit * (page - 1)}}


def _question(given: Given) -> dict[str, Any]:
    return {
        "site_id": given.get("site_id", ""),
        "metrics": [name.strip() for name in given.get("metrics", "visitors").split(",")],
        "date_range": _date_range(given),
        "filters": [_filter(part) for part in re.split(r"(?<!\\);", given.get("filters", "")) if part.strip()],
    }


def _date_range(given: Given) -> Any:
    period = given.get("period", "30d")
    if period != "custom":
        return period
    pair = given.get("date", "").split(",")
    if len(pair) != 2:
        raise BadQuestion("period custom needs date with two ISO dates and a comma between: 2026-01-01,2026-01-31.")
    return [part.strip() for part in pair]


def _default_interval(given: Given) -> str:
    return "month" if given.get("period", "").endswith(("mo", "year")) else "day"


def _filter(text: str) -> list[Any]:
    """``visit:source==Google|Bing``: values are alternatives, ``*`` matches anything."""
    found = FILTER.fullmatch(text)
    if found is None:
        raise BadQuestion(
            "Filter {value!r} is not valid. Valid: dimension==value, with !=, ~ or !~; | between values, ; between filters.", value=text
        )
    dimension, operator, values = found[1], OPERATORS[found[2]], re.split(r"(?<!\\)\|", found[3])
    plain = [re.sub(r"\\([|;])", r"\1", value) for value in values]
    if operator in ("is", "is_not") and any("*" in value for value in plain) and dimension != "event:goal":
        return ["matches" if operator == "is" else "matches_not", dimension, [_pattern(value) for value in plain]]
    return [operator, dimension, plain]


def _pattern(value: str) -> str:
    return "^" + ".*".join(re.escape(part) for part in re.split(r"\*+", value)) + "$"


def _number(given: Given, name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not (text.isdecimal() and len(text) <= LONGEST_NUMBER and int(text) > 0):
        raise BadQuestion("{name} {value!r} is not valid. Valid: a whole number from 1.", name=name, value=text)
    return int(text)


def _asked(desk: Desk, question: dict[str, Any], given: Given, key: Key) -> Released[Answer]:
    """With ``date``, a period looks back from that day and not from today."""
    now_ms = None
    if given.get("date") and given.get("period") != "custom":
        zone = portal_for(desk.control, key, "stats:read", question["site_id"]).timezone
        try:
            noon = datetime.combine(date.fromisoformat(given["date"]), time(12), ZoneInfo(zone))
            if noon.year < FIRST_YEAR:
                raise ValueError
        except ValueError:
            raise BadQuestion("date {date!r} is not valid. Valid: an ISO date, 2026-01-31.", date=given["date"]) from None
        now_ms = int(noon.timestamp() * 1000)
    return ask(desk, question, key, now_ms)


def _aggregate_json(released: Released[Answer]) -> dict[str, Any]:
    row, names = released.answer.rows[0], _metrics(released)
    changes = row.change or (None,) * len(names)
    shown: dict[str, dict[str, Any]] = {name: {"value": value} for name, value in zip(names, row.metrics, strict=True)}
    for name, change in zip(names, changes, strict=True):
        if row.comparison is not None:
            shown[name]["change"] = change
    return {"results": shown}


def _timeseries_json(released: Released[Answer]) -> dict[str, Any]:
    names = _metrics(released)
    empty = tuple(0 if name in ZERO_WHERE_EMPTY else None for name in names)
    rows, labels = deque(released.answer.rows), released.answer.meta["time_labels"]
    results = []
    # Rows are taken in turn, not by label: an hour that the clock repeats has its label twice.
    for label in labels if isinstance(labels, list) else ():
        metrics = rows.popleft().metrics if rows and rows[0].dimensions[0] == label else empty
        results.append({"date": label} | dict(zip(names, metrics, strict=True)))
    return {"results": results}


def _breakdown_json(released: Released[Answer], dimension: str) -> dict[str, Any]:
    name, names = dimension.split(":")[-1], _metrics(released)

    def shown(row: Row) -> dict[str, Any]:
        return {name: row.dimensions[0]} | dict(zip(names, row.metrics, strict=True))

    return {"results": [shown(row) for row in released.answer.rows]}


def _metrics(released: Released[Answer]) -> list[str]:
    asked: Any = released.answer.query["metrics"]
    return list(asked)


async def _answered(request: Request[Any, Any, Any], house: House, make: Any) -> tuple[Released[Answer], dict[str, str]]:
    key = await authorize(house, request, "stats:read", is_question=True)
    given = dict(request.query_params.items())
    question = make(given)
    return await house.in_question_lane(lambda: _asked(house.desk, question, given, key)), given


@get("/api/v1/stats/aggregate")
async def aggregate(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Metrics of a whole period: site_id, period, date, metrics, filters, compare."""
    released, _ = await _answered(request, house, aggregate_question)
    return Response(_aggregate_json(released))


@get("/api/v1/stats/timeseries")
async def timeseries(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Metrics by bucket, empty ones too: site_id, period, date, metrics, filters, interval."""
    released, _ = await _answered(request, house, timeseries_question)
    return Response(_timeseries_json(released))


@get("/api/v1/stats/breakdown")
async def breakdown(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[dict[str, Any]]:
    """Metrics by property: site_id, property, period, date, metrics, filters, limit, page."""
    released, given = await _answered(request, house, breakdown_question)
    return Response(_breakdown_json(released, given["property"]))


ROUTES = [aggregate, timeseries, breakdown]
