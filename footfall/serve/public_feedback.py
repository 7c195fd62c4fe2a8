"""What pages say of lists of public placements: shown, or clicked, without a key. Of nobody: there is no cookie and no id but the list's.

The address is looked at for the flood limit alone, in memory. Anybody may say what he likes here, within that limit, of lists that were
given out; so a click rate of a public placement is worth as much as its visitors are honest.
"""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response
from msgspec import Meta

from footfall.collect.days import day_of
from footfall.collect.visitor import network_of
from footfall.errors import BadInput, NotFound, RateLimited
from footfall.serve.candidates import public_placement
from footfall.serve.clock import steady_ms
from footfall.serve.error_answers import HANDLERS
from footfall.serve.house import House
from footfall.serve.myself import address_of
from footfall.serve.service_shapes import FeedbackTaken

__all__ = ["ROUTES", "PublicFeedback"]

MOST_BODY_BYTES = 4_000
TO_ALL = {"cache-control": "no-store", "access-control-allow-origin": "*"}


class PublicFeedback(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of items of a list."""

    id: Annotated[str, Meta(min_length=1, max_length=2000, description="Of the list.")]
    event: Literal["shown", "clicked"]
    items: Annotated[tuple[int, ...], Meta(min_length=1, max_length=60, description="Of the list, each once; one that was clicked.")]


decode = msgspec.json.Decoder(PublicFeedback).decode


@post("/api/v1/placements/{placement:str}/feedback", status_code=200, request_max_body_size=MOST_BODY_BYTES, exception_handlers=HANDLERS)
async def take_public(request: Request[Any, Any, Any], house: NamedDependency[House], placement: FromPath[str]) -> Response[Any]:
    """Items of a public list were shown, or one was clicked."""
    network = network_of(address_of(house, request))
    if not (house.allow_feedback(network, steady_ms()) and house.allow_all_feedback("", steady_ms())):
        raise RateLimited("Too many ask for that just now. Try again in a minute.", retry_after_s=60)
    _take(house, placement, _read(await request.body()))
    return Response(FeedbackTaken(taken=True), headers=TO_ALL)


def _take(house: House, name: str, told: PublicFeedback) -> None:
    placement, served = public_placement(house, name), house.content.recommending.served(told.id)
    portal = house.gate.portals.by_id(placement.site)
    if portal is None or (served.site, served.placement) != (placement.site, placement.id):
        raise NotFound("No public placement {name!r} here.", name=name[:100])
    if len(set(told.items)) < len(told.items) or (told.event == "clicked" and len(told.items) > 1):
        raise BadInput("Each item is told once, and a click is of one.")
    house.content.feedback.take_all(served, told.items, told.event, day=day_of(portal.timezone, house.desk.now()))


def _read(text: bytes) -> PublicFeedback:
    try:
        return decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput("The body is not valid: {fault}.", fault=str(error)) from None


ROUTES = [take_public]
