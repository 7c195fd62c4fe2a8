"""A control database for each test: SQLite, and PostgreSQL where Debian's is installed."""

import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa

from footfall.control import service_tables  # noqa: F401 - its tables are part of the metadata
from footfall.control.database import Control, open_control
from footfall.control.tables import metadata
from tests.support.postgresql_server import PostgresqlServer

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    server.start()
    yield server
    server.stop()
    server.remove()


KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request, tmp_path)


def new_database(request: pytest.FixtureRequest, folder: Path, template: str = "") -> str:
    """Where a database is that nobody has opened yet: in SQLite none, in PostgreSQL a copy of one that was migrated, or of the template."""
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'control.db'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    return create_database(server, template or migrated(server))


def create_database(server: PostgresqlServer, template: str) -> str:
    name = f"control_{next(NUMBERS)}"
    engine = sa.create_engine(server.url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    engine.dispose()
    return server.url.rsplit("/", 1)[0] + f"/{name}"


@cache
def migrated(server: PostgresqlServer) -> str:
    """Name of a database to copy: less work than to migrate each."""
    url = create_database(server, "template1")
    open_control(url, lambda: 0).close()
    return url.rsplit("/", 1)[1]


@pytest.fixture
def control(url: str) -> Iterator[Control]:
    opened = open_control(url, lambda: 1_767_225_600_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=KINDS)
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    opened = open_control(new_database(request, tmp_path_factory.mktemp("control")), lambda: 1_767_225_600_000)
    yield opened
    opened.close()


@pytest.fixture
def emptied(lasting: Control) -> Iterator[Control]:
    """As ``control``, and one for a whole module: PostgreSQL takes half a second to make a database."""
    yield lasting
    with lasting.writing() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name != "version":
                connection.execute(table.delete())
