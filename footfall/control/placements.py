"""Placements: where another system shows a list of content, and what its editors say of it."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Meta

from footfall.control.audit import note
from footfall.control.service_tables import placements
from footfall.control.tables import portals
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, NotFound

__all__ = [
    "MOST_EXPLORED",
    "PLACEMENT_SETTINGS",
    "Arm",
    "Placement",
    "Rules",
    "Variant",
    "checked_placement",
    "delete_placement",
    "find_placement",
    "list_placements",
    "put_placement",
]

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
MOST_SHOWN, MOST_NAMED, MOST_EXPLORED, MOST_WEIGHT, MOST_VARIANTS = 50, 500, 0.1, 100.0, 8
Kind = Literal["article", "service", "event", "form", "page"]
Names = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=200)], ...], Meta(max_length=100)]
Items = Annotated[tuple[Annotated[int, Meta(gt=0)], ...], Meta(max_length=MOST_NAMED)]


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which items a list may hold; an empty rule lets all through."""

    kinds: tuple[Kind, ...] = ()
    topics: Names = ()
    """Ids of topics, of which an item has one."""
    districts: Names = ()
    """Ids of places; an item for everywhere is for these too."""
    languages: Names = ()
    """BCP 47 primary tags; an item whose language nobody knows fits all."""
    max_age_days: Annotated[int, Meta(ge=0, le=3650)] = 0
    """Since it was published; 0 is any age. An item without a date has none."""


class Arm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way of an A/B test: how the model mixes its sources there."""

    name: Annotated[str, Meta(min_length=1, max_length=30, pattern="^[a-z0-9-]+$")]
    share: Annotated[float, Meta(gt=0, le=1)]
    """Of the requests; the arms' shares are parts of their sum."""
    settings: dict[Annotated[str, Meta(max_length=50)], Annotated[float, Meta(ge=0, le=MOST_WEIGHT)]] = {}
    """Weights by the name of a source; one that is not named stays as it is."""


class Variant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another list for an audience: visits that meet all its conditions, as far as their request says."""

    segment: Annotated[int, Meta(ge=0)] = 0
    """Id of a segment of the portal's team; 0: any visit."""
    topics: Names = ()
    """Ids of topics, of which the visit has one: of interest, or of what it looked at."""
    districts: Names = ()
    languages: Names = ()
    pins: Items = ()
    """Instead of the placement's."""
    blocked: Items = ()
    """Beside the placement's."""
    rules: Rules | None = None
    """Instead of the placement's; ``None``: those stay."""


class Placement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place in another system's pages or letters, and the list it gets."""

    id: str
    """Its name, the same for all portals of a home: ``home-news``."""
    site: int
    title: Annotated[str, Meta(max_length=200)] = ""
    """Above the list."""
    n: Annotated[int, Meta(ge=1, le=MOST_SHOWN)] = 6
    """Items of a list, unless a request wants fewer."""
    rules: Rules = Rules()
    pins: Items = ()
    """Ids of items that stand first, in this order."""
    blocked: Items = ()
    """Ids of items that are never in it."""
    arms: Annotated[tuple[Arm, ...], Meta(max_length=4)] = ()
    """None: everybody gets the same mix."""
    variants: Annotated[tuple[Variant, ...], Meta(max_length=MOST_VARIANTS)] = ()
    """Lists for audiences; of several that fit a visit the first."""
    explore: Annotated[float, Meta(ge=0, le=MOST_EXPLORED)] = 0.0
    """Share of places in lists that are given to items of which little is known."""
    is_public: bool = False
    """Its list is for anybody without a key: for pages that fetch it themselves. It is the same for all who ask."""


PLACEMENT_SETTINGS = tuple(name for name in Placement.__struct_fields__ if name not in ("id", "site"))
decode = msgspec.json.Decoder(Placement).decode


def checked_placement(id: str, site: int, settings: Mapping[str, Any]) -> Placement:
    """The placement of these settings.

    Raises:
        BadInput: names the value, what is wrong with it and what is valid.
    """
    if not NAME.fullmatch(id):
        raise BadInput("Placement {name!r} is no name. Valid: 1 to 50 of a-z, 0-9 and -, such as home-news.", name=id[:100])
    unknown = sorted(set(settings) - set(PLACEMENT_SETTINGS))
    if unknown:
        raise BadInput("Unknown key {key!r}. Valid keys: {valid}.", key=unknown[0][:100], valid=", ".join(PLACEMENT_SETTINGS))
    try:
        placement = msgspec.convert({**settings, "id": id, "site": site}, Placement)
    except msgspec.ValidationError as error:
        raise BadInput("That placement is not valid: {fault}.", fault=str(error)) from None
    if len({arm.name for arm in placement.arms}) < len(placement.arms) or len(placement.arms) == 1:
        raise BadInput("An A/B test has two to four arms with names of their own, or there is none.")
    if any(not (one.segment or one.topics or one.districts or one.languages) for one in placement.variants):
        raise BadInput("A variant needs a condition: a segment, topics, districts or languages.")
    if both := sorted(set(placement.pins) & set(placement.blocked)):
        raise BadInput("Item {item} is pinned and blocked at once.", item=both[0])
    return placement


def put_placement(database: Database, site: int, id: str, settings: Mapping[str, Any], *, now_ms: int) -> Placement:
    """The portal's placement of that name is as these say from now on; what they do not name stays, or is as usual in a new one.

    Raises:
        BadInput: as ``checked_placement``.
        Conflict: another portal has a placement of that name.
        NotFound: no such portal.
    """
    with database.writing() as connection:
        before = _find(connection, id)
        if before is not None and before.site != site:
            raise Conflict("A placement named {name!r} is there already, of another portal; take another name.", name=id)
        kept = {name: value for name, value in _settings(before).items() if name not in settings} if before else {}
        placement = checked_placement(id, site, {**kept, **settings})
        domain = connection.scalar(sa.select(portals.c.domain).where(portals.c.id == site))
        if domain is None:
            raise NotFound("No portal {domain!r} here.", domain=site)
        values = {"settings": msgspec.json.encode(placement).decode(), "changed_ms": now_ms}
        if before is None:
            connection.execute(placements.insert().values(id=id, portal_id=site, **values))
        else:
            connection.execute(placements.update().where(placements.c.id == id).values(values))
        what = ", ".join(sorted(settings)) or "as usual"
        note(connection, now_ms, "placement changed" if before else "placement added", f"{domain}: {id}: {what}")
    return placement


def list_placements(database: Database, site: int | None = None) -> tuple[Placement, ...]:
    """Those of the portal, or of all, by name."""
    wanted = sa.select(placements.c.settings).order_by(placements.c.id)
    with database.reading() as connection:
        found = connection.scalars(wanted if site is None else wanted.where(placements.c.portal_id == site))
        return tuple(decode(text) for text in found)


def find_placement(database: Database, id: str) -> Placement:
    """Raises NotFound where there is none of that name."""
    with database.reading() as connection:
        found = _find(connection, id)
    if found is None:
        raise NotFound("No placement {name!r} here. `footfall placements list` shows those there are.", name=id[:100])
    return found


def delete_placement(database: Database, id: str, *, now_ms: int) -> None:
    """Its list is answered no more. Raises NotFound where there is none of that name."""
    with database.writing() as connection:
        if not connection.execute(placements.delete().where(placements.c.id == id)).rowcount:
            raise NotFound("No placement {name!r} here. `footfall placements list` shows those there are.", name=id[:100])
        note(connection, now_ms, "placement removed", id)


def _find(connection: sa.Connection, id: str) -> Placement | None:
    text = connection.scalar(sa.select(placements.c.settings).where(placements.c.id == id))
    return decode(text) if text is not None else None


def _settings(placement: Placement) -> dict[str, Any]:
    return {name: msgspec.to_builtins(getattr(placement, name)) for name in PLACEMENT_SETTINGS}
