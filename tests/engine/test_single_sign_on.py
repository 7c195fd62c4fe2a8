"""Single sign-on against a real provider library on this machine: who comes in, and every lie that does not."""

import re
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from footfall.control.audit import read_audit
from footfall.control.operators import add_operator, disable_operator
from footfall.control.roles import Grant
from tests.support.app_here import AppHere
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.support.signing_in import Reader

ANN = "ann@example.city"


@pytest.fixture(scope="module")
def running():
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def server(running, tmp_path_factory):
    client = {"oidc_issuer": running.issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
    with AppHere(tmp_path_factory.mktemp("home"), **client) as app:
        running.client.redirect_uri = f"{app.url}/sign-in/sso/callback"
        add_operator(app.house.desk.control, ANN, now_ms=0)
        yield app


@pytest.fixture
def provider(running, server):
    running.straighten(email="Ann@Example.City", email_verified=True)
    return running


@pytest.fixture
def reader(server):
    return Reader(server)


def sent_to(reader, wanted="/"):
    """Where the provider is asked."""
    answer = reader.get(f"/sign-in/sso?next={wanted}")
    assert answer.status_code == 303
    return answer.headers["location"]


def sent_back(address):
    """The callback's address that the provider leads to."""
    answer = httpx.get(address)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def is_refused(answer):
    assert "footfall" not in answer.cookies
    return answer.status_code == 403 and "did not work" in re.search(r'role="alert">([^<]+)<', answer.text)[1]


def test_operator_of_the_verified_email_comes_in_and_goes_on(provider, server, reader):
    assert 'href="/sign-in/sso?next=/audit"' in reader.get("/sign-in?next=/audit").text
    led = reader.get(sent_back(sent_to(reader, "/audit")))
    assert (led.status_code, led.headers["location"]) == (303, "/audit")
    page = reader.get("/account").text
    assert ANN in page
    assert "Current password" not in page, "an account without a password asks for none"
    newest = read_audit(server.house.desk.control, most=1)[0]
    assert (newest.operator, newest.action) == (ANN, "signed in")


def test_question_carries_state_nonce_and_a_hashed_verifier(provider, reader):
    first, second = (parse_qs(urlsplit(sent_to(reader)).query) for _ in range(2))
    assert (first["response_type"], first["code_challenge_method"], first["scope"]) == (["code"], ["S256"], ["openid email"])
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name][0]) >= 43
    assert "code_verifier" not in first


@pytest.mark.parametrize(
    ("bent", "reason"),
    [
        ({"nonce": "another question's"}, "ID token: nonce"),
        ({"nonce": None}, "ID token: nonce"),
        ({"aud": ["another client"]}, "ID token: aud"),
        ({"aud": [CLIENT_ID, "another client"], "azp": "another client"}, "ID token: azp"),
        ({"iss": "https://evil.example"}, "ID token: iss"),
        ({"exp": int(time.time()) - 3600}, "ID token: exp"),
        ({"iat": int(time.time()) + 3600}, "ID token: iat"),
        ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "ID token: at_hash"),
        ({"email_verified": False}, "no verified e-mail"),
        ({"email_verified": "true"}, "no verified e-mail"),
        ({"email": None}, "no verified e-mail"),
        ({"email": "nobody@example.city"}, "no operator"),
    ],
)
def test_false_claim_lets_nobody_in(provider, reader, bent, reason):
    provider.bent = bent
    with capture_logs() as said:
        assert is_refused(reader.get(sent_back(sent_to(reader))))
    assert [line["reason"] for line in said if line["event"] == "single sign-on refused"] == [reason]


def test_signature_of_another_key_lets_nobody_in(provider, reader):
    provider.signs_with = provider.stranger
    with capture_logs() as said:
        assert is_refused(reader.get(sent_back(sent_to(reader))))
    assert "ID token: BadSignatureError" in {line.get("reason") for line in said}


def test_answer_is_good_for_the_browser_that_asked_and_once(provider, server, reader):
    back = sent_back(sent_to(reader))
    assert is_refused(Reader(server).get(back)), "another browser has no cookie"
    other = Reader(server)
    sent_to(other)
    assert is_refused(other.get(back)), "another question's state"
    assert reader.get(back).status_code == 303
    assert is_refused(Reader(server).get(back))


def test_code_is_no_use_without_the_verifier(provider, server, reader):
    """Whoever reads the code on its way cannot redeem it for a question of their own."""
    stolen = parse_qs(urlsplit(sent_back(sent_to(reader))).query)["code"][0]
    thief = Reader(server)
    state = parse_qs(urlsplit(sent_to(thief)).query)["state"][0]
    assert is_refused(thief.get(f"/sign-in/sso/callback?code={stolen}&state={state}"))


@pytest.mark.parametrize("more", ["&error=access_denied", "&code=made-up", "&code=x&iss=https%3A%2F%2Fevil.example", ""])
def test_answer_without_a_code_of_the_provider_lets_nobody_in(provider, reader, more):
    state = parse_qs(urlsplit(sent_to(reader)).query)["state"][0]
    assert is_refused(reader.get(f"/sign-in/sso/callback?state={state}{more}"))


def test_email_may_come_from_userinfo_of_the_same_person(provider, server):
    provider.user = {"sub": "1"}
    provider.userinfo = {"sub": "1", "email": ANN, "email_verified": True}
    reader = Reader(server)
    assert reader.get(sent_back(sent_to(reader))).status_code == 303
    provider.userinfo["sub"] = "2"
    other = Reader(server)
    assert is_refused(other.get(sent_back(sent_to(other))))


def test_disabled_operator_stays_out(provider, server, reader):
    add_operator(server.house.desk.control, "gone@example.city", now_ms=0)
    disable_operator(server.house.desk.control, "gone@example.city", now_ms=0)
    provider.user["email"] = "gone@example.city"
    assert is_refused(reader.get(sent_back(sent_to(reader))))


def test_provider_that_names_another_issuer_is_not_asked(provider, reader):
    provider.named_issuer = "https://evil.example"
    answer = reader.get("/sign-in/sso")
    assert (answer.status_code, "names another issuer" in answer.text) == (503, True)


def test_password_goes_on_beside_it(provider, server):
    both = Reader(server)
    assert both.join("both@example.city", Grant("viewer")).status_code == 303
    provider.user["email"] = "both@example.city"
    again = Reader(server)
    assert again.get(sent_back(sent_to(again))).status_code == 303
    assert Reader(server).sign_in("both@example.city").status_code == 303
