"""What a city's services are about: topics in two levels, with their words and paths, read from a YAML file."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from footfall.errors import BadInput, NotFound
from footfall.strict_yaml import load_yaml

__all__ = ["Taxonomy", "Topic", "read_taxonomy", "taxonomy"]

ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
MOST_TOPICS, MOST_WORDS, LONGEST_WORD = 500, 500, 80


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic; ``id`` is what items, marts and the API name it by."""

    id: str = ""
    names: dict[str, str]
    """By language (BCP 47 primary tag)."""
    parent: str = ""
    """Id of the topic it lies in; empty for one of the first level."""
    words: dict[str, tuple[str, ...]] = {}
    """Words and phrases that tell of it, by language; a word stands for all its forms."""
    paths: tuple[str, ...] = ()
    """Paths that are of this topic for certain; * and ** match anything, as in goals."""

    def name(self, language: str) -> str:
        """Its name in the language, else in English, else in whatever it has."""
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()))


class Taxonomy:
    """Topics in the file's order, by id."""

    def __init__(self, topics: Mapping[str, Topic]) -> None:
        self._topics = dict(topics)

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics.values())

    def __len__(self) -> int:
        return len(self._topics)

    def __contains__(self, id: str) -> bool:
        return id in self._topics

    def __getitem__(self, id: str) -> Topic:
        """The topic of an id.

        Raises:
            NotFound: it has none; names what was asked for.
        """
        if id not in self._topics:
            raise NotFound("There is no topic {id!r}. `footfall topics list` shows all.", id=id)
        return self._topics[id]

    def of_path(self, path: str) -> tuple[str, ...]:
        """Topics that a path is of by their patterns, in the file's order."""
        return tuple(topic.id for topic in self if any(_pattern(pattern).fullmatch(path) for pattern in topic.paths))


def taxonomy(topics_file: str = "") -> Taxonomy:
    """The topics of a file (setting ``topics_file``), or the built-in ones of a city's services in English and Russian.

    Raises:
        NotFound: there is no such file.
        BadInput: it cannot be read as topics; names the line or the topic, and what is valid.
    """
    if not topics_file:
        return _builtin()
    path = Path(topics_file).expanduser()
    if not path.is_file():
        raise NotFound("There is no file {path}.", path=path)
    return read_taxonomy(path.read_bytes())


def read_taxonomy(data: bytes | str) -> Taxonomy:
    """Topics of a YAML text: ``topics`` with an id, then ``names``, ``parent``, ``words`` and ``paths`` of each.

    Raises:
        BadInput: something is unknown, missing, twice, or refers to what is not there.
    """
    given = load_yaml(data)
    if not isinstance(given, dict) or list(given) != ["topics"] or not isinstance(given["topics"], dict):
        raise BadInput("Topics stand below the one key 'topics', an id each.")
    if not 2 <= len(given["topics"]) <= MOST_TOPICS:
        raise BadInput("The file has {number} topics. Valid: 2 to {most}.", number=len(given["topics"]), most=MOST_TOPICS)
    topics = {str(id): _topic(str(id), told) for id, told in given["topics"].items()}
    for topic in topics.values():
        _check_parent(topic, topics)
    return Taxonomy(topics)


@lru_cache
def _builtin() -> Taxonomy:
    return read_taxonomy((files("footfall.interests") / "data" / "topics.yaml").read_bytes())


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\*+", text)))


def _topic(id: str, told: Any) -> Topic:
    if not ID.fullmatch(id):
        raise BadInput("Topic {id!r}: no valid id. Valid: small letters, digits and '-', 40 at most, a letter first.", id=id)
    try:
        topic = msgspec.structs.replace(msgspec.convert(told, Topic), id=id)
    except msgspec.ValidationError as error:
        raise BadInput("Topic {id!r}: {fault}. Text such as yes, no, on or 5 stands in quotes.", id=id, fault=str(error)) from None
    _check_names(topic)
    for language, words in topic.words.items():
        _check_words(topic, language, words)
    for path in topic.paths:
        if not path.startswith("/"):
            raise BadInput(
                "Topic {id!r}: path {path!r} is not valid. Valid: it starts with '/'; * and ** match anything.", id=id, path=path
            )
    return topic


def _check_names(topic: Topic) -> None:
    if not topic.names or not all(name.strip() for name in topic.names.values()):
        raise BadInput("Topic {id!r}: it has no name. Valid: names in one language or more, such as en: Roads.", id=topic.id)
    for language in (*topic.names, *topic.words):
        if not LANGUAGE.fullmatch(language):
            raise BadInput("Topic {id!r}: {language!r} is no language. Valid: en, ru, de …", id=topic.id, language=language)


def _check_words(topic: Topic, language: str, words: tuple[str, ...]) -> None:
    if not 1 <= len(words) <= MOST_WORDS:
        raise BadInput(
            "Topic {id!r}: {number} words in {language!r}. Valid: 1 to {most}.",
            id=topic.id,
            number=len(words),
            language=language,
            most=MOST_WORDS,
        )
    seen: set[str] = set()
    for word in words:
        if not word.strip() or len(word) > LONGEST_WORD:
            raise BadInput(
                "Topic {id!r}: word {word!r} is not valid. Valid: 1 to {most} letters.", id=topic.id, word=word, most=LONGEST_WORD
            )
        if word.casefold() in seen:
            raise BadInput("Topic {id!r}: {word!r} stands there twice in {language!r}.", id=topic.id, word=word, language=language)
        seen.add(word.casefold())


def _check_parent(topic: Topic, topics: Mapping[str, Topic]) -> None:
    if not topic.parent:
        return
    parent = topics.get(topic.parent)
    if parent is None:
        raise BadInput("Topic {id!r}: its parent {parent!r} is not there.", id=topic.id, parent=topic.parent)
    if parent.parent:
        raise BadInput("Topic {id!r}: its parent {parent!r} has a parent itself. Valid: two levels.", id=topic.id, parent=topic.parent)
