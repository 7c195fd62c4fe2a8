"""Findings that tell of one thing become a story: a page, the term it is searched by, its topic; by shared visits or by text."""

from collections.abc import Mapping, Sequence

import msgspec
from snowballstemmer import stemmer

from footfall.trends.panel import Finding, Key

__all__ = ["BROAD", "Shared", "Story", "stories_of", "words_of"]

Shared = Mapping[tuple[Key, Key], int]
"""Visits that two keys have in common, and of a key beside itself all it has; the lesser key first."""
BROAD = frozenset({"portal", "channel", "source", "region", "city", "section"})
"""They hold many stories at once: they join one, and never two to each other."""
RANKS = ("service_step", "goal", "page", "search_zero", "search", "topic", "section", "source", "channel", "city", "region", "portal")
"""What tells best what a story is about, first."""
NARROW_SHARE, BROAD_SHARE, LEAST_OF_LARGER = 0.5, 0.3, 0.1
HEAD_SHARE = 0.5
"""The head of a story has at least so much of what the largest of its findings has above what was expected."""
STEMMERS = [stemmer("russian"), stemmer("english")]


class Story(msgspec.Struct, frozen=True):
    """Findings of a portal that belong together."""

    head: Finding
    members: tuple[Finding, ...]
    """All of them, the head first."""

    @property
    def site(self) -> int:
        return self.head.key[0]


def stories_of(found: Sequence[Finding], shared: Shared, titles: Mapping[Key, str] | None = None) -> tuple[Story, ...]:
    """The findings as stories, those with the strongest evidence first. ``titles`` say what pages are called.

    Rises and falls, and those of two portals, never belong together.
    """
    ordered = sorted(found, key=lambda one: one.key)
    narrow = [one for one in ordered if one.key[1] not in BROAD]
    groups = _joined(narrow, shared, titles or {})
    for one in (one for one in ordered if one.key[1] in BROAD):
        best = max(groups, key=lambda group: _part_of(one, group, shared), default=None)
        if best is not None and _part_of(one, best, shared) >= BROAD_SHARE:
            best.append(one)
        else:
            groups.append([one])
    return tuple(
        sorted(
            (_story(group) for group in groups), key=lambda story: (min(one.q for one in story.members), -abs(story.head.z), story.head.key)
        )
    )


def words_of(text: str) -> frozenset[str]:
    """The stems of a text's words, Russian or English.

    >>> sorted(words_of("/news/schools-closed"))
    ['close', 'news', 'school']
    """
    plain = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return frozenset(STEMMERS[word.isascii()].stemWord(word) for word in plain.split() if len(word) > 2)


def _joined(found: Sequence[Finding], shared: Shared, titles: Mapping[Key, str]) -> list[list[Finding]]:
    groups: list[list[Finding]] = []
    for one in found:
        mine = [group for group in groups if any(_is_related(one, other, shared, titles) for other in group)]
        groups = [group for group in groups if group not in mine]
        groups.append([one, *(other for group in mine for other in group)])
    return groups


def _is_related(one: Finding, other: Finding, shared: Shared, titles: Mapping[Key, str]) -> bool:
    if not _may_be(one, other):
        return False
    both, sizes = _shared_by(one.key, other.key, shared), [shared.get((key, key), 0) for key in (one.key, other.key)]
    if both and both >= NARROW_SHARE * min(sizes) and both >= LEAST_OF_LARGER * max(sizes):
        return True
    return _tells(one, other, titles) or _tells(other, one, titles)


def _may_be(one: Finding, other: Finding) -> bool:
    return one.key[0] == other.key[0] and one.direction == other.direction


def _tells(term: Finding, other: Finding, titles: Mapping[Key, str]) -> bool:
    """Whether a search term's words are all in what the other is called."""
    words = words_of(term.key[2]) if term.key[1] in ("search", "search_zero") else frozenset()
    return bool(words) and words <= words_of(f"{other.key[2]} {titles.get(other.key, '')}")


def _part_of(one: Finding, group: Sequence[Finding], shared: Shared) -> float:
    """Of the visits of a broad key the share that a group has; of the one that has most."""
    if not all(_may_be(one, other) for other in group) or not shared.get((one.key, one.key)):
        return 0.0
    return max(_shared_by(one.key, other.key, shared) for other in group) / shared[one.key, one.key]


def _shared_by(one: Key, other: Key, shared: Shared) -> int:
    return shared.get((min(one, other), max(one, other)), 0)


def _story(group: Sequence[Finding]) -> Story:
    """Its head is what tells best what it is about, among those that have much of it."""
    most = max(abs(one.observed - one.mu) for one in group)
    large = [one for one in group if abs(one.observed - one.mu) >= HEAD_SHARE * most] or list(group)
    head = min(large, key=lambda one: (RANKS.index(one.key[1]) if one.key[1] in RANKS else len(RANKS), -abs(one.z), one.key))
    return Story(head, (head, *(one for one in group if one is not head)))
