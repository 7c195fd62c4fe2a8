"""Acknowledged lines are on disk, whole and once, whatever happens to disk and process."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from footfall.collect import journal as journal_module
from footfall.collect.journal import Journal, adopt_orphans, write_segment
from footfall.errors import Unavailable
from tests.support.waiting import LONG_S, until

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


async def told(journal: Journal, line: bytes) -> str:
    """What whoever sent the line was told: yes, or the sentence."""
    try:
        await journal.append(line, 1)
    except Unavailable as error:
        return str(error)
    return "yes"


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
    assert adopted == 0
    assert lines(tmp_path) == [b"mine"]


def test_writers_in_one_folder_keep_out_of_each_others_way(tmp_path):
    journals = [opened(tmp_path, segment_rows=20) for _ in range(3)]

    async def write_all() -> None:
        await asyncio.gather(*(append_all(journal, 100) for journal in journals))

    asyncio.run(write_all())
    for journal in journals:
        journal.close()
    assert sorted(map(int, lines(tmp_path))) == sorted(list(range(100)) * 3)


def test_taking_over_beside_living_writers_loses_and_doubles_nothing(tmp_path):
    journals = [opened(tmp_path, segment_rows=1) for _ in range(2)]
    done = threading.Event()
    adopted: list[int] = []

    def adopt() -> None:
        while not done.is_set():
            adopted.append(adopt_orphans(tmp_path))

    async def write_all() -> None:
        for number in range(80):
            await asyncio.gather(*(journal.append(b"%d\n" % number, 1) for journal in journals))

    adopters = [threading.Thread(target=adopt) for _ in range(2)]
    for adopter in adopters:
        adopter.start()
    asyncio.run(write_all())
    done.set()
    for thread in adopters:
        thread.join()
    for journal in journals:
        journal.close()
    assert sorted(map(int, lines(tmp_path))) == sorted(list(range(80)) * 2)
    assert len(adopted) > 2
    assert list(tmp_path.glob("*.open")) == []


def test_segment_that_was_taken_over_before_its_lock_is_not_written_to(tmp_path, monkeypatch):
    lock, taken = journal_module.fcntl.flock, []

    def lock_late(descriptor: int, kind: int) -> None:
        if kind == journal_module.fcntl.LOCK_EX and not taken:
            taken.append(adopt_orphans(tmp_path))
        lock(descriptor, kind)

    monkeypatch.setattr(journal_module.fcntl, "flock", lock_late)
    journal = opened(tmp_path)
    asyncio.run(journal.append(b"kept\n", 1))
    journal.close()
    assert taken == [1]
    assert lines(tmp_path) == [b"kept"]


def test_segment_that_closes_while_it_is_looked_at_is_left_alone(tmp_path, monkeypatch):
    path = tmp_path / "0000000000001-aa-000000.open"
    path.write_bytes(b"whole\n")
    lock = journal_module.fcntl.flock

    def close_first(descriptor: int, kind: int) -> None:
        path.rename(path.with_suffix(".ndjson"))
        lock(descriptor, kind)

    monkeypatch.setattr(journal_module.fcntl, "flock", close_first)
    assert adopt_orphans(tmp_path) == 0
    assert lines(tmp_path) == [b"whole"]


def test_appends_that_wait_share_one_sync(tmp_path):
    synced: list[int] = []
    begun, go = threading.Event(), threading.Event()

    def sync(descriptor: int) -> None:
        synced.append(descriptor)
        begun.set()
        go.wait(LONG_S)

    async def one_then_many() -> None:
        first = asyncio.create_task(journal.append(b"first\n", 1))
        await asyncio.to_thread(begun.wait, LONG_S)
        rest = [asyncio.create_task(journal.append(b"%d\n" % number, 1)) for number in range(200)]
        await asyncio.sleep(0)
        go.set()
        await asyncio.gather(first, *rest)

    journal = opened(tmp_path, sync=sync)
    asyncio.run(one_then_many())
    journal.close()
    assert len(synced) == 2
    assert len(lines(tmp_path)) == 201


def test_nothing_is_acknowledged_before_its_sync(tmp_path):
    go = threading.Event()

    async def patient() -> bool:
        waiting = asyncio.create_task(journal.append(b"line\n", 1))
        finished, _ = await asyncio.wait([waiting], timeout=0.1)
        go.set()
        await waiting
        return bool(finished)

    journal = opened(tmp_path, sync=lambda descriptor: go.wait(LONG_S))
    assert asyncio.run(patient()) is False
    journal.close()


def test_sync_that_fails_is_told_and_its_line_cut_off(tmp_path):
    faults = iter([None, OSError(5, "Input/output error"), None])

    def sync(descriptor: int) -> None:
        fault = next(faults, None)
        if fault:
            raise fault

    async def three() -> list[str]:
        return [await told(journal, line) for line in (b"first\n", b"second\n", b"third\n")]

    journal = opened(tmp_path, sync=sync, segment_age_ms=60_000)
    assert asyncio.run(three()) == ["yes", "The journal's disk refuses to write (Input/output error).", "yes"]
    journal.close()
    assert sorted(lines(tmp_path)) == [b"first", b"third"]


def test_segment_that_cannot_be_cut_back_is_not_handed_on_torn(tmp_path, monkeypatch):
    def write(descriptor: int, content: bytes) -> int:
        if content.startswith(b"second"):
            os.write(descriptor, content[:3])
            raise OSError(28, "No space left on device")
        return os.write(descriptor, content)

    def refuse(descriptor: int, length: int) -> None:
        raise OSError(5, "Input/output error")

    async def two() -> list[str]:
        return [await told(journal, line) for line in (b"first\n", b"second\n")]

    journal = opened(tmp_path, write=write, segment_age_ms=60_000)
    with monkeypatch.context() as patched:
        patched.setattr(os, "ftruncate", refuse)
        assert asyncio.run(two())[1].endswith("(No space left on device).")
    assert lines(tmp_path) == []
    assert adopt_orphans(tmp_path) == 1
    journal.close()
    assert lines(tmp_path) == [b"first"]


def test_journal_takes_events_again_once_the_store_caught_up(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module, "BOUND_CHECK_S", 0)
    monkeypatch.setattr(journal_module, "BOUND_CHECK_SHARE", 1)
    waiting = write_segment(tmp_path, "0000000000001-aa-000000", [b"x" * 1000 + b"\n"])

    async def before_and_after() -> list[str]:
        answers = [await told(journal, b"more\n")]
        waiting.unlink()
        return [*answers, await told(journal, b"more\n")]

    journal = opened(tmp_path, max_bytes=1000)
    assert asyncio.run(before_and_after()) == ["The journal is at its bound; the store has not caught up.", "yes"]
    journal.close()


def test_own_closed_segments_count_towards_the_bound_at_once(tmp_path):
    journal = opened(tmp_path, max_bytes=1000, segment_rows=1)

    async def fill() -> list[str]:
        return [await told(journal, b"x" * 399 + b"\n") for _ in range(3)]

    assert asyncio.run(fill())[:2] == ["yes", "yes"]
    assert len(lines(tmp_path)) == 2
    journal.close()


def test_closing_writes_what_waits_and_refuses_what_comes_later(tmp_path):
    begun, go = threading.Event(), threading.Event()

    def sync(descriptor: int) -> None:
        begun.set()
        go.wait(LONG_S)

    async def close_amid() -> list[str]:
        first = asyncio.create_task(told(journal, b"first\n"))
        await asyncio.to_thread(begun.wait, LONG_S)
        second = asyncio.create_task(told(journal, b"second\n"))
        await asyncio.sleep(0)
        closing = asyncio.create_task(asyncio.to_thread(journal.close))
        while not journal._closing:
            await asyncio.sleep(0.001)
        third = await told(journal, b"third\n")
        go.set()
        await closing
        return [await first, await second, third]

    journal = opened(tmp_path, sync=sync)
    assert asyncio.run(close_amid()) == ["yes", "yes", "The collector is stopping."]
    assert lines(tmp_path) == [b"first", b"second"]
    assert list(tmp_path.glob("*.open")) == []


def test_waiter_that_gives_up_takes_nobody_else_along(tmp_path):
    go = threading.Event()

    async def give_up() -> list[str]:
        one, two = (asyncio.create_task(told(journal, line)) for line in (b"one\n", b"two\n"))
        await asyncio.sleep(0.01)
        one.cancel()
        go.set()
        return [await two]

    journal = opened(tmp_path, sync=lambda descriptor: go.wait(LONG_S))
    assert asyncio.run(give_up()) == ["yes"]
    journal.close()
    assert sorted(lines(tmp_path)) == [b"one", b"two"]


def test_segments_close_by_rows(tmp_path):
    journal = opened(tmp_path, segment_rows=3, segment_age_ms=60_000)

    async def seven() -> None:
        for number in range(7):
            await journal.append(b"%d\n" % number, 1)

    asyncio.run(seven())
    journal.close()
    assert [len(path.read_bytes().splitlines()) for path in sorted(tmp_path.glob("*.ndjson"))] == [3, 3, 1]


def test_segment_closes_by_age_though_nothing_more_comes(tmp_path):
    journal = opened(tmp_path, segment_age_ms=60)
    asyncio.run(journal.append(b"alone\n", 1))
    assert until(lambda: lines(tmp_path)) == [b"alone"]
    journal.close()


def test_folder_is_synced_when_a_segment_opens_and_when_it_closes(tmp_path, monkeypatch):
    synced: list[Path] = []
    monkeypatch.setattr(journal_module, "_sync_folder", lambda folder: synced.append(folder))
    journal = opened(tmp_path)
    asyncio.run(journal.append(b"line\n", 1))
    assert synced == [tmp_path]
    journal.close()
    assert synced == [tmp_path, tmp_path]
    assert lines(tmp_path) == [b"line"]


def test_folder_that_is_gone_is_told_and_ends_nothing(tmp_path):
    folder = tmp_path / "journal"
    journal = opened(folder, segment_rows=1)

    async def before_and_after() -> list[str]:
        shutil.rmtree(folder)
        answers = [await told(journal, b"lost\n")]
        folder.mkdir()
        return [*answers, await told(journal, b"kept\n")]

    first, second = asyncio.run(before_and_after())
    assert first == "The journal's disk refuses to write (No such file or directory)."
    assert second == "yes"
    journal.close()
    assert lines(folder) == [b"kept"]


def test_window_lets_more_appends_share_a_sync(tmp_path, monkeypatch):
    synced: list[int] = []
    begun, over = threading.Event(), threading.Event()
    monkeypatch.setattr(journal_module, "sleep", lambda window_s: (begun.set(), over.wait(LONG_S)))

    async def apart() -> None:
        waiting = [asyncio.create_task(journal.append(b"0\n", 1))]
        await asyncio.to_thread(begun.wait, LONG_S)
        for number in range(1, 5):
            waiting.append(asyncio.create_task(journal.append(b"%d\n" % number, 1)))
            await asyncio.sleep(0)
        over.set()
        await asyncio.gather(*waiting)

    journal = opened(tmp_path, commit_window_ms=300, sync=synced.append)
    asyncio.run(apart())
    journal.close()
    assert len(synced) == 1
    assert len(lines(tmp_path)) == 5


def test_enough_that_wait_already_are_synced_without_the_window(tmp_path, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(journal_module, "sleep", slept.append)
    journal = opened(tmp_path, commit_window_ms=1000)
    asyncio.run(journal.append(b"line\n" * 50, 50))
    journal.close()
    assert slept == []
    assert len(lines(tmp_path)) == 50


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
