"""Questions answered out of drawn cells, put into the table by hand."""

import json
from datetime import date, timedelta

import pytest

from footfall.errors import BadQuestion
from footfall.privacy import release
from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.reports import question as questions
from footfall.reports.marts import answer_from_marts
from footfall.vocabulary import Goal, Portal
from tests.support.build import ms

PORTAL = Portal(id=7, domain="library.example", umami_id="", timezone="Europe/Riga")
GOALS = (Goal(id=31, portal_id=7, event_name="Signup", display_name="Signup"),)
FIRST = date(2026, 3, 2)
CELLS = {
    "portal": [([], 500), ([], 900)],
    "page": [(["/"], 400), (["/a"], 90), (["/"], 700)],
    "entry_exit": [(["entry", "/"], 300), (["exit", "/a"], 200)],
    "source": [(["Organic Search", "Google"], 250), (["Organic Search", "Yandex"], 110), (["Direct", ""], 120)],
    "place_device": [(["LV", "LV-RIX", "Mobile"], 310), (["LV", "LV-RIX", "Desktop"], 150), (["DE", "", "Mobile"], 90)],
    "goal": [(["31"], 120), (["99"], 130)],
}
"""By mart, on 2 March; a key's second cell is a week later, and so is the second of the whole."""


@pytest.fixture(scope="module")
def engine(embedded_engine):
    rows = []
    for line, (mart, cells) in enumerate(CELLS.items(), 1):
        seen = []
        for keys, visitors in cells:
            day = FIRST + timedelta(days=7 * seen.count(keys))
            seen.append(keys)
            for name, site in (("city", 7), ("open", 7), ("city", 8)):
                found = visitors if (name, site) == ("city", 7) else visitors + 1000
                of = {"release": name, "mart": mart, "site": site, "day": str(day), "keys": keys, "visitors": found}
                rows.append(json.dumps(of | {"line": line + 10 * (day > FIRST)}))
    rows.append(json.dumps({"release": "city", "mart": "page", "site": 7, "day": str(FIRST), "keys": ["/few"], "visitors": 63, "line": 1}))
    embedded_engine.insert_ndjson("marts", "\n".join(rows).encode(), "planted")
    return embedded_engine


def asked(by="", last="2026-03-15", **body):
    whole = {"site_id": PORTAL.domain, "metrics": ["visitors"], "date_range": ["2026-03-01", last]} | body
    whole["dimensions"] = by.split(",") if by else []
    return questions.parse(whole, portal=PORTAL, goals=GOALS, now_ms=ms("2026-03-31T12:00:00"))


def told(engine, by="", **body):
    answer = release(answer_from_marts(asked(by, **body), engine, "city"), "city").answer
    return [(*row.dimensions, *row.metrics, row.plus_minus) for row in answer.rows], answer.meta


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("", [(1400, 104)]),
        ("time:day", [("2026-03-02", 500, 74), ("2026-03-09", 900, 74)]),
        ("time:month", [("2026-03-01", 1400, 104)]),
        ("event:page", [("/", 1100, 37), ("/a", 90, 26)]),
        ("time:day,event:page", [("2026-03-02", "/", 400, 26), ("2026-03-02", "/a", 90, 26), ("2026-03-09", "/", 700, 26)]),
        ("visit:entry_page", [("/", 300, 28)]),
        ("visit:exit_page", [("/a", 200, 28)]),
        ("visit:channel", [("Organic Search", 360, 52), ("Direct", 120, 37)]),
        ("visit:source", [("Google", 250, 37), ("Direct / None", 120, 37), ("Yandex", 110, 37)]),
        ("visit:country_name,visit:device", [("Latvia", "Mobile", 310, 17), ("Latvia", "Desktop", 150, 17), ("Germany", "Mobile", 90, 17)]),
        ("event:goal", [("Signup", 120, 91)]),
    ],
)
def test_each_mart_answers_what_it_is_told_apart_by(engine, by, rows):
    found, _ = told(engine, by)
    assert [row[:-1] for row in found] == [row[:-1] for row in rows]


def test_a_range_grows_with_the_root_of_the_cells_that_are_summed(engine):
    sigma = noise_of("city", MARTS[0]).sigma
    assert [row[2] for row in told(engine, "event:page")[0]] == [round(1.64 * sigma * 2**0.5 + 0.5), round(1.64 * sigma + 0.5)]


def test_the_answer_names_its_mart_its_noise_and_the_ledgers_lines(engine):
    meta = told(engine, "event:page")[1]["release"]
    noise = noise_of("city", MARTS[0])
    assert (meta["mart"], meta["rho"], meta["sigma"], meta["threshold"], meta["lines"]) == ("page", 0.02, noise.sigma, 64, [2, 12])


def test_a_period_without_cells_is_blank_and_what_is_coarser_is_named(engine):
    rows, meta = told(engine, date_range=["2026-03-20", "2026-03-21"])
    assert (rows, "coarser" in meta) == ([(None, None)], False)
    rows, meta = told(engine, "event:page", date_range=["2026-03-20", "2026-03-21"])
    assert rows == [] and meta["coarser"].startswith("Every cell of the mart page is under its threshold. The mart portal has")


def test_a_week_beside_the_week_before(engine):
    body = {"date_range": ["2026-03-09", "2026-03-15"], "include": {"comparisons": {"mode": "previous_period"}}}
    answer = release(answer_from_marts(asked("time:day", **body), engine, "city"), "city").answer
    (row,) = answer.rows
    assert (row.dimensions, row.metrics, row.comparison.dimensions, row.comparison.metrics) == (
        ("2026-03-09",),
        (900,),
        ("2026-03-02",),
        (500,),
    )
    assert (row.change, row.comparison.plus_minus) == ((80,), row.plus_minus)


@pytest.mark.parametrize(
    ("by", "body", "said"),
    [
        ("visit:browser", {}, "no mart has visit:browser. The nearest is place_device: visitors of each day by country, region, device"),
        ("event:page,visit:device", {}, "not in one mart together"),
        ("visit:entry_page,visit:exit_page", {}, "not in one mart together. The nearest is entry_exit"),
        (
            "event:page",
            {"metrics": ["visitors", "pageviews"]},
            "only visitors are drawn. The nearest is page: visitors of each day by path",
        ),
        (
            "",
            {"filters": [["is", "event:page", ["/"]]]},
            "cannot be filtered. The nearest is portal: visitors of each day of the whole portal",
        ),
        ("", {"date_range": "24h"}, "whole days"),
        ("time:hour", {}, "no mart has time:hour. The nearest is hour"),
        ("visit:referrer", {}, "The nearest is source: visitors of each day by channel, source"),
    ],
)
def test_a_question_that_no_mart_answers_is_told_the_nearest(engine, by, body, said):
    with pytest.raises(BadQuestion, match=said):
        answer_from_marts(asked(by, **body), engine, "city")
