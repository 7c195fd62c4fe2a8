"""What a row's raw dimension values read, and what they sort by."""

from typing import Any

from footfall.reports.catalogue import NONE, PROP, dimension
from footfall.reports.periods import label_of
from footfall.reports.places import name_of
from footfall.reports.question import Question

__all__ = ["keys_of", "labels_of"]

Key = tuple[Any, ...]


def labels_of(question: Question, key: Key) -> tuple[str, ...]:
    """The dimensions as answers show them."""
    return tuple(_label(name, value, question) for name, value in zip(question.dimensions, key, strict=True))


def keys_of(question: Question, key: Key, labels: tuple[str, ...]) -> tuple[str | int, ...]:
    """Time sorts by instant (an hour that the clock repeats has its label twice), goals as they were set up, all else by label."""
    raw = [name.startswith("time:") or name == "event:goal" for name in question.dimensions]
    return tuple(value if is_raw else label for is_raw, value, label in zip(raw, key, labels, strict=True))


def _label(name: str, value: Any, question: Question) -> str:
    if name.startswith("time:"):
        return label_of(int(value) * 1000, name[5:], question.period)
    if name == "event:goal":
        return str(question.goals[value].display_name)
    if name.startswith(PROP):
        return str(value) or NONE
    found = dimension(name)
    assert found is not None
    return name_of(found.place, value) if found.place else str(value) or found.missing
