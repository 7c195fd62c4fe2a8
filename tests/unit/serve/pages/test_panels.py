"""A panel that cannot be asked says so on the page and offers nothing to take away."""

from footfall.errors import Refused
from footfall.serve.pages.frame import text_of
from footfall.serve.pages.language import language
from footfall.serve.pages.panels import panel_of, show
from footfall.serve.pages.view import read_view

SENTENCE = "A question may combine at most 2 visitor attributes."


def test_refused_panel_shows_its_sentence_and_its_other_tabs():
    def refuse(question):
        raise Refused(SENTENCE)

    panel, view = panel_of("devices"), read_view([("f", "is,country,RU"), ("f", "is,device,Mobile")])
    shown = show(panel, panel.tabs[0], view, refuse)
    text = text_of("shown.html", language("en"), shown=shown, view=view, here="/portals/p.example", portal_domain="p.example")
    assert SENTENCE in text
    assert "tab.devices=os" in text
    assert "CSV" not in text
