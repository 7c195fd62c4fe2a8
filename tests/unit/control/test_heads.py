"""The ledger's heads: a day that is over has one, it stays, and none lies so near another that a draw could be guessed."""

import pytest

from footfall.control.heads import DAY_MS, LEAST_LINES, MOST_HEADS, Head, heads
from footfall.control.ledger import Ledger, lines, spend
from footfall.control.tables import ledger as table
from tests.unit.control.test_ledger import CAPS, NOW, entry

MIDNIGHT = NOW // DAY_MS * DAY_MS


@pytest.fixture
def ledger(emptied, tmp_path):
    """On SQLite and PostgreSQL."""
    return Ledger(emptied, tmp_path / "ledger.jsonl", CAPS)


def write(ledger, number, at_ms):
    """So many lines from that instant on, each of another portal group; the newest."""
    line = None
    for more in range(number):
        at = len(list(lines(ledger)))
        line = spend(ledger, entry(group=f"group {at}", sites=(at,)), at_ms + more)
    return line


def test_a_day_s_head_is_its_last_line_and_stays_when_more_is_written(ledger):
    assert heads(ledger, MIDNIGHT) == []
    first = write(ledger, LEAST_LINES, MIDNIGHT + 1)
    assert heads(ledger, MIDNIGHT + DAY_MS - 1) == [], "the day is not over"
    shown = [Head("2026-01-01", LEAST_LINES, first.sha256)]
    assert heads(ledger, MIDNIGHT + DAY_MS) == shown
    later = write(ledger, LEAST_LINES + 1, MIDNIGHT + 3 * DAY_MS)
    assert heads(ledger, MIDNIGHT + 3 * DAY_MS + 1) == shown
    assert heads(ledger, MIDNIGHT + 5 * DAY_MS) == [Head("2026-01-04", 2 * LEAST_LINES + 1, later.sha256), *shown]


def test_a_day_of_few_lines_has_none_and_the_next_one_covers_it(ledger):
    write(ledger, LEAST_LINES - 1, MIDNIGHT)
    assert heads(ledger, MIDNIGHT + DAY_MS) == []
    newest = write(ledger, LEAST_LINES, MIDNIGHT + DAY_MS)
    assert [head.sha256 for head in heads(ledger, MIDNIGHT + 2 * DAY_MS)] == [newest.sha256]


def test_the_list_is_short_and_a_removed_line_does_not_break_it(ledger, monkeypatch):
    monkeypatch.setattr("footfall.control.heads.LEAST_LINES", 1)
    for day in range(MOST_HEADS + 2):
        write(ledger, 1, MIDNIGHT + day * DAY_MS)
    found = heads(ledger, MIDNIGHT + 99 * DAY_MS)
    assert (len(found), found[0].lines, found[-1].lines) == (MOST_HEADS, MOST_HEADS + 2, 3)
    with ledger.database.writing() as connection:
        connection.execute(table.delete().where(table.c.number == 20))
    assert len(heads(ledger, MIDNIGHT + 99 * DAY_MS)) == MOST_HEADS
