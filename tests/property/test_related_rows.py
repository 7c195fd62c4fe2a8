"""Whoever subtracts what the gate shows of a funnel or of a page's neighbours learns of no group under ten, nor whether it is empty."""

from itertools import combinations
from types import SimpleNamespace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from footfall.privacy import release
from footfall.reports.funnels import taken
from footfall.reports.journeys import neighbours
from footfall.vocabulary import Answer, Row

SMALLEST = 10
CHAINS = st.lists(st.integers(0, 60), min_size=2, max_size=8).map(lambda counts: sorted(counts, reverse=True))
PARTS = st.lists(st.integers(1, 60), max_size=8).map(lambda counts: sorted(counts, reverse=True))


def answer(counts, related):
    rows = [Row((f"/{place}",), (count,), count, keys=(place,)) for place, count in enumerate(counts)]
    return Answer(rows=tuple(rows), meta={}, query={}, related=related)


def chain(counts):
    return release(answer(counts, "chain"), "staff").answer


def paths(counts):
    """Of one form; a step between that fewer than ten came to is told by as few, and absent."""
    rows = [Row(("form", f"{place}"), (count,), count, keys=(place,)) for place, count in enumerate(counts)]
    return release(Answer(rows=tuple(rows), meta={}, query={}, related="paths"), "staff").answer


def parts(counts):
    """Of the whole that these parts add up to."""
    return release(answer([sum(counts), *counts], "parts"), "staff").answer


@given(CHAINS)
@settings(max_examples=300, deadline=None)
def test_no_number_of_a_funnel_and_no_difference_of_two_rests_on_fewer_than_ten(counts):
    released = chain(counts)
    shown = [row.metrics[0] for row in released.rows if row.metrics[0] is not None]
    assert len(released.rows) == len(counts), "every step has its row"
    assert all(number >= SMALLEST for number in shown)
    assert all(one - other >= SMALLEST for one, other in combinations(shown, 2))
    lost = [step.lost for step in taken(SimpleNamespace(answer=released)) if step.lost is not None]
    assert all(number >= SMALLEST for number in lost)


@given(CHAINS, st.data())
@settings(max_examples=300, deadline=None)
def test_a_blank_step_reads_the_same_whether_few_or_none_stand_behind_it(counts, data):
    """Any count that the marks allow, none at all and nobody lost included, gives the same funnel."""
    released = chain(counts)
    other, last, above = list(counts), counts[0], 10**6
    for place, row in enumerate(released.rows):
        if row.metrics[0] is not None:
            last = above = row.metrics[0]
            continue
        below = max((later.metrics[0] for later in released.rows[place:] if later.metrics[0] is not None), default=0)
        ways = {"few": (0, SMALLEST - 1), "near": (last - SMALLEST + 1, last), "either": (0, last)}
        lowest, highest = ways[row.blank]
        assert lowest == 0 or lowest >= SMALLEST, "that it is near is told only where it says nothing else"
        other[place] = above = data.draw(st.integers(max(lowest, below), min(highest, above)))
    assert visible(chain(other)) == visible(released)


@given(CHAINS, st.integers(0, SMALLEST - 1))
@settings(max_examples=500, deadline=None)
def test_no_number_of_a_path_and_no_difference_rests_on_few_and_any_few_may_be_hidden(counts, few):
    """A step without its number reads the same if as few as you like were lost before it, none included."""
    released = paths(counts)
    if counts[0] < SMALLEST:
        assert released.rows == ()
        return
    shown = [row.metrics[0] for row in released.rows if row.metrics[0] is not None]
    assert all(number >= SMALLEST for number in shown)
    assert all(one - other >= SMALLEST for one, other in combinations(shown, 2))
    other, above = [], counts[0]
    for row in released.rows:
        above = row.metrics[0] if row.metrics[0] is not None else above
        other.append(above if row.metrics[0] is not None else few if row.blank == "few" else above - few)
    assert [row[1:] for row in visible(paths(other))] == [row[1:] for row in visible(released)]


@given(PARTS)
@settings(max_examples=500, deadline=None)
def test_what_is_left_of_a_page_after_subtracting_rests_on_ten_or_more(counts):
    released = parts(counts)
    whole, *rows = released.rows
    shown = [row.metrics[0] for row in rows if row.metrics[0] is not None]
    if sum(counts) < SMALLEST:
        assert (whole.metrics, rows) == ((None,), [])
        return
    assert all(number >= SMALLEST for number in shown)
    assert whole.metrics[0] - sum(shown) >= SMALLEST, "the rest is derived by anybody, and is never few nor none"
    assert sum(row.metrics[0] is None for row in rows) <= 1
    side = neighbours(SimpleNamespace(answer=released), most=3)
    assert side.visitors == side.others + sum(row.visitors or 0 for row in side.rows)
    assert side.others >= SMALLEST


@given(PARTS, st.integers(0, SMALLEST - 1))
@settings(max_examples=500, deadline=None)
def test_a_page_without_its_number_hides_whether_others_are_with_it(counts, few):
    """The named smallest row and the few that are counted with it can be any that add up to the same, none included."""
    released = parts(counts)
    named = [row for row in released.rows[1:] if row.metrics[0] is None]
    assume(named)
    shown = [row.metrics[0] for row in released.rows[1:] if row.metrics[0] is not None]
    together = sum(counts) - sum(shown)
    assert visible(parts([*shown, together - few, few])) == visible(parts([*shown, together])) == visible(released)


def visible(released):
    return [(row.dimensions, row.metrics, row.blank) for row in released.rows]


@given(PARTS, st.data())
@settings(max_examples=300, deadline=None)
def test_small_parts_look_alike_however_many_they_are(counts, data):
    """Parts of fewer than ten are seen by their sum alone: cut in another way they give the same."""
    large, rest = [count for count in counts if count >= SMALLEST], sum(count for count in counts if count < SMALLEST)
    cut = []
    while rest:
        cut.append(data.draw(st.integers(1, min(rest, SMALLEST - 1))))
        rest -= cut[-1]
    assert visible(parts([*large, *cut])) == visible(parts(counts))


@given(st.one_of(CHAINS.map(lambda counts: answer(counts, "chain")), PARTS.map(lambda counts: answer([sum(counts), *counts], "parts"))))
@settings(max_examples=200, deadline=None)
def test_releasing_twice_is_releasing_once_and_exact_changes_nothing(found):
    once = release(found, "staff").answer
    assert release(once, "staff").answer == once
    assert release(found, "exact").answer.rows == found.rows
