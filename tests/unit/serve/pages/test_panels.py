"""Panels and their tabs: which question each asks, and what it is called."""

import pytest

from footfall.errors import BadQuestion, NotFound, Refused
from footfall.serve.pages.export import _file_name
from footfall.serve.pages.frame import text_of
from footfall.serve.pages.language import language
from footfall.serve.pages.panels import LONG_ROWS, MAP_ROWS, PANELS, Shown, panel_of, panel_question, show
from footfall.serve.pages.view import View, read_view
from footfall.serve.pages.words import PANEL_NAMES, column_name, tab_name
from footfall.vocabulary import Portal

SENTENCE = "A question may combine at most 2 visitor attributes."


def tab(panel, name):
    return panel_of(panel).tab(name)


def test_every_panel_has_a_name_to_show():
    assert [panel.name for panel in PANELS] == list(PANEL_NAMES)


def test_properties_ask_for_names_and_then_for_the_values_of_one():
    names = panel_question(View(), tab("properties", ""))
    assert (names["dimensions"], names["filters"]) == (["event:props"], [])
    values = panel_question(View(), tab("properties", "prop.size, big"))
    assert values["dimensions"] == ["event:props:size, big"]
    assert values["filters"] == [["is_not", "event:props:size, big", ["(none)"]]]
    assert values["metrics"] == ["visitors", "events", "percentage"]


def test_column_is_called_by_what_is_in_it():
    english = language("en")
    tabs = [tab("pages", "reading"), tab("places", "map"), tab("found", "search"), tab("properties", ""), tab("properties", "prop.option")]
    assert [column_name(english, one) for one in tabs] == ["Page", "Country", "Searched for", "Property", "option"]


def test_property_is_a_tab_of_its_own_name_beside_the_list():
    panel = panel_of("properties")
    chosen = panel.tab("prop.option")
    shown = Shown(panel=panel, tab=chosen, metrics=chosen.metrics)
    assert [tab_name(language("ru"), one) for one in shown.tabs] == ["Свойство", "option"]
    assert [tab_name(language("en"), one) for one in Shown(panel=panel, tab=panel.tab(""), metrics=()).tabs] == ["Property"]


@pytest.mark.parametrize(("panel", "name"), [("properties", "prop."), ("properties", "option"), ("pages", "prop.option")])
def test_other_names_are_no_tabs(panel, name):
    with pytest.raises(NotFound):
        tab(panel, name)


def test_name_of_a_property_stays_out_of_the_header_that_names_a_file():
    chosen = tab("properties", 'prop.a"; x\r\nset-cookie: b=1; ж')
    shown = Shown(panel=panel_of("properties"), tab=chosen, metrics=())
    assert _file_name(Portal(id=1, domain="a.example", umami_id=""), shown) == "a.example-prop.a_x_set-cookie_b_1_"


@pytest.mark.parametrize("limit", [9, LONG_ROWS])
def test_map_asks_for_every_country_at_once_and_has_no_second_page(limit):
    asked = []

    def refuse(question):
        asked.append(question)
        raise BadQuestion("No.")

    shown = show(panel_of("places"), tab("places", "map"), View(), refuse, limit=limit)
    assert asked[0]["pagination"] == {"limit": MAP_ROWS, "offset": 0}
    assert (shown.limit, shown.fault, shown.world) == (MAP_ROWS, "No.", None)


def test_time_and_scroll_come_by_visitors_on_the_card():
    assert panel_question(View(), tab("pages", "reading"))["metrics"] == ["visitors", "time_on_page", "scroll_depth"]


def test_refused_panel_shows_its_sentence_and_its_other_tabs():
    def refuse(question):
        raise Refused(SENTENCE)

    panel, view = panel_of("devices"), read_view([("f", "is,country,RU"), ("f", "is,device,Mobile")])
    shown = show(panel, panel.tabs[0], view, refuse)
    text = text_of("shown.html", language("en"), shown=shown, view=view, here="/portals/p.example", portal_domain="p.example")
    assert SENTENCE in text
    assert "tab.devices=os" in text
    assert "CSV" not in text
