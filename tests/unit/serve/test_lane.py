"""The fast lane answers byte for byte what uvicorn's ordinary way does, and gives way to it wherever something is unusual."""

import asyncio
import hashlib
import inspect

import pytest
from uvicorn.protocols.http import httptools_impl

from footfall.errors import Unavailable
from footfall.serve import lane
from tests.support.asking import Bench, event
from tests.support.collecting import CHROME
from tests.support.wires import LANE, ORDINARY, LeapingLoop, Wire, rounds, talk

UVICORN = "1d4e1c579df41684"
ORIGIN = b"origin: https://portal.example\r\n"
FULL = Unavailable("The journal is at its bound; the store has not caught up.", retry_after_s=10)
OWN = event().replace(b'"d"', b'"s"')
UMAMI = b'{"type":"event","payload":{"website":"%s","url":"/a","hostname":"portal.example"}}' % (b"0" * 36)


def post(body=None, path=b"/api/event", more=b"", *, method=b"POST", version=b"1.1"):
    body = event() if body is None else body
    head = b"%s %s HTTP/%s\r\nHost: portal.example\r\nUser-Agent: %s\r\n%s" % (method, path, version, CHROME.encode(), more)
    return head + (b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def chunked(body):
    return post(b"", more=b"Transfer-Encoding: chunked\r\n").replace(b"Content-Length: 0\r\n", b"") + b"%x\r\n%s\r\n0\r\n\r\n" % (
        len(body),
        body,
    )


def pieces_of(sent, size):
    return [sent[start : start + size] for start in range(0, len(sent), size)]


def side_by_side(bench, number):
    """Connections of one server."""
    wires = [Wire(LANE, bench) for _ in range(number)]
    for wire in wires:
        wire.protocol.lane = wires[0].protocol.lane
    return wires


BY_LANE = {
    "an event": [post()],
    "of a page elsewhere": [post(more=ORIGIN)],
    "of a page far away": [post(more=b"Origin: https://%s.example\r\n" % (b"a" * 400))],
    "Footfall's own": [post(OWN, b"/api/collect")],
    "a batch": [post(b"[%s,%s]" % (OWN, OWN), b"/api/collect")],
    "Umami's": [post(UMAMI, b"/api/send")],
    "Umami's batch": [post(b"[%s,%s]" % (UMAMI, UMAMI), b"/api/batch")],
    "Matomo's": [post(b"idsite=7&rec=1&url=https://portal.example/a", b"/matomo.php")],
    "Matomo's image": [post(b"", b"/matomo.php?idsite=7&rec=1&url=https://portal.example/a", method=b"GET")],
    "Matomo's without an image": [post(b"idsite=7&rec=1&send_image=0&url=https://portal.example/a", b"/piwik.php")],
    "refused, portal unknown": [post(event(d="elsewhere.example"), more=ORIGIN)],
    "refused, a robot": [post(more=b"X-A: b\r\n").replace(CHROME.encode(), b"Googlebot/2.1 (+http://www.google.com/bot.html)")],
    "malformed": [post(b"{")],
    "an empty body": [post(b"")],
    "asking who it is": [post(more=b"X-Debug-Request: true\r\nX-Forwarded-For: 198.51.100.7\r\n")],
    "in pieces": pieces_of(post(more=ORIGIN), 7),
    "one after the other": [post(), post(event(u="https://portal.example/b"))],
    "the last of a connection": [post(more=b"Connection: close\r\n")],
    "several in one piece": [post() + post(more=ORIGIN) + post(OWN, b"/api/collect")],
    "then something else": [post() + post(b"", b"/elsewhere", method=b"GET") + post()],
    "then rubbish": [post(), b"rubbish\r\n\r\n"],
}
BY_ORDINARY_WAY = {
    "preflight": [post(b"", method=b"OPTIONS", more=ORIGIN)],
    "wrong method": [post(b"", method=b"GET")],
    "another path": [post(path=b"/elsewhere")],
    "path encoded": [post(path=b"/api%2Fevent")],
    "path absolute": [post(path=b"http://portal.example/api/event")],
    "path with a fragment": [post(path=b"/matomo.php?idsite=7#x")],
    "too large": [post(b" " * 100_001)],
    "large": [post(event() + b" " * 70_000)],
    "chunked": [chunked(event())],
    "chunked, too large": [chunked(b" " * 100_001)],
    "HTTP/1.0": [post(version=b"1.0")],
    "waiting to be asked for its body": [post(more=b"Expect: 100-continue\r\n")],
    "wanting another protocol": [post(more=b"Connection: upgrade\r\nUpgrade: websocket\r\n")],
    "two lists of addresses": [post(more=b"X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-For: 198.51.100.8\r\nX-Debug-Request: true\r\n")],
    "length that is none": [post().replace(b"Content-Length: ", b"Content-Length: x")],
}


@pytest.mark.parametrize("pieces", BY_LANE.values(), ids=BY_LANE)
@pytest.mark.parametrize("fault", [None, FULL], ids=["", "full"])
def test_request_in_the_lane_is_answered_as_by_the_ordinary_way(pieces, fault):
    ordinary, fast = talk(ORDINARY, pieces, fault=fault), talk(LANE, pieces, fault=fault)
    assert (fast.entered, ordinary.entered) == (True, False)
    assert fast.sent.startswith(b"HTTP/1.1 ") and b"date: Mon, 05 Jan" in fast.sent
    assert fast.but_the_way() == ordinary.but_the_way()


@pytest.mark.parametrize("pieces", BY_ORDINARY_WAY.values(), ids=BY_ORDINARY_WAY)
def test_unusual_request_goes_the_ordinary_way(pieces):
    ordinary, fast = talk(ORDINARY, pieces), talk(LANE, pieces)
    assert fast.entered is False
    assert fast.sent.startswith(b"HTTP/1.1 ")
    assert fast.but_the_way() == ordinary.but_the_way()


@pytest.mark.parametrize("options", [{"root_path": "/below"}, {"limit_concurrency": 1}, {"access_log": True}, {"proxy_headers": True}])
def test_server_that_is_set_up_otherwise_has_no_lane(options, caplog):
    caplog.set_level("INFO")
    ordinary, fast = talk(ORDINARY, [post()], **options), talk(LANE, [post()], **options)
    assert fast.entered is False
    assert fast.but_the_way() == ordinary.but_the_way()


def test_what_arrived_together_is_written_together():
    async def together():
        bench = Bench()
        wires = side_by_side(bench, 3)
        for number, wire in enumerate(wires):
            wire.protocol.data_received(post(event(u=f"https://portal.example/{number}")))
        written, write = [], bench.collector.write
        bench.collector.write = lambda lines, rows: written.append(rows) or write(lines, rows)
        await rounds()
        return written, [wire.sent[:12] for wire in wires], bench.journal.lines

    written, answers, lines = asyncio.run(together())
    assert written == [3]
    assert answers == [b"HTTP/1.1 202"] * 3
    assert [line.count(b'"path":"/%d"' % number) for number, line in enumerate(lines)] == [1, 1, 1]


@pytest.mark.parametrize("kind", [LANE, ORDINARY])
def test_server_that_stops_answers_first_and_then_ends_the_connection(kind):
    async def stop_amid():
        wire = Wire(kind, Bench())
        wire.protocol.data_received(post())
        wire.protocol.shutdown()
        before = wire.closed
        await rounds()
        return before, wire.sent, wire.closed, wire.state.total_requests

    before, sent, closed, total = asyncio.run(stop_amid())
    assert (before, closed, total) == (False, True, 1)
    assert sent.startswith(b"HTTP/1.1 202") and b"\r\nconnection: close\r\n" in sent


@pytest.mark.parametrize("kind", [LANE, ORDINARY])
def test_client_that_leaves_before_its_answer_is_counted_and_told_nothing(kind):
    async def leave_amid():
        bench = Bench()
        wire = Wire(kind, bench)
        wire.protocol.data_received(post())
        await asyncio.sleep(0)
        wire.protocol.connection_lost(ConnectionResetError())
        await rounds()
        return wire.sent, len(bench.journal.lines)

    assert asyncio.run(leave_amid()) == (b"", 1)


@pytest.mark.parametrize("kind", [LANE, ORDINARY])
def test_client_that_leaves_amid_its_body_is_not_counted(kind):
    async def leave_amid():
        bench = Bench()
        wire = Wire(kind, bench)
        await wire.receive(post()[:-5])
        wire.protocol.connection_lost(None)
        await rounds()
        return wire.sent, bench.journal.lines

    assert asyncio.run(leave_amid()) == (b"", [])


@pytest.mark.parametrize("kind", [LANE, ORDINARY])
def test_quiet_connection_is_ended_after_its_time_and_one_in_use_is_not(kind):
    async def use():
        wire = Wire(kind, Bench(), timeout_keep_alive=0.2)
        open_after = []
        for _ in range(3):
            await wire.receive(post())
            await asyncio.sleep(0.12)
            open_after.append(not wire.closed)
        await wire.receive(post()[:-5])
        await asyncio.sleep(0.3)
        open_after.append(not wire.closed)
        await wire.receive(post()[-5:])
        await asyncio.sleep(0.3)
        return open_after, wire.closed, wire.sent.count(b"HTTP/1.1 202")

    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        assert runner.run(use()) == ([True] * 4, True, 4)


def test_error_that_nobody_meant_is_the_answer_of_its_own_request_alone():
    async def fail_once():
        bench = Bench()
        where = bench.context.place_of
        bench.context.place_of = lambda address: where(address) if address != "198.51.100.66" else where(1 / 0)
        bad, good = side_by_side(bench, 2)
        bad.protocol.data_received(post(more=b"X-Forwarded-For: 198.51.100.66\r\n"))
        good.protocol.data_received(post())
        await rounds()
        return bad.sent, good.sent

    bad, good = asyncio.run(fail_once())
    assert bad.startswith(b"HTTP/1.1 500") and bad.endswith(b'{"error":"ZeroDivisionError at /api/event","code":"error"}')
    assert good.startswith(b"HTTP/1.1 202")


def test_lane_leans_on_the_uvicorn_it_was_written_for():
    """Failing: read what changed in uvicorn's protocol, mend ``serve/lane.py`` where it must be, then put the new digest here."""
    source = inspect.getsource(httptools_impl)
    assert hashlib.sha256(source.encode()).hexdigest()[:16] == UVICORN
    assert lane.RequestResponseCycle is httptools_impl.RequestResponseCycle
