"""A real two-shard cluster: found from one URL, migrated as often as you like, and exact when a shard dies and comes back."""

import os

import pytest

from footfall.errors import BadQuestion, Unavailable
from footfall.store.engine import open_engine
from footfall.store.loading import Loader
from footfall.store.migrate import migrate, waiting_migrations
from footfall.store.topology import SHARDING
from tests.support import clickhouse_server
from tests.support.journal import START, assert_exact, made_up, write

pytestmark = pytest.mark.cluster
PLACES = "SELECT count(), uniqExact(visitor) FROM events_local WHERE site = {site:UInt32}"


@pytest.fixture
def own_cluster(tmp_path):
    """A cluster that a test may break."""
    cluster = clickhouse_server.Cluster(tmp_path / "servers")
    cluster.start()
    yield cluster
    cluster.stop()


def loader_of(engine, folder):
    return Loader(engine, folder, now=lambda: START, random=os.urandom)


def test_nodes_are_found_from_one_url(cluster_engine):
    ports = [node.topology.hosts[0][1] for node in cluster_engine.nodes()]
    assert len(set(ports)) == 2
    assert cluster_engine.topology.hosts[0][1] == ports[0]
    assert [node.query("SELECT getServerPort('http_port')") for node in cluster_engine.nodes()] == [[(port,)] for port in ports]


def test_hosts_that_the_url_lists_are_the_nodes_and_the_first_that_answers_is_asked(cluster_engine, tmp_path):
    (_, one), (_, two) = [node.topology.hosts[0] for node in cluster_engine.nodes()]
    away = clickhouse_server.free_port()
    engine = open_engine(f"clickhouse://127.0.0.1:{away},127.0.0.1:{two},127.0.0.1:{one}/default?cluster=x", tmp_path)
    assert engine.query("SELECT getServerPort('http_port')") == [(two,)]
    assert [node.topology.hosts[0][1] for node in engine.nodes()] == [away, two, one]


def test_migrating_again_changes_nothing(cluster_engine):
    assert migrate(cluster_engine) == []
    assert waiting_migrations(cluster_engine) == []


def test_migrating_goes_on_where_it_ended(own_cluster, tmp_path):
    engine = open_engine(own_cluster.url, tmp_path)
    first, second = engine.nodes()
    whole = [
        "0001_events_and_visits.sql",
        "0002_daily_roll_up.sql",
        "0003_merges_in_one_pass.sql",
        "0004_roll_up_by_dimension.sql",
        "0005_marts.sql",
        "0006_measures.sql",
        "0007_roll_up_of_nested.sql",
        "0008_item_topics.sql",
        "0009_shown.sql",
        "0010_item_names.sql",
        "0011_series.sql",
        "0012_old_parts_go.sql",
    ]
    assert migrate(engine) == whole
    second.command("TRUNCATE TABLE migrations")
    second.command("DROP TABLE segments")
    assert migrate(engine) == whole
    tables = [f"{table}{end}" for table in SHARDING for end in ("", "_local")]
    for node in (first, second):
        found = node.query(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND name != 'migrations' AND engine != 'View'"
        )
        assert sorted(name for (name,) in found) == sorted(tables)


def test_rows_stand_by_visitor_on_both_shards(cluster_engine, tmp_path):
    hits = made_up(1, 2000, visitors=500)
    loader_of(cluster_engine, tmp_path).load(write(tmp_path, 1, hits))
    (rows_a, visitors_a), (rows_b, visitors_b) = [node.query(PLACES, {"site": 1})[0] for node in cluster_engine.nodes()]
    assert min(rows_a, rows_b) > 500
    assert visitors_a + visitors_b == cluster_engine.query("SELECT uniqExact(visitor) FROM events")[0][0]
    assert_exact(cluster_engine, hits)


def test_the_same_token_changes_nothing_through_either_node(cluster_engine):
    rows = b"".join(b'{"site":1,"day":"2026-03-%02d","time":"1773136800.000","visitor":%d}\n' % (1 + n % 9, n + 1) for n in range(1000))
    for node in (*cluster_engine.nodes(), *cluster_engine.nodes()):
        node.insert_ndjson("events", rows, "one")
    assert cluster_engine.query("SELECT count() FROM events") == [(1000,)]


@pytest.mark.parametrize("lost", [0, 1], ids=["the shard that is asked", "the other shard"])
def test_a_shard_lost_in_mid_load_and_back_loses_and_doubles_nothing(own_cluster, tmp_path, lost):
    engine = open_engine(own_cluster.url, tmp_path)
    migrate(engine)
    hits, folder = made_up(2, 1200), tmp_path / "journal"
    loader = loader_of(engine, folder)
    inserted = engine.insert_ndjson

    def lose_at(table):
        def insert(name, rows, token):
            if name == table:
                own_cluster.shards[lost].kill()
            inserted(name, rows, token)

        return insert

    for moment, table in enumerate(("events", "visits", "segments")):
        some = range(moment * 400, moment * 400 + 400, 25)  # so many names that some of them belong to the lost shard
        paths = [write(folder, first, hits[first : first + 25]) for first in some]
        engine.insert_ndjson = lose_at(table)
        with pytest.raises((Unavailable, BadQuestion)):
            loader.load_waiting()
        assert loader.waiting() == paths
        with pytest.raises(Unavailable):
            loader.load_waiting()
        own_cluster.shards[lost].start()
        engine.insert_ndjson = inserted
        assert loader.load(paths[0]).segments == len(paths), "they were prepared as one"
    assert loader.waiting() == []
    assert_exact(engine, hits)


def test_a_single_server_is_a_store_too(own_cluster, tmp_path):
    server = own_cluster.shards[1]
    engine = open_engine(server.url, tmp_path)
    migrate(engine)
    hits = made_up(3, 300)
    loader_of(engine, tmp_path).load(write(tmp_path, 1, hits))
    assert engine.nodes() == [engine]
    assert_exact(engine, hits)
    server.kill()
    assert not engine.alive()
    server.start()
    assert engine.alive()
    assert_exact(engine, hits)
