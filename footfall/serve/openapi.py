"""The API's schema, OpenAPI 3.1: every path with its bodies, answers, scope and errors, as JSON and YAML. A test holds it to the routes."""

import re
from functools import cache
from typing import Any

import msgspec
import yaml
from litestar import get
from litestar.response import Response

from footfall import __version__
from footfall.collect.importing import ImportReport
from footfall.privacy.attacks.outcome import HomeAttacks
from footfall.serve import mart_shapes, shapes, site_shapes
from footfall.serve.aggregates import MEDIA_TYPE
from footfall.serve.content_operations import CONTENT_OPERATIONS
from footfall.serve.dataset_operations import DATASET_OPERATIONS
from footfall.serve.interest_operations import INTEREST_OPERATIONS
from footfall.serve.loyalty_operations import LOYALTY_OPERATIONS
from footfall.serve.operation import ABSENT, BAD, BYTES, CSV, FILES, FORM, JSON, MULTIPART, NDJSON, TEXT, Operation
from footfall.serve.service_operations import SERVICE_OPERATIONS
from footfall.serve.shapes import State
from footfall.serve.target_shapes import TARGET_OPERATIONS
from footfall.serve.trend_operations import TREND_OPERATIONS

__all__ = ["OPERATIONS", "ROUTES", "openapi"]

FORMS = (JSON, FORM, MULTIPART)
REFERENCE = "#/components/schemas/{name}"
LINES = {
    NDJSON: "A JSON object a line, each as {name}. A JSON array is not taken.",
    CSV: "The first row names the columns, which are members of {name}; docs/content.md says how lists are written in a cell.",
}
"""What a file is, by its kind."""
ALWAYS = {
    401: "No key, or one nobody gave out.",
    403: "The key lacks the scope, or is not for that portal.",
    503: "The store is away; nothing is lost.",
}
TAKEN = {409: "The domain, or the goal's name, is taken."}
ASKING = {
    404: "There is no such portal.",
    422: "The release gate says no.",
    429: "The key asked too often; Retry-After says when to come back.",
}


V1 = ("site_id!", "period", "date", "metrics", "filters")
NUMBERS = ("limit", "page", "after", "before", "goal_id", "idsite", "rec", "webhook", "n", "item", "source", "offset", "trend", "target")
PAGED = ("limit", "after", "before")
IMPORT = {**BAD, 404: "There is no such portal."}
EVENT = {
    400: "It is no event of that format; the answer is in the format's own shape.",
    413: "The body is too large.",
    503: "Full; Retry-After says when to come back.",
}
HEALTH = Operation(summary="Ready or not, and what waits", answers=shapes.Health, errors={503: "Not ready: the same body."})

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("post", "/api/v2/query"): Operation(
        summary="Answer a question",
        scope="stats:read",
        or_scope="marts:read",
        asks=shapes.QueryBody,
        answers=shapes.AnswerBody,
        errors=BAD | ASKING,
    ),
    ("post", "/api/v2/funnel"): Operation(
        summary="Visitors by the steps they took",
        scope="stats:read",
        asks=shapes.FunnelBody,
        answers=shapes.FunnelAnswer,
        errors=BAD | ASKING,
    ),
    ("post", "/api/v2/journey"): Operation(
        summary="Visitors of a page by the pages beside it",
        scope="stats:read",
        asks=shapes.JourneyBody,
        answers=shapes.JourneyAnswer,
        errors=BAD | ASKING,
    ),
    ("get", "/api/v1/stats/realtime/visitors"): Operation(
        summary="Visitors of the last five minutes, a bare number",
        scope="stats:read",
        given=("site_id!",),
        answers=int,
        errors=BAD | ASKING,
    ),
    ("get", "/api/v1/stats/aggregate"): Operation(
        summary="Metrics of a whole period", scope="stats:read", given=(*V1, "compare"), answers=shapes.Aggregate, errors=BAD | ASKING
    ),
    ("get", "/api/v1/stats/timeseries"): Operation(
        summary="Metrics by bucket, empty ones too",
        scope="stats:read",
        given=(*V1, "interval"),
        answers=shapes.Timeseries,
        errors=BAD | ASKING,
    ),
    ("get", "/api/v1/stats/breakdown"): Operation(
        summary="Metrics by property",
        scope="stats:read",
        given=(*V1, "property!", "limit", "page"),
        answers=shapes.Breakdown,
        errors=BAD | ASKING,
    ),
    ("get", "/api/v1/aggregates"): Operation(
        summary="A portal's numbers by day and by each dimension, as a Parquet file",
        scope="stats:read",
        given=("site_id!", "date_range"),
        answers=bytes,
        errors=BAD | ASKING,
    ),
    ("get", "/api/v2/open/{site_id}/{mart}"): Operation(
        summary="A mart's cells as they were drawn for everybody",
        given=("from!", "to!", "format"),
        answers=mart_shapes.OpenMart,
        errors=BAD | {404: "Open data are off, or there is no such portal or mart.", 429: "Too many asked just now.", 503: ALWAYS[503]},
    ),
    ("get", "/api/v2/reach"): Operation(
        summary="Visitors of several portals together, by day and declared group, as they were drawn",
        scope="marts:read",
        given=("from", "to"),
        answers=mart_shapes.ReachAnswer,
        errors=BAD | {429: ASKING[429]},
    ),
    ("get", "/api/v1/measures"): Operation(
        summary="A measure of the city's data, by time or by place",
        scope="datasets:read",
        given=("dataset!", "measure", "from", "to", "by", "grain", "place_kind", "place", "category"),
        answers=mart_shapes.MeasuresAnswer,
        errors=BAD | {404: "There is no such dataset or measure.", 429: ASKING[429]},
    ),
    ("get", "/api/v1/sites"): Operation(summary="List portals", scope="sites:read", given=PAGED, answers=site_shapes.SitePage, errors=BAD),
    ("post", "/api/v1/sites"): Operation(
        summary="Make a portal", scope="sites:write", asks=site_shapes.SiteBody, media=FORMS, answers=site_shapes.Site, errors=BAD | TAKEN
    ),
    ("get", "/api/v1/sites/{site_id}"): Operation(summary="Show a portal", scope="sites:read", answers=site_shapes.Site, errors=ABSENT),
    ("put", "/api/v1/sites/{site_id}"): Operation(
        summary="Change a portal",
        scope="sites:write",
        asks=site_shapes.SiteChange,
        media=FORMS,
        answers=site_shapes.Site,
        errors=BAD | ABSENT | TAKEN,
    ),
    ("delete", "/api/v1/sites/{site_id}"): Operation(
        summary="Remove a portal, its goals and its events", scope="sites:write", answers=site_shapes.Deleted, errors=ABSENT
    ),
    ("get", "/api/v1/sites/goals"): Operation(
        summary="List a portal's goals", scope="sites:read", given=("site_id!", *PAGED), answers=site_shapes.GoalPage, errors=BAD | ABSENT
    ),
    ("put", "/api/v1/sites/goals"): Operation(
        summary="Find or create a goal",
        scope="sites:write",
        asks=site_shapes.GoalBody,
        media=FORMS,
        answers=site_shapes.GoalShown,
        errors=BAD | ABSENT | TAKEN,
    ),
    ("delete", "/api/v1/sites/goals/{goal_id}"): Operation(
        summary="Remove a goal",
        scope="sites:write",
        asks=site_shapes.GoalChange,
        media=FORMS,
        given=("site_id",),
        answers=site_shapes.Deleted,
        errors=BAD | ABSENT,
    ),
    ("post", "/api/v1/import/events"): Operation(
        summary="Import events, one JSON object a line; plain, gzip or bzip2",
        scope="import:write",
        media=("application/x-ndjson", BYTES),
        given=("site_id!",),
        answers=ImportReport,
        errors=IMPORT,
    ),
    ("post", "/api/v1/import/log"): Operation(
        summary="Import a server log; plain, gzip or bzip2",
        scope="import:write",
        media=(TEXT, BYTES),
        given=("site_id!",),
        answers=ImportReport,
        errors=IMPORT,
    ),
    **DATASET_OPERATIONS,
    **SERVICE_OPERATIONS,
    **CONTENT_OPERATIONS,
    **INTEREST_OPERATIONS,
    **LOYALTY_OPERATIONS,
    **TARGET_OPERATIONS,
    **TREND_OPERATIONS,
    ("get", "/api/v1/verify"): Operation(
        summary="The ledger held against opendp, its caps and the table; and the label",
        scope="sites:read",
        given=("head",),
        answers=shapes.Verified,
        errors=BAD,
    ),
    ("get", "/api/v1/attacks"): Operation(
        summary="The attacks on this home's own store, made now", scope="sites:read", answers=HomeAttacks
    ),
    ("get", "/api/v1/state"): Operation(summary="What waits, which portals count, what was refused", scope="sites:read", answers=State),
    **{("get", path): HEALTH for path in ("/health", "/api/health", "/api/system/health/ready")},
    ("get", "/api/system/health/live"): Operation(summary="The process answers", answers=shapes.Live),
    **{
        ("post", path): Operation(summary=f"Take an event of {whose}", media=(JSON, TEXT), errors=EVENT)
        for path, whose in (
            ("/api/collect", "Footfall's tracker"),
            ("/api/event", "Plausible's tracker"),
            ("/api/send", "Umami's tracker"),
            ("/api/batch", "Umami's tracker, several at once"),
            ("/matomo.php", "Matomo's tracker"),
            ("/piwik.php", "Matomo's tracker"),
        )
    },
    **{
        ("get", path): Operation(summary="Take an event of Matomo's tracker", given=("idsite!", "rec!", "url"), errors=EVENT)
        for path in ("/matomo.php", "/piwik.php")
    },
    ("get", "/footfall.js"): Operation(summary="The tracker"),
    ("get", "/footfall.full.js"): Operation(summary="The tracker with everything it can measure"),
    ("get", "/content.js"): Operation(summary="Recommendations in the order that the visitor's own browser makes"),
    ("get", "/returning.js"): Operation(summary="How long ago a device was last here, told by itself where its visitor agreed"),
}


@cache
def openapi() -> dict[str, Any]:
    """The whole schema."""
    shown = {kind for of in OPERATIONS.values() for kind in (of.asks, of.lines, of.answers, of.answers_lines)}
    bodies = sorted((kind for kind in shown | {shapes.Error} if kind not in (None, int, bytes)), key=lambda kind: str(kind.__name__))
    _, schemas = msgspec.json.schema_components(bodies, ref_template=REFERENCE)
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method] = _operation(method, path, operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Footfall",
            "version": __version__,
            "description": "Every answer has passed the release gate; docs/api.md says more.",
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(method: str, path: str, operation: Operation) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": re.sub(r"\W+", "_", f"{method} {path}").strip("_"),
        "security": [{"key": [scope]} for scope in (operation.scope, operation.or_scope) if scope] + [{}] * operation.may_be_open,
        "parameters": [
            *_in_path(path),
            *(_given("query", name) for name in operation.given),
            *(_given("header", name) for name in operation.sent),
        ],
        "responses": {"200": _success(operation)}
        | {str(status): _error(status, said, operation) for status, said in _errors(operation).items()},
    }
    if method in ("post", "put") or operation.asks:
        schema = _reference(operation.asks) if operation.asks else {}
        shape = {"schema": schema} | ({"example": operation.example} if operation.example is not None else {})
        shown["requestBody"] = {
            "required": method != "delete",
            "content": {kind: {"schema": _file(kind, operation)} if kind in FILES else shape for kind in operation.media},
        }
    for status, response in shown["responses"].items():
        told = (operation.headers if status in ("200", "304", "429") else {}) | ({"Retry-After": "Seconds."} if status == "429" else {})
        if told:
            response["headers"] = {name: {"description": said, "schema": {"type": "string"}} for name, said in told.items()}
    return shown


def _errors(operation: Operation) -> dict[int, str]:
    return dict(sorted((operation.errors | (ALWAYS if operation.scope else {})).items()))


def _success(operation: Operation) -> dict[str, Any]:
    if operation.answers is None:
        return {"description": "Taken or served; trackers may also see 202 or 204."}
    if operation.answers is bytes:
        return {"description": "Done.", "content": {MEDIA_TYPE: {}}}
    schema: dict[str, Any] = {"type": "integer"} if operation.answers is int else _reference(operation.answers)
    if operation.answers_lines:
        schema = {"oneOf": [schema, _reference(operation.answers_lines)], "description": "One sent as JSON; or of a file, what came of it."}
    example = {"example": operation.example_answer} if operation.example_answer is not None else {}
    others = {kind: {"schema": {"type": "string"}} for kind in operation.answers_in}
    return {"description": "Done.", "content": {JSON: {"schema": schema} | example} | others}


def _error(status: int, said: str, operation: Operation) -> dict[str, Any]:
    if status < 400 or (not operation.scope and operation.answers is None):
        return {"description": said}
    body = operation.answers if operation is HEALTH else shapes.Error
    return {"description": said, "content": {JSON: {"schema": _reference(body)}}}


def _file(kind: str, operation: Operation) -> dict[str, Any]:
    """A body that is no JSON: anything, or a file whose every line is known."""
    if operation.lines is None or kind not in LINES:
        return {}
    name = operation.lines.__name__
    return {"type": "string", "contentMediaType": kind, "description": LINES[kind].format(name=name), "x-line": _reference(operation.lines)}


def _reference(kind: Any) -> dict[str, str]:
    return {"$ref": REFERENCE.format(name=kind.__name__)}


def _in_path(path: str) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": _kind(name)} for name in names]


def _given(where: str, name: str) -> dict[str, Any]:
    return {"name": name.rstrip("!"), "in": where, "required": name.endswith("!"), "schema": _kind(name.rstrip("!"))}


def _kind(parameter: str) -> dict[str, str]:
    return {"type": "integer" if parameter in NUMBERS else "string"}


@get(["/schema", "/schema/openapi.json"], sync_to_thread=False)
def show_json() -> Response[dict[str, Any]]:
    """The schema as JSON."""
    return Response(openapi())


@get(["/schema/openapi.yaml", "/schema/openapi.yml"], sync_to_thread=False)
def show_yaml() -> Response[str]:
    """The schema as YAML."""
    return Response(yaml.safe_dump(openapi(), sort_keys=False, allow_unicode=True), media_type="application/yaml")


ROUTES = [show_json, show_yaml]
