"""Items are sorted by topic: by the words of the taxonomy, and by what editors said of other items. What an editor said of one stands."""

from collections.abc import Iterable, Sequence

import msgspec

from footfall.control.items import Topics, all_live, items_version, looked_at, set_topics
from footfall.control.transactions import Database
from footfall.interests.taxonomy import Taxonomy, taxonomy
from footfall.interests.topics import Classifier, Labelled
from footfall.serve.house import Desk
from footfall.serve.topic_map import refresh_topics
from footfall.vocabulary import Item

__all__ = ["Sorter", "map_topics", "sort_content"]

OF_TRAFFIC = "traffic"


class Sorter:
    """Sorts the catalogue; an item is read again only when it changed, or when editors taught something new."""

    def __init__(self, control: Database, topics: Taxonomy) -> None:
        self._control, self._topics = control, topics
        self._taught: frozenset[tuple[int, int]] | None = None
        self._classifier = Classifier.fit(topics)
        self._known: dict[int, tuple[int, Topics]] = {}

    def sort(self, items: Sequence[Item]) -> list[Item]:
        """The items with their topics, which are stored where they were others. Raises Unavailable."""
        self._learn([item for item in items if item.corrected])
        sorted_items = [item if item.corrected else msgspec.structs.replace(item, topics=self._topics_of(item)) for item in items]
        set_topics(
            self._control, {new.id: new.topics for old, new in zip(items, sorted_items, strict=True) if new.topics != tuple(old.topics)}
        )
        self._known = {item.id: self._known[item.id] for item in items if item.id in self._known}
        return sorted_items

    def _learn(self, corrected: Sequence[Item]) -> None:
        taught = frozenset((item.id, hash((_said(item), item.topics))) for item in corrected)
        if taught != self._taught:
            labelled = [Labelled(item.title, tuple(topic for topic, _ in item.topics), *_said(item)[1:]) for item in corrected]
            self._classifier = Classifier.fit(self._topics, labelled)
            self._taught, self._known = taught, {}

    def _topics_of(self, item: Item) -> Topics:
        said = _said(item)
        before = self._known.get(item.id)
        if before is None or before[0] != hash(said):
            self._known[item.id] = before = hash(said), self._classifier.topics_of(*said)
        return before[1]


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


def _said(item: Item) -> tuple[str, str, str, str, str]:
    return item.title, item.summary, item.text, item.path, item.language
