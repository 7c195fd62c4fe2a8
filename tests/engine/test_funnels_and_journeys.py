"""Funnels and journeys over real visits: what takes a step, what stands beside a page."""

import pytest

from footfall.errors import BadQuestion, Refused
from footfall.privacy import release
from footfall.reports import question
from footfall.reports.funnels import funnel, taken
from footfall.reports.journeys import journey, neighbours
from footfall.vocabulary import Step
from tests.support.build import ms

NOW = ms("2026-03-31T12:00:00")
STEPS = (Step(page="/a"), Step(page="/b"), Step(page="/c"))


def asked(home, **body):
    whole = {"metrics": ["visitors"], "date_range": ["2026-03-01", "2026-03-31"]} | body
    return question.parse(whole, portal=home.portal, goals=home.goals, now_ms=NOW)


def reached(home, *steps, **body):
    """Visitors by step; a step that begins with / is a page."""
    wanted = tuple(Step(page=step) if step.startswith("/") else Step(goal=step) for step in steps)
    answer = release(funnel(asked(home, **body), wanted, home.engine, NOW), "exact").answer
    assert [row.dimensions for row in answer.rows] == [(step,) for step in steps]
    return [row.metrics[0] for row in answer.rows]


def beside(home, page, **body):
    """Visitors of the page, and by the page before and after it."""
    sides = {side: release(answer, "exact").answer for side, answer in journey(asked(home, **body), page, home.engine, NOW).items()}
    (whole,) = {answer.rows[0].metrics[0] for answer in sides.values()}
    return whole, *({row.dimensions[0]: row.metrics[0] for row in sides[side].rows[1:]} for side in ("before", "after"))


def test_steps_are_taken_in_order_and_within_one_visit(home):
    home.load(
        *(home.hit(f"10:0{at}", path=path) for at, path in enumerate(["/a", "/x", "/b", "/c"])),
        *(home.hit(f"10:0{at}", visitor=2, path=path) for at, path in enumerate(["/b", "/a", "/c"])),
        home.hit("10:00", visitor=3, path="/a"),
        home.hit("12:00", visitor=3, path="/b"),
        home.hit("10:00", visitor=4, path="/b"),
    )
    assert reached(home, "/a", "/b", "/c") == [3, 1, 1]
    assert reached(home, "/a", "/c") == [3, 2]
    assert reached(home, "/c", "/a") == [2, 0]


def test_an_event_takes_one_step_so_a_step_twice_needs_two_events(home):
    home.load(
        home.hit("10:00", path="/a"),
        home.hit("10:00", visitor=2, path="/a"),
        home.hit("10:01", visitor=2, path="/a"),
        home.hit("10:00", visitor=3, path="/a"),
        home.hit("10:01", visitor=3, path="/b"),
        home.hit("10:02", visitor=3, path="/a"),
    )
    assert reached(home, "/a", "/a") == [3, 2]
    assert reached(home, "/*", "/a", "/a") == [3, 2, 0]


def test_events_of_one_instant_are_taken_as_they_arrived(home):
    home.load(home.hit("10:00", path="/a"), home.hit("10:00", path="/b"), home.hit("10:00", path="/c"))
    assert reached(home, "/a", "/b", "/c") == [1, 1, 1]
    assert reached(home, "/b", "/a") == [1, 0]


def test_visitor_with_two_visits_counts_once_by_the_one_that_came_furthest(home):
    home.load(
        home.hit("10:00", path="/a"), home.hit("12:00", path="/a"), home.hit("12:01", path="/b"), home.hit("14:00", path="/a"),
    )  # fmt: skip
    assert reached(home, "/a", "/b") == [1, 1]


def test_goals_of_each_kind_and_globs_are_steps(home):
    home.load(
        home.hit("10:00", path="/blog/x"),
        home.hit("10:01", path="/long"),
        home.hit("10:02", path="/long", name="engagement", scroll_depth=60),
        home.hit("10:03", name="Buy", props={"plan": "big", "pay": "card"}),
        home.hit("10:00", visitor=2, path="/blog/y"),
        home.hit("10:02", visitor=2, path="/long", name="engagement", scroll_depth=40),
        home.hit("10:03", visitor=2, name="Signup"),
    )
    assert reached(home, "Visit /blog/*", "Read half", "Bought big") == [2, 1, 1]
    assert reached(home, "/b**", "Signup") == [2, 1]


def test_eight_steps_fit_a_funnel(home):
    home.load(*(home.hit(f"10:0{at}", path=f"/{at}") for at in range(8)), home.hit("10:00", visitor=2, path="/0"))
    assert reached(home, *(f"/{at}" for at in range(8))) == [2, 1, 1, 1, 1, 1, 1, 1]


def test_visit_over_midnight_is_whole_in_the_period_of_its_first_step(town):
    home = town("Europe/Berlin")
    home.load(
        home.hit("22:50", path="/"),  # 23:50 in Berlin
        home.hit("22:55", path="/a"),
        home.hit("23:05", path="/b"),
    )
    day, next_day = {"date_range": ["2026-03-10", "2026-03-10"]}, {"date_range": ["2026-03-11", "2026-03-11"]}
    assert reached(home, "/a", "/b", **day) == [1, 1]
    assert reached(home, "/a", "/b", **next_day) == [0, 0]
    assert reached(home, "/b", "/a", **next_day) == [1, 0]
    assert beside(home, "/a", **day) == (1, {"/": 1}, {"/b": 1})
    assert beside(home, "/b", **next_day) == (1, {"/a": 1}, {"(exit)": 1})
    assert beside(home, "/b", **day) == (0, {}, {})


def test_filters_choose_visits_by_what_they_are_and_by_what_was_done_in_them(home):
    home.load(
        home.hit("10:00", path="/a", source="Google"),
        home.hit("10:01", path="/b"),
        home.hit("10:02", path="/long"),
        home.hit("10:00", visitor=2, path="/a", source="Bing"),
        home.hit("10:01", visitor=2, path="/b"),
        home.hit("10:00", visitor=3, path="/long", source="Google"),
        home.hit("10:01", visitor=3, path="/a"),
    )
    google = {"filters": [["is", "visit:source", ["Google"]]]}
    assert reached(home, "/a", "/b", **google) == [2, 1]
    assert reached(home, "/a", "/b", filters=[["is", "event:page", ["/long"]]]) == [2, 1], "the steps need not be on that page"
    assert reached(home, "/a", "/b", filters=[["is", "visit:entry_page", ["/a"]]]) == [2, 2]
    assert reached(home, "/a", "/b", filters=[["has_not_done", ["is", "event:page", ["/b"]]]]) == [1, 0]
    assert beside(home, "/a", **google) == (2, {"(entry)": 1, "/long": 1}, {"/b": 1, "(exit)": 1})


def test_hits_without_visit_detail_and_other_portals_are_left_out(home, town):
    other = town()
    home.load(home.hit("10:00", visitor=0, path="/a"), home.hit("10:01", visitor=0, path="/b"))
    other.load(other.hit("10:00", path="/a"), other.hit("10:01", path="/b"))
    assert reached(home, "/a", "/b") == [0, 0]
    assert beside(home, "/a") == (0, {}, {})


def test_all_time_starts_with_the_first_event(home):
    home.load(home.hit("10:00", path="/a"), home.hit("10:01", path="/b"))
    assert reached(home, "/a", "/b", date_range="all") == [1, 1]
    assert beside(home, "/a", date_range="all") == (1, {"(entry)": 1}, {"/b": 1})


def test_pages_beside_a_page_are_those_just_before_and_after(home):
    home.load(
        *(home.hit(f"10:0{at}", path=path) for at, path in enumerate(["/", "/a", "/b"])),
        *(home.hit(f"10:0{at}", visitor=2, path=path) for at, path in enumerate(["/a", "/"])),
        *(home.hit(f"10:0{at}", visitor=3, path=path) for at, path in enumerate(["/", "/a"])),
        home.hit("10:00", visitor=4, path="/"),
        home.hit("10:00", visitor=5, path="/", name="Signup"),
        home.hit("10:01", visitor=5, path="/a"),
        home.hit("10:02", visitor=5, path="/a", name="engagement", scroll_depth=9),
    )
    assert beside(home, "/a") == (4, {"/": 2, "(entry)": 2}, {"/b": 1, "/": 1, "(exit)": 2})
    assert beside(home, "/nowhere") == (0, {}, {})


def test_each_visitor_counts_once_by_the_first_time_and_a_page_loaded_again_is_one(home):
    home.load(
        *(home.hit(f"10:0{at}", path=path) for at, path in enumerate(["/x", "/a", "/a", "/b", "/a", "/c"])),
        home.hit("12:00", path="/a"),
    )
    assert beside(home, "/a") == (1, {"/x": 1}, {"/b": 1})
    assert beside(home, "/c") == (1, {"/a": 1}, {"(exit)": 1})


def test_what_is_shown_adds_up_and_hides_the_few(home):
    many = [home.hit("10:00", visitor=number, path="/a") for number in range(1, 41)]
    onward = [home.hit("10:01", visitor=number, path="/b" if number <= 25 else "/c") for number in range(1, 33)]
    home.load(*many, *onward)
    shown = taken(release(funnel(asked(home), STEPS, home.engine, NOW), "staff"))
    assert [(step.visitors, step.lost, step.share, step.lost_share) for step in shown] == [
        (40, None, 100.0, None),
        (25, 15, 62.5, 37.5),
        (None, None, None, None),
    ]
    side = neighbours(release(journey(asked(home), "/a", home.engine, NOW)["after"], "staff"), most=8)
    assert [(row.page, row.visitors, row.share) for row in side.rows] == [("/b", 25, 62.5)]
    assert (side.visitors, side.others, side.others_share) == (40, 15, 37.5)


def test_at_most_two_visitor_attributes_are_combined(home):
    home.load(home.hit("10:00", path="/a", device="Mobile", browser="Firefox", os="Android"))
    three = [["is", f"visit:{name}", [value]] for name, value in (("device", "Mobile"), ("browser", "Firefox"), ("os", "Android"))]
    found = [
        funnel(asked(home, filters=three), STEPS, home.engine, NOW),
        *journey(asked(home, filters=three), "/a", home.engine, NOW).values(),
    ]
    for answer in found:
        with pytest.raises(Refused, match="browser, device, os"):
            release(answer, "staff")
        assert release(answer, "exact").answer.rows[0].metrics == (1,)


def test_a_goal_or_page_that_is_not_there_is_refused_in_a_sentence(home):
    with pytest.raises(BadQuestion, match=r"The goal 'Gone' is not set up on this portal\. Goals there are: Signup, "):
        reached(home, "/a", "Gone")
    with pytest.raises(BadQuestion, match="page 'a' is not valid"):
        beside(home, "a")
