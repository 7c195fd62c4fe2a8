"""Who had a day erased is not loaded again, also after a restart, and is forgotten with the salt."""

import pytest

from footfall.collect.erased import Erased
from footfall.collect.visitor import Pseudonym
from footfall.errors import Unavailable
from tests.support.build import hit

ANN, BOB = 2**64 - 1, 7
UNTIL = 1000


def opened(folder, now=0):
    return Erased(folder, now=lambda: now)


def test_hits_of_who_is_erased_are_left_out_and_no_others(tmp_path):
    erased = opened(tmp_path)
    hits = [hit("2026-03-10T12:00:00", visitor) for visitor in (ANN, BOB, 0)]
    assert erased.left(hits) is hits
    erased.add(hits[0].site, [Pseudonym(ANN, UNTIL)])
    assert [one.visitor for one in erased.left(hits)] == [BOB, 0]
    erased.add(hits[0].site + 1, [Pseudonym(BOB, UNTIL)])
    assert [one.visitor for one in erased.left(hits)] == [BOB, 0], "on another portal the same number is somebody else"


def test_restart_knows_them_and_looks_for_them_again(tmp_path):
    erased = opened(tmp_path)
    erased.add(1, [Pseudonym(ANN, UNTIL), Pseudonym(BOB, UNTIL)])
    erased.done(erased.waiting())
    assert erased.waiting() == frozenset()
    again = opened(tmp_path)
    assert again.waiting() == {(1, ANN), (1, BOB)}
    assert again.left([hit("2026-03-10T12:00:00", ANN)]) == []


def test_record_that_a_crash_cut_is_left_out(tmp_path):
    opened(tmp_path).add(1, [Pseudonym(ANN, UNTIL), Pseudonym(BOB, UNTIL)])
    path = tmp_path / "erased"
    path.write_bytes(path.read_bytes()[:-1])
    assert opened(tmp_path).waiting() == {(1, ANN)}
    opened(tmp_path).add(2, [Pseudonym(BOB, UNTIL)])
    assert opened(tmp_path).waiting() == {(1, ANN), (2, BOB)}


def test_tmpfs_that_is_full_is_told_and_memory_holds(tmp_path):
    erased = opened(tmp_path)
    (tmp_path / "erased").symlink_to("/dev/full")
    with pytest.raises(Unavailable, match="No space left on device"):
        erased.add(1, [Pseudonym(ANN, UNTIL)])
    assert erased.left([hit("2026-03-10T12:00:00", ANN)]) == []


def test_nothing_of_them_is_left_once_their_salt_is_gone(tmp_path):
    opened(tmp_path).add(1, [Pseudonym(ANN, UNTIL), Pseudonym(BOB, UNTIL + 1)])
    late = opened(tmp_path, now=UNTIL)
    late.forget()
    assert late.waiting() == {(1, ANN), (1, BOB)}, "the store may have them still"
    late.done(late.waiting())
    late.forget()
    assert opened(tmp_path).waiting() == {(1, BOB)}
    assert ANN.to_bytes(8, "little") not in (tmp_path / "erased").read_bytes()


def test_without_a_folder_memory_does(tmp_path):
    erased = opened(None)
    erased.add(1, [Pseudonym(ANN, UNTIL)])
    assert erased.left([hit("2026-03-10T12:00:00", ANN)]) == []
    assert list(tmp_path.iterdir()) == []


def test_file_is_its_owner_s_alone(tmp_path):
    opened(tmp_path).add(1, [Pseudonym(ANN, UNTIL)])
    assert (tmp_path / "erased").stat().st_mode & 0o777 == 0o600
