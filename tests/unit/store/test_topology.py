"""A store URL is read once; the schema is written once and becomes a cluster's by text."""

import pytest

from footfall.errors import BadSetting
from footfall.store.topology import SHARDING, Topology, read_topology, statements

CLUSTER = Topology(hosts=(("a", 8123),), cluster="city")


def test_url_of_a_server():
    topology = read_topology("clickhouse://me:p%40ss@db.example:8124/stats")
    assert (topology.hosts, topology.user, topology.password, topology.database) == ((("db.example", 8124),), "me", "p@ss", "stats")
    assert (topology.embedded, topology.secure, topology.cluster) == (False, False, "")


@pytest.mark.parametrize(("scheme", "port"), [("clickhouse", 8123), ("clickhouses", 8443)])
def test_port_has_a_default_by_scheme(scheme, port):
    topology = read_topology(f"{scheme}://db.example")
    assert (topology.hosts, topology.user, topology.database) == ((("db.example", port),), "default", "default")


def test_several_hosts_share_user_and_cluster():
    topology = read_topology("clickhouse://me:x@a:1,b:2,[::1]:3/stats?cluster=city")
    assert topology.hosts == (("a", 1), ("b", 2), ("::1", 3))
    assert topology.cluster == "city"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "duckdb",
        "http://a",
        "clickhouse://",
        "clickhouse://a:x",
        "clickhouse://a,,b",
        "clickhouse://a?cluster=a'b",
        "clickhouse://a?shard=1",
    ],
)
def test_a_url_that_is_not_valid_says_what_is(url):
    with pytest.raises(BadSetting, match="Valid: "):
        read_topology(url)


def test_password_is_not_shown():
    assert "secret" not in repr(read_topology("clickhouse://me:secret@a"))


def test_one_machine_gets_the_script_as_it_stands():
    script = "-- A; comment\nCREATE TABLE events (a Int8)\nENGINE = Memory;\n\nALTER TABLE events ADD COLUMN b Int8;\n"
    assert statements(script, Topology(embedded=True)) == [
        "-- A; comment\nCREATE TABLE events (a Int8)\nENGINE = Memory",
        "ALTER TABLE events ADD COLUMN b Int8",
    ]


@pytest.mark.parametrize("table", SHARDING)
def test_a_cluster_gets_a_local_table_and_one_over_all(table):
    local, over = statements(f"CREATE TABLE {table}\n(a Int8)\nENGINE = Memory;\n", CLUSTER)
    assert local == f"CREATE TABLE {table}_local\n(a Int8)\nENGINE = Memory"
    assert (
        over == f"CREATE TABLE {table} AS {table}_local ENGINE = Distributed('city', currentDatabase(), {table}_local, {SHARDING[table]})"
    )


def test_columns_change_in_both_tables_of_a_cluster_and_the_rest_in_the_local_one():
    script = "ALTER TABLE events ADD COLUMN b Int8;\nALTER TABLE events MODIFY SETTING x = 1;\n"
    assert statements(script, CLUSTER) == [
        "ALTER TABLE events_local ADD COLUMN b Int8",
        "ALTER TABLE events ADD COLUMN b Int8",
        "ALTER TABLE events_local MODIFY SETTING x = 1",
    ]


def test_a_table_goes_from_a_cluster_with_its_local_one():
    assert statements("-- A\nDROP TABLE IF EXISTS visits_by_day;\n", CLUSTER) == [
        "DROP TABLE IF EXISTS visits_by_day",
        "DROP TABLE IF EXISTS visits_by_day_local",
    ]


def test_each_machine_of_a_cluster_moves_its_own_rows():
    script = "INSERT INTO segments (name) SELECT name FROM events GROUP BY name;\n"
    assert statements(script, CLUSTER) == ["INSERT INTO segments_local (name) SELECT name FROM events_local GROUP BY name"]
