"""Counts of rows that overlap are sums of what may be seen of the rows they are made of."""

from hypothesis import given
from hypothesis import strategies as st

from footfall.privacy import release
from footfall.vocabulary import Answer, RolledUp, Row

PAGES = ("/a", "/b", "/c", "/d", "/e")
TOPICS = ("parks", "transport", "waste")


def answer_of(views, cohorts, topics):
    """Visitors and page views by topic, of pages with so many views by so many visitors each."""
    pages = [Row((page,), (who, count), who, cohorts=(who, who)) for page, count, who in zip(PAGES, views, cohorts, strict=True) if who]
    by_page = Answer(rows=tuple(pages), meta={}, query={}, parts=((1,),))
    rows = []
    for topic in TOPICS:
        of = [place for place, page in enumerate(PAGES) if topic in topics.get(page, ()) and cohorts[place]]
        who = max((cohorts[place] for place in of), default=0)
        rows.append(Row((topic,), (who, sum(views[place] for place in of)), who, cohorts=(who, who)))
    rolled = RolledUp(by_page, 0, (1,), topics)
    return Answer(rows=tuple(rows), meta={}, query={}, parts=((),), rolled_up=rolled), by_page


def shown(answer, policy):
    return {row.dimensions[0]: row.metrics[1] for row in release(answer, policy).answer.rows}


def test_a_hidden_page_is_in_no_topic():
    topics = {"/a": ("parks", "transport"), "/b": ("parks",), "/c": ("waste",), "/d": ("waste",)}
    by_topic, by_page = answer_of((100, 3, 40, 50, 5), (60, 3, 30, 30, 4), topics)
    assert shown(by_topic, "exact") == {"parks": 103, "transport": 100, "waste": 90}
    assert shown(by_page, "staff") == {"/a": 100, "/c": None, "/d": 50}, "/c joins what is hidden of the whole"
    assert shown(by_topic, "staff") == {"parks": 100, "transport": 100, "waste": 50}
    assert release(by_topic, "staff").answer.rolled_up is None


def test_a_topic_whose_pages_are_all_hidden_has_its_visitors_alone():
    by_topic, _ = answer_of((9, 9, 0, 0, 0), (9, 9, 0, 0, 0), {"/a": ("parks",), "/b": ("parks",)})
    rest = by_topic.rows[1:]
    larger = Row(("parks",), (14, 18), 14, cohorts=(14, 14))
    assert shown(Answer(rows=(larger, *rest), meta={}, query={}, parts=((),), rolled_up=by_topic.rolled_up), "staff") == {"parks": None}


COHORTS = st.lists(st.integers(0, 25), min_size=5, max_size=5)
KINDS = st.dictionaries(st.sampled_from(PAGES), st.sets(st.sampled_from(TOPICS)).map(tuple))


@given(cohorts=COHORTS, topics=KINDS, other=st.integers(0, 9), place=st.integers(0, 4))
def test_what_a_hidden_page_has_changes_no_topics_views(cohorts, topics, other, place):
    """Nobody can tell which number below ten a hidden page has, so long as the pages that are shown are the same."""
    views = [3 * who for who in cohorts]
    by_topic, by_page = answer_of(views, cohorts, topics)
    changed = [*cohorts[:place], other, *cohorts[place + 1 :]]
    again, pages_again = answer_of([3 * who for who in changed], changed, topics)
    if shown(by_page, "staff") != shown(pages_again, "staff"):
        return
    mine, theirs = shown(by_topic, "staff"), shown(again, "staff")
    assert {topic: mine[topic] for topic in mine.keys() & theirs.keys()} == {topic: theirs[topic] for topic in mine.keys() & theirs.keys()}
