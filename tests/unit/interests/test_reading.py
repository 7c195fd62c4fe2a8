"""What is read of a page: what it says of itself in Schema.org's words, else what stands in its head, and its main text."""

import gzip
import json
from zoneinfo import ZoneInfo

import pytest

from footfall.errors import BadInput
from footfall.interests.dates import read_instant
from footfall.interests.described import describe
from footfall.interests.feeds import read_feed
from footfall.interests.reading import decoded, read_page
from footfall.interests.sitemaps import gunzipped, read_sitemap

UTC = ZoneInfo("UTC")
URL = "https://parks.example/oak/page"
MENU = "<header>Menu</header><nav>Home</nav>"
LONG = "Every oak in the city park is older than the city hall."


def html(head="", body="", lang=""):
    return f"<!doctype html><html lang='{lang}'><head>{head}</head><body>{MENU}{body}<footer>Contacts</footer></body></html>".encode()


def ld(**thing):
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org"} | thing)}</script>'


def test_page_without_a_word_of_schema_is_read_by_its_head_and_main_part():
    page = read_page(
        html("<title>Oak | Parks</title>", f"<main><h1>Oaks</h1><p>Short.</p><p>{LONG}</p><script>x()</script></main>", "ru-RU"), URL, UTC
    )
    assert (page.title, page.summary, page.language, page.kind) == ("Oaks", LONG, "ru", "page")
    assert page.text == f"Oaks Short. {LONG}"


def test_open_graph_and_description_come_before_heading_and_text():
    head = '<meta property="og:title" content="Oak"><meta name="description" content="Of oaks"><meta property="og:type" content="article">'
    page = read_page(html(head + '<meta property="article:published_time" content="2026-01-05">', "<h1>Other</h1>"), URL, UTC)
    assert (page.title, page.summary, page.kind, page.published_ms) == ("Oak", "Of oaks", "article", 1_767_571_200_000)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("Article", "article"),
        ("NewsArticle", "article"),
        ("Event", "event"),
        ("MusicEvent", "event"),
        ("GovernmentService", "service"),
        ("https://schema.org/Service", "service"),
        ("FAQPage", "page"),
        ("WebPage", "page"),
        (["Thing", "TheaterEvent"], "event"),
        ("Person", ""),
    ],
)
def test_type_of_schema_is_a_kind_of_item(kind, wanted):
    found = describe([json.dumps({"@type": kind, "name": "N"})], UTC)
    assert (found.kind, found.title) == (wanted, "N" if wanted else "")


def test_event_is_described_by_a_graph_and_ends_with_its_last_day():
    event = {"@type": "Event", "name": "Night of <b>museums</b>", "startDate": "2026-05-16T18:00+03:00", "endDate": "2026-05-17"}
    graph = [{"@type": "WebPage", "name": "Page"}, event | {"description": "All night", "inLanguage": {"name": "Russian"}}]
    page = read_page(html(ld(**{"@graph": graph}), lang="ru"), URL, UTC)
    assert (page.kind, page.title, page.summary, page.language) == ("event", "Night of museums", "All night", "ru")
    assert (page.valid_from_ms, page.valid_to_ms) == (0, 1_779_062_399_999)


@pytest.mark.parametrize(
    ("dates", "ends"),
    [
        ({"startDate": "2026-01-05T19:00:00-08:00"}, "2026-01-06T08:00Z"),
        ({"startDate": "2026-01-06T03:00:00Z"}, "2026-01-06T08:00Z"),
        ({"startDate": "2026-01-05"}, "2026-01-06T08:00Z"),
        ({"startDate": "2026-01-05T19:00", "endDate": "2026-01-05T22:00"}, "2026-01-06T06:00:00.001Z"),
        ({"startDate": "2026-01-05", "endDate": "2026-01-07"}, "2026-01-08T08:00Z"),
        ({"startDate": "2026-01-05", "endDate": "soon"}, "2026-01-06T08:00Z"),
    ],
)
def test_event_is_over_by_the_clock_of_its_portal_and_not_before_it_began(dates, ends):
    pacific = ZoneInfo("America/Los_Angeles")
    found = describe([json.dumps({"@type": "Event", "name": "Concert"} | dates)], pacific)
    assert found.valid_to_ms == read_instant(ends, UTC) - 1


def test_page_with_several_events_is_a_list_and_none_of_them():
    one, other = ({"@type": "Event", "name": name, "url": f"https://parks.example/{name}", "endDate": "2026-01-05"} for name in "ab")
    script = f'<script type="application/ld+json">{json.dumps([one, other])}</script>'
    page = read_page(html(script + "<title>What is on</title>"), URL, UTC)
    assert (page.title, page.kind, page.valid_to_ms) == ("What is on", "page", 0)
    own = read_page(html(script), "https://www.parks.example/b/", UTC)
    assert (own.title, own.kind) == ("b", "event")


def test_questions_and_answers_are_text():
    asked = {"@type": "Question", "name": "How much?", "acceptedAnswer": {"@type": "Answer", "text": "<p>Nothing</p>"}}
    page = read_page(html(ld(**{"@type": "FAQPage", "name": "Fees", "mainEntity": [asked]})), URL, UTC)
    assert (page.title, page.text) == ("Fees", "How much? Nothing")


@pytest.mark.parametrize("script", ["{", "[" * 500, '"text"', "null", '{"@type": 7}', '{"@type": "Event", "name": {"@value": 3}}'])
def test_broken_description_says_nothing(script):
    assert describe([script], UTC).title == ""


def test_form_is_a_page_with_something_to_fill_in_and_send():
    fields = "<input name=a><input name=b><textarea name=c></textarea>"
    assert read_page(html(body=f"<main><form method=POST>{fields}</form></main>"), URL, UTC).kind == "form"
    assert read_page(html(body=f"<main><form>{fields}</form></main>"), URL, UTC).kind == "page"
    assert read_page(html(body="<main><form method=post><input type=search><input type=submit></form></main>"), URL, UTC).kind == "page"


def test_links_are_absolute_once_and_without_those_not_to_be_followed():
    body = '<a href="../a#x">1</a><a href="/a">2</a><a href="b" rel="nofollow">3</a><a href="mailto:x">4</a><a href="//[">5</a><a>6</a>'
    assert read_page(html('<base href="https://parks.example/x/y">', body), URL, UTC).links == ("https://parks.example/a",)
    assert read_page(html(body=body), URL, UTC, robots="none").links == ()


@pytest.mark.parametrize(
    ("head", "robots", "is_listed"),
    [
        ("", "", True),
        ("<meta name=robots content='NOINDEX'>", "", False),
        ("", "noindex", False),
        ("<meta name=robots content=none>", "", False),
        ("<meta name=robots content='nofollow noindex'>", "", False),
        ("<meta name=robots content='index, follow, max-image-preview:none'>", "", True),
        ("", "max-image-preview: none, max-snippet:-1", True),
        ("", "otherbot: noindex", True),
        ("", "footfall-content: noindex", False),
    ],
)
def test_page_that_asks_not_to_be_found_is_not_listed(head, robots, is_listed):
    assert read_page(html(head), URL, UTC, robots=robots).is_listed is is_listed


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Парк".encode("cp1251"), "text/html; charset=windows-1251"),
        ("<meta charset='koi8-r'>Парк".encode("koi8-r"), "text/html"),
        ("\ufeffПарк".encode(), "text/html; charset=windows-1251"),
        ("Парк".encode(), "text/html; charset=nonsense"),
        ("Парк".encode(), ""),
        (rb"\ud800\u041f\u0430\u0440\u043a", "text/html; charset=unicode_escape"),
        ("Парк".encode(), "text/html; charset=idna"),
        ("Парк".encode(), "text/html; charset=hex"),
    ],
)
def test_page_is_decoded_as_its_server_or_it_says(body, content_type):
    assert decoded(body, content_type).endswith("Парк")


def test_empty_page_has_nothing():
    page = read_page(b"", URL, UTC)
    assert (page.title, page.summary, page.text, page.canonical, page.links) == ("", "", "", "", ())


@pytest.mark.parametrize(
    "body", [b"<html>", b"<html><p/></html>", b"<rss/>", b"word", b"", b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset/>", b"\x1f\x8bbroken"]
)
def test_what_is_no_sitemap_is_said(body):
    with pytest.raises(BadInput, match="It is"):
        read_sitemap(body, UTC)


def test_packed_file_is_unpacked_up_to_a_bound():
    bomb = gzip.compress(b"0" * 1001)
    assert gunzipped(bomb, 1001) == b"0" * 1001
    with pytest.raises(BadInput, match="larger than 1,000 bytes"):
        gunzipped(bomb, 1000)


def test_atom_is_read_and_what_is_no_feed_is_said():
    text = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title><link href='https://parks.example/a'/><content>Whole</content></entry></feed>"
    (entry,) = read_feed(text.encode())
    assert (entry.url, entry.title, entry.text, entry.published_ms) == ("https://parks.example/a", "A", "Whole", 0)
    for body in (b"<html></html>", b"", b"/etc/hostname"):
        with pytest.raises(BadInput, match="no feed"):
            read_feed(body)
