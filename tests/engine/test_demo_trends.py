"""The demo city's planted stories, imported by the real path, filled in and looked at by the real jobs: each is told for what it is."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from footfall.control.items import put_items
from footfall.control.trends import list_cards
from footfall.demo.city import CITY
from footfall.demo.content import items_of_demo
from footfall.demo.simulator import Span, make_lines
from footfall.serve.house import open_desk
from footfall.serve.imports import import_stream
from footfall.serve.trend_jobs import fill, look_back
from footfall.settings import read_settings
from footfall.trends.telling import decode

LAST, NOW = date(2026, 3, 19), "2026-03-19T02:00:00Z"
NOW_S = int(datetime.fromisoformat(NOW).timestamp())
LIBRARY, CULTURE, TRANSPORT, HEALTH = (f"{name}.example.city" for name in ("library", "culture", "transport", "health"))
REDUCED = {LIBRARY: (120, 24), CULTURE: (80, 24), TRANSPORT: (160, 16), HEALTH: (40, 24)}
"""Visitors a day, and days of history, of which two weeks are compared with. Without goals the portals are made together."""
CITY_OF = {portal.domain: portal for portal in CITY}
SEED = 1


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """By portal, once the last three days and the outage's first hours were looked at."""
    desk = open_desk(read_settings({"FOOTFALL_POLICY": "staff"}, home=str(tmp_path_factory.mktemp("home")), now=NOW))
    made = {domain: desk.control.create_portal(domain=domain, timezone="Europe/Moscow").id for domain in REDUCED}
    for domain, (visitors, days) in REDUCED.items():
        portal = msgspec.structs.replace(CITY_OF[domain], daily_visitors=visitors)
        lines = make_lines(portal, Span(first_day=LAST - timedelta(days=days - 1), days=days, until_s=NOW_S), seed=SEED)
        report = import_stream(desk, "events", domain, (line for line in lines if b'"engagement"' not in line))
        assert (report.refused, report.accepted) == (0, report.lines)
        put_items(desk.control, [one.item for one in items_of_demo(domain, made[domain], seed=SEED, now_ms=NOW_S * 1000)], now_ms=1)
    assert fill(desk, lambda: False).days == 0
    look_back(desk, NOW_S, days=3, hours=0)
    look_back(desk, int(datetime(2026, 3, 18, 5, tzinfo=UTC).timestamp()), days=0, hours=2)
    yield {domain: list_cards(desk.control, [id]) for domain, id in made.items()}
    desk.close()


def day_of(ago):
    """When that day of a story began; cards of days have 00:00 UTC for it."""
    return datetime.combine(LAST - timedelta(days=ago), datetime.min.time(), UTC)


def since(card):
    return datetime.fromtimestamp(card.since_ms / 1000, UTC)


def test_a_slow_ramp_is_one_card_of_its_page_with_its_term_and_source(cards):
    (card,), (story,) = cards[LIBRARY], CITY_OF[LIBRARY].stories
    told = decode(card.body)
    assert (card.kind, card.step, told.name) == ("rise", "day", story.path)
    assert abs(since(card) - day_of(story.ago)) <= timedelta(days=2)
    assert (told.reason.kind, told.reason.value) == ("source", story.source.source)
    assert {("source", story.source.source), ("search", story.term)} <= {(one.dimension, one.value) for one in told.drivers}


def test_a_sudden_rise_is_one_card_of_its_campaign_since_its_first_day(cards):
    (card,), (story,) = cards[CULTURE], CITY_OF[CULTURE].stories
    told = decode(card.body)
    assert (card.kind, card.step, told.name, since(card)) == ("rise", "day", story.path, day_of(story.ago))
    assert (told.reason.kind, told.reason.value) == ("campaign", story.source.utm_campaign)
    assert {("source", story.source.source), ("campaign", story.source.utm_campaign)} <= {
        (one.dimension, one.value) for one in told.drivers
    }


def test_hours_in_which_a_portal_is_away_are_an_outage_and_no_fall_of_its_pages(cards):
    (card,), (outage,) = cards[TRANSPORT], CITY_OF[TRANSPORT].outages
    assert (card.kind, card.step, card.dimension, decode(card.body).reason.kind) == ("outage", "hour", "portal", "outage")
    assert abs(since(card) - day_of(outage.ago) - timedelta(hours=outage.from_hour - 3)) <= timedelta(hours=1)


def test_a_portal_in_which_nothing_happens_stays_quiet(cards):
    assert cards[HEALTH] == []
