"""Topics of an item, by what it says."""

from footfall.vocabulary import Item

__all__ = ["topics_for"]


def topics_for(item: Item) -> tuple[tuple[str, float], ...]:
    """Topics with their scores, best first; none where nothing tells."""
    return ()
