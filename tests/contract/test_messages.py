"""Every text of the pages, and every sentence of an error that pages say, is in every catalogue, translated, with the same values."""

import doctest
import re

import pytest

from footfall import sentences
from footfall.serve.pages.language import LANGUAGES
from tools import find_sentences
from tools.find_sentences import all_sentences, names_in, on_pages, said_in
from tools.update_messages import catalogues, constants, read, sentence_texts, texts, untranslated

CATALOGUES = dict(catalogues())
PLACE = re.compile(r"%\((\w+)\)[sd]")
MAKES_SENTENCES = ("errors.py", "sentences.py", "control/said.py")
"""Here a Sentence is made of what was one before."""


def test_every_language_but_the_first_has_a_catalogue():
    assert list(CATALOGUES) == list(LANGUAGES)[1:]
    assert len(texts()) > 150


@pytest.mark.parametrize("code", CATALOGUES)
def test_every_text_is_translated(code):
    assert untranslated(code, CATALOGUES[code]) == []


@pytest.mark.parametrize("code", CATALOGUES)
def test_no_text_is_there_that_nothing_shows(code):
    shown = {message.id for message in texts()}
    assert [message.id for message in read(code, CATALOGUES[code]) if message.id and message.id not in shown] == []


@pytest.mark.parametrize("code", CATALOGUES)
def test_translations_fill_in_the_same_values(code):
    def places(strings):
        return [set(PLACE.findall(text)) for text in (strings if isinstance(strings, tuple | list) else [strings])]

    wrong = []
    for message in read(code, CATALOGUES[code]):
        wanted = places(message.id)[-1]
        wrong += [message.id for found in places(message.string) if found != wanted]
    assert wrong == []


@pytest.fixture(scope="module")
def raised():
    return all_sentences()


@pytest.mark.parametrize("code", CATALOGUES)
def test_sentences_of_errors_are_still_said(code):
    said, known = constants(), read(code, CATALOGUES[code].with_name("sentences.po"))
    assert [message.id for message in known if message.id and message.id not in said] == []
    assert len(sentence_texts()) > 150


def test_no_error_that_a_page_says_puts_its_sentence_together_out_of_sight(raised):
    assert [said.place for said in on_pages(raised) if said.template is None and not said.place.startswith(MAKES_SENTENCES)] == []


def test_every_sentence_is_given_the_values_it_quotes_and_no_others(raised):
    wrong = [said for said in raised if said.template is not None and names_in(said.template, said.values) != said.values]
    assert wrong == []


@pytest.mark.parametrize("code", CATALOGUES)
def test_translated_sentences_quote_the_same_values(code, raised):
    known = read(code, CATALOGUES[code].with_name("sentences.po"))
    pairs = {(said.template, known.get(said.template).string) for said in on_pages(raised) if said.template and said.values}
    assert [text for text, translated in pairs if names_in(text) != names_in(translated)] == []
    assert len(pairs) > 80


def test_sentence_put_together_at_its_error_is_found():
    source = "from footfall.errors import NotFound\n\n\ndef find(id):\n    raise NotFound(f'No note {id}.')\n"
    assert [(said.place, said.template) for said in said_in(source, "x.py")] == [("x.py:5", None)]


def test_examples_of_sentences_hold():
    assert [doctest.testmod(module).failed for module in (sentences, find_sentences)] == [0, 0]
