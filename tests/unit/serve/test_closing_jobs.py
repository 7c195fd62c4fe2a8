"""When the close of a day is due, what it waits for, and that it lets others go first."""

from datetime import date
from types import SimpleNamespace

import pytest

from footfall.serve import closing_jobs
from footfall.serve.closing_jobs import IMPORTING, MORE, NOT_LOADED, PART
from footfall.serve.jobs import Waits
from footfall.vocabulary import Portal
from tests.support.build import ms

MINUTE_MS = 60_000
DUE = ms("2026-03-11T00:40:00")
DAYS = [date(2026, 3, day) for day in (8, 9, 10)]


def portals(*zones):
    return tuple(Portal(id=number, domain=f"{number}.example", umami_id="", timezone=zone) for number, zone in enumerate(zones, start=1))


class Desk:
    """All there is, and a closer that takes a minute a day."""

    def __init__(self, monkeypatch):
        self.now_ms, self.loaded_ms, self.import_ms, self.closed = DUE + MINUTE_MS, DUE, 0, []
        self.engine = self.sealed = None
        self.loader = SimpleNamespace(complete_until_ms=lambda: self.loaded_ms)
        groups = {"city": portals("Etc/UTC")}
        closer = SimpleNamespace(groups=lambda: groups, due=lambda group: DAYS, close=self.close)
        monkeypatch.setattr(closing_jobs, "closer_of", lambda desk, *stopped: closer)
        monkeypatch.setattr(closing_jobs, "last_import_ms", lambda engine: self.import_ms)
        (self.job,) = closing_jobs.closing_jobs(self, None, lambda: False)

    def now(self):
        return self.now_ms

    def close(self, group, day):
        self.closed.append((group, day))
        self.now_ms += MINUTE_MS + 1
        return SimpleNamespace(state="part" if day == DAYS[1] else "closed", drawn=16)


@pytest.fixture
def desk(monkeypatch):
    return Desk(monkeypatch)


def test_due_forty_minutes_after_the_last_midnight_of_the_group():
    group = portals("Asia/Tokyo", "Europe/Berlin")
    for now, last, following in (
        ("2026-03-10T23:40:00", "2026-03-10T23:40:00", "2026-03-11T23:40:00"),
        ("2026-03-10T23:39:59", "2026-03-09T23:40:00", "2026-03-10T23:40:00"),
        ("2026-03-28T23:40:00", "2026-03-28T23:40:00", "2026-03-29T22:40:00"),
    ):
        assert closing_jobs._last_due(group, ms(now)) == ms(last)
        assert closing_jobs._next_due(group, ms(now)) == ms(following)


def test_all_days_are_closed_in_their_order_and_what_is_missing_is_said(desk, monkeypatch):
    monkeypatch.setattr(closing_jobs, "AT_ONCE_MS", 10 * MINUTE_MS)
    assert desk.job.work(DUE) == PART
    assert desk.closed == [("city", day) for day in DAYS]


def test_other_jobs_have_their_turn_between_days(desk):
    with pytest.raises(Waits, match=MORE):
        desk.job.work(DUE)
    assert len(desk.closed) == 2


@pytest.mark.parametrize(("name", "behind_ms", "sentence"), [("loaded_ms", 61_000, NOT_LOADED), ("import_ms", 59_000, IMPORTING)])
def test_it_waits_for_what_is_still_to_come(desk, name, behind_ms, sentence):
    setattr(desk, name, desk.now_ms - behind_ms)
    with pytest.raises(Waits, match=sentence):
        desk.job.work(DUE)
    assert desk.closed == []
    desk.loaded_ms, desk.import_ms = DUE, desk.now_ms - MINUTE_MS
    with pytest.raises(Waits, match=MORE):
        desk.job.work(DUE)
