"""The map from pages to topics: a version is written whole, stands once it is, and leaves when the next but one does."""

import pytest

from footfall.errors import Unavailable
from footfall.store.item_topics import EMPTY, current_topics, put_item_topics

NAMES = ("parks", "waste")
HELD = "SELECT version, count() FROM item_topics GROUP BY version ORDER BY version"


@pytest.fixture
def store(embedded_engine):
    embedded_engine.command("TRUNCATE TABLE item_topics")
    return embedded_engine


def test_a_version_stands_once_it_is_whole_and_the_one_before_is_kept(store):
    assert current_topics(store) == EMPTY
    assert put_item_topics(store, [(1, "/a", "parks", 0.9), (1, "/a", "sport", 0.8)], 4, NAMES) == 1, "sport is no topic"
    assert (current_topics(store).version, current_topics(store).names) == (4, NAMES)
    assert put_item_topics(store, [], 6, [*NAMES, "health"]) == 0
    assert current_topics(store).names == ("health", *NAMES), "topics without a page are topics"
    put_item_topics(store, [(1, "/b", "waste", 0.5)], 9, NAMES)
    assert store.query(HELD) == [(6, 3), (9, 3)]


def test_an_older_version_and_one_without_topics_change_nothing(store):
    put_item_topics(store, [(1, "/a", "parks", 0.9)], 4, NAMES)
    assert [put_item_topics(store, [(1, "/b", "waste", 0.9)], *given) for given in ((4, NAMES), (3, NAMES), (5, ()))] == [0, 0, 0]
    assert store.query(HELD) == [(4, 3)]


def test_a_version_whose_writing_died_does_not_stand(store, monkeypatch):
    put_item_topics(store, [(1, "/a", "parks", 0.9)], 4, NAMES)

    def dies(table, rows, token, real=store.insert_ndjson):
        if token.startswith("topics-"):
            raise Unavailable("The store is away.")
        real(table, rows, token)

    with monkeypatch.context() as patch:
        patch.setattr(store, "insert_ndjson", dies)
        with pytest.raises(Unavailable):
            put_item_topics(store, [(1, "/b", "waste", 0.9)], 5, NAMES)
    assert current_topics(store).version == 4
    assert put_item_topics(store, [(1, "/b", "waste", 0.9)], 5, NAMES) == 1
    assert current_topics(store).version == 5
