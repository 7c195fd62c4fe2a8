"""Loyalty, participation and flows in the API's schema."""

from footfall.serve.flow_shapes import FlowAnswer
from footfall.serve.loyalty_shapes import LoyaltyAnswer
from footfall.serve.operation import BAD, Operation
from footfall.serve.participation_shapes import ParticipationAnswer

__all__ = ["LOYALTY_OPERATIONS"]

ASKING = {
    404: "There is no such portal.",
    422: "The release gate says no.",
    429: "The key asked too often; Retry-After says when to come back.",
}
LOYALTY_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("get", "/api/v1/flows"): Operation(
        summary="The ways that visits take between a portal's sections, where people leave, and loops",
        scope="stats:read",
        given=("site_id!", "date_range"),
        answers=FlowAnswer,
        errors=BAD | ASKING,
    ),
    ("get", "/api/v1/loyalty"): Operation(
        summary="Who comes back, who finishes, how content they are: by portal and service, with the index and its parts",
        scope="stats:read",
        given=("site_id", "date_range"),
        answers=LoyaltyAnswer,
        errors=BAD | ASKING,
    ),
    ("get", "/api/v1/participation"): Operation(
        summary="Events of the city from interest to attendance, what similar ones got, and a forecast with its error",
        scope="stats:read",
        given=("site_id!", "date_range"),
        answers=ParticipationAnswer,
        errors=BAD | ASKING,
    ),
}
