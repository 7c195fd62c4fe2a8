from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import BadQuestion
from footfall.serve.pages.view import COMPARISONS, FIELDS, INTERVALS, METRICS, OPERATORS, PERIODS, Chip, View, read_view

fields = st.sampled_from(sorted(FIELDS)) | st.text("abc ,\\é", min_size=1, max_size=8).map(lambda name: f"prop.{name}")
chips = st.builds(Chip, st.sampled_from(OPERATORS), fields, st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=3).map(tuple))
views = st.builds(
    View,
    period=st.sampled_from(PERIODS),
    compare=st.sampled_from(("", *COMPARISONS)),
    metric=st.sampled_from(METRICS),
    interval=st.sampled_from(("", *INTERVALS)),
    filters=st.lists(chips, max_size=4).map(tuple),
    refused=st.sampled_from(("", "1")),
    tabs=st.dictionaries(st.sampled_from(("pages", "sources")), st.sampled_from(sorted(FIELDS)), max_size=2).map(
        lambda tabs: tuple(tabs.items())
    ),
)


def of(query):
    return read_view(parse_qsl(query.removeprefix("?"), keep_blank_values=True))


@given(views)
def test_a_view_written_into_an_address_is_read_back_the_same(view):
    assert of(view.as_query()) == view


def test_address_without_anything_is_thirty_days_of_visitors():
    assert of("") == View(period="30d", metric="visitors")
    assert View().as_query() == ""


def test_custom_days_are_read_in_order_and_written_back():
    view = of("period=custom&from=2026-02-03&to=2026-01-05&compare=custom&compare_from=2025-01-01&compare_to=2025-01-31")
    assert view.date_range == ["2026-01-05", "2026-02-03"]
    assert view.comparisons == {"mode": "custom", "date_range": ["2025-01-01", "2025-01-31"]}
    assert of(view.as_query()) == view


def test_days_of_a_period_that_is_not_custom_are_let_go():
    assert of("period=7d&from=2026-01-01&to=2026-01-31") == View(period="7d")


def test_all_time_is_compared_with_nothing():
    assert of("period=all&compare=year").comparisons is None


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("period=9d", "period '9d' is not known. Valid: day, 24h"),
        ("metric=people", "metric 'people' is not known. Valid: visitors"),
        ("interval=year", "interval 'year' is not known"),
        ("refused=yes", "refused 'yes' is not known. Valid: 1."),
        ("compare=never", "compare 'never' is not known"),
        ("period=custom&from=2026-01-01", "needs two days"),
        ("period=custom&from=2026-01-01&to=soon", "needs two days"),
        ("f=like,page,/a", "Filter 'like' is not known. Valid: is, is_not"),
        ("f=is,planet,Mars", "A filter on 'planet' is not known. Valid: page"),
        ("f=is,page", "at least one value"),
        ("f=is,prop.,x", "A filter on 'prop.' is not known"),
        ("&".join(["f=is,page,/a"] * 21), "There are 21 filters here. Valid: at most 20."),
        (f"f=is,page,{'a' * 3000}", "at most 2000 characters"),
    ],
)
def test_what_is_not_valid_is_named_with_what_is(query, sentence):
    with pytest.raises(BadQuestion) as raised:
        of(query)
    assert sentence in str(raised.value)


def test_a_click_narrows_and_another_value_of_the_field_takes_its_place():
    once = View().with_filter("source", "Google").with_filter("country", "RU")
    twice = once.with_filter("source", "VK, or so")
    assert [chip.as_question() for chip in twice.filters] == [["is", "visit:country", ["RU"]], ["is", "visit:source", ["VK, or so"]]]
    assert twice.without_filter(0).filters == (Chip("is", "source", ("VK, or so",)),)


def test_a_filter_sent_by_the_form_joins_those_that_are_there():
    view = of("f=is,country,RU&field=page&operator=contains&value=/News")
    assert view.filters == (Chip("is", "country", ("RU",)), Chip("contains", "page", ("/News",)))
    assert view.filters[1].as_question() == ["contains", "event:page", ["/News"], {"case_sensitive": False}]


def test_a_property_is_filtered_by_its_own_name():
    assert Chip("is", "prop.theme", ("dark",)).as_question() == ["is", "event:props:theme", ["dark"]]
