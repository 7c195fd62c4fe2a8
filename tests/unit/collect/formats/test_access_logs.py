"""What of a server log counts as a page view, what is set apart and why, and that nobody's address goes further."""

import pytest

from footfall.collect.formats.access_logs import make_decoder
from footfall.collect.importing import BadLine, Passed
from footfall.collect.places import Place
from footfall.vocabulary import Hit, Portal
from tests.support.build import ms

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PORTAL = Portal(id=7, domain="portal.example", domains=("alias.example",), umami_id="", timezone="Asia/Kathmandu", allowed_query=("page",))


def combined(
    target="/", *, method="GET", status="200", referrer="-", agent=FIREFOX, address="192.0.2.7", time="10/Mar/2026:20:00:00 +0000"
):
    return f'{address} - - [{time}] "{method} {target} HTTP/1.1" {status} 99 "{referrer}" "{agent}"'.encode()


def decode(line: bytes, visitor_of=lambda who, time_ms: 5, place_of=lambda address: Place("DE", "DE-BE", "2950159")) -> Hit:
    return make_decoder(PORTAL, visitor_of, place_of)(line)


def passed(line: bytes) -> str:
    with pytest.raises(Passed) as caught:
        decode(line)
    return str(caught.value)


def test_page_view_has_everything_that_may_be_kept_and_nothing_else():
    assert decode(combined("/a%20b?page=2&token=secret&utm_medium=social", referrer="https://news.example/x?q=1")) == Hit(
        site=7,
        time_ms=ms("2026-03-10T20:00:00"),
        day="2026-03-11",
        visitor=5,
        name="pageview",
        hostname="portal.example",
        path="/a b?page=2",
        referrer="news.example/x",
        source="news.example",
        channel="Organic Social",
        utm_medium="social",
        device="Desktop",
        browser="Firefox",
        browser_version="140.0",
        os="GNU/Linux",
        country="DE",
        region="DE-BE",
        city="2950159",
    )


@pytest.mark.parametrize(
    "reason, line",
    [
        ("method", combined(method="POST")),
        ("method", combined(method="HEAD")),
        ("method", combined(method="POST", status="500")),
        ("error", combined(status="404")),
        ("error", combined(status="500")),
        ("error", combined(status="-")),
        ("error", combined("/a.css", status="404")),
        ("redirect", combined(status="301")),
        ("redirect", combined(status="302")),
        ("asset", combined("/style.css?v=3")),
        ("asset", combined("/IMG.PNG")),
        ("asset", combined("/favicon.ico")),
        ("asset", combined("/robots.txt")),
        ("asset", combined("/.well-known/security")),
        ("asset", combined("/feed.atom", agent="Googlebot/2.1 (+http://www.google.com/bot.html)")),
        ("download", combined("/report.pdf")),
        ("download", combined("/data.tar.gz")),
        ("no_page", combined("*")),
        ("bot", combined(agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")),
        ("bot", combined(agent="-")),
        ("bot", combined(agent="")),
        ("spam_referrer", combined(referrer="http://semalt.com/x")),
        ("directive", b"#Fields: date time"),
    ],
)
def test_what_is_no_page_view_is_set_apart_by_reason(reason, line):
    assert passed(line) == reason


@pytest.mark.parametrize("status", ["200", "203", "206", "299", "304"])
def test_successful_answers_count(status):
    assert decode(combined(status=status)).path == "/"


@pytest.mark.parametrize("target", ["/", "/css/", "/about.html", "/index.php", "/a.b/c", "/assets", "/json", "/robots-and-us", "//double"])
def test_pages_are_no_assets(target):
    assert decode(combined(target)).path == target


def test_line_without_an_agent_column_counts_and_has_no_device():
    hit = decode(b'192.0.2.7 - - [10/Mar/2026:20:00:00 +0000] "GET / HTTP/1.0" 200 99')
    assert (hit.browser, hit.os, hit.device, hit.country) == ("", "", "", "DE")


@pytest.mark.parametrize("host", ["portal.example", "www.portal.example", "alias.example"])
def test_portal_is_not_its_own_source(host):
    hit = decode(combined(referrer=f"https://{host}/before"))
    assert (hit.referrer, hit.source, hit.channel) == ("", "", "")


def test_host_is_the_logs_own_where_it_says_so():
    assert decode(b"www.alias.example:443 " + combined("/x")).hostname == "alias.example"
    assert decode(combined("http://other.example:8080/x?page=1")).hostname == "other.example"
    assert decode(combined("http://other.example:8080/x?page=1")).path == "/x?page=1"
    assert passed(combined("http://other.example/x.css")) == "asset"


def test_campaign_and_click_make_source_and_channel():
    hit = decode(combined("/?utm_source=fb&utm_medium=paid&gclid=secret"))
    assert (hit.source, hit.channel, hit.utm_source, hit.path) == ("Facebook", "Paid Social", "fb", "/")
    assert decode(combined("/?gclid=secret", referrer="https://www.google.com/")).channel == "Paid Search"


def test_visitor_is_address_and_agent_and_an_address_of_version_6_is_cut():
    seen = []

    def visitor_of(who, time_ms):
        seen.append(who)
        return 5

    for address in ("192.0.2.7", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9", "2001:db8:1:3::9"):
        decode(combined(address=address), visitor_of)
    assert seen == [f"192.0.2.7|{FIREFOX}", f"2001:db8:1:2::|{FIREFOX}", f"2001:db8:1:2::|{FIREFOX}", f"2001:db8:1:3::|{FIREFOX}"]


def test_place_is_looked_up_by_the_whole_address():
    asked = []
    decode(combined(address="2001:db8:1:2:3:4:5:6"), place_of=lambda address: asked.append(address) or Place())
    assert asked == ["2001:db8:1:2:3:4:5:6"]


@pytest.mark.parametrize(
    "line, told",
    [
        (b"nonsense", "of no known log format"),
        (combined(time="10/Mar/1960:20:00:00 +0000"), "its time is not between 1970 and 2147"),
        (combined("http://[bad/x"), "its address cannot be read"),
    ],
)
def test_line_that_cannot_be_read_is_refused(line, told):
    with pytest.raises(BadLine, match=told):
        decode(line)
