"""What trends and targets make of the city's data where cells were folded, or where there are many of them."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from footfall.control.tables import loads
from footfall.control.targets import Measure
from footfall.control.trends import list_cards
from footfall.serve.city_data import contracts, topics_of
from footfall.serve.measure_trends import panel_of, watch_measures
from footfall.serve.target_series import Span, count_measure
from tests.support.app_here import AppHere
from tests.support.city_numbers import FIRST_DAY, builtin, cell, put_cells

FAIR, WIFI, BOTH, GROWING = "fair-stalls", "many-stations", "days-and-month", "half-a-day"
RUNNING = "month-that-runs"
HOURS, STATIONS = 1008, 110


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home"), policy="staff", now="2026-01-05T12:00:00Z") as running:
        yield running.house.desk


def contract(id):
    return builtin("payments-gateway").replace("id: payments-gateway", f"id: {id}")


def stalls(day):
    """Five districts of 22 to 26 payments a day; on the last day four of them have 19 each, which were folded to the okrug's month."""
    at = FIRST_DAY + timedelta(days=day)
    where = {"unit": "payments", "place_kind": "district"}
    if day == 34:
        return [
            cell("payments", at, 24, 24, place="d0", **where),
            cell("payments", at.replace(day=1), 76, 76, unit="payments", grain="month", place_kind="okrug", place="east"),
        ]
    return [cell("payments", at, 22 + (day * 3 + place) % 5, 22 + (day * 3 + place) % 5, place=f"d{place}", **where) for place in range(5)]


def test_day_whose_districts_were_mostly_folded_is_no_fall_of_the_city(desk):
    put_cells(desk, contract(FAIR), [one for day in range(-30, 35) for one in stalls(day)])
    watch_measures(desk, int((FIRST_DAY + timedelta(days=35)).timestamp()))
    assert [(card.kind, card.state, card.body) for card in list_cards(desk.control, [None]) if card.key.startswith(FAIR)] == []


def test_newest_hours_of_all_stations_are_in_the_series(desk):
    first = datetime(2025, 12, 1, tzinfo=UTC)
    where = {"unit": "payments", "grain": "hour", "place_kind": "district"}
    put_cells(
        desk,
        contract(WIFI),
        [
            cell("payments", first + timedelta(hours=hour), 40, 40, place=f"s{station:03}", **where)
            for hour in range(HOURS)
            for station in range(STATIONS)
        ],
    )
    (only,) = (one for one in contracts(desk, lambda one: True) if one.id == WIFI)
    (topic,) = topics_of(desk, only)
    panel = panel_of(desk, topic, "hour", first + timedelta(hours=HOURS))
    assert np.isfinite(panel.values[0, -1]) and np.isfinite(panel.values[1:, -1]).all()


def in_zone(desk, id, zone, hours):
    """Payments by hour of a dataset in that zone."""
    module = "- {property: footfall.module, value: payments}\n"
    put_cells(
        desk,
        contract(id).replace(module, f"{module}- {{property: footfall.timezone, value: {zone}}}\n"),
        [cell("payments", at, count, count, grain="hour") for at, count in hours.items()],
    )
    (only,) = (one for one in contracts(desk, lambda one: True) if one.id == id)
    (topic,) = topics_of(desk, only)
    return topic


@pytest.mark.parametrize(("zone", "minutes"), [("Asia/Kolkata", 330), ("Europe/Berlin", 60)])
def test_hours_of_a_zone_are_hours_of_its_clocks_and_none_is_taken_for_complete_by_half(desk, zone, minutes):
    """At 12:00 UTC the hour from 17:00 to 18:00 in Kolkata is half over."""
    id, noon = f"hours-{minutes}", datetime(2025, 12, 20, 12, tzinfo=UTC)
    begun = noon - timedelta(minutes=minutes % 60)
    topic = in_zone(desk, id, zone, {begun - timedelta(hours=back): 100 + back for back in range(-1, 40)})
    panel = panel_of(desk, topic, "hour", noon)
    assert (topic.contract.timezone, panel.start_of(HOURS)) == (zone, begun)
    assert list(panel.values[0, -39:]) == [round((100 + back) / 10) * 10 for back in range(39, 0, -1)]


def test_hour_that_the_end_of_summer_time_repeats_is_not_known(desk):
    """Two hours have one label: its number would be that of both."""
    id, at = "repeated-hour", datetime(2025, 10, 26, 6, tzinfo=UTC)
    topic = in_zone(desk, id, "Europe/Berlin", {at - timedelta(hours=back): 100 for back in range(1, 13)})
    values = panel_of(desk, topic, "hour", at).values[0, -12:]
    unknown = [at - timedelta(hours=12 - int(place)) for place in np.flatnonzero(np.isnan(values))]
    assert [hour.hour for hour in unknown] == [0, 1] and set(values[np.isfinite(values)]) == {100.0}


def test_target_of_a_month_counts_what_is_told_by_the_month_alone(desk):
    """As Manchester's sample: 16,777 notices by ward and day, 5,857 by the month."""
    where = {"unit": "payments", "place_kind": "district"}
    days = [cell("payments", FIRST_DAY + timedelta(days=day), 500, 500, place="d0", **where) for day in range(31)]
    put_cells(desk, contract(BOTH), [*days, cell("payments", FIRST_DAY, 6000, 6000, unit="payments", grain="month")])
    found = count_measure(desk, Measure(dataset=BOTH, measure="payments"), Span(date(2025, 12, 1), date(2025, 12, 31)))
    assert found.whole == 31 * 500 + 6000
    assert found.values.sum() == pytest.approx(found.whole)


def test_target_of_days_in_a_month_leaves_out_what_is_told_by_the_month(desk):
    """Else it would be in the number while the month runs, and leave it later."""
    days = [cell("payments", FIRST_DAY + timedelta(days=day), 500, 500) for day in range(10)]
    put_cells(desk, contract(RUNNING), [*days, cell("payments", FIRST_DAY, 6000, 6000, grain="month")])
    of_days, of_month = (
        count_measure(desk, Measure(dataset=RUNNING, measure="payments"), Span(date(2025, 12, 1), date(2025, 12, last))).whole
        for last in (14, 31)
    )
    assert (of_days, of_month) == (10 * 500, 10 * 500 + 6000)


def test_day_that_was_loaded_at_noon_is_no_fall_at_midnight(desk):
    where = {"unit": "payments", "place_kind": "district", "place": "d0"}
    numbers = [*(1000 + day % 5 for day in range(-30, 35)), 480]
    put_cells(
        desk,
        contract(GROWING),
        [cell("payments", FIRST_DAY + timedelta(days=day), count, count, **where) for day, count in enumerate(numbers, -30)],
    )
    watch_measures(desk, int((FIRST_DAY + timedelta(days=36, minutes=5)).timestamp()))
    assert [(card.kind, card.state, card.key) for card in list_cards(desk.control, [None]) if card.key.startswith(GROWING)] == []


def test_day_is_looked_at_when_a_load_began_after_it(desk):
    until = FIRST_DAY + timedelta(days=36, minutes=5)
    with desk.control.writing() as connection:
        later = loads.update().where(loads.c.dataset == GROWING).values(started_ms=int(until.timestamp() * 1000))
        connection.execute(later)
    assert watch_measures(desk, int(until.timestamp())) > 0
    assert [card.kind for card in list_cards(desk.control, [None]) if card.key == f"{GROWING}:payments"] == ["fall"]
