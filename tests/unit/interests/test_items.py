"""What makes an item valid, whose addresses it may have, and what a filling may change."""

import msgspec
import pytest

from footfall.errors import BadInput
from footfall.interests.items import changed_item, checked_item, filled, plain
from footfall.serve.content_items import own_of
from footfall.vocabulary import Item, Portal

PORTAL = Portal(
    id=3, domain="parks.example", domains=("city.example/parks", "test.example:8080", "парки.рф"), umami_id="x", allowed_query=("id",)
)
OWN = own_of(PORTAL)


def made(**given):
    return checked_item(OWN, {"url": "https://parks.example/a", "title": "A park"} | given, source="api", now_ms=9)


@pytest.mark.parametrize(
    ("url", "cleaned", "path"),
    [
        ("https://www.parks.example/a/?id=7&utm_source=x&session=1#top", "https://www.parks.example/a/?id=7", "/a/?id=7"),
        ("http://user:secret@parks.example", "http://parks.example/", "/"),
        ("https://city.example/parks/oak", "https://city.example/parks/oak", "/parks/oak"),
        ("http://test.example:8080/a b", "http://test.example:8080/a%20b", "/a b"),
        ("https://xn--80aqfsg.xn--p1ai/дуб", "https://xn--80aqfsg.xn--p1ai/%D0%B4%D1%83%D0%B1", "/дуб"),
    ],
)
def test_own_address_loses_all_but_what_its_events_have(url, cleaned, path):
    assert (OWN.clean(url), OWN.path_of(OWN.clean(url))) == (cleaned, path)


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/",
        "https://parks.example.evil/",
        "https://parks.example:8443/",
        "https://city.example/parkside",
        "https://city.example/parks/../admin",
        "http://test.example/",
        "ftp://parks.example/",
        "//parks.example/a",
        "javascript:alert(1)",
        "https://parks.example@evil.example/",
        "https://parks.example/" + "a" * 2000,
        "http://[::1",
    ],
)
def test_address_of_another_host_port_or_scheme_is_no_own_one(url):
    assert OWN.clean(url) == ""


def test_path_of_events_has_an_address_on_the_first_domain():
    assert OWN.url_of("/дуб?id=7") == "https://parks.example/%D0%B4%D1%83%D0%B1?id=7"
    with pytest.raises(BadInput, match="starts with one '/'"):
        OWN.url_of("//evil.example/")


def test_item_is_as_it_was_given_and_says_who_chose_its_topics():
    item = made(
        summary=" Oaks \n and\x00 elms ",
        kind="service",
        language="ru-RU",
        districts=["d1", "d1", " d2"],
        valid_from="2026-01-05",
        valid_to="2026-01-06",
        weight=2,
        topics={"parks": 0.4, "housing": 0.9},
        published="2026-01-05T10:00:00+03:00",
    )
    assert item == Item(
        id=0,
        site=3,
        path="/a",
        url="https://parks.example/a",
        title="A park",
        summary="Oaks and elms",
        kind="service",
        language="ru",
        districts=("d1", "d2"),
        valid_from_ms=1_767_571_200_000,
        valid_to_ms=1_767_743_999_999,
        weight=2.0,
        topics=(("housing", 0.9), ("parks", 0.4)),
        corrected=True,
        published_ms=1_767_596_400_000,
        seen_ms=9,
        source="api",
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "https://other.example/"}, "Valid: an http.s. address of parks.example, city.example/parks"),
        ({"title": " \n"}, "A title has 1 to 300 characters"),
        ({"title": "x" * 301}, "A title has 1 to 300 characters"),
        ({"titel": "x"}, "Unknown key 'titel'. Valid keys: url, title"),
        ({"kind": "poem"}, "Valid: article, service, event, form, page"),
        ({"language": "russian"}, "Valid: a tag such as en or ru-RU"),
        ({"weight": 10.5}, "Valid: 0 to 10"),
        ({"weight": "heavy"}, "That item is not valid: Expected `float`"),
        ({"topics": {"a": 1, "b": 1, "c": 1, "d": 1}}, "at most 3 ids of topics"),
        ({"topics": {"Parks!": 1}}, "at most 3 ids of topics"),
        ({"topics": {"parks": 1.5}}, "a score from 0 to 1"),
        ({"districts": ["a;b"]}, "without ';'"),
        ({"valid_to": "tomorrow"}, "valid_to 'tomorrow' is not valid. Valid: an ISO day or instant"),
        ({"valid_from": "2026-01-06", "valid_to": "2026-01-05"}, "valid_to is before valid_from"),
    ],
)
def test_what_is_wrong_with_an_item_is_said_with_what_is_valid(given, said):
    with pytest.raises(BadInput, match=said):
        made(**given)


def test_item_needs_address_and_title():
    for given in ({"url": "https://parks.example/a"}, {"title": "A park"}):
        with pytest.raises(BadInput, match="An item needs url and title"):
            checked_item(OWN, given, source="api", now_ms=0)


def test_change_leaves_what_it_does_not_name_and_weight_nought_hides():
    item = made(summary="Oaks", weight=2, topics={"parks": 1})
    changed = changed_item(OWN, item, {"weight": 0})
    assert changed == msgspec.structs.replace(item, weight=0.0, state="hidden")
    assert changed_item(OWN, changed, {"weight": 1, "topics": {}, "summary": ""}) == msgspec.structs.replace(
        item, weight=1.0, topics=(), corrected=False, summary=""
    )


def test_filling_brings_a_crawled_item_up_to_date_and_empties_nothing():
    before = msgspec.structs.replace(
        made(text="Long", weight=3, topics={"parks": 1}, kind="service"), source="crawl", state="fading", seen_ms=5
    )
    found = msgspec.structs.replace(
        before, title="New", text="", kind="page", weight=1.0, topics=(("housing", 1.0),), seen_ms=8, source="feed"
    )
    assert filled(before, found) == msgspec.structs.replace(before, title="New", seen_ms=8, source="feed", state="live")


def test_feed_makes_an_article_of_nothing_whose_page_said_what_it_is():
    event = msgspec.structs.replace(made(kind="event"), source="sitemap")
    page = msgspec.structs.replace(made(), source="crawl")
    told = msgspec.structs.replace(made(kind="article"), source="feed")
    assert (filled(event, told).kind, filled(page, told).kind) == ("event", "article")


def test_filling_only_sees_what_somebody_wrote():
    before = msgspec.structs.replace(made(weight=0), source="editor", state="hidden")
    found = msgspec.structs.replace(before, title="New", weight=1.0, state="live", seen_ms=20, source="crawl")
    assert filled(before, found) == msgspec.structs.replace(before, seen_ms=20)
    assert filled(None, found) == found


@pytest.mark.parametrize(("source", "ends"), [("crawl", 0), ("sitemap", 0), ("feed", 30)])
def test_page_that_takes_its_dates_back_is_in_time_again_and_a_feed_tells_none(source, ends):
    before = msgspec.structs.replace(made(), source="crawl", valid_from_ms=20, valid_to_ms=30, state="dead")
    found = msgspec.structs.replace(before, valid_from_ms=0, valid_to_ms=0, source=source)
    assert filled(before, found).valid_to_ms == ends


def test_plain_text_is_one_line_of_what_can_be_seen():
    assert plain("  a\u2028b\x00\x1f c\ud800\n", 4) == "a b"
