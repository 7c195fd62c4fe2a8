"""``footfall funnel`` and ``footfall journey``: words in, a table or the API's JSON out."""

import json
from contextlib import contextmanager

import pytest

from footfall.cli import paths
from footfall.cli.commands import run

META = {"release": {"policy": "staff"}}
QUERY = {"date_range": ["2026-01-01T00:00:00+03:00", "2026-01-31T23:59:59+03:00"]}


def step(name, visitors, **rest):
    return {"name": name, "visitors": visitors, "blank": "", "share": None, "lost": None, "lost_share": None, "since": None} | rest


FUNNEL = {
    "steps": [
        step("/", 40, share=100.0),
        step("Borrow", None, blank="near", since=1),
        step("/done", 20, share=50.0, lost=20, lost_share=50.0, since=1),
        step("/more", None, blank="few", since=3),
    ],
    "meta": META,
    "query": QUERY,
}
JOURNEY = {
    "page": "/x",
    "visitors": 40,
    "before": {"pages": [{"page": "(entry)", "visitors": None, "share": None}], "others": 40, "others_share": 100.0},
    "after": {"pages": [{"page": "/y", "visitors": 30, "share": 75.0}], "others": 0, "others_share": 0.0},
    "meta": META,
    "query": QUERY,
}


@pytest.fixture
def asked(monkeypatch):
    """What reached the store."""
    found = []

    class Backend:
        def funnel(self, question):
            found.append(question)
            return FUNNEL

        def journey(self, question):
            found.append(question)
            return JOURNEY

    @contextmanager
    def opened(settings):
        yield Backend()

    monkeypatch.setattr(paths, "open_backend", opened)
    return found


def lines(capsys):
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_steps_are_paths_and_goals_in_the_order_of_the_words(capsys, asked):
    assert run(["funnel", "a.example", "/", "Borrow", "--range", "2026-01-01,2026-01-31", "--filter", "visit:device is Mobile"]) == 0
    assert asked == [
        {
            "site_id": "a.example",
            "date_range": ["2026-01-01", "2026-01-31"],
            "filters": [["is", "visit:device", ["Mobile"]]],
            "steps": [{"page": "/"}, {"goal": "Borrow"}],
        }
    ]
    assert lines(capsys) == [
        "step visitors of the first, % lost lost, % note",
        "1 / 40 100 – –",
        "2 Borrow – – – – fewer than ten lost, or none",
        "3 /done 20 50 20 50 since step 1",
        "4 /more – – – – fewer than ten, or none",
        "2026-01-01 to 2026-01-31 · policy staff",
    ]


def test_saved_funnel_is_named_and_json_is_the_apis(capsys, asked):
    assert run(["funnel", "a.example", "--saved", "Borrowing", "--json"]) == 0
    assert asked == [{"site_id": "a.example", "date_range": "30d", "filters": [], "funnel": "Borrowing"}]
    assert json.loads(capsys.readouterr().out) == FUNNEL


def test_pages_beside_a_page_are_listed_with_the_others(capsys, asked):
    assert run(["journey", "a.example", "/x", "--range", "7d", "--limit", "5"]) == 0
    assert asked == [{"site_id": "a.example", "date_range": "7d", "filters": [], "page": "/x", "limit": 5}]
    assert lines(capsys)[1:4] == ["before (entry) – –", "before (others) 40 100", "after /y 30 75"]
