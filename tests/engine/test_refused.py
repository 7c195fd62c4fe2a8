"""What was not counted passed the gate day by day: few look like none, and no period tells more than its days."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from footfall.collect.journal import REFUSALS, write_segment
from footfall.collect.refusals import as_lines
from footfall.serve.answers import ask_of
from footfall.serve.house import open_desk
from footfall.serve.imports import import_stream
from footfall.serve.pages.refused import load_refused, refused_today
from footfall.settings import Settings

NOW = "2026-03-20T12:00:00Z"
ZONE = ZoneInfo("Asia/Kathmandu")
"""+5:45: a day begins at no whole hour of the store's."""


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """Asks for days of a portal, under a policy: ``refused("staff", "2026-03-01", "2026-03-31")``."""
    home = tmp_path_factory.mktemp("home")
    desk = open_desk(Settings(home=str(home), now=NOW))
    portal = desk.control.create_portal(domain="a.example", timezone="Asia/Kathmandu")
    other = desk.control.create_portal(domain="b.example", timezone="Asia/Kathmandu")
    lines = [f'{{"timestamp": "2026-03-1{day}T06:00:00Z", "visitor": "v{who}"}}\n'.encode() for day in (0, 1) for who in range(40)]
    import_stream(desk, "events", "a.example", lines)
    rows = [
        (portal.id, at("2026-03-10T00:00"), "bot", 6),
        (portal.id, at("2026-03-10T23:59"), "bot", 9),
        (portal.id, at("2026-03-11T00:00"), "bot", 9),
        (portal.id, at("2026-03-10T10:00"), "privacy_signal", 99),
        (portal.id, at("2026-03-11T10:00"), "privacy_signal", 260),
        (portal.id, at("2026-03-20T10:00"), "bot", 500),
        (other.id, at("2026-03-10T10:00"), "malformed", 700),
    ]
    write_segment(desk.journal_folder, "0-0", [as_lines(rows)], suffix=REFUSALS)
    desk.loader.load_waiting()

    def asked(policy, first, last):
        desk.settings = Settings(home=str(home), now=NOW, policy=policy)
        return load_refused(desk, portal, date.fromisoformat(first), date.fromisoformat(last), lambda body: ask_of(desk, portal, (), body))

    try:
        asked.desk, asked.portals = desk, (portal, other)
        yield asked
    finally:
        desk.close()


def told(found):
    return {row.reason: row.events for row in found.rows}


def test_robots_are_told_in_tens_and_what_people_send_in_hundreds(refused):
    assert told(refused("staff", "2026-03-01", "2026-03-19")) == {"privacy_signal": 200, "bot": 10}


def test_a_day_under_its_step_looks_like_a_day_of_nothing(refused):
    assert refused("staff", "2026-03-11", "2026-03-11").rows[0].reason == "privacy_signal"
    assert "bot" not in told(refused("staff", "2026-03-11", "2026-03-11")), "nine"
    assert told(refused("staff", "2026-03-10", "2026-03-10")) == {"bot": 10}, "ninety-nine signals are none"
    assert refused("staff", "2026-03-12", "2026-03-12").rows == refused("staff", "2026-03-01", "2026-03-09").rows == ()


def test_longer_period_less_a_shorter_one_is_what_the_day_between_tells(refused):
    whole = told(refused("staff", "2026-03-01", "2026-03-12"))
    for day in range(1, 13):
        last = date(2026, 3, day)
        upto = told(refused("staff", "2026-03-01", last.isoformat()))
        rest = told(refused("staff", (last + timedelta(days=1)).isoformat(), "2026-03-12")) if day < 12 else {}
        assert {reason: upto.get(reason, 0) + rest.get(reason, 0) for reason in whole} == whole, last


def test_day_that_is_not_over_is_not_told(refused):
    assert refused("staff", "2026-03-20", "2026-03-20").days is None
    found = refused("staff", "2026-03-11", "2026-03-31")
    assert found.days == (date(2026, 3, 11), date(2026, 3, 19))
    assert "bot" not in told(found)


def test_today_is_told_by_portal_up_to_the_last_whole_hour_without_what_visitors_wished(refused):
    desk, (portal, other) = refused.desk, refused.portals
    hour = int(datetime.fromisoformat(NOW).timestamp())
    rows = [
        (portal.id, hour - 60, "malformed", 199),
        (portal.id, hour - 60, "privacy_signal", 800),
        (portal.id, hour, "bot", 70),
        (other.id, at("2026-03-19T23:59"), "bot", 900),
        (other.id, at("2026-03-20T00:00"), "bot", 9),
    ]
    write_segment(desk.journal_folder, "0-1", [as_lines(rows)], suffix=REFUSALS)
    desk.loader.load_waiting()
    assert refused_today(desk, refused.portals) == {portal.id: 600}, "500 robots, and 199 of other kinds are a hundred"


def test_share_is_of_all_that_arrived_and_blank_where_what_was_counted_is(refused):
    found = refused("staff", "2026-03-10", "2026-03-11")
    assert [round(row.share, 2) for row in (*found.rows, found.total)] == [68.97, 3.45, 72.41], "of 80 counted and 210 refused"
    assert refused("exact", "2026-03-12", "2026-03-19").total is None


def test_single_developer_sees_every_event_of_the_own_portal(refused):
    assert told(refused("exact", "2026-03-10", "2026-03-11")) == {"privacy_signal": 359, "bot": 24}
