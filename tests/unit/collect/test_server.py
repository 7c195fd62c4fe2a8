"""What the collector answers: to trackers, to browsers that ask first, and to requests that are no good."""

import gzip

import pytest

from footfall.collect.formats import ROUTES
from footfall.errors import Unavailable
from tests.support.asking import Bench, event
from tests.support.collecting import ADDRESS

ORIGIN = b"https://portal.example"
LENGTH = b"content-length"


@pytest.fixture
def bench():
    return Bench()


def counts(bench):
    return sorted((site, reason, count) for site, _, reason, count in bench.refusals.take())


def test_event_is_written_and_acknowledged(bench):
    answer = bench.ask(body=event())
    assert (answer.status, answer.body, answer["content-length"]) == (202, b"ok", "2")
    assert len(bench.journal.lines) == 1
    assert b'"path":"/a"' in bench.journal.lines[0]
    assert counts(bench) == []


def test_answer_without_a_body_has_its_length_said(bench):
    answer = bench.ask(path="/api/collect", body=b'{"s":"portal.example","u":"https://portal.example/"}')
    assert (answer.status, answer.body, answer["content-length"]) == (202, b"", "0")


def test_body_in_many_parts_is_one(bench):
    assert bench.ask(body=[event()[:9], b"", event()[9:], b""]).status == 202
    assert len(bench.journal.lines) == 1


@pytest.mark.parametrize("length", [b"rubbish", b"-5", b"", b"1e3", b" 12", b"\xc2\xb2", "٣".encode(), b"0x10"])
def test_content_length_that_is_no_number_is_as_none(bench, length):
    assert bench.ask(body=event(), headers=[(LENGTH, length)]).status == 202


@pytest.mark.parametrize(
    ("body", "length"),
    [([b""], b"100001"), ([b""], b"9" * 30), ([b""], b"9" * 5000), ([b"x" * 100_001], b""), ([b"x" * 60_000, b"x" * 60_000, b"x"], b"12")],
    ids=["said", "absurd", "too many digits", "in one part", "in parts that were said to be fewer"],
)
def test_body_over_the_bound_is_refused_and_the_connection_closed(bench, body, length):
    answer = bench.ask(body=body, headers=[(LENGTH, length)] if length else [])
    assert (answer.status, answer["x-footfall-refused"], answer["connection"]) == (413, "too_large", "close")
    assert answer.json == {"error": "The body is over 100000 bytes.", "code": "too_large"}
    assert counts(bench) == [(0, "too_large", 1)]


def test_body_at_the_bound_is_read(bench):
    assert bench.ask(body=event() + b" " * (100_000 - len(event()))).status == 202


@pytest.mark.parametrize("parts", [[None], [event()[:9], None]], ids=["at once", "amid the body"])
def test_client_that_leaves_counts_nothing(bench, parts):
    assert bench.ask(body=parts).status == 0
    assert (bench.journal.lines, counts(bench)) == ([], [])


@pytest.mark.parametrize(
    ("method", "path", "valid"),
    [
        ("GET", "/api/event", "POST"),
        ("HEAD", "/api/event", "POST"),
        ("FOO", "/matomo.php", "GET, POST"),
        ("POST", "/footfall.js", "GET, HEAD"),
        ("DELETE", "/api/collect", "POST"),
    ],
)
def test_wrong_method_is_told_the_right_ones(bench, method, path, valid):
    answer = bench.ask(method, path, event())
    assert (answer.status, answer["allow"]) == (405, f"{valid}, OPTIONS")
    assert answer.json == {"error": f"'{method}' is not valid here. Valid: {valid}.", "code": "method_not_allowed"}
    assert bench.journal.lines == []


def test_script_has_an_etag_and_a_head(bench):
    full = bench.ask("GET", "/footfall.js")
    head = bench.ask("HEAD", "/footfall.js")
    again = bench.ask("GET", "/footfall.js", headers=[(b"if-none-match", full["etag"].encode())])
    assert (full.status, full["content-length"], full["content-type"]) == (200, str(len(full.body)), "text/javascript; charset=utf-8")
    assert (head.status, head.body, head["content-length"]) == (200, b"", full["content-length"])
    assert (again.status, again.body, again["content-length"]) == (304, b"", "")


def test_anyone_may_read_an_answer_that_names_no_origin(bench):
    answer = bench.ask(body=event())
    assert (answer["access-control-allow-origin"], answer["access-control-allow-credentials"], answer["vary"]) == ("*", "", "origin")


def test_origin_is_answered_by_itself_because_beacons_carry_credentials(bench):
    answer = bench.ask(body=event(), headers=[(b"origin", ORIGIN)])
    allowed = [answer[f"access-control-allow-{name}"] for name in ("origin", "credentials")]
    assert (allowed, answer["vary"]) == ([ORIGIN.decode(), "true"], "origin")


def test_refusal_can_be_read_by_a_script_of_another_origin(bench):
    answer = bench.ask(body=event(d="nobody.example"), headers=[(b"origin", ORIGIN)])
    assert answer["x-footfall-refused"] == "unknown_portal"
    assert "x-footfall-refused" in answer["access-control-expose-headers"]


@pytest.mark.parametrize("path", sorted(ROUTES))
def test_preflight_with_credentials_is_answered_by_name(bench, path):
    asked = [(b"origin", ORIGIN), (b"access-control-request-headers", b"content-type,x-own")]
    answer = bench.ask("OPTIONS", path, headers=asked)
    allowed = [answer[f"access-control-allow-{name}"] for name in ("origin", "credentials", "headers")]
    assert (answer.status, answer.body, allowed) == (204, b"", [ORIGIN.decode(), "true", "content-type,x-own"])
    assert answer["access-control-allow-methods"] == ", ".join((*ROUTES[path].methods, "OPTIONS"))
    assert not any(b"*" in value for _, value in answer.headers)


def test_origin_of_absurd_length_is_not_kept(bench):
    assert bench.ask(body=event(), headers=[(b"origin", b"h" * 5000)])["access-control-allow-origin"] == "*"


def test_lists_of_addresses_in_several_headers_are_one_list(bench):
    headers = [(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"10.0.0.7"), (b"x-debug-request", b"true")]
    assert bench.ask(body=event(), headers=headers, client=("10.0.0.1", 1)).body == b"1.1.1.1"


def test_of_other_headers_the_last_counts(bench):
    headers = [(b"x-debug-request", b"true"), (b"x-debug-request", b"false")]
    assert bench.ask(body=event(), headers=headers).status == 202


def test_debug_request_is_told_its_own_address_and_counted(bench):
    answer = bench.ask(body=event(), headers=[(b"x-debug-request", b"true")])
    assert (answer.status, answer.body) == (200, ADDRESS.encode())
    assert len(bench.journal.lines) == 1


def test_client_without_an_address_is_served(bench):
    assert bench.ask(body=event(), client=None).status == 202


def test_journal_that_cannot_take_it_is_a_503_that_says_when(bench):
    bench.journal.fault = Unavailable("The collector is stopping.", retry_after_s=7)
    body = b'[{"s":"portal.example","u":"https://portal.example/"},{"s":"portal.example","u":"/"},{"s":"nobody.example","u":"/"}]'
    answer = bench.ask(path="/api/collect", body=body)
    assert (answer.status, answer["retry-after"], answer["x-footfall-refused"]) == (503, "7", "unavailable")
    assert answer.json == {"error": "The collector is stopping.", "code": "unavailable"}
    assert counts(bench) == [(7, "unavailable", 2)]


def test_refusals_are_counted_by_portal_and_reason(bench):
    bench.ask(body=event(d="nobody.example"))
    bench.ask(body=event(d="portal.example,nobody.example"))
    bench.ask(body=event(), headers=[(b"purpose", b"prefetch")])
    bench.ask(body=b"{")
    assert counts(bench) == [(0, "malformed", 1), (0, "unknown_portal", 2), (7, "prefetch", 1)]
    assert counts(bench) == []


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate, br, zstd", "br;q=1.0, GZIP;q=0.8"])
def test_script_is_packed_for_who_takes_it(bench, accepted):
    plain, packed = bench.ask("GET", "/footfall.js"), bench.ask("GET", "/footfall.js", headers=[(b"accept-encoding", accepted.encode())])
    assert (plain["content-encoding"], packed["content-encoding"]) == ("", "gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert int(packed["content-length"]) == len(packed.body) <= 1000
    assert "accept-encoding" in plain["vary"] and "accept-encoding" in packed["vary"]


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000, br", "notgzip"])
def test_script_is_plain_for_who_takes_no_gzip(bench, accepted):
    answer = bench.ask("GET", "/footfall.js", headers=[(b"accept-encoding", accepted.encode())])
    assert answer["content-encoding"] == "" and answer.body.isascii()


def test_each_form_of_a_script_has_its_etag(bench):
    forms = ([], [(b"accept-encoding", b"gzip")])
    tags = [bench.ask("GET", "/footfall.js", headers=form)["etag"].encode() for form in forms]
    assert tags[0] != tags[1]
    for own, form in enumerate(forms):
        for asked, status in ((tags[own], 304), (b'"x", W/' + tags[own], 304), (tags[1 - own], 200), (b'"x"', 200)):
            answer = bench.ask("GET", "/footfall.js", headers=[*form, (b"if-none-match", asked)])
            assert (answer.status, answer["etag"].encode(), "accept-encoding" in answer["vary"]) == (status, tags[own], True)
