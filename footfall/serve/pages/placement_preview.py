"""A placement's list as a visitor would get it, for whoever sets it up. Nothing of it is counted: what is not reported as shown was not."""

from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response

from footfall.control.placements import Arm, Placement
from footfall.errors import BadInput
from footfall.serve.house import House
from footfall.serve.pages.frame import reader_of, render
from footfall.serve.pages.language import LANGUAGES
from footfall.serve.pages.placements import choices_of, placement_of
from footfall.serve.recommending import Asked, List
from footfall.serve.sign_in import in_thread, visible_portal
from footfall.vocabulary import Item, Portal

__all__ = ["BEHIND", "Visitor", "read_visitor"]

PROPOSED, RECENT, MOST_TOPICS = 300, 3, 64
"""Items that fields propose; fields for pages seen before; and topics at most."""


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who is played, as the form has it."""

    current: str = ""
    """Path, address, number or title of an item."""
    recent: tuple[str, ...] = ("",) * RECENT
    """The latest first."""
    topics: tuple[str, ...] = ()
    language: str = ""
    district: str = ""
    arm: str = ""


def read_visitor(given: list[tuple[str, str]]) -> Visitor:
    """The visitor of a query's fields. Raises BadInput where a language is none."""
    values = {name: value.strip()[:2000] for name, value in given}
    recent = [value.strip()[:2000] for name, value in given if name == "recent"][:RECENT]
    topics = tuple(dict.fromkeys(value for name, value in given if name == "topic"))[:MOST_TOPICS]
    language = values.get("language", "")
    if language and not (language.isascii() and language.isalpha() and len(language) in (2, 3)):
        raise BadInput("language {language!r} is not valid. Valid: a primary tag such as en or ru.", language=language[:20])
    return Visitor(
        current=values.get("current", ""),
        recent=tuple([*recent, *[""] * RECENT][:RECENT]),
        topics=topics,
        language=language,
        district=values.get("district", ""),
        arm=values.get("arm", ""),
    )


@get("/portals/{domain:str}/placements/{name:str}/preview")
async def preview_page(
    request: Request[Any, Any, Any], house: NamedDependency[House], domain: FromPath[str], name: FromPath[str]
) -> Response[str]:
    """The list for a visitor who looks at this, saw that, and is interested in something."""
    portal = await visible_portal(house, request, domain)
    placement = await placement_of(house, portal, name)
    visitor = read_visitor(list(request.query_params.multi_items()))
    spoken = reader_of(request).language
    found, unknown = await house.in_list_lane(lambda: played(house, portal, placement, visitor))
    items = house.content.recommending.known.newest.get(portal.id, ())
    return render(
        request,
        "placement_preview.html",
        portal=portal,
        placement=placement,
        visitor=visitor,
        found=found,
        unknown=unknown,
        items=items[:PROPOSED],
        languages_of_items=sorted({*LANGUAGES, *(item.language for item in items if item.language)}),
        choices=await in_thread(lambda: choices_of(house, spoken)),
    )


def played(house: House, portal: Portal, placement: Placement, visitor: Visitor) -> tuple[List, list[str]]:
    """The list, and what was named that no item is."""
    items = house.content.recommending.known.newest.get(portal.id, ())
    named = {text: _item(house, portal, items, text) for text in (visitor.current, *visitor.recent) if text}
    recent = [named.get(text) for text in reversed(visitor.recent)]
    asked = Asked(
        site=portal.id,
        placement=placement,
        arm=_arm(placement, visitor.arm),
        current=named.get(visitor.current),
        recent=tuple(item for item in recent if item is not None),
        topics=dict.fromkeys(visitor.topics, 1.0),
        district=visitor.district,
        language=visitor.language,
        n=placement.n,
        now_ms=house.desk.now(),
    )
    return house.content.recommending.recommend(asked), [text for text, item in named.items() if item is None]


def _item(house: House, portal: Portal, items: tuple[Item, ...], text: str) -> int | None:
    found = house.content.recommending.item_of(portal, int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text)
    return found or next((item.id for item in items if item.title.casefold() == text.casefold()), None)


def _arm(placement: Placement, name: str) -> Arm | None:
    """The arm that is chosen, or else the first, so that the list does not change by itself."""
    return next((arm for arm in placement.arms if arm.name == name), placement.arms[0] if placement.arms else None)


BEHIND = [preview_page]
