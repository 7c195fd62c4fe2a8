"""Umami's events: read, and answered with ids that are nobody's."""

import msgspec
import pytest

from footfall.collect.sent import Malformed
from tests.support.collecting import NOW, PORTAL, send

PAYLOAD = {
    "website": PORTAL.umami_id,
    "hostname": "www.portal.example",
    "screen": "1920x1080",
    "language": "de-DE",
    "title": "Dienste",
    "url": "/dienste?utm_source=telegram&id=55",
    "referrer": "https://t.me/city",
}
NODE = "Mozilla/5.0 Umami/v20.10.0"


def sent(kind="event", headers=None, **changes):
    return send("/api/send", {"type": kind, "payload": PAYLOAD | changes}, headers=headers)


def test_pageview_is_read():
    hit = sent().hit
    assert (hit.site, hit.name, hit.hostname, hit.path) == (7, "pageview", "portal.example", "/dienste")
    assert (hit.source, hit.utm_source, hit.channel) == ("Telegram", "telegram", "Organic Social")


def test_event_with_data_and_tag_is_read():
    hit = sent(name="signup", data={"plan": "free", "n": 2, "deep": {"a": 1}}, tag="b").hit
    assert (hit.name, hit.props) == ("signup", {"plan": "free", "n": "2", "tag": "b"})


def test_whole_address_is_read_as_well_as_a_path():
    assert sent(url="https://portal.example/whole?x=1").hit.path == "/whole"
    assert sent(url="").hit.path == "/"


def test_event_of_the_node_client_has_no_page():
    body = {"type": "event", "payload": {"website": PORTAL.umami_id, "name": "job done", "data": {"ms": 5}}}
    hit = send("/api/send", body, headers={"user-agent": NODE}).hit
    assert (hit.name, hit.hostname, hit.path) == ("job done", "(none)", "/")


def test_ids_in_the_answer_are_the_same_for_everybody():
    answers = [sent().json, sent(headers={"user-agent": NODE, "x-umami-cache": "abc.def"}).json, sent(url="/other").json]
    assert answers[0] == answers[1] == answers[2]
    assert set(answers[0]) == {"cache", "sessionId", "visitId"}


@pytest.mark.parametrize("kind", ["identify", "performance"])
def test_what_is_no_event_is_accepted_and_forgotten(kind):
    answer = sent(kind, id="citizen-1", data={"email": "a@b.example"}, lcp=1200)
    assert (answer.hits, answer.refused, answer.reply.status) == ([], [], 200)


def test_id_address_and_device_of_the_payload_are_not_read():
    hit = sent(id="citizen-1", ip="8.8.8.8", browser="secret", os="secret", device="secret").hit
    assert (hit.country, hit.browser) == ("NL", "Chrome")
    assert b"secret" not in msgspec.json.encode(hit)
    assert b"citizen" not in msgspec.json.encode(hit)


def test_agent_of_the_payload_stands_for_the_relay_s_own():
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    assert sent(userAgent=agent, headers={"user-agent": NODE}).hit.browser == "Firefox"
    assert sent(userAgent="Googlebot/2.1 (+http://www.google.com/bot.html)").refused == ["bot"]


@pytest.mark.parametrize(
    ("timestamp", "time_ms"),
    [
        (NOW / 1000 - 3600, NOW - 3_600_000),
        (NOW / 1000 - 86_401, NOW),
        (NOW / 1000 + 5, NOW),
        ("soon", NOW),
        (None, NOW),
    ],
)
def test_time_of_the_payload_counts_within_a_day(timestamp, time_ms):
    assert sent(timestamp=timestamp).hit.time_ms == time_ms


def test_robot_gets_a_beep():
    answer = sent(headers={"user-agent": "curl/8.5.0"})
    assert (answer.refused, answer.reply.status, answer.json) == (["bot"], 200, {"beep": "boop"})


def test_unknown_website_is_a_400():
    answer = sent(website="00000000-0000-4000-8000-00000000dead")
    assert (answer.refused, answer.reply.status) == (["unknown_portal"], 400)


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", {"type": "event"}, {"type": "event", "payload": {"url": "/"}}, {"type": "nonsense", "payload": PAYLOAD}],
)
def test_what_cannot_be_read_is_a_400_in_umamis_shape(body):
    with pytest.raises(Malformed) as raised:
        send("/api/send", body)
    assert raised.value.status == 400
    assert msgspec.json.decode(raised.value.body)["error"]["code"] == "bad-request"


def test_batch_tells_its_tally_and_survives_a_bad_item():
    items = [{"type": "event", "payload": PAYLOAD | {"url": f"/{number}"}} for number in range(3)]
    answer = send("/api/batch", [*items, {"type": "event", "payload": {}}])
    assert [hit.path for hit in answer.hits] == ["/0", "/1", "/2"]
    assert answer.refused == ["malformed"]
    tally = answer.json
    assert (tally["size"], tally["processed"], tally["errors"]) == (4, 3, 1)


@pytest.mark.parametrize("body", [{"type": "event", "payload": PAYLOAD}, b"x", [{"type": "event", "payload": PAYLOAD}] * 1001])
def test_batch_that_is_none_is_a_400(body):
    with pytest.raises(Malformed):
        send("/api/batch", body)
