"""The STEPS: what is refused and why, what is kept, what is forgotten."""

from pathlib import Path

import msgspec
import pytest

from footfall.collect import pipeline
from footfall.collect.flood import make_limit
from footfall.vocabulary import Hit
from tests.support.collecting import ADDRESS, CHROME, NOW, PORTAL, context, send

PAGEVIEW = {
    "n": "pageview",
    "u": "https://portal.example/a?q=secret&utm_source=vk&topic=bins",
    "d": "portal.example",
    "r": "https://vk.com/",
}
GPC, DNT = {"sec-gpc": "1"}, {"dnt": "1"}


def portal(**changes):
    return msgspec.structs.replace(PORTAL, **changes)


def sent(headers=None, portal=PORTAL, using=None, **changes):
    return send("/api/event", PAGEVIEW | changes, headers=headers, portal=portal, using=using)


@pytest.mark.parametrize(
    ("headers", "changes", "reason"),
    [
        ({"user-agent": ""}, {}, "bot"),
        ({"user-agent": "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)"}, {}, "bot"),
        ({"sec-ch-ua": '"HeadlessChrome";v="142"'}, {}, "bot"),
        ({"sec-purpose": "prefetch;prerender"}, {}, "prefetch"),
        ({"purpose": "prefetch"}, {}, "prefetch"),
        ({"x-moz": "prefetch"}, {}, "prefetch"),
        ({}, {"r": "http://www.semalt.com/crawler.php?u=x"}, "spam_referrer"),
        ({}, {"r": "http://a.b.semalt.com"}, "spam_referrer"),
        ({}, {"d": "nobody.example"}, "unknown_portal"),
        ({}, {"u": "https://[::1/"}, "malformed"),
    ],
)
def test_event_is_refused_for_its_reason(headers, changes, reason):
    assert sent(headers, **changes).refused == [reason]


def test_every_reason_is_explained_in_the_page_about_formats():
    page = (Path(__file__).parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
    assert [reason for reason, why in pipeline.REASONS.items() if f"| `{reason}` | {why} |" not in page] == []


def test_steps_refuse_first_then_add_then_forget():
    names = [step.__name__.partition("_")[0] for step in pipeline.STEPS]
    assert sorted(set(names), key=names.index) == ["refuse", "put", "forget"]
    assert names == sorted(names, key=["refuse", "put", "forget"].index)


def test_flood_is_refused_by_address():
    using = context(PORTAL, allow=make_limit(3))
    assert [len(sent(using=using).hits) for _ in range(5)] == [1, 1, 1, 0, 0]
    assert sent(using=using).refused == ["rate_limit"]


@pytest.mark.parametrize("headers", [GPC, DNT])
def test_signal_is_counted_without_visit_detail(headers):
    hit = sent(headers, n="Signup", p={"plan": "free"}, i=False).hit
    bare = Hit(site=7, time_ms=NOW, day="2026-03-31", visitor=0, name="Signup", interactive=False, hostname="portal.example", path="/a")
    assert hit == bare


def test_signal_is_refused_or_ignored_where_the_portal_says_so():
    assert sent(GPC, portal=portal(privacy_signal="refuse")).refused == ["privacy_signal"]
    assert sent(GPC, portal=portal(privacy_signal="ignore")).hit.visitor != 0


def test_signal_leaves_nothing_of_a_ping():
    assert sent(GPC, n="engagement", e=5000).refused == ["no_visit"]


@pytest.mark.parametrize("headers", [{"sec-gpc": "0"}, {"dnt": "0"}, {"dnt": "unspecified"}])
def test_signal_that_is_off_is_none(headers):
    assert sent(headers).hit.visitor != 0


def test_query_is_cut_to_what_the_portal_allows():
    assert sent().hit.path == "/a"
    assert sent(portal=portal(allowed_query=("topic", "absent"))).hit.path == "/a?topic=bins"
    hit = sent(portal=portal(allowed_query=("тема",)), u="https://portal.example/?%D1%82%D0%B5%D0%BC%D0%B0=%D1%8F&x=1").hit
    assert hit.path == "/?%D1%82%D0%B5%D0%BC%D0%B0=%D1%8F"


def test_props_are_cut_to_what_the_portal_allows():
    props = {"plan": "free", "email": "a@b.example"}
    assert sent(p=props).hit.props == props
    assert sent(p=props, portal=portal(allowed_props=("plan",))).hit.props == {"plan": "free"}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://other.example/a?session=secret#x", "https://other.example/a"),
        ("https://user:secret@other.example/a", "https://other.example/a"),
        (" HTTPS://other.example?x", "HTTPS://other.example"),
        ("//other.example/a?x", "//other.example/a"),
        ("/gone?token=secret", "/gone"),
        ("mailto:person@city.example", "mailto:"),
        ("tel:+70000000000", "tel:"),
        ("what is open?", "what is open?"),
        ("12:30", "12:30"),
    ],
)
def test_address_in_a_property_loses_its_query(value, kept):
    assert sent(n="Click", p={"url": value}).hit.props == {"url": kept}


def test_portal_is_not_its_own_source():
    own = portal(domains=("forms.example",))
    for referrer in ("https://portal.example/x", "https://www.forms.example/y", "https://localhost/"):
        hit = sent(u="https://portal.example/", r=referrer, portal=own).hit
        assert (hit.referrer, hit.source, hit.channel) == ("", "", "")


def test_campaign_is_kept_and_click_ids_only_make_a_channel():
    url = "https://portal.example/?utm_source=google&utm_medium=x&utm_campaign=c+d&utm_content=e&utm_term=%D1%8F&gclid=secret"
    hit = sent(u=url, r=None).hit
    assert (hit.source, hit.utm_source, hit.utm_medium, hit.utm_campaign, hit.utm_content, hit.utm_term) == (
        "Google", "google", "x", "c d", "e", "я",
    )  # fmt: skip
    assert hit.channel == "Paid Search"
    assert b"secret" not in msgspec.json.encode(hit)


@pytest.mark.parametrize("name", ["ref", "source"])
def test_source_may_be_named_by_shorter_tags(name):
    assert sent(u=f"https://portal.example/?{name}=poster", r=None).hit.source == "poster"


def test_visitor_is_asked_for_with_the_arrival_and_the_portals_zone():
    using = context(PORTAL)
    sent(using=using)
    assert using.visitors.asked == ("city", "Asia/Kathmandu", 7, ADDRESS, CHROME, NOW)


def test_event_of_an_earlier_day_is_told_as_late():
    using = context(PORTAL)
    query = "idsite=7&rec=1&url=https://portal.example/&cdo=80000"
    late = send("/matomo.php", query=query, method="GET", using=using).hit
    assert (late.day, late.time_ms) == ("2026-03-30", NOW - 80_000_000)
    assert using.visitors.asked == ("city", "Asia/Kathmandu", 7, ADDRESS, f"{CHROME}, late", NOW)
    assert late.visitor != sent(using=using).hit.visitor


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://WWW.Portal.Example:8443/A/b/?x", "portal.example", "/A/b/"),
        ("https://user:secret@portal.example", "portal.example", "/"),
        ("https://portal.example/%D0%B4%D0%BE%D0%BC%20", "portal.example", "/дом"),
        ("https://portal.example/a;jsessionid=ABC123/b;v=1", "portal.example", "/a/b;v=1"),
        ("/only/path?x", "(none)", "/only/path"),
        ("", "(none)", "/"),
    ],
)
def test_page_is_host_and_path(url, host, path):
    hit = sent(u=url, d="portal.example").hit
    assert (hit.hostname, hit.path) == (host, path)


@pytest.mark.parametrize(("name", "opens"), [("pageview", True), ("Signup", True), ("engagement", False)])
def test_engagement_ping_is_said_to_open_no_visit(name, opens):
    using = context(PORTAL)
    assert sent(n=name, e=5000, using=using).hit.visitor
    assert using.visitors.opens is opens


def test_who_objects_is_not_looked_up():
    using = context(PORTAL)
    sent(GPC, using=using)
    assert using.visitors.asked == ()
