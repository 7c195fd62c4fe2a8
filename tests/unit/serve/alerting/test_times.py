"""When alerts go out: not at night, so many a day, the best first, and in the morning what was held back in one message."""

import pytest

from footfall.control.alerts import Logged, Plan
from footfall.serve.alerting.news import News
from footfall.serve.alerting.times import due_ms, is_quiet, messages, morning_before, next_morning
from tests.support.build import ms

MOSCOW = "Europe/Moscow"
PLAN = Plan(role="viewer", about=("trends",), language="en", most=2, quiet_from=20, morning=8)
HOUR_MS = 3_600_000


def at(time, day=10):
    return ms(f"2026-03-{day}T{time}:00+03:00")


def news(number, at_ms, rank=1.0):
    return News(id=f"trend {number}", at_ms=at_ms, rank=rank)


def told(number, at_ms, state="sent"):
    return Logged(channel=1, news=f"trend {number}", title="", message=f"m{number}", state=state, at_ms=at_ms)


def ids(found):
    return [[one.id for one in message] for message in found]


@pytest.mark.parametrize(
    ("hours", "quiet"),
    [((20, 8), {20, 23, 0, 1, 5, 6, 7}), ((1, 6), {1, 5}), ((8, 8), set())],
    ids=["over midnight", "in one night", "never"],
)
def test_quiet_hours_are_those_of_the_portals_clocks(hours, quiet):
    plan = Plan(role="viewer", about=("trends",), language="en", quiet_from=hours[0], morning=hours[1])
    asked = (20, 23, 0, 1, 5, 6, 7, 8, 12, 19)
    assert {hour for hour in asked if is_quiet(plan, MOSCOW, at(f"{hour:02}:30"))} == {
        hour for hour in asked if hour in quiet or (hours == (20, 8) and hour < 8)
    }


def test_days_go_from_morning_to_morning():
    assert (morning_before(PLAN, MOSCOW, at("07:59")), next_morning(PLAN, MOSCOW, at("07:59"))) == (at("08:00", "09"), at("08:00"))
    assert (morning_before(PLAN, MOSCOW, at("08:00")), next_morning(PLAN, MOSCOW, at("08:00"))) == (at("08:00"), at("08:00", 11))


def test_morning_is_the_local_one_when_clocks_change():
    plan = Plan(role="viewer", about=("trends",), language="en")
    assert next_morning(plan, "Europe/Berlin", ms("2026-03-28T12:00:00+01:00")) == ms("2026-03-29T08:00:00+02:00")


def test_each_goes_out_by_day_the_best_first_and_no_more_than_may():
    waiting = [news(1, at("09:00"), 5.0), news(2, at("09:30"), 9.0), news(3, at("09:40"), 7.0)]
    assert ids(messages(PLAN, MOSCOW, waiting, [], at("10:00"))) == [["trend 2"], ["trend 3"]]
    assert due_ms(PLAN, MOSCOW, waiting, [], at("10:00")) == at("09:40")
    log = [told(2, at("10:00")), told(3, at("10:00"))]
    assert messages(PLAN, MOSCOW, waiting[:1], log, at("10:01")) == []
    assert due_ms(PLAN, MOSCOW, waiting[:1], log, at("10:01")) == at("08:00", 11)


def test_what_was_held_back_comes_in_the_morning_in_one_message():
    waiting = [news(1, at("18:00"), 5.0), news(2, at("23:00"), 9.0)]
    assert messages(PLAN, MOSCOW, waiting, [], at("23:30")) == []
    assert due_ms(PLAN, MOSCOW, waiting, [], at("23:30")) == at("08:00", 11)
    fresh = news(3, at("08:01", 11), 20.0)
    assert ids(messages(PLAN, MOSCOW, [*waiting, fresh], [], at("08:02", 11))) == [["trend 2", "trend 1"], ["trend 3"]]


def test_what_one_message_told_counts_once():
    log = [told(1, at("08:00")), Logged(channel=1, news="trend 2", title="", message="m1", state="sent", at_ms=at("08:00"))]
    assert ids(messages(PLAN, MOSCOW, [news(3, at("09:00"))], log, at("09:01"))) == [["trend 3"]]


def test_what_failed_counts_for_nothing():
    assert ids(messages(PLAN, MOSCOW, [news(3, at("09:00"))], [told(n, at("08:30"), "failed") for n in (1, 2)], at("09:01"))) == [
        ["trend 3"]
    ]


def test_what_is_found_late_is_due_after_what_was_told():
    """A card has the instant at which its hour ended, and is there later: the job that told another meanwhile must not stand for it."""
    assert due_ms(PLAN, MOSCOW, [news(2, at("09:00"))], [told(1, at("09:30"))], at("10:00")) == at("09:30") + 1


def test_what_is_tried_again_stays_due_at_the_same_instant():
    waiting = [news(1, at("09:00"))]
    assert due_ms(PLAN, MOSCOW, waiting, [told(1, at("09:10"), "waits")], at("10:00")) == at("09:00")


def test_nothing_waits_and_nothing_is_due():
    assert (due_ms(PLAN, MOSCOW, [], [], at("10:00")), messages(PLAN, MOSCOW, [], [], at("10:00"))) == (0, [])
