"""A process that is killed in mid insert: what the embedded engine remembers of it, and what it must not."""

import os
import shutil

import pytest

from footfall.store.engine import open_engine

ROWS = b'{"day":"2026-03-10","value":1}\n{"day":"2026-03-11","value":2}\n'
TABLE = """CREATE TABLE numbers (day Date, value UInt64) ENGINE = MergeTree PARTITION BY day ORDER BY value
SETTINGS non_replicated_deduplication_window = 100"""


@pytest.fixture
def home(tmp_path):
    """One with two parts, of one insert, as a process leaves it that was killed after both."""
    engine = open_engine("chdb", tmp_path)
    engine.command(TABLE)
    engine.insert_ndjson("numbers", ROWS, "an insert")
    engine.close()
    (tmp_path / "store" / "status").write_bytes(b"PID: 1")
    return tmp_path


def table_of(home):
    (log,) = home.glob("store/store/*/*/deduplication_logs")
    return log.parent


def values_after(home, rows=ROWS):
    engine = open_engine("chdb", home)
    try:
        engine.insert_ndjson("numbers", rows, "an insert")
        return engine.query("SELECT value FROM numbers ORDER BY value")
    finally:
        engine.close()


def test_rows_whose_token_was_noted_and_whose_part_was_not_renamed_are_put_again(home):
    (part,) = table_of(home).glob("20260311_*")
    part.rename(part.with_name(f"tmp_insert_{part.name}"))
    assert values_after(home) == [(1,), (2,)]


def test_an_insert_that_ended_is_not_put_twice_after_a_kill(home):
    assert values_after(home) == [(1,), (2,)]


def test_a_part_that_was_merged_with_others_is_there(home):
    (part,) = table_of(home).glob("20260311_*")
    shutil.move(part, part.with_name("20260311_1_7_2"))
    assert values_after(home) == [(1,), (2,)]


def test_a_token_that_was_half_written_is_none_and_those_after_it_are_read(home):
    (log,) = table_of(home).glob("deduplication_logs/*")
    (part,) = table_of(home).glob("20260311_*")
    shutil.rmtree(part)
    os.truncate(log, log.stat().st_size - 5)
    assert values_after(home) == [(1,), (2,)]
    assert values_after(home) == [(1,), (2,)]


def test_a_store_that_was_closed_in_peace_is_not_looked_at(home):
    """What is gone of it was deleted by somebody who wanted that."""
    (home / "store" / "status").unlink()
    (part,) = table_of(home).glob("20260311_*")
    shutil.rmtree(part)
    assert values_after(home) == [(1,)]
