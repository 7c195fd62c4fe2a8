"""The daily round: once a service day, from a home's first midnight on."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from footfall.control.database import open_control
from footfall.serve import retention
from footfall.serve.retention import forget_expired, service_day


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def control(tmp_path):
    opened = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: 0)
    yield opened
    opened.close()


@pytest.fixture
def dropped(monkeypatch):
    calls = []
    monkeypatch.setattr(retention, "drop_expired", lambda engine, keep, today: calls.append((keep, today)) or 3)
    return calls


def test_service_day_is_the_earliest_of_all_portals(control):
    now = ms("2026-01-05T02:00:00")
    assert service_day(control, now) == "2026-01-05"
    control.create_portal(domain="east.example", timezone="Asia/Kamchatka")
    assert service_day(control, now) == "2026-01-05"
    control.create_portal(domain="west.example", timezone="America/New_York")
    assert service_day(control, now) == "2026-01-04"


def test_first_round_is_an_hour_after_the_first_midnight_and_then_once_a_day(control, dropped):
    control.create_portal(domain="a.example", keep_events=30)
    hours = ["2026-01-05T09:00:00", "2026-01-06T00:59:59", "2026-01-06T01:00:00", "2026-01-06T12:00:00", "2026-01-07T01:00:01"]
    assert [forget_expired(control, None, lambda at=hour: ms(at)) for hour in hours] == [0, 0, 3, 0, 3]
    assert dropped == [({1: 30}, date(2026, 1, 6)), ({1: 30}, date(2026, 1, 7))]


def test_removed_portals_keep_nothing(control, dropped):
    for domain in ("a.example", "b.example"):
        control.create_portal(domain=domain, keep_events=760)
    control.set_last_day("retention", "2026-01-05")
    control.delete_portal("a.example")
    forget_expired(control, None, lambda: ms("2026-01-06T01:00:00"))
    assert dropped == [({1: 0, 2: 760}, date(2026, 1, 6))]


def test_round_that_fails_is_done_again(control, monkeypatch):
    control.set_last_day("retention", "2026-01-05")

    def fail(engine, keep, today):
        raise OSError

    monkeypatch.setattr(retention, "drop_expired", fail)
    with pytest.raises(OSError):
        forget_expired(control, None, lambda: ms("2026-01-06T01:00:00"))
    assert control.last_day("retention") == "2026-01-05"


class Holding:
    """A store that holds one day of one portal, and notes what it is told to do."""

    def __init__(self):
        self.told = []

    def nodes(self):
        return [self]

    topology = SimpleNamespace(cluster="")

    def query(self, sql, parameters, *, name=""):
        return [row for row in parameters["rows"] if row == (7, date(2026, 3, 10)) and parameters["table"] == "visits"]

    def command(self, sql, parameters):
        self.told.append(parameters.get("day") or parameters["rows"])


def test_nothing_is_deleted_of_a_sealed_day_that_holds_nothing():
    store, other = Holding(), date(2026, 3, 9)
    retention.forget_sealed_days(store, {(7, other), (8, date(2026, 3, 10))})
    assert store.told == []
    retention.forget_sealed_days(store, {(7, other), (7, date(2026, 3, 10))})
    assert {str(day) for day in store.told if isinstance(day, date)} == {"2026-03-10"}
    assert [rows for rows in store.told if isinstance(rows, list)] == [[(7, date(2026, 3, 10))]] * 7
