"""``footfall evaluate`` on a home whose visitors all go the same way: what is printed is what they did, and only means of it."""

import json
from datetime import datetime

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

AGAIN = [("14", "/bus"), ("14", "/tram"), ("18", "/tram"), ("18", "/bus")]
"""Two more visits of one of them."""


def lines(day, visitors, *paths):
    """Visits of so many visitors, who see these pages a minute apart."""
    for who in range(visitors):
        for minute, path in enumerate(paths):
            at = f"2026-03-{day}T09:{minute:02}:00Z"
            yield json.dumps({"timestamp": at, "visitor": f"{day}-{who}", "url": f"https://a.example{path}"}).encode() + b"\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Three days of 110 visitors who go from /bus to /tram to /tickets, and one of 99."""
    folder = tmp_path_factory.mktemp("home")
    desk = open_desk(Settings(home=str(folder), now=NOW))
    portal = desk.control.create_portal(domain="a.example", keep_events=30)
    desk.control.create_portal(domain="sealed.example", keep_events=0)
    items = [Item(id=0, site=portal.id, path=path, url=f"https://a.example{path}", title=path[1:]) for path in PATHS]
    put_items(desk.control, items, now_ms=NOW_MS)
    put_placement(desk.control, portal.id, "home-news", {"explore": 0.1}, now_ms=NOW_MS)
    add_shown(desk.engine, {Place(portal.id, "2026-03-19", "home-news", "", 1, 1, 0): Sums(2_009, 209)}, "one")
    of_days = [lines(day, visitors, *PATHS[:3]) for day, visitors in ((16, 110), (17, 110), (18, 99), (19, 110))]
    again = (
        json.dumps({"timestamp": f"2026-03-19T{hour}:00:00Z", "visitor": "19-1", "url": f"https://a.example{path}"}) for hour, path in AGAIN
    )
    import_stream(desk, "events", "a.example", [*(line for day in of_days for line in day), *(line.encode() + b"\n" for line in again)])
    desk.loader.load_waiting()
    day = datetime.fromisoformat("2026-03-19").date()
    read = [len(visit_paths(desk.engine, portal.id, (day, day), 1_000, **each)) for each in ({}, {"each": 1})]
    desk.close()
    return folder, read


@pytest.fixture
def evaluate(home, monkeypatch, capsys):
    """Runs it with these words; its exit code and what it wrote."""
    monkeypatch.setenv("FOOTFALL_NOW", NOW)

    def ran(*words):
        code = run(["evaluate", *words, "--home", str(home[0])])
        wrote = capsys.readouterr()
        return code, wrote.out, wrote.err

    return ran


def test_replay_finds_what_all_visitors_did(evaluate):
    code, out, _ = evaluate("a.example", "--days", "3", "--k", "2", "--json")
    found = json.loads(out)
    assert (code, found["days"], found["left_out"]) == (0, ["2026-03-17", "2026-03-19"], ["2026-03-18"])
    by_name = {one["name"]: one["measured"] for one in found["lists"]}
    assert {name: (one["novel_hit_rate"], one["questions"]) for name, one in by_name.items()} == dict.fromkeys(
        ("recommended", "popular", "together"), (1.0, 430)
    )
    judged = {one["policy"]: (one["value"], one["effective"]) for one in found["placements"]}
    assert judged == {"as shown": (0.1, 2_000), "nothing tried": (0.1, 2_000), "tried alone": (None, 0)}


def test_one_visit_of_a_visitors_day_is_asked(home):
    assert home[1] == [112, 110]


def test_it_says_what_it_left_out_and_names_no_page(evaluate):
    code, out, _ = evaluate("a.example", "--days", "2")
    assert code == 0
    assert "Left out, for fewer than 100 visitors who saw several items: 2026-03-18." in out
    assert "no verdict: as much as 0 shown items tell, and it takes 1,000" in out
    assert not any(path in out for path in PATHS)


def test_sealed_portal_is_refused_in_a_sentence(evaluate):
    code, _, err = evaluate("sealed.example")
    assert code == 1
    assert "keeps no events: what its visits did is not held against lists" in err


def test_days_and_length_are_bounded(evaluate):
    assert evaluate("a.example", "--days", "31")[::2] == (2, "footfall: --days 31 is not valid. Valid: 1 to 30.\n")
    assert evaluate("a.example", "--k", "0")[::2] == (2, "footfall: --k 0 is not valid. Valid: 1 to 50.\n")
