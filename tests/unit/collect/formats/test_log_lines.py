"""Lines of each log format give the same request; broken ones a sentence that names no one."""

import json

import pytest

from footfall.collect.formats.log_lines import LogReader, Request
from footfall.collect.importing import BadLine, Passed
from tests.support.build import ms

TIME = ms("2026-03-10T13:55:36")
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
REFERRER = "https://www.google.com/search?q=a+b"
PLUS_AGENT = AGENT.replace(" ", "+")
COMMON = '192.0.2.7 - - [10/Mar/2026:13:55:36 +0000] "GET /a/b?page=2 HTTP/1.1" 200 2326'
COMBINED = f'{COMMON} "{REFERRER}" "{AGENT}"'


def read(*lines: str | bytes) -> Request:
    """The last line's request."""
    reader = LogReader()
    for line in lines[:-1]:
        with pytest.raises(Passed, match="directive"):
            reader.read(line.encode() if isinstance(line, str) else line)
    last = lines[-1]
    return reader.read(last.encode() if isinstance(last, str) else last)


def expected(**rest) -> Request:
    whole = {"time_ms": TIME, "address": "192.0.2.7", "method": "GET", "target": "/a/b?page=2", "status": 200}
    return Request(**whole | {"referrer": REFERRER, "agent": AGENT} | rest)


ALB = (
    "https 2026-03-10T13:55:36.000000Z app/my-balancer/50dc6c495c0c9188 192.0.2.7:46532 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "
    f'"GET https://portal.example:443/a/b?page=2 HTTP/2.0" "{AGENT}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 '
    'arn:aws:elasticloadbalancing:us-east-2:1:targetgroup/t/73e2d6bc24d8a067 "Root=1-58337364-23a8c76965a2ef7629b185e3" "portal.example" '
    '"arn:aws:acm:us-east-2:1:certificate/1" 0 2026-03-10T13:55:35.999000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"'
)
ELB = (
    "2026-03-10T13:55:36.000000Z my-balancer 192.0.2.7:46532 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "
    f'"GET http://portal.example:80/a/b?page=2 HTTP/1.1" "{AGENT}" - -'
)
IIS = (
    "#Software: Microsoft Internet Information Services 10.0",
    "#Version: 1.0",
    "#Date: 2026-03-10 00:00:00",
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) cs-host "
    "sc-status sc-substatus sc-win32-status time-taken",
    f"2026-03-10 13:55:36 10.0.0.1 GET /a/b page=2 443 - 192.0.2.7 {PLUS_AGENT} {REFERRER} portal.example 200 0 0 15",
)
CLOUDFRONT = (
    "#Version: 1.0",
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query "
    "cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken",
    "2026-03-10\t13:55:36\tFRA2-C1\t9000\t192.0.2.7\tGET\td111111abcdef8.cloudfront.net\t/a/b\t200\t"
    f"{REFERRER}\t{AGENT.replace(' ', '%2520')}\tpage=2\t-\tHit\tSOX4xwn4XV6Q==\tportal.example\thttps\t23\t0.001",
)
NGINX = {
    "time_iso8601": "2026-03-10T13:55:36+00:00",
    "remote_addr": "192.0.2.7",
    "request": "GET /a/b?page=2 HTTP/1.1",
    "status": "200",
    "http_referer": REFERRER,
    "http_user_agent": AGENT,
    "http_host": "portal.example",
}
NGINX_APART = {
    "msec": "1773150936.000",
    "remote_addr": "192.0.2.7",
    "request_method": "GET",
    "uri": "/a/b",
    "args": "page=2",
    "status": 200,
    "http_referrer": REFERRER,
    "user_agent": AGENT,
    "server_name": "portal.example",
}
CADDY = {
    "level": "info",
    "ts": 1773150936.0,
    "logger": "http.log.access.log0",
    "msg": "handled request",
    "request": {
        "remote_ip": "10.0.0.1",
        "remote_port": "41342",
        "client_ip": "192.0.2.7",
        "proto": "HTTP/2.0",
        "method": "GET",
        "host": "portal.example",
        "uri": "/a/b?page=2",
        "headers": {"User-Agent": [AGENT], "Referer": [REFERRER], "Status": ["500"], "Client_ip": ["203.0.113.9"]},
    },
    "bytes_read": 0,
    "duration": 0.0005,
    "size": 10900,
    "status": 200,
    "resp_headers": {"Server": ["Caddy"]},
}
TRAEFIK = {
    "ClientAddr": "192.0.2.7:58082",
    "ClientHost": "192.0.2.7",
    "DownstreamStatus": 200,
    "OriginStatus": 200,
    "RequestHost": "portal.example",
    "RequestMethod": "GET",
    "RequestPath": "/a/b?page=2",
    "StartLocal": "2026-03-10T14:55:36.000000001+01:00",
    "StartUTC": "2026-03-10T13:55:36.000000001Z",
    "request_Referer": REFERRER,
    "request_User-Agent": AGENT,
    "time": "2026-03-10T13:55:37Z",
}
CLOUDFRONT_JSON = {
    "date": "2026-03-10",
    "time": "13:55:36",
    "c-ip": "192.0.2.7",
    "cs-method": "GET",
    "cs(Host)": "d111111abcdef8.cloudfront.net",
    "cs-uri-stem": "/a/b",
    "sc-status": "200",
    "cs(Referer)": REFERRER,
    "cs(User-Agent)": AGENT.replace(" ", "%20"),
    "cs-uri-query": "page=2",
    "x-host-header": "portal.example",
}
WHOLE = "https://portal.example:443/a/b?page=2"


@pytest.mark.parametrize(
    "lines, rest",
    [
        ((COMBINED,), {}),
        ((COMMON,), {"referrer": "", "agent": None}),
        ((f"{COMMON} 1234 0.003",), {"referrer": "", "agent": None}),
        ((f'{COMBINED} "10.0.0.9" 0.003',), {}),
        ((f'{COMBINED} 12 "router@docker" "http://10.0.0.1:80" 3ms',), {}),
        ((f"portal.example:443 {COMBINED}",), {"host": "portal.example"}),
        ((f"portal.example {COMBINED}",), {"host": "portal.example"}),
        ((f"portal.example {COMBINED}".replace("192.0.2.7", "::1"),), {"host": "portal.example", "address": "::1"}),
        ((COMBINED.replace("192.0.2.7", "client.isp.example"),), {"address": "client.isp.example"}),
        ((COMBINED.replace("192.0.2.7 - -", "192.0.2.7 ident Frank van Dam"),), {}),
        ((COMBINED.replace("13:55:36 +0000", "19:25:36 +0530"),), {}),
        ((COMBINED.replace("13:55:36 +0000", "10:25:36 -0330"),), {}),
        ((COMBINED.replace("192.0.2.7", "2001:db8::7"),), {"address": "2001:db8::7"}),
        ((ALB,), {"target": WHOLE, "referrer": ""}),
        ((ALB.replace("192.0.2.7:46532", "2001:db8::7:46532"),), {"target": WHOLE, "referrer": "", "address": "2001:db8::7"}),
        ((ELB,), {"target": "http://portal.example:80/a/b?page=2", "referrer": ""}),
        ((ELB.partition(f' "{AGENT}')[0],), {"target": "http://portal.example:80/a/b?page=2", "referrer": "", "agent": None}),
        (IIS, {"host": "portal.example"}),
        (CLOUDFRONT, {"host": "portal.example"}),
        ((json.dumps(NGINX),), {"host": "portal.example"}),
        ((json.dumps(NGINX | {"time_iso8601": "", "time_local": "10/Mar/2026:13:55:36 +0000"}),), {"host": "portal.example"}),
        ((json.dumps(NGINX_APART),), {"host": "portal.example"}),
        ((json.dumps(CADDY),), {"host": "portal.example"}),
        ((json.dumps(TRAEFIK),), {"host": "portal.example"}),
        ((json.dumps(CLOUDFRONT_JSON),), {"host": "portal.example"}),
    ],
)
def test_all_formats_say_the_same(lines, rest):
    assert read(*lines) == expected(**rest)


def test_quotes_and_escapes_inside_fields_are_read():
    line = r'192.0.2.7 - - [10/Mar/2026:13:55:36 +0000] "GET /say\"hi\" HTTP/1.1" 200 - "-" "a \"quoted\" agent \\ \xd0\x9f"'
    found = read(line)
    assert (found.target, found.referrer, found.agent) == ('/say"hi"', "", 'a "quoted" agent \\ П')


def test_columns_may_be_quoted_and_blank():
    found = read(
        "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)", f'2026-03-10 13:55:36 192.0.2.7 GET /a 200 "{AGENT}"'
    )
    assert (found.agent, found.target) == (AGENT, "/a")


def test_date_may_stand_above_the_lines_and_columns_may_change():
    reader = LogReader()
    for line in (b"#Date: 2026-03-10 13:55:00", b"#Fields: time c-ip cs-method cs-uri-stem sc-status", b"#Remark: none", b"#Date:"):
        with pytest.raises(Passed):
            reader.read(line)
    with pytest.raises(BadLine, match="not an ISO instant"):
        reader.read(b"13:55:36 192.0.2.7 GET /a 200")
    with pytest.raises(Passed):
        reader.read(b"#Date: 2026-03-10 13:55:00")
    assert reader.read(b"13:55:36 192.0.2.7 GET /a 200").time_ms == TIME
    with pytest.raises(Passed):
        reader.read(b"#Fields: time c-ip cs-method cs-uri-stem cs-uri-query sc-status")
    assert reader.read(b"13:55:36 192.0.2.7 GET /a - 200").target == "/a"


def test_other_format_may_follow_columns():
    assert read(*IIS[:-1], COMBINED) == expected()


@pytest.mark.parametrize(
    "request_line, method, target",
    [
        ("GET / HTTP/1.1", "GET", "/"),
        ("GET /", "GET", "/"),
        ("GET /a b c HTTP/1.1", "GET", "/a b c"),
        ("OPTIONS * HTTP/1.1", "OPTIONS", "*"),
        (r"\x16\x03\x01\x02", "", ""),
        ("-", "", ""),
        ("", "", ""),
    ],
)
def test_request_line_is_read_as_far_as_it_is_one(request_line, method, target):
    found = read(f'192.0.2.7 - - [10/Mar/2026:13:55:36 +0000] "{request_line}" 200 1')
    assert (found.method, found.target) == (method, target)


def test_agent_that_was_not_sent_differs_from_one_not_logged():
    without = {name: value for name, value in NGINX.items() if name != "http_user_agent"}
    assert read(json.dumps(without)).agent is None
    assert read(json.dumps(NGINX | {"http_user_agent": "-"})).agent == ""
    assert read(json.dumps(CADDY | {"request": CADDY["request"] | {"headers": {}}})).agent == ""
    assert read(f'{COMMON} "-" "-"').agent == ""


@pytest.mark.parametrize(
    "address, bare", [("192.0.2.7:99", "192.0.2.7"), ("[2001:db8::7]:99", "2001:db8::7"), ("2001:db8::7", "2001:db8::7")]
)
def test_port_is_no_part_of_an_address(address, bare):
    assert read(json.dumps(NGINX | {"remote_addr": address})).address == bare


def test_request_without_an_answer_has_status_0():
    assert read(ALB.replace(" 200 200 34", " - - 34")).status == 0
    assert read(COMMON.replace(" 200 2326", " - -")).status == 0


BAD = [
    ("", "of no known log format: known are Common"),
    ("somebody@example.org", "of no known log format"),
    (COMBINED[:-30], "of no known log format"),
    (f'{COMMON} "{REFERRER}"', "of no known log format"),
    (COMBINED.replace("Mar", "Mrz"), "its time is not like 10/Oct/2000:13:55:36 -0700"),
    (COMBINED.replace("10/Mar", "32/Mar"), "its time is not like"),
    (COMBINED.replace(" +0000", "x00000"), "its time is not like"),
    ("{", "not a JSON object"),
    ("{}", "the JSON has no time: known names are time_iso8601"),
    (json.dumps(NGINX | {"remote_addr": "-"}), "the JSON has no address: known names are client_ip"),
    (json.dumps(NGINX | {"time_iso8601": "soon"}), "its time is not an ISO instant: 'soon'"),
    (json.dumps(NGINX_APART | {"msec": "inf"}), "its time is not a number that can be"),
    (json.dumps(NGINX_APART | {"msec": {"a": 1}}), "its time is not an ISO instant"),
    (json.dumps({"cs-method": "GET"}), "the log's #Fields have no time"),
    ("{" + '"a":' * 5000, "not a JSON object"),
    ("x" * 1_000_000, "of no known log format"),
    ("a " * 500_000, "of no known log format"),
    ('"' * 300_000, "of no known log format"),
    ("[" * 300_000, "of no known log format"),
]


@pytest.mark.parametrize("line, told", BAD, ids=[f"{number}" for number in range(len(BAD))])
def test_broken_line_is_told_what_it_lacks(line, told):
    with pytest.raises(BadLine) as caught:
        LogReader().read(line.encode())
    assert str(caught.value).startswith(told)
    assert "somebody" not in str(caught.value) and "192.0.2.7" not in str(caught.value)


@pytest.mark.parametrize("line", ["2026-03-10 13:55:36 192.0.2.7", 'a "' + "b" * 200_000, 'a "b'])
def test_line_with_other_columns_than_named_is_refused(line):
    with pytest.raises(BadLine, match="not as many columns as the log's #Fields"):
        read(*IIS[:-1], line)


def test_columns_that_are_needed_are_named_when_they_are_not_there():
    with pytest.raises(BadLine, match="the log's #Fields have no c-ip"):
        read("#Fields: date time cs-method cs-uri-stem sc-status", "2026-03-10 13:55:36 GET / 200")
