"""The City page and its API over an app's own store: totals, folds, comparisons, and who may see what."""

import csv
import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlencode

import httpx
import pytest

from footfall.control.datasets import put_dataset
from footfall.control.invitations import set_password
from footfall.control.keys import create_key
from footfall.control.operators import add_operator, give_grant
from footfall.control.roles import Grant
from footfall.control.trends import list_cards
from footfall.serve.measure_trends import watch_measures
from footfall.serve.source_acts import withdraw
from footfall.serve.tools_of_sources import sources_of
from tests.support.app_here import AppHere
from tests.support.city_numbers import FIRST_DAY, builtin, cell, fill_city, put_cells
from tests.support.signing_in import PASSWORD, Reader
from tests.support.waiting import LONG_S

NAMES = re.compile(r'aria-label="([^"]*: [^"]*)"><path class="(\w+)"')


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with AppHere(home, policy="staff", now="2026-01-05T12:00:00Z") as running:
        desk = running.house.desk
        fill_city(desk, home)
        hidden = builtin("event-attendance").replace("role: viewer", "role: steward")
        put_cells(desk, hidden, [cell("visitors", FIRST_DAY, 40, 40, unit="people"), cell("visitors", FIRST_DAY, 19, 19, unit="people")])
        for name, role in (("ann", "admin"), ("vera", "viewer")):
            add_operator(desk.control, f"{name}@example.city", name, now_ms=desk.now())
            operator = give_grant(desk.control, f"{name}@example.city", Grant(role), now_ms=desk.now())
            set_password(desk.control, operator, PASSWORD, now_ms=desk.now())
        running.key = create_key(desk.control, "reader", ("datasets:read",), now_ms=desk.now())
        running.loading_key = create_key(desk.control, "loader", ("datasets:read", "datasets:write"), now_ms=desk.now())
        yield running


@pytest.fixture(scope="module")
def ann(app):
    reader = Reader(app)
    reader.sign_in("ann@example.city")
    return reader


def ask(app, key=None, **given):
    headers = {"authorization": f"Bearer {key or app.key}"}
    return httpx.get(f"{app.url}/api/v1/measures", params={"dataset": "payments-gateway"} | given, headers=headers, timeout=LONG_S)


def total(answer):
    return sum(row["value"] for row in answer["results"])


def test_days_and_places_add_up_to_the_same_total_of_rounded_cells(app):
    by_day = ask(app, measure="payments").json()
    by_week = ask(app, measure="payments", grain="week").json()
    by_place = ask(app, measure="payments", by="place", place_kind="district").json()
    assert len(by_day["results"]) == 35
    assert total(by_day) == total(by_week) == total(by_place) > 50_000
    assert all(row["value"] % 10 == row["cohort"] % 10 == 0 for row in by_place["results"])


def test_districts_and_their_okrugs_months_add_up_to_okrugs(app):
    districts = ask(app, measure="payments", by="place", place_kind="district").json()
    okrugs = ask(app, measure="payments", by="place", place_kind="okrug").json()
    assert {one["place_kind"] for one in districts["coarser"]} == {"okrug"}
    assert total(okrugs) == total(districts) + sum(one["value"] for one in districts["coarser"])


def said_of_december(ann, **more):
    """The page's number of its days, and how much of it is told by longer steps."""
    given = {"measure": "payments-gateway/payments", "period": "custom", "from": "2025-12-01", "to": "2025-12-31"} | more
    said = re.search(r'class="total"><b>([\d,]+)</b>.*?rounded numbers(?:; ([\d,]+) of this)?', ann.get(f"/city?{urlencode(given)}").text)
    return [float((number or "0").replace(",", "")) for number in said.groups()]


def test_page_says_of_its_days_what_the_city_has_of_them(app, ann):
    days = {"from": "2025-12-01", "to": "2025-12-31"}
    (city,) = ask(app, measure="payments", by="place", place_kind="city", **days).json()["results"]
    by_month = city["value"] - total(ask(app, measure="payments", **days).json())
    assert by_month > 0
    assert said_of_december(ann) == [city["value"], by_month]


def test_page_says_of_a_place_what_the_place_has(app, ann):
    answer = ask(app, measure="payments", by="place", place_kind="okrug", **{"from": "2025-12-01", "to": "2025-12-31"}).json()
    okrug = answer["results"][0]
    whole, by_month = said_of_december(ann, kind="okrug", place=okrug["place"])
    assert whole == okrug["value"] > by_month > 0


def test_sum_of_a_place_is_the_sum_of_its_days(app):
    days = ask(app, measure="amount", place_kind="district", place="museum").json()
    places = {row["place"]: row["value"] for row in ask(app, measure="amount", by="place", place_kind="district").json()["results"]}
    assert total(days) == pytest.approx(places["museum"], rel=0.01)


def test_category_and_days_narrow_the_answer(app):
    given = {"measure": "payments", "from": "2025-12-02", "to": "2025-12-03"}
    all_of_it, parking = ask(app, **given).json(), ask(app, **given, category="1:parking").json()
    assert [row["time"] for row in parking["results"]] == ["2025-12-02 00:00:00", "2025-12-03 00:00:00"]
    assert 0 < total(parking) < total(all_of_it)


def test_cell_under_twenty_is_absent_though_the_table_holds_it(app):
    assert [(row["value"], row["cohort"]) for row in ask(app, app.loading_key, dataset="event-attendance").json()["results"]] == [
        (40.0, 40)
    ]


def test_mean_weighs_by_cohort_and_grid_rolls_up_to_larger_cells(app):
    csat = ask(app, dataset="surveys", measure="csat", grain="week").json()
    assert all(0 <= row["value"] <= 100 for row in csat["results"])
    fine = ask(app, dataset="geodata-points", by="place", place_kind="h3:9").json()
    coarse = ask(app, dataset="geodata-points", by="place", place_kind="h3:8").json()
    assert 1 < len(coarse["results"]) < len(fine["results"]) == 61
    assert total(coarse) == total(fine)


def test_restrictions_are_told_by_the_week_at_the_finest(app):
    answer = ask(app, dataset="restrictions", **{"grain": "day", "from": "2025-12-03", "to": "2025-12-03"})
    assert (answer.status_code, answer.json()["error"]) == (400, "violations cannot be shown by 'day'. Valid: week.")
    one_day = ask(app, dataset="restrictions", **{"from": "2025-12-03", "to": "2025-12-03"}).json()
    assert [row["time"] for row in one_day["results"]] == ["2025-12-01 00:00:00"]


def test_answer_says_what_it_is_made_of(app):
    meta = ask(app, measure="payments").json()["meta"]
    assert meta["release"] == {"policy": "staff", "smallest_cohort": 20, "rounded_to": 10, "is_certified": False, "unit": "payments"}
    assert (meta["dataset"], meta["contract_versions"], meta["folded"], len(meta["loads"])) == ("payments-gateway", ["1.0.0"], 30, 1)
    assert meta["complete_until"] == "2026-01-05T00:00:00+00:00"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"dataset": "none"}, 404, "There is no dataset 'none'"),
        ({"measure": "none"}, 404, "It has: payments, amount."),
        ({"grain": "hour"}, 400, "Valid: day, week, month, quarter, year."),
        ({"by": "place", "place_kind": "stop"}, 400, "Valid: city, district, okrug."),
        ({"from": "soon"}, 400, "Valid: YYYY-MM-DD."),
        ({"category": "parking"}, 400, "such as 1:adult"),
        ({"by": "person"}, 400, "Valid: time, place."),
    ],
)
def test_question_that_is_none_is_answered_with_what_is_valid(app, given, status, said):
    answer = ask(app, **given)
    assert answer.status_code == status
    assert said in answer.json()["error"]


def test_loads_are_told_in_tens_and_nothing_of_few(ann):
    page = ann.get("/city?measure=payments-gateway/payments").text
    assert re.search(r"\d0 rows kept, 30 too few to be shown anywhere, fewer than 20 refused", page)


def test_key_without_the_scope_is_refused(app):
    key = create_key(app.house.desk.control, "other", ("stats:read",), now_ms=app.house.desk.now())
    assert ask(app, key=key).status_code == 403


def test_every_place_of_the_map_is_a_link_that_says_its_number(ann):
    page = ann.get("/city?measure=payments-gateway/payments").text
    areas = dict(NAMES.findall(page))
    assert len(areas) == 40
    folded = [name for name, shade in areas.items() if shade == "folded"]
    assert all(name.endswith(": fewer than 20, or none") for name in folded)
    assert 0 < len(folded) < 15
    assert "fewer than 20, or none; counted with Northern" in page


def test_cells_of_a_grid_stand_hatched_where_what_was_too_small_went(app, ann):
    desk = app.house.desk
    fine, larger = "891f1d48177ffff", "881f1d4811fffff"
    grid = builtin("geodata-points").replace("id: geodata-points", "id: folded-grid")
    cells = [cell("points", FIRST_DAY, 50, 50, unit="points", place_kind=kind, place=id) for kind, id in (("h3:9", fine), ("h3:8", larger))]
    put_cells(desk, grid, [*cells, cell("points", FIRST_DAY, 30, 30, unit="points", grain="month", place_kind="h3:8", place=larger)])
    page = ann.get("/city?measure=folded-grid/points&kind=h3:9").text
    assert re.findall(r'<path class="(\w+)" d="M[^"]+Z"[^>]*><title>([^<]+)', page) == [
        ("folded", "Counted more coarsely, since it was too small: the day: 50; the month: 30"),
        ("shade5", f"{fine}: 50"),
    ]
    assert "counted more coarsely" in page


def test_page_opens_with_a_measure_that_has_a_map(ann):
    """The first by name, attendance of events, has none here."""
    assert not NAMES.search(ann.get("/city?measure=event-attendance/visitors").text)
    assert NAMES.search(ann.get("/city").text)


def test_slider_leads_to_the_address_of_its_step(ann):
    answer = ann.get("/city?measure=payments-gateway/payments&step=2")
    assert answer.status_code == 303
    assert "at=2025-12-07" in answer.headers["location"]
    assert "Sun, Dec 7" in ann.get(answer.headers["location"]).text
    assert "at=" not in ann.get("/city?measure=payments-gateway/payments&step=0").headers["location"]


def test_csv_has_the_numbers_of_the_table(ann):
    file = ann.get("/city/places/csv?measure=payments-gateway/payments&with=restrictions/violations")
    rows = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["District", "Id", "payments", "violations"]
    assert len(rows) == 41
    numbers = [float(row[2]) for row in rows[1:] if row[2]]
    assert numbers == sorted(numbers, reverse=True)
    assert ann.get("/city/people/csv").status_code == 404


def test_two_measures_meet_by_week_and_district_and_in_words(ann):
    page = ann.get("/city?measure=payments-gateway/payments&with=restrictions/violations&interval=day").text
    assert "100 is each one" in page
    assert re.search(r"Rank correlation 0\.9\d?, places: \d\d", page)
    assert "Steps: Automatic" in page


def test_grid_and_hours_do_not_meet_another_dataset(ann):
    page = ann.get("/city?measure=geodata-points/points&with=payments-gateway/payments&kind=h3:9&interval=hour").text
    assert "Rank correlation" not in page
    assert "<path" not in page


def test_two_without_a_common_step_are_refused_in_a_sentence(app, ann):
    yearly = builtin("transit-ridership")
    at = FIRST_DAY.replace(month=1, year=2025)
    put_cells(app.house.desk, yearly, [cell("boardings", at, 900, 900, unit="people", grain="year")])
    page = ann.get("/city?measure=restrictions/violations&with=transit-ridership/boardings").text
    assert "The two share no step of time that both have numbers for" in page


def test_dataset_is_seen_by_the_roles_of_its_contract_alone(app, ann):
    vera = Reader(app)
    vera.sign_in("vera@example.city")
    assert vera.get("/city?measure=event-attendance/visitors").status_code == 404
    assert vera.get("/city?measure=payments-gateway/payments").status_code == 200
    assert ann.get("/city?measure=event-attendance/visitors").status_code == 200
    assert [ask(app, key, dataset="event-attendance").status_code for key in (app.key, app.loading_key)] == [404, 200]


def test_cells_keep_the_rules_of_the_contract_they_were_loaded_under(app, ann):
    """A contract that is certified now says nothing of what was loaded before it, nor does one that makes a sum of a count."""
    given, desk = {"dataset": "service-counters", "by": "time"}, app.house.desk
    before = builtin("service-counters")
    assert put_cells(desk, before, [cell("uses", FIRST_DAY, 47, 47, unit="uses"), cell("uses", FIRST_DAY, 19, 19, unit="uses")])
    after = before.replace("version: 1.0.0", "version: 2.0.0").replace(
        "value: uses}\n", "value: certified}\n- {property: footfall.certificate, value: of May}\n", 1
    )
    after = after.replace("footfall.use, value: cohort", "footfall.use, value: measure")
    put_dataset(desk.control, "service-counters", "2.0.0", after, now_ms=desk.now())
    old = ask(app, **given).json()
    assert ([row["value"] for row in old["results"]], old["meta"]["release"]["is_certified"]) == ([50], False)
    assert "No number rests on fewer than 20" in ann.get("/city?measure=service-counters/uses").text
    both_at = FIRST_DAY + timedelta(days=1)
    put_cells(desk, after, [cell("uses", both_at, 33, 20, unit="uses")], object="newer.csv")
    both = ask(app, **given).json()
    assert ([row["value"] for row in both["results"]], both["meta"]["release"]["is_certified"]) == ([50, 30], False)
    other = after.replace("2.0.0", "3.0.0").replace("{name: uses, unit: uses}", "{name: uses, aggregate: sum, column: uses, unit: uses}")
    put_cells(desk, other, [cell("uses", both_at, 21, 21, unit="uses")], object="newest.csv")
    assert [row["value"] for row in ask(app, **given).json()["results"]] == [20]


def test_search_narrows_the_list_of_measures(ann):
    page = ann.get("/city?measure=payments-gateway/payments&find=violat").text
    found = page.partition('role="search"')[2].partition("</details>")[0]
    assert "violations" in found
    assert "Payments for services" not in found


def test_period_ends_with_the_last_day_that_has_numbers(app, ann):
    day = (FIRST_DAY + timedelta(days=34)).date()
    assert f"{day:%b} {day.day}, {day.year}" in ann.get("/city?measure=payments-gateway/payments&period=7d").text


MARKET = "market-stalls"
PLACES = ("museum", "harbour", "station", "river")


def sold(day):
    """A day of sales in four districts; on the last each sells twice as much, the museum four times, and the river's cell was folded."""
    at, risen = FIRST_DAY + timedelta(days=day), day == 34
    numbers = {place: 300 + 10 * ((day * 7 + number) % 5) for number, place in enumerate(PLACES)}
    numbers |= {"museum": 1200, "harbour": 600, "station": 600} if risen else {}
    return [
        cell("payments", at, count, count, unit="payments", place_kind="district", place=place)
        for place, count in numbers.items()
        if not (risen and place == "river")
    ]


@pytest.fixture(scope="module")
def market(app):
    """A dataset for stewards whose series were looked at up to its last day; the last test withdraws it."""
    desk = app.house.desk
    contract = builtin("payments-gateway").replace("id: payments-gateway", f"id: {MARKET}").replace("role: viewer", "role: steward")
    put_cells(desk, contract, [one for day in range(-30, 35) for one in sold(day)])
    watch_measures(desk, int((FIRST_DAY + timedelta(days=35)).timestamp()))
    return desk


def cards(desk):
    return [card for card in list_cards(desk.control, [None]) if card.key.startswith(MARKET)]


def trends(app, *scopes, path="", portals=()):
    key = create_key(app.house.desk.control, f"key {len(scopes)}{path}{portals}", scopes, portals, now_ms=1)
    return httpx.get(f"{app.url}/api/v1/trends{path}", headers={"authorization": f"Bearer {key}"}, timeout=LONG_S)


def test_measure_that_rises_is_a_card_with_its_places_for_whoever_sees_the_dataset(app, ann, market):
    steward = ("stats:read", "datasets:read", "datasets:write")
    (told,) = (one for one in trends(app, *steward).json()["trends"] if one["key"].startswith(MARKET))
    assert (told["portal"], told["kind"], told["dimension"], told["key"]) == ("", "rise", "measure", f"{MARKET}:payments")
    assert (told["counts"], told["observed"], told["reason"]) == ("payments", 2400, {"kind": "place", "value": "Museum"})
    assert 1000 < told["low"] < told["expected"] < told["high"] < 1600
    assert told["spark"][-1]["label"] == "2026-01-04" and told["drivers"][0]["visitors"] == 1200
    assert MARKET not in trends(app, "stats:read", "datasets:read").text + trends(app, "stats:read").text
    assert trends(app, "stats:read", "datasets:read", path=f"/{told['id']}").status_code == 404
    assert trends(app, *steward, path=f"/{told['id']}").json()["name"] == told["name"]
    vera = Reader(app)
    vera.sign_in("vera@example.city")
    assert (vera.get(f"/trends/{told['id']}").status_code, told["name"] in vera.get("/trends").text) == (404, False)
    page = ann.get(f"/trends/{told['id']}").text
    assert "Museum" in page and f"/city?measure={MARKET}%2Fpayments" in page and told["name"] in ann.get("/trends").text
    assert ann.send("/trends", f"/trends/{told['id']}", verdict="useful").status_code == 303


def test_folded_cell_is_not_known_and_no_fall(app, market):
    assert [(card.kind, card.dimension) for card in cards(market)] == [("rise", "measure")]


def test_day_that_was_looked_at_is_not_looked_at_again(app, market):
    before = cards(market)
    assert watch_measures(market, int((FIRST_DAY + timedelta(days=36)).timestamp())) == 0
    assert cards(market) == before


def test_withdrawn_dataset_leaves_no_card_and_no_number_of_one(app, market):
    assert cards(market)
    withdraw(sources_of(market), MARKET, market.now())
    assert cards(market) == []
    assert watch_measures(market, int((FIRST_DAY + timedelta(days=40)).timestamp())) == 0
