"""The map from pages to topics, and the names of pages, kept as the catalogue has them."""

from collections.abc import Collection, Iterable
from typing import Protocol

from footfall.store.engine import Engine
from footfall.store.item_names import names_version, put_item_names
from footfall.store.item_topics import current_topics, put_item_topics
from footfall.vocabulary import Item

__all__ = ["Catalogue", "refresh_topics"]


class Catalogue(Protocol):
    """What is known of pages, by whoever keeps it."""

    def version(self) -> int:
        """Grows with each change."""
        ...

    def topics(self) -> Collection[str]:
        """Every topic of the taxonomy."""
        ...

    def rows(self) -> Iterable[tuple[int, str, str, float]]:
        """Portal, path, topic and score (0 to 1) of each page and topic: only of pages that are public knowledge, which traffic alone does
        not make them."""
        ...

    def items(self) -> Iterable[Item]:
        """All of them, for their names: those tell no more of a page than it does, and move no count."""
        ...


def refresh_topics(engine: Engine, catalogue: Catalogue) -> int:
    """Write map and names anew if the catalogue has changed since; how many rows of the map that were, and 0 where nothing had to be done.

    Raises:
        Unavailable: the store is away; the next call tries again.
    """
    version = catalogue.version()
    if version > names_version(engine):
        put_item_names(engine, catalogue.items(), version)
    if version <= current_topics(engine).version:
        return 0
    return put_item_topics(engine, catalogue.rows(), version, catalogue.topics())
