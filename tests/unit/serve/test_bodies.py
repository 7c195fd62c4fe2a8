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
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        assert client.post("/echo", content=b'{"domain":"a"}', headers={"content-type": kind}).json() == {"domain": "a"}


def test_forms_with_objects_and_lists(client):
    form = {"domain": '"a.example"', "custom_props[method]": "card", "domains[]": "b.example"}
    wanted = {"domain": "a.example", "custom_props": {"method": "card"}, "domains": ["b.example"]}
    assert client.post("/echo", data=form).json() == wanted
    assert client.post("/echo", files={name: (None, value) for name, value in form.items()}).json() == wanted


@pytest.mark.parametrize("form", ["a=1&a%5Bb%5D=2", "a%5B%5D=1&a%5Bb%5D=2", "a%5Bb%5D=1&a%5B%5D=2"])
def test_name_in_two_ways_is_one_clear_error(client, form):
    answer = client.post("/echo", content=form, headers={"content-type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_input")


@pytest.mark.parametrize("content", [b"", b"--x", b"\xff"])
def test_form_that_is_none_has_no_members_or_is_a_400(client, content):
    answer = client.post("/echo", content=content, headers={"content-type": "multipart/form-data; boundary=y"})
    assert answer.status_code in (200, 400)
    assert answer.json() == {} or answer.json()["code"] == "bad_input"


def test_nothing_is_no_members(client):
    assert client.post("/echo").json() == {}


@pytest.mark.parametrize("content", [b"{", b"[]", b'"x"', b"\xff\xfe", b"null"])
def test_anything_else_is_one_clear_error(client, content):
    answer = client.post("/echo", content=content)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("The body is not")
