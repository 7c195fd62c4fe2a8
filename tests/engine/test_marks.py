"""Marks that wait for those of other batches: fewer inserts, and whatever happens before they are made, everything is counted once."""

import os
from pathlib import Path

import pytest

from footfall.errors import Unavailable
from footfall.store import loading
from footfall.store.loading import Loader
from tests.support.build import hit
from tests.support.journal import START, assert_exact, made_up, write
from tests.support.seams import Crash, Seams

ROUNDS, SIZE = 5, 40
MARKED = "SELECT sum(rows) FROM service_days WHERE site = {site:UInt32}"
NAMED = "SELECT name, sum(rows) FROM segments WHERE name IN {names:Array(String)} GROUP BY name"


class Clock:
    def __init__(self):
        self.ms = START

    def __call__(self):
        return self.ms


@pytest.fixture
def engine(emptied_engine):
    """Only marks of the embedded store ever wait."""
    return emptied_engine


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "journal"


def loader_of(engine, journal, now=None):
    return Loader(engine, journal, now=now or Clock(), random=os.urandom)


def load_rounds(loader, journal, hits, *, number=0):
    """Each part of the hits as a segment and a round of its own, marks waiting; answers the segments and what they held."""
    written = {}
    for first in range(0, len(hits), SIZE):
        path = write(journal, number + first, hits[first : first + SIZE])
        written[path] = path.read_bytes()
        loader.load_waiting(marks_may_wait=True)
    return written


def of_one_day(seed, site=1):
    return [one for one in made_up(seed, 1000, site=site) if one.day == "2026-03-10"][: ROUNDS * SIZE]


def left_in(journal):
    return sorted(path.name for path in journal.iterdir() if path.name != ".loader")


class Counting(Seams):
    def __init__(self, engine):
        super().__init__(engine)
        self.inserts, self.rows = [], {}

    def insert_ndjson(self, table, rows, token):
        self.inserts.append(table)
        if table in ("events", "visits"):
            self.rows[table, token] = rows.count(b"\n")
        self.engine.insert_ndjson(table, rows, token)


def test_rounds_that_follow_one_another_closely_are_marked_together(engine, journal):
    hits, now, counting = of_one_day(1), Clock(), Counting(engine)
    loader = loader_of(counting, journal, now)
    written = load_rounds(loader, journal, hits)
    assert (counting.inserts.count("service_days"), counting.inserts.count("segments")) == (1, 1), "the first: there is a new day"
    assert left_in(journal) == [f"{path.name}.ready" for path in [*written][1:]]
    assert_exact(engine, hits)
    now.ms += 9_999
    loader.load_waiting(marks_may_wait=True)
    assert counting.inserts.count("segments") == 1
    now.ms += 1
    loader.load_waiting(marks_may_wait=True)
    assert (counting.inserts.count("service_days"), counting.inserts.count("segments")) == (2, 2)
    assert left_in(journal) == []
    assert len(engine.query(NAMED, {"names": [path.name for path in written]})) == ROUNDS


def test_a_round_whose_marks_may_not_wait_makes_those_that_do(engine, journal):
    hits, counting = of_one_day(2), Counting(engine)
    loader = loader_of(counting, journal)
    written = load_rounds(loader, journal, hits)
    loader.load_waiting()
    assert left_in(journal) == []
    named = dict(engine.query(NAMED, {"names": [path.name for path in written]}))
    assert [(sum(named.values()),)] == engine.query("SELECT count() FROM events")
    assert named.keys() == {path.name for path in written}
    assert engine.query(MARKED, {"site": 1}) == [(sum(counting.rows.values()),)]


def test_a_segment_put_back_while_its_marks_wait_counts_once(engine, journal):
    hits, loader = of_one_day(3), loader_of(engine, journal)
    for path, content in load_rounds(loader, journal, hits).items():
        path.write_bytes(content)
        assert loader.load_waiting(marks_may_wait=True).rows == 0
        assert not path.exists()
    assert_exact(engine, hits)


def test_a_day_that_is_new_or_over_is_marked_at_once(engine, journal):
    days = ["2026-03-10", "2026-03-10", "2026-03-11", "2026-03-10", "2026-03-09", "2026-03-09"]
    counting = Counting(engine)
    loader, marked = loader_of(counting, journal), []
    for number, day in enumerate(days):
        write(journal, number, [hit(f"{day}T12:00:00", visitor=number + 1)])
        before = counting.inserts.count("segments")
        loader.load_waiting(marks_may_wait=True)
        marked.append(counting.inserts.count("segments") > before)
    assert marked == [True, False, True, False, True, True], "today is the 10th"
    assert engine.query(MARKED, {"site": 1}) == [(2 * len(days),)]


@pytest.mark.parametrize("bound", ["MOST_SEGMENTS", "BATCH_BYTES"])
def test_as_many_segments_and_bytes_as_a_restart_should_go_through_again_are_marked_at_once(engine, journal, monkeypatch, bound):
    monkeypatch.setattr(f"footfall.store.marks.{bound}", 1)
    counting = Counting(engine)
    load_rounds(loader_of(counting, journal), journal, of_one_day(4))
    assert counting.inserts.count("segments") == ROUNDS


def crashing_rounds(engine, folder, hits, first):
    """As ``load_rounds``, by this loader until it crashes and then by another; answers the segments and what they held."""
    loader, written = first, {}
    for number in range(0, len(hits), SIZE):
        path = write(folder, number, hits[number : number + SIZE])
        written[path] = path.read_bytes()
        try:
            loader.load_waiting(marks_may_wait=True)
        except Crash:
            loader = loader_of(engine, folder)
    try:
        loader.load_waiting()
    except Crash:
        loader_of(engine, folder).load_waiting()
    return written


def assert_once(engine, folder, hits, written, site):
    assert left_in(folder) == []
    for path, content in written.items():
        path.write_bytes(content)
    assert loader_of(engine, folder).load_waiting().rows == 0, "put back, and known"
    assert_exact(engine, hits, site)
    assert engine.query(MARKED, {"site": site}) == [(sum(engine.rows.values()),)]


def test_a_crash_at_any_step_loses_and_doubles_nothing_and_marks_every_row_once(engine, journal):
    counting = Seams(engine)
    hits = of_one_day(5, site=9)[: 3 * SIZE]
    crashing_rounds(engine, journal / "counting", hits, loader_of(counting, journal / "counting"))
    for case, (at, after) in enumerate([(at, after) for at in range(1, counting.calls + 1) for after in (False, True)]):
        site, folder = 100 + case, journal / str(case)
        hits = of_one_day(5, site=site)[: 3 * SIZE]
        store = Counting(engine)
        seams = Seams(store, at, after)
        written = crashing_rounds(store, folder, hits, loader_of(seams, folder))
        assert seams.calls == at
        assert_once(store, folder, hits, written, site)


class Files:
    """Ends the process before the n-th change of a file that the loader makes."""

    def __init__(self, monkeypatch, at):
        self.at, self.calls = at, 0
        monkeypatch.setattr(loading, "write_durably", self.stopping(loading.write_durably))
        monkeypatch.setattr(Path, "unlink", self.stopping(Path.unlink))

    def stopping(self, change):
        def changed(*given, **named):
            self.calls += 1
            if self.calls == self.at:
                raise Crash(change.__name__)
            return change(*given, **named)

        return changed


def test_a_crash_between_files_loses_and_doubles_nothing_and_marks_every_row_once(engine, journal, monkeypatch):
    crashed = True
    for at in range(5, 30):
        site, folder, store = 500 + at, journal / str(at), Counting(engine)
        hits = of_one_day(6, site=site)[: 3 * SIZE]
        with monkeypatch.context() as patched:
            loader = loader_of(store, folder)
            files = Files(patched, at)
            written = crashing_rounds(store, folder, hits, loader)
            crashed = files.calls >= at
        assert_once(store, folder, hits, written, site)
        if not crashed:
            break
    assert at > 10 and not crashed, "every change of a file was the last one once"


@pytest.mark.parametrize("table", ["service_days", "segments"])
def test_marks_that_the_store_did_not_take_are_made_under_the_same_name_and_before_others(engine, journal, table):
    class Away(Counting):
        away = False

        def insert_ndjson(self, to, rows, token):
            tokens.append((to, token))
            super().insert_ndjson(to, rows, token)
            if self.away and to == table:
                raise Unavailable("The store is away, perhaps after it took the rows.")

    tokens, hits, store = [], of_one_day(7), Away(engine)
    loader = loader_of(store, journal)
    load_rounds(loader, journal, hits[: 3 * SIZE])
    store.away = True
    for _ in range(2):
        with pytest.raises(Unavailable, match="away"):
            loader.load_waiting()
    store.away = False
    written = load_rounds(loader, journal, hits[3 * SIZE :], number=1000)
    loader.load_waiting()
    tried = [token for to, token in tokens if to == table]
    assert tried[1] == tried[2] == tried[3] and tried[1].endswith(".marks")
    assert len(written) == 2 and left_in(journal) == []
    assert_exact(engine, hits)
    assert engine.query(MARKED, {"site": 1}) == [(sum(store.rows.values()),)]
