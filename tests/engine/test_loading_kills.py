"""A loader killed at random instants, segments put back between: events and visits are exact in the end, embedded and on two shards."""

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from footfall.store.engine import open_engine
from footfall.store.migrate import migrate
from tests.support.journal import assert_exact, made_up, write

ROOT = Path(__file__).parents[2]
KILLS, MOST_KILLS = 5, 64
ALWAYS_WAITING = 40


def run_loader(home, store, *more, kill_after_s=None):
    command = [sys.executable, "-m", "tests.support.load_until_killed", str(home), store, *more]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None and process.stdout.readline() == b"loading\n"
        try:
            process.wait(timeout=kill_after_s)
        except subprocess.TimeoutExpired:
            process.kill()
        found = process.wait()
    assert found in (0, -9)
    return found


def first_of(path):
    """The first segment of the batch whose bytes stand there: gone once its rows are in the store."""
    return path.with_name(path.name.split("+")[0].split(".")[0] + ".ndjson")


@pytest.mark.slow
@pytest.mark.parametrize("where", ["embedded", pytest.param("cluster", marks=pytest.mark.cluster)])
def test_a_killed_loader_loses_and_doubles_nothing(where, request, tmp_path):
    store = "chdb" if where == "embedded" else request.getfixturevalue("cluster_engine") and request.getfixturevalue("cluster_url")
    engine = open_engine(store, tmp_path)
    migrate(engine)
    engine.close()
    chance, journal = Random(1), tmp_path / "journal"
    hits, written, killed, halves, unmarked, kept = made_up(1, 40_000, visitors=400), 0, 0, 0, 0, {}
    while killed < KILLS or (killed < MOST_KILLS and not (halves and (unmarked or where == "cluster"))):
        for name in chance.sample(sorted(kept), min(3, len(kept))):
            (journal / name).write_bytes(kept[name])
        while len(list(journal.glob("*.ndjson"))) < ALWAYS_WAITING:
            path = write(journal, written, hits[written : written + 40])
            kept[path.name] = path.read_bytes()
            written += 40
        waiting = ["7"] if killed % 2 else []
        longest_s = 0.4 * (1 + killed / 16)  # a busy machine gets little done in less
        killed += run_loader(tmp_path, store, *waiting, kill_after_s=chance.uniform(0, longest_s)) == -9
        unmarked += sum(not first_of(path).exists() for path in journal.glob("*.ready"))
        halves += any("+" in path.name for path in journal.glob("*.ready"))
    assert halves > 0, "some were killed between a batch's first insert and its end"
    assert unmarked > 0 or where == "cluster", "and some while marks waited; on a server they never do"
    assert run_loader(tmp_path, store) == 0
    assert [path.name for path in journal.iterdir()] == [".loader"]
    engine = open_engine(store, tmp_path)
    assert_exact(engine, hits[:written])
    engine.close()
