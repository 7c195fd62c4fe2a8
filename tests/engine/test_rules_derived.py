"""Rules 16 to 21: derived metrics."""

import pytest

SIGNUP = ["is", "event:goal", ["Signup"]]


def test_percentage_is_of_all_visitors_under_the_same_filters(home):
    home.load(
        home.hit("10:00", source="Google"), home.hit("10:00", visitor=2), home.hit("10:00", visitor=3, source="Google", device="Mobile")
    )
    rows = [(["Google"], [66.7]), (["Direct / None"], [33.3])]
    assert home.ask("percentage", by="visit:source") == rows
    assert home.ask("percentage", by="visit:source", filters=[["is", "visit:device", ["Mobile"]]]) == [(["Google"], [100.0])]
    assert home.only("percentage") == [100.0]
    assert home.only("percentage", filters=[["is", "visit:device", ["Tablet"]]]) == [None]


def test_percentage_beside_event_metrics_divides_by_visitors_of_events(home):
    home.load(home.hit("10:00", path="/a"), home.hit("10:00", visitor=2, path="/a"), home.hit("10:00", visitor=2, path="/b"))
    rows = home.ask("percentage", "pageviews", by="event:page")
    assert rows == [(["/a"], [100.0, 2]), (["/b"], [50.0, 1])]


@pytest.fixture
def shop(home):
    """Six visitors, three from Google; of these two signed up, and one of the others did (with plan small)."""
    google = {"source": "Google"}
    home.load(
        *(home.hit("10:00", visitor=visitor, **google) for visitor in (1, 2, 3)),
        *(home.hit("10:00", visitor=visitor) for visitor in (4, 5, 6)),
        home.hit("10:01", visitor=1, name="Signup", props={"plan": "big"}),
        home.hit("10:01", visitor=2, name="Signup", props={"plan": "big"}),
        home.hit("10:01", visitor=4, name="Signup", props={"plan": "small"}),
        home.hit("10:02", visitor=4, path="/blog/x"),
    )
    return home


def test_conversion_rate_divides_by_all_visitors_without_goal_property_and_dimensions(shop):
    big = ["is", "event:props:plan", ["big"]]
    assert shop.only("visitors", "conversion_rate", filters=[SIGNUP]) == [3, 50.0]
    assert shop.only("visitors", "conversion_rate", filters=[SIGNUP, big]) == [2, 33.33]
    assert shop.ask("conversion_rate", by="visit:source", filters=[SIGNUP]) == [(["Google"], [33.33]), (["Direct / None"], [16.67])]
    by_goal = shop.ask("visitors", "conversion_rate", by="event:goal")
    assert by_goal == [(["Signup"], [3, 50.0]), (["Visit /blog/*"], [1, 16.67])]
    assert shop.only("conversion_rate", filters=[["is", "event:goal", ["Bought big"]]]) == [0.0]


def test_conversion_rate_keeps_filters_that_are_no_goal_and_no_property(shop):
    google = ["is", "visit:source", ["Google"]]
    assert shop.only("conversion_rate", filters=[SIGNUP, google]) == [66.67]
    nested = ["or", [["is", "event:props:plan", ["big"]], ["is", "event:page", ["/"]]]]
    assert shop.only("visitors", "conversion_rate", filters=[SIGNUP, nested]) == [3, 50.0]
    done = ["has_done", ["is", "event:goal", ["Visit /blog/*"]]]
    assert shop.only("visitors", "conversion_rate", filters=[SIGNUP, done]) == [1, 100.0]


def test_group_conversion_rate_divides_within_each_row(shop):
    rows = shop.ask("visitors", "group_conversion_rate", by="visit:source", filters=[SIGNUP])
    assert rows == [(["Google"], [2, 66.67]), (["Direct / None"], [1, 33.33])]
    by_both = shop.ask("group_conversion_rate", by="event:goal,visit:source", order_by=[["event:goal", "asc"], ["visit:source", "desc"]])
    assert by_both == [
        (["Signup", "Google"], [66.67]),
        (["Signup", "Direct / None"], [33.33]),
        (["Visit /blog/*", "Direct / None"], [33.33]),
    ]
    assert shop.ask("group_conversion_rate", by="visit:entry_page", filters=[SIGNUP]) == [(["/"], [50.0])]


def test_exit_rate_drops_the_exit_page_filter_and_keeps_others(home):
    home.load(
        home.hit("10:00", path="/a", source="Google"),
        home.hit("10:01", path="/b"),
        home.hit("10:02", path="/a"),
        home.hit("10:00", visitor=2, path="/a"),
        home.hit("10:01", visitor=2, path="/b"),
        home.hit("10:00", visitor=3, path="/b", source="Google"),
    )
    asked = {"by": "visit:exit_page", "order_by": [["visit:exit_page", "asc"]]}
    assert home.ask("exit_rate", "visits", **asked) == [(["/a"], [33.3, 1]), (["/b"], [66.7, 2])]
    assert home.ask("exit_rate", filters=[["is", "visit:exit_page", ["/b"]]], **asked) == [(["/b"], [66.7])]
    assert home.ask("exit_rate", filters=[["is", "visit:source", ["Google"]]], **asked) == [(["/a"], [50.0]), (["/b"], [50.0])]
    assert home.ask("exit_rate", filters=[["is", "visit:entry_page", ["/b"]]], **asked) == [(["/b"], [100.0])]


def test_exit_page_without_a_pageview_in_the_range_has_no_rate(home):
    home.load(home.hit("10:00", path="/a"), home.hit("10:20", name="Signup"))
    rows = home.ask("exit_rate", by="visit:exit_page", date_range=["2026-03-10T10:10:00", "2026-03-10T10:30:00"])
    assert rows == [(["/a"], [None])]


def test_scroll_depth_is_the_mean_of_each_visits_deepest_value(home):
    ping = {"name": "engagement", "path": "/a"}
    home.load(
        home.hit("10:00", path="/a"),
        home.hit("10:01", **ping, scroll_depth=20, engagement_ms=10_000),
        home.hit("10:02", **ping, scroll_depth=60, engagement_ms=21_500),
        home.hit("10:03", **ping, scroll_depth=255, engagement_ms=0),
        home.hit("10:00", visitor=2, path="/a"),
        home.hit("10:01", visitor=2, **ping, scroll_depth=33, engagement_ms=0),
        home.hit("10:00", visitor=3, path="/a"),
        home.hit("10:01", visitor=3, **ping, scroll_depth=255, engagement_ms=1000),
        home.hit("10:00", visitor=4, path="/b"),
    )
    rows = home.ask("visitors", "scroll_depth", "time_on_page", by="event:page")
    assert rows == [(["/a"], [3, 46, 16]), (["/b"], [1, None, None])]
    assert home.only("scroll_depth", "time_on_page", filters=[["is", "event:page", ["/b"]]]) == [None, None]


def test_scroll_depth_under_a_host_filter_has_the_same_visits_as_its_row(home):
    ping = {"name": "engagement", "path": "/a", "hostname": "two.example"}
    home.load(
        home.hit("10:00", path="/a", hostname="two.example"),
        home.hit("10:01", **ping, scroll_depth=20),
        home.hit("10:00", visitor=2, path="/", hostname="one.example"),
        home.hit("10:01", visitor=2, path="/a", hostname="two.example"),
        home.hit("10:02", visitor=2, **ping, scroll_depth=90),
    )
    filters = [["is", "event:hostname", ["two.example"]], ["is", "event:page", ["/a"]]]
    assert home.ask("visitors", "scroll_depth", by="visit:source", filters=filters) == [(["Direct / None"], [1, 20])]


def test_halves_go_to_the_even_neighbour(home):
    home.load(*(home.hit("10:00", visitor=visitor) for visitor in range(1, 9)))
    home.load(*(home.hit("10:00:04", visitor=visitor, path="/b") for visitor in range(2, 9)))
    assert home.only("bounce_rate", "visit_duration") == [12, 4]
    assert home.only("views_per_visit") == [1.88]
