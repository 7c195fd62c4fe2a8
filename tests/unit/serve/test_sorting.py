"""Many items are sorted in a process of its own, and as they are here."""

from footfall.interests.taxonomy import taxonomy
from footfall.interests.topics import Classifier, Labelled
from footfall.serve import own_process, sorting
from footfall.serve.sorting import topics_of_all

SAID = [
    ("Night buses and trams", "Whom they are for", "", "/transport/night", "en"),
    ("Бассейн закрыт", "", "", "/sport/1", "ru"),
    ("Nothing of any topic", "", "", "/a", "en"),
]


def test_items_are_sorted_apart_as_here(monkeypatch):
    classifier = Classifier.fit(taxonomy(), [Labelled("Nothing of any topic", (next(iter(taxonomy())).id,))])
    here = topics_of_all(classifier, SAID)
    assert here[0] and here[0] != here[1]
    asked, begin = [], own_process.Apart.__init__
    monkeypatch.setattr(own_process.Apart, "__init__", lambda apart, *given: asked.append(given) or begin(apart, *given))
    assert topics_of_all(classifier, SAID) == here and not asked
    monkeypatch.setattr(sorting, "FEW", 0)
    assert topics_of_all(classifier, SAID) == here
    assert len(asked) == 1
