"""Forms of a portal's page carry its address, and reasons all have words."""

import pytest

from footfall.collect.pipeline import REASONS
from footfall.errors import BadQuestion
from footfall.serve.pages.portal_forms import view_of
from footfall.serve.pages.refused import REASON_WORDS
from footfall.serve.pages.view import View, read_chips


def test_form_leads_back_to_the_view_it_came_from():
    view = View(period="7d", filters=read_chips(["is,page,/a\\,b", "contains,source,o&o"]), refused="1")
    assert view_of({"view": view.as_query()}) == view
    assert view_of({}) == view_of({"view": ""}) == View()


def test_saved_filters_are_read_as_addresses_are():
    (chip,) = read_chips(["is,source,Google,Bing"])
    assert (chip.operator, chip.field, chip.values) == ("is", "source", ("Google", "Bing"))
    with pytest.raises(BadQuestion, match="A filter on 'planet' is not known"):
        read_chips(["is,source,Google", "is,planet,Mars"])


def test_every_reason_for_refusing_has_a_name_and_a_meaning():
    assert set(REASON_WORDS) == set(REASONS)
    assert len({name for name, _ in REASON_WORDS.values()}) == len(REASONS)
