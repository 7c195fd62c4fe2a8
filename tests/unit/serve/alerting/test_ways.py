"""Addresses of channels are taken in one form each, shown to nobody, and none inside a network is asked."""

import json

import pytest

from footfall.errors import BadInput
from footfall.serve.alerting.ways import Outcome, checked_where, tell
from footfall.settings import Settings
from tests.support.receiver import receiving

HERE = ("127.0.0.0/8",)
TOKEN = "AAEabcdefghijklmnopqrstuvwxyz"
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TEAMS = (
    "https://prod-01.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?api-version=2016-06-01&sp=a&sv=1.0&sig=XYZ"
)


@pytest.fixture(scope="module")
def service():
    with receiving() as running:
        yield running


@pytest.mark.parametrize(
    ("kind", "given", "kept", "shown"),
    [
        ("email", " Ann@Example.city ", "ann@example.city", "ann@example.city"),
        ("webhook", "https://a.example/hook?k=1", "https://a.example/hook?k=1", "https://a.example/…"),
        ("telegram", f"123456789:{TOKEN}/-1001234567890", f"tgram://123456789:{TOKEN}/-1001234567890", "123456789:…/-1…90"),
        ("slack", SLACK, SLACK, "https://hooks.slack.com/…"),
        ("slack", f"{SLACK}?verify=no&redirect=yes", SLACK, "https://hooks.slack.com/…"),
        ("teams", f"{TEAMS}&verify=no", TEAMS, "https://prod-01.westeurope.logic.azure.com/…"),
        ("teams", TEAMS, TEAMS, "https://prod-01.westeurope.logic.azure.com/…"),
    ],
)
def test_address_is_kept_and_shown_masked(kind, given, kept, shown):
    assert checked_where(Settings(), kind, given) == (kept, shown)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("email", "nobody"),
        ("webhook", "http://a.example/hook"),
        ("webhook", "HTTP://a.example/hook"),
        ("webhook", "https://ann:secret@a.example/"),
        ("webhook", "https://[secret"),
        ("slack", "https://[secret"),
        ("telegram", "tgram://secret"),
        ("slack", TEAMS),
        ("slack", "https://hooks.slack.com.evil.example/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"),
        ("teams", SLACK),
        ("teams", TEAMS.replace("logic.azure.com:443", "powerplatform.evil.example")),
        ("teams", "https://secret.example/workflows/abc/triggers/manual/paths/invoke?sig=1"),
        ("teams", "json://127.0.0.1/secret"),
        ("webhook", "https://a.example/" + "a" * 1000),
    ],
)
def test_other_addresses_are_refused_in_a_sentence_without_them(kind, given):
    with pytest.raises(BadInput) as refused:
        checked_where(Settings(), kind, given)
    assert "secret" not in str(refused.value)


def test_library_takes_a_message_where_it_is_to_go(service):
    service.status = 200
    assert tell(service.url.replace("http:", "json:"), "Title", "A line <b>", HERE) == Outcome(True)
    headers, body = service.taken[-1]
    told = json.loads(body)
    assert (told["title"], told["message"], headers["user-agent"]) == ("Title", "A line <b>", "Footfall")


@pytest.mark.parametrize("status", [302, 404, 500])
def test_service_that_answers_otherwise_did_not_take_it(service, status):
    service.status = status
    assert tell(service.url.replace("http:", "json:"), "Title", "Body", HERE) == Outcome(False)


def test_host_inside_a_network_is_not_asked(service):
    before = len(service.taken)
    with pytest.raises(BadInput, match="inside a network"):
        tell(service.url.replace("http:", "json:"), "Title", "Body", ())
    assert len(service.taken) == before
