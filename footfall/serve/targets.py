"""Targets over HTTP: list and show them with their progress, make, change and remove them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from footfall.collect.days import day_of
from footfall.control.audit import acting
from footfall.control.keys import Key
from footfall.control.targets import (
    TARGET_SETTINGS,
    Change,
    Found,
    Target,
    changes_of,
    checked_target,
    delete_target,
    find_target,
    list_targets,
    save_target,
)
from footfall.errors import BadInput, NotFound
from footfall.reports import question as questions
from footfall.serve.answers import ask, first_of_list
from footfall.serve.bodies import read_body
from footfall.serve.city_data import contracts, find_topic, is_readable, reader_of
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, portal_for
from footfall.serve.measures import read_categories
from footfall.serve.saved import with_segments
from footfall.serve.target_progress import Progress, progress_of, suggested_value
from footfall.serve.target_series import Histories
from footfall.vocabulary import Portal

__all__ = ["ROUTES", "change_json", "put_target", "target_json", "target_whole", "targets_json"]

READ, WRITE, OF_CITY = "stats:read", "sites:write", "datasets:read"


@get("/api/v1/targets")
async def list_all(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """A portal's targets, each with its progress."""
    key = await authorize(house, request, READ, is_question=True)
    site_id = request.query_params.get("site_id", "")

    def work() -> dict[str, Any]:
        return {"targets": targets_json(house.desk, _portal(house.desk, key, READ, site_id), key)}

    return await house.in_question_lane(work)


@get("/api/v1/targets/{target:int}")
async def show_one(request: Request[Any, Any, Any], house: NamedDependency[House], target: FromPath[int]) -> dict[str, Any]:
    """One target with its progress, its days and how its state changed."""
    key = await authorize(house, request, READ, is_question=True)
    site_id = request.query_params.get("site_id", "")

    def work() -> dict[str, Any]:
        portal = _portal(house.desk, key, READ, site_id)
        return target_whole(house.desk, portal, target, key)

    return await house.in_question_lane(work)


@post("/api/v1/targets", status_code=200)
async def make_one(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """A new target; without a value it takes the one that is suggested."""
    return await _put(house, request, 0)


@put("/api/v1/targets/{target:int}")
async def change_one(request: Request[Any, Any, Any], house: NamedDependency[House], target: FromPath[int]) -> dict[str, Any]:
    """What the body names is changed; the rest stays."""
    return await _put(house, request, target)


@delete("/api/v1/targets/{target:int}", status_code=200)
async def delete_one(request: Request[Any, Any, Any], house: NamedDependency[House], target: FromPath[int]) -> dict[str, bool]:
    """Remove it, and how its state changed."""
    key = await authorize(house, request, WRITE)
    site_id = request.query_params.get("site_id", "")

    def work() -> None:
        portal = _portal(house.desk, key, WRITE, site_id)
        _require_seen(house.desk, key, find_target(house.desk.control, portal.id, target).target)
        delete_target(house.desk.control, portal, target, now_ms=house.desk.now())

    await house.in_question_lane(work)
    return {"deleted": True}


def targets_json(desk: Desk, portal: Portal, key: Key) -> list[dict[str, Any]]:
    """The portal's targets that the key may see."""
    histories = Histories(desk, portal)
    may_see = _sees(desk, key)
    found = [one for one in list_targets(desk.control, portal.id) if may_see(one.target)]
    return [target_json(progress_of(desk, portal, one, histories), portal) for one in found]


def target_whole(desk: Desk, portal: Portal, id: int, key: Key) -> dict[str, Any]:
    """A target with its days and changes. Raises NotFound, or Forbidden where the key may not see it."""
    found = find_target(desk.control, portal.id, id)
    _require_seen(desk, key, found.target)
    told = progress_of(desk, portal, found, Histories(desk, portal))
    days = [msgspec.to_builtins(day) for day in told.days]
    return target_json(told, portal) | {"days": days, "changes": [change_json(one) for one in changes_of(desk.control, id)]}


def put_target(desk: Desk, portal: Portal, given: dict[str, Any], *, id: int = 0) -> Progress:
    """The target that is made of these settings, or changed by them, with its progress. Without a value it takes the suggested one.

    Raises:
        BadInput, BadQuestion, NotFound: each with its sentence.
    """
    before = find_target(desk.control, portal.id, id).target if id else None
    kept = {name: msgspec.to_builtins(getattr(before, name)) for name in TARGET_SETTINGS} if before else {}
    kept |= {} if not given.keys() & {"question", "measure"} else {"question": None, "measure": None}
    whole = {"owner": acting()} | kept | given
    checked = checked_target(whole | ({"value": 0.0} if whole.get("value") is None else {}))
    _refuse_unaskable(desk, portal, checked)
    if checked.due and (not id or given.keys() & {"starts", "due"}):
        _refuse_uncounted(desk, portal, checked)
    if whole.get("value") is None:
        checked = msgspec.structs.replace(checked, value=suggested_value(desk, portal, checked))
    saved = save_target(desk.control, portal, checked, now_ms=desk.now(), id=id)
    return progress_of(desk, portal, Found(saved, "", ""), Histories(desk, portal))


def target_json(told: Progress, portal: Portal) -> dict[str, Any]:
    """A target with its progress, without its days."""
    seen = told.outlook
    settings = {name: value for name, value in msgspec.to_builtins(told.target).items() if name != "site"}
    progress = {
        "first": told.first.isoformat(),
        "last": told.last.isoformat(),
        "until": told.until.isoformat() if told.until else None,
        "so_far": told.so_far,
        "state": told.state,
        "chance": seen.chance if seen else None,
        "forecast": {"median": seen.median, "low80": seen.low80, "high80": seen.high80} if seen else None,
        "suggested": seen.suggested if seen else None,
        "unit": told.unit,
        "why": str(told.why),
    }
    return settings | {"domain": portal.domain, "progress": progress}


def change_json(change: Change) -> dict[str, Any]:
    """How a state became another."""
    at = datetime.fromtimestamp(change.at_ms / 1000, UTC).isoformat(timespec="seconds")
    return {"at": at, "period": change.period, "before": change.before, "state": change.state, "chance": change.chance}


async def _put(house: House, request: Request[Any, Any, Any], id: int) -> dict[str, Any]:
    key, given = await authorize(house, request, WRITE), await read_body(request)
    site_id = given.pop("site_id", request.query_params.get("site_id", ""))

    def work() -> dict[str, Any]:
        portal = _portal(house.desk, key, WRITE, site_id)
        if given.get("measure"):
            key.require(OF_CITY)
            find_topic(house.desk, contracts(house.desk, is_readable(reader_of(key))), *_named(given["measure"]))
        if id:
            _require_seen(house.desk, key, find_target(house.desk.control, portal.id, id).target)
        return target_json(put_target(house.desk, portal, given, id=id), portal)

    return await house.in_question_lane(work)


def _portal(desk: Desk, key: Key, scope: str, site_id: Any) -> Portal:
    if not isinstance(site_id, str) or not site_id:
        raise BadInput("Parameter `site_id` is required for targets.")
    return portal_for(desk.control, key, scope, site_id)


def _sees(desk: Desk, key: Key) -> Callable[[Target], bool]:
    """Targets on datasets that the key may read, and all on the portal's own numbers."""
    known = {one.id for one in contracts(desk, is_readable(reader_of(key)))} if OF_CITY in key.scopes else set()
    return lambda target: target.measure is None or target.measure.dataset in known


def _require_seen(desk: Desk, key: Key, target: Target) -> None:
    """Raises Forbidden without the scope, NotFound for a target on data that are not for the key: as if it were not there."""
    if target.measure is not None:
        key.require(OF_CITY)
    if not _sees(desk, key)(target):
        raise NotFound("There is no such target on this portal.")


def _named(measure: Any) -> tuple[str, str]:
    """Dataset and measure of a body; what is no such thing is refused as unknown."""
    given = measure if isinstance(measure, dict) else {}
    return str(given.get("dataset", "")), str(given.get("measure", ""))


def _refuse_unaskable(desk: Desk, portal: Portal, target: Target) -> None:
    """Raises BadQuestion or NotFound where nothing answers what the target counts."""
    if target.measure is not None:
        find_topic(desk, contracts(desk, lambda contract: True), target.measure.dataset, target.measure.measure)
        read_categories(list(target.measure.categories))
        return
    assert target.question is not None
    body = {"site_id": portal.domain, "metrics": list(target.question.metrics), "date_range": "7d"}
    body |= {"filters": with_segments(desk.control, portal, list(target.question.filters))} if target.question.filters else {}
    questions.parse(body, portal=portal, goals=desk.control.goals(portal.id), now_ms=desk.now())


def _refuse_uncounted(desk: Desk, portal: Portal, target: Target) -> None:
    """Raises BadInput where all its days are before the first with a number of what it counts."""
    due = date.fromisoformat(target.due)
    first = _first_counted(desk, portal, target) if target.due < day_of(portal.timezone, desk.now()) else due
    if due < first:
        raise BadInput(
            "There are no numbers up to {last}: they begin on {first}. Valid: a last day from {first} on.", last=due, first=first
        )


def _first_counted(desk: Desk, portal: Portal, target: Target) -> date:
    """By the dataset, or by the portal's events and marts; of a portal without any, today."""
    if target.measure is not None:
        known = contracts(desk, lambda contract: True)
        return find_topic(desk, known, target.measure.dataset, target.measure.measure).first_day
    whole: Any = ask(desk, {"site_id": portal.domain, "metrics": ["visits"], "date_range": "all"}).answer.query
    return min(date.fromisoformat(str(whole["date_range"][0])[:10]), date.fromisoformat(first_of_list(desk)))


ROUTES = [list_all, show_one, make_one, change_one, delete_one]
