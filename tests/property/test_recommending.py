"""Whatever is asked of whatever catalogue: what a list never does."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.interests.making import DAY_MS, NOW_MS, Placement, Rules, item, model, request

IDS = st.integers(1, 12)
ITEMS = st.lists(
    st.builds(
        item,
        id=IDS,
        kind=st.sampled_from(("article", "service", "event")),
        language=st.sampled_from(("", "en", "ru")),
        districts=st.sampled_from(((), ("north",), ("south",))),
        state=st.sampled_from(("live", "live", "fading", "dead", "hidden")),
        weight=st.sampled_from((0.0, 0.5, 1.0, 10.0)),
        topics=st.sampled_from(((), (("parks", 0.9),), (("taxes", 0.5), ("parks", 0.3)))),
        published_ms=st.sampled_from((0, NOW_MS - DAY_MS, NOW_MS)),
        valid_to_ms=st.sampled_from((0, NOW_MS, NOW_MS + 1)),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.id,
)
PLACEMENTS = st.builds(
    Placement,
    rules=st.builds(Rules, kinds=st.sampled_from(((), ("article", "service")))),
    pins=st.lists(IDS, max_size=4, unique=True).map(tuple),
    blocked=st.lists(IDS, max_size=4, unique=True).map(tuple),
    explore=st.sampled_from((0.0, 0.1)),
)
PATHS = st.integers(1, 12).map("/{}".format)
COUNTS = st.fixed_dictionaries(
    {
        "pages": st.dictionaries(PATHS, st.integers(0, 200)),
        "pairs": st.dictionaries(st.tuples(PATHS, PATHS), st.integers(0, 60), max_size=20),
    }
)
REQUESTS = st.builds(
    request,
    current=st.none() | IDS,
    recent=st.lists(IDS, max_size=4).map(tuple),
    topics=st.dictionaries(st.sampled_from(("parks", "taxes")), st.floats(0, 1)),
    district=st.sampled_from(("", "north")),
    language=st.sampled_from(("", "en")),
    n=st.integers(1, 12),
    placement=st.none() | PLACEMENTS,
    seed=st.integers(0, 99),
)


@settings(max_examples=60, deadline=None)
@given(ITEMS, COUNTS, REQUESTS)
def test_list_holds_what_was_promised(items, counts, asked):
    found = model(items, **counts).recommend(asked)
    listed = [choice.item for choice in found]
    of = {one.id: one for one in items}
    blocked = asked.placement.blocked if asked.placement else ()
    kinds = (asked.placement.rules.kinds if asked.placement else ()) or ("article", "service", "event")
    may = [
        one.id
        for one in items
        if one.state in ("live", "fading") and one.weight > 0 and one.valid_to_ms != NOW_MS and one.id not in blocked and one.kind in kinds
    ]
    assert len(set(listed)) == len(listed)
    assert listed or not set(may) - {asked.current}
    assert set(listed) <= set(may) - {asked.current}
    assert len(listed) <= asked.n
    assert all(choice.reason.kind and 0 < choice.propensity <= 1 for choice in found)
    pinned = [choice.item for choice in found if choice.reason.kind == "editors"]
    assert pinned == listed[: len(pinned)] == [pin for pin in (asked.placement.pins if asked.placement else ()) if pin in pinned]
    assert all(of[id].site == asked.site for id in listed)


@settings(max_examples=30, deadline=None)
@given(ITEMS, COUNTS, REQUESTS)
def test_what_fewer_than_ten_saw_changes_no_answer(items, counts, asked):
    heard = counts | {"pairs": {pair: visitors for pair, visitors in counts["pairs"].items() if visitors >= 10}}
    assert model(items, **counts).recommend(asked) == model(items, **heard).recommend(asked)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(("parks", "taxes", "roads", "")), min_size=8, max_size=16), st.integers(6, 8))
def test_of_six_in_a_row_two_at_most_are_of_a_topic_while_others_are_left(topics, n):
    items = [item(at, topics=((topic, 0.9),) if topic else ()) for at, topic in enumerate(topics, 1)]
    listed = [topics[choice.item - 1] for choice in model(items).recommend(request(n=n))]
    for at in range(2, len(listed)):
        before = Counter(listed[max(0, at - 5) : at])
        left = list((Counter(topics) - Counter(listed[:at])).elements())
        if listed[at] and before[listed[at]] >= 2:
            assert all(topic and before[topic] >= 2 for topic in left)
