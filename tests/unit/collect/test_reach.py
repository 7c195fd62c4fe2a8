"""The reach room: each visitor once over the portals of a group, for a day, in memory; and nobody who is not to be in it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.collect.formats import ROUTES
from footfall.collect.pipeline import process
from footfall.collect.reach import WAIT_MS, ReachRoom
from footfall.vocabulary import Portal, ReachGroup
from tests.support.build import ms
from tests.support.collecting import CHROME, NOW, context, request

DAY_MS, ZONE = 86_400_000, "Europe/Berlin"
BOTH = ReachGroup(id=1, name="both", sites=(7, 8))
MIDNIGHT = ms("2026-03-30T22:00:00")
"""Of Berlin, at the beginning of the day of NOW."""
PORTALS = [Portal(id=number, domain=f"{name}.example", umami_id=name) for number, name in ((7, "seven"), (8, "eight"), (9, "nine"))]


class Machine:
    """A room on a clock of its own, with chance that is known."""

    def __init__(self, *groups, now=MIDNIGHT - 1, **given):
        self.now, self.salts, numbers = now, [], itertools.count(1)

        def random(size):
            self.salts.append(next(numbers).to_bytes(size, "big"))
            return self.salts[-1]

        self.room = ReachRoom(ZONE, now=lambda: self.now, random=random, **given)
        self.room.declared = groups or (BOTH,)

    def at(self, time_ms):
        self.now = time_ms
        self.room.tick()

    def see(self, site, who=1, *, time_ms=None, agent="Firefox"):
        self.room.saw(site, f"10.0.{who // 256}.{who % 256}", agent, self.now if time_ms is None else time_ms, self.now)

    def ended(self):
        """The day that was counted, over."""
        self.at(self.room.day.until_ms)
        assert self.room.over is not None
        return self.room.over


@pytest.fixture
def machine():
    made = Machine()
    made.at(NOW)
    return made


def test_visitor_of_several_portals_is_one_and_another_by_network_or_browser(machine):
    for site in (7, 8, 7):
        machine.see(site)
    machine.see(8, agent="Chrome")
    machine.see(7, who=2)
    assert machine.ended().reach(BOTH) == 3


def test_one_network_of_ipv6_is_one(machine):
    for address in ("2001:db8:1:2::1", "2001:db8:1:2::ffff", "2001:db8:1:3::1"):
        machine.room.saw(7, address, "Firefox", NOW, NOW)
    assert machine.ended().reach(BOTH) == 2


def test_portals_outside_of_groups_are_not_looked_at(machine):
    machine.see(9)
    assert machine.room.day._ids == {7: set(), 8: set()}


def test_salt_is_32_bytes_of_its_own_each_day_and_goes_with_it(machine):
    machine.see(7)
    first = machine.room.day._ids[7].copy()
    over = machine.ended()
    machine.see(7)
    assert first and first.isdisjoint(machine.room.day._ids[7])
    assert {len(salt) for salt in machine.salts} == {32} and len(set(machine.salts)) == len(machine.salts)
    machine.room.done(over)
    assert machine.room.over is None and over.reach(BOTH) == 0


def test_day_that_had_begun_before_the_process_is_not_whole_and_counts_nobody():
    machine = Machine(now=NOW)
    machine.see(7)
    over = machine.ended()
    assert (over.is_whole, over.reach(BOTH)) == (False, 0)
    assert machine.ended().is_whole


def test_day_after_one_that_was_slept_through_is_not_whole(machine):
    machine.at(NOW + 3 * DAY_MS)
    assert not machine.room.day.is_whole


def test_groups_of_a_day_are_those_of_its_beginning(machine):
    machine.room.declared = (ReachGroup(id=2, name="new", sites=(7, 9)),)
    machine.see(9)
    over = machine.ended()
    assert over.groups == (BOTH,) and over.reach(machine.room.declared[0]) == 0
    assert machine.room.day.groups == machine.room.declared


def test_day_is_that_of_the_rooms_clock_to_the_millisecond(machine):
    machine.now = MIDNIGHT + DAY_MS - 1
    machine.see(7)
    machine.now += 1
    machine.see(8)
    over = machine.room.over
    assert over is not None
    assert (over.date, over.reach(BOTH)) == ("2026-03-31", 1)
    assert (machine.room.day.date, machine.room.day.reach(BOTH)) == ("2026-04-01", 1)


@pytest.mark.parametrize("time_ms", [MIDNIGHT - 1, MIDNIGHT + DAY_MS])
def test_event_that_says_it_is_of_another_day_is_not_counted(machine, time_ms):
    machine.see(7, time_ms=time_ms)
    assert machine.ended().reach(BOTH) == 0


def test_clock_that_is_put_back_over_midnight_is_noticed(machine):
    over = machine.ended()
    machine.now -= 1
    machine.see(7)
    assert over.went_back


def test_who_is_erased_is_out_and_stays_out_of_that_portal_alone(machine):
    machine.see(7)
    machine.see(8, who=2)
    machine.room.erase(7, "10.0.0.1", "Firefox")
    machine.see(7)
    assert machine.room.day.reach(BOTH) == 1
    machine.see(8)
    machine.room.erase(8, "10.0.9.9", "nobody")
    over = machine.ended()
    assert over.reach(BOTH) == 2
    machine.room.erase(8, "10.0.0.1", "Firefox")
    assert over.reach(BOTH) == 1


def test_day_with_more_than_fits_lets_go_of_all_at_once():
    machine = Machine(most_ids=3)
    machine.at(NOW)
    for who in range(3):
        machine.see(7, who)
        machine.see(7, who)
    assert not machine.room.day.is_full
    machine.see(8, 0)
    assert machine.room.day.is_full and machine.room.day._ids == {}
    machine.see(7, 9)
    over = machine.ended()
    assert (over.is_full, over.reach(BOTH)) == (True, 0)
    assert not machine.room.day.is_full


def test_day_that_nobody_draws_is_dropped_after_an_hour(machine):
    machine.see(7)
    over = machine.ended()
    machine.at(over.until_ms + WAIT_MS - 1)
    assert (over.is_late, over.reach(BOTH)) == (False, 1)
    machine.at(over.until_ms + WAIT_MS)
    assert (over.is_late, over.reach(BOTH)) == (True, 0)


SENT = {
    "a view": ({}, {"n": "pageview"}, 1),
    "an event that is not interactive": ({}, {"n": "Played", "i": False}, 1),
    "Sec-GPC": ({"sec-gpc": "1"}, {"n": "pageview"}, 0),
    "DNT": ({"dnt": "1"}, {"n": "pageview"}, 0),
    "a robot": ({"user-agent": "Googlebot/2.1"}, {"n": "pageview"}, 0),
    "no agent": ({"user-agent": ""}, {"n": "pageview"}, 0),
    "a ping": ({}, {"n": "engagement", "e": 5000}, 0),
}


@pytest.mark.parametrize("signals", ["count", "ignore"])
@pytest.mark.parametrize("what", SENT)
def test_who_is_counted_is_who_acts_and_does_not_object(machine, what, signals):
    headers, body, counted = SENT[what]
    portal = Portal(id=7, domain="seven.example", umami_id="7", privacy_signal=signals)
    using = context(portal)
    using.reach = machine.room
    asked = request("/api/event", {"d": portal.domain, "u": "https://seven.example/"} | body, headers={"user-agent": CHROME} | headers)
    asked.received_ms = NOW
    for sent in ROUTES["/api/event"].decode(asked):
        process(sent, using)
    assert machine.ended().reach(BOTH) == counted


def test_nothing_of_the_room_is_in_the_hit(machine):
    made = []
    for room in (None, machine.room):
        using = context(PORTALS[0])
        using.reach = room
        asked = request("/api/event", {"d": "seven.example", "u": "https://seven.example/", "n": "pageview"})
        asked.received_ms = NOW
        made += [process(sent, using) for sent in ROUTES["/api/event"].decode(asked)]
    assert made[0] == made[1] and machine.room.day._ids[7]


SITES = st.sets(st.integers(1, 8), min_size=1)


@pytest.mark.attack
@given(st.lists(SITES, min_size=1, max_size=20), st.dictionaries(st.integers(1, 30), SITES, min_size=1), st.data())
def test_a10_one_visitor_changes_each_group_by_one_at_most(wanted, visits, data):
    groups = tuple(ReachGroup(id=number, name=str(number), sites=tuple(sorted(sites))) for number, sites in enumerate(wanted))
    victim = data.draw(st.sampled_from(sorted(visits)))

    def counts(visitors):
        machine = Machine(*groups)
        machine.at(NOW)
        for who in visitors:
            for site in visits[who]:
                machine.see(site, who)
        return [machine.room.day.reach(group) for group in groups]

    moved = [with_him - without for with_him, without in zip(counts(visits), counts(visits.keys() - {victim}), strict=True)]
    assert moved == [int(not visits[victim].isdisjoint(group.sites)) for group in groups]
    assert counts(visits) == [sum(not sites.isdisjoint(group.sites) for sites in visits.values()) for group in groups]
