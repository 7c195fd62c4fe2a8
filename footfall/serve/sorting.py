"""Items are sorted by topic: by the words of the taxonomy, and by what editors said of other items. What an editor said of one stands.

What came of it is kept with a hash of the item's text, of the topics and editors' words it was sorted by, and of this version: 10,000
items take half a minute, in a process of its own, and a start need not do again what is the same.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from footfall import __version__
from footfall.control.items import Topics, all_live, items_version, looked_at, set_sorted, set_topics, sorted_as
from footfall.control.transactions import Database
from footfall.interests.taxonomy import Taxonomy, taxonomy
from footfall.interests.topics import Classifier, Labelled, Said
from footfall.serve.house import Desk
from footfall.serve.own_process import Apart
from footfall.serve.topic_map import refresh_topics
from footfall.vocabulary import Item

__all__ = ["Sorter", "map_topics", "sort_content", "topics_of_all"]

OF_TRAFFIC = "traffic"
FEW = 200
"""Items that are sorted sooner here, in half a second, than a process starts."""


class Sorter:
    """Sorts the catalogue; an item is read again only when it changed, or when editors taught something new, or a new version may know
    better."""

    def __init__(self, control: Database, topics: Taxonomy) -> None:
        self._control, self._topics = control, topics
        self._by, self._taught = _mark_of(__version__, list(topics)), ""
        self._classifier = Classifier.fit(topics)
        self._known: dict[int, tuple[str, Topics]] | None = None
        """By id, its mark and what came of it."""

    def sort(self, items: Sequence[Item]) -> list[Item]:
        """The items with their topics, which are stored where they were others. Raises Unavailable."""
        self._learn([item for item in items if item.corrected])
        stored = sorted_as(self._control)
        if self._known is None:
            self._known = {item.id: (stored[item.id], tuple(item.topics)) for item in items if item.id in stored}
        marks = {item.id: _mark_of(self._by, self._taught, _said(item)) for item in items if not item.corrected}
        new = [item for item in items if item.id in marks and self._known.get(item.id, ("",))[0] != marks[item.id]]
        found = topics_of_all(self._classifier, [_said(item) for item in new])
        self._known |= {item.id: (marks[item.id], topics) for item, topics in zip(new, found, strict=True)}
        sorted_items = [item if item.corrected else msgspec.structs.replace(item, topics=self._known[item.id][1]) for item in items]
        set_topics(
            self._control, {new.id: new.topics for old, new in zip(items, sorted_items, strict=True) if new.topics != tuple(old.topics)}
        )
        self._known = {id: self._known[id] for id in marks}
        set_sorted(self._control, {id: mark for id, (mark, _) in self._known.items() if stored.get(id) != mark})
        return sorted_items

    def _learn(self, corrected: Sequence[Item]) -> None:
        taught = _mark_of([(item.id, _said(item), item.topics) for item in corrected]) if corrected else ""
        if taught != self._taught:
            labelled = [Labelled(item.title, tuple(topic for topic, _ in item.topics), *_said(item)[1:]) for item in corrected]
            self._classifier = Classifier.fit(self._topics, labelled)
            self._taught = taught


class _Map:
    """The catalogue as the map of topics is made of it."""

    def __init__(self, desk: Desk) -> None:
        self._control, self._file = desk.control, desk.settings.topics_file

    def version(self) -> int:
        return items_version(self._control)

    def topics(self) -> list[str]:
        return [topic.id for topic in taxonomy(self._file)]

    def rows(self) -> Iterable[tuple[int, str, str, float]]:
        """Not of pages that only traffic told of: they are no public knowledge."""
        for item in all_live(self._control):
            if item.source != OF_TRAFFIC:
                yield from ((item.site, item.path, topic, score) for topic, score in item.topics)

    def items(self) -> Iterable[Item]:
        return (item for item, _ in looked_at(self._control))


def map_topics(desk: Desk) -> int:
    """Have the store know what the catalogue's pages are about; how many rows that were. Raises Unavailable."""
    return refresh_topics(desk.engine, _Map(desk))


def sort_content(desk: Desk) -> int:
    """Sort the whole catalogue now, and have the store know it before a day is closed; what ``map_topics`` says. Raises Unavailable."""
    Sorter(desk.control, taxonomy(desk.settings.topics_file)).sort(all_live(desk.control))
    return map_topics(desk)


def topics_of_all(classifier: Classifier, said: Sequence[Said]) -> list[Topics]:
    """Topics of each; of many in a process of its own.

    Raises:
        subprocess.SubprocessError: as ``Apart.found``.
    """
    return classifier.topics_of_all(said) if len(said) < FEW else Apart(classifier.topics_of_all, said).found()


def _mark_of(*parts: Any) -> str:
    return blake2b(msgspec.msgpack.encode(parts), digest_size=16).hexdigest()


def _said(item: Item) -> Said:
    return item.title, item.summary, item.text, item.path, item.language
