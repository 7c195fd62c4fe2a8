"""Imported visitors: one id a day, kept over midnight by a visit, told from nobody else's; salts that go away in time."""

import itertools
import stat

import pytest

from footfall.collect.import_salts import ImportSalts
from footfall.errors import Unavailable
from footfall.vocabulary import Portal
from tests.support.build import ms

PORTAL = Portal(id=1, domain="portal.example", umami_id="")
OTHER = Portal(id=2, domain="other.example", umami_id="")
KATHMANDU = Portal(id=3, domain="ktm.example", umami_id="", timezone="Asia/Kathmandu")
HOUR_MS = 3_600_000


class Machine:
    """A steady clock, and chance that never repeats itself."""

    def __init__(self, folder=None):
        self.now, self.folder, self._numbers = 1_000, folder, itertools.count(1)

    def salts(self) -> ImportSalts:
        return ImportSalts(steady_ms=lambda: self.now, random=self.random, folder=self.folder)

    def random(self, size: int) -> bytes:
        return (next(self._numbers) * 0x9E3779B97F4A7C15 % (1 << 63)).to_bytes(size, "big")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "salts")


def ids(salts, *times, portal=PORTAL, who="somebody"):
    return [salts.visitor(portal, who, ms(time)) for time in times]


def test_visitor_is_one_on_a_day_and_another_on_the_next(machine):
    one, again, next_day = ids(machine.salts(), "2026-01-05T00:00", "2026-01-05T22:00", "2026-01-06T10:00")
    assert one == again != next_day


def test_visitors_differ_by_name_and_by_portal(machine):
    salts = machine.salts()
    time = "2026-01-05T10:00"
    found = ids(salts, time) + ids(salts, time, who="else") + ids(salts, time, portal=OTHER)
    assert len(set(found)) == 3 and all(0 < visitor < 1 << 64 for visitor in found)


@pytest.mark.parametrize("nobody", [None, ""])
def test_who_has_no_name_is_somebody_new_each_time(machine, nobody):
    salts = machine.salts()
    assert len({salts.visitor(PORTAL, nobody, 1) for _ in range(50)}) == 50


def test_visit_keeps_its_id_over_midnight_as_long_as_it_lasts(machine):
    salts = machine.salts()
    over = ids(salts, "2026-01-05T23:45", "2026-01-06T00:15", "2026-01-06T00:45:59", "2026-01-06T01:16")
    assert len(set(over)) == 1
    assert ids(salts, "2026-01-06T15:00") != over[:1]


@pytest.mark.parametrize("first, is_kept", [("2026-01-05T23:44:00.001", True), ("2026-01-05T23:44:00", False), ("2026-01-06T00:20", False)])
def test_thirty_whole_minutes_are_the_limit_and_time_runs_forward(machine, first, is_kept):
    salts = machine.salts()
    ids(salts, first)
    own = machine.salts()
    assert (ids(salts, "2026-01-06T00:15") == ids(salts, "2026-01-06T12:00")) is not is_kept
    assert ids(own, "2026-01-06T00:15") == ids(own, "2026-01-06T12:00")


def test_day_is_the_portals_own(machine):
    salts = machine.salts()
    before, after = ids(salts, "2026-01-05T17:00", "2026-01-05T18:15", portal=KATHMANDU)
    assert before != after


def test_salts_last_an_hour_after_their_last_use(machine):
    salts = machine.salts()
    first = ids(salts, "2026-01-05T10:00")
    machine.now += HOUR_MS
    assert ids(salts, "2026-01-05T10:00") == first
    machine.now += HOUR_MS + 1
    assert ids(salts, "2026-01-05T10:00") != first


def test_house_keeping_destroys_what_nobody_used_for_an_hour(machine):
    salts = machine.salts()
    first = ids(salts, "2026-01-05T23:50")
    machine.now += HOUR_MS + 1
    salts.forget()
    assert ids(salts, "2026-01-06T00:05") != first
    assert not any(salt for site in salts._sites.values() for day, salt in site.by_day.items() if day == "2026-01-05")


def test_house_keeping_is_no_use(machine):
    salts = machine.salts()
    first = ids(salts, "2026-01-05T10:00")
    for _ in range(4):
        machine.now += HOUR_MS // 3
        salts.forget()
    assert ids(salts, "2026-01-05T10:00") != first


def test_crash_in_an_import_leaves_its_salts_to_the_next_process(machine):
    salts = machine.salts()
    with pytest.raises(KeyboardInterrupt), salts.unfinished(1):
        before = ids(salts, "2026-01-05T10:00", "2026-01-06T10:00")
        raise KeyboardInterrupt
    (file,) = machine.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(machine.folder.stat().st_mode) == 0o700
    resumed = machine.salts()
    with resumed.unfinished(1):
        assert ids(resumed, "2026-01-05T10:00", "2026-01-06T10:00") == before
    assert list(machine.folder.iterdir()) == []
    fresh = machine.salts()
    with fresh.unfinished(1):
        assert ids(fresh, "2026-01-05T10:00")[0] not in before


def test_salt_line_that_was_cut_short_is_no_salt(machine):
    salts = machine.salts()
    with pytest.raises(KeyboardInterrupt), salts.unfinished(1):
        before = ids(salts, "2026-01-05T10:00", "2026-01-06T10:00")
        raise KeyboardInterrupt
    (file,) = machine.folder.iterdir()
    file.write_bytes(file.read_bytes()[:-10])
    resumed = machine.salts()
    with resumed.unfinished(1):
        first, second = ids(resumed, "2026-01-05T10:00", "2026-01-06T10:00")
    assert first == before[0] and second != before[1]


def test_salts_of_an_import_nobody_resumed_are_destroyed_after_an_hour(machine):
    salts = machine.salts()
    with pytest.raises(KeyboardInterrupt), salts.unfinished(1):
        ids(salts, "2026-01-05T10:00")
        raise KeyboardInterrupt
    other = machine.salts()
    machine.now += HOUR_MS
    other.forget()
    assert len(list(machine.folder.iterdir())) == 1
    machine.now += 1
    other.forget()
    assert list(machine.folder.iterdir()) == []


def test_long_import_on_one_day_stays_resumable(machine):
    salts = machine.salts()
    with pytest.raises(KeyboardInterrupt), salts.unfinished(1):
        for _ in range(10):
            first = ids(salts, "2026-01-05T10:00")
            machine.now += HOUR_MS // 2
        raise KeyboardInterrupt
    resumed = machine.salts()
    with resumed.unfinished(1):
        assert ids(resumed, "2026-01-05T10:00") == first


def test_salts_in_memory_serve_the_next_import_and_its_crash(machine):
    salts = machine.salts()
    with salts.unfinished(1):
        first = ids(salts, "2026-01-05T10:00")
    with pytest.raises(KeyboardInterrupt), salts.unfinished(1):
        assert ids(salts, "2026-01-05T11:00") == first
        raise KeyboardInterrupt
    resumed = machine.salts()
    with resumed.unfinished(1):
        assert ids(resumed, "2026-01-05T12:00") == first


def test_without_a_folder_nothing_is_kept():
    salts = Machine().salts()
    with salts.unfinished(1):
        assert len(set(ids(salts, "2026-01-05T10:00", "2026-01-05T10:00"))) == 1


def test_folder_that_refuses_is_said_so(machine):
    salts = machine.salts()
    with pytest.raises(Unavailable, match="folder for salts"), salts.unfinished(1):
        (machine.folder / "import-1").unlink()
        (machine.folder / "import-1").mkdir()
        ids(salts, "2026-01-05T10:00")


def test_ping_without_an_open_visit_carries_nobody_over_midnight(machine):
    salts = machine.salts()
    (before,) = ids(salts, "2026-01-05T12:00")
    assert salts.visitor(PORTAL, "somebody", ms("2026-01-05T23:55"), opens=False) == before
    assert before not in ids(salts, "2026-01-06T00:01", "2026-01-06T12:00")


def test_visit_that_pings_keep_open_keeps_its_id_over_midnight(machine):
    salts = machine.salts()
    (before,) = ids(salts, "2026-01-05T22:58:05")
    over = [
        salts.visitor(PORTAL, "somebody", ms(time), opens=False) for time in ("2026-01-05T23:29", "2026-01-05T23:59", "2026-01-06T00:29")
    ]
    assert [*over, *ids(salts, "2026-01-06T00:59:59")] == [before] * 4


def test_ping_after_a_visit_is_over_leaves_its_end_alone(machine):
    salts = machine.salts()
    (before,) = ids(salts, "2026-01-05T23:20")
    assert salts.visitor(PORTAL, "somebody", ms("2026-01-05T23:51"), opens=False) == before
    assert ids(salts, "2026-01-06T00:01") != [before]
