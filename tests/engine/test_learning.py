"""What is recommended is learned from the catalogue and from drawn numbers."""

import json
import time
from datetime import date
from itertools import compress, product
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from footfall.control.items import all_live, change_item, items_version, put_items
from footfall.interests.request import Request
from footfall.interests.topics import Classifier
from footfall.serve import learner, sorting
from footfall.serve.learner import CatalogueLearner
from footfall.serve.sorting import map_topics
from footfall.settings import Settings
from footfall.store.item_topics import current_topics
from footfall.store.shown import Place, Sums, add_shown
from footfall.vocabulary import Item
from tests.support.build import ms
from tests.support.closing import City

NOW = "2026-03-18T12:00:00"
TITLES = {
    "/bus": "Night buses and tram timetables",
    "/metro": "Metro lines and tickets",
    "/pool": "Swimming pools and sport halls",
    "/books": "Library cards and book loans",
}


@pytest.fixture
def city(embedded_engine, tmp_path):
    made = City(embedded_engine, tmp_path)
    made.at(NOW)
    made.desk = SimpleNamespace(control=made.control, engine=made.engine, loader=made.loader, now=made.now, settings=Settings())
    return made


def put(city, site, titles, **rest):
    rest = {"source": "upload", "seen_ms": ms(NOW), "kind": "service", "language": "en"} | rest
    made = [Item(id=0, site=site, path=path, url=f"https://a.example{path}", title=title, **rest) for path, title in titles.items()]
    return {item.path: item.id for item in put_items(city.control, made, now_ms=ms(NOW))}


def draw(city, site, **marts):
    """Cells as they were drawn in the week of 2 March."""
    rows = [
        {"release": "city", "mart": mart, "site": site, "day": "2026-03-02", "keys": keys, "visitors": visitors, "line": 1}
        for mart, cells in marts.items()
        for keys, visitors in cells
    ]
    city.engine.insert_ndjson("marts", "\n".join(map(json.dumps, rows)).encode(), "drawn")


def listed(city, site, taught=None, **asked):
    taught = taught or CatalogueLearner(city.desk)
    model = taught.learn(taught.items())
    return [(choice.item, choice.reason.kind) for choice in model.recommend(Request(site=site, now_ms=ms(NOW), language="en", **asked))]


def test_items_are_sorted_by_topic_once_and_what_an_editor_said_stands(city):
    portal = city.portal("a.example")
    ids = put(city, portal.id, TITLES)
    taught = CatalogueLearner(city.desk)
    before = taught.version()
    assert {item.path: item.topics[0][0] for item in taught.items()} == {
        "/bus": "public-transport",
        "/metro": "public-transport",
        "/pool": "sport",
        "/books": "libraries",
    }
    stored = all_live(city.control)
    assert taught.version() != before and [bool(item.topics) for item in stored] == [True] * 4
    version = items_version(city.control)
    taught.items()
    assert items_version(city.control) == version, "nothing is written again"
    change_item(city.control, ids["/pool"], lambda item: replace(item, topics=(("culture", 1.0),), corrected=True), now_ms=ms(NOW))
    assert {item.path: item.topics for item in taught.items()}["/pool"] == (("culture", 1.0),)


def test_items_are_read_again_only_where_the_catalogue_has_changed(city, monkeypatch):
    portal, read = city.portal("a.example"), []
    ids = put(city, portal.id, TITLES)
    monkeypatch.setattr(learner, "all_live", lambda control: read.append(control) or all_live(control))
    taught = CatalogueLearner(city.desk)
    for _ in range(4):
        items = taught.items()
    assert len(read) == 2, "that they were sorted is a change"
    change_item(city.control, ids["/pool"], lambda item: replace(item, title="Pools"), now_ms=ms(NOW))
    assert [item.title for item in taught.items() if item.path == "/pool"] == ["Pools"]
    assert items is not taught.items()


def test_first_question_of_a_page_finds_likenesses_that_were_found_out_ahead(city, monkeypatch):
    portal = city.portal("a.example")
    ids = put(city, portal.id, TITLES | {"/bus/2": "Tram timetables at night", "/bus/3": "Night buses"})
    monkeypatch.setattr(learner, "AHEAD_FROM", 1)
    taught = CatalogueLearner(city.desk)
    before = listed(city, portal.id, taught, current=ids["/bus"], n=5)
    assert "similar" in [reason for _, reason in before]
    for _ in range(400):
        taught.look_ahead()
        if taught._ahead is None:
            break
        time.sleep(0.05)
    monkeypatch.setattr("footfall.interests.text._scores", None)
    assert listed(city, portal.id, taught, current=ids["/bus"], n=5) == before
    taught.look_ahead()
    assert taught._ahead is None, "nothing moved since"


def test_a_start_sorts_only_what_changed_since(city, monkeypatch):
    portal, asked = city.portal("a.example"), []
    ids = put(city, portal.id, TITLES)
    first = {item.path: item.topics for item in CatalogueLearner(city.desk).items()}
    real = Classifier.topics_of
    monkeypatch.setattr(Classifier, "topics_of", lambda self, title, *rest: asked.append(title) or real(self, title, *rest))
    version = items_version(city.control)
    assert {item.path: item.topics for item in CatalogueLearner(city.desk).items()} == first
    assert (asked, items_version(city.control)) == ([], version)
    change_item(city.control, ids["/pool"], lambda item: replace(item, title="Book loans"), now_ms=ms(NOW))
    assert {item.path: item.topics[0][0] for item in CatalogueLearner(city.desk).items()}["/pool"] == "libraries"
    assert asked == ["Book loans"]
    change_item(city.control, ids["/bus"], lambda item: replace(item, topics=(("culture", 1.0),), corrected=True), now_ms=ms(NOW))
    CatalogueLearner(city.desk).items()
    assert sorted(asked[1:]) == ["Book loans", TITLES["/books"], TITLES["/metro"]], "what editors taught may change all others"
    del asked[:]
    monkeypatch.setattr(sorting, "__version__", "next")
    CatalogueLearner(city.desk).items()
    assert len(asked) == 3, "and so may a new version"


def test_pairs_that_were_drawn_are_learned_and_those_under_their_threshold_are_not_there(city):
    portal = city.portal("a.example")
    ids = put(city, portal.id, TITLES)
    pages = [(["/pool"], 900), (["/books"], 800), (["/bus"], 900)]
    draw(city, portal.id, co_visit=[(["/books", "/pool"], 600), (["/bus", "/pool"], 150)], page=pages)
    assert listed(city, portal.id, current=ids["/pool"], n=1, weights={"text": 0.0}) == [(ids["/books"], "looked")]
    pairs = CatalogueLearner(city.desk)._count(portal, date(2026, 3, 18)).pairs
    assert pairs == {("/books", "/pool"): 600.0}


def test_no_history_that_somebody_made_up_tells_of_visits(city):
    """Neither by what others saw nor by pages that only his own visits did; and not once the day is over."""
    portal = city.portal("a.example")
    ids = put(city, portal.id, TITLES | {f"/own{at}": f"Page {at}" for at in range(5)})
    draw(city, portal.id, page=[(["/pool"], 900), (["/books"], 800), (["/bus"], 100)])
    before = of_made_up_histories(city, portal.id, ids)
    for minute, (page, visitors) in enumerate(
        {"/pool": 51, "/own0": 1, "/own1": 2, "/own2": 4, "/own3": 8, "/own4": 16, "/bus": 51}.items()
    ):
        city.visit(portal, f"2026-03-17T12:0{minute}:00", visitors=visitors, path=page)
    assert of_made_up_histories(city, portal.id, ids) == before
    city.at("2026-03-18T23:59:00")
    assert of_made_up_histories(city, portal.id, ids) == before


def of_made_up_histories(city, site, ids):
    taught = CatalogueLearner(city.desk)
    model = taught.learn(taught.items())
    own = [ids[f"/own{at}"] for at in range(5)]
    asked = (tuple(compress(own, chosen)) for chosen in product((0, 1), repeat=5))
    return [
        model.recommend(Request(site=site, now_ms=ms(NOW), language="en", current=ids["/pool"], recent=recent, n=5)) for recent in asked
    ]


def test_of_what_was_shown_whole_tens_of_days_that_are_over_are_learned(city):
    portal = city.portal("a.example")
    sums = {1: (19, 3), 2: (9, 9), 3: (40, 21)}
    rows = {Place(portal.id, "2026-03-17", "home", "", item, 1, 0): Sums(*found) for item, found in sums.items()}
    add_shown(city.engine, rows | {Place(portal.id, "2026-03-18", "home", "", 3, 1, 0): Sums(500, 100)}, "once")
    assert CatalogueLearner(city.desk)._shown(portal, "home", date(2026, 3, 18)) == {1: (10, 0), 3: (40, 20)}


def test_a_new_item_is_found_by_its_text_at_the_next_look(city):
    portal = city.portal("a.example")
    ids = put(city, portal.id, TITLES)
    taught = CatalogueLearner(city.desk)
    listed(city, portal.id, taught)
    before = taught.version()
    new = put(city, portal.id, {"/tram": "Night trams and bus timetables on holidays"})
    assert taught.version() != before
    assert listed(city, portal.id, taught, current=ids["/bus"], n=1) == [(new["/tram"], "similar")]


def test_a_fading_item_loses_half_its_weight_every_week(city):
    portal = city.portal("a.example")
    ids = put(city, portal.id, TITLES)
    week = 7 * 86_400_000
    fading = {"state": "fading", "weight": 2.0, "seen_ms": ms(NOW) - 2 * week}
    change_item(city.control, ids["/pool"], lambda item: replace(item, **fading), now_ms=ms(NOW))
    taught = CatalogueLearner(city.desk)
    shelf = taught.learn(taught.items())._known[portal.id].shelf
    assert dict(zip(shelf.at, map(float, shelf.weight), strict=True)) == {id: 0.5 if path == "/pool" else 1.0 for path, id in ids.items()}


def test_store_knows_topics_of_pages_that_are_public_and_of_no_page_that_only_traffic_told_of(city):
    portal = city.portal("a.example")
    put(city, portal.id, {"/bus": TITLES["/bus"]})
    put(city, portal.id, {"/secret-sport": "Swimming pools"}, source="traffic")
    CatalogueLearner(city.desk).items()
    assert map_topics(city.desk) >= 1
    mapped = city.engine.query("SELECT DISTINCT path FROM item_topics WHERE site = {site:UInt32}", {"site": portal.id})
    assert mapped == [("/bus",)]
    assert "sport" in current_topics(city.engine).names
    assert map_topics(city.desk) == 0, "and not again until something changed"
