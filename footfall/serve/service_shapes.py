"""What bodies and answers of the content service look like, for those who take them and for the schema."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from footfall.control.placements import Arm, Items, Kind, Rules, Variant

__all__ = [
    "FeedbackBody",
    "FeedbackTaken",
    "PlacementBody",
    "PlacementShown",
    "PlacementsShown",
    "RecommendBody",
    "Recommendations",
    "UsageShown",
    "WebhookBody",
    "WebhookMade",
    "WebhookTried",
    "WebhooksShown",
]

ItemName = Annotated[int | Annotated[str, Meta(max_length=2000)], Meta(description="An item's id, its address, or its path.")]
MOST_RECENT, MOST_TOPICS = 50, 64


class RecommendBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a list is for. Nothing of it is kept or logged."""

    placement: Annotated[str, Meta(max_length=50, description="Its name; without one send site_id.")] = ""
    site_id: Annotated[str, Meta(max_length=255, description="A portal's domain, where no placement is named.")] = ""
    current: Annotated[ItemName | None, Meta(description="What is being looked at.")] = None
    recent: Annotated[tuple[ItemName, ...], Meta(max_length=MOST_RECENT, description="Looked at before, oldest first.")] = ()
    topics: Annotated[
        dict[Annotated[str, Meta(max_length=50)], Annotated[float, Meta(ge=0, le=1)]],
        Meta(max_length=MOST_TOPICS, description="Interest by topic, 0 to 1."),
    ] = {}
    district: Annotated[str, Meta(max_length=200, description="Id of a place.")] = ""
    language: Annotated[str, Meta(pattern="^([a-z]{2,3})?$", description="Of the items, and of the reasons where we speak it.")] = ""
    arm: Annotated[str, Meta(max_length=30, description="Of an A/B test, where the caller draws it; else it is drawn here.")] = ""
    n: Annotated[int, Meta(ge=1, le=50, description="Items at most; the placement's number unless given.")] | None = None


class Topic(msgspec.Struct):
    """A topic of an item."""

    topic: str
    score: Annotated[float, Meta(description="0 to 1.")]


class Why(msgspec.Struct):
    """Why an item is in a list."""

    kind: Literal["looked", "topic", "rising", "district", "editors", "similar", "popular", "explore", "other", "new"]
    text: Annotated[str, Meta(description="For people, in the language asked for.")]


class ListedItem(msgspec.Struct, kw_only=True):
    """An item of a list."""

    item: Annotated[int, Meta(description="Its id, for feedback.")]
    url: str
    title: str
    summary: str
    kind: Kind
    language: str
    topics: list[Topic]
    reason: Why
    position: Annotated[int, Meta(ge=1)]


class Recommendations(msgspec.Struct, kw_only=True):
    """A list."""

    id: Annotated[str, Meta(description="For feedback. Everybody who got this list in these minutes has the same.")]
    model: Annotated[str, Meta(description="Version; none: editors' pins and newest items.")]
    placement: str
    arm: Annotated[str, Meta(description="Of an A/B test; empty without one.")]
    items: list[ListedItem]


class FeedbackBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What became of a list."""

    id: Annotated[str, Meta(min_length=1, max_length=2000, description="Of the list.")]
    event: Literal["shown", "clicked"]
    item: Annotated[int | None, Meta(description="Left out with shown: the whole list was.")] = None


class FeedbackTaken(msgspec.Struct):
    """It is counted."""

    taken: bool


class PlacementBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Settings of a placement; what is not named stays, or is as usual in a new one."""

    site_id: Annotated[str, Meta(min_length=1, description="The portal's domain, any of its own, or its id.")]
    title: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET
    n: Annotated[int, Meta(ge=1, le=50)] | UnsetType = UNSET
    rules: Rules | UnsetType = UNSET
    pins: Items | UnsetType = UNSET
    blocked: Items | UnsetType = UNSET
    arms: Annotated[tuple[Arm, ...], Meta(max_length=4, description="None, or two to four.")] | UnsetType = UNSET
    variants: (
        Annotated[tuple[Variant, ...], Meta(max_length=8, description="Lists for audiences: of those that fit a request the first.")]
        | UnsetType
    ) = UNSET
    explore: Annotated[float, Meta(ge=0, le=0.1)] | UnsetType = UNSET
    is_public: Annotated[bool, Meta(description="Its list is for anybody, without a key.")] | UnsetType = UNSET


class PlacementShown(msgspec.Struct, kw_only=True):
    """A placement with all its settings."""

    id: str
    domain: str
    site: int
    title: str
    n: int
    rules: Rules
    pins: Items
    blocked: Items
    arms: tuple[Arm, ...]
    variants: tuple[Variant, ...]
    explore: float
    is_public: bool


class PlacementsShown(msgspec.Struct):
    """Placements by name."""

    placements: list[PlacementShown]


class KindUsed(msgspec.Struct):
    """Requests of one kind on a day."""

    what: str
    asked: int
    refused: Annotated[int, Meta(description="Over a limit: answered 429.")]


class DayUsed(msgspec.Struct):
    """Requests of a day of UTC."""

    day: str
    kinds: list[KindUsed]


class UsageShown(msgspec.Struct, kw_only=True):
    """What the key that asks had of the content service in 31 days, and what it may have."""

    key: str
    placements: Annotated[list[str], Meta(description="Empty: all of its portals.")]
    per_minute: int
    per_day: int
    days: list[DayUsed]


class WebhookBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An address to be told when a day's marts were published."""

    site_id: Annotated[str, Meta(min_length=1)]
    url: Annotated[str, Meta(max_length=1000)]


class DeliveryShown(msgspec.Struct, kw_only=True):
    """What came of telling it of a day."""

    day: str
    state: Literal["sent", "refused", "away"]
    status: Annotated[int, Meta(description="That it answered; 0 is nothing.")]
    tries: int
    at: str


class WebhookShown(msgspec.Struct, kw_only=True):
    """A webhook; its secret is shown once, when it is made."""

    id: int
    domain: str
    url: str
    created: str
    deliveries: Annotated[list[DeliveryShown], Meta(description="Newest day first, at most 31.")]


class WebhooksShown(msgspec.Struct):
    """Webhooks by id."""

    webhooks: list[WebhookShown]


class WebhookMade(msgspec.Struct, kw_only=True):
    """A new webhook."""

    id: int
    domain: str
    url: str
    secret: Annotated[str, Meta(description="Signs what is sent (Standard Webhooks, v1); shown this once.")]


class WebhookTried(msgspec.Struct):
    """What a trial message came to."""

    state: Literal["sent", "refused", "away"]
    status: int
