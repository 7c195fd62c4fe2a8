"""Matomo's requests, single and bulk, as its trackers send them."""

from urllib.parse import urlencode

import msgspec
import pytest

from footfall.collect.formats.matomo import GIF
from footfall.collect.sent import Malformed
from tests.support.collecting import NOW, send

REQUIRED = {"idsite": 7, "rec": 1, "url": "https://portal.example/dienste?utm_source=vk&id=9"}
JS = {
    "action_name": "Dienste", "r": "123456", "h": 10, "m": 20, "s": 30, "_id": "0123456789abcdef", "_idn": 0, "send_image": 0,
    "urlref": "https://yandex.ru/", "pdf": 1, "cookie": 1, "res": "1920x1080", "pv_id": "AbC123", "pf_net": 12, "uid": "citizen-1",
    "cid": "fedcba9876543210", "dimension1": "secret", "_cvar": '{"1":["a","secret"]}', "token_auth": "secret", "lang": "ru",
}  # fmt: skip


def sent(using_get=True, **changes):
    query = urlencode({name: value for name, value in (REQUIRED | changes).items() if value is not None})
    if using_get:
        return send("/matomo.php", query=query, method="GET")
    return send("/piwik.php", query.encode())


@pytest.mark.parametrize("using_get", [True, False])
def test_pageview_of_the_javascript_tracker_is_read(using_get):
    answer = sent(using_get, **JS)
    hit = answer.hit
    assert (hit.site, hit.name, hit.hostname, hit.path) == (7, "pageview", "portal.example", "/dienste")
    assert (hit.referrer, hit.source, hit.utm_source) == ("yandex.ru", "Vkontakte", "vk")
    assert answer.reply.status == 204
    encoded = msgspec.json.encode(hit)
    assert not any(secret in encoded for secret in (b"secret", b"citizen", b"0123456789abcdef", b"fedcba98", b"1920"))


def test_image_is_the_answer_unless_it_is_declined():
    reply = sent().reply
    assert (reply.status, reply.body, dict(reply.headers)[b"content-type"]) == (200, GIF, b"image/gif")
    assert sent(send_image=0).reply.status == 204
    assert sent(url="https://portal.example/?send_image=0").reply.status == 200


@pytest.mark.parametrize(
    ("values", "name", "props", "interactive"),
    [
        ({"e_c": "Form", "e_a": "sent", "e_n": "permit", "e_v": "3"}, "sent", {"category": "Form", "name": "permit", "value": "3"}, True),
        ({"e_c": "Form", "e_a": "sent"}, "sent", {"category": "Form"}, True),
        ({"link": "https://other.example/a?session=secret"}, "Outbound Link: Click", {"url": "https://other.example/a"}, True),
        ({"link": "mailto:person@city.example"}, "Outbound Link: Click", {"url": "mailto:"}, True),
        ({"download": "https://portal.example/f.pdf?x=1"}, "File Download", {"url": "https://portal.example/f.pdf"}, True),
        (
            {"search": "müll", "search_cat": "all", "search_count": 0},
            "Site Search",
            {"search_query": "müll", "category": "all", "results": "0"},
            True,
        ),
        ({"idgoal": 3, "revenue": 9.5}, "Goal 3", {}, True),
        ({"idgoal": 0, "ec_id": "order-1", "revenue": 9.5}, "Ecommerce Order", {}, True),
        ({"idgoal": 0, "ec_items": "[]"}, "Ecommerce Cart", {}, True),
        ({"c_n": "Banner", "c_p": "a.png"}, "Content Impression", {"content": "Banner"}, False),
        ({"c_n": "Banner", "c_i": "click"}, "Content Interaction", {"content": "Banner"}, True),
        ({"_pks": "sku", "_pkp": 5}, "pageview", {}, True),
    ],
)
def test_action_becomes_an_event(values, name, props, interactive):
    hit = sent(**values).hit
    assert (hit.name, hit.props, hit.interactive) == (name, props, interactive)


def test_heartbeat_is_engagement_of_fifteen_seconds():
    hit = sent(ping=1).hit
    assert (hit.name, hit.engagement_ms) == ("engagement", 15_000)


@pytest.mark.parametrize("values", [{"cra": "TypeError", "ca": 1}, {"ma_id": "x", "ca": 1}, {"recMode": 1}, {"rec": None}, {"rec": 0}])
def test_what_is_no_event_is_accepted_and_forgotten(values):
    answer = sent(**values)
    assert (answer.hits, answer.refused, answer.reply.status) == ([], [], 200)


@pytest.mark.parametrize(
    ("values", "time_ms"),
    [
        ({"cdt": "2026-03-31 09:00:00"}, NOW - 3_600_000),
        ({"cdt": NOW // 1000 - 60}, NOW - 60_000),
        ({"cdo": 120}, NOW - 120_000),
        ({"cdt": "2026-03-30 09:59:59"}, NOW),
        ({"cdt": "2026-03-31 10:00:01"}, NOW),
        ({"cdt": "yesterday"}, NOW),
        ({"cdt": "9" * 30}, NOW),
    ],
)
def test_own_time_counts_within_a_day(values, time_ms):
    assert sent(**values).hit.time_ms == time_ms


def test_agent_and_hints_of_a_relay_stand_for_its_own():
    agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
    uadata = '{"fullVersionList":[{"brand":"Brave","version":"142.1.0.0"}],"mobile":false,"platform":"macOS","platformVersion":"15.6.1"}'
    hit = sent(ua=agent, uadata=uadata).hit
    assert (hit.browser, hit.browser_version, hit.os, hit.os_version) == ("Brave", "142.1", "Mac", "15.6")
    assert sent(uadata="not json").hit.browser == "Chrome"


@pytest.mark.parametrize("query", ["", "rec=1", "action_name=x"])
def test_request_without_a_site_is_a_400(query):
    with pytest.raises(Malformed) as raised:
        send("/matomo.php", query=query, method="GET")
    assert raised.value.status == 400


@pytest.mark.parametrize("idsite", [8, "x", "9" * 40, "²"])
def test_unknown_site_is_a_400(idsite):
    answer = sent(idsite=idsite)
    assert (answer.refused, answer.reply.status) == (["unknown_portal"], 400)


def test_bulk_takes_texts_and_objects_in_order():
    requests = [f"?{urlencode(REQUIRED | {'url': 'https://portal.example/1'})}", REQUIRED | {"url": "https://portal.example/2"}, "?rec=1"]
    answer = send("/matomo.php", {"requests": requests, "token_auth": "secret"})
    assert [hit.path for hit in answer.hits] == ["/1", "/2"]
    assert answer.json == {"status": "success", "tracked": 2, "invalid": 1}
    assert send("/matomo.php", {"requests": requests, "send_image": 0}).reply.status == 204


@pytest.mark.parametrize("body", [b'{"requests":5}', b'{"requests"', {"requests": ["?a=1"] * 1001}, {"requests": [5]}])
def test_bulk_that_is_none_is_a_400(body):
    with pytest.raises(Malformed) as raised:
        send("/matomo.php", body)
    assert (raised.value.status, raised.value.body) == (400, b'{"status":"error","tracked":0}')
