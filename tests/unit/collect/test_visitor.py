"""The day's pseudonyms: the same all day for everybody here, strange to the next day, and salts that go away in time."""

import itertools
import os

import pytest

from footfall.collect.visitor import Pseudonym, Salts, network_of
from footfall.vocabulary import FIRST_LATE_ID, Portal
from tests.support.build import ms

NOON, MIDNIGHT = ms("2026-03-10T12:00:00"), ms("2026-03-11T00:00:00")
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


class Machine:
    """A clock, a tmpfs folder, and chance that is known."""

    def __init__(self, folder, now=NOON):
        self.folder, self.now, self.made, self._numbers = folder, now, [], itertools.count(1)

    def process(self, folder=...) -> Salts:
        return Salts(self.folder if folder is ... else folder, now=lambda: self.now, random=self.random)

    def random(self, size: int) -> bytes:
        self.made.append(next(self._numbers).to_bytes(2, "big") * (size // 2))
        return self.made[-1]

    def on_tmpfs(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.iterdir()))


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "salts")


def visit(salts, time_ms, *, who="91.198.174.192", site=1, timezone="Etc/UTC", group="city"):
    return salts.visitor(group, timezone, site, who, "Firefox", time_ms)


def test_visitor_is_one_all_day_and_another_on_the_next_and_on_another_site(machine):
    salts = machine.process()
    first = visit(salts, NOON)
    assert visit(salts, NOON + 11 * 60 * MINUTE) == first != 0
    assert visit(salts, NOON, site=2) != first
    assert visit(salts, NOON, who="91.198.174.193") != first
    assert visit(salts, NOON + DAY) != first


def test_restart_on_the_same_day_goes_on_with_its_salt(machine):
    first = visit(machine.process(), NOON)
    assert visit(machine.process(), NOON + 60 * MINUTE) == first
    assert len(machine.made) == 1


def test_processes_that_share_the_folder_agree_also_after_midnight(machine):
    one, two = machine.process(), machine.process()
    assert visit(one, NOON) == visit(two, NOON)
    assert visit(two, NOON + DAY) == visit(one, NOON + DAY)
    assert len(machine.made) == 2


def test_without_a_folder_memory_is_enough(machine):
    salts = machine.process(folder=None)
    first = visit(salts, NOON)
    assert visit(salts, NOON + MINUTE) == first
    machine.now = NOON + DAY
    salts.tick()
    assert visit(salts, NOON + DAY) != first


def test_event_of_yesterday_leaves_todays_salt_alone(machine):
    salts = machine.process()
    first, file = visit(salts, NOON), machine.on_tmpfs()
    salts.visitor("city", "Etc/UTC", 1, "91.198.174.192", "Firefox|2026-03-09", NOON)
    assert machine.on_tmpfs() == file
    assert visit(salts, NOON) == first


def test_visit_across_midnight_keeps_its_id_until_it_was_quiet_for_thirty_minutes(machine):
    salts = machine.process()
    late = visit(salts, MIDNIGHT - 20 * MINUTE)
    assert visit(salts, MIDNIGHT + 5 * MINUTE) == late
    assert visit(salts, MIDNIGHT + 34 * MINUTE) == late
    assert visit(salts, MIDNIGHT + 35 * MINUTE) != late
    quiet = visit(salts, MIDNIGHT + DAY - 20 * MINUTE)
    assert visit(salts, MIDNIGHT + DAY + 12 * MINUTE) != quiet


def test_visit_across_midnight_does_not_mind_another_zones_end_of_overlap(machine):
    salts = machine.process()
    visit(salts, MIDNIGHT - 35 * MINUTE, timezone="Asia/Kolkata")
    tashkent = ms("2026-03-10T18:50:00")
    visit(salts, tashkent - 60 * MINUTE, timezone="Asia/Kolkata")
    late = visit(salts, tashkent, timezone="Asia/Tashkent")
    visit(salts, ms("2026-03-10T19:06:00"), timezone="Asia/Kolkata")
    assert visit(salts, ms("2026-03-10T19:07:00"), timezone="Asia/Tashkent") == late


@pytest.mark.parametrize("by", ["an event", "the clock alone", "another process"])
def test_previous_salt_is_gone_after_thirty_five_minutes_also_from_the_file(machine, by):
    salts, other = machine.process(), machine.process()
    visit(salts, MIDNIGHT - MINUTE)
    machine.now = MIDNIGHT + MINUTE
    salts.tick()
    old, new = machine.made
    assert old in machine.on_tmpfs() and new in machine.on_tmpfs()
    machine.now = MIDNIGHT + 35 * MINUTE - 1
    salts.tick()
    assert old in machine.on_tmpfs()
    machine.now += 1
    if by == "an event":
        visit(salts, machine.now)
    else:
        (salts if by == "the clock alone" else other).tick()
    assert old not in machine.on_tmpfs()
    assert new in machine.on_tmpfs()


def test_salt_turns_at_midnight_though_no_event_comes(machine):
    salts = machine.process()
    visit(salts, NOON)
    machine.now = MIDNIGHT + 35 * MINUTE
    salts.tick()
    assert machine.made[0] not in machine.on_tmpfs()


def test_salt_of_a_group_that_nobody_visits_any_more_is_destroyed_after_a_restart(machine):
    visit(machine.process(), NOON, group="gone")
    imports = machine.folder / "import-1"
    imports.write_bytes(b"an import's own")
    machine.now = NOON + DAY
    machine.process().tick()
    assert machine.on_tmpfs() == b"an import's own"


def test_start_long_after_midnight_takes_no_past_along(machine):
    visit(machine.process(), MIDNIGHT - MINUTE)
    visit(machine.process(), MIDNIGHT + 60 * MINUTE)
    assert machine.made[0] not in machine.on_tmpfs()


def test_slow_process_does_not_write_its_old_salt_over_the_new(machine):
    slow, quick = machine.process(), machine.process()
    visit(slow, MIDNIGHT - MINUTE)
    visit(slow, MIDNIGHT + MINUTE)
    tomorrow = visit(quick, MIDNIGHT + DAY)
    visit(slow, MIDNIGHT + 40 * MINUTE)
    assert visit(machine.process(), MIDNIGHT + DAY + MINUTE) == tomorrow


@pytest.mark.parametrize("fresh", [False, True], ids=["the same process", "after a restart"])
def test_clock_that_steps_back_over_midnight_changes_no_salt(machine, fresh):
    salts = machine.process()
    first = visit(salts, MIDNIGHT + MINUTE)
    salts = machine.process() if fresh else salts
    assert visit(salts, MIDNIGHT - MINUTE) == first
    assert visit(salts, MIDNIGHT + 2 * MINUTE) == first
    assert len(machine.made) == 1


def test_clock_that_was_far_ahead_leaves_no_salt_that_lives_on(machine):
    ahead = visit(machine.process(), MIDNIGHT + 365 * DAY)
    assert visit(machine.process(), NOON) != ahead
    assert machine.made[0] not in machine.on_tmpfs()


def test_portals_of_a_group_turn_at_their_own_midnight(machine):
    salts = machine.process()
    moscow = ms("2026-03-10T21:00:00")
    before = [visit(salts, moscow - 60 * MINUTE, timezone=timezone) for timezone in ("Europe/Moscow", "Etc/UTC")]
    after = [visit(salts, moscow + 60 * MINUTE, timezone=timezone) for timezone in ("Europe/Moscow", "Etc/UTC")]
    assert after[0] != before[0]
    assert after[1] == before[1]


@pytest.mark.parametrize("content", [b"", b"\0" * 90, b"\x84\xa7from_ms", os.urandom(64)], ids=["empty", "zeros", "torn", "noise"])
def test_file_that_its_writer_did_not_finish_is_replaced(machine, content):
    visit(machine.process(), NOON)
    (path,) = machine.folder.iterdir()
    path.write_bytes(content)
    first = visit(machine.process(), NOON)
    assert visit(machine.process(), NOON) == first


def test_folder_and_files_are_their_owners_alone(machine):
    visit(machine.process(), NOON)
    modes = [path.stat().st_mode & 0o777 for path in (machine.folder, *machine.folder.iterdir())]
    assert modes == [0o700, 0o600]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("91.198.174.192", "91.198.174.192"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("2001:0DB8:1:2::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("::ffff:91.198.174.192", "91.198.174.192"),
        ("::ffff:5bc6:aec0", "91.198.174.192"),
        ("no address: at all", "no address: at all"),
        ("", ""),
    ],
)
def test_address_is_cut_to_its_network(address, network):
    assert network_of(address) == network


PORTAL = Portal(id=1, domain="portal.example", umami_id="")


def test_pseudonyms_are_those_that_events_get_and_asking_is_no_visit(machine):
    salts = machine.process()
    now = visit(salts, NOON)
    late = salts.late_visitor("city", "Etc/UTC", 1, "91.198.174.192", "Firefox", NOON)
    assert now < FIRST_LATE_ID <= late
    found = machine.process().pseudonyms(PORTAL, "91.198.174.192", "Firefox", NOON)
    assert found == (Pseudonym(now, MIDNIGHT + 35 * MINUTE), Pseudonym(late, MIDNIGHT + 35 * MINUTE))
    assert len(machine.made) == 1


def test_pseudonyms_name_the_day_before_while_its_salt_lives(machine):
    salts = machine.process()
    before = visit(salts, MIDNIGHT - 5 * MINUTE)
    visit(salts, MIDNIGHT + MINUTE, who="91.198.174.193")
    overlap = salts.pseudonyms(PORTAL, "91.198.174.192", "Firefox", MIDNIGHT + 34 * MINUTE)
    assert Pseudonym(before, MIDNIGHT + 35 * MINUTE) in overlap[2:]
    assert visit(salts, MIDNIGHT + 34 * MINUTE) == overlap[0].visitor != before
    late = salts.pseudonyms(PORTAL, "91.198.174.192", "Firefox", MIDNIGHT + 36 * MINUTE)
    assert late == overlap[:2]


def test_who_comes_a_day_late_is_who_they_were_while_that_days_salt_lives(machine):
    salts = machine.process()
    before = visit(salts, MIDNIGHT - 40 * MINUTE)
    visit(salts, MIDNIGHT + MINUTE, who="91.198.174.193")
    late = ("city", "Etc/UTC", 1, "91.198.174.192", "Firefox")
    assert salts.late_visitor(*late, MIDNIGHT + 34 * MINUTE) == before
    after = salts.late_visitor(*late, MIDNIGHT + 36 * MINUTE)
    assert after >= FIRST_LATE_ID and after != before
    assert visit(salts, MIDNIGHT + 36 * MINUTE) not in (before, after)


def test_asking_for_pseudonyms_carries_no_visit_over_midnight(machine):
    salts = machine.process()
    salts.pseudonyms(PORTAL, "91.198.174.192", "Firefox", MIDNIGHT - MINUTE)
    found = salts.pseudonyms(PORTAL, "91.198.174.192", "Firefox", MIDNIGHT + MINUTE)
    assert visit(salts, MIDNIGHT + MINUTE) == found[0].visitor


def ping(salts, time_ms):
    return salts.visitor("city", "Etc/UTC", 1, "91.198.174.192", "Firefox", time_ms, opens=False)


def test_ping_without_an_open_visit_carries_nobody_over_midnight(machine):
    salts = machine.process()
    before = visit(salts, NOON)
    assert ping(salts, MIDNIGHT - 5 * MINUTE) == before
    assert ping(salts, MIDNIGHT + MINUTE) != before
    assert visit(salts, MIDNIGHT + 2 * MINUTE) != before


def test_visit_that_pings_keep_open_keeps_its_id_over_midnight(machine):
    salts = machine.process()
    before = visit(salts, MIDNIGHT - 64 * MINUTE)
    over = [ping(salts, MIDNIGHT + minute * MINUTE) for minute in (-34, -4, 20)]
    assert [*over, visit(salts, MIDNIGHT + 34 * MINUTE)] == [before] * 4
