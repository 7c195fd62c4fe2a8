"""The marts' true counts on a small portal nearly six hours ahead of UTC, known by hand; and cells written and read back."""

from datetime import date

import pytest

from footfall.privacy.marts import MARTS
from footfall.store.item_topics import current_topics, put_item_topics
from footfall.store.marts import NAMES, Asked, Words, bounded_counts, cells_of, counted_together, known_keys, write_cells
from footfall.store.marts import TOPICS as TOPIC_MARTS
from footfall.vocabulary import FIRST_LATE_ID, Goal

ZONE, TUESDAY = "Asia/Kathmandu", date(2026, 3, 10)
MONDAY, SUNDAY = date(2026, 3, 9), date(2026, 3, 15)
BY_NAME = {mart.name: mart for mart in MARTS}
FROM_SEARCH = {"source": "Google", "channel": "Organic Search", "device": "Mobile", "country": "NP", "region": "NP-P3"}
TOPICS = ("culture", "health", "parks", "transport", "waste")
PAGE_TOPICS = [
    *(("/a", "transport", 0.9), ("/a", "parks", 0.4), ("/b", "transport", 0.8), ("/c", "waste", 0.7), ("/late", "waste", 0.6)),
    *(("/night", "culture", 0.9), ("/early", "sport", 0.9)),
    *((f"/many/{number:02d}", TOPICS[number % 5], 1.0) for number in range(25)),
]
"""``sport`` is not in the taxonomy."""
HERE, THERE = "herald.example", "museum.example"
MANY = [f"/many/{number:02d}" for number in range(25)]


@pytest.fixture(scope="module")
def walked():
    """What is loaded already, so that it is loaded once a module and engine."""
    return {}


@pytest.fixture
def portal(town, walked, module_engine):
    if id(module_engine) not in walked:
        opened = town(ZONE)
        id_ = opened.portal.id
        goals = (
            Goal(id=7, portal_id=id_, event_name="Signup", display_name="Signup", custom_props={"plan": "big"}),
            Goal(id=8, portal_id=id_, page_path="/many/1*", display_name="Many"),
            Goal(id=9, portal_id=id_, page_path="/c", scroll_threshold=50, display_name="Read half"),
            Goal(id=10, portal_id=id_, page_path="/nobody", display_name="Nobody"),
            Goal(id=11, portal_id=id_ + 1, page_path="/a", display_name="Another portal's"),
        )
        opened.goals = goals
        opened.load(*day_of_hits(opened))
        put_item_topics(opened.engine, [(id_, *row) for row in PAGE_TOPICS], 3, TOPICS)
        walked[id(module_engine)] = opened
    return walked[id(module_engine)]


def day_of_hits(town):
    def hit(day, clock, *given, **rest):
        return town.hit(f"2026-03-{day:02d}T{clock}+05:45", *given, **rest)

    return [
        hit(9, "23:50:00", 3, path="/late"),
        hit(10, "00:10:00", 3, path="/early"),
        hit(10, "00:20:00", 3, "Signup", path="/early", props={"plan": "big"}),
        hit(10, "09:00:00", 1, path="/a", **FROM_SEARCH),
        hit(10, "09:01:00", 1, path="/b"),
        hit(10, "09:02:00", 1, "Site Search", path="/b", props={"search_query": " Parking"}),
        hit(10, "09:02:00", 1, "Signup", path="/b", props={"plan": "big"}),
        hit(10, "09:03:00", 1, "engagement", path="/never", engagement_ms=5000),
        hit(10, "09:30:00", 0, path="/a"),
        *(hit(10, f"12:{number // 6:02d}:{number % 6}0", 4, path=path, device="Desktop") for number, path in enumerate(MANY)),
        hit(10, "15:00:00", 1, path="/c", source="Direct", device="Desktop"),
        hit(10, "15:00:30", 1, "engagement", path="/c", scroll_depth=60),
        hit(10, "16:00:00", 1, path="/c", referrer=f"{HERE}/own"),
        hit(10, "16:40:00", 1, path="/c", referrer="art.example/shows"),
        hit(10, "17:20:00", 1, path="/c", referrer="elsewhere.example"),
        hit(10, "23:50:00", 2, path="/a", **FROM_SEARCH),
        hit(11, "00:10:00", 2, path="/night"),
        hit(11, "11:00:00", 5, path="/a"),
        hit(11, "11:01:00", 5, path="/c"),
        hit(11, "11:02:00", 5, "Site Search", path="/c", props={"search_query": "parking"}),
        hit(10, "12:00:00", FIRST_LATE_ID, path="/a"),
        hit(16, "00:10:00", 6, "Site Search", path="/a", props={"search_query": "parking"}),
    ]


def asked_of(portal, name, first=TUESDAY, last=TUESDAY):
    site, version = portal.portal.id, current_topics(portal.engine).version
    words = Words(topics=TOPICS, version=version, hosts={site: (HERE,), site + 1: (THERE, "art.example")})
    return Asked(mart=name, cells=BY_NAME[name].cells, sites={site: ZONE}, first=first, last=last, goals=portal.goals, words=words)


def counts(portal, name, *, first=TUESDAY, last=TUESDAY, nonce=1):
    found = bounded_counts(portal.engine, asked_of(portal, name, first, last), nonce)
    assert {site for site, _ in found} <= {portal.portal.id}
    return {keys: visitors for (_, keys), visitors in found.items()}


def test_there_is_a_statement_for_every_mart():
    assert tuple(BY_NAME) == NAMES


def test_marts_of_topics_that_are_read_together_are_those_of_each_alone(portal):
    wanted = [(asked_of(portal, name), nonce) for nonce, name in enumerate((*TOPIC_MARTS, *TOPIC_MARTS))]
    wanted = [(asked_of(portal, asked.mart, MONDAY, SUNDAY) if asked.mart == "topic_pair" else asked, nonce) for asked, nonce in wanted]
    together = counted_together(portal.engine, wanted)
    assert together == [bounded_counts(portal.engine, asked, nonce) for asked, nonce in wanted]
    assert all(together)


def test_what_no_nonce_chooses_is_read_once_for_both_releases(portal):
    class Counting:
        asked = 0

        def query(self, *given, **rest):
            self.asked += 1
            return portal.engine.query(*given, **rest)

    for name, times in (("hour", 1), ("page", 2)):
        engine, asked = Counting(), asked_of(portal, name)
        assert counted_together(engine, [(asked, 1), (asked, 2)])[1] == bounded_counts(portal.engine, asked, 2)
        assert engine.asked == times


def test_a_portal_counts_its_visitors_on_the_day_that_their_id_began(portal):
    assert counts(portal, "portal") == {(): 3}
    assert counts(portal, "portal", first=MONDAY, last=MONDAY) == {(): 1}
    assert counts(portal, "portal", first=date(2026, 3, 11), last=date(2026, 3, 11)) == {(): 1}


def test_pages_over_midnight_go_with_the_day_before_and_hits_without_a_visitor_are_in_none(portal):
    found = counts(portal, "page")
    many = {keys for keys in found if keys[0] in MANY}
    assert {keys: count for keys, count in found.items() if keys not in many} == {("/a",): 2, ("/b",): 1, ("/c",): 1, ("/night",): 1}
    assert len(many) == 10
    assert {found[keys] for keys in many} == {1}
    assert counts(portal, "page", first=MONDAY, last=MONDAY) == {("/late",): 1, ("/early",): 1}


def test_which_pages_count_of_a_visitor_with_many_is_told_by_the_nonce_alone(portal):
    samples = [frozenset(counts(portal, "page", nonce=nonce)) for nonce in (1, 1, 2, 3)]
    assert samples[0] == samples[1]
    assert len(set(samples)) == 3


def test_first_visit_says_where_a_visitor_came_from_and_how_long_it_was(portal):
    assert counts(portal, "source") == {("Organic Search", "Google"): 2, ("", ""): 1}
    assert counts(portal, "place_device") == {("NP", "NP-P3", "Mobile"): 2, ("", "", "Desktop"): 1}
    assert counts(portal, "duration") == {("120",): 1, ("300",): 1, ("1800",): 1}


def test_hours_are_those_of_the_portals_clock(portal):
    assert counts(portal, "hour") == {("09",): 1, ("12",): 1, ("23",): 1}


def test_entries_and_exits_are_two_a_visitor_at_most(portal):
    found = counts(portal, "entry_exit")
    assert sum(found.values()) == 6
    assert {("entry", "/many/00"), ("exit", "/many/24"), ("exit", "/night")} <= set(found)
    assert set(found) <= {(side, path) for side in ("entry", "exit") for path in ("/a", "/b", "/c", "/night", "/many/00", "/many/24")}


def test_goals_are_reached_as_in_reports(portal):
    assert counts(portal, "goal") == {("7",): 1, ("8",): 1, ("9",): 1}


def test_topics_are_at_the_hour_of_their_first_page_and_have_a_visitor_once(portal):
    found = counts(portal, "topic_hour")
    of_many = {keys: found.pop(keys) for keys in list(found) if keys[1] == "12"}
    assert found == {("transport", "09"): 1, ("parks", "09"): 1, ("waste", "15"): 1} | {
        (topic, hour): 1 for topic, hour in (("transport", "23"), ("parks", "23"), ("culture", "00"))
    }
    assert (len(of_many), set(of_many.values())) == (3, {1}), "of five topics, three"
    assert counts(portal, "topic_hour", first=MONDAY, last=MONDAY) == {("waste", "23"): 1}


def test_topics_by_region_have_that_of_the_first_visit(portal):
    found = counts(portal, "topic_place")
    assert {keys: count for keys, count in found.items() if keys[1]} == {
        ("transport", "NP-P3"): 2,
        ("parks", "NP-P3"): 2,
        ("waste", "NP-P3"): 1,
        ("culture", "NP-P3"): 1,
    }
    assert sum(count for keys, count in found.items() if not keys[1]) == 3


def test_pairs_are_of_main_topics_of_two_pages(portal):
    found = counts(portal, "topic_pair", first=TUESDAY, last=TUESDAY)
    assert found[("transport", "waste")] >= 1 and found[("culture", "transport")] >= 1
    assert sum(found.values()) == 1 + 3 + 1, "the page of transport and parks is no pair by itself"


def test_flows_are_the_first_registered_portal_that_led_here(portal):
    assert counts(portal, "flow") == {(THERE,): 1}


def test_weeks_add_up_their_visitor_days_from_monday_to_sunday(portal):
    assert counts(portal, "search_term", first=MONDAY, last=SUNDAY) == {("parking",): 2}
    pairs = counts(portal, "co_visit", first=MONDAY, last=SUNDAY)
    assert {pair: count for pair, count in pairs.items() if pair[0] not in MANY} == {
        ("/a", "/b"): 1,
        ("/a", "/c"): 2,
        ("/b", "/c"): 1,
        ("/a", "/night"): 1,
        ("/early", "/late"): 1,
    }
    assert sum(pair[0] in MANY for pair in pairs) == 10


def test_portals_and_days_without_anybody_have_no_cells(portal):
    for name in NAMES:
        assert counts(portal, name, first=date(2026, 4, 1), last=date(2026, 4, 1)) == {}


def test_cells_are_written_once_and_their_keys_are_known_from_then_on(portal):
    site, engine = portal.portal.id, portal.engine
    cells = {(site, ("/b",)): 31, (site, ("/a",)): 40}
    for _ in range(2):
        write_cells(engine, "city", "page", TUESDAY, 17, cells, f"line-17-{site}")
    write_cells(engine, "open", "page", TUESDAY, 18, {(site, ("/open",)): 50}, f"line-18-{site}")
    write_cells(engine, "open", "page", TUESDAY, 19, {}, f"line-19-{site}")
    assert list(cells_of(engine, TUESDAY, 17).items()) == sorted(cells.items())
    assert cells_of(engine, TUESDAY, 19) == {}
    assert known_keys(engine, "city", "page", [site, 5]) == set(cells)
    assert known_keys(engine, "open", "page", [site], portal.goals) == {(site, ("/open",)), (site, ("/c",)), (site, ("/nobody",))}


def test_words_that_were_known_before_make_keys_that_are_known():
    words = Words(topics=("a", "b", "c"), hosts={1: ("one.example", "other.example"), 2: ("two.example",)})
    assert known_keys(None, "city", "flow", [1, 2], (), words) == {(1, ("two.example",)), (2, ("one.example",))}
    assert known_keys(None, "city", "topic_pair", [1], (), words) == {(1, pair) for pair in (("a", "b"), ("a", "c"), ("b", "c"))}
    assert len(known_keys(None, "city", "topic_hour", [1, 2], (), words)) == 2 * 3 * 24


def test_a_fixed_vocabulary_is_known_of_every_portal():
    assert known_keys(None, "city", "portal", [1, 2]) == {(1, ()), (2, ())}
    assert {mart: len(known_keys(None, "city", mart, [1, 2])) for mart in ("hour", "duration")} == {"hour": 48, "duration": 24}
    assert known_keys(None, "city", "goal", [1], (Goal(id=4, portal_id=1), Goal(id=5, portal_id=2))) == {(1, ("4",))}
