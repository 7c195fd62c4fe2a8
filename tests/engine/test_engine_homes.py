"""Stores as they are opened and closed: one home a process, bounds of time and memory, and what lies in the home's folders."""

import subprocess
import sys
import threading
import time

import pytest

from footfall.errors import BadQuestion, Unavailable
from footfall.store import embedded
from footfall.store import engine as engine_module
from footfall.store.engine import open_engine
from footfall.store.migrate import migrate
from tests.support.clickhouse_server import free_port

BIG = "SELECT number % 600000 AS key, count() FROM numbers_mt(1200000) GROUP BY key ORDER BY cityHash64(key) LIMIT 1"
SPILLING = {"max_bytes_before_external_group_by": 5_000_000, "max_bytes_ratio_before_external_group_by": 0}
OPEN = (
    "import sys, pathlib; from footfall.store.engine import open_engine; open_engine('chdb', pathlib.Path(sys.argv[1])).query('SELECT 1')"
)


def test_a_question_that_takes_too_long_is_a_bad_question(tmp_path):
    engine = open_engine("chdb", tmp_path, query_seconds=1)
    with pytest.raises(BadQuestion, match="longer than a question may"):
        engine.query("SELECT count() FROM numbers(1000000000000)")
    assert engine.query("SELECT 1") == [(1,)]
    engine.close()


def test_a_question_that_takes_too_much_memory_is_a_bad_question(tmp_path):
    engine = open_engine("chdb", tmp_path, query_memory_bytes=50_000_000)
    with pytest.raises(BadQuestion, match="more memory"):
        engine.query("SELECT length(groupArray(number)) FROM numbers(50000000)")
    engine.close()


def test_a_second_process_on_the_home_gets_one_clear_error(tmp_path):
    engine = open_engine("chdb", tmp_path / "home")
    engine.query("SELECT 1")
    second = subprocess.run([sys.executable, "-c", OPEN, str(tmp_path / "home")], capture_output=True, text=True, check=False)
    assert second.returncode == 1
    last = second.stderr.strip().splitlines()[-1]
    assert last.startswith("footfall.errors.Unavailable: ") and "another footfall process" in last and str(tmp_path / "home") in last
    engine.close()
    subprocess.run([sys.executable, "-c", OPEN, str(tmp_path / "home")], check=True)


def test_a_damaged_store_is_not_said_to_be_in_use(tmp_path):
    made = OPEN.replace("query('SELECT 1')", "command('CREATE TABLE t (x Int8) ENGINE = MergeTree ORDER BY x')")
    subprocess.run([sys.executable, "-c", made, str(tmp_path)], check=True)
    next((tmp_path / "store").rglob("t.sql")).write_text("junk")
    opened = subprocess.run([sys.executable, "-c", OPEN, str(tmp_path)], capture_output=True, text=True, check=False)
    last = opened.stderr.strip().splitlines()[-1]
    assert (
        last.startswith(f"footfall.errors.Unavailable: The store in {tmp_path} cannot be opened; the engine says above why")
        and "another footfall process" not in last
    )


def test_a_store_of_a_newer_footfall_is_left_alone(tmp_path):
    engine = open_engine("chdb", tmp_path)
    migrate(engine)
    engine.command("INSERT INTO migrations (name, sha256) VALUES ('9999_of_tomorrow.sql', '')")
    with pytest.raises(Unavailable, match=r"of a newer Footfall, which applied 9999_of_tomorrow\.sql here"):
        migrate(engine)
    engine.close()


def test_a_second_home_in_one_process_gets_one_clear_error(tmp_path):
    first, second = open_engine("chdb", tmp_path / "a"), open_engine("chdb", tmp_path / "b")
    first.query("SELECT 1")
    with pytest.raises(Unavailable, match="another home"):
        second.query("SELECT 1")
    first.close()
    assert second.alive()
    second.close()


def test_a_closed_engine_says_so(tmp_path):
    engine = open_engine("chdb", tmp_path)
    engine.close()
    with pytest.raises(Unavailable, match="closed"):
        engine.query("SELECT 1")
    assert not engine.alive()


def test_rows_to_insert_stand_only_in_a_private_folder_and_do_not_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "STATEMENT_BYTES", 0)
    temporary = tmp_path / "tmp"
    temporary.mkdir(parents=True)
    (temporary / "0.ndjson").write_text("left by a process that died")
    engine = open_engine("chdb", tmp_path)
    engine.command("CREATE TABLE numbers (n UInt64) ENGINE = Memory")
    engine.insert_ndjson("numbers", b'{"n":1}\n', "one")
    assert list(temporary.iterdir()) == []
    assert (tmp_path / "store").stat().st_mode & 0o077 == 0
    engine.close()


@pytest.mark.parametrize("has_tmpfs", [True, False])
def test_what_memory_cannot_hold_is_spilled_into_the_private_folder_alone(tmp_path, has_tmpfs, monkeypatch):
    spill, own = tmp_path / "tmpfs" / "spill", tmp_path / "store" / "tmp"
    for folder in (spill, own):
        folder.mkdir(parents=True)
        (folder / "tmp0").write_text("left by a process that died")
    engine = open_engine("chdb", tmp_path, spill=spill if has_tmpfs else None)
    monkeypatch.setattr(engine_module, "READ_SETTINGS", engine_module.READ_SETTINGS | SPILLING)
    assert engine.query("SELECT 1") == [(1,)]
    assert [path.name for path in own.iterdir()] == []
    seen = watch(lambda: engine.query(BIG), spill, own.absolute())
    engine.close()
    assert [bool(names) for names in seen] == [has_tmpfs, True], "with tmpfs the store's own folder is a link to it"
    assert (own.is_symlink(), spill.stat().st_mode & 0o077 == 0) == (has_tmpfs, has_tmpfs)
    assert [path.name for path in own.iterdir()] == []


def watch(work, *folders):
    """Names that stood in each of the folders while it worked."""
    seen, thread = [set() for _ in folders], threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        for names, folder in zip(seen, folders, strict=True):
            names |= {path.name for path in folder.iterdir() if path.name != "tmp0"}
        time.sleep(0.001)
    return seen


def test_a_question_that_would_spill_more_than_there_is_room_is_a_bad_question(tmp_path, monkeypatch):
    monkeypatch.setattr(engine_module, "most_bytes", lambda folder: 1_000_000)
    monkeypatch.setattr(engine_module, "READ_SETTINGS", engine_module.READ_SETTINGS | SPILLING)
    engine = open_engine("chdb", tmp_path, spill=tmp_path / "spill")
    with pytest.raises(BadQuestion, match="more memory"):
        engine.query(BIG)
    assert list((tmp_path / "spill").iterdir()) == []
    engine.close()


def test_a_home_with_a_quote_in_its_name_works(tmp_path):
    engine = open_engine("chdb", tmp_path / "the city's \\ home")
    engine.command("CREATE TABLE numbers (n UInt64) ENGINE = Memory")
    engine.insert_ndjson("numbers", b'{"n":1}\n', "one")
    assert engine.query("SELECT n FROM numbers") == [(1,)]
    engine.close()


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "home").write_text("a file")
    engine = open_engine("chdb", tmp_path / "home")
    with pytest.raises(Unavailable, match=str(tmp_path / "home")):
        engine.query("SELECT 1")


def test_a_server_that_is_away_is_named_without_its_password(tmp_path):
    port = free_port()
    engine = open_engine(f"clickhouse://me:secret@127.0.0.1:{port}", tmp_path)
    with pytest.raises(Unavailable, match=rf"127\.0\.0\.1:{port} does not answer") as caught:
        engine.query("SELECT 1")
    assert "secret" not in str(caught.value) and caught.value.retry_after_s
    assert not engine.alive()
