"""The schema, docs/api.md and the routes name the same paths, and the schema is one that tools can read."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from footfall.collect.formats import ROUTES
from footfall.collect.server import PATHS
from footfall.control.portals import PORTAL_SETTINGS
from footfall.reports.question import KEYS
from footfall.serve import shapes, site_shapes
from footfall.serve.app import create
from footfall.serve.openapi import OPERATIONS, openapi
from footfall.serve.pages.routes import ROUTES as ROUTES_OF_PAGES
from footfall.serve.sites import GOAL_KEYS
from footfall.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
AUTOMATIC = {"HEAD", "OPTIONS"}
EXAMPLES = {"site_id": "parks.example.city", "goal_id": "1", "mart": "page", "name": "topic_affinity", "id": "service-counters"}


def routes():
    """Every method and path that the app answers, but the schema's own and those of the pages."""
    pages = {re.sub(r":\w+}", "}", route.path) for room in ROUTES_OF_PAGES for route in room.routes}
    for route in create(Settings()).api.routes:
        if not route.path_format.startswith("/schema") and route.path_format not in pages:
            yield from ((method.lower(), route.path_format) for method in route.methods - AUTOMATIC)
    for path in PATHS:
        yield from ((method.lower(), path) for method in (ROUTES[path].methods if path in ROUTES else ("GET",)))


def test_schema_has_every_route_and_no_other():
    assert sorted(OPERATIONS) == sorted(routes())


def as_written(path):
    for name, value in EXAMPLES.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def test_page_names_every_path():
    assert sorted(path for _, path in OPERATIONS if as_written(path) not in PAGE) == []


def test_every_body_and_answer_is_a_json_schema():
    schemas = openapi()["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    assert [name for name, schema in schemas.items() if not schema["description"]] == []


def test_items_are_put_one_as_an_object_or_many_as_lines():
    operation = openapi()["paths"]["/api/v1/content/items"]["post"]
    body = {kind: media["schema"] for kind, media in operation["requestBody"]["content"].items()}
    assert body["application/json"]["$ref"].endswith("/ItemNew")
    assert {body[kind]["x-line"]["$ref"] for kind in ("text/csv", "application/x-ndjson")} == {"#/components/schemas/ItemBody"}
    told = operation["responses"]["200"]["content"]["application/json"]["schema"]["oneOf"]
    assert [one["$ref"].rpartition("/")[2] for one in told] == ["ItemShown", "Uploaded"]


def test_every_reference_leads_somewhere_and_every_operation_has_an_id_of_its_own():
    text = str(openapi())
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= set(openapi()["components"]["schemas"])
    ids = [operation["operationId"] for path in openapi()["paths"].values() for operation in path.values()]
    assert len(set(ids)) == len(ids) == len(OPERATIONS)


def test_operation_says_its_scope_its_body_and_its_errors():
    for method, path in OPERATIONS:
        found = openapi()["paths"][path][method]
        assert ("requestBody" in found) == (method in ("post", "put") or path.endswith("{goal_id}")), (method, path)
        assert set(found["responses"]) >= ({"200", "401", "403", "503"} if found["security"] else {"200"}), (method, path)
        assert all(f"| `{scheme['key'][0]}` |" in PAGE for scheme in found["security"] if scheme), (method, path)


def test_headers_that_a_client_has_to_know_are_there():
    paths = openapi()["paths"]

    def sent(method, path):
        return {one["name"]: one["required"] for one in paths[path][method]["parameters"] if one["in"] == "header"}

    device = [("get", ""), ("delete", ""), ("post", "/seen"), ("post", "/recommend")]
    assert [sent(method, f"/api/v1/me{path}") for method, path in device] == [{"X-Device-Key": True}] * 4
    assert sent("put", "/api/v1/me") == {"X-Device-Key": False}
    for path in ("/api/v1/placements/{placement}", "/api/v1/placements/{placement}/candidates"):
        answers = paths[path]["get"]["responses"]
        assert "If-None-Match" in sent("get", path) and "ETag" in answers["200"]["headers"] and "content" not in answers["304"]
    assert {} in paths["/api/v1/placements/{placement}"]["get"]["security"], "a public one needs no key"
    assert {"RateLimit-Reset", "Retry-After"} <= set(paths["/api/v1/recommend"]["post"]["responses"]["429"]["headers"])


INTERESTS = re.compile(r"/api/v1/(me|marts|content|placements|recommend|feedback|usage|webhooks)\b")


@pytest.mark.parametrize(("method", "path"), [one for one in sorted(OPERATIONS) if INTERESTS.match(one[1])])
def test_what_other_systems_ask_of_content_has_an_example_that_is_valid(method, path):
    operation = OPERATIONS[method, path]
    if operation.asks:
        assert msgspec.convert(operation.example, operation.asks)
    assert msgspec.convert(operation.example_answer, operation.answers, str_keys=True)
    if operation.asks and operation.answers:
        found = openapi()["paths"][path][method]
        assert "example" in found["requestBody"]["content"]["application/json"]


@pytest.mark.parametrize(
    ("struct", "keys"),
    [
        (shapes.QueryBody, KEYS),
        (site_shapes.SiteBody, PORTAL_SETTINGS),
        (site_shapes.SiteChange, PORTAL_SETTINGS),
        (site_shapes.GoalBody, GOAL_KEYS),
    ],
)
def test_body_in_the_schema_has_the_keys_that_the_code_takes(struct, keys):
    assert sorted(struct.__struct_fields__) == sorted(keys)


SAMPLES = dict(
    zip(
        (
            "AnswerBody",
            "OpenMart",
            "InterestAnswer",
            "ReachAnswer",
            "Site",
            "GoalShown",
            "FunnelAnswer",
            "JourneyAnswer",
            "ImportReport",
            "WithdrawnShown",
            "Health",
        ),
        re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL),
        strict=True,
    )
)


@pytest.mark.parametrize("name", SAMPLES)
def test_sample_answer_on_the_page_is_what_the_schema_says(name):
    schema = openapi()["components"]["schemas"][name] | {"components": openapi()["components"]}
    assert list(Draft202012Validator(schema).iter_errors(json.loads(SAMPLES[name]))) == []


def test_page_explains_every_setting_of_a_portal_and_every_code():
    rows = set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))
    assert set(PORTAL_SETTINGS) <= rows
    assert set(shapes.CODES) - set(re.findall(r"`(\w+)`", PAGE)) == {"bad_setting"}
