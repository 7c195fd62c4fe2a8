"""The content service for other systems: lists made to measure, feedback on them, and what a key had of it.

A request to recommend is answered and dropped: nothing of it is stored, counted by content, or logged.
"""

import random
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.collect.days import day_of
from footfall.control.keys import Key
from footfall.control.placements import Arm, Placement
from footfall.control.usage import Usage, day_at, list_usage
from footfall.errors import BadInput
from footfall.serve.content_items import path_named
from footfall.serve.house import House
from footfall.serve.keys import authorize
from footfall.serve.placement_lists import as_json, spoken_of
from footfall.serve.recommending import Asked, draw_arm
from footfall.serve.service_keys import placement_for, portal_by_name, portal_of, within_limits
from footfall.serve.service_shapes import FeedbackBody, RecommendBody
from footfall.vocabulary import Portal

__all__ = ["ROUTES", "usage_json"]

USUAL_ITEMS, SHOWN_DAYS, MOST_BODY_BYTES = 6, 31, 200_000
NOT_KEPT = {"cache-control": "no-store"}
decode_asked, decode_told = msgspec.json.Decoder(RecommendBody).decode, msgspec.json.Decoder(FeedbackBody).decode


@post("/api/v1/recommend", status_code=200, request_max_body_size=MOST_BODY_BYTES)
async def recommend(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """A list for what the body says."""
    text = await request.body()

    def work(key: Key, headers: dict[str, str]) -> Response[Any]:
        asked = _asked(house, key, _read(decode_asked, text))
        found = as_json(house.content.recommending.recommend(asked), spoken_of(asked.language))
        return Response(msgspec.json.encode(found), media_type="application/json", headers=headers | NOT_KEPT)

    return await within_limits(house, request, "recommend", work, is_quick=True)


@post("/api/v1/feedback", status_code=200, request_max_body_size=MOST_BODY_BYTES)
async def take_feedback(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """One more shown or clicked; of nobody."""
    text = await request.body()

    def work(key: Key, headers: dict[str, str]) -> Response[Any]:
        told = _read(decode_told, text)
        served = house.content.recommending.served(told.id)
        key.require_placement(served.placement)
        portal = portal_of(house, key, served.site)
        house.content.feedback.take(served, told.item, told.event, day=day_of(portal.timezone, house.desk.now()))
        return Response({"taken": True}, headers=headers | NOT_KEPT)

    return await within_limits(house, request, "feedback", work, is_quick=True)


@get("/api/v1/usage")
async def show_usage(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """By day, what the key that asks had."""
    key = await authorize(house, request, "content:read", "content:write")

    def work() -> dict[str, Any]:
        house.content.quotas.write()
        since = day_at(house.desk.now() - int(timedelta(days=SHOWN_DAYS - 1).total_seconds() * 1000))
        return usage_json(key, list_usage(house.desk.control, since=since, key=key.name))

    return await house.in_list_lane(work)


def usage_json(key: Key, found: list[Usage]) -> dict[str, Any]:
    """What a key may have, and had by day."""
    days = dict.fromkeys(usage.day for usage in found)
    kinds = {day: [{"what": one.what, "asked": one.asked, "refused": one.refused} for one in found if one.day == day] for day in days}
    return {
        "key": key.name,
        "placements": list(key.limits.placements),
        "per_minute": key.per_minute,
        "per_day": key.per_day,
        "days": [{"day": day, "kinds": of_day} for day, of_day in kinds.items()],
    }


def _asked(house: House, key: Key, body: RecommendBody) -> Asked:
    if not body.placement:
        key.require_placement("")
        if not body.site_id:
            raise BadInput("Name a placement, or a portal as site_id.")
    placement = placement_for(house, key, body.placement) if body.placement else None
    portal = portal_of(house, key, placement.site) if placement else portal_by_name(house, key, body.site_id)
    item_of, now_ms = house.content.recommending.item_of, house.desk.now()
    seen = (item_of(portal, name) for name in body.recent)
    has_audiences = placement is not None and placement.variants
    return Asked(
        site=portal.id,
        placement=placement,
        arm=_arm(placement, body.arm),
        current=None if body.current is None else item_of(portal, body.current),
        recent=tuple(id for id in seen if id is not None),
        topics=body.topics,
        pages=_pages(portal, body) if has_audiences else (),
        district=body.district,
        language=body.language,
        n=body.n or (placement.n if placement else USUAL_ITEMS),
        now_ms=now_ms,
    )


def _pages(portal: Portal, body: RecommendBody) -> tuple[str, ...]:
    """Paths of the portal's pages that were looked at, items or not."""
    named = (path_named(portal, name) for name in (body.current, *body.recent) if isinstance(name, str))
    return tuple(path for path in named if path)


def _arm(placement: Placement | None, wanted: str) -> Arm | None:
    """The arm that the caller drew, or one by chance: nothing is known of who asks, so nobody is kept in one."""
    if placement is None or not wanted:
        return draw_arm(placement, random.random()) if placement else None
    found = next((arm for arm in placement.arms if arm.name == wanted), None)
    if found is None:
        raise BadInput(
            "Arm {arm!r} is not known. Valid: {valid}.", arm=wanted, valid=", ".join(arm.name for arm in placement.arms) or "none"
        )
    return found


def _read(decode: Any, text: bytes) -> Any:
    try:
        return decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput("The body is not valid: {fault}.", fault=str(error)) from None


ROUTES = [recommend, take_feedback, show_usage]
