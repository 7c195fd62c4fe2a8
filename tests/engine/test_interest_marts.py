"""The marts of interest: out of cells that were drawn, by API, file, command and view; a key sees its own portals and no more."""

import json
from types import SimpleNamespace

import pytest

from footfall.cli import marts as command
from footfall.cli.in_process import InProcess
from footfall.control.database import open_control
from footfall.control.items import looked_at, put_items
from footfall.control.keys import Key
from footfall.errors import BadQuestion, Forbidden, NotFound
from footfall.serve.asked import Noted
from footfall.serve.interest_marts import NAMED, at_most, interest_mart, lift, portals_of
from footfall.serve.interest_routes import listed, shown
from footfall.serve.mart_lists import ROUND
from footfall.serve.topic_map import refresh_topics
from footfall.settings import read_settings
from footfall.store.item_names import names_version, put_item_names
from footfall.store.item_topics import current_topics
from footfall.vocabulary import Item, Row
from tests.support.build import ms

WEEK, NEXT = "2026-03-02", "2026-03-09"
CELLS = {
    ("portal", WEEK): [([], 1000)],
    ("portal", NEXT): [([], 3000)],
    ("page", WEEK): [(["/a"], 400), (["/b"], 200)],
    ("page", NEXT): [(["/a"], 900), (["/b"], 210)],
    ("entry_exit", NEXT): [(["entry", "/a"], 300), (["exit", "/b"], 100)],
    ("co_visit", WEEK): [(["/a", "/b"], 240), (["/a", "/rare"], 210)],
    ("topic_hour", WEEK): [(["parks", "09"], 300), (["waste", "10"], 200), (["parks", "23"], 100)],
    ("topic_place", WEEK): [(["parks", "MT-1"], 150)],
    ("topic_pair", WEEK): [(["parks", "waste"], 160)],
    ("flow", WEEK): [(["museum.example"], 120)],
    ("goal", WEEK): [(["1"], 250)],
    ("search_term", WEEK): [(["loans"], 300)],
}
"""By mart and day, of the first portal for the city; the second has half as many, and for everybody there is something else."""
RANGE = {"date_range": "2026-03-02,2026-03-08"}
ITEMS = (
    {"path": "/a", "title": "Library card", "kind": "service", "topics": (("libraries", 0.9), ("culture", 0.3))},
    {"path": "/b", "title": "News: more loans"},
    {"path": "/rare", "title": "Ask for a book", "kind": "form"},
    {"path": "/gone", "title": "Old loans", "state": "dead"},
)
"""Of the first portal; the second has no catalogue."""


@pytest.fixture(scope="module")
def desk(embedded_engine, tmp_path_factory):
    home = tmp_path_factory.mktemp("desk")
    control = open_control(f"sqlite:///{home}/control.db", lambda: ms("2026-03-31T12:00:00"))
    sites = [control.create_portal(domain=domain).id for domain in ("library.example", "museum.example")]
    control.put_goal(sites[0], event_name="Signup")
    control.set_last_day(ROUND, "0001-01-01")
    put_items(control, [Item(id=0, site=sites[0], url=f"https://library.example{item['path']}", **item) for item in ITEMS], now_ms=1)
    rows = [
        {"release": release, "mart": mart, "site": site, "day": day, "keys": keys, "visitors": visitors // site + more, "line": 7}
        for (mart, day), cells in CELLS.items()
        for keys, visitors in cells
        for site in sites
        for release, more in (("city", 0), ("open", 5000))
    ]
    for table in ("marts", "item_names"):
        embedded_engine.command(f"TRUNCATE TABLE {table}")
    put_item_names(embedded_engine, (item for item, _ in looked_at(control)), 1)
    embedded_engine.insert_ndjson("marts", b"".join(json.dumps(row).encode() + b"\n" for row in rows), "planted")
    settings = read_settings({}, home=str(home))
    loader = SimpleNamespace(complete_until_ms=control._now)
    yield SimpleNamespace(
        engine=embedded_engine, control=control, settings=settings, loader=loader, asked=Noted(control, control._now), now=control._now
    )
    control.close()


def rows(desk, name, domain="library.example", **given):
    answer = json.loads(shown(desk, name, {"site_id": domain, **RANGE, **given}))
    lines = [line for source in answer["meta"]["sources"] for line in source["lines"]]
    assert (answer["meta"]["policy"], {7, *lines}) == ("city", {7})
    return [tuple(value for name, value in row.items() if name not in ("portal", "plus_minus")) for row in answer["results"]]


EXPECTED = {
    "interest_by_topic": [(WEEK, "parks", 9, 300), (WEEK, "waste", 10, 200), (WEEK, "parks", 23, 100)],
    "interest_by_place": [("parks", "MT-1", 150)],
    "item_affinity": [("/a", "/b", 240, 3.0), ("/a", "/rare", 210, None)],
    "topic_affinity": [("parks", "waste", 160, None)],
    "portal_flows": [("museum.example", 120)],
    "service_demand": [("service", "Library card", "/a", 400, 40.0), ("goal", "Signup", "", 250, 25.0)],
    "search_demand": [(WEEK, "loans", 300, 1)],
    "content_performance": [
        ("/a", "Library card", "service", ["libraries", "culture"], 400, None, None, None, None),
        ("/b", "News: more loans", "page", [], 200, None, None, None, None),
    ],
}


@pytest.mark.parametrize("name", [one.name for one in NAMED])
def test_each_says_what_was_drawn_for_the_city(desk, name):
    assert rows(desk, name) == EXPECTED[name]


def test_a_change_that_is_not_clear_is_absent(desk):
    found = rows(desk, "content_performance", date_range="2026-03-09,2026-03-15")
    assert [(row[0], *row[4:]) for row in found] == [("/a", 900, 300, None, 400, 125), ("/b", 210, None, 100, 200, None)]


def test_without_a_catalogue_pages_have_no_names_and_whether_anything_was_there_to_find_is_not_told(desk):
    assert rows(desk, "content_performance", "museum.example")[0][:5] == ("/a", "", "", [], 200)
    assert rows(desk, "search_demand", "museum.example") == [(WEEK, "loans", 150, None)]
    assert {row[0] for row in rows(desk, "service_demand", "museum.example")} <= {"goal"}


def test_pairs_need_a_whole_week(desk):
    assert rows(desk, "item_affinity", date_range="2026-03-03,2026-03-14") == []
    assert rows(desk, "item_affinity", date_range="2026-03-01,2026-03-10") == EXPECTED["item_affinity"]


def test_lift_is_none_where_a_side_is_absent():
    assert (lift(30, 100, 60, 1000), lift(30, None, 60, 1000), lift(30, 100, 60, None)) == (5.0, None, None)


def test_lift_is_the_least_that_it_can_be():
    """A page over its threshold on five days of seven had visitors on the other two, at most the threshold each; and one that was on
    one day alone had six times as many, for all that is known."""
    assert [at_most(Row(("/a",), (drawn,), cells=cells), 7, 90) for drawn, cells in ((600, 5), (630, 7), (540, 1), (530, 1))] == [
        780,
        630,
        1080,
        None,
    ]


def test_a_key_for_one_portal_is_answered_about_that_one_alone(desk):
    mine = Key("consumer", ("marts:read",), ("museum.example",))
    assert [portal.domain for portal in portals_of(desk, (), mine)] == ["museum.example"]
    assert {row["portal"] for row in json.loads(shown(desk, "portal_flows", RANGE, mine))["results"]} <= {"museum.example"}
    with pytest.raises(Forbidden, match="not for that portal"):
        shown(desk, "portal_flows", {"site_id": "library.example"}, mine)
    with pytest.raises(Forbidden):
        shown(desk, "portal_flows", RANGE, Key("reader", ("stats:read",)))


def test_all_portals_one_after_another_and_small_cells_are_absent(desk):
    answer = json.loads(shown(desk, "interest_by_topic", RANGE))
    assert [(row["portal"], row["topic"], row["visitors"]) for row in answer["results"]] == [
        ("library.example", "parks", 300),
        ("library.example", "waste", 200),
        ("library.example", "parks", 100),
        ("museum.example", "parks", 150),
        ("museum.example", "waste", 100),
    ]


def test_files_have_the_same_rows(desk):
    lines = shown(desk, "topic_affinity", RANGE | {"format": "csv"}).decode("utf-8-sig").splitlines()
    assert lines[:2] == ["portal,topic,other,visitors,plus_minus,lift", "library.example,parks,waste,160,64,"]
    lines = shown(desk, "content_performance", RANGE | {"format": "csv", "site_id": "library.example"}).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("library.example,/a,Library card,service,libraries culture,400,")
    for one in NAMED:
        assert shown(desk, one.name, RANGE | {"format": "parquet"})[:4] == b"PAR1"


def test_what_is_not_valid_is_said(desk):
    with pytest.raises(BadQuestion, match="Valid: json, csv, parquet"):
        shown(desk, "portal_flows", {"format": "xml"})
    with pytest.raises(NotFound, match="Valid: interest_by_topic"):
        interest_mart(desk, "everything", [], "30d")
    assert [one.mart for one in listed()] == [one.name for one in NAMED] and listed()[0].columns[:2] == ["portal", "day"]


@pytest.mark.parametrize("name", [one.name for one in NAMED])
def test_a_view_in_the_store_has_the_citys_cells_by_name(desk, name):
    found = desk.engine.query(f"SELECT sum(visitors), uniqExact(line) FROM mart_{name} WHERE site = 1")
    marts = {"content_performance": ("page", "entry_exit"), "item_affinity": ("co_visit",), "topic_affinity": ("topic_pair",)}
    of = marts.get(name) or next(one.of for one in NAMED if one.name == name)[:1]
    of_services = 400 + 900 if name == "service_demand" else 0
    assert found == [(of_services + sum(visitors for (mart, _), cells in CELLS.items() for _, visitors in cells if mart in of), 1)]


def test_views_call_pages_as_the_catalogue_does(desk):
    of_day = "WHERE site = 1 AND day = {day:Date} ORDER BY ALL"
    demand = desk.engine.query(f"SELECT what, goal, page, title, visitors FROM mart_service_demand {of_day}", {"day": WEEK})
    assert demand == [("goal", 1, "", "", 250), ("service", 0, "/a", "Library card", 400)]
    works = desk.engine.query(f"SELECT page, what, title, kind, topics, visitors FROM mart_content_performance {of_day}", {"day": NEXT})
    assert works[:2] == [
        ("/a", "entry", "Library card", "service", ["libraries", "culture"], 300),
        ("/a", "seen", "Library card", "service", ["libraries", "culture"], 900),
    ]
    assert [row[2] for row in works[2:]] == ["News: more loans"] * 2


def test_the_command_prints_what_the_api_says(desk, monkeypatch, capsys):
    class Opened:
        __enter__ = lambda self: InProcess(desk)  # noqa: E731
        __exit__ = lambda self, *given: None  # noqa: E731

    monkeypatch.setattr(command, "open_backend", lambda settings: Opened())
    command.show("topic_affinity", portals="library.example", date_range="2026-03-02,2026-03-08")
    said = " ".join(capsys.readouterr().out.split())
    assert "library.example parks waste 160 64 –" in said and "topic_pair: σ 38.73, cells under 155 are absent" in said
    command.show("portal_flows", portals="library.example", date_range="2026-03-20,2026-03-21")
    assert "Nothing over its threshold" in capsys.readouterr().out
    command.show("portal_flows", date_range="2026-03-02,2026-03-08", json=True)
    assert json.loads(capsys.readouterr().out)["results"][0]["from"] == "museum.example"
    command.list_all(json=True)
    assert [one["mart"] for one in json.loads(capsys.readouterr().out)] == [one.name for one in NAMED]


class Shelf:
    """A catalogue of one page."""

    def __init__(self, version):
        self.number, self.read = version, 0

    def version(self):
        return self.number

    def topics(self):
        return ("parks", "waste")

    def rows(self):
        self.read += 1
        return [(1, "/a", "parks", 0.9)]

    def items(self):
        return [Item(id=1, site=1, path="/a", url="", title="A")]


def test_the_map_is_written_when_the_catalogue_has_changed(desk):
    before = current_topics(desk.engine).version
    shelf = Shelf(before + 1)
    assert [refresh_topics(desk.engine, shelf) for _ in range(3)] == [1, 0, 0] and shelf.read == 1
    assert current_topics(desk.engine).version == before + 1 == names_version(desk.engine)
