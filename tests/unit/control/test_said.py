"""Sentences in tables are read as they were written, with the sentences that they quote: every part can be said in another language."""

from footfall.control.said import read, written
from footfall.sentences import Sentence

KIND = Sentence("telephone numbers")
SAID = Sentence("Column {column!r} holds {kind}.", column="note", kind=KIND)


def test_sentence_is_read_with_the_sentences_it_quotes():
    found = read(written(Sentence("Nothing is kept. {findings}", findings=SAID), 500))
    inner = found.values["findings"]
    assert found == "Nothing is kept. Column 'note' holds telephone numbers."
    assert isinstance(inner, Sentence) and isinstance(inner.values["kind"], Sentence)
    assert (inner.template, inner.values["column"]) == (SAID.template, "note")


def test_sentence_too_long_for_the_table_is_kept_as_text():
    assert read(written(SAID, 20)) == str(SAID)[:20]
