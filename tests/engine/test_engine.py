"""The engine as the house sees it: bounded, one clear error each, safe from threads, private on disk."""

import threading

import msgspec
import pytest

from footfall.errors import BadInput, Unavailable
from footfall.store import embedded
from footfall.store.engine import Engine
from footfall.store.segments import LATEST_MS
from footfall.store.visits import instant

BIG = "SELECT number % 600000 AS key, count() FROM numbers_mt(1200000) GROUP BY key ORDER BY cityHash64(key) LIMIT 1"
SPILLING = {"max_bytes_before_external_group_by": 5_000_000, "max_bytes_ratio_before_external_group_by": 0}
OPEN = (
    "import sys, pathlib; from footfall.store.engine import open_engine; open_engine('chdb', pathlib.Path(sys.argv[1])).query('SELECT 1')"
)


@pytest.fixture
def numbers(engine):
    for node in engine.nodes():
        node.command(
            "CREATE OR REPLACE TABLE numbers (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 9"
        )
    return engine.nodes()[0]


@pytest.fixture
def node(engine):
    return engine.nodes()[0]


def test_parameters_travel_typed(engine):
    asked = {"text": "it's \\ \n {x}", "list": ["a'", "\\"], "big": (1 << 64) - 1, "ids": [1, (1 << 64) - 1]}
    sql = "SELECT {text:String}, {list:Array(String)}, {big:UInt64}, {ids:Array(UInt64)}"
    assert engine.query(sql, asked) == [(asked["text"], asked["list"], asked["big"], asked["ids"])]


def test_a_parameter_of_five_thousand_ids_is_taken(engine):
    assert engine.query("SELECT length({ids:Array(UInt64)})", {"ids": [(1 << 64) - 1] * 5000}) == [(5000,)]


def test_rows_are_tuples_and_no_row_is_an_empty_list(engine):
    assert engine.query("SELECT number, 'a' FROM numbers(2)", name="two") == [(0, "a"), (1, "a")]
    assert engine.query("SELECT 1 WHERE 0") == []


def test_a_statement_that_is_no_sql_is_unavailable_and_the_engine_goes_on(engine):
    with pytest.raises(Unavailable, match="nosuch"):
        engine.query("SELECT nosuch")
    assert engine.alive()


@pytest.mark.parametrize("first", [0, embedded.STATEMENT_BYTES])
@pytest.mark.parametrize("again", [0, embedded.STATEMENT_BYTES])
def test_a_token_is_the_same_whether_rows_go_through_a_file_or_in_the_statement(node, monkeypatch, first, again):
    node.command(
        "CREATE OR REPLACE TABLE tokens (n UInt64, day Date) ENGINE = MergeTree PARTITION BY day ORDER BY n "
        "SETTINGS non_replicated_deduplication_window = 100"
    )
    rows = b"".join(b'{"n":%d,"day":"2026-03-%02d"}\n' % (number, 1 + number % 9) for number in range(900))
    for size in (first, again):
        monkeypatch.setattr(embedded, "STATEMENT_BYTES", size)
        node.insert_ndjson("tokens", rows, "one")
    assert node.query("SELECT count(), sum(n) FROM tokens") == [(900, 899 * 450)]
    parts = node.query("SELECT count() FROM system.parts WHERE table = 'tokens' AND active AND rows = 100")
    assert parts == [(9,)], "a block, and so a part, a day"


TEXTS = ["a;b", ";", "--", "/* '`", "$$", "{n:UInt64}", "%s", '\\"', "\\", "}\n{", "\n\n", "Привет 🎈", "\0", "\x01\u2028", "FORMAT Null"]


@pytest.mark.parametrize("size", [0, embedded.STATEMENT_BYTES])
def test_any_text_is_held_as_it_was_written(node, monkeypatch, size):
    monkeypatch.setattr(embedded, "STATEMENT_BYTES", size)
    node.command("CREATE OR REPLACE TABLE texts (text String, low LowCardinality(String), map Map(String, String)) ENGINE = Memory")
    rows = [{"text": text, "low": text, "map": {text: text}} for text in TEXTS]
    for some in (rows, *([row] for row in rows)):
        node.insert_ndjson("texts", msgspec.json.Encoder().encode_lines(some), "one")
    assert sorted(node.query("SELECT text, low, map FROM texts")) == sorted((text, text, {text: text}) for text in TEXTS * 2)


@pytest.mark.parametrize(
    "rows", [b'\n\n{"n":1}\n\n\n{"n":1}\n', b'{"n":1}\n{"n":1}', b'{"n":1} \n\n {"n":1}\n', b'{"n":1}\r\n\r\n{"n":1}\r\n']
)
def test_empty_lines_end_nothing(numbers, rows):
    numbers.insert_ndjson("numbers", rows, "one")
    assert numbers.query("SELECT count(), sum(n) FROM numbers") == [(2, 2)]


def test_the_same_token_again_changes_nothing(numbers):
    rows = b'{"n":1}\n{"n":1}\n'
    for _ in range(3):
        numbers.insert_ndjson("numbers", rows, "one")
    assert numbers.query("SELECT count() FROM numbers") == [(2,)]
    numbers.insert_ndjson("numbers", rows, "two")
    assert numbers.query("SELECT count() FROM numbers") == [(4,)]


def test_columns_that_rows_leave_out_hold_their_defaults(engine):
    node = engine.nodes()[0]
    node.command(
        "CREATE OR REPLACE TABLE defaults (n UInt64, word LowCardinality(String) DEFAULT 'it''s', twice UInt64 DEFAULT n * 2, "
        "sum UInt64 MATERIALIZED n + twice, other LowCardinality(String)) ENGINE = MergeTree ORDER BY n"
    )
    node.insert_ndjson("defaults", b'{"n":1}\n{"other":"o","n":2,"twice":5,"word":"w"}\n', "one")
    assert node.query("SELECT n, word, twice, sum, other FROM defaults ORDER BY n") == [(1, "it's", 2, 3, ""), (2, "w", 5, 7, "o")]


def test_rows_for_a_table_that_is_not_there_are_taken_once_it_is(engine):
    node = engine.nodes()[0]
    with pytest.raises(Unavailable, match="no table made_later"):
        node.insert_ndjson("made_later", b'{"n":1}\n', "one")
    node.command("CREATE TABLE made_later (n UInt64) ENGINE = MergeTree ORDER BY n")
    node.insert_ndjson("made_later", b'{"n":1}\n', "one")
    node.command("ALTER TABLE made_later ADD COLUMN more String")
    node.insert_ndjson("made_later", b'{"n":2}\n', "two")
    assert node.query("SELECT n, more FROM made_later ORDER BY n") == [(1, ""), (2, "")]
    node.command("DROP TABLE made_later")


@pytest.mark.parametrize("size", [0, embedded.STATEMENT_BYTES])
@pytest.mark.parametrize("rows", [b'{"n":"x"}\n', b'{"n":\n', b'{"n":1}\n{"n":[]}\n', b'{"n":1}\n{"n":2}}\n'])
def test_rows_that_do_not_fit_are_bad_input_and_none_is_kept(numbers, monkeypatch, size, rows):
    monkeypatch.setattr(embedded, "STATEMENT_BYTES", size)
    with pytest.raises(BadInput, match="cannot hold"):
        numbers.insert_ndjson("numbers", rows, "bad")
    assert numbers.query("SELECT count() FROM numbers") == [(0,)]


def test_threads_ask_side_by_side(engine):
    found, threads = [], []
    for number in range(16):
        asked = {"n": number}
        threads.append(threading.Thread(target=lambda asked=asked: found.extend(engine.query("SELECT {n:UInt8}, sleep(0.05)", asked))))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(n for n, _ in found) == list(range(16))


def test_every_instant_is_read_as_it_was_written(engine):
    instants = [0, 1, 999, 86_400_000, 999_999_999_999, 1_000_000_000_000, 1_773_136_800_123, 4_102_444_800_001, LATEST_MS - 1]
    for node in engine.nodes():
        node.command("CREATE OR REPLACE TABLE instants (t DateTime64(3, 'UTC')) ENGINE = Memory")
    node = engine.nodes()[0]
    node.insert_ndjson("instants", b"".join(b'{"t":"%s"}\n' % instant(time_ms).encode() for time_ms in instants), "one")
    assert node.query("SELECT toUnixTimestamp64Milli(t) AS ms FROM instants ORDER BY ms") == [(time_ms,) for time_ms in instants]


def test_what_was_found_is_remembered_until_this_process_writes(numbers):
    asked = []
    other = Engine(numbers.topology, numbers.home, query_seconds=9, query_memory_bytes=10**9)

    def found(key="sum"):
        return numbers.remember(key, lambda: asked.append(key) or numbers.query("SELECT sum(n) FROM numbers")[0][0])

    assert [found(), found(), found("again")] == [0, 0, 0]
    assert len(asked) == (2 if numbers.topology.embedded else 3), "a server has other writers"
    numbers.insert_ndjson("numbers", b'{"n":5}\n', "one")
    assert found() == 5
    other.command("INSERT INTO numbers VALUES (2)")
    assert found() == 7
    with pytest.raises(BadInput):
        numbers.insert_ndjson("numbers", b'{"n":"five"}\n', "two")
    before = len(asked)
    assert found() == 7
    assert len(asked) == before + 1, "a write that fails may have written something"
    other.close()
