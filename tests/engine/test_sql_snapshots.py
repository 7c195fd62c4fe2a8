"""Representative questions: the SQL each becomes is a file to review, and each is run over a few hits."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from footfall.reports import question, run
from footfall.reports.forms import forms
from footfall.reports.funnels import funnel
from footfall.reports.journeys import journey
from footfall.vocabulary import Answer, Goal, Portal, Step
from tests.support.build import Store, hit, ms
from tests.support.snapshots import FOLDER, snapshot

NOW = ms("2026-03-31T12:00:00")
BERLIN = Portal(id=1, domain="portal.example", umami_id="", timezone="Europe/Berlin")
GOALS = (
    Goal(id=1, portal_id=1, event_name="Signup", display_name="Signup", custom_props={"plan": "big"}),
    Goal(id=2, portal_id=1, page_path="/blog/**", display_name="Visit /blog/**"),
    Goal(id=3, portal_id=1, page_path="/long", scroll_threshold=50, display_name="Read half"),
)
SIGNUP = ["is", "event:goal", ["Signup"]]
ON_BLOG = ["contains", "event:page", ["/blog"]]
TOTALS = ["visitors", "visits", "pageviews", "events", "bounce_rate", "visit_duration", "views_per_visit"]
WEEK = ["2026-03-09", "2026-03-15"]

CASES: dict[str, dict[str, Any]] = {
    "totals": {"metrics": TOTALS},
    "totals_of_visits": {"metrics": ["visitors", "visits", "bounce_rate"]},
    "days": {"metrics": ["visitors", "pageviews"], "dimensions": ["time:day"], "include": {"time_labels": True}},
    "hours_touched_by_visits": {"metrics": ["visitors"], "dimensions": ["time:hour"], "date_range": ["2026-03-10", "2026-03-10"]},
    "pages": {"metrics": ["visitors", "visits", "bounce_rate", "scroll_depth", "time_on_page"], "dimensions": ["event:page"]},
    "sources_of_a_host": {
        "metrics": ["visitors"],
        "dimensions": ["visit:source"],
        "filters": [["is", "event:hostname", ["portal.example"]]],
    },
    "entry_pages": {
        "metrics": ["visitors", "visit_duration"],
        "dimensions": ["visit:entry_page"],
        "filters": [["is_not", "visit:device", ["(not set)"]]],
    },
    "exit_rates": {"metrics": ["exit_rate"], "dimensions": ["visit:exit_page"], "filters": [["is", "visit:exit_page", ["/blog/x"]]]},
    "goals": {"metrics": ["visitors", "events", "conversion_rate"], "dimensions": ["event:goal"]},
    "conversions_by_source": {"metrics": ["visitors", "group_conversion_rate"], "dimensions": ["visit:source"], "filters": [SIGNUP]},
    "properties": {
        "metrics": ["events", "percentage"],
        "dimensions": ["event:props:plan"],
        "filters": [["is_not", "event:props:plan", ["(none)"]]],
    },
    "property_names": {"metrics": ["visitors", "events", "percentage"], "dimensions": ["event:props"]},
    "page_filter": {"metrics": ["bounce_rate", "visit_duration", "scroll_depth"], "filters": [ON_BLOG]},
    "nested_filters": {
        "metrics": ["pageviews"],
        "filters": [["or", [["matches", "event:page", ["^/b"], {"case_sensitive": False}], ["not", ["is", "visit:entry_page", ["/"]]]]]],
    },
    "has_done": {"metrics": ["visits"], "filters": [["has_done", SIGNUP], ["has_not_done", ["is", "event:page", ["/long"]]]]},
    "place_names": {
        "metrics": ["visitors"],
        "dimensions": ["visit:city_name"],
        "filters": [["is", "visit:country_name", ["Germany", "Narnia"]]],
    },
    "compared_weeks": {"metrics": ["visitors"], "dimensions": ["time:week"], "include": {"comparisons": {"mode": "previous_period"}}},
    "all_time": {"metrics": ["visitors"], "dimensions": ["time"], "date_range": "all"},
}

STEPS = (Step(page="/"), Step(page="/blog/*"), Step(goal="Read half"), Step(goal="Signup"))
SOME = {"metrics": ["visitors"], "filters": [["is", "visit:source", ["Google"]], ON_BLOG]}
ON_THE_20TH = {"metrics": ["visitors"], "date_range": ["2026-03-20", "2026-03-20"]}
OTHERS: dict[str, tuple[dict[str, Any], Callable[[question.Question, Any], list[Answer]]]] = {
    "funnel": (SOME, lambda asked, engine: [funnel(asked, STEPS, engine)]),
    "forms": (ON_THE_20TH | {"filters": SOME["filters"][:1]}, lambda asked, engine: [forms(asked, engine)]),
    "journey": (SOME, lambda asked, engine: list(journey(asked, "/blog/x", engine).values())),
}
"""What is asked by more than a question."""


class Recorder:
    """An engine that keeps what it was asked."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.sharded = engine.sharded
        self.asked: list[str] = []
        self.known: dict[object, Any] = {}

    def query(self, sql: str, parameters: dict[str, Any], *, name: str = "") -> list[tuple[Any, ...]]:
        values = "".join(f"--   {{{key}}} = {clipped(value)}\n" for key, value in parameters.items())
        self.asked.append(f"-- {name}\n{sql}\n{values}")
        return self.engine.query(sql, parameters, name=name)

    def remember(self, key: object, find: Callable[[], Any]) -> Any:
        if key not in self.known:
            self.known[key] = find()
        return self.known[key]


def clipped(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 100 else f"{text[:97]}… ({len(value)} values)"


@pytest.fixture(scope="module")
def store(embedded_engine, tmp_path_factory):
    opened = Store(embedded_engine, tmp_path_factory.mktemp("snapshots"), portal=BERLIN, goals=GOALS)
    berlin = {"country": "DE", "region": "DE-BE", "city": "2950159", "device": "Desktop", "source": "Google"}
    opened.load(
        hit("2026-03-04T09:00", visitor=9, path="/", portal=BERLIN),
        hit("2026-03-10T09:00", path="/", portal=BERLIN, **berlin),
        hit("2026-03-10T09:02", path="/blog/x", portal=BERLIN),
        hit("2026-03-10T09:03", path="/blog/x", name="engagement", scroll_depth=60, engagement_ms=42_000, portal=BERLIN),
        hit("2026-03-10T09:04", name="Signup", props={"plan": "big"}, path="/blog/x", portal=BERLIN),
        hit("2026-03-10T22:50", visitor=2, path="/long", device="Mobile", portal=BERLIN),
        hit("2026-03-10T23:10", visitor=2, path="/long", name="engagement", scroll_depth=70, engagement_ms=9000, portal=BERLIN),
        hit("2026-03-10T23:15", visitor=2, path="/Blog/y", hostname="blog.example", portal=BERLIN),
        hit("2026-03-20T09:00", visitor=3, name="Form: Started", props={"form": "permit"}, portal=BERLIN, **berlin),
        hit("2026-03-20T09:01", visitor=3, name="Form: Field Completed", props={"form": "permit", "field": "plate"}, portal=BERLIN),
    )
    return opened


def reviewed(store: Store, body: dict[str, Any], ask: Any = lambda asked, engine: [run.answer(asked, engine)]) -> str:
    """The question, every statement with its values, and the rows found."""
    asked = {"site_id": BERLIN.domain, "date_range": WEEK} | body
    recorder = Recorder(store.engine)
    answers = ask(question.parse(asked, portal=BERLIN, goals=GOALS, now_ms=NOW), recorder)
    rows = [
        f"-- {[*row.dimensions, *row.metrics]}"
        + (f" beside {[*row.comparison.dimensions, *row.comparison.metrics]}" if row.comparison else "")
        for answer in answers
        for row in answer.rows
    ]
    return "\n".join([f"-- {json.dumps(asked, ensure_ascii=False)}\n", *recorder.asked, "-- rows", *rows, ""])


@pytest.mark.parametrize("name", OTHERS)
def test_sql_of_other_reports_is_the_reviewed_one_and_answers_as_reviewed(store, name):
    text = reviewed(store, *OTHERS[name])
    assert text == snapshot(f"sql/{name}.sql", text)


@pytest.mark.parametrize("name", CASES)
def test_composed_sql_is_the_reviewed_one_and_answers_as_reviewed(store, name):
    text = reviewed(store, CASES[name])
    assert text == snapshot(f"sql/{name}.sql", text)


def test_every_reviewed_file_has_its_question():
    assert {path.stem for path in (FOLDER / "sql").iterdir()} == {*CASES, *OTHERS}
