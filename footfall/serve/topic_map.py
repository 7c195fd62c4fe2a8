"""The map from pages to topics, kept as the catalogue has it."""

from collections.abc import Collection, Iterable
from typing import Protocol

from footfall.store.engine import Engine
from footfall.store.item_topics import current_topics, put_item_topics

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


def refresh_topics(engine: Engine, catalogue: Catalogue) -> int:
    """Write the map anew if the catalogue has changed since; how many rows that were, and 0 where nothing had to be done.

    Raises:
        Unavailable: the store is away; the next call tries again.
    """
    version = catalogue.version()
    if version <= current_topics(engine).version:
        return 0
    return put_item_topics(engine, catalogue.rows(), version, catalogue.topics())
