"""Trends in the API's schema."""

from footfall.serve.operation import BAD, Operation
from footfall.serve.trend_shapes import Feedback, Judged, TrendList, TrendShown

__all__ = ["TREND_OPERATIONS"]

NO_TREND = {404: "There is no such trend, or no such portal."}

TREND_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("get", "/api/v1/trends"): Operation(
        summary="What rises, falls or is broken on a portal, or on all: one card a story, open ones unless a state is named",
        scope="stats:read",
        given=("site_id", "state", "since"),
        answers=TrendList,
        errors=BAD | NO_TREND,
    ),
    ("get", "/api/v1/trends/{trend}"): Operation(
        summary="One card; of one that another took in, that one", scope="stats:read", answers=TrendShown, errors=NO_TREND
    ),
    ("post", "/api/v1/trends/{trend}/feedback"): Operation(
        summary="Say whether a card was useful or noise: it tunes how strict its portal's are",
        scope="sites:write",
        asks=Feedback,
        answers=Judged,
        errors=BAD | NO_TREND,
        example={"verdict": "useful"},
        example_answer={"feedback": {"useful": 1, "noise": 0}, "strictness": 1.0},
    ),
}
