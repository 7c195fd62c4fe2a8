"""Panels and their tabs: which question each asks, and what it is called."""

import pytest

from footfall.errors import BadQuestion, NotFound, Refused
from footfall.privacy import release
from footfall.serve.pages.export import _file_name, as_csv
from footfall.serve.pages.frame import text_of
from footfall.serve.pages.language import language
from footfall.serve.pages.panels import LONG_ROWS, MAP_ROWS, PANELS, Shown, panel_of, panel_question, show
from footfall.serve.pages.view import View, read_view
from footfall.serve.pages.words import PANEL_NAMES, column_name, tab_name
from footfall.vocabulary import Answer, Portal, Row

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


def drawn(shown, **values):
    return text_of("shown.html", language("en"), shown=shown, view=View(), here="/portals/p.example", portal_domain="p.example", **values)


def of_form(*steps):
    """The forms panel, with one form of which so many came to each step."""
    rows = [Row(("permit", name), (number,), number, keys=("permit", place)) for place, (name, number) in enumerate(steps)]
    answer = release(Answer(rows=tuple(rows), meta={}, query={}, related="paths"), "staff")
    return show(panel_of("forms"), tab("forms", ""), View(), lambda question, of: answer)


def test_form_is_a_table_of_its_steps_each_of_which_filters():
    shown = of_form(("(started)", 60), ("=plate", 50), ("street", 49), ("(sent)", 30))
    view = read_view([("f", "is,prop.field,other"), ("f", "is,country,RU")])
    filters = [[chip.as_text() for chip in shown.at(view, shown.forms[0], step).filters] for step in shown.forms[0].steps]
    assert filters == [
        ["is,country,RU", "is,prop.form,permit"],
        ["is,country,RU", "is,prop.form,permit", "is,prop.field,=plate"],
        ["is,country,RU", "is,prop.form,permit", "is,prop.field,street"],
        ["is,country,RU", "is,prop.form,permit", "is,event,Form: Submission"],
    ]
    text = drawn(shown)
    assert "A dash: too few came this far" in text
    assert text.count("<rect") == 4
    assert "since step 2" in text
    assert "<a" not in drawn(shown, is_fixed=True, is_outside=True).split("<caption>")[1].split("</table>")[0]
    assert as_csv(shown, language("en")).decode("utf-8-sig").splitlines() == [
        'Form,Step,Visitors,"Of the first step, %",Lost,"Lost, %"',
        "permit,Started it,60,100.0,,",
        "permit,'=plate,50,83.3,10,16.7",
        "permit,street,,,,",
        "permit,Sent it,30,50.0,20,40.0",
    ]


def test_without_forms_a_team_is_told_how_to_count_them_and_others_are_not():
    shown = of_form(("(started)", 9), ("(sent)", 9))
    assert "footfall.full.js" in drawn(shown)
    assert "footfall.full.js" not in drawn(shown, is_outside=True)


def test_links_of_before_that_name_a_list_of_forms_show_the_forms():
    assert {tab("forms", name) for name in ("", "form_started", "form_field", "form_sent")} == {tab("forms", "form")}


def test_refused_panel_shows_its_sentence_and_its_other_tabs():
    def refuse(question):
        raise Refused(SENTENCE)

    panel, view = panel_of("devices"), read_view([("f", "is,country,RU"), ("f", "is,device,Mobile")])
    shown = show(panel, panel.tabs[0], view, refuse)
    text = text_of("shown.html", language("en"), shown=shown, view=view, here="/portals/p.example", portal_domain="p.example")
    assert SENTENCE in text
    assert "tab.devices=os" in text
    assert "CSV" not in text
