"""docs/api.md is run: each of its examples is sent as it stands, and what comes back is what the schema says."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from footfall.sources.builtins import builtin_text
from tests.support.server import AGENT, FootfallHere

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = [line for block in re.findall(r"```sh\n(.+?)```", PAGE, re.DOTALL) for line in re.split(r"\n(?=curl )", block.strip())]
LOG = f'192.0.2.1 - - [05/Jan/2026:10:00:00 +0000] "GET /x HTTP/1.1" 200 5 "-" "{AGENT}"\n'
COUNTERS = "date,service,district,uses\n2026-01-04,library,north,40\n2026-01-04,library,south,3\n"
EVENTS = b'{"timestamp": "2026-01-05T10:00:00Z", "visitor": "a"}\n{"timestamp": "soon"}\n'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = FootfallHere(tmp_path_factory.mktemp("home"), now="2026-01-05T12:00:00Z", open_data="true")
    running.call("POST", "/api/v1/sites", json={"domain": "library.example.city"})
    (running.home / "events.ndjson").write_bytes(EVENTS)
    (running.home / "counters.yaml").write_text(builtin_text("service-counters"))
    (running.home / "counters.csv").write_text(COUNTERS)
    (running.home / "access.log.gz").write_bytes(gzip.compress(LOG.encode()))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def schema(server):
    return server.call("GET", "/schema/openapi.json", key="").json()


@pytest.fixture(scope="module")
def answered(server):
    """Every example, in the order of the page: its words, its status and what it answered."""

    def send(example):
        command = example.replace("http://127.0.0.1:8700", server.url).replace("curl -sS", r"curl -sS -w '\n%{http_code}'")
        done = subprocess.run(
            ["sh", "-c", command], env=server.environ | {"KEY": server.key}, cwd=server.home, capture_output=True, text=True, check=True
        )
        body, _, status = done.stdout.rpartition("\n")
        return example, int(status), json.loads(body)

    return [send(example) for example in EXAMPLES]


def operation_of(schema, example):
    """The schema's operation that a curl command line means."""
    method = (re.findall(r"-X (\w+)", example) or ["POST" if re.search(r" (-d|-F|--data-binary) ", example) else "GET"])[0].lower()
    path = re.search(r"http://127.0.0.1:8700([^\s?\"]+)", example)[1]
    fits = [known for known in schema["paths"] if re.fullmatch(re.sub(r"{\w+}", r"[^/]+", known), path)]
    return schema["paths"][min(fits, key=lambda known: "{" in known)][method]


def valid(schema, part, body):
    wanted = part["content"]["application/json"]["schema"] | {"components": schema["components"]}
    Draft202012Validator(wanted).validate(body)
    return True


def test_every_example_is_answered_as_the_schema_says(answered, schema):
    assert len(answered) > 15
    for example, status, body in answered:
        assert status == 200, (example, body)
        if "/schema" not in example:
            assert valid(schema, operation_of(schema, example)["responses"]["200"], body)


def test_body_of_every_example_is_one_the_schema_takes(schema):
    bodies = [(example, json.loads(found[1])) for example in EXAMPLES if (found := re.search(r"-d '(.+?)'", example, re.DOTALL))]
    assert len(bodies) >= 2
    for example, body in bodies:
        assert valid(schema, operation_of(schema, example)["requestBody"], body)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/api/v2/query", {}, 400),
        ("POST", "/api/v2/query", {"site_id": "nobody.example", "metrics": ["visitors"], "date_range": "7d"}, 404),
        ("POST", "/api/v1/sites", {"domain": "library.example.city"}, 409),
        ("POST", "/api/v1/sites", {"domain": "a b"}, 400),
        ("PUT", "/api/v1/sites/goals", {"site_id": "library.example.city"}, 400),
        ("DELETE", "/api/v1/sites/goals/999", {"site_id": "library.example.city"}, 404),
    ],
)
def test_error_is_among_those_the_schema_names(server, schema, method, path, body, status):
    answer = server.call(method, path, json=body)
    assert answer.status_code == status
    operation = operation_of(schema, f"curl -X {method} http://127.0.0.1:8700{path} ")
    assert valid(schema, operation["responses"][str(status)], answer.json())


def test_schema_is_served_as_yaml_too(server):
    answer = server.call("GET", "/schema/openapi.yaml", key="")
    assert (answer.status_code, answer.text.splitlines()[0]) == (200, "openapi: 3.1.0")
