"""Topics are read strictly, and the built-in ones say what they should."""

import re

import pytest

from footfall.errors import BadInput, NotFound
from footfall.interests.taxonomy import read_taxonomy, taxonomy

TWO = "topics:\n  a: {names: {en: A}}\n  b: {names: {en: B}, parent: a, words: {en: [bus]}, paths: [/b/**]}\n"


def test_two_levels_are_read():
    found = read_taxonomy(TWO)
    assert [(topic.id, topic.name("ru"), topic.parent) for topic in found] == [("a", "A", ""), ("b", "B", "a")]
    assert found["b"].words == {"en": ("bus",)}


def test_paths_are_held_against_patterns_as_goals_are():
    found = read_taxonomy(TWO)
    assert [found.of_path(path) for path in ("/b/x/y", "/b", "/ab/x", "/B/x")] == [("b",), (), (), ()]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a", "below the one key 'topics'"),
        ("topics: {}\nmore: 1", "below the one key 'topics'"),
        ("topics:\n  a: {names: {en: A}}", "has 1 topics. Valid: 2 to 500"),
        (TWO + "  A1: {names: {en: C}}", "Topic 'A1': no valid id"),
        (TWO + "  c: {names: {en: C}, word: {}}", "Topic 'c': Object contains unknown field `word`"),
        (TWO + "  c: {names: {en: C}, words: {en: [yes]}}", "Topic 'c': Expected `str`, got `bool`"),
        (TWO + "  c: {parent: a}", "Topic 'c': Object missing required field `names`"),
        (TWO + "  c: {names: {}}", "Topic 'c': it has no name"),
        (TWO + "  c: {names: {English: C}}", "'English' is no language"),
        (TWO + "  c: {names: {en: C}, words: {en: []}}", "0 words in 'en'. Valid: 1 to 500"),
        (TWO + "  c: {names: {en: C}, words: {en: [' ']}}", "word ' ' is not valid"),
        (TWO + "  c: {names: {en: C}, words: {en: [bus, Bus]}}", "'Bus' stands there twice in 'en'"),
        (TWO + "  c: {names: {en: C}, paths: [x]}", "path 'x' is not valid"),
        (TWO + "  c: {names: {en: C}, parent: z}", "its parent 'z' is not there"),
        (TWO + "  c: {names: {en: C}, parent: b}", "its parent 'b' has a parent itself"),
        (TWO + "  b: {names: {en: C}}", "Line 4: key 'b' stands there twice"),
        ("topics: [", "Line 1: no YAML"),
    ],
)
def test_fault_is_named_with_its_topic_or_line(text, told):
    with pytest.raises(BadInput, match=re.escape(told)):
        read_taxonomy(text)


def test_topic_that_is_not_there_and_file_that_is_not_there_are_not_found(tmp_path):
    with pytest.raises(NotFound, match="no topic 'z'"):
        taxonomy()["z"]
    with pytest.raises(NotFound, match="no file"):
        taxonomy(str(tmp_path / "none.yaml"))


def test_city_brings_its_own_file(tmp_path):
    (tmp_path / "topics.yaml").write_text(TWO)
    assert [topic.id for topic in taxonomy(str(tmp_path / "topics.yaml"))] == ["a", "b"]


def test_built_in_topics_have_names_and_fifteen_words_or_more_in_both_languages():
    topics = list(taxonomy())
    assert 25 <= len(topics) <= 45
    assert {topic.parent for topic in topics if topic.parent} < {topic.id for topic in topics if not topic.parent}
    assert [
        topic.id for topic in topics for language in ("en", "ru") if len(topic.words[language]) < 15 or language not in topic.names
    ] == []
