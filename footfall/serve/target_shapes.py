"""What bodies and answers of targets look like, and their paths in the API's schema; ``tests/engine`` holds real answers to them."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from footfall.control.targets import Measure, Question, State
from footfall.serve.operation import BAD, Operation
from footfall.serve.site_shapes import Deleted

__all__ = ["TARGET_OPERATIONS", "TargetBody", "TargetChange", "TargetShown", "TargetWhole", "TargetsShown"]

ABSENT = {404: "There is no such portal, or no such target on it."}
SITE = Annotated[str, Meta(description="A portal's domain, or its id.")]


class TargetChange(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Settings of a target; what is not named stays."""

    site_id: SITE
    name: Annotated[str, Meta(max_length=100)] | UnsetType = UNSET
    question: Annotated[Question | None, Meta(description="One metric of the stats API, and filters.")] | UnsetType = UNSET
    measure: Annotated[Measure | None, Meta(description="A measure of the city's data; needs datasets:read too.")] | UnsetType = UNSET
    value: Annotated[float | None, Meta(description="0 or more; none given: the suggested one.")] | UnsetType = UNSET
    direction: Literal["at_least", "at_most"] | UnsetType = UNSET
    every: Annotated[Literal["", "week"], Meta(description="week: each, Monday to Sunday; else from starts to due.")] | UnsetType = UNSET
    starts: Annotated[str, Meta(description="First day, YYYY-MM-DD.")] | UnsetType = UNSET
    due: Annotated[str, Meta(description="Last day.")] | UnsetType = UNSET
    owner: Annotated[str, Meta(max_length=200, description="Who answers for it; whoever made it unless given.")] | UnsetType = UNSET


class TargetBody(TargetChange, kw_only=True, forbid_unknown_fields=True):
    """A target to be made."""

    name: Annotated[str, Meta(max_length=100)]


class TargetForecast(msgspec.Struct):
    """The number at the end of the period."""

    median: float
    low80: Annotated[float, Meta(description="Eight times in ten it is between this and high80.")]
    high80: float


class TargetProgress(msgspec.Struct, kw_only=True):
    """How a target does in its present period."""

    first: str
    last: str
    until: Annotated[str | None, Meta(description="The last day that is counted; null before the first.")]
    so_far: Annotated[float | None, Meta(description="Null: too few to tell.")]
    state: State
    chance: Annotated[float | None, Meta(description="Of reaching it, 0 to 1; null without a forecast.")]
    forecast: TargetForecast | None
    suggested: Annotated[float | None, Meta(description="A value that is reached three times in ten.")]
    unit: str
    why: Annotated[str, Meta(description="Why there is no number or no forecast.")]


class TargetShown(msgspec.Struct, kw_only=True):
    """A target and its progress."""

    id: int
    domain: str
    name: str
    question: Question | None
    measure: Measure | None
    value: float
    direction: Literal["at_least", "at_most"]
    every: Literal["", "week"]
    starts: str
    due: str
    owner: str
    progress: TargetProgress


class TargetDay(msgspec.Struct, kw_only=True):
    """The running number at the end of a day: what came, or what is likely."""

    day: str
    came: float | None
    median: float | None
    low80: float | None
    high80: float | None


class StateChange(msgspec.Struct, kw_only=True):
    """A state that became another."""

    at: str
    period: Annotated[str, Meta(description="Its last day.")]
    before: Annotated[str, Meta(description="Empty: the period was new.")]
    state: State
    chance: float | None


class TargetWhole(TargetShown, kw_only=True):
    """A target with its days and how its state changed, newest first."""

    days: list[TargetDay]
    changes: list[StateChange]


class TargetsShown(msgspec.Struct):
    """A portal's targets in the order in which they were made."""

    targets: list[TargetShown]


SETTINGS: dict[str, Any] = {
    "name": "Cards asked for online",
    "question": {"metrics": ["events"], "filters": [["is", "event:goal", ["Card asked for"]]]},
    "value": 5000,
    "starts": "2026-01-01",
    "due": "2026-03-31",
}
WHOLE: dict[str, Any] = {
    "id": 1,
    "domain": "library.example.city",
    "measure": None,
    "direction": "at_least",
    "every": "",
    "owner": "key reports",
    "progress": {
        "first": "2026-01-01",
        "last": "2026-03-31",
        "until": "2026-02-14",
        "so_far": 2310.0,
        "state": "at_risk",
        "chance": 0.37,
        "forecast": {"median": 4880.0, "low80": 4510.0, "high80": 5260.0},
        "suggested": 5030.0,
        "unit": "",
        "why": "",
    },
} | SETTINGS
TARGET_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("get", "/api/v1/targets"): Operation(
        summary="List a portal's targets with their progress",
        scope="stats:read",
        given=("site_id!",),
        answers=TargetsShown,
        errors=BAD | ABSENT,
        example_answer={"targets": [WHOLE]},
    ),
    ("post", "/api/v1/targets"): Operation(
        summary="Make a target; without a value it takes the suggested one",
        scope="sites:write",
        asks=TargetBody,
        answers=TargetShown,
        errors=BAD | ABSENT,
        example={"site_id": "library.example.city"} | SETTINGS,
        example_answer=WHOLE,
    ),
    ("get", "/api/v1/targets/{target}"): Operation(
        summary="Show a target day by day, and how its state changed",
        scope="stats:read",
        given=("site_id!",),
        answers=TargetWhole,
        errors=BAD | ABSENT,
        example_answer=WHOLE
        | {
            "days": [{"day": "2026-02-15", "came": None, "median": 2360.0, "low80": 2340.0, "high80": 2385.0}],
            "changes": [
                {"at": "2026-02-14T04:00:07+00:00", "period": "2026-03-31", "before": "on_track", "state": "at_risk", "chance": 0.37}
            ],
        },
    ),
    ("put", "/api/v1/targets/{target}"): Operation(
        summary="Change a target",
        scope="sites:write",
        asks=TargetChange,
        answers=TargetShown,
        errors=BAD | ABSENT,
        example={"site_id": "library.example.city", "value": 5200},
        example_answer=WHOLE | {"value": 5200},
    ),
    ("delete", "/api/v1/targets/{target}"): Operation(
        summary="Remove a target",
        scope="sites:write",
        given=("site_id!",),
        answers=Deleted,
        errors=BAD | ABSENT,
        example_answer={"deleted": True},
    ),
}
