"""Pages of placements: analysts set them up, viewers look, previews count nothing, and tests show released numbers alone."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest

from footfall.control.audit import read_audit
from footfall.control.items import put_items
from footfall.control.placements import delete_placement, find_placement, list_placements, put_placement
from footfall.control.roles import Grant
from footfall.control.segments import Segment, add_segment
from footfall.store.shown import Place, Sums, add_shown, shown_by
from footfall.vocabulary import Item
from tests.support.app_here import AppHere
from tests.support.signing_in import Reader

ANALYST, VIEWER = "analyst@example.city", "viewer@example.city"
HERE = "/portals/portal.example/placements"
NOW = "2026-01-05T12:00:00Z"
TITLES = ("Opening hours", "Bus passes", "Library cards", "Swimming")
ARMS = [{"name": "calm", "share": 0.5}, {"name": "bold", "share": 0.5, "settings": {"rising": 3.0}}]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[AppHere]:
    with AppHere(tmp_path_factory.mktemp("home"), policy="staff", now=NOW) as running:
        control = running.house.desk.control
        portal = control.create_portal(domain="portal.example")
        other = control.create_portal(domain="other.example")
        put_items(control, [made(portal, title) for title in TITLES] + [made(other, "Elsewhere")], now_ms=running.house.desk.now())
        running.house.content.recommending.look()
        Reader(running).join(ANALYST, Grant("analyst", "portal", str(portal.id)), name="Ann")
        Reader(running).join(VIEWER, Grant("viewer", "portal", str(portal.id)), name="Vic")
        yield running


def made(portal, title):
    path = "/" + title.lower().replace(" ", "-")
    topics = (("transport", 0.9),) if title == "Bus passes" else ()
    url = f"https://{portal.domain}{path}"
    named = {"topics": topics, "corrected": True, "published_ms": 1}
    return Item(id=0, site=portal.id, path=path, url=url, title=title, language="en", kind="article", **named)


def entered(server, email):
    reader = Reader(server)
    assert reader.sign_in(email).status_code == 303
    return reader


@pytest.fixture(scope="module")
def analyst(server):
    return entered(server, ANALYST)


@pytest.fixture(scope="module")
def viewer(server):
    return entered(server, VIEWER)


@pytest.fixture
def control(server):
    """The control database; placements that a test left are gone after it."""
    control = server.house.desk.control
    yield control
    for one in list_placements(control):
        delete_placement(control, one.id, now_ms=0)
    server.house.content.recommending.look_at_placements()


@pytest.fixture
def kept(server, control):
    """A function that puts a placement and makes it known."""

    def put(name="home-news", domain="portal.example", **settings):
        put_placement(control, control.portal(domain).id, name, settings, now_ms=0)
        server.house.content.recommending.look_at_placements()
        return f"{HERE}/{name}"

    return put


@pytest.fixture
def tell(server):
    """A function that counts lists as shown and clicked."""

    def add(name, arms, day="2026-01-05"):
        site = server.house.desk.control.portal("portal.example").id
        rows = {Place(site, day, name, arm, 1, 1, 0): Sums(*sums) for arm, sums in arms.items()}
        add_shown(server.house.desk.engine, rows, f"{name} {day}")

    return add


def words(answer):
    """What stands on the page, without the names that narrow screens have before numbers."""
    return re.sub(r"\s+", " ", unescape(re.sub(r'<span class="named">[^<]*</span>|<[^>]+>', " ", answer.text)))


def ids(server):
    return {item.title: item.id for item in server.house.content.recommending.known.items.values()}


def fields(page):
    """The form of settings as it is filled in."""
    form = page.text.split('class="stack settings"')[1].split("</form>")[0]
    typed = dict(re.findall(r'name="((?:title|n|languages|max_age_days|explore|arm\d|share\d|weights\d))" value="([^"]*)"', form))
    return typed | dict.fromkeys(re.findall(r'name="([^"]+)" checked', form), "on")


def test_analyst_makes_the_first_one_sets_it_up_and_removes_it(server, control, analyst):
    assert "No placement yet. Make the first one below." in words(analyst.get(HERE))
    led = analyst.send(HERE, name="home-news", title="News").headers["location"]
    assert led == f"{HERE}/home-news"
    wanted = fields(analyst.get(led)) | {
        "n": "4",
        "kinds.article": "on",
        "topics.transport": "on",
        "languages": "EN, ru",
        "is_public": "on",
    }
    arms = {"arm1": "calm", "share1": "50", "arm2": "bold", "share2": "50", "weights2": "rising=3, popular=0.5"}
    assert analyst.send(led, **wanted | arms).headers["location"] == led
    found = find_placement(control, "home-news")
    assert (found.n, found.rules.kinds, found.rules.topics, found.rules.languages) == (4, ("article",), ("transport",), ("en", "ru"))
    assert found.is_public and [arm.settings for arm in found.arms] == [{}, {"rising": 3.0, "popular": 0.5}]
    assert server.house.content.recommending.known.placements["home-news"] == found, "lists are made by it at once"
    assert "4 items; only: articles; about Transport; languages: en, ru" in words(analyst.get(HERE))
    assert analyst.send(led, **fields(analyst.get(led))).status_code == 303
    assert find_placement(control, "home-news") == found, "saving what is there changes nothing"
    assert analyst.send(led, f"{led}/remove").headers["location"] == HERE
    assert list_placements(control) == ()
    noted = [(entry.operator, entry.action, entry.object) for entry in read_audit(control) if entry.action.startswith("placement")]
    assert noted == [
        (ANALYST, "placement removed", "home-news"),
        (ANALYST, "placement changed", "portal.example: home-news: arms, is_public, n, rules"),
        (ANALYST, "placement added", "portal.example: home-news: title"),
    ]


def test_what_is_not_valid_is_said_and_what_was_typed_stays(control, analyst, kept):
    here = kept()
    taken = analyst.send(HERE, name="home-news", title="Again")
    assert taken.status_code == 409 and "is there already; take another name" in words(taken) and 'value="Again"' in taken.text
    assert analyst.send(HERE, name="Home News").status_code == 400
    filled = fields(analyst.get(here))
    for wrong, said in (
        ({"n": "many"}, "is no number"),
        ({"n": "70"}, "not valid"),
        ({"arm1": "alone", "share1": "50"}, "two to four arms"),
        ({"arm1": "a", "share1": "50", "arm2": "b", "share2": "50", "weights2": "luck=2"}, "Weight 'luck=2' is not valid"),
    ):
        answer = analyst.send(here, **filled | {"title": "Typed"} | wrong)
        assert answer.status_code == 400 and said in words(answer)
        assert fields(answer)["title"] == "Typed"
    assert find_placement(control, "home-news").title == ""


def test_items_are_found_pinned_put_in_order_and_blocked(server, control, analyst, kept):
    here, of = kept(n=3), ids(server)
    found = analyst.get(f"{here}?q=card")
    assert re.findall(r'value="(pin-\d+)"', found.text) == [f"pin-{of['Library cards']}"]
    for act in (f"pin-{of['Library cards']}", f"pin-{of['Swimming']}", f"block-{of['Bus passes']}"):
        assert analyst.send(here, f"{here}/items", do=act).headers["location"] == f"{here}#items"
    places = {f"place.{of['Library cards']}": "2", f"place.{of['Swimming']}": "1"}
    analyst.send(here, f"{here}/items", do="order", **places)
    placed = find_placement(control, "home-news")
    assert (placed.pins, placed.blocked) == ((of["Swimming"], of["Library cards"]), (of["Bus passes"],))
    shown = re.findall(r"<li[^>]*><a [^>]*>([^<]*)</a>", analyst.get(f"{here}/preview").text.split('class="shown"')[1])
    assert shown == ["Swimming", "Library cards", "Opening hours"]
    analyst.send(here, f"{here}/items", do=f"free-{of['Swimming']}")
    assert find_placement(control, "home-news").pins == (of["Library cards"],)
    assert analyst.send(here, f"{here}/items", do=f"pin-{of['Elsewhere']}").status_code == 404, "an item of another portal"
    assert analyst.send(here, f"{here}/items", do="eat-1").status_code == 400


def test_viewers_look_and_change_nothing(control, analyst, viewer, kept):
    here = kept(title="News")
    page = viewer.get(here)
    assert page.status_code == 200 and 'action="' not in page.text.split("<main")[1].replace(f'method="get" action="{here}', "")
    assert viewer.get(f"{here}/preview").status_code == 200
    for path in (HERE, here, f"{here}/items", f"{here}/remove"):
        assert viewer.send("/account", path, name="x", do="pin-1").status_code == 403
    assert [one.id for one in list_placements(control)] == ["home-news"]


def test_a_placement_of_another_portal_looks_like_none(analyst, kept):
    kept("other-news", "other.example")
    for path in ("other-news", "other-news/preview", "nothing"):
        assert analyst.get(f"{HERE}/{path}").status_code == 404
    assert analyst.send(HERE, f"{HERE}/other-news/remove").status_code == 404


def test_preview_plays_a_visitor_and_counts_nothing(server, analyst, kept):
    here = kept(n=2, title="News")
    page = analyst.get(f"{here}/preview?current=/opening-hours&recent=Swimming&recent=/nowhere&topic=transport&language=en")
    assert page.status_code == 200
    listed = words(page).split("News", 2)[-1]
    assert "Bus passes" in listed and "Because you are interested in Transport" in listed and "score" in listed
    assert "No item here is: /nowhere." in words(page)
    assert 'value="transport" checked' in page.text and "<option selected>en</option>" in page.text
    assert analyst.get(f"{here}/preview?language=<b>").status_code == 400
    server.house.content.feedback.write(server.house.desk.engine)
    site, always = server.house.desk.control.portal("portal.example").id, (date(2000, 1, 1), date(2100, 1, 1))
    assert shown_by(server.house.desk.engine, site, "home-news", "arm", always) == []


def test_a_test_shows_rates_intervals_and_what_may_be_said(server, analyst, viewer, kept, tell):
    here = kept("tested", arms=ARMS)
    early = words(viewer.get(here))
    assert "Too early to say." in early and early.count("fewer than ten shown, or none") == 2
    tell("tested", {"calm": (20_004, 1_007), "bold": (20_009, 1_409), "old": (13, 4), "": (7, 7)})
    page = words(viewer.get(here))
    assert "Arm bold is better." in page
    assert "calm 20,000 1,000 5% 4.7–5.4%" in page and "bold 20,000 1,400 7% 6.7–7.4%" in page and "+2 " in page
    assert "Outside these arms (old): 10 shown." in page and "(–)" not in page, "nothing under ten is there"
    assert "20,004" not in page and "1,007" not in page
    assert "40K shown 2,400 clicked 6%" in words(viewer.get(HERE))
    assert "The days from and to are not valid" in words(viewer.get(f"{here}?since=yesterday"))


def test_lines_to_paste_are_for_what_the_placement_is(server, viewer, kept):
    closed, opened = viewer.get(kept("closed")), viewer.get(kept("opened", is_public=True, n=5))
    assert "footfall-recommend" not in closed.text
    assert f'<script defer src="{server.url}/content.js"></script>' in unescape(opened.text)
    assert '<footfall-recommend placement="opened" n="5"></footfall-recommend>' in unescape(opened.text)
    for name, page in (("closed", closed), ("opened", opened)):
        assert f"""-d '{{"placement": "{name}", "current": "/", "language": "en"}}'""" in unescape(page.text)


def test_audience_is_chosen_by_its_segment_and_kept(server, control, analyst, kept):
    page, portal = kept(), control.portal("portal.example")
    readers = add_segment(control, portal, Segment(name="Readers", filters=("contains,page,/library",)), now_ms=0)
    by_source = add_segment(control, portal, Segment(name="From search", filters=("is,source,Google",)), now_ms=0)
    shown = words(analyst.get(page))
    assert "Readers · too few to tell" in shown and "From search" not in shown
    typed = fields(analyst.get(page)) | {"segment1": str(readers.id), "spoken1": "en"}
    item = min(ids(server).values())
    assert analyst.send(page, **typed | {"first1": f"{item}"}).status_code == 303
    (variant,) = find_placement(control, "home-news").variants
    assert (variant.segment, variant.languages, variant.pins) == (readers.id, ("en",), (item,))
    assert "There is no item" in words(analyst.send(page, **typed | {"first1": "/nowhere"}))
    assert "cannot be told from a request" in words(analyst.send(page, **typed | {"segment1": str(by_source.id)}))
    assert analyst.send(page, **fields(analyst.get(page))).status_code == 303
    assert find_placement(control, "home-news").variants == (), "emptied fields take it away"


def test_audience_that_the_form_has_no_field_for_stays_when_the_page_is_saved(server, control, analyst, kept):
    item = min(ids(server).values())
    page = kept("near", variants=[{"districts": ["north"], "blocked": [item]}])
    assert analyst.send(page, **fields(analyst.get(page)) | {"n": "3"}).status_code == 303
    placement = find_placement(control, "near")
    assert (placement.n, [(one.districts, one.blocked) for one in placement.variants]) == (3, [(("north",), (item,))])
