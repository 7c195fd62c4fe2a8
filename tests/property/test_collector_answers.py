"""Whatever arrives on whatever route, the collector answers with something it meant to say."""

from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.collect.formats import ROUTES
from footfall.collect.server import PATHS
from tests.support.asking import Bench, event
from tests.support.wires import LANE, ORDINARY, talk

KEYS = [
    b"n",
    b"u",
    b"d",
    b"s",
    b"p",
    b"r",
    b"e",
    b"sd",
    b"i",
    b"h",
    b"type",
    b"payload",
    b"website",
    b"requests",
    b"idsite",
    b"rec",
    b"url",
]
NAMES = [b"content-length", b"content-type", b"origin", b"user-agent", b"x-forwarded-for", b"forwarded", b"x-real-ip", b"sec-ch-ua", b"dnt"]
NAMES += [b"sec-ch-ua-platform-version", b"x-debug-request", b"if-none-match", b"access-control-request-headers", b"x-umami-cache"]

values = st.sampled_from(
    [b"null", b"1", b"-1e400", b"[]", b"{}", b'""', b'"\\ud800"', b'"https://[::1/"', b"true", b'"portal.example"', b"9" * 400]
)
pairs = st.lists(st.tuples(st.sampled_from(KEYS), values), max_size=6)
objects = pairs.map(lambda found: b"{" + b",".join(b'"%s":%s' % pair for pair in found) + b"}")
forms = pairs.map(lambda found: b"&".join(b"%s=%s" % pair for pair in found))
nested = objects.map(lambda one: b'{"type":"event","payload":%s,"requests":[%s]}' % (one, one))
lists = st.lists(objects, max_size=3).map(lambda found: b"[" + b",".join(found) + b"]")
bodies = st.binary(max_size=200) | objects | forms | nested | lists | st.just(event())
parts = st.lists(bodies, min_size=1, max_size=2) | st.tuples(bodies, st.none()).map(list)
headers = st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=40)), max_size=5)
methods = st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT", "É"])
clients = st.sampled_from([("10.0.0.1", 1), ("fe80::1%eth0", 1), ("", 0), None, ("@unix", 0)])
MEANT = {200, 202, 204, 304, 400, 405, 413}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(PATHS)), methods, parts, headers, st.binary(max_size=60) | forms, clients)
def test_any_bytes_on_any_route_get_an_answer_that_was_meant(path, method, body, sent, query, client):
    bench = Bench()
    answer = bench.ask(method, path, body, headers=sent, query=query, client=client)
    left = None in body and path in ROUTES and method in ROUTES[path].methods
    assert answer.status in (MEANT | {0} if left else MEANT)
    for line in bench.journal.lines:
        assert line.startswith(b'{"site":7,')


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(ROUTES)),
    st.sampled_from([b"POST", b"GET"]),
    bodies,
    headers,
    st.binary(max_size=60) | forms,
    st.integers(1, 400),
)
def test_lane_answers_any_bytes_as_the_ordinary_way_does(path, method, body, sent, query, size):
    head = b"%s %s?%s HTTP/1.1\r\nHost: portal.example\r\n" % (method, path.encode(), query)
    lines = b"".join(b"%s: %s\r\n" % header for header in [*sent, (b"Content-Length", b"%d" % len(body))])
    request = head + lines + b"\r\n" + body
    pieces = [request[start : start + size] for start in range(0, len(request), size)]
    assert talk(LANE, pieces).but_the_way() == talk(ORDINARY, pieces).but_the_way()
