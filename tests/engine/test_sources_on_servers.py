"""Loads of the city's data where the store is a ClickHouse server or two shards, or the control store is PostgreSQL."""

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from bench.faults_sources import NOW_MS, Files, text_of
from footfall.control.database import Control, open_control
from footfall.control.datasets import put_dataset
from footfall.control.loads import Begun, Ended, begin_load, end_load
from footfall.errors import Conflict, Unavailable
from footfall.serve.loading_sources import Sources
from footfall.sources.odcs import write_contract
from footfall.store.engine import Engine, open_engine
from footfall.store.measures import held_loads
from footfall.store.migrate import migrate
from tests.support.load_sources_until_killed import ROWS, Life, contract_of, sources_of
from tests.support.postgresql_server import PostgresqlServer
from tests.support.waiting import LONG_S

YEARS_MS = 365 * 86_400_000
SINGLE = "single"


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    server.start()
    yield server
    server.stop()
    server.remove()


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        yield Path(name)


def opened(folder: Path, engine: Engine, *, now_ms: int = NOW_MS, control: str = "") -> Sources:
    life = Life(home=str(folder), files=str(folder / "files"), control=control, room=str(folder / "room"), now_ms=now_ms)
    return sources_of(life, engine)


def story(folder: Path, engine: Engine) -> list[object]:
    """What is seen of a dataset that is loaded, corrected, in part refused, old and withdrawn."""
    files, sources = Files(folder / "files", objects=3), opened(folder, engine)
    contract = contract_of(str(folder / "files"))
    id, seen = contract.id, []
    sources.put(write_contract(contract))

    def load() -> None:
        loaded = sources.load(id)
        seen.append([(Path(line.object).name, line.state, line.rows_in, line.kept, line.cells, str(line.said)) for line in loaded.lines])
        seen.append((sources.rows(id, ROWS), sorted(held_loads(engine))))

    for name in files.names:
        files.change(name)
    load()
    files.change("s0")
    files.write("s1", text_of("s1", 2).replace("2024", "never", 30))
    files.cut("s2")
    load()
    load()
    seen.append(sources.mend())
    old = opened(folder, engine, now_ms=NOW_MS + 9 * YEARS_MS)
    seen.append((old.forget_old(), old.rows(id, ROWS)))
    sources.put(write_contract(msgspec.structs.replace(contract, version="2.0.0")))
    files.change("s1")
    files.change("s2")
    load()
    seen.append((sources.withdraw(id), sources.rows(id, ROWS), held_loads(engine)))
    for each in (sources, old):
        each.control.close()
    return seen


@pytest.mark.cluster
@pytest.mark.slow
def test_a_server_and_two_shards_tell_of_a_dataset_what_the_embedded_store_tells(cluster_url: str, folder: Path) -> None:
    told = {}
    first = open_engine(cluster_url, folder)
    first.nodes()[0].command(f"CREATE DATABASE IF NOT EXISTS {SINGLE}")
    single = cluster_url.partition("?")[0].rpartition("/")[0] + f"/{SINGLE}"
    first.close()
    for name, address in (("embedded", "chdb"), ("server", single), ("shards", cluster_url)):
        engine = open_engine(address, folder / name)
        migrate(engine)
        (folder / name).mkdir(exist_ok=True)
        told[name] = story(folder / name, engine)
        engine.close()
    assert told["embedded"][0] == [(f"s{index}.csv", "current", 60, 60, 12, "") for index in range(3)]
    assert told["server"] == told["embedded"]
    assert told["shards"] == told["embedded"]


@pytest.mark.postgresql
def test_of_two_processes_one_takes_a_load_on_postgresql(postgresql: PostgresqlServer) -> None:
    controls = [open_control(postgresql.url, lambda: NOW_MS) for _ in range(2)]
    dataset = put_dataset(controls[0], "claims", "1.0.0", "a contract", now_ms=NOW_MS)
    for _ in range(5):
        together, won = threading.Barrier(2), []

        def claim(control: Control, together: threading.Barrier = together, won: list[object] = won) -> None:
            together.wait(LONG_S)
            try:
                won.append(begin_load(control, dataset, Begun(object="a.csv", version="1"), now_ms=NOW_MS))
            except Conflict as error:
                won.append(str(error))

        threads = [threading.Thread(target=claim, args=(control,)) for control in controls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG_S)
        (number,) = (one for one in won if isinstance(one, int))
        assert len(won) == 2 and "A load of 'claims' runs already." in won
        end_load(controls[1], number, "failed", Ended(), now_ms=NOW_MS)
    for control in controls:
        control.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("step", ["read", "publishing"])
def test_a_control_store_that_is_away_for_a_moment_loses_no_load(
    postgresql: PostgresqlServer, embedded_engine: Engine, tmp_path: Path, step: str
) -> None:
    files, sources = Files(tmp_path / "files", objects=1), opened(tmp_path, embedded_engine, control=postgresql.url)
    contract = msgspec.structs.replace(contract_of(str(tmp_path / "files")), id=f"away-{step}")
    sources.put(write_contract(contract))
    files.change("s0")
    sources.load(contract.id)
    assert files.judge(sources.rows(contract.id, ROWS)) == {"new": 1}
    files.change("s0")

    def away(now: str, rows: int) -> None:
        if now == step:
            postgresql.stop()

    with pytest.raises(Unavailable, match="The control database does not answer"):
        sources.load(contract.id, away)
    postgresql.resume()
    assert files.judge(sources.rows(contract.id, ROWS)) == {"old": 1}
    assert [line.state for line in sources.load(contract.id).lines] == ["current"]
    assert [line.state for line in sources.lines(contract.id)] == ["current", "failed", "replaced"]
    assert files.judge(sources.rows(contract.id, ROWS)) == {"new": 1}
    sources.mend()
    assert len([load for dataset, load in held_loads(embedded_engine) if dataset == contract.id]) == 1
    sources.control.close()
