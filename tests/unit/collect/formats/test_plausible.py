"""Plausible's events as its trackers send them, and the rules of its own server."""

import msgspec
import pytest

from footfall.collect.sent import Malformed
from tests.support.collecting import ADDRESS, PORTAL, context, request, send

PAGEVIEW = {"n": "pageview", "u": "https://portal.example/", "d": "portal.example"}


def sent(**changes):
    return send("/api/event", PAGEVIEW | changes)


def errors(body):
    with pytest.raises(Malformed) as raised:
        send("/api/event", body)
    assert raised.value.status == 400
    return msgspec.json.decode(raised.value.body)["errors"]


def test_pageview_of_the_npm_tracker_is_read():
    body = b'{"n":"pageview","v":36,"u":"https://www.portal.example/dienste?utm_source=newsletter","d":"portal.example","r":"https://www.google.com/"}'
    hit = send("/api/event", body, headers={"content-type": "text/plain"}).hit
    assert (hit.site, hit.name, hit.hostname, hit.path, hit.time_ms) == (7, "pageview", "portal.example", "/dienste", 1_774_951_200_000)
    assert (hit.referrer, hit.source, hit.utm_source, hit.channel) == ("google.com", "newsletter", "newsletter", "Email")
    assert (hit.browser, hit.os, hit.device, hit.country, hit.region) == ("Chrome", "Windows", "Desktop", "NL", "NL-NH")
    assert hit.interactive


def test_old_trackers_long_keys_and_props_as_text_are_read():
    body = {
        "name": "Signup",
        "url": "https://portal.example/x",
        "domain": "portal.example",
        "referrer": None,
        "screen_width": 1920,
        "hashMode": 0,
        "props": '{"plan":"free","seats":3,"beta":true}',
    }
    hit = send("/api/event", body).hit
    assert (hit.name, hit.path, hit.props) == ("Signup", "/x", {"plan": "free", "seats": "3", "beta": "true"})


def test_short_key_wins_over_long():
    hit = send("/api/event", PAGEVIEW | {"name": "other", "url": "https://portal.example/long"}).hit
    assert (hit.name, hit.path) == ("pageview", "/")


def test_domains_with_commas_are_one_event_each():
    second = msgspec.structs.replace(PORTAL, id=8, domain="city.example", umami_id="8")
    body = PAGEVIEW | {"d": "www.portal.example, city.example,nobody.example"}
    answer = send("/api/event", body, using=context(PORTAL, second))
    assert [hit.site for hit in answer.hits] == [7, 8]
    assert answer.refused == ["unknown_portal"]
    assert (b"x-plausible-dropped", b"1") in answer.reply.headers


def test_no_domain_is_the_host_of_the_address():
    assert send("/api/event", {"n": "pageview", "u": "https://user@www.portal.example:8443/a"}).hit.hostname == "portal.example"


@pytest.mark.parametrize("key", ["i", "interactive"])
def test_not_interactive_is_heard(key):
    assert sent(n="Scrolled", **{key: False}).hit.interactive is False
    assert sent(n="Scrolled", **{key: True}).hit.interactive is True


def test_number_is_a_name():
    assert sent(n=404, p={"path": "/gone"}).hit.name == "404"


@pytest.mark.parametrize(
    ("props", "kept"),
    [
        ({"m": {"a": "m"}, "meta": {"a": "meta"}, "p": {"a": "p"}, "props": {"a": "props"}}, {"a": "m"}),
        ({"meta": {"a": "meta"}, "p": {"a": "p"}}, {"a": "meta"}),
        ({"p": {"a": "p"}, "props": {"a": "props"}}, {"a": "p"}),
        ({"p": {"list": [1], "map": {"a": 1}, "blank": " ", "null": None, "zero": 0, "no": False}}, {"zero": "0", "no": "false"}),
        ({"p": "not json"}, {}),
        ({"p": ["a"]}, {}),
        ({"p": {f"k{number}": "v" for number in range(40)}}, {f"k{number}": "v" for number in range(30)}),
    ],
)
def test_props_come_from_the_first_key_and_only_plain_values_stay(props, kept):
    assert sent(**props).hit.props == kept


def test_hash_mode_keeps_the_route_and_neither_its_query_nor_tokens():
    assert sent(h=1, u="https://portal.example/app#/step/2?token=secret&utm_source=ya").hit.path == "/app#/step/2"
    assert sent(h=1, u="https://portal.example/app#/a?utm_source=ya").hit.source == "Yandex"
    assert sent(h=1, u="https://portal.example/app#access_token=secret").hit.path == "/app"
    assert sent(u="https://portal.example/app#/step/2").hit.path == "/app"


@pytest.mark.parametrize(
    ("keys", "depth", "engaged"),
    [
        ({"sd": 40, "e": 5000}, 40, 5000),
        ({"sd": "55", "e": "900"}, 55, 900),
        ({"sd": 130}, 100, 0),
        ({"sd": -1, "e": 1}, 255, 1),
        ({"e": 30 * 86_400_000}, 255, 0),
        ({"sd": "x", "e": -4}, 255, 0),
    ],
)
def test_engagement_is_read(keys, depth, engaged):
    hit = sent(n="engagement", **keys).hit
    assert (hit.scroll_depth, hit.engagement_ms) == (depth, engaged)


def test_only_engagement_has_depth_and_time():
    hit = sent(sd=40, e=5000).hit
    assert (hit.scroll_depth, hit.engagement_ms) == (255, 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "request"),
        (b"[1]", "request"),
        (b'{"n":"\xff"}', "request"),
        ({"u": "https://portal.example/"}, "event_name"),
        (PAGEVIEW | {"n": "  "}, "event_name"),
        (PAGEVIEW | {"n": "x" * 121}, "event_name"),
        ({"n": "pageview", "d": "portal.example"}, "url"),
        (PAGEVIEW | {"u": 5}, "url"),
        (PAGEVIEW | {"u": "https://portal.example/" + "ä" * 1000}, "url"),
        (PAGEVIEW | {"u": "data:text/html,x"}, "url"),
        (PAGEVIEW | {"d": ""}, "domain"),
        (PAGEVIEW | {"d": " , "}, "domain"),
        (PAGEVIEW | {"p": {"x" * 301: "v"}}, "props"),
        (PAGEVIEW | {"p": {"k": "ü" * 1001}}, "props"),
        (PAGEVIEW | {"n": "engagement"}, "event_name"),
    ],
)
def test_what_cannot_be_read_is_named(body, field):
    assert list(errors(body)) == [field]


@pytest.mark.parametrize("referrer", [5, None, ["x"], {"a": 1}])
def test_referrer_that_is_no_text_is_ignored(referrer):
    assert sent(r=referrer).hit.referrer == ""


def test_answer_is_202_ok():
    answer = sent()
    assert (answer.reply.status, answer.reply.body) == (202, b"ok")
    assert not any(name == b"x-plausible-dropped" for name, _ in answer.reply.headers)


def test_debug_request_gets_its_own_address():
    reply = send("/api/event", PAGEVIEW, headers={"x-debug-request": "true"}).reply
    assert (reply.status, reply.body) == (200, ADDRESS.encode())


def test_address_in_the_body_or_headers_is_not_believed():
    headers = {"x-plausible-ip": "8.8.8.8", "x-forwarded-for": "8.8.8.8"}
    assert request("/api/event", PAGEVIEW, headers=headers).address == ADDRESS
    assert send("/api/event", PAGEVIEW, headers=headers).hit.country == "NL"
