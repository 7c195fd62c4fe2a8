"""What the pages of interests and content make of numbers and items: what is rising, what goes together, what is missing."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from footfall.errors import BadQuestion
from footfall.interests.dates import read_instant
from footfall.serve.pages.arcs import ROW, draw_arcs
from footfall.serve.pages.content import Order, missed, read_order
from footfall.serve.pages.content_items import given_of, read_shelf
from footfall.serve.pages.interests import Interest, InterestsPage, Pair, strongest
from footfall.serve.pages.numbers import clear_change
from footfall.serve.pages.view import View
from footfall.vocabulary import Item, Portal, Row

PORTAL = Portal(id=1, domain="portal.example", umami_id="")
ITEM = Item(
    id=7, site=1, path="/parks", url="https://portal.example/parks", title="Парки города", topics=(("parks", 0.912), ("sport", 0.4))
)
FORM = {"kind": "page", "weight": "1", "valid_from": "", "valid_to": "", "topic1": "parks", "score1": "0.91", "topic2": "sport"}
SAME = FORM | {"score2": "0.40", "topic3": "", "score3": "1.00"}


def row(now, before, change=50):
    return Row(("parks",), (now,), now, comparison=Row(("parks",), (before,), before), change=(change,))


@pytest.mark.parametrize(("now", "before", "shown"), [(120, 80, 50), (106, 94, None), (120, None, None), (None, 80, None)])
def test_change_is_shown_where_it_is_more_than_chance(now, before, shown):
    """Of 200 visitors in two like periods the difference has a standard deviation of 14.1."""
    assert clear_change(row(now, before)) == shown


def test_change_that_the_gate_left_out_stays_out():
    assert clear_change(row(1200, 80, change=None)) is None
    assert clear_change(Row(("parks",), (1200,), 1200)) is None


def test_rising_is_what_clearly_grew_by_how_much_it_grew():
    numbers = {"parks": (300, 200, 50), "tax": (90, 30, 200), "roads": (100, 200, -50), "sport": (50, 49, None)}
    topics = tuple(Interest(id=id, name=id, visitors=now, before=before, change=change) for id, (now, before, change) in numbers.items())
    page = InterestsPage(portal=PORTAL, view=View(), is_drawn=False, has_items=True, topics=topics)
    assert [topic.id for topic in page.rising] == ["parks", "tax"]


@pytest.mark.parametrize(("values", "once"), [((None, 95, None), True), ((95, None, 96), False), ((95,), False), ((None, None), True)])
def test_number_in_one_of_several_steps_may_be_noise(values, once):
    assert Interest(id="a", name="a", visitors=95, values=values).is_once is once


def test_pair_in_one_of_several_weeks_may_be_noise():
    """1.64 σ is 64 for one week's cell and 90 for two."""
    pairs = [Pair("a", "b", visitors, plus_minus, None) for visitors, plus_minus in ((170, 64), (330, 90))]
    assert [pair.may_be_noise(38.7, weeks=4) for pair in pairs] == [True, False]
    assert not any(pair.may_be_noise(38.7, weeks=1) for pair in pairs)


@pytest.mark.parametrize(("first", "last", "weeks"), [(2, 8, 1), (3, 14, 0), (1, 22, 3), (3, 16, 1), (3, 5, 0)])
def test_whole_weeks_of_a_period(first, last, weeks):
    """2 March 2026 is a Monday."""
    page = InterestsPage(
        portal=PORTAL, view=View(), is_drawn=True, has_items=True, first=datetime(2026, 3, first), last=datetime(2026, 3, last)
    )
    assert page.weeks == weeks


def test_edges_are_by_lift_above_chance_or_by_visitors_where_no_lift_is_known():
    pairs = (Pair("a", "b", 200, 64, 3.0), Pair("a", "c", 900, 64, 0.9), Pair("b", "c", 500, 64, None))
    assert strongest(pairs) == [("a", "b", 3.0)]
    unknown = tuple(msgspec.structs.replace(pair, lift=None) for pair in pairs)
    assert strongest(unknown) == [("a", "c", 900.0), ("b", "c", 500.0), ("a", "b", 200.0)]


def test_arcs_begin_and_end_at_their_names_and_the_strongest_is_the_thickest():
    drawn = draw_arcs([("a", "b", 5.0), ("b", "c", 2.0), ("d", "e", 1.2)])
    assert (drawn.nodes[:3] in (("a", "b", "c"), ("c", "b", "a")), set(drawn.nodes), drawn.height) == (True, set("abcde"), 5 * ROW)
    ends = {name: f"{middle}" for name, middle in zip(drawn.nodes, drawn.middles, strict=True)}
    for arc in drawn.arcs:
        assert {arc.path.split("C")[0].split()[1], arc.path.split()[-1]} == {ends[arc.one], ends[arc.other]}
    assert [arc.weight for arc in drawn.arcs] == [1.2, 2.0, 5.0]
    assert drawn.arcs[-1].width > drawn.arcs[1].width > drawn.arcs[0].width


def test_missing_first_is_what_was_not_found_or_has_no_item():
    found = missed({"парки": 90, "pool": 20, "tax": 60}, {"pool": 15, "bonfire": 12}, [ITEM])
    assert [(one.term, one.visitors, one.empty, one.items) for one in found] == [
        ("tax", 60, None, 0),
        ("pool", 20, 15, 0),
        ("bonfire", None, 12, 0),
        ("парки", 90, None, 1),
    ]


def test_dead_and_hidden_items_are_nothing_to_find():
    for state in ("dead", "hidden"):
        assert [one.items for one in missed({"парки": 9}, {}, [msgspec.structs.replace(ITEM, state=state)])] == [0]


def test_order_turns_round_and_what_is_not_valid_is_refused():
    assert Order().sorted_by("visitors") == Order(order="asc")
    assert Order(page=3).sorted_by("exits") == Order(sort="exits", order="desc")
    assert read_order({"sort": "name"}) == Order(sort="name", order="asc")
    for wrong in ({"sort": "size"}, {"order": "up"}, {"at": "0"}, {"at": "²"}):
        with pytest.raises(BadQuestion, match="Valid"):
            read_order(wrong)


def test_catalogue_is_not_narrowed_by_what_is_not_there():
    assert read_shelf({"q": " park ", "page": "2"}).at(3) == "?q=park&page=3"
    for wrong in ({"kind": "film"}, {"state": "asleep"}, {"page": "x"}):
        with pytest.raises(BadQuestion, match="Valid"):
            read_shelf(wrong)


@pytest.mark.parametrize(
    ("sent", "given"),
    [
        (SAME, {}),
        (SAME | {"weight": "0"}, {"weight": "0"}),
        (SAME | {"kind": "event", "valid_to": "2026-05-01"}, {"kind": "event", "valid_to": "2026-05-01"}),
        (SAME | {"topic2": ""}, {"topics": {"parks": 0.91}}),
        (SAME | {"topic2": "culture"}, {"topics": {"parks": 0.91, "culture": 0.4}}),
        ({"weight": "2"}, {"weight": "2"}),
    ],
)
def test_form_changes_what_is_another_and_no_more(sent, given):
    assert given_of(ITEM, sent, "Etc/UTC") == given


def test_last_day_of_an_item_is_one_of_the_portal_s_own_calendar():
    ends = msgspec.structs.replace(ITEM, valid_to_ms=read_instant("2026-05-01", ZoneInfo("America/New_York"), is_end=True))
    assert ends.valid_to_ms == read_instant("2026-05-02T04:00Z", ZoneInfo("UTC")) - 1
    assert given_of(ends, SAME | {"valid_to": "2026-05-01"}, "America/New_York") == {}


def test_correction_can_be_forgotten():
    corrected = msgspec.structs.replace(ITEM, corrected=True)
    assert given_of(corrected, SAME | {"by_text": "1"}, "Etc/UTC") == {"topics": {}}
    assert given_of(ITEM, SAME | {"by_text": "1"}, "Etc/UTC") == {}
