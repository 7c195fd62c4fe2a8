"""A page's questions asked together: the answers of each by itself, in fewer statements."""

import json
from random import Random

import pytest

from footfall.errors import BadQuestion
from footfall.reports import question, run
from footfall.reports.together import Together
from footfall.vocabulary import Portal
from tests.support.build import Store, ms
from tests.support.rolling import NOW, roll, sorted_rows, traffic
from tests.support.snapshots import snapshot

BERLIN = Portal(id=1, domain="portal.example", umami_id="", timezone="Europe/Berlin")
WEEK, UNTIL_TODAY, QUIET = ["2026-03-27", "2026-03-30"], ["2026-03-27", "2026-03-31"], ["2026-01-01", "2026-01-02"]
TOTALS = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration")
PAGE = (
    (TOTALS, ""),
    (("visitors",), "time:day"),
    (("visitors", "percentage"), "visit:source"),
    (("visitors", "pageviews"), "event:page"),
    (("visitors", "percentage"), "visit:country"),
    (("visitors", "visits"), "visit:entry_page"),
    (("visitors", "percentage"), "visit:device"),
)
DEVICE, ON_A = ["is", "visit:device", ["a"]], ["is", "event:page", ["/a"]]
BESIDE = {"comparisons": {"mode": "custom", "date_range": ["2026-03-28", "2026-03-29"]}}


class Counting:
    """An engine that keeps what it was asked, and takes nothing together if it is told so."""

    def __init__(self, engine, *, refuses=False, sharded=False):
        self.engine, self.refuses, self.sharded, self.asked = engine, refuses, sharded, []
        self.remember = engine.remember

    def query(self, sql, parameters, *, name=""):
        if name == "together" and self.refuses:
            raise BadQuestion("The question took longer than a question may.")
        self.asked.append((name, sql))
        return self.engine.query(sql, parameters, name=name)

    def named(self, *names):
        return [sql for name, sql in self.asked if name in names]


@pytest.fixture(scope="module")
def engine(embedded_engine, tmp_path_factory):
    """Four days of a portal, rolled up but for the last."""
    store, hits = Store(embedded_engine, tmp_path_factory.mktemp("together"), portal=BERLIN), traffic(BERLIN, 1)
    store.load(*hits[: len(hits) // 2])
    store.load(*hits[len(hits) // 2 :])
    roll(embedded_engine, BERLIN)
    return embedded_engine


def asked_of(dates, filters, include, page=PAGE):
    bodies = [{"metrics": list(metrics), "dimensions": [by] if by else []} for metrics, by in page]
    same = {"site_id": BERLIN.domain, "date_range": dates, "filters": filters, "include": include}
    return [question.parse(same | body, portal=BERLIN, goals=(), now_ms=ms(NOW)) for body in bodies]


def together(engine, asked):
    """The answers, and what was asked for them."""
    counting = Counting(engine)
    page = Together(counting)
    run.fetch(asked, page)
    return [sorted_rows(run.answer(one, page).rows) for one in asked], counting


@pytest.mark.parametrize(
    ("dates", "filters", "include"),
    [
        (UNTIL_TODAY, [], BESIDE),
        (QUIET, [], {}),
        (QUIET, [DEVICE], {}),
        (WEEK, [DEVICE], BESIDE),
        (["2026-03-29", "2026-03-29"], [DEVICE, ON_A], {}),
        ("all", [], {}),
    ],
    ids=str,
)
def test_answers_are_those_of_each_question_by_itself(engine, dates, filters, include):
    asked = Random(1).sample(asked_of(dates, filters, include), len(PAGE))
    found, _ = together(engine, asked)
    assert found == [sorted_rows(run.answer(one, engine).rows) for one in asked]


@pytest.mark.parametrize(("name", "filters", "statements"), [("rolled", [], 5), ("filtered", [DEVICE, ["is", "visit:country", ["b"]]], 6)])
def test_a_page_takes_few_statements_and_they_are_the_reviewed_ones(engine, name, filters, statements):
    """Besides those for its rows, one for the weeks that the days lie in and one for the sources' channels; filtered, one for hosts."""
    _, counting = together(engine, asked_of(WEEK, filters, {}))
    assert len(counting.named("together", "events", "visits")) == statements
    text = "\n\n".join([f"-- {json.dumps(filters)}", *counting.named("together"), ""])
    assert text == snapshot(f"together/{name}.sql", text)


def test_what_takes_too_long_together_is_asked_one_by_one(engine):
    asked, refusing = asked_of(WEEK, [DEVICE], {}), Counting(engine, refuses=True)
    page = Together(refusing)
    run.fetch(asked, page)
    assert [run.answer(one, page).rows for one in asked] == [run.answer(one, engine).rows for one in asked]
    assert len(refusing.named("visits")) > 4


def test_graphs_with_other_buckets_do_not_share_a_statement(engine):
    asked = asked_of(WEEK, [DEVICE], {}, (*PAGE, (("visitors",), "time:week"), (("visits",), "time:hour")))
    found, _ = together(engine, asked)
    assert found == [sorted_rows(run.answer(one, engine).rows) for one in asked]


def test_nothing_is_asked_ahead_of_a_cluster(engine):
    asked, counting = asked_of(WEEK, [DEVICE], {}), Counting(engine, sharded=True)
    run.fetch(asked, Together(counting))
    assert counting.named("together") == []
