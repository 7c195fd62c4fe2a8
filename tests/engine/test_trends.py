"""Trends from events to cards: a rise is found with what drives it, told through the gate, asked for by who may, and judged."""

import html
import itertools
import re
from datetime import UTC, date, datetime, timedelta
from random import Random

import httpx
import msgspec
import pytest
import sqlalchemy as sa

from footfall.cli.commands import run
from footfall.control.closings import Closing, put_closing
from footfall.control.keys import create_key
from footfall.control.placements import put_placement
from footfall.control.roles import Grant
from footfall.control.runs import last_runs
from footfall.control.trend_tables import trend_cards
from footfall.control.trends import find_card, list_cards, save_cards, verdicts_of
from footfall.serve.drawn_trends import watch_drawn
from footfall.serve.trend_jobs import kept_of, watch
from footfall.serve.trends import trends_of
from footfall.store.series import first_told, put_made
from footfall.trends.explain import Explained, Reason
from footfall.trends.telling import is_refused_more
from tests.support.app_here import AppHere
from tests.support.build import Store, hit
from tests.support.signing_in import Reader
from tests.support.waiting import until

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PAGES = [f"/p{number}" for number in range(12)]
WEEKS = 5
NUMBERS = itertools.count()
encoder = msgspec.json.Encoder()


def past(site, hours):
    """Five weeks of calm: rows of series and what says that their hours were made."""
    chance = Random(1)
    rows = [
        {
            "site": site,
            "day": str(hour.date()),
            "dimension": "page",
            "key": path,
            "step": "hour",
            "bucket": hour.strftime("%Y-%m-%d %H:%M:%S"),
            "value": 20 + chance.randint(-6, 6),
            "visitors": 20,
            "version": 1,
        }
        for hour in hours
        for path in PAGES
    ]
    totals: dict[str, int] = {}
    for row in rows:
        totals[row["bucket"]] = totals.get(row["bucket"], 0) + row["value"]
    whole = {row["bucket"]: row | {"dimension": "portal", "key": "", "value": totals[row["bucket"]], "visitors": 200} for row in rows}
    return [*rows, *whole.values()]


def visits(hour, portal, *, risen):
    """Twenty visitors a page; /p3 has eighty, most of them from the news."""
    return [
        hit(
            (hour + timedelta(seconds=number)).isoformat(),
            int(hour.timestamp()) + 1000 * place + number,
            path=path,
            portal=portal,
            source="News" if risen and place == 3 and number >= 20 else "",
        )
        for place, path in enumerate(PAGES)
        for number in range(80 if risen and place == 3 else 20)
    ]


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """An app whose own look at the last hour is done, with a portal whose page rose two hours ago, looked at since; and another portal."""
    with AppHere(tmp_path_factory.mktemp("home"), policy="staff", now="2026-03-31T12:10:00Z") as app:
        desk = app.house.desk
        until(lambda: "trends" in (runs := last_runs(desk.control)) and runs["trends"].state == "done")
        portal = desk.control.create_portal(domain="portal.example")
        desk.control.create_portal(domain="other.example")
        hours = [NOW - number * HOUR for number in range(WEEKS * 168, 2, -1)]
        desk.engine.insert_ndjson("series", encoder.encode_lines(past(portal.id, hours)), "past")
        put_made(desk.engine, [((portal.id, "hour", int(hour.timestamp())), hour.date(), 0) for hour in hours], 1)
        store = Store(desk.engine, tmp_path_factory.mktemp("journal"), portal=portal)
        store.load(*(one for back in (2, 1) for one in visits(NOW - back * HOUR, portal, risen=True)))
        app.beside = []
        for back in (1, 0):
            watch(desk, int((NOW - back * HOUR).timestamp()), beside=lambda: app.beside.extend(list_cards(desk.control, [portal.id])))
        yield app, portal


def call(city, method, path, *scopes, portals=(), **rest):
    app, _ = city
    key = create_key(app.house.desk.control, f"key {next(NUMBERS)}", scopes or ("stats:read",), portals, now_ms=1)
    return httpx.request(method, f"{app.url}{path}", headers={"authorization": f"Bearer {key}"}, **rest)


def test_a_rise_is_one_card_with_its_drivers_and_when_it_began(city):
    (card,) = call(city, "GET", "/api/v1/trends?site_id=portal.example").json()["trends"]
    assert (card["kind"], card["state"], card["name"], card["since"]) == ("rise", "emerging", "/p3", "2026-03-31T10:00:00+00:00")
    assert card["observed"] == 80 and 15 < card["expected"] < 25 and card["low"] < card["expected"] < card["high"] < 80
    assert card["reason"] == {"kind": "source", "value": "News"}
    assert {"dimension": "source", "value": "News", "visitors": 120, "before": 0, "share": 0.75} in card["drivers"]
    assert card["members"] == [{"dimension": "page", "key": "/p3"}]
    assert [point["observed"] for point in card["spark"][-3:]] == [None, 80, 80]
    assert card["next"] == ["annotate", "target", "placement"]


def test_a_card_that_goes_on_is_told_after_all_that_is_new(city):
    at_first, before = city[0].beside
    assert [(one.state, msgspec.json.decode(one.body)["told"]) for one in (at_first, before)] == [
        ("candidate", "2026-03-31T11:00:00+00:00"),
        ("emerging", "2026-03-31T11:00:00+00:00"),
    ]
    (card,) = call(city, "GET", "/api/v1/trends?site_id=portal.example").json()["trends"]
    assert card["told"] == card["looked"] == "2026-03-31T12:00:00+00:00"


def test_an_hour_that_was_looked_at_changes_nothing(city):
    desk = city[0].house.desk
    before = list_cards(desk.control, [city[1].id])
    assert watch(desk, int(NOW.timestamp())) == 0
    assert list_cards(desk.control, [city[1].id]) == before


def test_cards_are_listed_by_state_and_time_and_for_who_may_see_the_portal(city):
    def listed(query, **rest):
        return len(call(city, "GET", f"/api/v1/trends{query}", **rest).json()["trends"])

    assert [listed(query) for query in ("", "?state=emerging,closed", "?state=closed", "?since=2026-04-01")] == [1, 1, 0, 0]
    assert listed("", portals=("portal.example",)) == 1 and listed("", portals=("other.example",)) == 0
    id = call(city, "GET", "/api/v1/trends").json()["trends"][0]["id"]
    assert call(city, "GET", f"/api/v1/trends/{id}").json()["id"] == id
    assert call(city, "GET", f"/api/v1/trends/{id}", portals=("other.example",)).status_code == 403
    assert call(city, "GET", "/api/v1/trends/99", portals=("other.example",)).status_code == 403
    assert call(city, "GET", "/api/v1/trends/99").status_code == 404
    assert "closed" in call(city, "GET", "/api/v1/trends?state=rising").json()["error"]
    assert call(city, "GET", "/api/v1/trends?since=soon").status_code == 400


def test_a_card_that_another_took_in_is_answered_with_that(city):
    control = city[0].house.desk.control
    card = find_card(control, 1)
    (other,) = save_cards(control, [msgspec.structs.replace(card, id=0, key="/p4")])
    save_cards(control, [msgspec.structs.replace(card, merged=(other.id,))])
    assert call(city, "GET", f"/api/v1/trends/{other.id}").json()["id"] == card.id


def test_a_card_is_judged_by_who_may_set_portals_up(city):
    id = call(city, "GET", "/api/v1/trends").json()["trends"][0]["id"]
    path = f"/api/v1/trends/{id}/feedback"
    assert call(city, "POST", path, json={"verdict": "noise"}).status_code == 403
    told = call(city, "POST", path, "sites:write", json={"verdict": "noise"}).json()
    assert told == {"feedback": {"useful": 0, "noise": 1}, "strictness": 1.1}
    assert call(city, "POST", path, "sites:write", portals=("portal.example",), json={"verdict": "so-so"}).status_code == 400


def test_the_command_prints_what_the_api_says(city, capsys):
    home = str(city[0].house.desk.settings.home_path)
    assert run(["trends", "portal.example", "--home", home, "--json"]) == 0
    (card,) = msgspec.json.decode(capsys.readouterr().out)
    assert card["name"] == "/p3"
    assert run(["trends", "--state", "emerging", "--home", home]) == 0
    assert "source News" in " ".join(capsys.readouterr().out.split())
    assert run(["trends", "other.example", "--home", home]) == 0
    assert capsys.readouterr().out.startswith("No trends now.")


def test_more_refusals_than_a_day_before_are_a_broken_tag(city):
    desk = city[0].house.desk
    ends_ms = int(NOW.timestamp() * 1000)
    assert not is_refused_more(desk.engine, 1, ends_ms - 3_600_000, ends_ms)
    line = {"site": 1, "minute": "2026-03-31 11:30:00", "reason": "no_path", "count": 40}
    desk.engine.insert_ndjson("refusals", encoder.encode_lines([line]), "refused")
    assert is_refused_more(desk.engine, 1, ends_ms - 3_600_000, ends_ms)


def test_a_sealed_portal_has_no_series(city):
    control = city[0].house.desk.control
    sealed = control.create_portal(domain="sealed.example", keep_events=0)
    assert sealed.id not in {one.portal.id for one in kept_of(city[0].house.desk)}
    assert {one.portal.domain for one in kept_of(city[0].house.desk)} == {"portal.example", "other.example"}


@pytest.fixture(scope="module")
def ann(city):
    """An analyst of the portal, and of no other."""
    return joined(city, "ann@example.city", Grant("analyst", "portal", str(city[1].id)))


@pytest.fixture(scope="module")
def vic(city):
    """A viewer of all portals."""
    return joined(city, "vic@example.city", Grant("viewer", "all"))


def joined(city, email, grant):
    reader = Reader(city[0])
    reader.join(email, grant)
    return reader


@pytest.mark.parametrize(
    "path", ["/trends", "/portals/portal.example/trends", "/portals/portal.example/trends?dimension=page&q=P3&kind=rise"]
)
def test_the_pages_show_a_card_with_its_drivers(city, ann, path):
    shown = ann.get(path).text
    assert 'href="/portals/portal.example/trends/1">/p3</a>' in shown
    assert "Most of it comes from News." in shown and "75" in shown and "other.example" not in shown


@pytest.mark.parametrize("query", ["state=closed", "kind=fall", "dimension=goal", "q=nothing-like-it"])
def test_a_list_leaves_out_what_was_not_asked_for(ann, query):
    assert "/p3" not in ann.get(f"/portals/portal.example/trends?{query}").text


@pytest.mark.parametrize("path", ["/trends/csv", "/portals/portal.example/trends/csv?dimension=page"])
def test_cards_can_be_taken_away(ann, path):
    head, card = ann.get(path).text.splitlines()
    assert card.startswith("portal.example,/p3,Rise,") and head.count(",") == card.count(",")


def test_an_outage_that_was_closed_stays_among_what_goes_on_for_a_week_and_is_listed_for_thirty_days(city, ann):
    desk, now_ms = city[0].house.desk, int(NOW.timestamp() * 1000)
    card = find_card(desk.control, 1)
    day_ms = 86_400_000
    body = msgspec.json.encode(msgspec.structs.replace(msgspec.json.decode(card.body, type=Explained), reason=Reason("outage")))
    told = msgspec.structs.replace(card, id=0, kind="outage", state="closed", body=body)
    old = [msgspec.structs.replace(told, seen_ms=now_ms - days * day_ms, closed_ms=now_ms - days * day_ms) for days in (3, 20, 40)]
    saved = [one.id for one in save_cards(desk.control, old)]
    listed = [
        [f'id="trend-{id}"' in ann.get(f"/portals/portal.example/trends{query}").text for id in saved] for query in ("", "?state=closed")
    ]
    one = ann.get(f"/portals/portal.example/trends/{saved[0]}").text
    with desk.control.writing() as connection:
        connection.execute(sa.delete(trend_cards).where(trend_cards.c.id.in_(saved)))
    assert "The whole portal had less than three tenths of what was expected: an outage." in one
    assert listed == [[True, False, False], [True, True, False]]


def test_a_page_has_every_bucket_with_what_was_expected_of_it(city, ann):
    shown = ann.get("/portals/portal.example/trends/1").text
    spark = call(city, "GET", "/api/v1/trends").json()["trends"][0]["spark"]
    assert shown.count('<tr><th scope="row">') >= len(spark) == 48
    assert spark[-1]["low"] < spark[-1]["expected"] < spark[-1]["high"] < 80
    assert 'class="band"' in shown
    assert len(ann.get("/portals/portal.example/trends/1/csv").text.splitlines()) == 1 + len(spark)


def test_what_to_do_next_is_filled_in(city, ann):
    desk = city[0].house.desk
    put_placement(desk.control, city[1].id, "front", {"title": "Front"}, now_ms=0)
    links = {html.unescape(link) for link in re.findall(r'href="([^"]+)"', ann.get("/portals/portal.example/trends/1").text)}
    placement, target, note = (next(link for link in links if f"/{part}?" in link) for part in ("placements", "targets", "notes"))
    assert "/placements/front?q=/p3#items" in ann.get(placement).text
    assert 'name="page" value="/p3"' in ann.get(target).text
    assert 'value="2026-03-31"' in ann.get(note).text and 'value="Rise: /p3" autofocus' in ann.get(note).text


def test_a_judgement_is_kept_and_leads_back(city, ann):
    path = "/portals/portal.example/trends/1"
    answer = ann.send(path, verdict="useful", next="/trends#trend-1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/trends#trend-1")
    assert verdicts_of(city[0].house.desk.control, [1])[1]["useful"] == 1
    assert ann.send(path, verdict="so-so").status_code == 400


def test_pages_of_a_portal_that_is_not_ones_own_and_judgements_of_viewers_are_refused(ann, vic):
    assert ann.get("/portals/other.example/trends").status_code == 404
    assert ann.get("/portals/portal.example/trends/99").status_code == 404
    assert ann.get("/trends?kind=so-so").status_code == 400
    assert vic.get("/portals/other.example/trends/1").status_code == 404
    assert 'name="verdict"' not in vic.get("/portals/portal.example/trends/1").text
    assert vic.send("/portals/portal.example/trends/1", verdict="noise").status_code == 403


def test_the_first_day_over_the_cohort_is_told(city):
    engine, row = city[0].house.desk.engine, {"site": 900, "dimension": "portal", "key": "", "step": "day", "visitors": 20, "version": 1}
    days = [row | {"day": day, "bucket": f"{day} 00:00:00", "value": value} for day, value in (("2026-03-26", 0), ("2026-03-27", 40))]
    engine.insert_ndjson("series", encoder.encode_lines(days), "first")
    assert first_told(engine, [900, 901]) == {900: date(2026, 3, 27)}


def put_drawn(desk, site, group, last):
    """Eight weeks of a sealed portal's pages and topics as they were drawn, up to that day: /p3 has twice as much on the last two."""
    chance, rows = Random(1), []
    for back in range(56):
        day = str(last - timedelta(days=back))
        of = {"release": "city", "site": site, "day": day, "line": 1}
        rows.append(of | {"mart": "portal", "keys": [], "visitors": 2000 + chance.randint(-20, 20)})
        rows += [of | {"mart": "topic_hour", "keys": ["parks", hour], "visitors": 300 + chance.randint(-40, 40)} for hour in ("09", "13")]
        rows.append(of | {"mart": "source", "keys": ["Organic Search", "Google"], "visitors": 700 + chance.randint(-20, 20)})
        for path in PAGES:
            visitors = 250 + chance.randint(-30, 30)
            rows.append(of | {"mart": "page", "keys": [path], "visitors": visitors * (2 if path == "/p3" and back < 2 else 1)})
    desk.engine.insert_ndjson("marts", encoder.encode_lines(rows), f"drawn {site}")
    for back in (1, 0):
        put_closing(desk.control, Closing(group=group, day=str(last - timedelta(days=back)), state="closed", drawn=28, at_ms=1))


def test_a_sealed_portals_days_are_looked_at_once_out_of_drawn_numbers(city, vic):
    desk = city[0].house.desk
    sealed = desk.control.create_portal(domain="help.example", group="help", keep_events=0)
    address = f"/portals/{sealed.domain}/trends"
    assert "of a sealed portal whole days are looked at" in vic.get(address).text
    put_drawn(desk, sealed.id, "help", NOW.date() - timedelta(days=1))
    assert watch_drawn(desk) == 1 and watch_drawn(desk) == 0
    (card,) = list_cards(desk.control, [sealed.id])
    assert (card.step, card.kind, card.dimension, card.key) == ("day", "rise", "page", "/p3")
    listed = vic.get(address).text
    assert f'href="{address}/{card.id}">/p3</a>' in listed and "drawn with noise" in listed
    assert "no two things of a visitor" in listed
    assert "no number over its threshold" in vic.get(f"{address}/{card.id}").text
    assert trends_of(desk.control, [sealed], lambda card: False, states=["candidate"]).trends[0].next == ("annotate", "placement")


def test_an_empty_list_says_when_there_may_be_something(city, vic):
    control = city[0].house.desk.control
    closed = control.create_portal(domain="closed.example", keep_events=0)
    assert "two weeks of days with ten visitors" in vic.get("/portals/other.example/trends").text
    assert "of a sealed portal whole days are looked at" in vic.get(f"/portals/{closed.domain}/trends").text
