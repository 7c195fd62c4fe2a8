"""An import line becomes a hit with everything it says, and a wrong one a sentence that names what is wrong and what is valid."""

import json

import pytest

from footfall.collect.formats.ndjson import KEYS, decode_line
from footfall.collect.importing import BadLine
from footfall.vocabulary import Hit, Portal
from tests.support.build import ms

PORTAL = Portal(
    id=7,
    domain="portal.example",
    domains=("alias.example",),
    umami_id="",
    timezone="Asia/Kathmandu",
    allowed_query=("page",),
    allowed_props=("size", "url"),
)
NOON = ms("2026-01-05T12:00:00")


def decode(*, portal=PORTAL, visitor_of=lambda *_: 5, **line):
    return decode_line(json.dumps({"timestamp": "2026-01-05T12:00:00Z"} | line).encode(), portal, visitor_of)


def sentence(line, portal=PORTAL) -> str:
    with pytest.raises(BadLine) as caught:
        decode_line(line if isinstance(line, bytes) else json.dumps(line).encode(), portal, lambda *_: 5)
    return str(caught.value)


def test_line_with_nothing_but_a_time_is_a_page_view_of_the_front_page():
    expected = Hit(site=7, time_ms=NOON, day="2026-01-05", visitor=5, name="pageview", hostname="portal.example", path="/")
    assert decode() == expected


def test_every_key_arrives():
    line = {
        "name": "Sent",
        "visitor": "v1",
        "pathname": "/a",
        "hostname": "WWW.portal.example",
        "referrer": "https://ref.example/x?secret=1",
        "source": "Paper",
        "channel": "Print",
        "utm_source": "s",
        "utm_medium": "m",
        "utm_campaign": "c",
        "utm_content": "o",
        "utm_term": "t",
        "country": "de",
        "region": "DE-BE",
        "city": 2950159,
        "device": "Mobile",
        "browser": "Firefox",
        "browser_version": 140.0,
        "os": "Android",
        "os_version": 15,
        "props": {"size": 3},
        "interactive": False,
        "engagement_ms": 5,
        "scroll_depth": 55,
    }
    assert set(line) | {"timestamp"} == set(KEYS)
    assert decode(**line) == Hit(
        site=7,
        time_ms=NOON,
        day="2026-01-05",
        visitor=5,
        name="Sent",
        interactive=False,
        hostname="portal.example",
        path="/a",
        referrer="ref.example/x",
        source="Paper",
        channel="Print",
        utm_source="s",
        utm_medium="m",
        utm_campaign="c",
        utm_content="o",
        utm_term="t",
        country="DE",
        region="DE-BE",
        city="2950159",
        device="Mobile",
        browser="Firefox",
        browser_version="140.0",
        os="Android",
        os_version="15",
        props={"size": "3"},
        scroll_depth=55,
    )


def test_null_is_as_good_as_absent():
    assert decode(**{key: None for key in KEYS if key != "timestamp"}) == decode()


@pytest.mark.parametrize(
    "timestamp",
    [
        "2026-01-05T12:00:00Z",
        "2026-01-05T12:00:00",
        "2026-01-05 12:00:00",
        "2026-01-05T12:00",
        "2026-01-05T17:45:00+05:45",
        "2026-01-05 09:00:00-0300",
        "2026-01-05T12:00:00.000000+00:00",
        NOON,
    ],
)
def test_time_is_read_in_its_forms(timestamp):
    assert decode(timestamp=timestamp).time_ms == NOON


def test_fractions_of_a_second_count_to_the_millisecond():
    assert decode(timestamp="2026-01-05T12:00:00.123999Z").time_ms == NOON + 123


@pytest.mark.parametrize(
    "pathname, path",
    [
        ("https://ann:secret@portal.example:8443/a?x=1#top", "/a#top"),
        ("HTTP://portal.example", "/"),
        ("/to/https://other.example/b", "/to/https://other.example/b"),
        ("//a/b", "//a/b"),
    ],
)
def test_of_a_whole_address_only_the_path_is_kept(pathname, path):
    assert decode(pathname=pathname).path == path


@pytest.mark.parametrize("sent", ["Portal.example:8443", "www.portal.example", "ann:secret@portal.example", "ann@www.portal.example:80"])
def test_a_host_is_named_as_live_events_name_it(sent):
    assert decode(hostname=sent).hostname == "portal.example"


def test_a_host_that_is_an_address_stays_whole():
    assert decode(hostname="[2001:db8::1]:80").hostname == "[2001:db8::1]"
    assert decode(hostname="2001:db8::1").hostname == "2001:db8::1"


def test_day_is_the_portals_own():
    assert decode(timestamp="2026-01-05T18:14:59Z").day == "2026-01-05"
    assert decode(timestamp="2026-01-05T18:15:00Z").day == "2026-01-06"


@pytest.mark.parametrize(
    "line, told",
    [
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b'{"timestamp": "2026-01-05T12:00:00Z"', "not a JSON object"),
        (b'{"timestamp": "2026-01-05T12:00:00Z", "name": "\xff"}', "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        ({"name": "x"}, "timestamp is missing"),
        ({"timestamp": "yesterday"}, "timestamp is not an ISO instant: 'yesterday'"),
        ({"timestamp": "2026-01-05"}, "timestamp is not an ISO instant: '2026-01-05'"),
        ({"timestamp": "2026-02-30T10:00:00Z"}, "timestamp is not an ISO instant: '2026-02-30T10:00:00Z'"),
        ({"timestamp": 1767614400}, "timestamp looks like seconds; send milliseconds, or an ISO instant: 1767614400"),
        ({"timestamp": "1969-12-31T23:59:59Z"}, "timestamp is not between 1970 and 2147: 1969-12-31T23:59:59Z"),
        ({"timestamp": "9999-12-31T23:59:59Z"}, "timestamp is not between 1970 and 2147: 9999-12-31T23:59:59Z"),
        ({"timestamp": 10**18}, "timestamp is not between 1970 and 2147: 1000000000000000000"),
        ({"timestamp": 1.5}, "timestamp: expected int | str, got float"),
        ({"timestamp": NOON, "name": ""}, "name: expected str of length >= 1"),
        ({"timestamp": NOON, "name": "x" * 121}, "name: expected str of length <= 120"),
        ({"timestamp": NOON, "pathname": 4}, "pathname: expected str | null, got int"),
        ({"timestamp": NOON, "props": {"a": [1]}}, "props: expected"),
        ({"timestamp": NOON, "scroll_depth": 256}, "scroll_depth: expected int <= 255"),
        ({"timestamp": NOON, "scroll_depth": -1}, "scroll_depth: expected int >= 0"),
        ({"timestamp": NOON, "engagement_ms": 1 << 32}, "engagement_ms: expected int <= 4294967295"),
        ({"timestamp": NOON, "country": "Germany"}, "country is not a two-letter ISO 3166-1 code: 'GERMANY'"),
    ],
)
def test_wrong_line_is_told_what_is_wrong(line, told):
    assert sentence(line).startswith(told)


def test_misspelt_key_is_told_the_valid_ones():
    assert sentence({"timestamp": NOON, "path": "/"}) == f"unknown key 'path': valid keys are {', '.join(KEYS)}"


@pytest.mark.parametrize("visitor", [["somebody@example.org"], {"somebody@example.org": 1}, True])
def test_refusal_never_repeats_a_visitor(visitor):
    told = sentence({"timestamp": NOON, "visitor": visitor})
    assert told.startswith("visitor: expected") and "somebody" not in told


def test_visitor_is_handed_over_as_text_and_its_absence_as_none():
    seen = []

    def visitor_of(who, time_ms, opens):
        seen.append((who, time_ms, opens))
        return 9

    for visitor in ("a", 12, "", None):
        assert decode(visitor=visitor, visitor_of=visitor_of).visitor == 9
    assert seen == [("a", NOON, True), ("12", NOON, True), (None, NOON, True), (None, NOON, True)]


def test_engagement_ping_is_said_to_open_no_visit():
    seen = []
    for name in ("engagement", "pageview", "Sent"):
        decode(name=name, visitor_of=lambda who, time_ms, opens: seen.append(opens) or 9)
    assert seen == [False, True, True]


@pytest.mark.parametrize(
    "pathname, path",
    [
        ("/a?token=secret&page=2#frag", "/a?page=2#frag"),
        ("/a?token=secret", "/a"),
        ("/a;jsessionid=F00/b", "/a/b"),
        ("/a#access_token=secret", "/a"),
        ("/" + "x" * 3000, "/" + "x" * 1999),
        ("", "/"),
    ],
)
def test_path_keeps_of_its_query_what_the_portal_allows(pathname, path):
    assert decode(pathname=pathname).path == path


@pytest.mark.parametrize(
    "given, referrer, source, channel",
    [
        ({}, "", "", ""),
        ({"referrer": "https://www.google.com/search?q=x"}, "google.com/search", "Google", "Organic Search"),
        ({"referrer": "news.example/front"}, "news.example/front", "news.example", "Referral"),
        ({"referrer": "https://portal.example/a"}, "", "", ""),
        ({"referrer": "https://www.alias.example/"}, "", "", ""),
        ({"referrer": "https://sub.portal.example/", "hostname": "sub.portal.example"}, "", "", ""),
        ({"referrer": "not an address"}, "", "", ""),
        ({"referrer": "Direct / None", "source": "Direct / None", "channel": "Direct"}, "", "", ""),
        ({"utm_source": "google", "utm_medium": "cpc"}, "", "Google", "Paid Search"),
        ({"utm_source": "paper", "referrer": "https://news.example/"}, "news.example", "paper", "Referral"),
        ({"source": "Bing"}, "", "Bing", "Organic Search"),
        ({"source": "", "referrer": "https://news.example/"}, "news.example", "", ""),
        ({"source": "Bing", "channel": "Own"}, "", "Bing", "Own"),
        ({"utm_campaign": "(not set)"}, "", "", ""),
    ],
)
def test_source_and_channel_are_worked_out_where_they_are_not_given(given, referrer, source, channel):
    hit = decode(**given)
    assert (hit.referrer, hit.source, hit.channel) == (referrer, source, channel)


def test_words_for_nothing_are_nothing():
    hit = decode(device="(not set)", browser_version="(not set)", city="(not set)", props={"size": "(none)"})
    assert hit == decode()


def test_only_the_portals_properties_arrive_as_text_and_without_queries():
    hit = decode(props={"size": 1.5, "other": "x", "url": "https://u:p@shop.example/a?card=1"})
    assert hit.props == {"size": "1.5", "url": "https://shop.example/a"}


def test_properties_are_bounded():
    portal = Portal(id=7, domain="portal.example", umami_id="")
    props = {f"{number:02}" + "n" * 400: "v" * 3000 for number in range(40)}
    kept = decode(props=props | {"00": True, "01": None, "02": " "}, portal=portal).props
    assert len(kept) == 30
    assert {len(name) for name in kept} == {300} and {len(value) for value in kept.values()} == {2000}


def test_truth_and_nothing_among_properties():
    portal = Portal(id=7, domain="portal.example", umami_id="")
    assert decode(props={"a": True, "b": False, "c": None, "d": " ", "e": 0}, portal=portal).props == {"a": "true", "b": "false", "e": "0"}


def test_engagement_has_its_time_and_depth():
    hit = decode(name="engagement", engagement_ms=1200, scroll_depth=101)
    assert (hit.engagement_ms, hit.scroll_depth) == (1200, 255)
