"""What was loaded is known again, also after the record was cut short."""

import pytest

from footfall.collect.checkpoints import Checkpoints, Span
from footfall.errors import Unavailable

ONE = Span(0, 10, "1" * 40)
TWO = Span(10, 30, "2" * 40)


def test_done_chunks_are_known_to_the_next_process(tmp_path):
    checkpoints = Checkpoints(tmp_path, 1)
    for span in (ONE, TWO):
        checkpoints.begin(span)
        checkpoints.finish(span)
    again = Checkpoints(tmp_path, 1)
    assert again.has(10, ONE.digest) and again.has(30, TWO.digest) and not again.has(10, TWO.digest)
    assert again.ends == {10, 30}
    assert (again.reach(0), again.reach(10), again.reach(30)) == (10, 30, 0)
    assert again.unsettled == []


def test_begun_chunk_is_unsettled_until_it_is_done_or_tidied_away(tmp_path):
    Checkpoints(tmp_path, 1).begin(ONE)
    again = Checkpoints(tmp_path, 1)
    assert again.unsettled == [ONE] and not again.has(10, ONE.digest)
    again.finish(ONE)
    again.begin(TWO)
    again.tidy()
    assert Checkpoints(tmp_path, 1).unsettled == []
    assert Checkpoints(tmp_path, 1).has(10, ONE.digest)


def test_empty_chunk_is_cut_alike_and_not_taken_for_loaded(tmp_path):
    Checkpoints(tmp_path, 1).leave(ONE)
    again = Checkpoints(tmp_path, 1)
    again.tidy()
    assert again.ended(10, ONE.digest) and not again.has(10, ONE.digest)
    assert Checkpoints(tmp_path, 1).reach(0) == 10


@pytest.mark.parametrize("cut", range(1, 60))
def test_line_that_a_crash_cut_short_spoils_no_other(tmp_path, cut):
    checkpoints = Checkpoints(tmp_path, 1)
    checkpoints.finish(ONE)
    path = tmp_path / "1.checkpoints"
    whole = path.read_bytes()
    checkpoints.finish(TWO)
    path.write_bytes(path.read_bytes()[: len(whole) + cut])
    torn = Checkpoints(tmp_path, 1)
    third = Span(30, 40, "3" * 40)
    torn.finish(third)
    again = Checkpoints(tmp_path, 1)
    assert again.has(10, ONE.digest) and again.has(40, third.digest)
    assert again.ends <= {10, 30, 40}


def test_disk_that_refuses_is_said_so(tmp_path, monkeypatch):
    checkpoints = Checkpoints(tmp_path / "imports", 1)
    (tmp_path / "imports").rmdir()
    with pytest.raises(Unavailable, match="record of imports cannot be written"):
        checkpoints.begin(ONE)
