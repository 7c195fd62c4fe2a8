"""Measures of the city's data as series: what is not known, what a card tells, and data that are not whole."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from footfall.trends.calendar import Calendar
from footfall.trends.detecting import Detecting
from footfall.trends.explain import Explained
from footfall.trends.measures import MOST_PLACES, Series, Told, look_at, tell, upto
from footfall.trends.watching import cards_of

DAYS, FIRST = 84, datetime(2026, 1, 5, tzinfo=UTC)
SERIES = Series(dataset="market", measure="sales", first=FIRST, step="day", buckets=DAYS)
PLACES = ("north", "south", "east", "west")
TOLD = Told(name="Market: sales", unit="sales", places={"north": "North"})
CALENDAR, DAY_MS = Calendar("", ()), 86_400_000
decode = msgspec.json.Decoder(Explained).decode


def cells(**last):
    """Four places with about 300 a day, and on the last day what is given; the city is their sum."""
    chance = np.random.default_rng(1)
    found = {(day, place): float(10 * round(30 + chance.normal(0, 2))) for day in range(DAYS) for place in PLACES}
    found |= {(DAYS - 1, place): value for place, value in last.items()}
    return found | {(day, ""): sum(found[day, place] for place in PLACES) for day in range(DAYS)}


def cards(found):
    seen = look_at(SERIES.panel(found), Detecting(CALENDAR, ZoneInfo("UTC"), {}, strictness=2.0))
    return [] if seen is None else cards_of(seen, [], lambda look, one, card: tell(look, one, card, TOLD, CALENDAR))


def test_cell_that_is_not_there_is_not_known_and_places_are_the_largest():
    found = {(1, ""): 50.0, (1, "small"): 20.0} | {(day, f"p{number}"): 40.0 for number in range(MOST_PLACES) for day in (0, 1)}
    panel = SERIES.panel(found)
    assert len(panel.keys) == MOST_PLACES + 1 and panel.keys[0] == (0, "measure", "market:sales")
    assert (0, "measure_place", "market:sales:small") not in panel.keys
    assert np.isnan(panel.values[0, 0]) and panel.values[0, 1] == 50 and np.isnan(panel.values[1, 2:]).all()


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ({}, []),
        ({"north": 600.0}, ["Market: sales: North"]),
        (dict.fromkeys(PLACES, 700.0), ["Market: sales"]),
        (dict.fromkeys(PLACES, 130.0), ["Market: sales"]),
    ],
)
def test_what_stands_out_is_told_of_a_place_or_of_the_city(last, told):
    found = cards(cells(**last))
    assert [(card.site, decode(card.body).name) for card in found] == [(None, name) for name in told]


def test_card_names_the_unit_its_numbers_and_the_places_that_drive_it():
    found = cells(north=1600.0, south=600.0, east=600.0, west=600.0)
    (card,) = (one for one in cards(found) if one.dimension == "measure")
    told = decode(card.body)
    assert (told.counts, told.observed, told.reason.kind, told.reason.value) == ("sales", 3400, "place", "North")
    assert told.low < told.expected < told.high < 1600 and [one.dimension for one in told.drivers] == ["place"] * len(told.drivers)
    assert (told.spark[-1].label, told.spark[-1].observed, len(told.spark)) == (str(date(2026, 3, 29)), 3400, 28)


def test_day_on_which_all_places_lack_is_incomplete_data_and_no_fall():
    (card,) = cards(cells(**dict.fromkeys(PLACES, 20.0)))
    told = decode(card.body)
    assert (card.kind, card.key, told.reason.kind, told.observed) == ("outage", "market:sales", "incomplete", None)


def test_bucket_without_the_citys_number_is_not_looked_at():
    found = cells()
    del found[DAYS - 1, ""]
    assert cards(found) == []
    panel = upto(SERIES.panel(found), DAYS - 1)
    assert look_at(panel, Detecting(CALENDAR, ZoneInfo("UTC"), {}, strictness=2.0)) is not None


def partly(last, *, before=()):
    """Cells of four places whose city is the sum of what reached the step: of ``last`` on the last day, before it of all or of those."""
    found = {
        (day, place): value for (day, place), value in cells().items() if place and day < DAYS - 1 and (not before or place in before)
    } | {(DAYS - 1, place): value for place, value in last.items()}
    return found | {(day, ""): sum(found.get((day, place), 0.0) for place in PLACES) for day in range(DAYS)}


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (partly({"north": 300.0}), []),
        (partly({"north": 1800.0, "south": 1200.0, "west": 1200.0}), ["rise"]),
        (partly(dict.fromkeys(PLACES, 300.0), before=("north",)), []),
        (partly(dict.fromkeys(PLACES, 120.0)), ["fall"]),
    ],
    ids=["fold", "rise in spite of a fold", "cells that were folded before", "fall"],
)
def test_city_of_cells_that_fold_neither_falls_nor_rises_by_it(found, told):
    seen = look_at(SERIES.panel(found), Detecting(CALENDAR, ZoneInfo("UTC"), {}, strictness=2.0), is_whole=False)
    changed = cards_of(seen, [], lambda look, one, card: tell(look, one, card, TOLD, CALENDAR))
    assert [card.kind for card in changed if card.dimension == "measure"] == told


def test_the_same_cells_are_a_fall_and_a_rise_where_the_city_is_taken_for_whole():
    folded, unfolded = partly({"north": 300.0}), partly(dict.fromkeys(PLACES, 300.0), before=("north",))
    assert [[one.kind for one in cards(found) if one.dimension == "measure"] for found in (folded, unfolded)] == [["fall"], ["rise"]]


def test_days_on_which_nothing_happens_are_quiet():
    chance = np.random.default_rng(5)
    for _ in range(8):
        busy = np.exp(chance.normal(0, 0.15, DAYS))
        found = {(day, place): float(10 * round(chance.poisson(300 * busy[day]) / 10)) for day in range(DAYS) for place in PLACES}
        assert cards(found | {(day, ""): sum(found[day, place] for place in PLACES) for day in range(DAYS)}) == []


def test_a_story_of_more_than_a_week_keeps_what_drove_its_first():
    seen = look_at(SERIES.panel(cells(north=1800.0)), Detecting(CALENDAR, ZoneInfo("UTC"), {}, strictness=2.0))
    assert seen
    (found, *_), (card, *_) = (one.head for one in seen.stories), cards(cells(north=1800.0))
    body = card.body.replace('"North"', '"East"')
    assert body != card.body

    def places(days):
        old = msgspec.structs.replace(card, body=body, since_ms=seen.ends_ms - days * DAY_MS)
        return [one.value for one in decode(tell(seen, found, old, TOLD, CALENDAR)).drivers]

    assert (places(7), places(8)) == (["North"], ["East"])
