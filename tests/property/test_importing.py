"""However a stream is cut, broken off, repeated and continued, the same hits come out of it, once."""

import os
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.collect import importing
from footfall.collect.importing import iterate_lines
from tests.support.importing import Crash, FakeStore

LINES = st.lists(st.sampled_from(["a", "bb", "bad", "bot", "", "ccc\r", "é", "bad bad bad", "#x"]), max_size=30)
MOMENTS = ("none", "before", "after", "write", "finish", "stream")


@pytest.fixture(scope="module", autouse=True)
def quick_disk():
    """The order of the steps is at stake here, not whether the disk keeps them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "fdatasync"):
            patch.setattr(os, name, lambda descriptor: None)
        yield


def parts_of(content: bytes, seed: int) -> list[bytes]:
    chance, parts = random.Random(seed), []
    while content:
        size = chance.randint(0, 9)
        parts.append(content[:size])
        content = content[size:]
    return parts


def counted(content: bytes) -> list[str]:
    """What must come out: worked out without any of the code under test."""
    lines = content.decode().replace("\r", "").split("\n")
    return [line for line in lines if line and not line.startswith(("bad", "bot"))]


@settings(max_examples=150, deadline=None)
@given(LINES, st.booleans(), st.integers(0, 1000), st.integers(1, 12))
def test_any_cut_of_a_stream_gives_the_same_hits(lines, ended, seed, chunk_lines):
    content = ("\n".join(lines) + "\n" * ended).encode()
    with tempfile.TemporaryDirectory() as folder:
        store = FakeStore(Path(folder))
        store.run(iterate_lines(parts_of(content, seed)), chunk_lines=chunk_lines)
        assert store.paths == counted(content)


class Broken(FakeStore):
    """A process that dies at a moment of the n-th chunk it counts."""

    def attempt(self, content: bytes, moment: str, chunk: int, chunk_lines: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            countdown = iter(range(chunk, -1000, -1))
            load, write, finish = self.load, importing.write_segment, importing.Checkpoints.finish

            def dies(here):
                return moment == here and next(countdown) == 0

            def loads(path):
                if dies("before"):
                    raise Crash
                loaded = load(path)
                if dies("after"):
                    raise Crash
                return loaded

            def writes(*given):
                if dies("write"):
                    raise Crash
                return write(*given)

            def finishes(*given):
                if dies("finish"):
                    raise Crash
                finish(*given)

            def lines():
                for line in iterate_lines([content]):
                    if dies("stream"):
                        raise Crash
                    yield line

            patch.setattr(self, "load", loads)
            patch.setattr(importing, "write_segment", writes)
            patch.setattr(importing.Checkpoints, "finish", finishes)
            try:
                self.run(lines(), chunk_lines=chunk_lines)
            except Crash:
                return


ATTEMPT = st.tuples(st.integers(0, 8), st.sampled_from(MOMENTS), st.integers(0, 4), st.integers(1, 9))


@settings(max_examples=300, deadline=None)
@given(LINES, st.lists(ATTEMPT, max_size=5))
def test_any_history_of_crashes_and_growth_counts_every_line_once(lines, attempts):
    lines = [f"{line}{number}" if line and "\r" not in line else line for number, line in enumerate(lines)]
    content = "".join(line + "\n" for line in lines).encode()
    with tempfile.TemporaryDirectory() as folder:
        store, shown = Broken(Path(folder)), 0
        for more, moment, chunk, chunk_lines in attempts:
            shown = min(len(lines), shown + more)
            store.attempt("".join(line + "\n" for line in lines[:shown]).encode(), moment, chunk, chunk_lines)
        store.attempt(content, "none", 0, 4)
        assert store.paths == counted(content)


@settings(max_examples=150, deadline=None)
@given(LINES, st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=5))
def test_beginnings_in_any_order_count_every_line_once(lines, runs):
    lines = [f"{line}{number}" if line and "\r" not in line else line for number, line in enumerate(lines)]
    with tempfile.TemporaryDirectory() as folder:
        store = FakeStore(Path(folder))
        for shown, chunk_lines in [*runs, (len(lines), 3)]:
            store.run(iterate_lines(["".join(line + "\n" for line in lines[:shown]).encode()]), chunk_lines=chunk_lines)
        assert store.paths == counted("".join(line + "\n" for line in lines).encode())
