"""Questions by topic: on rows known by hand, overlapping, and so that no topic tells of a page that is hidden."""

from datetime import date

import pytest

from footfall.errors import BadQuestion
from footfall.privacy.marts import MARTS
from footfall.store.item_topics import current_topics, put_item_topics
from footfall.store.marts import Asked, Words, bounded_counts

NAMES = ("health", "parks", "transport", "waste")
PAGES = (("/a", "parks"), ("/a", "transport"), ("/b", "parks"), ("/c", "waste"), ("/d", "transport"), ("/e", "health"))


def told(store, *metrics, policy="staff", **asked):
    return [(*row.dimensions, *row.metrics) for row in store.answer(*metrics, policy=policy, **asked).rows]


@pytest.fixture
def crowd(home):
    """Forty on /a, three of them on /b too, twelve on /c, eleven on /d of whom one was on /a, nine on /e; twice each, in two visits."""
    seen = {
        "/a": range(1, 41),
        "/b": range(38, 41),
        "/c": range(50, 62),
        "/d": (*range(70, 80), 1),
        "/e": range(90, 99),
        "/none": range(1, 30),
    }
    home.load(
        *(
            home.hit(f"{hour}:{minute:02d}", visitor=who, path=path)
            for hour in ("09", "14")
            for minute, path in enumerate(seen)
            for who in seen[path]
        )
    )
    version = current_topics(home.engine).version + 1
    put_item_topics(home.engine, [(home.portal.id, path, topic, 0.9) for path, topic in PAGES], version, NAMES)
    return home


def test_topics_overlap_and_count_each_visitor_once(crowd):
    rows = told(crowd, "visitors", "visits", "pageviews", policy="exact", by="event:topic")
    assert rows == [("transport", 50, 100, 102), ("parks", 40, 80, 86), ("waste", 12, 24, 24), ("health", 9, 18, 18)]


def test_by_hour_and_by_day(crowd):
    rows = told(crowd, "visitors", policy="exact", by="time:hour,event:topic", order_by=[["time:hour", "asc"], ["visitors", "desc"]])
    assert rows[:2] == [("2026-03-10 09:00:00", "transport", 50), ("2026-03-10 09:00:00", "parks", 40)] and len(rows) == 8
    assert told(crowd, "visits", policy="exact", by="time:day,event:topic")[0] == ("2026-03-10", "transport", 100)


def test_page_views_of_a_topic_are_those_of_its_pages_that_may_be_seen(crowd):
    """/b has three visitors. 86 for parks less 80 for /a would be its page views."""
    pages = dict(told(crowd, "pageviews", by="event:page"))
    topics = {topic: views for topic, _, views in told(crowd, "visitors", "pageviews", by="event:topic")}
    assert "/b" not in pages and "/e" not in pages
    of = {topic: [pages[path] for path, of in PAGES if of == topic and path in pages] for topic in topics}
    assert topics == {topic: sum(views) if views else None for topic, views in of.items()}
    assert topics["parks"] == pages["/a"] == 80 and "health" not in topics


def test_a_topic_of_a_single_page_is_that_page(crowd):
    pages = {path: rest for path, *rest in told(crowd, "visitors", "pageviews", by="event:page")}
    topics = {topic: rest for topic, *rest in told(crowd, "visitors", "pageviews", by="event:topic")}
    assert topics["waste"] == pages["/c"] == [12, 24]
    assert ("health" in topics) == ("/e" in pages) is False


def test_what_could_not_be_put_together_is_not_answered(crowd):
    with pytest.raises(BadQuestion, match="cannot be compared"):
        told(crowd, "pageviews", by="event:topic", include={"comparisons": {"mode": "previous_period"}})
    with pytest.raises(BadQuestion, match="event:topic"):
        told(crowd, "visitors", filters=[["is", "event:topic", ["parks"]]])
    assert told(crowd, "visitors", by="event:topic", include={"comparisons": {"mode": "previous_period"}})[0] == ("transport", 50)


@pytest.mark.parametrize("name", ["topic_hour", "topic_place", "topic_pair", "flow"])
def test_bounded_counts_are_those_of_a_plain_query(crowd, name):
    """Nobody here has more than three cells, so the bound takes nothing away."""
    mart, site = next(mart for mart in MARTS if mart.name == name), crowd.portal.id
    hosts = {site: (crowd.portal.domain,), site + 1: ("museum.example",)}
    crowd.load(*(crowd.hit("20:00", visitor=200 + who, path="/c", referrer="museum.example/x", region="MT-1") for who in range(5)))
    words = Words(topics=NAMES, version=current_topics(crowd.engine).version, hosts=hosts)
    day = date(2026, 3, 10)
    asked = Asked(mart=name, cells=mart.cells, sites={site: "Etc/UTC"}, first=day, last=day, words=words)
    found = {keys: count for (_, keys), count in bounded_counts(crowd.engine, asked, 5).items()}
    assert found == {tuple(keys): count for *keys, count in crowd.engine.query(PLAIN[name], {"site": site}, name="plain")}


TOPICS = "item_topics WHERE site = {site:UInt32} AND version = (SELECT max(version) FROM item_topics WHERE site = 0)"
SEEN = f"""(SELECT visitor, time, region, topic FROM events
GLOBAL JOIN (SELECT path, topic FROM {TOPICS}) AS of USING path WHERE site = {{site:UInt32}}) AS seen"""
MAIN = f"""(SELECT DISTINCT visitor, main FROM events
GLOBAL JOIN (SELECT path, max(topic) AS main FROM {TOPICS} GROUP BY path) AS of USING path WHERE site = {{site:UInt32}})"""
FIRST = f"SELECT visitor, topic, min(time) AS first FROM {SEEN} GROUP BY ALL"
PLAIN = {
    "topic_hour": f"SELECT topic, leftPad(toString(toHour(first)), 2, '0'), count() FROM ({FIRST}) GROUP BY ALL",
    "topic_place": f"SELECT topic, toString(region), uniqExact(visitor) FROM {SEEN} GROUP BY ALL",
    "topic_pair": f"""SELECT a.main, b.main, uniqExact(visitor)
FROM {MAIN} AS a GLOBAL JOIN {MAIN} AS b USING visitor WHERE a.main < b.main GROUP BY ALL""",
    "flow": """SELECT 'museum.example', uniqExact(visitor) FROM events
WHERE site = {site:UInt32} AND startsWith(referrer, 'museum.example/')""",
}
