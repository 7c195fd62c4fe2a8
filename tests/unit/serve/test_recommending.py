"""What is recommended out of memory: by the last good model, else by editors and age; ids that are signed; quotas; lists as bytes."""

import subprocess
from contextlib import suppress
from xml.etree import ElementTree

import msgspec
import pytest

from footfall.control.database import open_control
from footfall.control.keys import Key, Limits, check_key, create_key
from footfall.control.placements import Arm, Placement, Rules, Variant, checked_placement, put_placement
from footfall.control.segments import Segment, add_segment
from footfall.control.usage import list_usage
from footfall.errors import BadInput, NotFound, RateLimited
from footfall.interests.reasons import Reason
from footfall.interests.request import Choice
from footfall.serve.audiences import refuse_untold, varied
from footfall.serve.content_items import path_named
from footfall.serve.feedback import Feedback
from footfall.serve.pages.language import language
from footfall.serve.placement_lists import as_json, format_of, render_list, spoken_of
from footfall.serve.quotas import Quotas
from footfall.serve.recommendation_ids import WINDOW_MS, Served, read_id, write_id
from footfall.serve.recommending import Asked, NoCatalogue, Recommending, draw_arm, window_arm
from footfall.serve.webhook_jobs import sign
from footfall.vocabulary import Portal
from tests.support.catalogue import Shelf, item

NOW, DAY, SECRET = 1_767_225_600_000, 86_400_000, b"s" * 32
HERE = "https://portal.example/"
PORTAL = Portal(id=1, domain="portal.example", umami_id="x")
HOME = Placement(id="home", site=1, title="News & more")
SERVED = Served(site=1, placement="home", arm="", window=NOW // WINDOW_MS, items=(5, 7), buckets=(0, 2))


class Clock:
    """Both clocks, turned by hand."""

    ms = NOW

    def __call__(self):
        return self.ms


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    opened = open_control(f"sqlite:///{tmp_path_factory.mktemp('control') / 'control.db'}", lambda: NOW)
    opened.create_portal(domain="portal.example")
    yield opened
    opened.close()


def holder(control, clock, *items):
    shelf = Shelf(*items)
    return shelf, Recommending(control, shelf, secret=SECRET, now=clock)


@pytest.fixture(scope="module")
def readers(control):
    """A segment of the team: visits of the library's pages that are no news."""
    filters = ("contains,page,/Library", "contains_not,page,/news")
    return add_segment(control, control.portal("portal.example"), Segment(name="Readers", filters=filters), now_ms=NOW).id


def ids(found):
    return [one.item.id for one in found.items]


def asked(**rest):
    return Asked(**{"site": 1, "now_ms": NOW} | rest)


def test_new_item_is_recommended_after_the_next_look_and_the_model_says_its_version(control, clock):
    shelf, held = holder(control, clock, item(1))
    held.look()
    assert (ids(held.recommend(asked())), held.recommend(asked()).model) == ([1], "v1")
    shelf.shelf.append(item(2))
    held.look()
    assert (ids(held.recommend(asked())), held.recommend(asked()).model, shelf.learned) == ([1, 2], "v2", 2)
    held.look()
    assert shelf.learned == 2


def test_model_is_asked_what_the_request_says_with_the_settings_of_its_arm(control, clock):
    shelf, held = holder(control, clock, item(1), item(2))
    held.look()
    arm = Arm(name="bold", share=0.5, settings={"rising": 2.0})
    told = asked(placement=HOME, arm=arm, current=1, recent=(2,), topics={"culture": 0.5}, district="north", language="ru", n=3)
    found, (request,) = held.recommend(told), shelf.asked
    assert (request.site, request.current, request.recent, request.topics) == (1, 1, (2,), {"culture": 0.5})
    assert (request.district, request.language, request.n, request.placement, request.weights) == ("north", "ru", 3, HOME, {"rising": 2.0})
    assert (found.arm, found.placement) == ("bold", "home")
    assert held.recommend(told).id == found.id != held.recommend(msgspec.structs.replace(told, arm=None)).id


def test_topics_of_a_page_in_another_language_lead_to_what_is_alike_in_the_lists(control, clock):
    page, other = item(1, language="en", topics=(("parking", 0.9), ("roads", 0.4))), item(2, language="ru")
    shelf, held = holder(control, clock, page, other)
    shelf.choices = [Choice(2, 1.0, Reason("topic", "parking"))]
    held.look()

    def said(**rest):
        found = held.recommend(asked(current=1, **rest))
        return dict(shelf.asked[-1].topics), found.items[0].kind, str(found.items[0].reason)

    assert said(language="ru") == ({"parking": 0.9, "roads": 0.4}, "similar", "Similar to “News 1”")
    assert said(language="ru", topics={"parking": 0.2})[:2] == ({"parking": 0.2, "roads": 0.4}, "topic")
    assert said(language="en")[0] == said()[0] == {}


def test_without_a_model_pins_come_first_and_then_the_newest_that_the_rules_allow(control, clock):
    old, new = item(1, published_ms=NOW - 9 * DAY), item(2, published_ms=NOW - DAY)
    service, russian = item(3, kind="service", published_ms=NOW), item(4, language="ru", published_ms=NOW)
    over, hidden = item(5, valid_to_ms=NOW, published_ms=NOW), item(6, weight=0.0, published_ms=NOW)
    pinned, elsewhere, blocked = item(7, published_ms=1), item(8, site=2, published_ms=NOW), item(9, published_ms=NOW)
    shelf, held = holder(control, clock, old, new, service, russian, over, hidden, pinned, elsewhere, blocked)
    shelf.fails_to_learn = True
    held.look()
    rules = Rules(kinds=("article", "page"), max_age_days=5)
    placement = Placement(id="home", site=1, pins=(7, 5, 99), blocked=(9,), rules=rules)
    found = held.recommend(asked(placement=placement, language="en"))
    assert [(one.item.id, one.kind) for one in found.items] == [(7, "editors"), (2, "new")]
    assert found.model == "none" and held.recommend(asked(site=3)).items == ()
    in_russian = held.recommend(asked(placement=Placement(id="home", site=1, rules=Rules(languages=("ru",)), blocked=(9,))))
    assert ids(in_russian)[:2] == [4, 3], "whose language nobody knows fits all"


def test_next_window_is_learned_of_and_the_same_items_stay_as_they_are(control, clock):
    shelf, lists = holder(control, clock, item(1), item(2))
    lists.look()
    items = lists.known.items
    shelf.version, clock.ms = lambda: "next", NOW + DAY
    lists.look()
    assert (shelf.learned, len(items)) == (2, 2)
    assert lists.known.items is items


def test_learning_that_takes_long_rests_and_new_items_are_known_meanwhile(control, clock):
    shelf, held = holder(control, clock, item(1))
    learn = shelf.learn

    def slowly(items):
        clock.ms += 3000
        return learn(items)

    shelf.learn = slowly
    held.look()
    shelf.shelf.append(item(2))
    held.look()
    assert (held.recommend(asked()).model, held.item_of(PORTAL, 2)) == ("v1", 2)
    clock.ms += 27_000
    held.look()
    assert held.recommend(asked()).model == "v2"


def test_model_that_fails_leaves_the_one_of_before_and_is_tried_again(control, clock):
    shelf, held = holder(control, clock, item(1))
    held.look()
    shelf.fails_to_learn = True
    shelf.shelf.append(item(2))
    held.look()
    assert (held.recommend(asked()).model, ids(held.recommend(asked()))) == ("v1", [1])
    shelf.fails_to_learn = False
    held.look()
    assert held.recommend(asked()).model == "v1"
    clock.ms += 60_000
    held.look()
    assert held.recommend(asked()).model == "v2"
    shelf.fails_to_recommend = True
    assert [one.kind for one in held.recommend(asked()).items] == ["new", "new"]


def test_items_whose_sorting_fails_are_not_sorted_again_every_few_seconds(control, clock):
    shelf, held = holder(control, clock, item(1))
    tries = []

    def fail():
        tries.append(clock.ms)
        raise subprocess.CalledProcessError(1, "sort")

    shelf.items, items = fail, shelf.items
    for _ in range(2):
        with suppress(subprocess.SubprocessError):
            held.look()
        clock.ms += 3000
    assert len(tries) == 1
    clock.ms += 60_000
    shelf.items = items
    held.look()
    assert held.item_of(PORTAL, 1) == 1


def test_what_may_not_stand_is_left_out_whatever_the_model_says(control, clock):
    shelf, held = holder(control, clock, item(1), item(2, site=2), item(3, state="hidden"), item(4, valid_from_ms=NOW + 1), item(5))
    held.look()
    shelf.choices = [Choice(id, 1.0, Reason("popular")) for id in (1, 2, 3, 4, 5, 99)]
    assert ids(held.recommend(asked(placement=msgspec.structs.replace(HOME, blocked=(5,))))) == [1]


def test_home_without_a_catalogue_answers_an_empty_list(control, clock):
    held = Recommending(control, NoCatalogue(), secret=SECRET, now=clock)
    held.look()
    found = held.recommend(asked(placement=HOME))
    assert (found.items, found.model) == ((), "none") and held.served(found.id).items == ()


def test_placements_are_known_at_once_and_gone_ones_are_not(control, clock):
    _, held = holder(control, clock)
    put_placement(control, 1, "known", {"n": 3}, now_ms=NOW)
    with pytest.raises(NotFound):
        held.placement("known")
    held.look_at_placements()
    assert held.placement("known").n == 3


def test_name_that_is_none_is_refused_in_the_reader_s_language():
    with pytest.raises(BadInput) as refused:
        checked_placement("Home News", 1, {})
    said = str(language("ru").said(refused.value.sentence))
    assert "Допустимо" in said and "Valid" not in said


def test_topic_stands_for_those_that_lie_in_it_in_interests_rules_and_audiences(control, clock):
    shelf, held = holder(control, clock, item(1, topics=(("parking", 0.9),)), item(2, topics=(("parks", 0.9),)))
    held.look()
    rules, near = Rules(topics=("transport",)), Variant(topics=("transport",), pins=(2,))
    placement = msgspec.structs.replace(HOME, rules=rules, variants=(near,))
    held.recommend(asked(placement=placement, topics={"transport": 0.5, "parking": 0.2}))
    request = shelf.asked[-1]
    assert request.topics == {"transport": 0.5, "parking": 0.2, "buses": 0.5}
    assert request.placement.rules.topics == ("transport", "parking", "buses")
    held.recommend(asked(placement=placement, current=1))
    assert shelf.asked[-1].placement.pins == (2,), "who looks at parking is interested in transport"
    shelf.fails_to_recommend = True
    assert [one.item.id for one in held.recommend(asked(placement=msgspec.structs.replace(HOME, rules=rules))).items] == [1]


def test_address_is_known_as_events_have_it_encoded_and_with_a_query_too(control, clock):
    _, held = holder(control, clock, item(1), item(2, path="/парк"))
    held.look()
    names = (
        "/news/1?utm_source=mail#top",
        "http://www.portal.example/news/1?x=1",
        "/%D0%BF%D0%B0%D1%80%D0%BA",
        "https://evil.example/news/1",
        "//x",
        "",
    )
    assert [held.item_of(PORTAL, name) for name in names] == [1, 1, 2, None, None, None]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("https://portal.example", "/"),
        ("HTTPS://WWW.Portal.example/a%20b/?id=7&x=1#top", "/a b/?id=7"),
        ("https://city.example/parks/oak", "/parks/oak"),
        ("https://city.example/parkside", ""),
        ("http://test.example:8080/a", "/a"),
        ("https://xn--80aqfsg.xn--p1ai/%D0%B4%D1%83%D0%B1", "/дуб"),
        ("https://portal.example@evil.example/", ""),
        ("javascript:/a", ""),
        ("http://[::1", ""),
        ("?id=7", ""),
        ("", ""),
    ],
)
def test_path_is_told_from_an_address_of_the_portal_alone(name, path):
    domains = ("city.example/parks", "test.example:8080", "парки.рф")
    assert path_named(msgspec.structs.replace(PORTAL, domains=domains, allowed_query=("id",)), name) == path


def test_item_is_named_by_id_address_or_path_of_its_own_portal(control, clock):
    _, held = holder(control, clock, item(1), item(2, site=2))
    held.look()
    assert [held.item_of(PORTAL, name) for name in (1, "/news/1", "https://portal.example/news/1", 2, "/news/2", "x")] == [
        1,
        1,
        1,
        None,
        None,
        None,
    ]


def test_arms_are_drawn_by_their_shares_and_stand_for_a_window_where_all_get_the_same():
    arms = (Arm(name="a", share=0.2), Arm(name="b", share=0.2))
    test = msgspec.structs.replace(HOME, arms=arms)
    assert [draw_arm(test, chance).name for chance in (0.0, 0.49, 0.51, 0.999, 1.0)] == ["a", "a", "b", "b", "b"]
    assert draw_arm(HOME, 0.3) is None
    windows = [window_arm(test, NOW + number * WINDOW_MS).name for number in range(400)]
    assert 150 < windows.count("a") < 250 and window_arm(test, NOW) == window_arm(test, NOW + WINDOW_MS - 1)


def test_id_is_the_same_for_the_same_list_and_nobody_else_can_make_one():
    id = write_id(SERVED, SECRET)
    assert write_id(SERVED, SECRET) == id and read_id(id, SECRET, NOW) == SERVED and len(id) < 80
    others = [write_id(SERVED, b"x" * 32), id[:-2] + ("AA" if id[-2:] != "AA" else "BB"), id[1:], "", "é", "a" * 5000]
    for forged in others:
        with pytest.raises(BadInput, match="no recommendation"):
            read_id(forged, SECRET, NOW)
    for at_ms in (NOW + DAY + 3 * WINDOW_MS, NOW - 3 * WINDOW_MS):
        with pytest.raises(BadInput, match="more than a day ago"):
            read_id(id, SECRET, at_ms)


def test_feedback_is_of_items_that_were_in_the_list():
    told = Feedback()
    told.take(SERVED, None, "shown", day="2026-01-01")
    told.take(SERVED, 7, "clicked", day="2026-01-01")
    assert {(place.item, place.position, place.bucket): tuple(sums) for place, sums in told._sums.items()} == {
        (5, 1, 0): (1, 0),
        (7, 2, 2): (1, 1),
    }
    for item_id, event in ((6, "shown"), (None, "clicked")):
        with pytest.raises(BadInput):
            told.take(SERVED, item_id, event, day="2026-01-01")


def key_of(control, name, **limits) -> Key:
    return check_key(control, create_key(control, name, ("content:read",), now_ms=NOW, limits=Limits(**limits)))


def test_minute_is_over_and_the_next_begins(control, clock):
    quotas, key = Quotas(control, now=clock, steady_ms=clock), key_of(control, "minute", per_minute=2)
    left = [quotas.count(key, "recommend").headers()["ratelimit-remaining"] for _ in range(2)]
    with pytest.raises(RateLimited, match="2 requests a minute") as limited:
        quotas.count(key, "recommend")
    assert (left, limited.value.retry_after_s) == (["1", "0"], 60)
    clock.ms += 60_000
    quotas.count(key, "feedback")
    quotas.write()
    found = {(one.what, one.asked, one.refused) for one in list_usage(control, since="2026-01-01", key="minute")}
    assert found == {("recommend", 3, 1), ("feedback", 1, 0)}


def test_request_is_counted_at_once_only_where_nothing_has_to_be_asked(control, clock):
    quotas, key = Quotas(control, now=clock, steady_ms=clock), key_of(control, "quick", per_minute=4, per_day=300)
    assert quotas.count_at_once(key, "recommend") is None
    assert quotas.count(key, "recommend").left == 3
    assert quotas.count_at_once(key, "recommend").left == 2
    with quotas._lock:
        assert quotas.count_at_once(key, "recommend") is None
    assert quotas.count(key, "recommend").left == 1
    assert quotas.count_at_once(key, "recommend") is None, "the share of the day is used up"
    assert quotas.count(key, "recommend").left == 0
    with pytest.raises(RateLimited):
        quotas.count_at_once(key, "recommend")
    clock.ms += DAY
    assert quotas.count_at_once(key, "recommend") is None, "another day"
    quotas.write()
    assert [(one.asked, one.refused) for one in list_usage(control, since="2026-01-01", key="quick")] == [(5, 1)]


def test_key_made_anew_with_a_larger_quota_has_the_rest_of_the_day(control, clock):
    quotas = Quotas(control, now=clock, steady_ms=clock)
    small = key_of(control, "again", per_day=2)
    for _ in range(2):
        quotas.count(small, "recommend")
    with pytest.raises(RateLimited):
        quotas.count(small, "recommend")
    large = msgspec.structs.replace(small, limits=Limits(per_day=3))
    quotas.count(large, "recommend")
    with pytest.raises(RateLimited, match="its 3 requests of the day"):
        quotas.count(large, "recommend")


def test_several_apps_together_give_a_days_quota_and_not_one_more(control, clock):
    apps, key = [Quotas(control, now=clock, steady_ms=clock) for _ in range(3)], key_of(control, "day", per_day=250)
    given, refused = 0, 0
    for number in range(600):
        try:
            apps[number % 3].count(key, "recommend")
            given += 1
        except RateLimited as error:
            refused += 1
            assert error.retry_after_s == DAY // 1000 + 1
    assert (given, refused) == (250, 350)
    clock.ms += DAY
    assert apps[0].count(key, "recommend").left == key.per_minute - 1


NAMED = [("", "json"), ("*/*", "json"), ("text/html,*/*;q=0.9", "html"), ("image/png, application/rss+xml;q=.5", "rss")]


@pytest.mark.parametrize(("suffix", "accepted", "wanted"), [*(("", *one) for one in NAMED), ("rss", "text/html", "rss")])
def test_format_is_that_of_the_address_or_the_first_that_is_accepted(suffix, accepted, wanted):
    assert format_of(suffix, accepted) == wanted


def test_fragment_and_feed_hold_nothing_that_a_title_could_bring(control, clock):
    nasty = '<script>alert("x")</script> & \'"'
    shelf, held = holder(control, clock, item(1, title=nasty, summary=nasty, url="javascript:alert(1)", language='en" x="'))
    held.look()
    shelf.choices = [Choice(1, 1.0, Reason("looked", 1))]
    placement = msgspec.structs.replace(HOME, title=nasty)
    found = held.recommend(asked(placement=placement))
    html = render_list("html", found, placement, spoken_of(""), HERE).decode()
    assert "<script" not in html and "javascript:" not in html and "style" not in html
    section = ElementTree.fromstring(html)
    assert [section.find(path).text for path in ("h2", "ul/li/a", "ul/li/p")] == [nasty] * 3
    assert section.find("ul/li").attrib == {"data-item": "1", "lang": 'en" x="'}
    feed = ElementTree.fromstring(render_list("rss", found, placement, spoken_of(""), HERE).decode())
    assert feed.find("channel/item/title").text == nasty


def test_feed_leads_to_the_portal_and_is_xml_whatever_stands_in_a_title(control, clock):
    shelf, held = holder(control, clock, item(1, title="A\uffffpark"))
    held.look()
    shelf.choices = [Choice(1, 1.0, Reason("popular"))]
    placement = msgspec.structs.replace(HOME, title="New\x0bs")
    for found in (held.recommend(asked(placement=placement)), msgspec.structs.replace(held.recommend(asked()), items=())):
        feed = ElementTree.fromstring(render_list("rss", found, placement, spoken_of(""), HERE).decode())
        assert (feed.find("channel/title").text, feed.find("channel/link").text) == ("New s", HERE)
        assert [one.text for one in feed.findall("channel/item/title")] == ["A park"] * len(found.items)


def test_reason_is_said_in_the_language_asked_for(control, clock):
    shelf, held = holder(control, clock, item(1), item(2, title="Opening hours"))
    held.look()
    shelf.choices = [Choice(1, 1.0, Reason("looked", 2)), Choice(2, 1.0, Reason("topic", "culture"))]

    def reasons(language):
        found = as_json(held.recommend(asked(language=language)), spoken_of(language))
        return [one["reason"]["text"] for one in found["items"]]

    assert reasons("en") == ["Because you looked at “Opening hours”", "Because you are interested in culture"]
    assert reasons("ru") == ["Потому что вы смотрели «Opening hours»", "Потому что вам интересна тема «культура»"]


def test_signature_is_that_of_the_standards_own_example():
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    signature = sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def pinned(control, shelf, held, **variant):
    """What the model is told of pins where a placement has item 1 first, and item 2 for that audience."""
    put_placement(control, 1, "varied", {"pins": [1], "variants": [{"pins": [2]} | variant]}, now_ms=NOW)
    held.look_at_placements()

    def told(**rest):
        held.recommend(asked(placement=held.placement("varied"), **rest))
        return shelf.asked[-1].placement.pins

    return told


def test_audience_is_told_by_the_pages_of_the_request_alone(control, clock, readers):
    shelf, held = holder(control, clock, item(1), item(2))
    held.look()
    first = pinned(control, shelf, held, segment=readers)
    pages = [("/library/cards",), ("/news/library", "/library"), ("/news/library",), ("/museum",), ()]
    assert [first(pages=one) for one in pages] == [(2,), (2,), (1,), (1,), (1,)]


def test_audience_of_a_topic_a_district_or_a_language_is_what_the_request_says(control, clock):
    shelf, held = holder(control, clock, item(1), item(2))
    held.look()
    first = pinned(control, shelf, held, topics=["culture"], districts=["north"], languages=["en"])
    fits = {"topics": {"culture": 0.2}, "district": "north", "language": "en"}
    assert first(**fits) == (2,)
    assert [first(**fits | rest) for rest in ({"topics": {}}, {"district": "south"}, {"language": "ru"})] == [(1,), (1,), (1,)]


def test_segment_that_is_gone_or_needs_more_than_pages_is_for_nobody(control, clock, readers):
    shelf, held = holder(control, clock, item(1), item(2))
    held.look()
    portal = control.portal("portal.example")
    by_source = add_segment(control, portal, Segment(name="From search", filters=("is,source,Google",)), now_ms=NOW)
    with pytest.raises(BadInput, match="cannot be told from a request"):
        refuse_untold(control, portal, "varied", {"variants": [{"segment": by_source.id}]})
    with pytest.raises(BadInput, match="has no segment 99"):
        refuse_untold(control, portal, "varied", {"variants": [{"segment": 99}]})
    assert [pinned(control, shelf, held, segment=id)(pages=("/library",)) for id in (by_source.id, 99)] == [(1,), (1,)]


def test_variant_of_its_own_rules_and_blocked_items_leaves_the_rest_of_the_placement():
    placement = checked_placement("home", 1, {"pins": [1, 2], "blocked": [3], "variants": [{"languages": ["en"], "blocked": [2]}]})
    found = varied(placement, placement.variants[0])
    assert (found.pins, found.blocked, found.rules) == ((1,), (3, 2), placement.rules)
    with pytest.raises(BadInput, match="needs a condition"):
        checked_placement("home", 1, {"variants": [{"pins": [1]}]})
