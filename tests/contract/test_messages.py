"""Every text of the pages is in every catalogue, translated, with the same values to be filled in."""

import re
from pathlib import Path

import pytest

import footfall
from footfall.serve.pages.language import LANGUAGES
from tools.update_messages import catalogues, read, texts, untranslated

ROOT = Path(footfall.__file__).parent
CATALOGUES = dict(catalogues())
PLACE = re.compile(r"%\((\w+)\)[sd]")


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


@pytest.mark.parametrize("code", CATALOGUES)
def test_sentences_of_errors_are_still_said(code):
    sources = "".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    sentences = read(code, CATALOGUES[code].with_name("sentences.po"))
    begun = [message.id for message in sentences if message.id and re.split(r"\d", message.id)[0][:18] not in sources]
    assert len(sentences) > 30
    assert begun == []
