"""Whether a catalogue has what was looked for: how many of its items hold the words of a search."""

from collections.abc import Iterable, Sequence

from footfall.interests.items import Item

__all__ = ["holding", "words_of"]


def words_of(items: Iterable[Item]) -> list[str]:
    """What each item that is there, live or fading, can be found by: title, summary and path, in lower case."""
    return [f"{item.title} {item.summary} {item.path}".casefold() for item in items if item.state in ("live", "fading")]


def holding(term: str, words: Sequence[str]) -> int:
    """How many of them hold every word of the term, also within a longer one.

    >>> holding("Dog licence", ["dog licences /dogs", "dogs in parks /parks"])
    1
    """
    parts = term.casefold().split()
    return sum(all(part in text for part in parts) for text in words) if parts else 0
