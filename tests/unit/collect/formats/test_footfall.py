"""Footfall's own format: exactly what footfall.js sends."""

import msgspec
import pytest

from footfall.collect.formats.footfall import MAX_BATCH
from footfall.collect.sent import Malformed
from tests.support.collecting import send

PAGEVIEW = {"s": "portal.example", "n": "pageview", "u": "https://portal.example/a", "r": "https://vk.com/wall"}


def sent(**changes):
    return send("/api/collect", PAGEVIEW | changes, headers={"content-type": "text/plain"})


def test_pageview_is_read_and_answered_with_nothing():
    answer = sent()
    hit = answer.hit
    assert (hit.site, hit.name, hit.path, hit.source, hit.channel) == (7, "pageview", "/a", "Vkontakte", "Organic Social")
    assert (answer.reply.status, answer.reply.body) == (202, b"")


def test_engagement_is_read():
    hit = sent(n="engagement", e=4200, d=80).hit
    assert (hit.engagement_ms, hit.scroll_depth) == (4200, 80)


def test_event_keeps_its_properties_and_whether_it_is_interactive():
    hit = sent(n="Form: Started", p={"form": "permit", "pages": 3, "ok": True, "none": None}, i=False).hit
    assert (hit.props, hit.interactive) == ({"form": "permit", "pages": "3", "ok": "true"}, False)


def test_page_view_is_the_default_and_the_route_counts_if_asked():
    assert send("/api/collect", {"s": "portal.example", "u": "https://portal.example/#/x", "h": True}).hit.path == "/#/x"


def test_batch_keeps_its_order():
    answer = send("/api/collect", [PAGEVIEW | {"u": f"https://portal.example/{number}"} for number in range(MAX_BATCH)])
    assert [hit.path for hit in answer.hits] == [f"/{number}" for number in range(MAX_BATCH)]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "truncated"),
        (b'{"s":"portal.example"}', "missing required field `u`"),
        (b'{"s":1,"u":"x"}', "Expected `str`"),
        ([], "1 to 1000 events; this one 0"),
        ([PAGEVIEW] * (MAX_BATCH + 1), "this one 1001"),
        (PAGEVIEW | {"n": ""}, "n is 1 to 120"),
        (PAGEVIEW | {"u": "x" * 2001}, "u at most 2000"),
        (PAGEVIEW | {"p": {"a": {"b": 1}}}, "$.p"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(body, says):
    with pytest.raises(Malformed) as raised:
        send("/api/collect", body)
    error = msgspec.json.decode(raised.value.body)
    assert (raised.value.status, error["code"]) == (400, "malformed")
    assert says in error["error"]


def test_unknown_keys_are_never_kept():
    assert b"secret" not in msgspec.json.encode(sent(uid="secret", email="secret").hit)


def test_depth_and_time_out_of_range_are_unknown():
    hit = sent(n="engagement", e=-5, d=101).hit
    assert (hit.engagement_ms, hit.scroll_depth) == (0, 255)
