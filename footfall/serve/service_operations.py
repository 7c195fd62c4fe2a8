"""The content service's paths in the API's schema, with examples."""

from typing import Any

from footfall.serve import service_shapes as shapes
from footfall.serve.operation import BAD, SAME, TAGGED, Operation
from footfall.serve.placement_results import Results
from footfall.serve.site_shapes import Deleted

__all__ = ["SERVICE_OPERATIONS"]

READ, WRITE = "content:read", "content:write"
LIMITED = {429: "The key had its minute's or its day's requests; Retry-After and RateLimit-* say when there are more."}
STANDING = {
    "RateLimit-Limit": "Requests a minute.",
    "RateLimit-Remaining": "Of this minute.",
    "RateLimit-Reset": "Seconds until there are more.",
    "RateLimit-Policy": "Both limits, of a minute and of a day.",
}
NO_PLACEMENT = {404: "There is no such placement, or no such portal."}
NO_WEBHOOK = {404: "There is no such webhook, or no such portal."}
LISTED: dict[str, Any] = {
    "id": "lQOpaG9tZS1uZXdzoM4AW",
    "model": "3f9a1c02b7d4",
    "placement": "home-news",
    "arm": "",
    "items": [
        {
            "item": 12,
            "url": "https://library.example.city/news/opening",
            "title": "Reading room opens on Sundays",
            "summary": "From March on, ten to six.",
            "kind": "article",
            "language": "en",
            "topics": [{"topic": "culture", "score": 0.8}],
            "reason": {"kind": "looked", "text": "Because you looked at “Opening hours”"},
            "position": 1,
        }
    ],
}
SETTINGS: dict[str, Any] = {"title": "News", "n": 4, "pins": [12], "rules": {"kinds": ["article"], "max_age_days": 30}}
PLACEMENT: dict[str, Any] = {
    "id": "home-news",
    "domain": "library.example.city",
    "site": 1,
    "title": "News",
    "n": 4,
    "rules": {"kinds": ["article"], "topics": [], "districts": [], "languages": [], "max_age_days": 30},
    "pins": [12],
    "blocked": [],
    "arms": [],
    "variants": [
        {"segment": 3, "topics": [], "districts": [], "languages": ["en"], "pins": [12, 15], "blocked": [], "rules": None},
    ],
    "explore": 0.0,
    "is_public": False,
}
USED: dict[str, Any] = {
    "key": "app",
    "placements": ["home-news"],
    "per_minute": 600,
    "per_day": 100_000,
    "days": [{"day": "2026-01-05", "kinds": [{"what": "recommend", "asked": 4210, "refused": 0}]}],
}
HOOK: dict[str, Any] = {"id": 1, "domain": "library.example.city", "url": "https://app.example.city/hooks/footfall"}
DELIVERY = {"day": "2026-01-04", "state": "sent", "status": 204, "tries": 1, "at": "2026-01-05T00:41:07+00:00"}

SERVICE_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("post", "/api/v1/recommend"): Operation(
        summary="Recommend items; nothing of the request is kept",
        scope=READ,
        headers=STANDING,
        asks=shapes.RecommendBody,
        answers=shapes.Recommendations,
        errors=BAD | NO_PLACEMENT | LIMITED,
        example={
            "placement": "home-news",
            "current": "/opening-hours",
            "recent": [3, 7],
            "topics": {"culture": 0.7},
            "language": "en",
            "n": 1,
        },
        example_answer=LISTED,
    ),
    ("post", "/api/v1/feedback"): Operation(
        summary="Say that a list was shown, or an item of it clicked",
        scope=READ,
        headers=STANDING,
        asks=shapes.FeedbackBody,
        answers=shapes.FeedbackTaken,
        errors=BAD | LIMITED,
        example={"id": LISTED["id"], "event": "clicked", "item": 12},
        example_answer={"taken": True},
    ),
    ("get", "/api/v1/usage"): Operation(
        summary="What the key that asks had of the content service, by day", scope=READ, answers=shapes.UsageShown, example_answer=USED
    ),
    ("get", "/api/v1/placements"): Operation(
        summary="List placements with their settings",
        scope=READ,
        or_scope=WRITE,
        given=("site_id",),
        answers=shapes.PlacementsShown,
        errors=NO_PLACEMENT,
        example_answer={"placements": [PLACEMENT]},
    ),
    ("get", "/api/v1/placements/{placement}"): Operation(
        summary="A placement's list, the same for all: JSON, RSS or HTML by Accept, or by .json, .rss, .html behind its name",
        scope=READ,
        may_be_open=True,
        given=("language", "n"),
        sent=("If-None-Match",),
        headers=STANDING | TAGGED,
        answers=shapes.Recommendations,
        answers_in=("application/rss+xml", "text/html"),
        errors=BAD | NO_PLACEMENT | LIMITED | SAME,
        example_answer=LISTED,
    ),
    ("put", "/api/v1/placements/{placement}"): Operation(
        summary="Make a placement, or change its settings",
        scope=WRITE,
        asks=shapes.PlacementBody,
        answers=shapes.PlacementShown,
        errors=BAD | NO_PLACEMENT | {409: "Another portal has a placement of that name."},
        example={"site_id": "library.example.city"} | SETTINGS,
        example_answer=PLACEMENT,
    ),
    ("delete", "/api/v1/placements/{placement}"): Operation(
        summary="Remove a placement", scope=WRITE, answers=Deleted, errors=NO_PLACEMENT, example_answer={"deleted": True}
    ),
    ("get", "/api/v1/placements/{placement}/results"): Operation(
        summary="What a placement showed and what was clicked, by arm, item, position or day",
        scope="stats:read",
        given=("by", "from", "to"),
        answers=Results,
        errors=BAD | NO_PLACEMENT | {429: "The key asked too often; Retry-After says when to come back."},
        example_answer={
            "placement": "home-news",
            "by": "arm",
            "first": "2025-12-09",
            "last": "2026-01-05",
            "policy": "staff",
            "smallest": 10,
            "results": [{"value": "calm", "shown": 12_400, "clicked": 480, "rate": 3.87}],
        },
    ),
    ("get", "/api/v1/webhooks"): Operation(
        summary="List webhooks with what came of them",
        scope=WRITE,
        given=("site_id",),
        answers=shapes.WebhooksShown,
        errors=NO_WEBHOOK,
        example_answer={"webhooks": [HOOK | {"created": "2026-01-01T09:00:00+00:00", "deliveries": [DELIVERY]}]},
    ),
    ("post", "/api/v1/webhooks"): Operation(
        summary="Have an address told when a day's marts were published",
        scope=WRITE,
        asks=shapes.WebhookBody,
        answers=shapes.WebhookMade,
        errors=BAD | NO_WEBHOOK,
        example={"site_id": "library.example.city", "url": HOOK["url"]},
        example_answer=HOOK | {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
    ),
    ("delete", "/api/v1/webhooks/{webhook}"): Operation(
        summary="Remove a webhook", scope=WRITE, answers=Deleted, errors=NO_WEBHOOK, example_answer={"deleted": True}
    ),
    ("post", "/api/v1/webhooks/{webhook}/try"): Operation(
        summary="Send a trial message to a webhook now",
        scope=WRITE,
        answers=shapes.WebhookTried,
        errors=BAD | NO_WEBHOOK,
        example_answer={"state": "sent", "status": 204},
    ),
}
