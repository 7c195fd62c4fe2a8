from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import BadQuestion
from footfall.serve.pages.listing import ORDERS, PERIODS, SORTS, Listing, read_listing

LISTINGS = st.builds(
    Listing,
    q=st.text(max_size=20).map(str.strip),
    group=st.text(max_size=20).map(str.strip),
    period=st.sampled_from(PERIODS),
    sort=st.sampled_from(list(SORTS)),
    order=st.sampled_from(ORDERS),
    alerts=st.sampled_from(["", "only"]),
    page=st.integers(1, 50),
)


@given(LISTINGS)
def test_every_listing_is_read_back_from_its_address(listing):
    assert read_listing(dict(parse_qsl(listing.as_query().removeprefix("?")))) == listing


def test_the_usual_listing_has_a_bare_address():
    assert (read_listing({}), Listing().as_query()) == (Listing(), "")


def test_a_column_begins_with_its_own_direction_and_turns_when_asked_again():
    by_name = Listing(page=3).sorted_by("name")
    assert (by_name.sort, by_name.order, by_name.page) == ("name", "asc", 1)
    assert (by_name.sorted_by("name").order, by_name.sorted_by("change").order) == ("desc", "desc")


def test_a_change_leads_to_the_first_page_unless_it_is_the_page():
    assert (Listing(page=3).changed(q="park").page, Listing(page=3).changed(page=4).page) == (1, 4)


@pytest.mark.parametrize(
    "given", [{"page": "0"}, {"page": "x"}, {"page": "²"}, {"period": "30d"}, {"sort": "id"}, {"order": "up"}, {"alerts": "1"}]
)
def test_what_is_not_valid_is_named_with_what_is(given):
    with pytest.raises(BadQuestion, match=f"{next(iter(given))} .*Valid: "):
        read_listing(given)
