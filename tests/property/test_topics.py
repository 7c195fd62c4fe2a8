"""Topics and likeness for any text: bounded, repeatable, and of each item alone."""

from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.interests.text import TextIndex
from footfall.interests.topics import Classifier, taxonomy

WORDS = st.lists(st.sampled_from([word for topic in taxonomy() for told in topic.words.values() for word in told]), max_size=12).map(
    " ".join
)
ANY = st.one_of(WORDS, st.text(max_size=80))
CLASSIFIER, ANOTHER = Classifier.fit(taxonomy()), Classifier.fit(taxonomy())


@given(title=ANY, summary=ANY, path=st.text(max_size=30), language=st.sampled_from(["", "en", "ru", "de", "ja"]))
@settings(max_examples=60, deadline=None)
def test_topics_are_three_at_most_between_a_fifth_and_one_and_best_first(title, summary, path, language):
    found = CLASSIFIER.topics_of(title, summary, path=path, language=language)
    scores = [score for _, score in found]
    assert len({topic for topic, _ in found}) == len(found) <= 3
    assert all(0.2 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert CLASSIFIER.topics_of(title, summary, path=path, language=language) == found


@given(texts=st.lists(WORDS, min_size=1, max_size=6), other=WORDS)
@settings(max_examples=15, deadline=None)
def test_topics_of_a_text_do_not_hang_on_what_was_asked_before(texts, other):
    before = [CLASSIFIER.topics_of(text) for text in texts]
    CLASSIFIER.topics_of(other)
    assert [CLASSIFIER.topics_of(text) for text in texts] == before
    assert [ANOTHER.topics_of(text) for text in reversed(texts)] == before[::-1]


@given(texts=st.lists(ANY, max_size=12), asked=ANY, gone=st.integers(0, 11))
@settings(max_examples=30, deadline=None)
def test_likeness_is_bounded_best_first_and_of_what_is_there(texts, asked, gone):
    index = TextIndex()
    for id, text in enumerate(texts):
        index.add(id, text)
    index.remove(gone)
    found = index.similar(asked, 5)
    scores = [score for _, score in found]
    assert gone not in [id for id, _ in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
