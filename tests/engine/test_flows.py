"""Flows over real visits: sections one after another, where people leave, loops, and what of it the gate lets out."""

from footfall.privacy import release
from footfall.reports import question
from footfall.reports.flows import flows, leaving, loops, shown_flows
from tests.support.build import ms

NOW = ms("2026-03-31T12:00:00")


def asked(home):
    return question.parse({"metrics": ["visitors"], "date_range": ["2026-03-01", "2026-03-31"]}, portal=home.portal, goals=(), now_ms=NOW)


def found(home, policy="exact"):
    return shown_flows(release(flows(asked(home), home.engine, NOW), policy))


def as_set(ways):
    return {(one.step, one.source, one.target, one.visitors) for one in ways}


def visit(home, visitor, *paths, at="10"):
    return [home.hit(f"{at}:{minute:02}", visitor=visitor, path=path) for minute, path in enumerate(paths)]


def test_flows_go_by_sections_of_the_first_visit_of_a_day_and_end_with_the_exit(home):
    home.load(
        *visit(home, 1, "/", "/news/a", "/news/b", "/services/x"),
        *visit(home, 2, "/", "/services/y"),
        *visit(home, 2, "/contacts", at="13"),
    )
    assert as_set(found(home)) == {
        (1, "/", "/news", 1),
        (1, "/", "/services", 1),
        (2, "/news", "/services", 1),
        (2, "/services", "(exit)", 1),
        (3, "/services", "(exit)", 1),
    }
    assert [(one.section, one.left, one.shown, one.share) for one in leaving(found(home))] == [("/services", 2, 2, 100.0)]


def test_a_long_visit_is_followed_over_four_sections(home):
    home.load(*visit(home, 1, "/a", "/b", "/c", "/d", "/e"))
    assert as_set(found(home)) == {(1, "/a", "/b", 1), (2, "/b", "/c", 1), (3, "/c", "/d", 1)}


def test_a_loop_is_a_section_left_and_straight_come_back_to(home):
    home.load(*visit(home, 1, "/a", "/b", "/a", "/b", "/a"), *visit(home, 2, "/a", "/b", "/c", "/a"), *visit(home, 3, "/a", "/b/x", "/a"))
    rows = release(loops(asked(home), home.engine, NOW), "exact").answer.rows
    assert [(row.dimensions, row.metrics[0]) for row in rows] == [(("/a", "/b"), 2), (("/b", "/a"), 1)]


def test_staff_see_ways_of_ten_or_more(home):
    home.load(
        *(hit for visitor in range(1, 31) for hit in visit(home, visitor, "/a", "/b")),
        *(hit for visitor in range(31, 46) for hit in visit(home, visitor, "/a", "/c")),
    )
    assert as_set(found(home, policy="staff")) == {
        (1, "/a", "/b", 30),
        (1, "/a", "/c", 15),
        (2, "/b", "(exit)", 30),
        (2, "/c", "(exit)", 15),
    }


def test_a_small_way_takes_others_with_it_where_its_number_were_the_rest(home):
    """Whoever knows how many came to /a has what is missing; and the way out of /c tells the way to it."""
    home.load(
        *(hit for visitor in range(1, 31) for hit in visit(home, visitor, "/a", "/b")),
        *(hit for visitor in range(31, 46) for hit in visit(home, visitor, "/a", "/c")),
        *(hit for visitor in range(46, 49) for hit in visit(home, visitor, "/a", "/d")),
    )
    assert len(found(home)) == 6
    assert not [one for one in found(home, policy="staff") if one.step == 1]
