"""Fixtures shared by all: a clean environment, engines, and what is skipped where something is not installed (never in CI)."""

import functools
import gc
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from footfall.control import passwords
from footfall.store.engine import Engine, open_engine
from footfall.store.migrate import migrate
from tests.support import clickhouse_server, migrated
from tests.support.build import empty_tables
from tests.support.waiting import LONG_S

DATA = Path(os.environ.get("FOOTFALL_DATA", Path(__file__).parents[2] / "shared" / "data"))
ESBUILD = Path(__file__).parents[1] / "node_modules" / ".bin" / "esbuild"
NEEDS = {
    "realdata": (DATA.is_dir(), f"the real data folder is not there ({DATA.name}; set FOOTFALL_DATA)"),
    "browser": (shutil.which("chromium") is not None and ESBUILD.is_file(), "Debian's chromium or node_modules is not installed"),
    "cluster": (clickhouse_server.library() is not None, "the npm package @chdb/lib-linux-x64-gnu is not installed"),
    "postgresql": (Path("/usr/lib/postgresql").is_dir(), "Debian's postgresql is not installed"),
}
# A client of httpx reads the authorities' certificates when it is made: 20 ms, and tests make thousands, nearly all for plain HTTP.
httpx._transports.default.create_ssl_context = functools.cache(httpx.create_ssl_context)
# Who says nothing else waits five seconds for an answer, which a slow machine may need.
httpx._config.DEFAULT_TIMEOUT_CONFIG.read = LONG_S
# An app in a test's own process logs beside what a command prints, whose output the test reads.
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.__stderr__))
# As it is by itself where CI is set: how fast a machine is says nothing of what is claimed.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """What was read until now stays: to look through it for garbage again and again was a tenth of the work of all tests."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, (there, reason) in NEEDS.items():
        if item.get_closest_marker(marker) and not there:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@pytest.fixture(autouse=True)
def clean_environ() -> Iterator[None]:
    """No FOOTFALL_ setting of the shell reaches a test, and none of a test the next."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("FOOTFALL_") and name not in ("FOOTFALL_DATA", "FOOTFALL_LIBCHDB")]:
        del os.environ[name]
    os.environ["TZ"] = "UTC"
    time.tzset()
    yield
    os.environ.clear()
    os.environ.update(before)
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Argon2 as weak as it goes: what is tested is not its strength, and each hash takes a quarter of a second of work."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
        yield


@pytest.fixture(scope="session", autouse=True)
def migrated_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        migrated.copy_instead(monkeypatch)
        yield


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    cluster = clickhouse_server.Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.start()
    yield cluster.url
    cluster.stop()


@pytest.fixture(scope="module")
def embedded_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One embedded store for a module: its tests use portals of their own, or look at nothing but their own rows."""
    opened = open_engine("chdb", tmp_path_factory.mktemp("embedded"))
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def cluster_engine(cluster_url: str, tmp_path: Path) -> Iterator[Engine]:
    """The two-shard cluster, its tables empty. Tests that use it carry the marker ``cluster``."""
    opened = open_engine(cluster_url, tmp_path)
    migrate(opened)
    yield opened
    empty_tables(opened)
    opened.close()


@pytest.fixture
def emptied_engine(embedded_engine: Engine) -> Iterator[Engine]:
    """The module's embedded store, its tables empty: to open and migrate one takes 0.3 s of work."""
    yield embedded_engine
    empty_tables(embedded_engine)


@pytest.fixture(params=["emptied_engine", pytest.param("cluster_engine", marks=pytest.mark.cluster)], ids=["embedded", "cluster"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A store with an empty schema: embedded, and two shards. A module that uses it opens no embedded store of its own beside."""
    found: Engine = request.getfixturevalue(request.param)
    return found
