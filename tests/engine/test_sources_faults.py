"""Loads of the city's data that are killed, cut short, changed under way, stopped or left alone: nothing lost, nothing twice."""

import errno
import gzip
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from bench import faults_sources
from footfall.control import loads
from footfall.errors import Unavailable
from footfall.serve import loading_sources
from footfall.serve.loading_sources import Sources
from footfall.serve.rooms import clear_rooms, own_room
from footfall.sources.odcs import write_contract
from footfall.store.engine import Engine
from footfall.store.measures import held_loads
from tests.support.load_sources_until_killed import ROWS, Life, contract_of, sources_of

NOW_MS = 1_764_000_000_000
PERSON = "+49 171 5550123"
PUT_DOWN = """import os, signal, sys
from pathlib import Path
from footfall.serve.rooms import own_room
(own_room(Path(sys.argv[1])) / "chunk").write_text("a row")
os.kill(os.getpid(), signal.SIGKILL)"""


@pytest.mark.slow
def test_killed_loads_leave_the_old_version_or_the_new_one_whole(tmp_path: Path) -> None:
    town = faults_sources.Loads(tmp_path, objects=2)
    for step in ("written", "published"):
        town.kill(step=step)
    town.settle()
    town.close()
    assert town.seen["at a step"] == 2 and town.seen["new"] > 0
    assert [town.seen[wrong] for wrong in ("lost", "twice", "half", "left")] == [0, 0, 0, 0], town.seen


@pytest.mark.slow
def test_a_full_disk_keeps_the_old_version_until_there_is_room(tmp_path: Path) -> None:
    found = faults_sources.disk_full(tmp_path, disks=("store",))
    assert (found["full"], found["refused"]) == (1, 1)
    assert (found["lost"], found["twice"], found["half"], found["left"]) == (0, 0, 0, 0), found


class House:
    """A dataset of one real file, read by the real readers, of which a version is read."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.files = faults_sources.Files(folder / "files", objects=1)
        self.path = self.files.folder / "s0.csv"
        self.life = Life(home=str(folder), files=str(self.files.folder), room=f"{folder}/room", now_ms=NOW_MS)
        self.sources = sources_of(self.life, engine)
        self.id, self.puts = contract_of("").id, 0
        self.put()

    def put(self, **more: object) -> None:
        """Another version of the contract, changed so."""
        self.puts += 1
        contract = msgspec.structs.replace(contract_of(self.life.files), version=f"{self.puts}.0.0", **more)
        self.sources.put(write_contract(contract))

    def load(self, progress: Callable[[str, int], None] = lambda step, rows: None) -> loads.Load:
        (line,) = self.sources.load(self.id, progress).lines
        return line

    def read(self) -> str:
        """``old`` or ``new``: what is read now."""
        ((kind, _),) = self.files.judge(self.sources.rows(self.id, ROWS)).items()
        return kind

    def held(self) -> set[int]:
        """Loads whose rows are in the table."""
        return {load for dataset, load in held_loads(self.sources.engine) if dataset == self.id}


@pytest.fixture(scope="module")
def house(embedded_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House(embedded_engine, tmp_path_factory.mktemp("house"))
    opened.files.change("s0")
    assert (opened.load().state, opened.read()) == ("current", "new")
    yield opened
    opened.sources.control.close()


def stop_at(step: str, error: type[BaseException] = KeyboardInterrupt) -> Callable[[str, int], None]:
    def told(now: str, rows: int) -> None:
        if now == step:
            raise error

    return told


@pytest.mark.parametrize(("step", "left"), [("written", "old"), ("publishing", "old"), ("published", "new")])
def test_what_is_stopped_by_hand_is_old_or_new_and_says_so(house: House, step: str, left: str) -> None:
    house.files.change("s0")
    with pytest.raises(KeyboardInterrupt):
        house.load(stop_at(step))
    line = house.sources.lines(house.id)[0]
    assert (house.read(), line.state) == (left, "current" if left == "new" else "failed")
    assert line.said == ("" if left == "new" else "It was stopped before its end; nothing of it was kept.")
    house.sources.mend()
    assert house.held() == {load.number for load in house.sources.lines(house.id) if load.state == "current"}


def test_a_load_that_was_published_and_could_not_say_so_is_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    publish = loading_sources.publish_loads

    def published_and_away(*given: object, **more: object) -> list[int]:
        publish(*given, **more)  # type: ignore[arg-type]
        away_now()
        return []

    monkeypatch.setattr(loading_sources, "publish_loads", published_and_away)
    house.files.change("s0")
    assert (house.load().state, house.read()) == ("current", "new")


def test_what_the_control_store_could_not_be_told_is_told_with_the_next_load(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.files.change("s0")
    with monkeypatch.context() as away:
        away.setattr("footfall.serve.ending_loads.end_load", lambda *given, **more: away_now())
        with pytest.raises(KeyboardInterrupt):
            house.load(stop_at("written"))
    assert (house.sources.lines(house.id)[0].state, house.read()) == ("running", "old")
    assert (house.load().state, house.read()) == ("current", "new")
    house.sources.mend()
    assert len(house.held()) == 1


def cut_csv(text: str, path: Path) -> None:
    path.write_text(text[: len(text) * 2 // 3].rsplit(",", 1)[0])


def cut_gzip(text: str, path: Path) -> None:
    path.write_bytes(gzip.compress(text.encode())[:-40])


def cut_zip(text: str, path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stops.txt", text)
    path.write_bytes(path.read_bytes()[:-30])


def cut_lines(text: str, path: Path) -> None:
    names, *rows = (line.split(",") for line in text.splitlines())
    lines = [msgspec.json.encode(dict(zip(names, row, strict=True))) for row in rows]
    path.write_bytes(b"\n".join(lines)[:-9])


def cut_utf16(text: str, path: Path) -> None:
    path.write_bytes(text.encode("utf-16")[:-3])


BROKEN = [
    ("csv", {}, cut_csv, "The last row of the file is short"),
    ("csv", {}, cut_gzip, "The gzip file is broken off"),
    ("csv", {"quote": "none"}, cut_gzip, "The file is broken, or broken off"),
    ("csv", {}, cut_utf16, "The file is not utf-16 to its end"),
    ("zip", {"member": "stops.txt"}, cut_zip, "The zip file is broken"),
    ("ndjson", {}, cut_lines, "The last row of the file is short"),
]


@pytest.mark.parametrize(("format", "options", "cut", "said"), BROKEN)
def test_half_a_file_is_not_taken(house: House, format: str, options: dict[str, str], cut: Callable[[str, Path], None], said: str) -> None:
    house.put(format=format, options=options)
    house.files.version["s0"] += 1
    cut(faults_sources.text_of("s0", house.files.version["s0"]), house.path)
    line = house.load()
    assert (line.state, house.read(), len(house.held())) == ("failed", "old", 1)
    assert str(line.said).startswith(said) and "05-01" not in str(line.said)
    assert not [*own_room(Path(house.life.room)).iterdir()]
    house.put()


def test_the_whole_file_that_comes_after_half_a_one_is_taken(house: House) -> None:
    house.files.cut("s0")
    assert (house.load().state, house.read()) == ("failed", "old")
    house.files.change("s0")
    assert (house.load().state, house.read(), len(house.held())) == ("current", "new", 1)


def test_a_private_folder_without_room_says_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("footfall.sources.readers.separated.private_file", full)
    house.files.version["s0"] += 1
    house.files.write("s0", faults_sources.text_of("s0", house.files.version["s0"]), "utf-16")
    line = house.load()
    assert (line.state, house.read()) == ("failed", "old")
    assert str(line.said).startswith("There is no room left for what a load puts down")


def test_a_file_cut_short_while_it_is_read_ends_its_load_and_not_the_process(house: House) -> None:
    house.files.change("s0")
    with house.path.open("a") as file:
        file.writelines(f"2024-05-01 23:{second // 60 % 60:02}:{second % 60:02},s0,9,9\n" for second in range(200_000))

    def cut(step: str, rows: int) -> None:
        if step == "read":
            os.truncate(house.path, 100)

    line = house.load(cut)
    assert (line.state, house.read()) == ("failed", "old")
    assert "changed while it was read. It will be read again." in str(line.said)


def test_a_file_that_vanishes_while_it_is_read_is_not_taken(house: House) -> None:
    house.files.change("s0")
    line = house.load(lambda step, rows: house.path.unlink(missing_ok=True))
    assert (line.state, house.read(), len(house.held())) == ("failed", "old", 1)


def test_neither_line_nor_log_of_a_fault_of_ours_has_a_row_in_it(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house.files.change("s0")

    def quotes(*given: object) -> None:
        raise ValueError(PERSON)

    monkeypatch.setattr("footfall.sources.ladder.Ladder.climb", quotes)
    line = house.load()
    assert (line.state, str(line.said), house.read()) == ("failed", "It failed by a fault of Footfall, which the log names.", "old")
    assert PERSON not in str(capsys.readouterr())


def test_a_start_beside_a_process_that_has_the_store_ends_none_of_its_loads(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = house.sources._begin(house.sources.datasets()[0], loads.Begun(object="other", version="1"))
    monkeypatch.setattr(Sources, "_running", set())
    with monkeypatch.context() as beside:
        beside.setattr(Engine, "query", lambda *given, **more: open_elsewhere())
        with pytest.raises(Unavailable, match="in use"):
            house.sources.mend()
    assert house.sources.lines(house.id)[0].state == "running"
    assert house.sources.mend() == [number]


def away_now() -> None:
    raise Unavailable("The control database does not answer.")


def open_elsewhere() -> None:
    raise Unavailable("The store is in use by another footfall process.")


def test_rows_that_a_killed_process_put_down_go_and_those_of_a_living_one_stay(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", PUT_DOWN, str(tmp_path)]).returncode == -signal.SIGKILL
    mine = own_room(tmp_path)
    (mine / "chunk").write_text("mine")
    assert clear_rooms(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == [mine.name] and (mine / "chunk").is_file() and own_room(tmp_path) == mine
