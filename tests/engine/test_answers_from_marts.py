"""Questions answered out of drawn cells, put into the table by hand."""

import json
from datetime import date, timedelta
from types import SimpleNamespace

import msgspec
import pytest

from footfall.control.database import open_control
from footfall.control.keys import Key
from footfall.control.ledger import spend
from footfall.errors import BadQuestion, Forbidden
from footfall.privacy import release
from footfall.privacy.budget import UNIT, noise_of
from footfall.privacy.marts import MARTS
from footfall.reports import question as questions
from footfall.reports import run
from footfall.reports.mart_keys import MARTS_BY_NAME, dimensions_of
from footfall.reports.marts import answer_from_marts, first_drawn, mart_of
from footfall.serve.answers import ask, drawn_of
from footfall.serve.asked import Noted
from footfall.serve.ledgers import entry_of, open_ledger
from footfall.serve.mart_lists import ROUND
from footfall.serve.open_data import as_csv, open_mart
from footfall.serve.pages.remembered import Number, is_remembered, load
from footfall.serve.pages.view import Chip, View
from footfall.settings import read_settings
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
    "hour": [(["09"], 210), (["14"], 190)],
    "duration": [(["30"], 230), (["inf"], 140)],
    "search_term": [(["loans"], 170), (["loans"], 180)],
    "co_visit": [(["/", "/a"], 340)],
    "topic_hour": [(["parks", "09"], 220), (["parks", "14"], 160), (["waste", "09"], 130), (["parks", "09"], 230)],
    "topic_place": [(["parks", "LV-RIX"], 250), (["parks", ""], 140)],
    "topic_pair": [(["parks", "waste"], 190)],
    "flow": [(["museum.example"], 95)],
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
                rows.append(json.dumps(of | {"line": line + 20 * (day > FIRST)}))
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
        ("", [(1400, 33)]),
        ("time:day", [("2026-03-02", 500, 24), ("2026-03-09", 900, 24)]),
        ("time:month", [("2026-03-01", 1400, 33)]),
        ("event:page", [("/", 1100, 39), ("/a", 90, 27)]),
        ("time:day,event:page", [("2026-03-02", "/", 400, 27), ("2026-03-02", "/a", 90, 27), ("2026-03-09", "/", 700, 27)]),
        ("visit:entry_page", [("/", 300, 33)]),
        ("visit:exit_page", [("/a", 200, 33)]),
        ("visit:channel", [("Organic Search", 360, 26), ("Direct", 120, 19)]),
        ("visit:source", [("Google", 250, 19), ("Direct / None", 120, 19), ("Yandex", 110, 19)]),
        ("visit:country_name,visit:device", [("Latvia", "Mobile", 310, 15), ("Latvia", "Desktop", 150, 15), ("Germany", "Mobile", 90, 15)]),
        ("event:goal", [("Signup", 120, 41)]),
        ("mart:hour", [("09", 210, 22), ("14", 190, 22)]),
        ("time:day,mart:duration", [("2026-03-02", "30", 230, 30), ("2026-03-02", "inf", 140, 30)]),
        ("mart:search_term", [("loans", 350, 74)]),
        ("time:week,mart:search_term", [("2026-03-02", "loans", 170, 52), ("2026-03-09", "loans", 180, 52)]),
        ("mart:pair_page,mart:pair_other", [("/", "/a", 340, 83)]),
        ("event:topic", [("parks", 610, 70), ("waste", 130, 41)]),
        ("time:day,event:topic", [("2026-03-02", "parks", 380, 57), ("2026-03-02", "waste", 130, 41), ("2026-03-09", "parks", 230, 41)]),
        ("event:topic,mart:topic_hour", [("parks", "09", 450, 57), ("parks", "14", 160, 41), ("waste", "09", 130, 41)]),
        ("mart:place_topic", [("parks", 390, 74)]),
        ("mart:place_topic,mart:place_region", [("parks", "LV-RIX", 250, 52), ("parks", "", 140, 52)]),
        ("mart:pair_topic,mart:pair_other_topic", [("parks", "waste", 190, 64)]),
        ("mart:from", [("museum.example", 95, 37)]),
        ("mart:end,mart:end_page", [("entry", "/", 300, 33), ("exit", "/a", 200, 33)]),
    ],
)
def test_each_mart_answers_what_it_is_told_apart_by(engine, by, rows):
    """Nine in ten times the truth is within 1.64 σ √cells: docs/privacy-gate.md has σ by mart."""
    assert told(engine, by)[0] == rows


def test_a_week_counts_only_where_its_sunday_is_in_the_range(engine):
    assert told(engine, "mart:search_term", date_range=["2026-03-01", "2026-03-14"])[0][0][:2] == ("loans", 170)


def test_all_begins_with_the_first_day_that_was_drawn(engine):
    assert first_drawn(engine, "city", PORTAL.id) == FIRST and first_drawn(engine, "city", 99) is None
    answer = answer_from_marts(asked("time:month", date_range="all"), engine, "city")
    assert answer.query["date_range"][0][:10] == "2026-03-02" and [row.metrics for row in answer.rows] == [(1400,)]


def test_events_are_not_asked_by_what_only_marts_have(engine):
    with pytest.raises(BadQuestion, match="Events are not told apart by mart:hour"):
        run.answer(asked("mart:hour"), engine)


@pytest.mark.parametrize("mart", MARTS, ids=[mart.name for mart in MARTS])
def test_all_of_a_marts_keys_can_be_asked_for(mart):
    by = dimensions_of(mart)
    assert len(by) == len(mart.keys) and mart_of(asked(",".join((f"time:{mart.grain}", *by)))) == mart


class Desk:
    """Of a house without a server: the store with the planted marts."""

    def __init__(self, engine, control, home):
        self.engine, self.control = engine, control
        self.settings = read_settings({}, home=str(home), open_data_license="CC BY 4.0")
        self.loader, self.asked = SimpleNamespace(complete_until_ms=self.now), Noted(control, self.now)

    def store_of(self, portal):
        return self.engine, self.loader

    def now(self):
        return ms("2026-03-31T12:00:00")


@pytest.fixture(scope="module")
def desk(engine, tmp_path_factory):
    home = tmp_path_factory.mktemp("desk")
    control = open_control(f"sqlite:///{home}/control.db", lambda: ms("2026-03-31T12:00:00"))
    for number in range(1, PORTAL.id):
        control.create_portal(domain=f"p{number}.example")
    assert control.create_portal(domain=PORTAL.domain, timezone=PORTAL.timezone).id == PORTAL.id
    control.set_last_day(ROUND, "2026-03-02")
    yield Desk(engine, control, home)
    control.close()


BODY = {"site_id": PORTAL.domain, "metrics": ["visitors"], "date_range": ["2026-03-01", "2026-03-15"]}


def test_more_rows_than_a_page_has_are_given_to_who_asks_for_as_many(desk):
    body = {"metrics": ["visitors"], "dimensions": ["event:page"], "date_range": ["2026-03-01", "2026-03-15"], "pagination": {"limit": 1}}
    portal = desk.control.portal(PORTAL.domain)
    assert [len(drawn_of(desk, portal, body, "city", most=most).answer.rows) for most in (0, 100)] == [1, 2]


def test_a_key_for_marts_alone_is_answered_from_them_also_of_days_whose_events_are_kept(desk):
    key = Key("consumer", ("marts:read",), (PORTAL.domain,))
    found = ask(desk, BODY, key)
    assert (found.policy, found.answer.rows[0].metrics, found.answer.meta["release"]["source"]) == ("city", (1400,), "marts")
    with pytest.raises(BadQuestion, match="The nearest is portal"):
        ask(desk, BODY | {"metrics": ["pageviews"]}, key)
    with pytest.raises(Forbidden, match="not for that portal"):
        ask(desk, BODY | {"site_id": "p1.example"}, key)
    assert ask(desk, BODY, Key("both", ("stats:read", "marts:read"))).policy == "staff"


def test_open_data_carry_their_card(desk):
    found = open_mart(desk, desk.control.portal(PORTAL.domain), MARTS[0], "2026-03-02", "2026-03-15")
    noise = noise_of("open", MARTS[0])
    assert (found.card.policy, found.card.unit, found.card.rho, found.card.sigma) == ("open", UNIT, noise.rho, noise.sigma)
    assert (found.card.tau, found.card.lines, found.card.license) == (noise.threshold, [2, 22], "CC BY 4.0")
    assert found.columns == ["day", "path"]
    assert [(*cell.keys, cell.visitors) for cell in found.cells] == [
        ("2026-03-02", "/", 1400),
        ("2026-03-02", "/a", 1090),
        ("2026-03-09", "/", 1700),
    ]


def test_open_data_as_csv_have_the_card_above_the_columns(desk):
    found = open_mart(desk, desk.control.portal(PORTAL.domain), MARTS[0], "2026-03-01", "2026-03-15")
    card, table = as_csv(found).decode("utf-8-sig").split("day,path,visitors\r\n")
    assert all(line.startswith("# ") for line in card.splitlines()) and f"# unit,{UNIT}" in card and "# lines,2 22" in card
    assert table.splitlines()[0] == "2026-03-02,/,1400"


def test_a_range_grows_with_the_root_of_the_cells_that_are_summed(engine):
    sigma = noise_of("city", MARTS[0]).sigma
    assert [row[2] for row in told(engine, "event:page")[0]] == [round(1.64 * sigma * 2**0.5 + 0.5), round(1.64 * sigma + 0.5)]


def test_the_answer_names_its_mart_its_noise_and_the_ledgers_lines(engine):
    meta = told(engine, "event:page")[1]["release"]
    noise = noise_of("city", MARTS[0])
    assert (meta["mart"], meta["rho"], meta["sigma"], meta["threshold"], meta["lines"]) == ("page", 0.0185, noise.sigma, 66, [2, 22])


def test_a_period_that_began_under_the_shares_of_before_says_the_larger_noise_and_misses_no_cell(engine):
    """Pages had σ 15.8 and τ 64 then, pairs of pages σ 57.7: now they have 16.4 and 66, and 50.0."""
    for by, began, sigma, threshold in (
        ("event:page", "2026-03-09", 16.44, 64),
        ("event:page", "2026-03-01", 16.44, 66),
        ("mart:pair_page,mart:pair_other", "2026-03-09", 57.736, 201),
        ("mart:pair_page,mart:pair_other", "2026-03-01", 50.001, 201),
    ):
        drawn = answer_from_marts(asked(by), engine, "city", began=began).drawn
        assert (drawn.sigma, drawn.threshold) == (sigma, threshold), (by, began)


def test_hours_of_a_topic_add_up_and_topics_of_an_hour_do_not():
    assert mart_of(asked("event:topic")).name == mart_of(asked("event:topic,mart:topic_hour")).name == "topic_hour"
    for by in ("mart:topic_hour", "mart:place_region", "mart:pair_topic"):
        with pytest.raises(BadQuestion, match="a visitor is in several of its cells"):
            mart_of(asked(by))


def test_the_first_coarser_breakdown_that_is_off_by_a_tenth_at_most_is_offered(engine):
    assert (
        told(engine, "visit:source")[1]["coarser"]
        == "Numbers of the mart source are off by more than 10%. By visit:channel they are off by 9%."
    )
    assert told(engine, "visit:region")[1].get("coarser") is None


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
        ("mart:end_page", {}, "in several of its cells, which cannot be added up. The nearest is entry_exit"),
        ("mart:pair_page", {}, "cannot be added up"),
        ("time:day,mart:search_term", {}, "whole weeks. The nearest is search_term: visitors of each week by term"),
        ("visit:referrer", {}, "The nearest is source: visitors of each day by channel, source"),
    ],
)
def test_a_question_that_no_mart_answers_is_told_the_nearest(engine, by, body, said):
    with pytest.raises(BadQuestion, match=said):
        answer_from_marts(asked(by, **body), engine, "city")


PLACES = ("country", "region", "device")
VIEW = View(period="custom", first="2026-03-01", last="2026-03-15")


def test_the_page_of_forgotten_days_has_each_number_with_its_noise(desk):
    page = load(desk, desk.control.portal(PORTAL.domain), VIEW)
    found = {part.name: part for part in page.parts}
    assert (page.total, page.threshold) == (Number(1400, 33), noise_of("city", MARTS_BY_NAME["portal"]).threshold)
    assert [number.visitors for number in page.numbers.values()] == [500, 900] and len(page.graph.band) == 2
    assert [(number.label, number.visitors) for number in found["page"].rows] == [("/", 1100), ("/a", 90)]
    assert [number.label for number in found["hour"].rows] == ["09", "14"]
    assert [number.label for number in found["duration"].rows] == ["30", "inf"]
    assert found["search"].is_weekly and "goal" not in found, "the portal has none"


def test_the_page_says_when_its_days_were_drawn_as_far_as_the_ledger_knows(desk):
    portal = desk.control.portal(PORTAL.domain)
    assert load(desk, portal, VIEW).drawn is None, "planted marts are in no ledger"
    noise = noise_of("city", MARTS_BY_NAME["portal"])
    entry = entry_of(noise, group=portal.group, sites=[portal.id], day=str(FIRST), known=())
    assert spend(open_ledger(desk.settings, desk.control), entry, ms("2026-03-02T23:10:00")).number == 1
    first, last = load(desk, portal, VIEW).drawn
    assert first == last and first.isoformat() == "2026-03-03T01:10:00+02:00"


def test_a_page_of_days_that_nobody_drew_says_so_and_has_no_parts(desk):
    page = load(desk, desk.control.portal(PORTAL.domain), VIEW.changed(first="2026-02-01", last="2026-02-09"))
    assert (page.total, page.parts, page.graph.highest) == (None, (), None)


def test_what_is_too_small_is_said_to_be_coarser(desk):
    page = load(desk, desk.control.portal(PORTAL.domain), VIEW.changed(first="2026-03-03"))
    assert {part.name for part in page.parts if part.has_coarser} == {
        "entry_page",
        "exit_page",
        "channel",
        "source",
        *PLACES,
        "hour",
        "duration",
    }
    assert page.total == Number(900, 24)


@pytest.mark.parametrize(
    ("keep_events", "view", "remembered"),
    [
        (10, VIEW, True),
        (10, VIEW.changed(filters=(Chip("is", "page", ("/",)),)), True),
        (30, VIEW, False),
        (10, View(period="7d"), False),
        (10, View(period="all"), False),
        (10, View(period="24h"), False),
        (10, VIEW.changed(first="2026-02-01", last="2026-02-09"), False),
    ],
)
def test_a_period_that_begins_before_the_kept_days_leads_to_what_is_remembered(desk, keep_events, view, remembered):
    portal = msgspec.structs.replace(desk.control.portal(PORTAL.domain), keep_events=keep_events)
    assert is_remembered(desk, portal, view) is remembered
