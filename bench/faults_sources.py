"""Loads of the city's data against faults: each object is read in its old version or its new one, whole, whatever happens.

Files of known sums are changed, cut short and put right while the process that loads them is killed: at random instants, and at every step
of the kernel. What the next process finds is compared with both versions. ``lost``: an object that was read is not, ``twice``: a sum is
larger than either, ``half``: it is neither. ``left``: rows of the table that no load reads, or loads that still run, after tidying up.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec

from tests.support import clickhouse_server
from tests.support.load_sources_until_killed import HOURS, ROWS_AN_HOUR, Life, Seen

__all__ = ["Files", "Loads", "disk_full", "killed", "killed_on_cluster", "text_of"]

OBJECTS = 5
NOW_MS = 1_764_000_000_000
TURN_MS = 16 * 60_000
"""Longer than a load that says nothing is taken for alive, where several processes share a store."""
STEPS = ("read", "guarded", "climbed", "written", "publishing", "published")
ROOT = Path(__file__).parents[1]
DISK_BYTES = 40_000_000
Rows = list[tuple[str, str, str, float]]


class Files:
    """Files of one stop each, in versions. Of each it is known which versions may be read."""

    def __init__(self, folder: Path, *, encoding: str = "utf-8", objects: int = OBJECTS) -> None:
        self.folder, self.encoding = folder, encoding
        self.names = [f"s{index}" for index in range(objects)]
        self.version = dict.fromkeys(self.names, 0)
        self.read: dict[str, int] = dict.fromkeys(self.names, 0)
        """Version that was found last; 0 is none."""
        folder.mkdir(parents=True)

    def change(self, name: str) -> None:
        """A new version of the file, whole."""
        self.version[name] += 1
        self.write(name, text_of(name, self.version[name]))

    def cut(self, name: str) -> None:
        """A new version that breaks off in the middle of a row."""
        self.version[name] += 1
        text = text_of(name, self.version[name])
        self.write(name, text[: len(text) * 2 // 3].rsplit(",", 1)[0])

    def write(self, name: str, text: str, encoding: str = "") -> None:
        """Put the file in its place at once, as a careful sender does."""
        new = self.folder.parent / f"{name}.new"
        new.write_text(text, encoding or self.encoding)
        new.rename(self.folder / f"{name}.csv")

    def judge(self, rows: Rows) -> Counter[str]:
        """What of the objects is read: each in its last version or a newer one, or what is wrong. Remembers the version."""
        found: defaultdict[str, Rows] = defaultdict(list)
        for row in rows:
            found[row[0]].append(row)
        return Counter(self._judged(name, found[name]) for name in self.names)

    def _judged(self, name: str, rows: Rows) -> str:
        versions = range(self.read[name], self.version[name] + 1)
        version = next((version for version in versions if rows == _expected(name, version)), None)
        if version is not None:
            kept, self.read[name] = self.read[name] == version, version
            return "old" if kept else "new"
        if not rows:
            return "lost"
        most = max(people for _, _, measure, people in _expected(name, self.version[name]) if measure == "people")
        return "twice" if any(measure == "people" and value > most for _, _, measure, value in rows) else "half"


class Loads:
    """Processes that load these files into one store, one after the other."""

    def __init__(self, home: Path, *, store: str = "chdb", objects: int = OBJECTS) -> None:
        self.chance, self.files, self.seen = random.Random(1), Files(home / "files", objects=objects), Counter[str]()
        self._room = tempfile.TemporaryDirectory(dir="/dev/shm")
        self._life = Life(home=str(home), files=str(home / "files"), store=store, room=f"{self._room.name}/room", now_ms=NOW_MS)
        self._seconds = 1.0
        """That a load of all takes."""

    def settle(self) -> Seen:
        """Change what is not whole, and let a process come to its end: all is read in its newest version."""
        for name in self.files.names:
            self.files.change(name)
        process = self._start()
        self._tell(_said(process))
        began = time.monotonic()
        seen = _said(process)
        self._seconds = time.monotonic() - began
        assert process.wait(timeout=60) == 0
        wrong = Counter({"lost": 0}) + self.files.judge(seen.rows)
        self.seen += Counter({kind: wrong[kind] for kind in ("lost", "twice", "half")})
        self.seen["lost"] += sum(self.files.read[name] != self.files.version[name] for name in self.files.names)
        self.seen["left"] += _left(seen)
        return seen

    def kill(self, *, step: str = "") -> None:
        """Change some files, cut one in four short, and kill the process that loads them: at that step, or at an instant."""
        for name in self.chance.sample(self.files.names, self.chance.randint(1, len(self.files.names))):
            (self.files.cut if self.chance.random() < 0.25 else self.files.change)(name)
        process = self._start(die=step and f"{step}:{self.chance.randint(1, 2)}")
        self._tell(_said(process))
        try:
            process.wait(timeout=60 if step else self.chance.uniform(0, self._seconds))
        except subprocess.TimeoutExpired:
            process.kill()
        died = process.wait() == -9
        self.seen["kills" if died else "ended before"] += 1
        self.seen["at a step"] += bool(died and step)

    def close(self) -> None:
        self._room.cleanup()

    def _start(self, **more: Any) -> subprocess.Popen[bytes]:
        """The next process, minutes after the last."""
        self._life = msgspec.structs.replace(self._life, now_ms=self._life.now_ms + TURN_MS)
        return _process(msgspec.structs.replace(self._life, **more))

    def _tell(self, seen: Seen) -> None:
        """What a process finds at its start is what the one before left, and tidying up changes nothing of it."""
        self.seen += self.files.judge(seen.before)
        self.seen["half"] += seen.before != seen.rows
        self.seen["left"] += _left(seen)


def killed(home: Path, kills: int, **more: Any) -> dict[str, int]:
    """Kills of every second life at a step of the kernel in turn, of the others at random instants."""
    loads = Loads(home, **more)
    try:
        loads.settle()
        turn = 0
        while loads.seen["kills"] < kills:
            loads.kill(step=STEPS[turn // 2 % len(STEPS)] if turn % 2 else "")
            turn += 1
        loads.settle()
        return {name: loads.seen[name] for name in ("kills", "at a step", "ended before", "old", "new", "lost", "twice", "half", "left")}
    finally:
        loads.close()


def killed_on_cluster(home: Path, kills: int) -> dict[str, int]:
    """The same where the store is two shards."""
    cluster = clickhouse_server.Cluster(home / "cluster")
    try:
        cluster.start()
        return killed(home, kills, store=cluster.url)
    finally:
        cluster.stop()


def disk_full(home: Path, turns: int = 1, *, disks: tuple[str, ...] = ("store", "room")) -> dict[str, int]:
    """The disk of the store, then that of the private folder, has no byte left while a new version is loaded."""
    found = Counter[str]()
    for turn in range(turns):
        for name in disks:
            found += _filled(home / f"{turn}-{name}", name, "utf-16" if name == "room" else "utf-8")
    return {name: found[name] for name in ("full", "refused", "old", "new", "lost", "twice", "half", "left")}


def _filled(home: Path, name: str, encoding: str) -> Counter[str]:
    files, then = Files(home / "files", encoding=encoding, objects=1), Files(home / "then", encoding=encoding, objects=1)
    for each in (files, then, then):
        each.change("s0")
    (home / name).mkdir()
    life = Life(
        home=str(home),
        files=str(files.folder),
        room=f"{home}/room",
        now_ms=NOW_MS,
        fill=f"{home}/{name}",
        then=f"{home}/then",
        encoding=encoding,
    )
    process = _process(life, mount=home / name)
    _said(process)
    full, free = _said(process), _said(process)
    assert process.wait(timeout=60) == 0
    found = Counter({"full": 1, "refused": int(full.lines["s0.csv"][0] == "failed"), "left": _left(free)})
    found += files.judge(full.rows)
    files.version = dict(then.version)
    found += files.judge(free.rows)
    found["lost"] += files.read["s0"] != 2
    return found


def _process(life: Life, *, mount: Path | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.load_sources_until_killed", msgspec.json.encode(life).decode()]
    if mount:
        script = f'mount -t tmpfs -o size={DISK_BYTES} none "$0" && exec "$@"'
        command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, str(mount), *command]
    with (Path(life.home) / "process.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"TZ": "UTC"}, stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL
        )


def _said(process: subprocess.Popen[bytes]) -> Seen:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the process ended before it said what it found; its log stands in its home"
    return msgspec.json.decode(line, type=Seen)


def _left(seen: Seen) -> int:
    states = [states for states in seen.lines.values()]
    return seen.unread + sum(states.count("running") + max(0, states.count("current") - 1) for states in states)


def text_of(name: str, version: int) -> str:
    rows = [
        f"2024-05-01 {hour:02}:{minute:02}:00,{name},{version},{20 + version}" for hour in range(HOURS) for minute in range(ROWS_AN_HOUR)
    ]
    return "\n".join(["time,stop,fare,people", *rows, ""])


def _expected(name: str, version: int) -> Rows:
    """Cells of that version, in the order that they are read in; none of none."""
    sums = (("fares", ROWS_AN_HOUR * version), ("people", ROWS_AN_HOUR * (20 + version)))
    hours = range(HOURS) if version else ()
    return [(name, f"2024-05-01 {hour:02}:00:00", measure, float(value)) for hour in hours for measure, value in sums]
