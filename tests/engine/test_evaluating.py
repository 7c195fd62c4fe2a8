"""``footfall evaluate`` on a home whose visitors all go the same way: what is printed is what they did, and only means of it."""

import json
from datetime import date
from itertools import chain

import pytest

from footfall.cli.commands import run
from footfall.control.items import put_items
from footfall.control.placements import put_placement
from footfall.interests.items import Item
from footfall.serve.house import open_desk
from footfall.serve.imports import import_stream
from footfall.settings import Settings
from footfall.store.shown import Place, Sums, add_shown
from footfall.store.visit_paths import visit_paths

NOW = "2026-03-20T12:00:00Z"
NOW_MS = 1_774_008_000_000
PATHS = ("/bus", "/tram", "/tickets", "/news", "/secret-never-printed")


def lines(day, visitors, hour, paths):
    """Visits of these visitors, who see the pages a minute apart."""
    for who in visitors:
        for minute, path in enumerate(paths):
            said = {"timestamp": f"2026-03-{day}T{hour:02}:{minute:02}:00Z", "visitor": f"{day}-{who}", "pathname": path}
            yield json.dumps(said).encode() + b"\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """110 visitors on two days, and 99 on the one between, go from /bus to /tram to /tickets."""
    desk = open_desk(Settings(home=str(tmp_path_factory.mktemp("home")), now=NOW))
    portal = desk.control.create_portal(domain="a.example", keep_events=30)
    desk.control.create_portal(domain="sealed.example", keep_events=0)
    items = [Item(id=0, site=portal.id, path=path, url=f"https://a.example{path}", title=path[1:]) for path in PATHS]
    put_items(desk.control, items, now_ms=NOW_MS)
    put_placement(desk.control, portal.id, "home-news", {"explore": 0.1}, now_ms=NOW_MS)
    add_shown(desk.engine, {Place(portal.id, "2026-03-19", "home-news", "", 1, 1, 0): Sums(2_009, 209)}, "one")
    add_shown(desk.engine, {Place(portal.id, "2026-02-20", "home-news", "", 1, 1, 0): Sums(1_000, 0)}, "of four weeks and a day ago")
    of_days = [lines(day, range(visitors), 9, PATHS[:3]) for day, visitors in ((17, 110), (18, 99), (19, 110))]
    again = [lines(19, (1,), 14, ("/bus", "/tram")), lines(19, (1,), 18, ("/tram", "/bus"))]
    import_stream(desk, "events", "a.example", [b"".join(chain.from_iterable([*of_days, *again]))])
    desk.loader.load_waiting()
    yield desk
    desk.close()


@pytest.fixture
def evaluate(desk, monkeypatch, capsys):
    """Runs it with these words on that home; its exit code and what it wrote."""

    def ran(*words):
        with monkeypatch.context() as here:
            here.setattr(desk, "close", lambda: None)
            here.setattr("footfall.cli.evaluate.open_desk", lambda settings: desk)
            code = run(["evaluate", *words, "--home", desk.settings.home])
        wrote = capsys.readouterr()
        return code, wrote.out, wrote.err

    return ran


def test_replay_finds_what_all_visitors_did_and_names_no_page(evaluate):
    code, out, _ = evaluate("a.example", "--days", "2", "--k", "2", "--json")
    found = json.loads(out)
    assert (code, found["days"], found["left_out"]) == (0, ["2026-03-19"], ["2026-03-18"])
    by_name = {one["name"]: one["measured"] for one in found["lists"]}
    assert {name: (one["novel_hit_rate"], one["questions"]) for name, one in by_name.items()} == dict.fromkeys(
        ("recommended", "popular", "together"), (1.0, 210)
    )
    judged = {one["policy"]: (one["value"], one["effective"]) for one in found["placements"]}
    assert judged == {"as shown": (0.1, 2_000), "nothing tried": (0.1, 2_000), "tried alone": (None, 0)}
    assert not any(path in out for path in PATHS)


def test_one_visit_of_a_visitors_day_is_asked(desk):
    days = date(2026, 3, 19), date(2026, 3, 19)
    assert [len(visit_paths(desk.engine, 1, days, 1_000, **each)) for each in ({}, {"each": 1})] == [112, 110]


def test_sealed_portal_is_refused_in_a_sentence(evaluate):
    code, _, err = evaluate("sealed.example")
    assert code == 1
    assert "keeps no events: what its visits did is not held against lists" in err
