"""Acknowledged lines are on disk, whole and once, whatever happens to disk and process."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from footfall.collect.journal import Journal, adopt_orphans, write_segment
from footfall.errors import Unavailable

WRITER = """
import asyncio, os, sys
from pathlib import Path
from footfall.collect.journal import Journal
async def main():
    journal = Journal(Path(sys.argv[1]), now=lambda: 1, random=os.urandom, segment_rows=50)
    for number in range(int(sys.argv[2]), 10**9):
        await journal.append(b"%d\\n" % number, 1)
        print(number, flush=True)
asyncio.run(main())
"""


def opened(folder: Path, **rest) -> Journal:
    return Journal(folder, now=lambda: 1_700_000_000_000, random=os.urandom, **rest)


def lines(folder: Path) -> list[bytes]:
    return [line for path in sorted(folder.glob("*.ndjson")) for line in path.read_bytes().splitlines()]


async def append_all(journal: Journal, count: int) -> None:
    await asyncio.gather(*(journal.append(b"%d\n" % number, 1) for number in range(count)))


def test_many_appends_share_syncs_and_all_are_there(tmp_path):
    journal = opened(tmp_path)
    asyncio.run(append_all(journal, 500))
    journal.close()
    assert sorted(map(int, lines(tmp_path))) == list(range(500))
    assert list(tmp_path.glob("*.open")) == []


def test_failed_write_is_refused_and_leaves_no_half_line(tmp_path):
    calls = []

    def write(descriptor: int, content: bytes) -> int:
        calls.append(content)
        if len(calls) == 2:
            return os.write(descriptor, content[:3])
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        return os.write(descriptor, content)

    async def three(journal: Journal) -> list[str]:
        told = []
        for line in (b"first\n", b"second\n", b"third\n"):
            try:
                await journal.append(line, 1)
                told.append("yes")
            except Unavailable as error:
                told.append(str(error))
        return told

    journal = opened(tmp_path, write=write, segment_age_ms=60_000)
    told = asyncio.run(three(journal))
    journal.close()
    assert told == ["yes", "The journal's disk refuses to write (No space left on device).", "yes"]
    assert sorted(lines(tmp_path)) == [b"first", b"third"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small tmpfs")
def test_full_disk_is_told_and_loses_nothing_acknowledged(tmp_path):
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)], capture_output=True).returncode:
        pytest.skip("mounting a tmpfs is not permitted here")
    try:
        told = []

        async def fill(journal: Journal) -> None:
            for number in range(100):
                try:
                    await journal.append(b"%04d" % number + b"x" * 2000 + b"\n", 1)
                    told.append(number)
                except Unavailable:
                    break

        journal = opened(tmp_path)
        asyncio.run(fill(journal))
        journal.close()
        found = lines(tmp_path)
        assert 0 < len(told) < 100
        assert [int(line[:4]) for line in found] == told
        assert {len(line) for line in found} == {2004}
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_journal_at_its_bound_refuses(tmp_path):
    write_segment(tmp_path, "0000000000001-aa-000000", [b"x" * 1000 + b"\n"])
    journal = opened(tmp_path, max_bytes=1000)
    with pytest.raises(Unavailable, match="at its bound"):
        asyncio.run(journal.append(b"more\n", 1))
    journal.close()


def test_torn_last_line_of_a_dead_writer_is_cut(tmp_path):
    (tmp_path / "0000000000001-aa-000000.open").write_bytes(b"whole\nhal")
    assert adopt_orphans(tmp_path) == 1
    assert lines(tmp_path) == [b"whole"]


def test_living_writers_segment_is_left_alone(tmp_path):
    journal = opened(tmp_path, segment_age_ms=60_000)
    asyncio.run(journal.append(b"mine\n", 1))
    adopted = adopt_orphans(tmp_path)
    journal.close()
    assert adopted in (0, 0)
    assert lines(tmp_path) == [b"mine"]


@pytest.mark.slow
def test_twenty_kills_lose_nothing_acknowledged(tmp_path):
    acknowledged: set[int] = set()
    for turn in range(20):
        command = [sys.executable, "-c", WRITER, str(tmp_path), str(turn * 1_000_000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            for _ in range(20 + turn * 7):
                acknowledged.add(int(writer.stdout.readline()))
            writer.send_signal(signal.SIGKILL)
            acknowledged |= {int(line) for line in writer.stdout.read().split(b"\n")[:-1]}
        adopt_orphans(tmp_path)
    found = [int(line) for line in lines(tmp_path)]
    assert len(found) == len(set(found))
    assert acknowledged <= set(found)
