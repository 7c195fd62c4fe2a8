"""Opening the control database: migrated once, by whoever comes first, refused in a sentence."""

import hashlib
import stat
import threading

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from footfall.control import transactions
from footfall.control.contracts import contract_texts, read_under
from footfall.control.database import open_control
from footfall.control.keys import list_keys
from footfall.control.loads import current_objects, list_loads
from footfall.control.object_names import names_key
from footfall.control.operators import add_operator
from footfall.control.tables import datasets, keys, loads, metadata
from footfall.control.transactions import HEAD
from footfall.errors import BadSetting, Unavailable
from footfall.sources.connectors.web import named
from tests.support.migrated import MIGRATE
from tests.unit.control.conftest import KINDS, new_database

COUNTS = ("rows_in", "kept", "folded", "refused", "cells", "started_ms", "seen_ms", "ended_ms")


@pytest.fixture(autouse=True)
def really_migrated(monkeypatch):
    monkeypatch.setattr(transactions, "_migrate", MIGRATE)


@pytest.fixture(params=KINDS)
def url(request, tmp_path):
    return new_database(request, tmp_path, template="template1")


def test_migrations_make_the_tables_that_the_code_uses(control):
    with control.reading() as connection:
        found = sa.inspect(connection)
        assert set(found.get_table_names()) == {"alembic_version", *metadata.tables}
        for table in metadata.tables.values():
            assert [column["name"] for column in found.get_columns(table.name)] == [column.name for column in table.columns]


def test_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "footfall.control:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_opened_again_it_is_as_it_was(control, url):
    control.create_portal(domain="a.example")
    again = open_control(url, lambda: 0)
    assert again.portals() == control.portals()
    again.close()


def test_many_may_open_it_for_the_first_time_at_once(url):
    opened, failed = [], []

    def open_one():
        try:
            opened.append(open_control(url, lambda: 0))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for control in opened:
        control.close()
    assert (len(opened), failed) == (6, [])


def test_sqlite_is_for_its_owner_alone_and_keeps_foreign_keys(tmp_path):
    path = tmp_path / "control.db"
    control = open_control(f"sqlite:///{path}", lambda: 0)
    with control.reading() as connection:
        pragmas = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys", "busy_timeout")]
    control.close()
    assert pragmas == ["wal", 1, 30_000]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/d", "nonsense", "postgresql://u:s3cret@h:port/d"])
def test_wrong_url_is_a_bad_setting_that_keeps_its_password(url):
    with pytest.raises(BadSetting, match="Valid: empty") as caught:
        open_control(url, lambda: 0)
    assert "s3cret" not in str(caught.value)


def test_absent_database_is_unavailable_and_names_nobody(tmp_path):
    for url in ("postgresql://user:s3cret@127.0.0.1:1/d", f"sqlite:///{tmp_path}/none/control.db"):
        with pytest.raises(Unavailable, match="The control database") as caught:
            open_control(url, lambda: 0)
        assert "s3cret" not in str(caught.value)


def test_database_of_the_first_migration_keeps_what_it_holds(url):
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    config = Config()
    config.set_main_option("script_location", "footfall.control:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(keys.insert().values(name="old", sha256="0", scopes="stats:read", portals="", created_ms=5))
    engine.dispose()
    control = open_control(url, lambda: 0)
    add_operator(control, "ann@example.city", now_ms=0)
    assert [key.name for key in list_keys(control)] == ["old"]
    control.close()


def test_contracts_that_stand_are_kept_for_the_loads_that_ran_under_them(url):
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    config = Config()
    config.set_main_option("script_location", "footfall.control:migrations")
    line = dict.fromkeys(loads.c.keys(), "") | dict.fromkeys(COUNTS, 0) | {"dataset": "taps", "state": "current", "details": "{}"}
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0013")
        standing = {"id": "taps", "contract": "text", "version": "1.0.0", "sha256": "a", "state": "active", "cursor": ""}
        connection.execute(datasets.insert().values(**standing, created_ms=1, changed_ms=2))
        for number, sha256 in ((1, "gone"), (2, "a")):
            connection.execute(loads.insert().values(line | {"number": number, "contract_version": "1.0.0", "contract_sha256": sha256}))
    engine.dispose()
    control = open_control(url, lambda: 0)
    assert contract_texts(control, "taps") == {"a": "text"}
    assert [(ran.contract, ran.loads) for ran in read_under(control, "taps")] == [("text", (2,)), ("", (1,))]
    control.close()


def test_hashes_in_names_of_objects_that_stand_get_their_key(url):
    engine = sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    config = Config()
    config.set_main_option("script_location", "footfall.control:migrations")
    line = dict.fromkeys(loads.c.keys(), "") | dict.fromkeys(COUNTS, 0) | {"dataset": "taps", "details": "{}"}
    address = "https://data.example.org/a.csv?m=1"
    before = "https://data.example.org/a.csv?" + hashlib.sha256(b"m=1").hexdigest()[:12]
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0019")
        for number, (object, state) in enumerate([(before, "replaced"), (before, "current"), ("/srv/a.csv", "current")], 1):
            connection.execute(loads.insert().values(line | {"number": number, "object": object, "state": state}))
    engine.dispose()
    control = open_control(url, lambda: 0)
    assert current_objects(control, "taps") == ["/srv/a.csv", named(address, names_key(control))]
    assert {load.object for load in list_loads(control, "taps")} == set(current_objects(control, "taps"))
    control.close()
