"""A segment is loaded once, whatever happens between its steps, and visits go on over segments, restarts and forgetting."""

import errno
import os
from pathlib import Path

import msgspec
import pytest

from footfall.errors import BadInput, NotFound, Unavailable
from footfall.store import loading, segments
from footfall.store.batches import together
from footfall.store.loading import Loader
from tests.engine.conftest import ONE_STORE
from tests.support.build import hit, ms
from tests.support.journal import START, assert_exact, made_up, write
from tests.support.seams import Crash, Seams

NOW = ms("2026-03-11T00:00:00")


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal"


def loader_of(engine, journal, **more):
    return Loader(engine, journal, now=lambda: NOW, random=os.urandom, **more)


def write_all(journal, hits, size=100):
    return [write(journal, first, hits[first : first + size]) for first in range(0, len(hits), size)]


def left_in(journal):
    return sorted(path.name for path in journal.iterdir() if path.name != ".loader")


def test_visits_go_on_from_segment_to_segment(engine, journal):
    hits = made_up(1, 1000)
    write_all(journal, hits)
    loaded = loader_of(engine, journal).load_waiting()
    assert loaded.segments == 10
    assert loaded.rows + loaded.left == 1000
    assert_exact(engine, hits)
    assert left_in(journal) == []


@ONE_STORE
def test_round_rests_between_pieces_as_long_as_it_is_told(engine, journal, monkeypatch):
    monkeypatch.setattr(segments, "PIECE_BYTES", 10_000)
    rests = []
    monkeypatch.setattr(loading.time, "sleep", rests.append)
    hits = made_up(1, 400)
    write_all(journal, hits[:200], 200)
    loader = loader_of(engine, journal)
    loader.load_waiting(rest_s=0.5)
    rested = len(rests)
    assert rested > 2 and set(rests) == {0.5}
    write(journal, 200, hits[200:])
    assert (loader.load_waiting().segments, len(rests)) == (1, rested)
    assert_exact(engine, hits)


@ONE_STORE
@pytest.mark.parametrize("kept", [0, 3])
def test_visits_go_on_over_restarts_and_a_small_memory(engine, journal, kept):
    hits = made_up(2, 600)
    for first in range(0, 600, 60):
        write(journal, first, hits[first : first + 60])
        loader_of(engine, journal, visits_kept=kept).load_waiting()
    assert_exact(engine, hits)


def test_visits_go_on_when_memory_is_dropped(engine, journal):
    hits, loader = made_up(3, 300), loader_of(engine, journal, visits_kept=5)
    for path in write_all(journal, hits, 30):
        loader.load(path)
        loader.forget()
    assert_exact(engine, hits)


def test_a_segment_loaded_twice_or_put_back_counts_once(engine, journal):
    hits, loader = made_up(4, 200), loader_of(engine, journal)
    path = write(journal, 1, hits)
    content = path.read_bytes()
    assert loader.load(path).segments == 1
    for again in (loader, loader_of(engine, journal)):
        path.write_bytes(content)
        assert again.load(path).rows == 0
        assert not path.exists()
    assert loader.load(path).rows == 0, "gone, but known to be loaded"
    assert_exact(engine, hits)


def test_a_crash_at_any_step_loses_and_doubles_nothing(engine, journal):
    counting = Seams(engine)
    write_all(journal / "counting", made_up(5, 120, site=9), 40)
    loader_of(counting, journal / "counting").load_waiting()
    assert counting.calls == 7, "done, stored visits, events, visits, refusals, service days, segments"
    for case, (at, after) in enumerate([(at, after) for at in range(1, counting.calls + 1) for after in (False, True)]):
        site, folder = 100 + case, journal / str(case)
        hits = made_up(5, 120, site=site)
        paths = [path.rename(path.with_name(path.name.replace("-0", f"-{case}", 1))) for path in write_all(folder, hits, 40)]
        written = {path: path.read_bytes() for path in paths}
        with pytest.raises(Crash):
            loader_of(Seams(engine, at, after), folder).load_waiting()
        loader = loader_of(engine, folder)
        loader.load_waiting()
        assert left_in(folder) == []
        for path, content in written.items():
            path.write_bytes(content)
        assert loader.load_waiting().rows == 0, "put back, and known"
        assert_exact(engine, hits, site)


@pytest.mark.parametrize("step", ["before the segment is prepared", "after it is prepared", "before it is removed", "after it is removed"])
def test_a_crash_between_files_loses_and_doubles_nothing(engine, journal, monkeypatch, step):
    hits = made_up(6, 200)
    write_all(journal, hits)
    with monkeypatch.context() as patched:
        write_durably, unlink = loading.write_durably, Path.unlink

        def crash_writing(path, content):
            if step == "after it is prepared":
                write_durably(path, content)
            raise Crash(step)

        def crash_removing(path, missing_ok=False):
            if step == "after it is removed":
                unlink(path, missing_ok)
            raise Crash(step)

        if "prepared" in step:
            patched.setattr(loading, "write_durably", crash_writing)
        else:
            patched.setattr(Path, "unlink", crash_removing)
        with pytest.raises(Crash):
            loader_of(engine, journal).load_waiting()
    loader_of(engine, journal).load_waiting()
    assert_exact(engine, hits)


@ONE_STORE
def test_a_disk_that_is_full_while_preparing_changes_no_visit(engine, journal, monkeypatch):
    hits, loader = made_up(7, 200), loader_of(engine, journal)
    first, second = write_all(journal, hits)
    loader.load(first)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lambda descriptor: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(Unavailable, match="No space left"):
            loader.load(second)
    loader.load(second)
    assert_exact(engine, hits)


def test_while_the_store_is_away_segments_wait_and_pauses_grow(engine, journal):
    class Away:
        topology = engine.topology

        def query(self, *given, **named):
            raise Unavailable("The store is away.")

    hits, loader = made_up(8, 200), loader_of(Away(), journal)
    first, second = write_all(journal, hits)
    pauses = []
    for _ in range(7):
        with pytest.raises(Unavailable, match="away") as caught:
            loader.load_waiting()
        pauses.append(caught.value.retry_after_s)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert loader.waiting() == [first, second]
    assert loader.complete_until_ms() == START
    loader.engine = loader._visits._engine = engine
    assert loader.load_waiting().segments == 2
    assert loader.complete_until_ms() == NOW
    assert_exact(engine, hits)


@ONE_STORE
def test_a_segment_that_was_prepared_goes_first_and_visits_go_on_from_it(engine, journal):
    hits = made_up(9, 300)
    first, second, third = write_all(journal, hits)
    seams = Seams(engine, at=3)
    with pytest.raises(Crash):
        loader_of(seams, journal).load(first)
    assert first.with_name(first.name + ".ready").exists()
    later = loader_of(engine, journal)
    assert later.load(second).segments == 2
    later.load(third)
    assert_exact(engine, hits)


@ONE_STORE
def test_bad_lines_are_kept_aside_and_the_rest_is_loaded(engine, journal):
    hits, loader = made_up(10, 100), loader_of(engine, journal)
    path = write(journal, 1, hits)
    lines = path.read_bytes().splitlines(keepends=True)
    bad = [b'{"site":1}\n', b"\x00\xff\n", lines[0].replace(b"2026-03-10", b"2026-03-99")]
    path.write_bytes(b"".join([bad[0], *lines[:50], bad[1], *lines[50:], bad[2]]))
    loaded = loader.load_waiting()
    assert loaded.rows + loaded.left == 103
    assert (journal / "bad" / path.name).read_bytes() == b"".join(bad)
    assert loader.bad_lines() == 3
    assert_exact(engine, hits)


@ONE_STORE
@pytest.mark.parametrize("picked", [0, 1, 2])
def test_a_segment_the_store_will_never_take_is_found_among_those_it_came_with(engine, journal, picked):
    class Picky(Seams):
        def insert_ndjson(self, table, rows, token):
            if table == "events" and b'"/%d"' % (picked * 100) in rows:
                raise BadInput("The store cannot hold these rows.")
            self.engine.insert_ndjson(table, rows, token)

    hits = [msgspec.structs.replace(one, name="pageview") for one in made_up(11, 300)]
    paths = write_all(journal, hits)
    content = paths[picked].read_bytes()
    loader = loader_of(Picky(engine), journal)
    loaded = loader.load_waiting()
    assert (loaded.segments, loaded.rows, loaded.left) == (3, 200, 100)
    assert (journal / "bad" / paths[picked].name).read_bytes() == content
    assert loader.bad_lines() == 100
    assert left_in(journal) == ["bad"]
    assert_exact(engine, hits[: picked * 100] + hits[picked * 100 + 100 :])


def test_visits_the_store_will_never_take_are_kept_aside_and_their_events_counted_once(engine, journal):
    class Picky(Seams):
        def insert_ndjson(self, table, rows, token):
            if table == "visits":
                raise BadInput("The store cannot hold these rows.")
            self.engine.insert_ndjson(table, rows, token)

    write_all(journal, [hit("2026-03-10T10:00:00", visitor=1 + number) for number in range(20)], 10)
    assert loader_of(Picky(engine), journal).load_waiting().rows == 20
    assert engine.query("SELECT count() FROM events") == [(20,)]
    assert loader_of(engine, journal).bad_lines() == 20


def test_visits_that_a_dying_server_could_not_read_are_put_again(engine, journal):
    class Dying(Seams):
        says = 1

        def insert_ndjson(self, table, rows, token):
            if table == "visits" and self.says and self.engine.topology.cluster:
                self.says -= 1
                raise BadInput("Cannot parse input.")
            self.engine.insert_ndjson(table, rows, token)

    write_all(journal, [hit("2026-03-10T10:00:00", visitor=1 + number) for number in range(20)], 10)
    assert loader_of(Dying(engine), journal).load_waiting().rows == 20
    assert loader_of(engine, journal).bad_lines() == 0
    assert engine.query("SELECT countDistinct(visit) FROM visits") == [(20,)]


@ONE_STORE
def test_engagement_without_a_visit_is_counted_as_refused(engine, journal):
    ping = hit("2026-03-10T10:00:30", name="engagement", engagement_ms=1000)
    path = write(journal, 1, [ping, msgspec.structs.replace(ping, visitor=2), hit("2026-03-10T10:00:00", visitor=3)])
    loaded = loader_of(engine, journal).load(path)
    assert (loaded.rows, loaded.left) == (1, 2)
    assert engine.query("SELECT site, toUnixTimestamp(minute), reason, sum(count) FROM refusals GROUP BY ALL") == [
        (1, START // 1000, "no_visit", 2)
    ]


def test_refusals_are_loaded_once(engine, journal):
    journal.mkdir()
    path = journal / f"{START}-aa.refusals"
    for _ in range(3):
        path.write_text(f'{{"site":1,"minute":{START // 1000},"reason":"bot","count":7}}\n')
        loader_of(engine, journal).load_waiting()
    assert engine.query("SELECT site, reason, sum(count) FROM refusals GROUP BY ALL") == [(1, "bot", 7)]
    assert not path.exists()


@ONE_STORE
def test_an_import_loads_its_own_segments_and_leftovers_go_at_the_start(engine, journal):
    hits = made_up(12, 200)
    left, fresh = (write(journal, 1, some).rename(journal / f"import-1-{number}.ndjson") for number, some in enumerate((hits[:100], [])))
    loader = loader_of(engine, journal)
    assert loader.load_waiting().segments == 2
    fresh = write(journal, 2, hits[100:]).rename(journal / "import-1-2.ndjson")
    assert loader.load_waiting().segments == 0
    assert loader.waiting() == [fresh]
    assert loader.load(fresh).rows > 0
    assert not left.exists()
    assert_exact(engine, hits)


def test_some_of_a_batch_marked_as_done_is_no_batch_done(engine, journal):
    hits = made_up(13, 200)
    first, *_ = write_all(journal, hits, 50)
    seams = Seams(engine, at=3)
    with pytest.raises(Crash):
        loader_of(seams, journal).load_waiting()
    assert f"{first.stem}+3.ndjson.ready" in left_in(journal)
    engine.insert_ndjson("segments", b'{"name":"%s","rows":1,"loaded_at":"1773100800.000"}' % first.name.encode(), "one of four")
    assert loader_of(engine, journal).load_waiting().segments == 4
    assert_exact(engine, hits)


@ONE_STORE
def test_everything_is_complete_only_until_the_first_of_a_batch_until_it_is_done(engine, journal):
    class Looking(Seams):
        def insert_ndjson(self, table, rows, token):
            seen.append((table, loader.complete_until_ms()))
            self.engine.insert_ndjson(table, rows, token)

    seen = []
    write_all(journal, made_up(14, 300))
    loader = loader_of(Looking(engine), journal)
    loader.load_waiting()
    assert {"events", "visits", "segments"} <= {table for table, _ in seen}
    assert {until for _, until in seen} == {START}
    assert loader.complete_until_ms() == NOW


def test_a_batch_holds_neighbours_of_one_kind_up_to_its_bounds(tmp_path, monkeypatch):
    names = ["1-a.ndjson", "2-a.ndjson", "3-a.ndjson", "1-b.refusals", "2-b.refusals", "import-1-a.ndjson", "import-1-b.ndjson"]
    paths = [tmp_path / name for name in names]
    for path in paths:
        path.write_bytes(b"x" * 100)

    def batches():
        return [[names.index(path.name) for path in batch] for batch in together(paths)]

    assert batches() == [[0, 1, 2], [3, 4], [5], [6]]
    monkeypatch.setattr("footfall.store.batches.BATCH_SEGMENTS", 2)
    assert batches() == [[0, 1], [2], [3, 4], [5], [6]]
    monkeypatch.setattr("footfall.store.batches.BATCH_BYTES", 99)
    assert batches() == [[number] for number in range(7)]


@ONE_STORE
def test_a_segment_nobody_wrote_is_not_found(engine, journal):
    with pytest.raises(NotFound, match=r"1-a\.ndjson is not in the journal"):
        loader_of(engine, journal).load(journal / "1-a.ndjson")


@ONE_STORE
def test_everything_is_complete_until_the_oldest_segment_that_waits(engine, journal):
    loader = loader_of(engine, journal)
    assert loader.complete_until_ms() == NOW
    (journal / "import-1-aa.ndjson").write_bytes(b"x")
    (journal / f"{START + 9}-aa-000001.open").touch()
    assert loader.complete_until_ms() == NOW, "nothing accepted is in these"
    (journal / f"{START + 9}-aa-000001.open").write_bytes(b"x")
    assert loader.complete_until_ms() == START + 9
    write(journal, 5, made_up(1, 3))
    assert loader.complete_until_ms() == START + 5
    assert loader.waiting_bytes() > 100


def test_hits_over_many_days_stand_in_their_days(engine, journal):
    hits = [
        msgspec.structs.replace(hit(f"2026-03-{1 + number % 28:02d}T10:00:00", visitor=number + 1), path=f"/{number}")
        for number in range(140)
    ]
    loader_of(engine, journal).load(write(journal, 1, hits))
    assert engine.query("SELECT uniqExact(day), count(), uniqExact(visit) FROM events") == [(28, 140, 140)]
    assert_exact(engine, hits)
