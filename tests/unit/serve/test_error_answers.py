"""One shape for every error, and nothing in the log but an error's kind and place."""

import json
import logging
from contextlib import contextmanager

import pytest
import structlog
from litestar import Litestar, get
from litestar.params import FromPath, FromQuery
from litestar.testing import TestClient

from footfall.errors import Conflict, RateLimited, Unauthorized, Unavailable
from footfall.serve.error_answers import HANDLERS
from footfall.serve.log import log_to_stderr


@get("/raise/{name:str}", sync_to_thread=False)
def raise_one(name: FromPath[str], number: FromQuery[int] = 0) -> str:
    errors = {
        "conflict": Conflict("It is there already."),
        "rate": RateLimited("Too often.", retry_after_s=7),
        "key": Unauthorized("Missing API key."),
        "away": Unavailable("The store is away.", retry_after_s=5),
        "bug": ValueError("quotes 192.0.2.7 and Mozilla/5.0"),
    }
    raise errors[name]


@pytest.fixture
def client():
    app = Litestar([raise_one], exception_handlers=HANDLERS, logging_config=None, openapi_config=None)
    with TestClient(app, raise_server_exceptions=False) as opened:
        yield opened


@contextmanager
def log_set_up():
    """In a test's body, not in a fixture: pytest gives each phase its own stderr."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    log_to_stderr("info")
    try:
        yield
    finally:
        structlog.configure(**before)
        root.handlers[:] = handlers
        root.setLevel(level)


def lines_of(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "header"),
    [
        ("GET", "/raise/conflict", 409, "conflict", None),
        ("GET", "/raise/rate", 429, "rate_limited", ("retry-after", "7")),
        ("GET", "/raise/away", 503, "unavailable", ("retry-after", "5")),
        ("GET", "/raise/key", 401, "unauthorized", ("www-authenticate", "Bearer")),
        ("GET", "/nowhere", 404, "not_found", None),
        ("POST", "/raise/conflict", 405, "method_not_allowed", None),
        ("GET", "/raise/conflict?number=x", 400, "bad_input", None),
    ],
)
def test_error_is_a_sentence_and_a_code(client, method, path, status, code, header):
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"error", "code"}
    assert answer.json()["error"].endswith(".")
    assert header is None or answer.headers[header[0]] == header[1]


def test_wrong_parameter_is_named(client):
    assert "number: " in client.get("/raise/conflict?number=x").json()["error"]


def test_bug_answers_a_number_that_the_log_knows_and_quotes_nothing(client, capsys):
    with log_set_up():
        answer = client.get("/raise/bug")
    assert answer.status_code == 500
    number = answer.json()["error"].removesuffix(".").rsplit(" ", 1)[1]
    (line,) = [line for line in lines_of(capsys) if line["event"] == "unexpected error"]
    assert (line["id"], line["kind"], line["level"]) == (number, "ValueError", "error")
    assert any("raise_one" in place for place in line["at"])
    assert "192.0.2.7" not in json.dumps([line, answer.json()])
    assert (line["path"], "bug" in json.dumps(line)) == ("/raise/{name}", False), "an address may hold a token: the log has the route"


def test_lines_of_the_standard_library_are_json_too_and_quote_no_error(capsys):
    with log_set_up():
        try:
            raise KeyError("192.0.2.7")
        except KeyError:
            logging.getLogger("somebody").exception('a "quoted"\nmessage')
    (line,) = lines_of(capsys)
    assert (line["event"], line["kind"]) == ('a "quoted"\nmessage', "KeyError")
    assert "192.0.2.7" not in json.dumps(line)
