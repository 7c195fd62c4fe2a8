"""The staff policy on real rows: every metric rests on its own visitors."""

import pytest

from footfall.errors import Refused


def released(store, *metrics, **asked):
    answer = store.answer(*metrics, policy="staff", **asked)
    return [(*row.dimensions, *row.metrics) for row in answer.rows], answer.meta["release"]["withheld"]


@pytest.fixture
def crowd(home):
    """Twelve visitors on /a by way of /in; an odd one enters on /a and scrolls there; nine convert there, ten at /in."""
    home.load(*(home.hit("10:00", visitor=visitor, path="/in", device="Mobile" if visitor < 12 else "Desktop") for visitor in range(1, 13)))
    home.load(*(home.hit("10:01", visitor=visitor, path="/a") for visitor in range(1, 12)))
    home.load(*(home.hit("10:02", visitor=visitor, name="Signup", path="/a") for visitor in range(1, 10)))
    home.load(*(home.hit("10:03", visitor=visitor, name="Buy", path="/in") for visitor in range(1, 11)))
    home.load(
        home.hit("10:00", visitor=20, path="/a", source="Google"),
        home.hit("10:01", visitor=20, path="/a", name="engagement", scroll_depth=77, engagement_ms=61_000),
        home.hit("10:40", visitor=20, path="/few"),
    )
    return home


def test_one_minute_of_few_is_blank_without_dimensions(crowd):
    lonely = ["2026-03-10T10:40:00", "2026-03-10T10:40:00"]
    quiet = ["2026-03-10T16:00:00", "2026-03-10T16:00:59"]
    for date_range in (lonely, quiet):
        assert released(crowd, "visitors", "pageviews", date_range=date_range) == ([(None, None)], 1)
    assert released(crowd, "visitors", "pageviews") == ([(13, 25)], 0)


def test_a_pages_entries_and_scrolls_are_cells_of_their_own(crowd):
    metrics = ("visitors", "visits", "bounce_rate", "visit_duration", "views_per_visit", "scroll_depth", "time_on_page")
    rows, withheld = released(crowd, *metrics, by="event:page", order_by=[["event:page", "asc"]])
    assert rows == [("/a", 12, 12, None, None, None, None, None), ("/in", 12, 12, 8, 155, 1.92, None, None)]
    assert withheld == 0


def test_a_page_filters_bounce_rate_rests_on_those_who_entered_there(crowd):
    on_a = [["is", "event:page", ["/a"]]]
    assert released(crowd, "visitors", "bounce_rate", "visit_duration", filters=on_a) == ([(12, None, 155)], 0)


def test_conversions_of_nine_are_folded_and_of_ten_shown(crowd):
    metrics = ("visitors", "conversion_rate", "group_conversion_rate")
    for name, row in (("Signup", (None, None, None)), ("Bought", (None, None, None))):
        rows, _ = released(crowd, *metrics, filters=[["contains", "event:goal", [name]]])
        assert rows == [row]
    buy = [["is", "event:name", ["Buy"]]]
    assert released(crowd, "visitors", "events", "pageviews", filters=buy) == ([(10, 10, None)], 0)


def test_name_of_a_property_that_nine_carry_is_nobodys(home):
    home.load(*(home.hit("10:00", visitor=visitor, name="Vote", props={"option": "park", "round": ""}) for visitor in range(1, 11)))
    home.load(*(home.hit("10:01", visitor=visitor, name="Vote", props={"option": "pool", "ward": "7"}) for visitor in range(1, 10)))
    rows, withheld = released(home, "visitors", "events", "percentage", by="event:props")
    assert (rows, withheld) == ([("option", 10, 19, 100.0)], 0)
    rows, withheld = released(home, "visitors", "events", by="event:props:option")
    assert (rows, withheld) == ([("park", 10, None)], 0), "19 events less 10 would be the nine of the others"


def test_order_page_and_total_say_nothing_of_folded_rows(crowd):
    asked = {"by": "event:page", "order_by": [["bounce_rate", "desc"]], "include": {"total_rows": True}}
    answer = crowd.answer("visitors", "bounce_rate", policy="staff", pagination={"limit": 1, "offset": 1}, **asked)
    assert [(*row.dimensions, *row.metrics) for row in answer.rows] == [("/a", 12, None)]
    assert answer.meta["total_rows"] == 2


def test_comparison_with_few_is_as_blank_as_with_none(crowd):
    crowd.load(crowd.hit("2026-03-09T10:00", visitor=30))
    for day in ("2026-03-09", "2026-03-08"):
        include = {"comparisons": {"mode": "custom", "date_range": [day, day]}}
        asked = {"date_range": ["2026-03-10", "2026-03-10"], "include": include}
        for by, labels in (("", ()), ("time:day", ("2026-03-10",))):
            row = crowd.answer("visitors", by=by, policy="staff", **asked).rows[0]
            assert (row.dimensions, row.metrics, row.comparison.metrics, row.change) == (labels, (13,), (None,), (None,))


def test_rows_beside_tell_no_more_than_they_do_alone(home):
    """Sources of a day of which all are hidden, as one of them is few, may not be had by comparing another day with it."""
    home.load(*(home.hit("2026-03-09T10:00", visitor=visitor, source="Google" if visitor < 41 else "News") for visitor in range(1, 44)))
    home.load(*(home.hit("10:00", visitor=visitor, source="Google" if visitor < 41 else "News") for visitor in range(1, 101)))
    alone = {"date_range": ["2026-03-09", "2026-03-09"]}
    assert (released(home, "visitors", **alone)[0], released(home, "visitors", by="visit:source", **alone)[0]) == ([(43,)], [])
    include = {"comparisons": {"mode": "custom", **alone}}
    rows = home.answer("visitors", by="visit:source", policy="staff", date_range=["2026-03-10", "2026-03-10"], include=include).rows
    assert [(row.dimensions, row.metrics, row.comparison.metrics, row.change) for row in rows] == [
        (("News",), (60,), (None,), (None,)),
        (("Google",), (40,), (None,), (None,)),
    ]


def test_two_visitor_attributes_at_most_filters_included(crowd):
    phones = ["is", "visit:device", ["Mobile"]]
    assert released(crowd, "visitors", by="visit:country", filters=[phones]) == ([("", 11)], 0)
    with pytest.raises(Refused, match="combines browser, device, place"):
        crowd.answer("visitors", by="visit:country", policy="staff", filters=[phones, ["is", "visit:browser", ["Firefox"]]])


def test_one_signup_does_not_hide_behind_ten_who_scrolled(home):
    home.load(*(home.hit("10:00", visitor=visitor, path="/long") for visitor in range(1, 12)))
    home.load(*(home.hit("10:01", visitor=visitor, name="engagement", path="/long", scroll_depth=90) for visitor in range(1, 12)))
    home.load(home.hit("10:02", name="Signup"))
    filters = [["is", "event:goal", ["Read half", "Signup"]]]
    assert released(home, "visitors", "events", filters=filters) == ([(11, None)], 0)
