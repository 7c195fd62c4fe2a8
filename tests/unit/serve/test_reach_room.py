"""The reach room in the collector's house: who turns its day, who tells it of groups, and that others learn of it."""

import asyncio
from contextlib import suppress

import pytest

from footfall.control.database import open_control
from footfall.control.reach import add_group, collected_beside
from footfall.serve import gate as gates
from footfall.serve.clock import make_clock
from footfall.serve.gate import Gate
from footfall.settings import read_settings
from tests.support.waiting import until

BERLIN = "Europe/Berlin"


@pytest.fixture
def clock(monkeypatch):
    """What the gate's clock says: a moment before midnight in Berlin."""
    said = {"now": make_clock("2026-03-10T22:59:59Z")()}
    monkeypatch.setattr(gates, "make_clock", lambda setting: lambda: said["now"])
    return said


@pytest.fixture
def opened(tmp_path, clock):
    """A function that opens a gate, with two portals in a group."""
    control = open_control(f"sqlite:///{tmp_path / 'control.db'}", lambda: 0)
    add_group(control, "both", [control.create_portal(domain=f"{name}.example") for name in "ab"], now_ms=0)
    made = []

    def open_with(reach):
        made.append(Gate(read_settings({}, home=str(tmp_path), reach=reach), control))
        return made[-1]

    yield open_with
    for gate in made:
        gate.close()
    control.close()


def kept(gate, is_done):
    """The gate after as many rounds of its house keeping as it takes."""

    async def run():
        keeping = asyncio.create_task(gate.keep_house())
        await asyncio.to_thread(until, is_done)
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping

    asyncio.run(run())


def test_house_keeping_turns_the_day_and_tells_of_groups_and_of_itself(opened, clock, monkeypatch):
    monkeypatch.setattr(gates, "HOUSEKEEPING_S", 0.02)
    gate = opened(BERLIN)
    assert (gate.reach.day.date, gate.reach.day.groups, gate.reach.day.is_whole) == ("2026-03-10", (), False)
    kept(gate, lambda: gate.reach.declared)
    clock["now"] += 2000
    kept(gate, lambda: gate.reach.day.date == "2026-03-11")
    assert (gate.reach.day.date, [one.name for one in gate.reach.day.groups]) == ("2026-03-11", ["both"])
    assert gate.reach.day.is_whole and not gate.reach.over.is_whole
    now_ms = gate.now()
    assert collected_beside(gate.control, "another", now_ms, now_ms + 1)
    assert not collected_beside(gate.control, gate.room, now_ms, now_ms + 1)


def test_who_collects_without_a_room_is_known_to_those_who_have_one(opened):
    gate = opened("off")
    gate.tell_reach()
    assert gate.reach is None and gate.collector._context.reach is None
    assert collected_beside(gate.control, "another", gate.now(), gate.now() + 1)
