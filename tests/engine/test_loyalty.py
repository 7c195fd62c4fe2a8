"""Loyalty over real visits: who comes again that day, and what devices that agreed tell of themselves."""

from datetime import date, timedelta

from footfall.privacy import release
from footfall.reports import question
from footfall.reports.loyalty import PARTS, loyalty, returning
from footfall.reports.service_returns import returns_of, service_returns
from tests.support.build import ms

NOW = ms("2026-03-31T12:00:00")


def parsed(home, days=("2026-03-02", "2026-03-15")):
    whole = {"metrics": ["visitors"], "date_range": list(days)}
    return question.parse(whole, portal=home.portal, goals=home.goals, now_ms=NOW)


def asked(home, policy="exact"):
    found = loyalty(parsed(home), home.engine, NOW)
    assert set(found) == set(PARTS)
    return returning({name: release(answer, policy) for name, answer in found.items()})


def told(home, day, visitors, *, since="new", age=0, active="1", week="first", month="first"):
    """Devices, visitors of that day, that look at a page and tell of themselves."""
    props = {"since": since, "age": str(age), "active": active, "week": week, "month": month}
    for visitor in visitors:
        yield home.hit(f"{day}T10:00:00", visitor=visitor)
        yield home.hit(f"{day}T10:00:05", visitor=visitor, name="Returning", interactive=False, props=props)


def test_repeat_within_a_day_is_of_everybody(home):
    home.load(
        *(home.hit("10:00", visitor=visitor) for visitor in range(1, 5)),
        *(home.hit("12:00", visitor=visitor) for visitor in (1, 2)),
        home.hit("14:00", visitor=1),
        home.hit("2026-03-11T10:00:00", visitor=9),
    )
    found = asked(home)
    assert [(one.name, one.visitors, one.share) for one in found.repeat] == [("1", 3, 60.0), ("2", 1, 20.0), ("3+", 1, 20.0)]
    assert (found.visitors, found.repeat_rate) == (5, 40.0)
    assert found.agreed and found.agreed.rate == 0.0
    assert found.return_rate is None and found.retention == ()


def test_return_rate_counts_a_device_once_a_week_and_only_those_that_agreed(home):
    home.load(
        *(home.hit("2026-03-03T09:00:00", visitor=visitor) for visitor in range(100, 180)),
        *told(home, "2026-03-03", range(1, 13)),
        *told(home, "2026-03-10", range(21, 29), since="7-13", age=1, active="2-3", month="again"),
        *told(home, "2026-03-11", range(31, 34), since="1", age=1, active="2-3", week="again", month="again"),
    )
    found = asked(home)
    assert found.agreed and (found.agreed.part, found.agreed.whole) == (23, 103)
    assert found.return_rate and (found.return_rate.part, found.return_rate.whole, found.return_rate.rate) == (8, 20, 40.0)
    assert found.return_rate.low < 40 < found.return_rate.high
    assert {one.name: one.visitors for one in found.recency} == {"new": 12, "1": 3, "2-6": 0, "7-13": 8, "14-29": 0, "30+": 0}
    assert {one.name: one.visitors for one in found.frequency} == {"1": 12, "2-3": 8, "4-7": 0, "8+": 0}


def test_retention_follows_those_who_began_and_looks_back_before_the_period(home):
    home.load(
        *told(home, "2026-02-17", range(1, 21)),
        *told(home, "2026-03-03", range(21, 41)),
        *told(home, "2026-03-10", range(41, 51), since="7-13", age=1),
        *told(home, "2026-03-11", range(51, 56), since="14-29", age=3),
    )
    curve = {point.week: (point.began, point.rate.part if point.rate else None) for point in asked(home).retention}
    assert curve[1] == (20, 10)
    assert curve[2] == (20, 0)
    assert curve[3] == (20, 5)
    assert 4 not in curve


def test_stickiness_is_of_the_last_whole_month(home):
    days = [date(2026, 2, 1) + timedelta(days=number) for number in range(28)]
    home.load(*(hit for day in days for hit in told(home, day, range(1, 3), month="first" if day.day == 1 else "again")))
    found = asked(home)
    assert (found.stickiness, found.month) == (100.0, "2026-02")


def test_staff_see_no_group_under_the_cohort_and_no_small_rest(home):
    home.load(
        *told(home, "2026-03-03", range(1, 31)),
        *told(home, "2026-03-10", range(41, 46), since="7-13", age=1),
    )
    exact, staff = asked(home), asked(home, policy="staff")
    assert exact.return_rate and exact.return_rate.part == 5
    assert staff.return_rate is None
    assert staff.retention == () or all(point.rate is None for point in staff.retention)
    assert all(one.visitors is None or one.visitors >= 10 for one in (*staff.repeat, *staff.recency, *staff.frequency))


def test_what_a_device_makes_up_is_not_counted(home):
    home.load(*told(home, "2026-03-03", range(1, 5), since="yesterday"), *told(home, "2026-03-03", range(11, 15), age=99))
    assert asked(home).return_rate is None


def began(home, day, visitors, form="permit"):
    return (home.hit(f"{day}T10:01:00", visitor=visitor, name="Form: Started", props={"form": form}) for visitor in visitors)


def test_a_service_has_a_return_rate_of_the_devices_that_began_its_form_and_agreed(home):
    home.load(
        *told(home, "2026-03-10", range(1, 13), since="7-13", age=1),
        *told(home, "2026-03-10", range(13, 33)),
        *told(home, "2026-03-10", range(50, 60), since="7-13", age=1),
        *began(home, "2026-03-10", range(1, 33)),
        *began(home, "2026-03-10", range(70, 90)),
        *began(home, "2026-03-11", range(1, 5)),
        *began(home, "2026-03-10", range(1, 4), form="rare"),
    )
    answer = service_returns(parsed(home), home.engine, NOW)
    service = returns_of(release(answer, "exact"))["permit"]
    assert service.agreed and (service.agreed.part, service.agreed.whole) == (32, 56)
    assert service.return_rate and (service.return_rate.part, service.return_rate.whole) == (12, 32)
    staff = returns_of(release(answer, "staff"))
    assert staff["permit"].return_rate == service.return_rate
    assert "rare" not in staff or staff["rare"].agreed is None


def test_no_return_rate_of_a_service_rests_on_a_group_under_the_cohort(home):
    home.load(
        *told(home, "2026-03-10", range(1, 6), since="7-13", age=1),
        *told(home, "2026-03-10", range(6, 31)),
        *began(home, "2026-03-10", range(1, 36)),
    )
    service = returns_of(release(service_returns(parsed(home), home.engine, NOW), "staff")).get("permit")
    assert service is None or (service.agreed is None and service.return_rate is None)
