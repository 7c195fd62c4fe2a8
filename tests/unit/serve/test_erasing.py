"""Deletions rest between one another, and are asked for again where the store was away."""

import pytest

from footfall.collect.erased import Erased
from footfall.collect.visitor import Pseudonym
from footfall.errors import Unavailable
from footfall.serve.erasing import REST_MS, Erasing
from tests.support.build import ms


class Away:
    """A loader and a store; while it is away, it deletes nothing."""

    def __init__(self):
        self.is_away, self.forgotten, self.asked = False, [], []

    def forget_visitors(self, visitors):
        self.forgotten.append(list(visitors))

    def query(self, sql, parameters, name=""):
        if self.is_away:
            raise Unavailable("The store is closed.", retry_after_s=5)
        self.asked.append((parameters["visitors"], str(parameters["since"])))
        return []


@pytest.fixture
def desk():
    desk = Away()
    desk.steady, desk.erased = 0, Erased(None, now=lambda: 0)
    desk.erasing = Erasing(desk.erased, (desk, desk), now=lambda: ms("2026-03-10T00:10:00"), steady_ms=lambda: desk.steady)
    desk.erased.add(1, [Pseudonym(7, 1000), Pseudonym(5, 1000)])
    return desk


def test_all_that_wait_go_together_and_the_next_ones_later(desk):
    due = desk.erasing.due()
    assert due == [(1, 5), (1, 7)]
    desk.erasing.finish(due)
    assert (desk.forgotten, desk.asked[0]) == ([due], (due, "2026-03-08"))
    desk.erased.add(2, [Pseudonym(9, 1000)])
    assert desk.erasing.due() == []
    assert desk.erasing.due(at_once=True) == [(2, 9)]
    desk.steady = REST_MS
    assert desk.erasing.due() == [(2, 9)]


def test_visitors_go_from_every_place_once_what_was_on_its_way_there_is_loaded(desk):
    room = Away()
    room.load_waiting = lambda: room.forgotten.append("loaded")
    erasing = Erasing(desk.erased, (desk, desk), (room, room), now=lambda: ms("2026-03-10T00:10:00"), steady_ms=lambda: 0)
    due = erasing.due(at_once=True)
    erasing.finish(due)
    assert (desk.forgotten, room.forgotten) == ([due], ["loaded", due])
    assert [place.asked[0] for place in (desk, room)] == [(due, "2026-03-08")] * 2


def test_nothing_is_done_while_nobody_waits(desk):
    desk.erasing.finish([])
    assert (desk.forgotten, desk.asked) == ([], [])


def test_what_a_store_that_is_away_did_not_delete_stays_due(desk):
    desk.is_away, due = True, desk.erasing.due()
    with pytest.raises(Unavailable):
        desk.erasing.finish(due)
    desk.is_away, desk.steady = False, REST_MS
    assert desk.erasing.due() == due


def test_who_asked_while_others_were_deleted_waits_still(desk):
    due = desk.erasing.due()
    desk.erased.add(1, [Pseudonym(8, 1000)])
    desk.erasing.finish(due)
    assert desk.erasing.due(at_once=True) == [(1, 8)]
