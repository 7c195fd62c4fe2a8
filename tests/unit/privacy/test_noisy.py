"""Drawn numbers: what is told of their noise, and what is no change."""

import pytest

from footfall.errors import Refused
from footfall.privacy import release, release_count, release_events
from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.vocabulary import Answer, Drawn, Row

DRAWN = Drawn(release="city", mart="page", rho=0.02, sigma=10.0, threshold=64, lines=(3, 5))


def drawn(*rows, release_of="city", **rest):
    of = Drawn(release=release_of, mart="page", rho=0.02, sigma=10.0, threshold=64, lines=(3, 5))
    return Answer(rows=rows, meta={}, query={}, drawn=of, **rest)


def test_every_number_has_its_range_and_is_shown_rounded():
    found = release(drawn(Row(("/a",), (1284,), cells=4), Row(("/b",), (347,), cells=1), Row(("/c",), (0,))), "city").answer
    assert [(row.dimensions[0], row.plus_minus, row.display) for row in found.rows] == [("/a", 33, "1,280"), ("/b", 17, "350")]


def test_the_answer_says_what_it_cost_and_where_that_is_written():
    told = release(drawn(), "city").answer.meta["release"]
    wanted = {"policy": "city", "source": "marts", "unit": "visitor-portal-day", "mart": "page", "rho": 0.02, "sigma": 10.0}
    assert told | wanted == told
    assert (told["threshold"], told["lines"], told["smallest_cohort"], told["withheld"]) == (64, [3, 5], 10, 0)


def test_a_total_of_no_cell_is_blank():
    row = release(drawn(Row((), (0,))), "city").answer.rows[0]
    assert (row.metrics, row.plus_minus, row.display) == ((None,), None, "")


@pytest.mark.parametrize(("cells", "old", "change"), [(1, 128, None), (1, 129, -22), (4, 156, None), (4, 157, -36)])
def test_a_change_within_the_noise_is_none(cells, old, change):
    row = Row(("/a",), (100,), cells=cells, comparison=Row(("/a",), (old,), cells=cells), change=(change,))
    assert release(drawn(row), "city").answer.rows[0].change == (change,)


@pytest.mark.parametrize(
    ("new", "old", "change"),
    [
        ((340, 5), (136, 2), None),
        ((1400, 7), (140, 2), 204),
        ((140, 2), (1400, 7), -67),
        ((700, 7), (600, 1), None),
        ((300, 4), (900, 2), -67),
    ],
)
def test_cells_that_one_side_lacks_may_hold_up_to_the_threshold(new, old, change):
    """A page about as large as the threshold is over it on five days of one week and on two of the next: that is no rise."""
    row = Row(("/a",), new[:1], cells=new[1], comparison=Row(("/a",), old[:1], cells=old[1]), change=(round(100 * (new[0] / old[0] - 1)),))
    assert release(drawn(row), "city").answer.rows[0].change == (change,)


def test_a_change_from_what_is_absent_is_none():
    row = Row(("/a",), (100,), cells=1, comparison=Row(("/a",), (0,)), change=(100,))
    found = release(drawn(row), "city").answer.rows[0]
    assert (found.comparison.metrics, found.change) == ((None,), (None,))


@pytest.mark.parametrize("policy", ["staff", "exact", "outside", "open"])
def test_drawn_numbers_leave_under_their_own_policy_alone(policy):
    with pytest.raises(Refused, match="drawn for the release city do not leave"):
        release(drawn(), policy)


@pytest.mark.parametrize("policy", ["city", "open"])
def test_numbers_of_events_never_leave_as_drawn_ones(policy):
    with pytest.raises(Refused, match="of events do not leave"):
        release(Answer(rows=(Row(("/a",), (99,), 99),), meta={}, query={}), policy)
    with pytest.raises(Refused, match="of events do not leave"):
        release_count(99, policy)
    with pytest.raises(Refused, match="of events do not leave"):
        release_events(99, policy, each=1)


def test_the_cohort_of_a_release_is_no_more_than_any_marts_threshold():
    for name, smallest in (("city", 10), ("open", 20)):
        policy_says = release(drawn(release_of=name), name).answer.meta["release"]["smallest_cohort"]
        assert policy_says == smallest <= min(noise_of(name, mart).threshold for mart in MARTS)
