"""What people care about in the API's schema, with examples: marts, lists for the reader's own device, and what a device keeps here."""

from typing import Any

from footfall.interests.profile import Kept
from footfall.serve import candidates, mart_shapes, me
from footfall.serve.aggregates import MEDIA_TYPE
from footfall.serve.operation import BAD, CSV, SAME, TAGGED, Operation

__all__ = ["INTEREST_OPERATIONS"]

DEVICE = ("X-Device-Key!",)
NO_PROFILE = {404: "There is no such portal, nothing is kept for this key, or profiles are turned off."}
TOO_OFTEN = {429: "The key asked too often; Retry-After says when to come back."}
NO_PLACEMENT = {404: "There is no public placement of that name."}
KEPT: dict[str, Any] = {
    "portal": 3,
    "agreed": [{"what": ["topics"], "text": "profile-2026-11 en", "day": "2026-11-02"}],
    "topics": {"public-transport": 1.7, "parks": 0.4},
    "changed": "2026-11-20",
    "ends": "2027-01-31",
}
OFFERED: dict[str, Any] = {
    "item": 12,
    "url": "https://library.example.city/news/opening",
    "title": "Reading room opens on Sundays",
    "summary": "From March on, ten to six.",
    "kind": "article",
}
OFFER: dict[str, Any] = {
    "id": "lQOpaG9tZS1uZXdzoM4AW",
    "placement": "home-news",
    "title": "News",
    "language": "en",
    "n": 4,
    "items": [
        OFFERED | {"topics": [["culture", 0.8]], "score": 0.95, "pinned": False, "reason": {"kind": "popular", "text": "Popular here"}},
    ],
    "names": {"culture": "Culture"},
    "pages": {"/opening-hours": [["culture", 0.6]]},
    "texts": {name: str(text) for name, text in candidates.TEXTS.items()},
}
SAYS = "Pairs of topics met on one day, over whole weeks; lift 1 is chance."
COLUMNS = ["portal", "topic", "other", "visitors", "plus_minus", "lift"]
MADE_OF: dict[str, Any] = {
    "portal": "library.example.city",
    "mart": "topic_pair",
    "rho": 0.001,
    "sigma": 38.7,
    "tau": 155,
    "lines": [412],
}
LISTED = {"mart": "topic_affinity", "says": SAYS, "columns": COLUMNS, "of": ["topic_pair", "topic_hour", "portal"]}
AFFINITY: dict[str, Any] = {
    "mart": "topic_affinity",
    "results": [
        {"portal": "library.example.city", "topic": "culture", "other": "education", "visitors": 1160, "plus_minus": 64, "lift": 1.84},
    ],
    "meta": {"says": SAYS, "policy": "city", "columns": COLUMNS, "sources": [MADE_OF]},
}

INTEREST_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("put", "/api/v1/me"): Operation(
        summary="Agree to have topics kept, or change it; X-Device-Key where there is one already",
        asks=me.Consent,
        given=("site!",),
        sent=("X-Device-Key",),
        answers=me.Mine,
        errors=BAD | NO_PROFILE | {429: "Too many new ones just now."},
        example={"text": "profile-2026-11 en", "what": ["topics"]},
        example_answer={"device_key": "5pXv0l8fM3dQ7yJmZkqTnWb2cRa9HsUe1oGiLxVtB4I", "kept": KEPT},
    ),
    ("get", "/api/v1/me"): Operation(
        summary="All that is kept for X-Device-Key",
        given=("site!",),
        sent=DEVICE,
        answers=Kept,
        errors=BAD | NO_PROFILE,
        example_answer=KEPT,
    ),
    ("post", "/api/v1/me/seen"): Operation(
        summary="Add what a page is about to what is kept for X-Device-Key",
        asks=me.Seen,
        given=("site!",),
        sent=DEVICE,
        answers=Kept,
        errors=BAD | NO_PROFILE,
        example={"page": "/bus-passes"},
        example_answer=KEPT,
    ),
    ("post", "/api/v1/me/recommend"): Operation(
        summary="A public placement's list in the order of what is kept for X-Device-Key",
        asks=me.Wanted,
        given=("site!",),
        sent=DEVICE,
        answers=me.Chosens,
        errors=BAD | NO_PROFILE,
        example={"placement": "home-news", "language": "en"},
        example_answer={"placement": "home-news", "items": [OFFERED | {"reason": "Because you read about: Culture"}]},
    ),
    ("get", "/api/v1/placements/{placement}/candidates"): Operation(
        summary="What a public placement offers, the same for everybody, for pages that rank it in the browser",
        given=("language",),
        sent=("If-None-Match",),
        headers=TAGGED,
        answers=candidates.Candidates,
        errors=BAD | NO_PLACEMENT | SAME,
        example_answer=OFFER,
    ),
    ("delete", "/api/v1/me"): Operation(
        summary="Erase all that is kept for X-Device-Key",
        given=("site!",),
        sent=DEVICE,
        answers=me.Erased,
        errors=BAD | NO_PROFILE,
        example_answer={"erased": True},
    ),
    ("get", "/api/v1/marts"): Operation(
        summary="List the marts of interest",
        scope="marts:read",
        answers=mart_shapes.ListedMarts,
        example_answer={"marts": [LISTED]},
    ),
    ("get", "/api/v1/marts/{name}"): Operation(
        summary="What people care about, out of the numbers drawn for the city",
        scope="marts:read",
        given=("site_id", "date_range", "format"),
        answers=mart_shapes.InterestAnswer,
        answers_in=(CSV, MEDIA_TYPE),
        errors=BAD | {404: "There is no such mart or portal."} | TOO_OFTEN,
        example_answer=AFFINITY,
    ),
}
