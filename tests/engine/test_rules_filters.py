"""Rules 22 to 30: goals and filters."""

import pytest

from footfall.vocabulary import Goal


def test_goals_are_reached_by_name_glob_depth_and_all_of_their_properties(home):
    home.load(
        home.hit("10:00", path="/blog/2026/x"),
        home.hit("10:01", path="/long"),
        home.hit("10:02", path="/long", name="engagement", scroll_depth=50),
        home.hit("10:03", name="Buy", props={"plan": "big", "pay": "card", "more": "x"}),
        home.hit("10:00", visitor=2, path="/blogs"),
        home.hit("10:01", visitor=2, path="/long", name="engagement", scroll_depth=49),
        home.hit("10:02", visitor=2, path="/long", name="engagement", scroll_depth=255),
        home.hit("10:03", visitor=2, name="Buy", props={"plan": "big"}),
        home.hit("10:04", visitor=2, name="Signup", path="/blog/y"),
        home.hit("10:05", visitor=2, name="Signup"),
    )
    rows = home.ask("visitors", "events", "visits", by="event:goal", order_by=[["event:goal", "asc"]])
    assert rows == [
        (["Signup"], [1, 2, 1]),
        (["Visit /blog/*"], [1, 1, 1]),
        (["Read half"], [1, None, 1]),
        (["Bought big"], [1, 1, 1]),
    ]


def test_a_portal_without_goals_has_no_rows_by_goal(town):
    home = town(goals=())
    home.load(home.hit("10:00"), home.hit("10:01", name="Signup"))
    assert home.ask("visitors", "events", "conversion_rate", by="event:goal") == []


@pytest.mark.parametrize("path", ["/a/**/z", "/a/*/z", "/a*z"])
def test_one_star_and_two_match_anything_and_nothing_else_is_a_pattern(town, path):
    home = town(
        goals=(Goal(id=1, portal_id=1, page_path=path, display_name="G"), Goal(id=2, portal_id=1, page_path="/a.z", display_name="H"))
    )
    home.load(home.hit("10:00", path="/a/b/c/z"), home.hit("10:00", visitor=2, path="/a/b/z/y"), home.hit("10:00", visitor=3, path="/abz"))
    reached = 1 if "/" in path[1:] else 2
    assert home.ask("visitors", by="event:goal") == [(["G"], [reached])]


def test_one_event_reaches_several_goals_and_a_goal_filter_leaves_its_own_rows(town):
    goals = [Goal(id=place, portal_id=1, page_path=path, display_name=path) for place, path in enumerate(("/a/*", "/a/b", "/c"))]
    home = town(goals=tuple(goals))
    home.load(home.hit("10:00", path="/a/b"), home.hit("10:01", path="/c"))
    assert home.ask("visitors", by="event:goal") == [([path], [1]) for path in ("/a/*", "/a/b", "/c")]
    assert home.ask("events", by="event:goal", filters=[["is", "event:goal", ["/a/b"]]]) == [(["/a/b"], [1])]
    assert home.ask("events", by="event:goal", filters=[["contains", "event:goal", ["/a"]]]) == [(["/a/*"], [1]), (["/a/b"], [1])]


def test_events_of_scroll_goals_alone_are_not_known(home):
    home.load(home.hit("10:00", path="/long"), home.hit("10:01", path="/long", name="engagement", scroll_depth=80))
    assert home.only("events", "visitors", filters=[["is", "event:goal", ["Read half"]]]) == [None, 1]
    assert home.only("events", "visitors", filters=[["is", "event:goal", ["Read half", "Signup"]]]) == [0, 1]


def test_goals_are_named_by_is_and_contains_in_any_case_if_asked(home):
    home.load(home.hit("10:00", name="Signup"), home.hit("10:00", visitor=2, path="/blog/x"))
    assert home.only("visitors", filters=[["contains", "event:goal", ["ign"]]]) == [1]
    assert home.only("visitors", filters=[["contains", "event:goal", ["VISIT"]]]) == [0]
    assert home.only("visitors", filters=[["contains", "event:goal", ["VISIT"], {"case_sensitive": False}]]) == [1]
    assert home.only("visitors", filters=[["is", "event:goal", ["signup"], {"case_sensitive": False}]]) == [1]


@pytest.fixture
def pages(home):
    for visitor, path in enumerate(("/About", "/about/team", "/news", "/новости"), start=1):
        home.load(home.hit("10:00", visitor=visitor, path=path, source="Google" if visitor == 1 else ""))
    return home


@pytest.mark.parametrize(
    ("operator", "values", "case", "count"),
    [
        ("is", ["/About", "/news"], True, 2),
        ("is", ["/about"], True, 0),
        ("is", ["/about", "/НОВОСТИ"], False, 2),
        ("contains", ["bout"], True, 2),
        ("contains", ["/about", "new"], True, 2),
        ("contains", ["ABOUT"], True, 0),
        ("contains", ["ABOUT", "ОСТ"], False, 3),
        ("matches", ["^/a"], True, 1),
        ("matches", ["^/a", "s$"], True, 2),
        ("matches", ["^/a.*M$"], False, 1),
        ("matches", ["b.ut"], True, 2),
    ],
)
def test_any_listed_value_fits_and_the_negation_takes_the_rest(pages, operator, values, case, count):
    options = [] if case else [{"case_sensitive": False}]
    assert pages.only("visitors", filters=[[operator, "event:page", values, *options]]) == [count]
    assert pages.only("visitors", filters=[[f"{operator}_not", "event:page", values, *options]]) == [4 - count]


def test_more_values_than_the_store_searches_at_once(pages):
    assert pages.only("visitors", filters=[["contains", "event:page", [*(f"none{number}" for number in range(600)), "news"]]]) == [1]


def test_filters_nest_and_stay_within_their_portal(pages, town):
    neighbour = town()
    neighbour.load(*(neighbour.hit("10:00", visitor=visitor, path="/news") for visitor in range(1, 6)))
    about, news, google = ["contains", "event:page", ["bout"]], ["is", "event:page", ["/news"]], ["is", "visit:source", ["Google"]]
    assert pages.only("visitors", filters=[["or", [about, news]]]) == [3]
    assert pages.only("visitors", filters=[["or", [["and", [about, google]], news]]]) == [2]
    assert pages.only("visitors", filters=[["not", about], ["not", google]]) == [2]
    assert pages.only("visitors", filters=[["not", ["or", [google, news]]]]) == [2]
    assert pages.only("visits", filters=[["or", [google, ["is", "visit:device", [""]]]]]) == [4]
    assert pages.ask("visitors", by="event:page", filters=[google, ["or", [about, news]]]) == [(["/About"], [1])]


LABELS = {
    "Direct / None": ("source", "referrer"),
    "Direct": ("channel",),
    "(not set)": (
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_content",
        "utm_term",
        "device",
        "browser",
        "browser_version",
        "os",
        "os_version",
    ),
}


def test_missing_values_have_a_label_that_filters_know(home):
    columns = [name for names in LABELS.values() for name in names]
    home.load(home.hit("10:00"), home.hit("10:00", visitor=2), home.hit("10:00", visitor=3, **dict.fromkeys(columns, "x")))
    for label, names in LABELS.items():
        for name in names:
            assert home.ask("visitors", by=f"visit:{name}") == [([label], [2]), (["x"], [1])]
            assert home.only("visitors", filters=[["is", f"visit:{name}", [label]]]) == [2]
        kept = [home.only("visitors", "events", filters=[[operator, f"visit:{names[0]}", [label]]]) for operator in ("contains", "is_not")]
        assert kept == [[2, 2], [1, 1]]


def test_negations_on_a_property_and_the_events_that_lack_it(home):
    home.load(
        home.hit("10:00", name="Buy", props={"plan": "big"}),
        home.hit("10:00", visitor=2, name="Buy", props={"plan": "small"}),
        home.hit("10:00", visitor=3, name="Buy"),
    )

    def kept(operator, *values):
        return home.only("visitors", filters=[[operator, "event:props:plan", list(values)]])[0]

    assert [kept("is", "big"), kept("is", "(none)"), kept("is", "big", "(none)")] == [1, 1, 2]
    assert [kept("is_not", "big"), kept("is_not", "(none)"), kept("is_not", "big", "(none)")] == [2, 2, 1]
    assert [kept("contains", "i"), kept("contains_not", "i"), kept("contains_not", "b")] == [1, 1, 1]
    assert [kept("matches", "^s"), kept("matches_not", "^s"), kept("matches_not", "l$|g$")] == [1, 1, 0]


def test_a_host_filter_also_acts_on_the_entry_host_of_sources_and_the_exit_host_of_exits(home):
    home.load(
        home.hit("10:00", hostname="shop.example", path="/s", source="Google"),
        home.hit("10:01", hostname="blog.example", path="/b"),
        home.hit("10:00", visitor=2, hostname="blog.example", path="/b", source="VK"),
        home.hit("10:01", visitor=2, hostname="shop.example", path="/s"),
    )
    on_shop = [["is", "event:hostname", ["shop.example"]]]
    assert home.only("visitors", "events", filters=on_shop) == [2, 2]
    assert home.ask("visitors", by="visit:source", filters=on_shop) == [(["Google"], [1])]
    assert home.ask("visitors", "pageviews", by="visit:source", filters=on_shop) == [(["Google"], [1, 1])]
    assert home.ask("visits", by="visit:entry_page", filters=on_shop) == [(["/s"], [1])]
    assert home.ask("visits", by="visit:exit_page", filters=on_shop) == [(["/s"], [1])]
    assert home.ask("visitors", by="visit:utm_source", filters=on_shop) == [(["(not set)"], [1])]
    assert home.ask("visitors", by="visit:device", filters=on_shop) == [(["(not set)"], [2])]


def test_has_done_takes_visits_with_a_matching_event_in_the_range(home):
    home.load(
        home.hit("10:00", path="/a"),
        home.hit("10:20", name="Signup", path="/a"),
        home.hit("10:00", visitor=2, path="/a"),
        home.hit("10:10", visitor=2, path="/b", name="engagement", engagement_ms=5),
        home.hit("10:00", visitor=0, path="/a"),
    )
    signed = ["is", "event:goal", ["Signup"]]
    assert home.only("visits", "visitors", filters=[["has_done", signed]]) == [1, 1]
    assert home.only("visits", "pageviews", filters=[["has_not_done", signed]]) == [1, 1]
    assert home.ask("pageviews", by="event:page", filters=[["has_done", signed]]) == [(["/a"], [1])]
    early = ["2026-03-10T10:00:00", "2026-03-10T10:19:59"]
    assert home.only("visits", filters=[["has_done", signed]], date_range=early) == [0]
    assert home.only("visits", filters=[["has_done", ["is", "event:page", ["/b"]]]]) == [0]
    assert home.only("visits", filters=[["or", [["has_done", signed], ["is", "visit:device", ["Mobile"]]]]]) == [1]


def test_a_scroll_goal_that_was_done_lets_no_engagement_into_the_counts(home):
    home.load(
        home.hit("10:00", path="/long"),
        home.hit("10:01", path="/long", name="engagement", scroll_depth=80),
        home.hit("10:02", path="/other", name="engagement", scroll_depth=80),
    )
    rows = home.ask("visitors", "events", by="event:page", filters=[["has_done", ["is", "event:goal", ["Read half"]]]])
    assert rows == [(["/long"], [1, 1])]


def test_places_are_shown_and_filtered_by_name(home):
    berlin = {"country": "DE", "region": "DE-BE", "city": "2950159"}
    home.load(
        home.hit("10:00", **berlin),
        home.hit("10:00", visitor=2, country="DE", region="DE-BY", city="Pöcking"),
        home.hit("10:00", visitor=3, country="XX", region="XX-1", city="999999999"),
    )
    by_name = {"order_by": [["visitors", "desc"]]}
    assert sorted(home.ask("visitors", by="visit:country_name", **by_name)) == [(["Germany"], [2]), (["XX"], [1])]
    names = home.ask("visitors", by="visit:region_name,visit:city_name", order_by=[["visit:region_name", "asc"]])
    assert names == [(["Bavaria", "Pöcking"], [1]), (["Berlin", "Berlin"], [1]), (["XX-1", "999999999"], [1])]

    def kept(operator, place, *values, **options):
        return home.only("visitors", filters=[[operator, f"visit:{place}_name", list(values), options]])[0]

    assert [kept("is", "country", "Germany"), kept("is", "country", "DE"), kept("is", "country", "XX")] == [2, 0, 1]
    assert [kept("is_not", "country", "Germany"), kept("contains", "country", "erman"), kept("contains", "country", "DE")] == [1, 2, 0]
    assert [kept("matches", "region", "^B"), kept("matches_not", "region", "^Ba"), kept("contains", "region", "X")] == [2, 2, 1]
    assert [kept("is", "city", "Berlin"), kept("is", "city", "Pöcking"), kept("is", "city", "999999999")] == [1, 1, 1]
    assert [kept("is", "city", "2950159"), kept("contains", "city", "ö"), kept("is", "city", "berlin", case_sensitive=False)] == [0, 1, 1]
    assert home.only("visitors", "events", filters=[["is", "visit:city", ["2950159"]]]) == [1, 1]


def test_entry_pages_are_negated_alike_for_hits_with_and_without_a_visit(home):
    home.load(home.hit("10:00", path="/a"), home.hit("10:00", visitor=2, path="/b"), home.hit("10:00", visitor=0, path="/c"))
    entered = ["is", "visit:entry_page", ["/a"]]
    assert home.only("pageviews", filters=[entered]) == [1]
    assert home.only("pageviews", filters=[["is_not", "visit:entry_page", ["/a"]]]) == [2]
    assert home.only("pageviews", filters=[["not", entered]]) == [2]


ODD = [
    "\0z",
    "'",
    "\\",
    "\\'",
    "{p0:String}",
    "%d%%",
    "a\tb",
    "a\nb",
    "\N{SNOWMAN}\N{PILE OF POO}",
    "; DROP TABLE events",
    "x" * 5000,
    "\\N",
    "NULL",
    "--",
    "[1]",
]


def test_values_reach_the_store_as_they_are(home):
    home.load(*(home.hit("10:00", visitor=number, path=f"/{odd}") for number, odd in enumerate(ODD, start=1)))
    for odd in ODD:
        assert home.ask("pageviews", by="event:page", filters=[["is", "event:page", [f"/{odd}"]]]) == [([f"/{odd}"], [1])]
        holding = [other for other in ODD if f"/{odd}" in f"/{other}"]
        assert home.only("visitors", filters=[["contains", "event:page", [f"/{odd}"]]]) == [len(holding)]
