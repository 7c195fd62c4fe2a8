"""An import counts each line once, whatever breaks off, comes again or has grown, and says what became of every line."""

import msgspec
import pytest

from footfall.collect import importing
from footfall.collect.importing import MOST_LINE_BYTES, iterate_lines
from tests.support.importing import Crash, FakeStore, decode_path, lines_of, numbered


@pytest.fixture
def store(tmp_path):
    return FakeStore(tmp_path)


def test_lines_come_whole_however_the_parts_are_cut():
    parts = [b"", b"one\ntw", b"o\r", b"\nth", b"", b"ree\n\nlast"]
    assert list(iterate_lines(parts)) == [b"one\n", b"two\r\n", b"three\n", b"\n", b"last"]


def test_endless_line_is_held_only_to_its_bound():
    parts = (b"x" * 100_000 for _ in range(50))
    lines = list(iterate_lines([*parts, b"\nnext\n"]))
    assert [len(line) for line in lines] == [MOST_LINE_BYTES + 2, 5]


def test_byte_order_mark_blank_lines_and_carriage_returns_are_no_part_of_a_line(store):
    report = store.run(lines_of("\ufeffone\r\n\r\n  \ntwo\r\n\r\nthree"))
    assert store.paths == ["one", "two", "three"]
    assert (report.lines, report.accepted, report.refused) == (6, 3, 0)


def test_every_line_is_accounted_for(store):
    report = store.run(lines_of("1\nbad x\nbot\n4\nbad y\nbot\n"), chunk_lines=2)
    assert (report.lines, report.accepted, report.already, report.refused) == (6, 2, 0, 2)
    assert report.passed == {"bot": 2}
    assert report.refused_by_reason == {"bad": 2}
    assert report.refused_lines == [(2, "bad: bad x"), (5, "bad: bad y")]
    assert report.bytes == 24


def test_pings_that_had_no_visit_are_not_among_the_accepted(store):
    report = store.run(lines_of("ping\n2\nping\nbot\n5\nping\n"), chunk_lines=3, kept_from="2026-01-01")
    assert (report.lines, report.accepted, report.expiring, report.passed) == (6, 2, 2, {"no_visit": 3, "bot": 1})
    again = store.run(lines_of("ping\n2\nping\nbot\n5\nping\n"), chunk_lines=3)
    assert (again.already, again.accepted, again.passed) == (6, 0, {})


def test_refused_lines_are_no_others_that_were_refused_before(store):
    store.run(lines_of("bad one\nbot\n3\n4\n"))
    report = store.run(lines_of("bad other\n5\n"))
    assert (report.already, report.accepted, report.refused_lines) == (0, 1, [(1, "bad: bad other")])
    report = store.run(lines_of("bad one\nbot\n3\nbad third\n"))
    assert (report.already, report.accepted, report.refused_lines) == (3, 0, [(4, "bad: bad third")])
    assert store.paths == ["3", "4", "5"]


def test_line_over_its_bound_is_refused_and_the_rest_counted(store):
    report = store.run(iterate_lines([b"1\n" + b"x" * (MOST_LINE_BYTES + 1) + b"\n3\n"]))
    assert report.refused_lines == [(2, "longer than 1,000,000 bytes")]
    assert store.paths == ["1", "3"]


def test_first_hundred_refusals_are_shown_and_all_are_counted(store):
    report = store.run(lines_of("bad\n" * 250))
    assert report.refused == 250
    assert report.refused_by_reason == {"bad": 250}
    assert [number for number, _ in report.refused_lines] == list(range(1, 101))


def test_reasons_beyond_a_hundred_are_counted_together(store):
    def decode(line):
        raise importing.BadLine(f"reason {line.decode()}")

    report = store.run(lines_of(numbered(1, 150)), decode=decode)
    assert len(report.refused_by_reason) == 101
    assert report.refused_by_reason["other"] == 50


def test_fault_that_names_no_reason_is_refused_without_its_text(store):
    def decode(line):
        raise ValueError(f"secret {line!r}")

    assert store.run(lines_of("x\n"), decode=decode).refused_lines == [(1, "cannot be read (ValueError)")]


def test_progress_is_told_after_every_chunk(store):
    told = []
    store.run(lines_of(numbered(1, 5)), chunk_lines=2, progress=lambda report: told.append((report.lines, report.bytes, report.accepted)))
    assert told == [(2, 4, 2), (4, 8, 4), (5, 10, 5)]


def test_chunks_end_by_bytes_too(store, monkeypatch):
    monkeypatch.setattr(importing, "CHUNK_BYTES", 10)
    told = []
    store.run(lines_of("aaaa\nbbbb\ncccc\ndddd\neeee\n"), progress=lambda report: told.append(report.lines))
    assert told == [2, 4, 5]


def test_same_stream_again_changes_nothing(store):
    store.run(lines_of(numbered(1, 10)), chunk_lines=3)
    report = store.run(lines_of(numbered(1, 10)), chunk_lines=3)
    assert (report.already, report.accepted) == (10, 0)
    assert store.paths == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize("first, second", [(3, 5), (5, 3), (1, 100), (100, 1), (4, 2)])
def test_chunk_size_may_change_between_runs(store, first, second):
    store.run(lines_of("bad\nbad\nbad\nbad\n" + numbered(1, 10)), chunk_lines=first)
    report = store.run(lines_of("bad\nbad\nbad\nbad\n" + numbered(1, 20)), chunk_lines=second)
    assert store.paths == [str(number) for number in range(1, 21)]
    assert report.accepted == 10


def test_grown_stream_goes_on_where_it_ended(store):
    store.run(lines_of(numbered(1, 10)), chunk_lines=4)
    report = store.run(lines_of(numbered(1, 25)), chunk_lines=4)
    assert (report.already, report.accepted) == (10, 15)
    report = store.run(lines_of(numbered(1, 30)), chunk_lines=4)
    assert (report.already, report.accepted) == (25, 5)
    assert store.paths == [str(number) for number in range(1, 31)]


def test_last_line_without_its_end_does_not_hide_what_was_counted(store):
    store.run(lines_of("1\n2\nbad 3"))
    report = store.run(lines_of("1\n2\nbad 3 whole\n4\n"))
    assert (report.already, report.accepted) == (2, 1)
    assert store.paths == ["1", "2", "4"]


def test_last_line_that_only_lacked_its_end_is_known_again(store):
    store.run(lines_of("1\n2\n3"))
    assert store.run(lines_of("1\n2\n3\n4\n")).already == 3
    assert store.paths == ["1", "2", "3", "4"]


def test_other_stream_with_the_same_beginning_counts_from_where_it_differs(store):
    store.run(lines_of(numbered(1, 6)), chunk_lines=2)
    report = store.run(lines_of(numbered(1, 4) + "x\ny\n"), chunk_lines=2)
    assert (report.already, report.accepted) == (4, 2)
    assert store.paths[-2:] == ["x", "y"]


@pytest.mark.parametrize("chunk_lines", [2, 4, 100])
@pytest.mark.parametrize("shown", range(11))
def test_shorter_beginning_of_an_imported_stream_counts_nothing_again(store, shown, chunk_lines):
    store.run(lines_of("bad\nbot\n" + numbered(1, 8)), chunk_lines=chunk_lines)
    beginning = "".join(("bad\nbot\n" + numbered(1, 8)).splitlines(keepends=True)[:shown])
    for _ in range(2):
        report = store.run(lines_of(beginning), chunk_lines=chunk_lines)
        assert (report.lines, report.accepted) == (shown, 0)
    assert store.run(lines_of("bad\nbot\n" + numbered(1, 12)), chunk_lines=chunk_lines).accepted == 4
    assert store.paths == [str(number) for number in range(1, 13)]


@pytest.mark.parametrize("same", range(1, 8))
def test_stream_that_becomes_another_inside_a_chunk_counts_from_the_line_that_differs(store, same):
    store.run(lines_of(numbered(1, 8)), chunk_lines=4)
    for _ in range(2):
        store.run(lines_of(numbered(1, same) + "x\nbad\ny\n"), chunk_lines=4)
    assert store.paths == [*(str(number) for number in range(1, 9)), "x", "y"]
    report = store.run(lines_of(numbered(1, same) + "x\nbad\ny\nz\n"), chunk_lines=4)
    assert (report.accepted, store.paths[-1]) == (1, "z")


def test_nothing_of_a_line_but_what_its_hit_keeps_is_in_the_marks(store):
    """Two addresses, the same views: the marks on disk are the same, so nobody can try out which address fits."""
    folder = store.folder / "imports" / "1.marks"
    for address in ("192.0.2.1", "203.0.113.77"):
        decode = lambda line: decode_path(line.split()[1])  # noqa: E731
        store.run(lines_of(f"{address} /a\n{address} /b\n"), decode=decode)
    one, other = (path.read_bytes() for path in folder.iterdir())
    assert one == other


def test_events_of_days_that_are_not_kept_are_announced_once(store):
    def decode(line):
        return msgspec.structs.replace(decode_path(line), day=line.decode())

    days = "2026-01-01\n2026-01-02\n2026-01-03\n"
    assert [store.run(lines_of(days), decode=decode, kept_from="2026-01-03").expiring for _ in range(2)] == [2, 0]


def test_kinds_of_reading_do_not_hide_each_other(store):
    store.run(lines_of("1\n2\n"), kind="events")
    assert store.run(lines_of("1\n2\n"), kind="log").accepted == 2


def test_stream_of_which_nothing_counted_is_read_again(store):
    store.run(lines_of("bad\nbad\n"))
    report = store.run(lines_of("bad\nbad\n"))
    assert (report.already, report.refused) == (0, 2)


def test_sites_do_not_hide_each_other(tmp_path):
    one, two = FakeStore(tmp_path, 1), FakeStore(tmp_path, 2)
    one.run(lines_of("1\n"))
    assert two.run(lines_of("1\n")).accepted == 1


def test_stream_that_breaks_off_counts_its_whole_chunks_only(store):
    def broken():
        yield from lines_of(numbered(1, 5))
        raise Crash

    with pytest.raises(Crash):
        store.run(broken(), chunk_lines=2)
    assert store.paths == ["1", "2", "3", "4"]
    assert store.run(lines_of(numbered(1, 8)), chunk_lines=2).already == 4
    assert store.paths == [str(number) for number in range(1, 9)]


def crash_at(store, monkeypatch, when):
    """Let the process die in the chunk that follows, at the moment named."""
    if when == "write":
        monkeypatch.setattr(importing, "write_segment", lambda *given: (_ for _ in ()).throw(Crash))
    elif when == "finish":
        monkeypatch.setattr(importing.Checkpoints, "finish", lambda *given: (_ for _ in ()).throw(Crash))
    else:
        store.crash = when


@pytest.mark.parametrize("left_over_loaded_at_start", [False, True])
@pytest.mark.parametrize("boundary", range(4))
@pytest.mark.parametrize("when", ["write", "before", "after", "finish"])
def test_crash_at_any_moment_of_any_chunk_loses_and_doubles_nothing(store, monkeypatch, when, boundary, left_over_loaded_at_start):
    def told(report):
        if report.lines == boundary * 3:
            crash_at(store, monkeypatch, when)

    if boundary == 0:
        crash_at(store, monkeypatch, when)
    with pytest.raises(Crash):
        store.run(lines_of(numbered(1, 11)), chunk_lines=3, progress=told)
    monkeypatch.undo()
    store.crash = ""
    if left_over_loaded_at_start:
        store.load_left_over()
    store.run(lines_of(numbered(1, 20)), chunk_lines=3)
    assert store.paths == [str(number) for number in range(1, 21)]
    assert list((store.folder / "journal").iterdir()) == []


def test_columns_named_in_a_part_that_was_counted_hold_for_what_follows(store):
    class Columns:
        name = "?"

        def __call__(self, line):
            if line.startswith(b"#"):
                self.name = line.decode()[1:]
                raise importing.Passed("directive")
            return decode_path(f"{self.name}-{line.decode()}".encode())

    store.run(lines_of("\ufeff#a\n1\n"), decode=Columns())
    store.run(lines_of("\ufeff#a\n1\n2\n"), decode=Columns())
    assert store.paths == ["a-1", "a-2"]
