"""`content.js` in Chromium: the same request from everybody, an order of one's own after a yes, and nothing stored or sent otherwise."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from footfall.interests.taste import Candidate, learned, ranked

KEY = "footfall-interests"
TOPICS = ("parks", "taxes", "schools", "transport")
TEXTS = {
    "ask": "Show first what interests me?",
    "yes": "Yes, on this device",
    "forget": "Forget my interests",
    "kept": "What this browser keeps",
    "nothing": "Nothing yet.",
    "because": "because you read about {topic}",
}


def candidate(number):
    topics = [[TOPICS[(number + place) % 4], round(0.9 / (1 + place) - number % 3 / 20, 3)] for place in range(number % 3)]
    return {
        "item": number,
        "url": f"/item-{number}",
        "title": f"Item {number}",
        "summary": "About it" if number % 2 else "",
        "topics": topics,
        "score": 1 / (1 + number),
        "pinned": number == 2,
        "reason": {"kind": "popular", "text": "many read it"},
    }


ITEMS = [candidate(number) for number in range(15)]
LIST = {
    "id": "of-everybody",
    "n": 6,
    "items": ITEMS,
    "names": {topic: topic.title() for topic in TOPICS},
    "pages": {"/news": [["taxes", 0.8], ["parks", 0.3]], "/новости": [["schools", 0.5]]},
    "texts": TEXTS,
}


@pytest.fixture
def offering(portal):
    """A portal whose page has a list, and where its topics come from: the list itself."""
    element = f'<footfall-recommend src="{portal.url("/lists/")}" placement="home" lang="en"><a href=/all>All news</a></footfall-recommend>'
    policy = f"default-src 'none'; script-src {portal.collector}; connect-src 'self'; img-src data:"
    for path in ("/news", "/other"):
        portal.put(path, portal.line("content.js") + element, content_security_policy=policy)
    portal.put("/lists/home/candidates", "")
    portal._pages.content[portal.domain, "/lists/home/candidates"] = (json.dumps(LIST).encode(), {"content-type": "application/json"})
    return portal


def links(page):
    return page.locator("footfall-recommend a[part=link]")


def titles(weights):
    found = ranked([Candidate(one["item"], one["score"], tuple(map(tuple, one["topics"])), one["pinned"]) for one in ITEMS], weights, 6)
    return [f"Item {one.item}" for one in found], [one.topic for one in found]


def stored(page):
    return page.evaluate("({ ...localStorage })")


def test_before_a_yes_everybody_sees_the_same_and_nothing_is_stored(offering, visitor):
    visitor.page.goto(offering.url("/news"))
    expect(links(visitor.page)).to_have_text(titles({})[0])
    expect(visitor.page.locator("[part=why]").first).to_have_text("many read it")
    assert stored(visitor.page) == {} and visitor.context.cookies() == []


def test_after_a_yes_the_order_is_the_server_s_own_formula_and_says_why(offering, visitor):
    page = visitor.page
    page.goto(offering.url("/news"))
    page.click(f"text={TEXTS['yes']}")
    weights = learned({}, (("taxes", 0.8), ("parks", 0.3)))
    wanted, topics = titles(weights)
    expect(links(page)).to_have_text(wanted)
    reasons = [TEXTS["because"].replace("{topic}", topic.title()) if topic else "many read it" for topic in topics]
    expect(page.locator("[part=why]")).to_have_text(reasons)
    assert "because you read about Taxes" in reasons
    assert json.loads(stored(page)[KEY])["w"] == weights, "topics alone: no page, no time but the day"
    expect(page.locator("footfall-recommend summary")).to_be_focused()


@pytest.mark.parametrize("weights", [{"transport": 3.0}, {"parks": 1.5, "schools": 2.5}, {"taxes": 0.1, "gone": 4.0}])
def test_device_and_server_agree_on_any_interests(offering, visitor, weights):
    page = visitor.page
    page.goto(offering.url("/other"))
    expect(links(page)).to_have_count(6)
    page.evaluate(f"weights => localStorage['{KEY}'] = JSON.stringify({{ d: Math.floor(Date.now() / 864e5), w: weights }})", weights)
    page.reload()
    expect(links(page)).to_have_text(titles(weights)[0])


def test_nothing_that_is_asked_for_tells_two_opposite_visitors_apart(offering, visitor, chromium):
    def asked(weights):
        context = chromium.new_context()
        page, found = context.new_page(), []
        page.goto(offering.url("/empty"))
        if weights is not None:
            page.evaluate(
                f"weights => localStorage['{KEY}'] = JSON.stringify({{ d: Math.floor(Date.now() / 864e5), w: weights }})", weights
            )
        page.on("request", lambda one: found.append((one.method, one.url, one.post_data, sorted(one.all_headers().items()))))
        for path in ("/news", "/other", "/news"):
            page.goto(offering.url(path))
            expect(links(page)).to_have_count(6)
        shown = links(page).all_inner_texts()
        context.close()
        return shown, [one for one in found if "favicon" not in one[1]]

    parks, taxes, nobody = asked({"parks": 9.0}), asked({"taxes": 9.0}), asked(None)
    assert parks[1] == taxes[1] == nobody[1] and len(parks[1]) >= 6
    assert parks[0] != taxes[0], "and yet each saw their own order"
    assert "referer" not in dict(next(one[3] for one in parks[1] if "candidates" in one[1]))


@pytest.mark.parametrize(("kept", "first"), [({}, "/item-0"), ({KEY: '{"d": 99999, "w": {"taxes": 3}}'}, "/item-2")])
def test_nobody_is_told_that_a_list_was_seen_or_a_link_clicked(offering, visitor, kept, first):
    page, asked = visitor.page, []
    offering.put(first, "")
    page.goto(offering.url("/empty"))
    page.evaluate("kept => Object.assign(localStorage, kept)", kept)
    page.on("request", lambda one: asked.append((one.method, urlsplit(one.url).path)))
    page.goto(offering.url("/news"))
    expect(links(page)).to_have_count(6)
    links(page).first.scroll_into_view_if_needed()
    links(page).first.click()
    page.wait_for_url(offering.url(first))
    page.goto(offering.url("/empty"))
    assert ("GET", "/lists/home/candidates") in asked
    assert {method for method, _ in asked} == {"GET"} and not [path for _, path in asked if "feedback" in path]


def test_page_whose_path_is_not_of_latin_letters_is_known_by_it(offering, visitor):
    page = visitor.page
    offering._pages.content[offering.domain, "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8"] = offering._pages.content[
        offering.domain, "/news"
    ]
    page.goto(offering.url("/новости"))
    page.click(f"text={TEXTS['yes']}")
    assert json.loads(stored(page)[KEY])["w"] == {"schools": 0.5}


@pytest.mark.parametrize(("tag", "asked_for"), [("RU", "ru"), ("en-GB", "en"), ("fil", "fil")])
def test_list_is_asked_for_in_the_page_s_language_however_it_is_written(offering, visitor, tag, asked_for):
    element = f'<footfall-recommend src="{offering.url("/lists/")}" placement="home" lang="{tag}"></footfall-recommend>'
    offering.put("/tagged", offering.line("content.js") + element)
    visitor.page.goto(offering.url("/tagged"))
    expect(links(visitor.page)).to_have_count(6)
    assert [urlsplit(one.url).query for one in visitor.requests if "candidates" in one.url] == [f"language={asked_for}"]


def test_page_is_not_listed_on_itself_unless_it_is_pinned(offering, visitor):
    for path in ("/item-0", "/item-2"):
        offering._pages.content[offering.domain, path] = offering._pages.content[offering.domain, "/news"]
    visitor.page.goto(offering.url("/item-0?from=mail#top"))
    expect(links(visitor.page)).to_have_text([f"Item {number}" for number in (1, 2, 3, 4, 5, 6)])
    visitor.page.goto(offering.url("/item-2"))
    expect(links(visitor.page)).to_have_text([f"Item {number}" for number in range(6)])


def test_nobody_is_asked_where_the_browser_keeps_nothing(offering, visitor):
    visitor.page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError') } })")
    visitor.page.goto(offering.url("/news"))
    expect(links(visitor.page)).to_have_text(titles({})[0])
    expect(visitor.page.locator(f"text={TEXTS['ask']}")).to_have_count(0)
    assert visitor.faults == []


def test_forgetting_takes_everything_away_and_asks_again(offering, visitor):
    page = visitor.page
    page.goto(offering.url("/news"))
    page.click(f"text={TEXTS['yes']}")
    page.click(f"text={TEXTS['kept']}")
    expect(page.locator("[part=kept] li").first).to_have_text("Taxes: 0.8")
    page.click(f"text={TEXTS['forget']}")
    expect(links(page)).to_have_text(titles({})[0])
    expect(page.locator(f"text={TEXTS['yes']}")).to_be_focused()
    assert stored(page) == {}
    page.goto(offering.url("/other"))
    expect(links(page)).to_have_text(titles({})[0])
    assert stored(page) == {}, "a no stays a no"


def test_a_page_that_is_loaded_twice_adds_twice_and_one_that_is_drawn_twice_once(offering, visitor):
    page = visitor.page
    page.goto(offering.url("/news"))
    page.click(f"text={TEXTS['yes']}")
    page.evaluate("document.body.append(document.querySelector('footfall-recommend').cloneNode())")
    expect(links(page)).to_have_count(12)
    assert json.loads(stored(page)[KEY])["w"]["taxes"] == 0.8
    page.reload()
    expect(links(page)).to_have_count(6)
    assert json.loads(stored(page)[KEY])["w"]["taxes"] == 1.6


def test_what_was_read_long_ago_weighs_less(offering, visitor):
    page = visitor.page
    page.goto(offering.url("/other"))
    page.evaluate(f"localStorage['{KEY}'] = JSON.stringify({{ d: Math.floor(Date.now() / 864e5) - 60, w: {{ parks: 4, taxes: 0.1 }} }})")
    page.reload()
    page.click(f"text={TEXTS['kept']}")
    expect(page.locator("[part=kept] li")).to_have_text(["Parks: 1.0"])


def test_without_a_list_what_stands_inside_is_seen(portal, visitor):
    portal.put(
        "/x",
        portal.line("content.js")
        + f'<footfall-recommend src="{portal.url("/none/")}" placement="x"><a href=/all>All</a></footfall-recommend>',
    )
    portal._pages.content[portal.domain, "/none/x/candidates"] = (b"not json", {})
    visitor.page.goto(portal.url("/x"))
    expect(visitor.page.locator("text=All")).to_be_visible()
    assert stored(visitor.page) == {}


def test_my_data_alone_shows_what_is_kept_and_a_key_press_forgets_it(offering, visitor):
    element = f'<footfall-my-data src="{offering.url("/lists/")}" placement="home" lang="en"></footfall-my-data>'
    offering.put("/mine", offering.line("content.js") + element)
    page = visitor.page
    page.goto(offering.url("/mine"))
    expect(page.locator("footfall-my-data button")).to_have_text(TEXTS["yes"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("footfall-my-data li")).to_have_text(TEXTS["nothing"])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("footfall-my-data button")).to_have_text(TEXTS["yes"])
    assert stored(page) == {}
    assert [one for one in visitor.requests if urlsplit(one.url).path == "/api/collect"] == []
