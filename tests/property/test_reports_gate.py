"""Whatever an answer holds, the gate lets nothing out that rests on fewer than ten visitors."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.privacy import release
from footfall.vocabulary import Answer, Order, Row

COHORTS = st.integers(0, 20)
METRICS = st.tuples(st.integers(0, 99), st.one_of(st.none(), st.floats(0, 100)))


@st.composite
def sides(draw, label):
    cohort = draw(COHORTS)
    return Row((label,), draw(METRICS), cohort, cohorts=(cohort, draw(COHORTS)))


@st.composite
def answers(draw):
    rows = []
    for place in range(draw(st.integers(0, 8))):
        mine, other = draw(sides(f"/{place}")), draw(st.none() | sides(f"/{place}"))
        change = None if other is None else (1, 2.5)
        rows.append(Row(mine.dimensions, mine.metrics, mine.cohort, other, change, mine.cohorts))
    order = (Order(draw(st.booleans()), 0, draw(st.booleans())),)
    total = {"total_rows": len(rows)} if draw(st.booleans()) else {}
    limit, offset = draw(st.integers(1, 8)), draw(st.integers(0, 3))
    return Answer(rows=tuple(rows), meta=total, query={}, order=order, limit=limit, offset=offset, every_bucket=draw(st.booleans()))


def seen(row):
    """Each value of a row, with the visitors behind it."""
    pairs = [(value, min(base, row.cohort)) for value, base in zip(row.metrics, row.cohorts, strict=True)]
    return [(value, base) for value, base in pairs if value is not None]


@given(answers())
@settings(max_examples=150, deadline=None)
def test_nothing_released_rests_on_fewer_than_ten(answer):
    for row in release(answer, "staff").answer.rows:
        shown = seen(row) + (seen(row.comparison) if row.comparison else [])
        assert all(base >= 10 for _, base in shown)
        sides = [row, row.comparison] if answer.every_bucket and row.comparison else [row]
        assert max(side.cohort for side in sides) >= 10
        for place, change in enumerate(row.change or ()):
            assert change is None or (row.metrics[place] is not None and row.comparison.metrics[place] is not None)


@given(answers(), st.sampled_from(["staff", "exact"]))
@settings(max_examples=100, deadline=None)
def test_releasing_twice_is_releasing_once(answer, policy):
    once = release(answer, policy).answer
    assert release(once, policy).answer == once


@given(answers())
@settings(max_examples=50, deadline=None)
def test_exact_is_the_page_itself(answer):
    released = release(answer, "exact").answer
    assert released.rows == answer.rows[answer.offset : answer.offset + answer.limit]
    assert {name: value for name, value in released.meta.items() if name != "release"} == answer.meta


@given(answers(), st.integers(0, 9), st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_few_and_none_look_alike(answer, few, value):
    """Small rows of other sizes and values, or not there at all, make no difference to anything that is released."""
    whole = msgspec.structs.replace(answer, every_bucket=False)
    others = tuple(msgspec.structs.replace(row, metrics=(value, None), cohort=few) if row.cohort < 10 else row for row in whole.rows)
    without = tuple(row for row in whole.rows if row.cohort >= 10)
    released = [release(msgspec.structs.replace(whole, rows=rows), "staff").answer for rows in (whole.rows, others, without)]
    assert released[0] == released[1] == released[2]
