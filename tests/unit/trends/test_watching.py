"""What is seen becomes cards: a story begins one, goes on with it, and an outage is one of its own."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from footfall.trends.baseline import expect
from footfall.trends.calendar import Calendar, Planned
from footfall.trends.detecting import Detecting, families_of
from footfall.trends.panel import Expected, Finding, Panel
from footfall.trends.stories import Story
from footfall.trends.watching import Look, cards_of

FIRST = datetime(2026, 3, 10, tzinfo=UTC)
PORTAL, PAGE, TERM = (1, "portal", ""), (1, "page", "/a"), (1, "search", "a")
CALM, RISEN = [0.0, 0.2, -0.3], [0.1, 4.0, 5.0]


def finding(key=PAGE, direction="up", new=False):
    sign = 1 if direction == "up" else -1
    rest = {"low": 30.0, "high": 50.0, "lift": 2.5, "p": 0.001, "q": 0.01, "record": 0.0}
    return Finding(key=key, bucket=2, observed=100.0, mu=40.0, z=sign * 5.0, direction=direction, new=new, **rest)


def seen(*stories, hour=0, z=RISEN, outage=(False, False, False), visitors=None):
    """A portal's last three hours, the last of them at ``hour``."""
    values = np.ones((2, 3))
    panel = Panel(keys=(PORTAL, PAGE), first=FIRST.replace(hour=hour), step="hour", values=values, groups=np.zeros(2, dtype=np.int32))
    expected = Expected(mu=values, dispersion=values, factor=np.ones((1, 3)), outage=np.array([outage]))
    return Look(panel, expected, np.array([CALM, z]), tuple(stories), visitors or {}, outage[-1])


def told(look, found, card):
    return f"{look.ends_ms}: {found.key[1] if found else 'outage'}"


def story(*found):
    return Story(found[0], found)


def stored(cards):
    return [msgspec.structs.replace(card, id=number) for number, card in enumerate(cards, start=1)]


def hour_ms(hour):
    return int(FIRST.replace(hour=hour).timestamp() * 1000)


def test_a_story_begins_a_card_with_when_its_series_began():
    (card,) = cards_of(seen(story(finding(), finding(TERM))), [], told)
    assert (card.site, card.kind, card.state, card.marks, card.dimension, card.key) == (1, "rise", "candidate", "1", "page", "/a")
    assert (card.since_ms, card.found_ms, card.seen_ms) == (hour_ms(1), hour_ms(3), hour_ms(3))
    assert card.members == (("page", "/a"), ("search", "a"))
    assert card.body == f"{hour_ms(3)}: page"


@pytest.mark.parametrize(("found", "kind"), [(finding(new=True), "new"), (finding(direction="down"), "fall")])
def test_a_new_series_and_a_fall_are_kinds_of_their_own(found, kind):
    assert [card.kind for card in cards_of(seen(story(found)), [], told)] == [kind]


def test_a_story_goes_on_with_its_card_and_takes_new_members_in():
    known = stored(cards_of(seen(story(finding())), [], told))
    (card,) = cards_of(seen(story(finding(TERM), finding()), hour=1), known, told)
    assert (card.id, card.state, card.marks, card.seen_ms) == (1, "emerging", "11", hour_ms(4))
    assert (card.key, card.members) == ("/a", (("page", "/a"), ("search", "a")))


def test_two_open_cards_that_turn_out_to_be_one_story_become_the_one_that_began_first():
    younger, older = stored([*cards_of(seen(story(finding())), [], told), *cards_of(seen(story(finding(TERM))), [], told)])
    older = msgspec.structs.replace(older, since_ms=hour_ms(0), marks="11", strength=9.0)
    (card,) = cards_of(seen(story(finding(), finding(TERM)), hour=1), [younger, older], told)
    assert (card.id, card.merged, card.since_ms, card.marks, card.strength) == (2, (1,), hour_ms(0), "111", 9.0)
    assert (card.members, card.body) == ((("search", "a"), ("page", "/a")), f"{hour_ms(4)}: search")


def test_a_card_that_was_closed_is_merged_with_none():
    open_, closed = stored([*cards_of(seen(story(finding())), [], told), *cards_of(seen(story(finding(TERM))), [], told)])
    closed = msgspec.structs.replace(closed, state="closed", closed_ms=hour_ms(3))
    assert [card.merged for card in cards_of(seen(story(finding(), finding(TERM)), hour=1), [open_, closed], told)] == [()]


def test_two_stories_that_share_a_card_do_not_both_go_on_with_it():
    both = (("page", "/a"), ("search", "a"))
    shared = msgspec.structs.replace(stored(cards_of(seen(story(finding())), [], told))[0], members=both)
    own = msgspec.structs.replace(shared, id=2, since_ms=hour_ms(2), members=(("search", "a"),))
    cards = cards_of(seen(story(finding()), story(finding(TERM)), hour=1), [shared, own], told)
    assert [(card.id, card.merged, card.marks) for card in cards] == [(1, (), "11"), (2, (), "11")]


def test_a_bucket_that_was_looked_at_changes_nothing():
    known = stored(cards_of(seen(story(finding())), [], told))
    assert cards_of(seen(story(finding())), known, told) == []


def test_a_card_whose_series_holds_goes_on_without_being_found_and_else_it_ends():
    known = stored(cards_of(seen(story(finding())), [], told))
    (held,) = cards_of(seen(hour=1), known, told)
    assert (held.marks, held.state, held.body) == ("11", "emerging", f"{hour_ms(4)}: page"), "it tells how it goes on"
    cards = known
    for hour in (1, 2, 3):
        cards = cards_of(seen(hour=hour, z=CALM), cards, told)
    assert [(card.marks, card.state, card.closed_ms) for card in cards] == [("1000", "closed", hour_ms(6))]
    assert cards_of(seen(hour=4, z=CALM), cards, told) == [], "what is closed is looked at no more"
    (again,) = cards_of(seen(story(finding()), hour=4), cards, told)
    assert (again.id, again.state, again.closed_ms) == (1, "emerging", 0)


def test_a_card_that_holds_tells_of_no_bucket_with_few_visitors():
    known = stored(cards_of(seen(story(finding())), [], told))
    bodies = [cards_of(seen(hour=1, visitors={PORTAL: 50, PAGE: visitors}), known, told)[0].body for visitors in (9, 10)]
    assert bodies == [known[0].body, f"{hour_ms(4)}: page"]


def test_a_story_of_an_open_card_of_the_other_clock_needs_no_second():
    known = stored(cards_of(seen(story(finding())), [], told))
    assert cards_of(seen(story(finding()), hour=1), [], told, elsewhere=known) == []
    assert len(cards_of(seen(story(finding(direction="down")), hour=1), [], told, elsewhere=known)) == 1


def test_an_outage_is_one_card_since_its_first_hour_until_it_is_over():
    down = seen(outage=(False, True, True))
    (card,) = cards_of(down, [], told)
    assert (card.kind, card.dimension, card.since_ms, card.body) == ("outage", "portal", hour_ms(1), f"{hour_ms(3)}: outage")
    assert [card.kind for card in cards_of(down, [], told, refused_more=True)] == ["broken_tag"]
    (longer,) = cards_of(seen(hour=1, outage=(True, True, True)), stored([card]), told)
    assert (longer.state, longer.marks) == ("emerging", "11")
    assert longer.body == f"{hour_ms(4)}: outage"
    (over,) = cards_of(seen(hour=2), [longer], told)
    assert (over.marks, over.body) == ("110", f"{hour_ms(5)}: outage"), "the recovery is drawn too"


def test_a_page_is_under_the_first_of_its_topics_that_has_a_series():
    keys = (PORTAL, PAGE, (1, "page", "/b"), (1, "topic", "parks"), (1, "topic", "waste"))
    panel = Panel(keys=keys, first=FIRST, step="hour", values=np.ones((5, 1)), groups=np.zeros(5, dtype=np.int32))
    assert list(families_of(panel, {"waste": ["/a"], "parks": ["/a"], "roads": ["/b"]})) == [-1, 3, -1, -1, -1]


@pytest.mark.parametrize(("step", "special"), [("day", [35]), ("hour", range(21, 45))])
def test_days_of_the_calendar_are_expected_to_be_like_no_other_by_the_portals_own_midnight(step, special):
    values = np.random.default_rng(1).poisson(40, (10, 42 if step == "day" else 900)).astype(float)
    values[:3, list(special)] *= 2
    keys = tuple((1, "page", f"/{number}") for number in range(10))
    panel = Panel(keys=keys, first=FIRST, step=step, values=values, groups=np.zeros(10, dtype=np.int32))
    day = date(2026, 4, 14) if step == "day" else date(2026, 3, 11)
    calendar = Calendar("", (Planned("City Day", day, day),))
    kinds = ["City Day" if bucket in special else "" for bucket in range(values.shape[1])]
    found = Detecting(calendar, ZoneInfo("Europe/Moscow"), {}).expect(panel)
    assert np.array_equal(found.mu, expect(panel, kinds).mu, equal_nan=True)
    assert not np.array_equal(found.mu, expect(panel).mu, equal_nan=True)
