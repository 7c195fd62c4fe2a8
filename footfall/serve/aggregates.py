"""A portal's released answers as one Parquet file: a row a day, dimension and value. Every number in it passed the gate."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Response

from footfall.control.keys import Key
from footfall.errors import BadQuestion
from footfall.privacy import Released, release
from footfall.privacy.policy import POLICIES
from footfall.reports import question as questions
from footfall.reports import run
from footfall.serve.clock import steady_ms
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.vocabulary import Answer, Goal, Portal

__all__ = ["COLUMNS", "DIMENSIONS", "MEDIA_TYPE", "MOST_DAYS", "MOST_ROWS", "ROUTES", "as_parquet", "parquet_for"]

USUAL = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration")
WITHOUT_EVENTS = ("visitors", "visits", "bounce_rate", "visit_duration")
OF_EVENTS = ("visitors", "events")
WHOLE = "all"
VISIT_DIMENSIONS = """channel source referrer utm_source utm_medium utm_campaign utm_content utm_term
country region city device browser browser_version os os_version""".split()
DIMENSIONS: dict[str, tuple[str, ...]] = {
    WHOLE: USUAL,
    "event:page": USUAL,
    "event:hostname": USUAL,
    "event:name": OF_EVENTS,
    "event:goal": OF_EVENTS,
    "visit:entry_page": WITHOUT_EVENTS,
    "visit:exit_page": WITHOUT_EVENTS,
} | {f"visit:{name}": USUAL for name in VISIT_DIMENSIONS}
"""What is asked, and the metrics of each: one dimension at a time, so no two attributes of a visitor ever meet in the file."""
COLUMNS = (
    "portal String",
    "day Date",
    "dimension String",
    "value String",
    "visitors Nullable(UInt64)",
    "visits Nullable(UInt64)",
    "pageviews Nullable(UInt64)",
    "events Nullable(UInt64)",
    "bounce_rate Nullable(Float64)",
    "visit_duration Nullable(Float64)",
    "policy String",
    "smallest_cohort UInt32",
    "complete_until DateTime64(3, 'UTC')",
)
MEDIA_TYPE = "application/vnd.apache.parquet"
MOST_DAYS, MOST_ROWS, LONGEST_MS = 366, 500_000, 120_000


def as_parquet(desk: Desk, portal: Portal, date_range: Any) -> bytes:
    """The file, rows by dimension, day and visitors; numbers that the gate left blank, or that a dimension does not have, are null.

    Raises:
        BadQuestion: the period is none, has more than MOST_DAYS days, or the file would take too many rows or too long.
        Unavailable: the store is away.
    """
    goals, deadline_ms, rows = desk.control.goals(portal.id), steady_ms() + LONGEST_MS, bytearray()
    left = MOST_ROWS
    for dimension, metrics in DIMENSIONS.items():
        if dimension == "event:goal" and not goals:
            continue
        for row in _rows(desk, portal, goals, dimension, _question(dimension, metrics, date_range)):
            left -= 1
            if left < 0:
                raise BadQuestion("The file would have more than {most:,} rows. Ask for fewer days.", most=MOST_ROWS)
            rows += msgspec.json.encode(row) + b"\n"
        if steady_ms() > deadline_ms:
            raise BadQuestion("The file would take longer than {seconds} seconds. Ask for fewer days.", seconds=LONGEST_MS // 1000)
    return desk.engine.as_parquet(COLUMNS, bytes(rows))


def parquet_for(desk: Desk, domain: str, date_range: str, key: Key | None = None) -> bytes:
    """As ``as_parquet``, of a portal by its domain; ``date_range`` is a period's name or two dates with a comma. ``key`` as for ``ask``.

    Raises:
        NotFound, Forbidden: there is no such portal, or the key may not.
    """
    days = [part.strip() for part in date_range.split(",")]
    return as_parquet(desk, portal_for(desk.control, key, "stats:read", domain), days if len(days) > 1 else date_range)


@get("/api/v1/aggregates")
async def aggregates(
    request: Request[Any, Any, Any], house: NamedDependency[House], site_id: FromQuery[str] = "", date_range: FromQuery[str] = "30d"
) -> Response[bytes]:
    """The file, for programs."""
    key = await authorize(house, request, "stats:read", is_question=True)
    if not site_id:
        raise BadQuestion("Missing site ID. Send site_id, a portal's domain.")
    content = await house.in_question_lane(lambda: parquet_for(house.desk, site_id, date_range, key))
    return Response(content, media_type=MEDIA_TYPE)


def _question(dimension: str, metrics: tuple[str, ...], date_range: Any) -> dict[str, Any]:
    by = ["time:day"] if dimension == WHOLE else ["time:day", dimension]
    return {"metrics": list(metrics), "dimensions": by, "date_range": date_range}


def _rows(desk: Desk, portal: Portal, goals: tuple[Goal, ...], dimension: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    released = _ask(desk, portal, goals, body)
    answer, policy = released.answer, released.policy
    until = datetime.fromisoformat(str(answer.meta["complete_until"]))
    same = {
        "portal": portal.domain,
        "dimension": dimension,
        "policy": policy,
        "smallest_cohort": POLICIES[policy].smallest_cohort,
        "complete_until": until.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
    }
    for row in answer.rows:
        day, *value = row.dimensions
        yield same | {"day": day, "value": "".join(value)} | dict(zip(body["metrics"], row.metrics, strict=True))


def _ask(desk: Desk, portal: Portal, goals: tuple[Goal, ...], body: dict[str, Any]) -> Released[Answer]:
    """As ``answers.ask_of``, with more rows than one page of an API's answer has."""
    question = questions.parse(body, portal=portal, goals=goals, now_ms=desk.now())
    desk.asked.note(question, desk.settings.policy)
    engine, loader = desk.store_of(portal)
    found = run.answer(msgspec.structs.replace(question, limit=MOST_ROWS + 1), engine, loader.complete_until_ms())
    first, last = (datetime.fromisoformat(text) for text in found.query["date_range"])  # type: ignore[attr-defined]
    if (last - first).days >= MOST_DAYS:
        raise BadQuestion("The file holds at most {most} days. Ask for fewer.", most=MOST_DAYS)
    return release(found, desk.settings.policy)


ROUTES = [aggregates]
