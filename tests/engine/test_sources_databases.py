"""A query of a PostgreSQL: its rows as pieces, its cursor bound, nothing written."""

from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import msgspec
import psycopg
import pytest

from footfall.demo.datasets.plan import make_season
from footfall.demo.datasets.wifi import RADACCT_COLUMNS, write_radacct
from footfall.errors import BadInput
from footfall.sources.connectors import read_query
from footfall.sources.odcs import read_contract
from footfall.sources.readers import chunks
from tests.support.city_home import CityHome
from tests.support.postgresql_server import PostgresqlServer
from tests.support.reading import contract

pytestmark = pytest.mark.postgresql
HERE = ("127.0.0.0/8",)
QUERY = "SELECT at, station, seconds FROM sessions WHERE at > {since} AND station LIKE 's%' ORDER BY at"
MADE = """CREATE TABLE sessions (at timestamptz, station text, seconds numeric, login text);
INSERT INTO sessions SELECT timestamptz '2026-01-01 00:00+00' + n * interval '1 hour', 's' || n, n + 0.5, 'anna'
FROM generate_series(1, 100) n"""
TYPES = dict.fromkeys(("acctstarttime", "acctstoptime"), "timestamptz") | dict.fromkeys(("acctsessiontime", "acctinputoctets"), "bigint")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    server = PostgresqlServer()
    server.start()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(MADE)
    yield server.url
    server.stop()
    server.remove()


def asked(url, query=QUERY, names=("at", "station", "seconds")):
    return contract(list(names), "sql", source=url, query=query)


def test_rows_after_the_cursor_come_in_bounded_pieces(database, embedded_engine, tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 2_000)
    found = []
    for piece in read_query(asked(database), "2026-01-01T10:00:00Z", tmp_path, allowed=HERE):
        columns = ", ".join(piece.columns.values())
        found.append(embedded_engine.query(f"SELECT {piece.row}, {columns} FROM {piece.sql}", piece.parameters))
    assert len(found) > 2 and sum(map(len, found)) == 90
    assert (found[0][0][0], found[0][0][2:], found[-1][-1][0]) == (1, ("s11", "11.5"), 90)
    assert found[0][0][1].startswith("2026-01-01T11:00:00")
    assert list(tmp_path.iterdir()) == []


def test_cursor_is_a_value_whatever_it_says(database, tmp_path):
    with pytest.raises(BadInput, match="refuses the query") as refused:
        list(read_query(asked(database), "2026-01-01'; DROP TABLE sessions; --", tmp_path, allowed=HERE))
    assert "DROP" not in str(refused.value)
    assert len(list(read_query(asked(database), "2026-01-01T00:00:00Z", tmp_path, allowed=HERE))) == 1


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM sessions RETURNING at, station, seconds",
        "WITH gone AS (DELETE FROM sessions RETURNING *) SELECT at, station, seconds FROM gone",
        "SELECT at, station, seconds FROM sessions; DELETE FROM sessions",
        "SELECT at, station, nowhere FROM sessions",
    ],
)
def test_query_that_writes_or_fails_is_refused(database, tmp_path, query):
    with pytest.raises(BadInput, match="refuses the query"):
        list(read_query(asked(database, query), None, tmp_path, allowed=HERE))
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (100,)


def test_column_that_no_contract_names_is_refused(database, tmp_path):
    with pytest.raises(BadInput, match="Not in the contract: login"):
        list(read_query(asked(database, "SELECT at, login FROM sessions", ("at",)), None, tmp_path, allowed=HERE))


def test_accounting_of_a_network_is_loaded_by_query_and_the_same_when_it_is_read_again(database, embedded_engine, tmp_path):
    truth = write_radacct(tmp_path, make_season(seed=3, first_day=date(2026, 10, 12), days=2, scale=0.2))
    columns = ", ".join(f"{name} {TYPES.get(name, 'text')}" for name in RADACCT_COLUMNS)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE radacct ({columns}); ALTER DATABASE postgres SET timezone = 'America/New_York'")
        connection.execute("SET timezone = 'Europe/Moscow'")
        with connection.cursor() as cursor, cursor.copy("COPY radacct FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(truth.files[0].read_bytes())
    home = CityHome(embedded_engine, tmp_path, tmp_path / "volatile")
    built_in = read_contract(files("footfall.sources").joinpath("builtin", "wifi-sql.yaml").read_bytes())
    network = msgspec.structs.replace(built_in, source=database, timezone="Europe/Moscow")
    lines = home.load(network).lines
    first = home.totals("wifi-sql")
    again = home.sources.load("wifi-sql").lines
    second = home.totals("wifi-sql")
    home.close()
    kept, folded = sum(line.kept for line in lines), sum(line.folded for line in lines)
    assert (first["sessions"], kept + folded) == (kept, truth.total("sessions by last hour, station"))
    assert second == first and {line.state for line in (*lines, *again)} == {"current"}
