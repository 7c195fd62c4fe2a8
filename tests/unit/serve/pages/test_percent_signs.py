"""Texts of templates are filled in with ``%``, whether or not they name a value: a lone sign would end the page."""

from collections import defaultdict
from pathlib import Path

from babel.messages.extract import extract_from_dir

import footfall.serve.pages
from tools.update_messages import JINJA

TEMPLATES = Path(footfall.serve.pages.__file__).parent / "templates"


def test_every_text_of_a_template_can_be_filled_in():
    found = extract_from_dir(TEMPLATES, [("**.html", "jinja2")], {"**.html": JINJA})
    texts = [text for _, _, message, _, _ in found for text in (message if isinstance(message, tuple) else (message,))]
    assert len(texts) > 500
    assert [text for text in texts if not _is_fit(text)] == []


def _is_fit(text):
    try:
        return bool(text % defaultdict(str))
    except (TypeError, ValueError):
        return False
