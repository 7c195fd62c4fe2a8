"""What a row's raw dimension values read, and what they sort by."""

from collections.abc import Callable
from typing import Any

from footfall.reports.catalogue import NONE, PROP, dimension
from footfall.reports.periods import label_of
from footfall.reports.places import name_of
from footfall.reports.question import Question

__all__ = ["Labelled", "SortedBy", "keys_of", "labels_of"]

Key = tuple[Any, ...]
Labelled = Callable[[Key], tuple[str, ...]]
SortedBy = Callable[[Key, tuple[str, ...]], tuple[str | int, ...]]


def labels_of(question: Question) -> Labelled:
    """How answers show a row's dimensions: the labels, by their raw values."""
    shown = [_label(name, question) for name in question.dimensions]
    return lambda key: tuple([label(value) for label, value in zip(shown, key, strict=True)])


def keys_of(question: Question) -> SortedBy:
    """What a row sorts by, from its raw values and their labels: time by instant (an hour that the clock repeats has its label twice),
    goals as they were set up, all else by label. Empty where that is all."""
    raw = [name.startswith("time:") or name == "event:goal" for name in question.dimensions]
    if not any(raw):
        return lambda key, labels: ()
    return lambda key, labels: tuple(value if is_raw else label for is_raw, value, label in zip(raw, key, labels, strict=True))


def _label(name: str, question: Question) -> Callable[[Any], str]:
    if name.startswith("time:"):
        return lambda start: label_of(int(start) * 1000, name[5:], question.period)
    if name == "event:goal":
        return lambda place: str(question.goals[place].display_name)
    if name.startswith(PROP):
        return lambda value: str(value) or NONE
    found = dimension(name)
    assert found is not None
    place, missing = found.place, found.missing
    return (lambda value: name_of(place, value)) if place else (lambda value: str(value) or missing)
