"""Interests and content as pages: numbers that were released, the catalogue that editors correct, the sources that stewards set up."""

import json
import re

import pytest

from footfall.control.audit import read_audit
from footfall.control.content_sources import list_sources
from footfall.control.items import get_item, put_items
from footfall.control.roles import Grant
from footfall.serve.imports import import_stream
from footfall.serve.mart_lists import ROUND
from footfall.serve.sorting import map_topics
from footfall.vocabulary import Item
from tests.support.app_here import AppHere
from tests.support.signing_in import Reader

HERE, EMPTY = "/portals/portal.example", "/portals/quiet.example"
SEEN = {"/parks": (40, 100), "/tax": (30, 30), "/few": (9, 9), "/unknown": (25, 0)}
"""Visitors of the week before and of the last one, by page."""
SEARCHES = {"pool": (20, "0"), "parks": (12, "3"), "secret": (9, "0")}
CELLS = {
    ("portal", "2026-02-02"): [([], 1000)],
    ("topic_hour", "2026-02-02"): [(["parks", "09"], 300), (["waste", "10"], 200), (["education", "11"], 95)],
    ("topic_hour", "2026-02-03"): [(["parks", "09"], 250), (["waste", "10"], 210)],
    ("topic_place", "2026-02-02"): [(["parks", "RU-MOW"], 150)],
    ("topic_pair", "2026-02-02"): [(["parks", "waste"], 160)],
    ("page", "2026-02-02"): [(["/parks"], 400)],
    ("search_term", "2026-02-02"): [(["loans"], 180)],
}
DRAWN = "?period=custom&from=2026-02-02&to=2026-02-08"


def lines():
    for path, (before, after) in SEEN.items():
        for day, count in (("2026-03-20", before), ("2026-03-27", after)):
            for visitor in range(count):
                yield {"timestamp": f"{day}T10:00:00Z", "visitor": f"{day}{visitor}", "pathname": path}
    for term, (count, results) in SEARCHES.items():
        for visitor in range(count):
            props = {"search_query": term, "results": results}
            yield {"timestamp": "2026-03-27T10:01:00Z", "visitor": f"s{visitor}", "name": "Site Search", "props": props}
    yield {"timestamp": "2026-03-01T10:00:00Z", "visitor": "first"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home"), policy="staff", now="2026-03-31T12:00:00Z") as running:
        desk = running.house.desk
        site = desk.control.create_portal(domain="portal.example", keep_events=40).id
        desk.control.create_portal(domain="quiet.example")
        text = "\n".join(json.dumps(line) for line in sorted(lines(), key=lambda line: line["timestamp"]))
        import_stream(desk, "events", "portal.example", [text.encode()])
        topics = {"parks": "parks", "tax": "taxes", "few": "waste"}
        found = [
            Item(id=0, site=site, path=f"/{name}", url=f"https://portal.example/{name}", title=f"All {name}", topics=((topic, 0.9),))
            for name, topic in topics.items()
        ]
        put_items(desk.control, found, now_ms=desk.now())
        map_topics(desk)
        desk.control.set_last_day(ROUND, "0001-01-01")
        rows = [
            {"release": "city", "mart": mart, "site": site, "day": day, "keys": keys, "visitors": visitors, "line": 7}
            for (mart, day), cells in CELLS.items()
            for keys, visitors in cells
        ]
        desk.engine.insert_ndjson("marts", b"".join(json.dumps(row).encode() + b"\n" for row in rows), "planted")
        yield running


@pytest.fixture(scope="module")
def viewer(app):
    return joined(app, "viewer")


@pytest.fixture(scope="module")
def analyst(app):
    return joined(app, "analyst")


@pytest.fixture(scope="module")
def steward(app):
    return joined(app, "steward")


def joined(app, role):
    reader = Reader(app)
    reader.join(f"{role}@example.city", Grant(role))
    return reader


def texts(page):
    assert page.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_topics_have_names_numbers_and_what_is_rising(viewer):
    shown = texts(viewer.get(f"{HERE}/interests?period=7d"))
    assert "Rising Parks" in shown and "100 visitors, before that 40" in shown
    assert "30 visitors" in shown
    assert "Waste" not in shown, "nine visitors are fewer than the cohort"
    assert "Out of the portal's own events" in shown


def test_names_are_the_readers(viewer):
    viewer.http.headers["accept-language"] = "ru"
    shown = texts(viewer.get(f"{HERE}/interests?period=7d"))
    del viewer.http.headers["accept-language"]
    assert "Интересы" in shown and "Парки" in shown and "Rising" not in shown


def test_days_that_are_forgotten_are_told_by_the_marts_without_what_may_be_noise(viewer):
    page = viewer.get(f"{HERE}/interests{DRAWN}")
    shown = texts(page)
    assert "Out of the marts" in shown
    assert "550" in shown and "410" in shown
    assert "95" not in shown, "a topic with one cell alone may be none"
    assert "Moscow 150" in shown
    assert re.search(r"Parks[^–]* – Waste[^–0-9]* 160 \d+ –", shown), "two hours of a day tell little of a topic alone"


def test_page_says_why_nothing_is_there_and_what_to_do(app, viewer):
    shown = viewer.get(f"{EMPTY}/interests")
    assert "No catalogue yet" in shown.text and f'href="{EMPTY}/content/sources"' in shown.text
    assert "No topic has enough visitors" in texts(viewer.get(f"{HERE}/interests?period=day"))
    app.house.desk.control.set_last_day(ROUND, "2026-04-06")
    try:
        assert "The marts of interests begin on Apr 6, 2026" in texts(viewer.get(f"{HERE}/interests?period=7d"))
    finally:
        app.house.desk.control.set_last_day(ROUND, "0001-01-01")


def test_what_works_is_named_by_the_catalogue_and_sorted(viewer):
    shown = texts(viewer.get(f"{HERE}/content?period=7d"))
    assert re.search(r"All parks Page · Parks[^·]* · /parks 100 visitors ↑ 150%", shown)
    assert "/few" not in shown
    assert "/unknown not in the catalogue 25 visitors" in texts(viewer.get(f"{HERE}/content?period=28d"))
    order = re.findall(r"All (parks|tax)", texts(viewer.get(f"{HERE}/content?period=7d&sort=visitors&order=asc")))
    assert order == ["tax", "parks"]
    assert viewer.get(f"{HERE}/content?sort=size").status_code == 400


def test_what_is_missing_is_told_of_no_fewer_than_the_cohort(viewer):
    shown = texts(viewer.get(f"{HERE}/content?period=7d"))
    assert re.search(r"pool 20 visitors 20 found nothing nothing .*parks 12 visitors – found nothing 1 item", shown)
    assert "secret" not in shown
    assert re.search(r"loans 180 visitors nothing", texts(viewer.get(f"{HERE}/content{DRAWN}")))


def test_catalogue_is_searched_and_filtered(viewer):
    assert re.findall(r"All (parks|tax|few)", texts(viewer.get(f"{HERE}/content/items"))) == ["few", "parks", "tax"]
    assert re.findall(r"All (parks|tax|few)", texts(viewer.get(f"{HERE}/content/items?topic=parks"))) == ["parks"]
    assert re.findall(r"All (parks|tax|few)", texts(viewer.get(f"{HERE}/content/items?q=TAX&kind=page&state=live"))) == ["tax"]
    assert "No item fits this search" in texts(viewer.get(f"{HERE}/content/items?kind=event"))
    assert "No catalogue yet" in texts(viewer.get(f"{EMPTY}/content/items"))


def test_analyst_corrects_an_item_and_the_audit_log_says_so(app, analyst):
    control, here = app.house.desk.control, f"{HERE}/content/items/2"
    before = get_item(control, 2)
    sent = analyst.send(here, kind="service", weight="0", valid_from="", valid_to="2026-12-31", topic1="culture", score1="0.7")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{here}?saved=1")
    after = get_item(control, 2)
    assert (after.kind, after.weight, after.state, after.corrected, after.topics) == ("service", 0, "hidden", True, (("culture", 0.7),))
    newest = read_audit(control, most=1)[0]
    assert (newest.operator, newest.action) == ("analyst@example.city", "item changed") and "topics" in newest.object
    control_row = {"kind": before.kind, "weight": "1", "valid_from": "", "valid_to": "", "by_text": "1"}
    assert analyst.send(here, **control_row).status_code == 303
    assert get_item(control, 2).corrected is False


def test_item_is_changed_by_no_viewer_in_no_other_portal_and_to_nothing_invalid(app, viewer, analyst):
    here = f"{HERE}/content/items/1"
    assert "Change it" not in viewer.get(here).text
    assert viewer.send("/account", here, weight="0").status_code == 403
    assert viewer.get(f"{EMPTY}/content/items/1").status_code == 404
    assert analyst.send(here, f"{EMPTY}/content/items/1", weight="0").status_code == 404
    assert analyst.send(here, topic1="nonsense").status_code == 400
    wrong = analyst.send(here, weight="11")
    assert wrong.status_code == 400 and 'role="alert"' in wrong.text
    assert analyst.send(here, topic1="parks", score1="much").status_code == 400
    assert get_item(app.house.desk.control, 1).weight == 1


def test_steward_adds_asks_for_and_removes_a_source_and_each_is_noted(app, steward):
    control, here = app.house.desk.control, f"{HERE}/content/sources"
    assert "A feed needs its url" in steward.send(here, kind="feed").text
    assert steward.send(here, kind="feed", url="https://portal.example/news.rss", most_pages="50").status_code == 303
    (source,) = list_sources(control, 1)
    assert "https://portal.example/news.rss" in texts(steward.get(here)) and source.most_pages == 50
    assert steward.send(here, f"{EMPTY}/content/sources/{source.id}/remove").status_code == 404
    assert steward.send(here, f"{here}/{source.id}/run").headers["location"] == f"{here}?done=asked"
    assert steward.send(here, f"{here}/{source.id}/remove").headers["location"] == f"{here}?done=removed"
    assert list_sources(control, 1) == []
    noted = [one.action for one in read_audit(control, most=8) if one.operator == "steward@example.city"]
    assert noted[:3] == ["content source removed", "job asked for", "content source added"]


def test_sources_are_a_stewards(analyst):
    here = f"{HERE}/content/sources"
    assert "A steward of this portal can add a source" in texts(analyst.get(here))
    assert analyst.send("/account", here, kind="sitemap").status_code == 403
