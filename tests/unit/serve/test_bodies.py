"""Bodies: JSON objects, and the forms that Plausible's documentation sends."""

import pytest
from litestar import Litestar, Request, post
from litestar.testing import TestClient

from footfall.serve.bodies import read_body
from footfall.serve.error_answers import HANDLERS


@post("/echo", status_code=200)
async def echo(request: Request) -> dict:
    return await read_body(request)


@pytest.fixture(scope="module")
def client():
    with TestClient(Litestar([echo], exception_handlers=HANDLERS, logging_config=None, openapi_config=None)) as opened:
        yield opened


def test_json_whatever_the_content_type(client):
    for kind in ("application/json", "text/plain"):
        assert client.post("/echo", content=b'{"domain":"a"}', headers={"content-type": kind}).json() == {"domain": "a"}


def test_forms_with_objects_and_lists(client):
    form = {"domain": '"a.example"', "custom_props[method]": "card", "domains[]": "b.example"}
    wanted = {"domain": "a.example", "custom_props": {"method": "card"}, "domains": ["b.example"]}
    assert client.post("/echo", data=form).json() == wanted
    assert client.post("/echo", files={name: (None, value) for name, value in form.items()}).json() == wanted


def test_nothing_is_no_members(client):
    assert client.post("/echo").json() == {}


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"\xff\xfe", b"null"])
def test_anything_else_is_one_clear_error(client, content):
    answer = client.post("/echo", content=content)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("The body is not")
