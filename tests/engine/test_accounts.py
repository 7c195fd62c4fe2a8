"""Signing in to a whole server, as a browser without scripts does it."""

import re
import stat
from urllib.parse import quote

import httpx
import pytest

from footfall.serve.pages.routes import ROUTES
from tests.support.server import Footfall
from tests.support.signing_in import PASSWORD, Reader

EMAIL = "ann@example.city"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Footfall(tmp_path_factory.mktemp("home"))
    empty = httpx.get(f"{running.url}/sign-in").text
    assert "footfall operators add EMAIL --role admin" in empty, "where there is no operator the page says how to make one"
    joined = Reader(running).join(EMAIL, "--role", "admin")
    assert (joined.status_code, joined.headers["location"]) == (303, "/account")
    yield running
    running.stop()


@pytest.fixture
def reader(server):
    return Reader(server)


@pytest.fixture
def ann(reader):
    assert reader.sign_in(EMAIL).status_code == 303
    return reader


def test_sign_in_leads_where_one_wanted_to_go_and_nowhere_else(server, reader):
    for wanted, led in (
        ("/audit?page=2", "/audit?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
    ):
        assert Reader(server).sign_in(EMAIL, next=wanted).headers["location"] == led


def test_session_cookie_is_signed_and_out_of_reach_of_scripts_and_other_sites(ann, server):
    cookie = ann.http.cookies["footfall"]
    (said,) = [head for head in Reader(server).sign_in(EMAIL).headers.get_list("set-cookie") if head.startswith("footfall=")]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(said.split("; "))
    assert stat.S_IMODE((server.home / "secret").stat().st_mode) == 0o600
    forged = cookie[:-4] + ("AAAA" if cookie[-4:] != "AAAA" else "BBBB")
    answer = httpx.get(f"{server.url}/sign-in", headers={"cookie": f"footfall={forged}"})
    assert answer.status_code == 200, "a forged session is no session"
    assert httpx.get(f"{server.url}/sign-in", headers={"cookie": f"footfall={cookie}"}).status_code == 303


def test_sign_out_ends_the_session_for_whoever_copied_the_cookie(ann, server):
    copied = ann.http.cookies["footfall"]
    token = re.search(r'name="token" value="(\w+)"', ann.get("/account").text)[1]
    assert ann.http.post("/sign-out", data={"token": token}).headers["location"] == "/sign-in"
    assert "footfall" not in ann.http.cookies
    assert httpx.get(f"{server.url}/sign-in", headers={"cookie": f"footfall={copied}"}).status_code == 200


@pytest.mark.parametrize("fields", [{"email": EMAIL, "password": "wrong password"}, {"email": "nobody@example.city", "password": PASSWORD}])
def test_wrong_sign_in_says_the_same_whatever_was_wrong(reader, fields):
    answer = reader.send("/sign-in", **fields)
    assert answer.status_code == 403
    assert re.search(r'role="alert">([^<]+)<', answer.text)[1] == "That did not work. After five tries an account waits, longer each time."


def test_invitation_is_good_once(server, reader):
    import_link = server.run("operators", "add", "once@example.city", "--json").stdout
    path = "/invitation/" + re.search(r"/invitation/([\w-]+)", import_link)[1]
    weak = reader.send(path, name="Once", password="password123", again="password123")
    assert (weak.status_code, "first that anybody would try" in weak.text) == (400, True)
    other = reader.send(path, name="Once", password=PASSWORD, again=PASSWORD + "x")
    assert (other.status_code, "differ" in other.text) == (400, True)
    assert reader.send(path, name="Once", password=PASSWORD, again=PASSWORD).status_code == 303
    assert Reader(server).get(path).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({}, 303),
    ],
)
def test_form_from_elsewhere_changes_nothing(server, headers, status):
    assert httpx.post(f"{server.url}/preferences", data={"theme": "dark"}, headers=headers).status_code == status


def test_form_without_its_page_s_token_is_refused(server, ann):
    for token in ("", "0" * 64):
        assert ann.http.post("/sign-out", data={"token": token}).status_code == 403
    assert httpx.post(f"{server.url}/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 403


OPEN = {"/static/{digest:str}/{name:str}", "/preferences", "/sign-in", "/invitation/{token:str}"}
PAGES = [(route.path, method) for room in ROUTES for route in room.routes for method in sorted(route.methods - {"OPTIONS"})]


@pytest.mark.parametrize(("path", "method"), [(path, method) for path, method in PAGES if path not in OPEN])
def test_page_leads_whoever_is_not_signed_in_to_the_door(server, path, method):
    answer = httpx.request(method, server.url + (here := re.sub(r"{\w+:\w+}", "1", path) + "?a=1"))
    assert answer.status_code == 303
    back = quote(here, safe="") if method == "GET" else "%2F"
    assert answer.headers["location"] == f"/sign-in?next={back}"


def test_only_the_door_is_open():
    assert OPEN <= {path for path, _ in PAGES}


def test_api_is_for_keys_and_blind_to_cookies(ann):
    assert ann.get("/api/v1/sites").status_code == 401
    assert ann.get("/api/v1/state").status_code == 401
