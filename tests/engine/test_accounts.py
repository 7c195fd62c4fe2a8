"""Signing in to a whole server, as a browser without scripts does it."""

import re
import stat
from urllib.parse import quote

import httpx
import pyotp
import pytest
from structlog.testing import capture_logs

from footfall.collect.flood import make_limit
from footfall.control.invitations import invite
from footfall.control.operators import add_operator
from footfall.control.roles import Grant
from footfall.serve.openapi import OPERATIONS
from footfall.serve.pages.routes import ROUTES
from footfall.serve.single_sign_on import CALLBACK
from tests.support.signing_in import PASSWORD, Reader

EMAIL = "ann@example.city"
OPEN = {
    "/static/{digest:str}/{name:str}",
    "/preferences",
    "/metrics-explained",
    "/sign-in",
    "/sign-in/sso",
    CALLBACK,
    "/invitation/{token:str}",
    "/mail/confirm/{token:str}",
    "/mail/unsubscribe/{token:str}",
    "/shared/{token:str}",
    "/shared/{token:str}/print",
    "/shared/{token:str}/panels/{name:str}",
    "/shared/{token:str}/panels/{name:str}/card",
    "/embed/{token:str}",
    "/privacy/{name:path}",
    "/privacy/me",
    "/privacy/kept",
    "/ledger",
    "/ledger.json",
    "/.well-known/gpc.json",
}
BY_LINK = {"/preferences", "/mail/confirm/{token:str}", "/mail/unsubscribe/{token:str}", "/privacy/kept"}
"""Forms without a token: they change what is the browser's own, or their address is the token, or a key in them is."""
PAGES = sorted((route.path, method) for room in ROUTES for route in room.routes for method in route.methods - {"OPTIONS"})


@pytest.fixture(scope="module")
def server(app):
    empty = httpx.get(f"{app.url}/sign-in").text
    assert "footfall operators add EMAIL --role admin" in empty, "where there is no operator the page says how to make one"
    joined = Reader(app).join(EMAIL, Grant("admin"))
    assert (joined.status_code, joined.headers["location"]) == (303, "/account")
    # One test asks who guesses to wait; the others sign in oftener than a city's staff would.
    app.house.allow_sign_in = make_limit(0)
    return app


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
        ("/\t/evil.example", "/"),
        ("//[", "/"),
    ):
        assert Reader(server).sign_in(EMAIL, next=wanted).headers["location"] == led


def test_session_cookie_is_signed_and_out_of_reach_of_scripts_and_other_sites(ann, server):
    cookie = ann.http.cookies["footfall"]
    (said,) = [head for head in Reader(server).sign_in(EMAIL).headers.get_list("set-cookie") if head.startswith("footfall=")]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(said.split("; "))
    assert stat.S_IMODE((server.house.desk.settings.home_path / "secret").stat().st_mode) == 0o600
    forged = cookie[:-4] + ("AAAA" if cookie[-4:] != "AAAA" else "BBBB")
    answer = httpx.get(f"{server.url}/sign-in", headers={"cookie": f"footfall={forged}"})
    assert answer.status_code == 200, "a forged session is no session"
    assert httpx.get(f"{server.url}/sign-in", headers={"cookie": f"footfall={cookie}"}).status_code == 303


def test_sign_out_ends_the_session_for_whoever_copied_the_cookie(ann, server):
    copied = ann.http.cookies["footfall"]
    token = re.search(r'name="token" value="([^"]+)"', ann.get("/account").text)[1]
    assert ann.http.post("/sign-out", data={"token": token}).headers["location"] == "/sign-in"
    assert "footfall" not in ann.http.cookies
    assert httpx.get(f"{server.url}/sign-in", headers={"cookie": f"footfall={copied}"}).status_code == 200


@pytest.mark.parametrize("fields", [{"email": EMAIL, "password": "wrong password"}, {"email": "nobody@example.city", "password": PASSWORD}])
def test_wrong_sign_in_says_the_same_whatever_was_wrong(reader, fields):
    answer = reader.send("/sign-in", **fields)
    assert answer.status_code == 403
    assert re.search(r'role="alert">([^<]+)<', answer.text)[1] == "That did not work. After five tries an account waits, longer each time."


def test_invitation_is_good_once(server, reader):
    control = server.house.desk.control
    add_operator(control, "once@example.city", now_ms=0)
    path = f"/invitation/{invite(control, 'once@example.city', now_ms=server.house.desk.now())}"
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


def test_every_form_needs_the_token_of_its_page(ann):
    paths = [path for path, method in PAGES if method == "POST" and path not in BY_LINK]
    sent = [(path, data) for path in paths for data in ({}, {"token": "0" * 64})]
    answered = [(path, ann.http.post(re.sub(r"{\w+:\w+}", "1", path), data=data).status_code) for path, data in sent]
    assert [(path, status) for path, status in answered if status != 403] == []
    assert (len(answered) > 100, ann.get("/account").status_code) == (True, 200)


def test_pages_travel_packed_and_no_two_have_the_same_token(ann):
    pages = [ann.get("/account") for _ in range(2)]
    first, second = (re.search(r'name="token" value="([^"]+)"', page.text)[1] for page in pages)
    assert [page.headers["content-encoding"] for page in pages] == ["gzip", "gzip"]
    assert first.partition(".")[2] != second.partition(".")[2]
    for token, status in ((first, 303), (first.partition(".")[0] + "." + second.partition(".")[2], 403)):
        assert ann.http.post("/account/name", data={"token": token, "name": "Ann"}).status_code == status


def test_form_without_its_page_s_token_is_refused(server, ann):
    for token in ("", "0" * 64):
        assert ann.http.post("/sign-out", data={"token": token}).status_code == 403
    assert httpx.post(f"{server.url}/sign-in", data={"email": EMAIL, "password": PASSWORD}).status_code == 403


def test_page_leads_whoever_is_not_signed_in_to_the_door(reader):
    closed = [(path, method) for path, method in PAGES if path not in OPEN]
    for path, method in closed:
        here = re.sub(r"{\w+:\w+}", "1", path) + "?a=1"
        answer = reader.http.request(method, here)
        back = quote(here, safe="") if method == "GET" else "%2F"
        assert (answer.status_code, answer.headers.get("location")) == (303, f"/sign-in?next={back}"), (path, method)
    assert len(closed) > 100


def test_only_the_door_is_open():
    assert OPEN <= {path for path, _ in PAGES}


@pytest.mark.parametrize(
    "sent",
    [
        {"content": b"email=%ff%00&password=%ff&token=%ff", "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": b'{"token": "x"}', "headers": {"content-type": "application/json"}},
        {"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        {"content": b"\xff" * 1000, "headers": {"content-type": "application/x-www-form-urlencoded; charset=nonsense"}},
        {"content": b"", "headers": {"cookie": "footfall=x; form=" + "." * 5000}},
        {"content": b"", "headers": {"origin": "http://[", "host": "x"}},
    ],
)
def test_form_that_is_none_is_refused_without_a_fault_of_ours(server, sent):
    assert httpx.post(f"{server.url}/sign-in", **sent).status_code in (400, 403)


def test_fault_of_ours_is_a_page_with_a_number_and_the_log_has_no_invitation(server, monkeypatch):
    def fails(*given, **named):
        raise RuntimeError("words of a request")

    monkeypatch.setattr("footfall.serve.pages.door.find_invited", fails)
    with capture_logs() as logged:
        answer = httpx.get(f"{server.url}/invitation/a-secret")
    number = re.search(r"the log knows it as (\w{8})", answer.text)[1]
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (500, "text/html")
    assert [(line["id"], line["path"]) for line in logged if line["log_level"] == "error"] == [(number, "/invitation/{token}")]
    assert "words" not in answer.text


def test_letters_that_are_none_are_a_wrong_password(server):
    page = httpx.get(f"{server.url}/sign-in")
    token = re.search(r'name="token" value="([^"]+)"', page.text)[1]
    headers = {"content-type": "application/x-www-form-urlencoded"}
    fields = f"token={token}&email=%ff%00%ed%a0%80&password=%ed%a0%80%ff&code=%ff".encode()
    answer = httpx.post(f"{server.url}/sign-in", content=fields, headers=headers, cookies=page.cookies)
    assert (answer.status_code, "After five tries" in answer.text) == (403, True)


def test_password_is_taken_as_it_is_typed(server):
    quoted = '"ten letters" in quotes'
    Reader(server).join("quotes@example.city", password=f'"{quoted}"')
    assert Reader(server).sign_in("quotes@example.city", quoted).status_code == 403
    assert Reader(server).sign_in("quotes@example.city", f'"{quoted}"').status_code == 303


API = [(method, path) for method, path in OPERATIONS if re.match("/api/v[12]/(?!open/|me$|me/|.*/candidates$)", path)]


def test_api_is_for_keys_and_blind_to_cookies(ann):
    token = re.search(r'name="token" value="([^"]+)"', ann.get("/account").text)[1]
    for method, path in API:
        answer = ann.http.request(method, re.sub(r"{\w+}", "1", path), headers={"x-token": token})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized"), (method, path)
    assert len(API) > 50


def test_there_is_an_api():
    assert len(API) > 8


def test_account_waits_after_five_tries_also_for_the_right_password(server):
    locked = Reader(server)
    locked.join("locked@example.city")
    answers = [Reader(server).sign_in("locked@example.city", "wrong password").text for _ in range(5)]
    waiting = Reader(server).sign_in("locked@example.city")
    assert waiting.status_code == 403
    assert {re.search(r'role="alert">([^<]+)<', text)[1] for text in [*answers, waiting.text]} == {
        "That did not work. After five tries an account waits, longer each time."
    }
    assert locked.get("/account").status_code == 200, "who is signed in stays so"


def test_too_many_sign_ins_a_minute_wait_whoever_they_are(server, monkeypatch):
    monkeypatch.setattr(server.house, "allow_sign_in", make_limit(2))
    statuses = [Reader(server).sign_in(email).status_code for email in ("nobody@example.city", EMAIL, "nobody@example.city")]
    late = Reader(server).sign_in(EMAIL)
    assert (statuses, late.status_code, late.headers["retry-after"]) == ([403, 303, 429], 429, "60")
    assert "Too many are signing in" in late.text


def test_second_factor_is_asked_for_once_it_is_set(server):
    owner = Reader(server)
    owner.join("owner@example.city")
    page = owner.get("/account/code").text
    assert re.search(r'<svg[^>]+class="qr"', page)
    secret, totp = re.search(r'name="secret" value="([^"]+)"', page)[1], re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    wrong = owner.send("/account/code", secret=secret, code="000000", current=PASSWORD)
    assert (wrong.status_code, totp in wrong.text) == (400, True)
    elsewhere = owner.send("/account/code", secret=secret, code=pyotp.TOTP(totp).now(), current="not the password")
    assert (elsewhere.status_code, "current password is not right" in elsewhere.text) == (400, True)
    assert (
        owner.send("/account/code", secret="made up", code=pyotp.TOTP(totp).now(), current=PASSWORD).headers["location"] == "/account/code"
    )
    codes = re.findall(
        r"<code>(\w{5}-\w{5})</code>", owner.send("/account/code", secret=secret, code=pyotp.TOTP(totp).now(), current=PASSWORD).text
    )
    assert len(codes) == 10
    assert Reader(server).sign_in("owner@example.city").status_code == 403
    assert Reader(server).sign_in("owner@example.city", code=codes[0]).status_code == 303
    assert Reader(server).sign_in("owner@example.city", code=codes[0]).status_code == 403
    assert owner.send("/account", "/account/code/remove", current=PASSWORD).status_code == 303
    assert Reader(server).sign_in("owner@example.city").status_code == 303


def test_new_password_and_sign_out_elsewhere_end_other_sessions(server):
    one, other = Reader(server), Reader(server)
    one.join("two@example.city")
    other.sign_in("two@example.city")
    assert one.send("/account", "/account/password", current="wrong", password=PASSWORD, again=PASSWORD).status_code == 400
    assert other.get("/account").status_code == 200
    assert one.send("/account", "/account/sign-out-elsewhere").status_code == 303
    assert other.get("/account").status_code == 303
    other.sign_in("two@example.city")
    changed = one.send("/account", "/account/password", current=PASSWORD, password="another good one", again="another good one")
    assert (changed.status_code, other.get("/account").status_code, one.get("/account").status_code) == (303, 303, 200)
    assert Reader(server).sign_in("two@example.city").status_code == 403
    assert Reader(server).sign_in("two@example.city", "another good one").status_code == 303
