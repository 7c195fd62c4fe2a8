"""A sealed portal's days as series: sums of cells that are always there, noise that makes no card, and what a card tells."""

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from footfall.trends.calendar import Calendar
from footfall.trends.detecting import Detecting
from footfall.trends.drawn import DrawnMart, look_at, series_of, tell
from footfall.trends.explain import Explained
from footfall.trends.watching import cards_of
from tests.support.drawn_days import DAYS, LAST, TOPICS, marts

SITE = 3
CALENDAR = Calendar("", ())
decode = msgspec.json.Decoder(Explained).decode


def cards(found, known=(), last=LAST, *, is_whole=True):
    detector = Detecting(CALENDAR, ZoneInfo("UTC"), TOPICS)
    drawn = series_of(SITE, last, found)
    seen = look_at(drawn, detector, TOPICS, is_whole=is_whole)
    return [] if seen is None else cards_of(seen, known, partial(tell, drawn, TOPICS, domain="help.example", calendar=CALENDAR))


def series(found, last=LAST):
    made = series_of(SITE, last, found)
    return {key[1:]: (values, noise) for key, values, noise in zip(made.panel.keys, made.panel.values, made.noise, strict=True)}


def told(found, **rest):
    return {(card.kind, card.dimension, card.key) for card in cards(found, **rest)}


def flat(cells, *, sigma=16.0, dimension="page"):
    """A mart of these numbers by value, one a day up to the last; ``None`` is not there."""
    days = {(value, LAST - timedelta(days=back)): one for value, past in cells.items() for back, one in enumerate(reversed(past))}
    known = {(day, value, ""): one for (value, day), one in days.items() if one is not None}
    return DrawnMart(dimension=dimension, sigma=sigma, threshold=66, cells=known)


def test_the_portal_is_the_first_series_and_a_day_that_was_not_drawn_is_not_known():
    found = series([flat({"": [500, None, 700]}, dimension="portal"), flat({"/a": [90]})])
    assert list(found) == [("portal", ""), ("page", "/a")]
    assert np.isnan(found["portal", ""][0][-2]) and found["portal", ""][0][-3] == 500 and len(found["portal", ""][0]) == DAYS


def test_a_series_is_the_sum_of_cells_that_are_nearly_always_there_and_has_the_noise_of_all():
    days = [LAST - timedelta(days=back) for back in range(30)]
    cells = {(day, "parks", hour): 200 for day in days for hour in ("09", "10", "11", "12")} | {(days[3], "parks", "23"): 900}
    del cells[days[1], "parks", "10"]
    parks = DrawnMart(dimension="topic", sigma=24.0, threshold=98, cells=cells)
    values, noise = series([flat({"": [5000] * 30}, dimension="portal"), parks])["topic", "parks"]
    assert values[-4:].tolist()[:2] == [800, 800] and np.isnan(values[-2]) and values[-1] == 800
    assert noise == pytest.approx(48)


def test_a_series_that_was_not_there_for_four_weeks_is_none():
    assert ("page", "/old") not in series([flat({"": [500] * 60}, dimension="portal"), flat({"/old": [90, *[None] * 28]})])


@pytest.mark.parametrize(
    ("lately", "card"),
    [
        ({"/p9": 2.0}, ("rise", "page", "/p9")),
        ({"/p25": 3.0}, ("rise", "page", "/p25")),
        ({"/p7": 0.4}, ("fall", "page", "/p7")),
        ({"parks": 1.8}, ("rise", "topic", "parks")),
        ({"Yandex": 1.7}, ("rise", "source", "Yandex")),
    ],
)
def test_what_is_larger_than_its_noise_becomes_a_card(lately, card):
    assert told(marts(lately=lately)) == {card}


def test_a_topic_and_its_pages_are_one_story():
    (card,) = cards(marts(lately={"parks": 1.8, "/p0": 2.0, "/p1": 2.0}))
    assert {("topic", "parks"), ("page", "/p0"), ("page", "/p1")} <= set(card.members)


def drivers(found, **rest):
    (card,) = cards(found, **rest)
    return [(one.dimension, one.value) for one in decode(card.body).drivers]


def test_pages_drive_their_topic_as_far_as_their_rise_is_more_than_noise():
    rising = marts(lately={"parks": 1.8, "/p0": 1.35, "/p2": 1.35})
    (card,) = (card for card in cards(rising) if card.dimension == "topic")
    told = decode(card.body).drivers
    assert [(one.dimension, one.value) for one in told] == [("page", "/p0")], "/p2 is not of the topic"
    days = round((card.seen_ms - card.since_ms) / 86_400_000)
    past = [LAST - timedelta(days=back) for back in range(days)]
    now, before = (sum(rising[2].cells[day - timedelta(days=week), "/p0", ""] for day in past) for week in (0, 7))
    hours = {hour for _, value, hour in rising[1].cells if value == "parks"} - {"23"}
    of_topic = [sum(rising[1].cells[day - timedelta(days=week), "parks", hour] for day in past for hour in hours) for week in (0, 7)]
    assert abs(told[0].visitors - now) <= 5 and abs(told[0].before - before) <= 5
    assert told[0].share == pytest.approx(min((now - before) / (of_topic[0] - of_topic[1]), 1), abs=0.01)


def test_a_page_has_no_drivers_and_noise_drives_nothing():
    assert drivers(marts(lately={"/p9": 2.0})) == []
    assert drivers(marts(lately={"parks": 1.8, "/p0": 1.02})) == []


def test_sources_and_topics_drive_their_portal():
    assert drivers(marts(lately={"": 1.6, "Google": 1.5, "work": 1.5})) == [("topic", "work"), ("source", "Google")]


def test_days_on_which_nothing_happens_are_quiet():
    quiet = [told(marts(seed), last=LAST - timedelta(days=back)) for seed in range(6) for back in (0, 1, 9, 18)]
    assert quiet == [set()] * 24


def test_what_noise_could_make_is_no_card():
    chance = np.random.default_rng(1)
    pages = {f"/p{number}": [*(int(one) for one in chance.normal(150, 3, 82)), 150, 150] for number in range(12)}
    pages["/p3"][-2:] = [200, 200]
    whole = flat({"": [4000] * DAYS}, dimension="portal")
    assert told([whole, flat(pages, sigma=1.0)]) == {("rise", "page", "/p3")}
    assert told([whole, flat(pages, sigma=16.0)]) == set()


def test_a_portal_that_is_under_its_threshold_on_a_day_that_was_drawn_whole_is_an_outage_without_numbers():
    found = marts(lately={"": 0.0})
    (card,) = cards(found)
    shown = decode(card.body)
    assert (card.kind, shown.name, shown.observed, shown.reason.kind) == ("outage", "help.example", None, "outage")
    assert told(found, is_whole=False) == set()
    small = flat({"": [150] * 83}, dimension="portal")
    assert told([small], last=LAST + timedelta(days=1)) == set(), "a fall under the threshold may be no more than that"


def test_a_day_of_which_nothing_is_known_is_not_looked_at():
    assert told(marts(), last=LAST + timedelta(days=1), is_whole=False) == set()
    assert told([flat({}, dimension="portal")]) == set()


def test_a_card_tells_visitors_with_as_many_digits_as_drawn_numbers_have():
    (card,) = cards(marts(lately={"/p9": 2.0}))
    shown = decode(card.body)
    assert (card.site, card.step, shown.name, shown.counts) == (SITE, "day", "/p9", "visitors")
    assert (shown.drivers, shown.reason.kind) == ((), "unknown")
    assert shown.low < shown.expected < shown.high < shown.observed and len(shown.spark) == 28
    assert all(number % 10 == 0 for number in (shown.observed, shown.expected, shown.low, shown.high))
    assert shown.spark[-1].label == str(LAST) and shown.spark[-1].observed == shown.observed


def test_a_card_goes_on_while_it_holds():
    rising = marts(lately={"/p9": 2.0})
    (card,) = cards(rising)
    quiet = {(day + timedelta(days=1), *rest): one for (day, *rest), one in rising[2].cells.items()}
    later = [*rising[:2], msgspec.structs.replace(rising[2], cells=quiet | dict(rising[2].cells)), rising[3]]
    (after,) = cards(later, [card], LAST + timedelta(days=1), is_whole=False)
    assert after.key == card.key and after.marks == card.marks + "1" and after.seen_ms > card.seen_ms
